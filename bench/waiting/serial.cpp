// SPDX-License-Identifier: BSL-1.0
// Compiled twice: as it is, and without the compiler's own vectorization (see bench/CMakeLists.txt).
#include <ranges>

#include <tandem/map.hpp>

#include "problem.hpp"

namespace bench::waiting {
namespace {

bool const added = add_variant<naps>("waiting", BENCH_SERIAL, threads::one, [](naps& d) {
  d.out = tandem::map(tandem::seq, std::views::iota(std::size_t{0}, d.out.size()), naps::nap);
});

}  // namespace
}  // namespace bench::waiting
