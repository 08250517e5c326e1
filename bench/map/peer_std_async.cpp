// SPDX-License-Identifier: BSL-1.0
// std::async: one call a thread, each with an equal share of the items.
#include <future>

#include "problem.hpp"

namespace bench::map {
namespace {

bool const added = add_variant<loads>("map", "peer_std_async", threads::all, [](loads& d) {
  std::vector<double> out(d.steps.size());
  std::vector<std::future<void>> shares;
  for (std::size_t t = 0; t < jobs(); ++t)
    shares.push_back(std::async(std::launch::async, [&, begin = out.size() * t / jobs(), end = out.size() * (t + 1) / jobs()] {
      for (std::size_t i = begin; i < end; ++i) out[i] = chain(d.steps[i], 0.5);
    }));
  for (auto& share : shares) share.get();
  d.out = std::move(out);
});

}  // namespace
}  // namespace bench::map
