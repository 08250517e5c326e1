// SPDX-License-Identifier: BSL-1.0
// Compiled twice: as it is, and without the compiler's own vectorization (see bench/CMakeLists.txt).
#include <tandem/memoize/memoize.hpp>

#include "problem.hpp"

namespace bench::memoize {
namespace {

template <class Key> bool add() {
  return add_variant<calls<Key>>("memoize", BENCH_SERIAL, threads::one, [](calls<Key>& d) -> std::function<void()> {
    return by_one(d, tandem::memoize([](Key const& k) { return compute(k); }, {.capacity = d.capacity}));
  });
}

bool const added = add<int>() && add<std::string>();

}  // namespace
}  // namespace bench::memoize
