// SPDX-License-Identifier: BSL-1.0
// A hash map of plain sums, sorted in the end.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "problem.hpp"

namespace bench::group_by {
namespace {

bool const added = add_variant<arrays>("group_by", "peer_std", threads::one, [](arrays& d) {
  std::unordered_map<std::int64_t, double> sums;
  for (std::size_t i = 0; i < d.keys.size(); ++i) sums[d.keys[i]] += d.values[i];
  std::vector<std::pair<std::int64_t, double>> sorted(sums.begin(), sums.end());
  std::sort(sorted.begin(), sorted.end());
  d.out.clear();
  for (auto const& [key, sum] : sorted) d.out.push_back(sum);
});

}  // namespace
}  // namespace bench::group_by
