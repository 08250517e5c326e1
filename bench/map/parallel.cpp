// SPDX-License-Identifier: BSL-1.0
#include <numeric>

#include <tandem/map.hpp>

#include "problem.hpp"

namespace bench::map {
namespace {

// What a user watches a call with.
struct watcher {
  void update(tandem::progress_info const& state) { seen = state.done; }
  std::size_t seen = 0;
};

bool const added =
    add_variant<loads>("map", "par_progress", threads::all,
                       [](loads& d) {
                         watcher sink;
                         d.out = tandem::map(tandem::par.with({.progress = &sink}), d.steps,
                                             [](int steps) { return chain(steps, 0.5); });
                       }) &&
    add_variant<loads>(
        "map", "par", threads::all,
        [](loads& d) { d.out = tandem::map(tandem::par, d.steps, [](int steps) { return chain(steps, 0.5); }); }) &&
    add_variant<nested_loads>("nested_map", "par", threads::all, [](nested_loads& d) {
      d.out = tandem::map(tandem::par, d.out, [&d](double) {
        std::vector<double> const row = tandem::map(tandem::par, d.steps, [](int steps) { return chain(steps, 0.5); });
        return std::accumulate(row.begin(), row.end(), 0.);
      });
    });

}  // namespace
}  // namespace bench::map
