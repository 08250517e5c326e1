// SPDX-License-Identifier: BSL-1.0
#include <tandem/memoize/memoize.hpp>

#include "problem.hpp"

namespace bench::memoize {
namespace {

template <class Key> bool add() {
  return add_variant<calls<Key>>("memoize", "par", threads::all, [](calls<Key>& d) -> std::function<void()> {
    return by_all(d, tandem::memoize([](Key const& k) { return compute(k); }, {.capacity = d.capacity}));
  });
}

bool const added = add<int>() && add<std::string>();

}  // namespace
}  // namespace bench::memoize
