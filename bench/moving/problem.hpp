// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Means of a window of 50 elements that slides along each of 1000 rows.

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "../support/array.hpp"
#include "../support/suite.hpp"

namespace bench::moving {

struct arrays {
  static constexpr double tolerance = 1e-9;
  static constexpr std::size_t width = 50;

  arrays(std::size_t number, std::size_t length) : rows(number), cols(length), x(number * length), out(x.size()) {
    fill_random<double>(x.span(), 0.5, 1.5);
  }

  std::span<double> result() { return out.span(); }
  double expected(std::size_t i) const {
    if (wanted.empty()) compute_wanted();
    return wanted[i];
  }

  std::size_t rows, cols;
  array<double> x, out;

 private:
  void compute_wanted() const {
    wanted.resize(x.size());
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t i = 0; i < cols; ++i) {
        std::size_t const first = i + 1 < width ? 0 : i + 1 - width;
        double total = 0;
        for (std::size_t k = first; k <= i; ++k) total += x[r * cols + k];
        wanted[r * cols + i] = total / static_cast<double>(i + 1 - first);
      }
  }

  mutable std::vector<double> wanted;
};

}  // namespace bench::moving
