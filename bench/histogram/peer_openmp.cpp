// SPDX-License-Identifier: BSL-1.0
// The loop as it is written for bins of equal width, with a table a thread.
#include <vector>

#include "problem.hpp"

namespace bench::histogram {
namespace {

bool const added = add_variant<arrays>("histogram", "peer_openmp", threads::all, [](arrays& d) -> std::function<void()> {
  return [&d, team = static_cast<int>(jobs())] {
    std::size_t table[arrays::bins] = {};
    double const* const x = d.x.data();
    double const* const edges = d.edges.data();
    std::size_t const n = d.x.size();
#pragma omp parallel for schedule(static) num_threads(team) reduction(+ : table[ : arrays::bins])
    for (std::size_t i = 0; i < n; ++i) {
      double const v = x[i];
      if (v < 0 || v > 1) continue;
      auto bin = static_cast<std::size_t>(v * arrays::bins);
      if (bin == arrays::bins) --bin;
      if (v < edges[bin]) --bin;
      else if (bin + 1 < arrays::bins && v >= edges[bin + 1]) ++bin;
      ++table[bin];
    }
    d.out.assign(table, table + arrays::bins);
  };
});

}  // namespace
}  // namespace bench::histogram
