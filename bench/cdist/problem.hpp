// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Euclidean distances of all pairs of rows of two matrices.

#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "../support/array.hpp"
#include "../support/suite.hpp"

namespace bench::cdist {

/// What is special about a case.
enum class kind {
  warm,   ///< into an output that is there
  fresh,  ///< into a new output every time: the cost of its memory counts
  self,   ///< X is Y: the distances are symmetric
};

/// X of n rows, Y of m, and their distances. In a fresh case the results are wherever the last call left them.
template <class T> struct matrices {
  using value_type = T;
  static constexpr double tolerance = sizeof(T) == 8 ? 1e-12 : 1e-5;

  matrices(std::size_t rows_x, std::size_t rows_y, std::size_t columns, kind how)
      : n(rows_x), m(rows_y), d(columns), special(how), x(n * d), y(m * d), out(special == kind::fresh ? 0 : n * m) {
    fill_random<T>(x.span(), T(0), T(1), 1);
    fill_random<T>(y.span(), T(0), T(1), 2);
  }

  /// The rows that X is compared with.
  T const* other() const { return special == kind::self ? x.data() : y.data(); }

  std::span<T> result() { return special == kind::fresh ? fresh_result : out.span(); }

  double expected(std::size_t i) const {
    if (reference.empty()) compute_reference();
    return reference[i];
  }

  std::size_t n, m, d;
  kind special;
  array<T> x, y, out;
  std::shared_ptr<void> fresh_owner;
  std::span<T> fresh_result;

 private:
  void compute_reference() const {
    reference.resize(n * m);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < m; ++j) {
        double sum = 0;
        for (std::size_t k = 0; k < d; ++k) {
          double const difference = static_cast<double>(x[i * d + k]) - static_cast<double>(other()[j * d + k]);
          sum += difference * difference;
        }
        reference[i * m + j] = std::sqrt(sum);
      }
  }
  mutable std::vector<double> reference;
};

}  // namespace bench::cdist
