// SPDX-License-Identifier: BSL-1.0
// `omp parallel for`, each case with the schedule that suits it; inner loops of nested ones run on the thread they are on.
#include "problem.hpp"

#include <algorithm>

namespace bench::map {
namespace {

bool const added =
    add_variant<loads>("map", "peer_openmp", threads::all,
                       [](loads& d) -> std::function<void()> {
                         bool const even = *std::max_element(d.steps.begin(), d.steps.end()) == d.steps[0];
                         int const team = static_cast<int>(jobs());
                         return [&d, even, team] {
                           std::vector<double> out(d.steps.size());
                           if (even) {
#pragma omp parallel for schedule(static) num_threads(team)
                             for (std::size_t i = 0; i < out.size(); ++i) out[i] = chain(d.steps[i], 0.5);
                           } else {
#pragma omp parallel for schedule(dynamic, 16) num_threads(team)
                             for (std::size_t i = 0; i < out.size(); ++i) out[i] = chain(d.steps[i], 0.5);
                           }
                           d.out = std::move(out);
                         };
                       }) &&
    add_variant<nested_loads>("nested_map", "peer_openmp", threads::all, [](nested_loads& d) -> std::function<void()> {
      int const team = static_cast<int>(jobs());
      return [&d, team] {
        std::vector<double> out(d.out.size());
#pragma omp parallel for schedule(static) num_threads(team)
        for (std::size_t i = 0; i < out.size(); ++i)
          for (int const s : d.steps) out[i] += chain(s, 0.5);
        d.out = std::move(out);
      };
    });

}  // namespace
}  // namespace bench::map
