// SPDX-License-Identifier: BSL-1.0
// oneTBB's own loop, with as many threads as tandem takes; the arena is made before the clock starts.
#include <memory>
#include <numeric>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "problem.hpp"

namespace bench::map {
namespace {

std::vector<double> mapped(std::vector<int> const& steps) {
  std::vector<double> out(steps.size());
  oneapi::tbb::parallel_for(std::size_t{0}, steps.size(), [&](std::size_t i) { out[i] = chain(steps[i], 0.5); });
  return out;
}

// The call within an arena that is there already.
template <class Data, class F> std::function<void()> in_arena(Data& d, F f) {
  auto const arena = std::make_shared<oneapi::tbb::task_arena>(static_cast<int>(jobs()));
  arena->initialize();
  return [arena, &d, f] { arena->execute([&] { f(d); }); };
}

bool const added = add_variant<loads>("map", "peer_onetbb", threads::all,
                                      [](loads& d) { return in_arena(d, [](loads& in) { in.out = mapped(in.steps); }); }) &&
                   add_variant<nested_loads>("nested_map", "peer_onetbb", threads::all, [](nested_loads& d) {
                     return in_arena(d, [](nested_loads& in) {
                       std::vector<double> out(in.out.size());
                       oneapi::tbb::parallel_for(std::size_t{0}, out.size(), [&](std::size_t i) {
                         std::vector<double> const row = mapped(in.steps);
                         out[i] = std::accumulate(row.begin(), row.end(), 0.);
                       });
                       in.out = std::move(out);
                     });
                   });

}  // namespace
}  // namespace bench::map
