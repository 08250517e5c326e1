// SPDX-License-Identifier: BSL-1.0
// Compiled twice: as it is, and without the compiler's own vectorization (see bench/CMakeLists.txt).
#include <numeric>

#include <tandem/map.hpp>

#include "problem.hpp"

namespace bench::map {
namespace {

bool const added =
    add_variant<loads>(
        "map", BENCH_SERIAL, threads::one,
        [](loads& d) { d.out = tandem::map(tandem::seq, d.steps, [](int steps) { return chain(steps, 0.5); }); }) &&
    add_variant<nested_loads>("nested_map", BENCH_SERIAL, threads::one, [](nested_loads& d) {
      d.out = tandem::map(tandem::seq, d.out, [&d](double) {
        std::vector<double> const row = tandem::map(tandem::seq, d.steps, [](int steps) { return chain(steps, 0.5); });
        return std::accumulate(row.begin(), row.end(), 0.);
      });
    });

}  // namespace
}  // namespace bench::map
