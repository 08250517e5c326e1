// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The sum of the squares of differences of two arrays.

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "../support/array.hpp"
#include "../support/suite.hpp"

namespace bench::transform_reduce {

struct arrays {
  static constexpr double tolerance = 1e-9;

  explicit arrays(std::size_t n) : x(n), y(n), out(1) {
    fill_random<double>(x.span(), 0, 1, 1);
    fill_random<double>(y.span(), 1, 3, 2);
  }

  std::span<double> result() { return out; }
  double expected(std::size_t) const {
    long double total = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      total += (static_cast<long double>(x[i]) - y[i]) * (static_cast<long double>(x[i]) - y[i]);
    return static_cast<double>(total);
  }

  array<double> x, y;
  std::vector<double> out;
};

}  // namespace bench::transform_reduce
