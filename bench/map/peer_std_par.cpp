// SPDX-License-Identifier: BSL-1.0
// The standard library's parallel algorithm, which libstdc++ builds on oneTBB.
#include <algorithm>
#include <execution>

#include "problem.hpp"

namespace bench::map {
namespace {

bool const added = add_variant<loads>("map", "peer_std_par", threads::all, [](loads& d) {
  std::vector<double> out(d.steps.size());
  std::transform(std::execution::par, d.steps.begin(), d.steps.end(), out.begin(), [](int steps) { return chain(steps, 0.5); });
  d.out = std::move(out);
});

}  // namespace
}  // namespace bench::map
