// SPDX-License-Identifier: BSL-1.0
// A hash map of plain sums for each thread, added up and sorted in the end.
#include <unordered_map>
#include <utility>

#include "problem.hpp"

namespace bench::group_by {
namespace {

bool const added = add_variant<arrays>("group_by", "peer_openmp", threads::all, [](arrays& d) -> std::function<void()> {
  return [&d, team = static_cast<int>(jobs())] {
    std::unordered_map<std::int64_t, double> sums;
    std::size_t const n = d.keys.size();
#pragma omp parallel num_threads(team)
    {
      std::unordered_map<std::int64_t, double> own;
#pragma omp for schedule(static) nowait
      for (std::size_t i = 0; i < n; ++i) own[d.keys[i]] += d.values[i];
#pragma omp critical
      if (sums.empty()) sums = std::move(own);
      else
        for (auto const& [key, sum] : own) sums[key] += sum;
    }
    d.take(sums);
  };
});

}  // namespace
}  // namespace bench::group_by
