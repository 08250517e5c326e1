// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Counts of numbers in 100 bins of equal width.

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "../support/array.hpp"
#include "../support/suite.hpp"

namespace bench::histogram {

struct arrays {
  static constexpr double tolerance = 0;
  static constexpr std::size_t bins = 100;

  explicit arrays(std::size_t n) : x(n), edges(bins + 1), out(bins) {
    fill_random<double>(x.span(), -0.01, 1.01);
    for (std::size_t i = 0; i <= bins; ++i) edges[i] = static_cast<double>(i) / bins;
  }

  std::span<std::size_t> result() { return out; }
  double expected(std::size_t i) const {
    if (wanted.empty()) compute_wanted();
    return static_cast<double>(wanted[i]);
  }

  array<double> x;
  std::vector<double> edges;
  std::vector<std::size_t> out;

 private:
  void compute_wanted() const {
    wanted.resize(bins);
    for (double const v : x.span())
      for (std::size_t b = 0; b < bins; ++b)
        if (v >= edges[b] && (v < edges[b + 1] || (b + 1 == bins && v == edges[b + 1]))) ++wanted[b];
  }

  mutable std::vector<std::size_t> wanted;
};

}  // namespace bench::histogram
