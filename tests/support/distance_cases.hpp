// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Matrices for the tests of distances, and the plain computation that they are compared with.

#include <cmath>
#include <cstddef>
#include <random>

#include <tandem/core/matrix.hpp>

namespace distance_test {

/// Random numbers in [-1, 1), a function of the seed.
template <class T> tandem::matrix<T> random_matrix(std::size_t rows, std::size_t cols, unsigned seed) {
  tandem::matrix<T> m(rows, cols);
  std::mt19937 engine(seed);
  for (T& value : m.elements()) value = static_cast<T>(std::uniform_real_distribution<double>(-1, 1)(engine));
  return m;
}

/// The Euclidean distance of two rows in long double.
template <class X, class Y> long double exact_euclidean(X const& x, Y const& y) {
  long double sum = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    long double const difference = static_cast<long double>(x[k]) - static_cast<long double>(y[k]);
    sum += difference * difference;
  }
  return std::sqrt(sum);
}

}  // namespace distance_test
