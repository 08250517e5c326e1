// SPDX-License-Identifier: BSL-1.0
// std::async: a thread for every item.
#include <future>

#include "problem.hpp"

namespace bench::waiting {
namespace {

bool const added = add_variant<naps>("waiting", "peer_std_async", threads::all, [](naps& d) {
  std::vector<std::future<int>> results;
  for (std::size_t i = 0; i < d.out.size(); ++i) results.push_back(std::async(std::launch::async, naps::nap, i));
  for (std::size_t i = 0; i < d.out.size(); ++i) d.out[i] = results[i].get();
});

}  // namespace
}  // namespace bench::waiting
