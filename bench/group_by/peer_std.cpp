// SPDX-License-Identifier: BSL-1.0
// A hash map of plain sums, sorted in the end.
#include <unordered_map>

#include "problem.hpp"

namespace bench::group_by {
namespace {

bool const added = add_variant<arrays>("group_by", "peer_std", threads::one, [](arrays& d) {
  std::unordered_map<std::int64_t, double> sums;
  for (std::size_t i = 0; i < d.keys.size(); ++i) sums[d.keys[i]] += d.values[i];
  d.take(sums);
});

}  // namespace
}  // namespace bench::group_by
