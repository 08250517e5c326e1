// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Sums of values that share a key.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "../support/array.hpp"
#include "../support/suite.hpp"

namespace bench::group_by {

struct arrays {
  static constexpr double tolerance = 1e-9;

  arrays(std::size_t n, std::uint64_t groups, std::uint64_t apart) : keys(n), values(n), out(groups) {
    fill_random<double>(values.span(), 0.5, 1.5);
    std::uint64_t state = 1;
    for (std::size_t i = 0; i < n; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      keys[i] = static_cast<std::int64_t>((state >> 33) % groups * apart);
    }
  }

  std::span<double> result() { return out; }
  double expected(std::size_t i) const {
    if (wanted.empty()) compute_wanted();
    return wanted[i];
  }

  /// The sums of a hash map as the output: by ascending key.
  template <class Map> void take(Map const& sums) {
    std::vector<std::pair<std::int64_t, double>> sorted(sums.begin(), sums.end());
    std::sort(sorted.begin(), sorted.end());
    out.clear();
    for (auto const& [key, sum] : sorted) out.push_back(sum);
  }

  array<std::int64_t> keys;
  array<double> values;
  std::vector<double> out;

 private:
  void compute_wanted() const {
    std::map<std::int64_t, double> sums;
    for (std::size_t i = 0; i < keys.size(); ++i) sums[keys[i]] += values[i];
    for (auto const& [key, sum] : sums) wanted.push_back(sum);
  }

  mutable std::vector<double> wanted;
};

}  // namespace bench::group_by
