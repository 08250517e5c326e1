// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What the tests of exactness share: bits, numbers of wild sizes, and sums number by number.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include <tandem/reduce/exact_accumulator.hpp>

namespace exact_test {

inline std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

inline std::vector<double> doubles(std::vector<std::uint64_t> const& all_bits) {
  std::vector<double> numbers;
  for (std::uint64_t const b : all_bits) numbers.push_back(std::bit_cast<double>(b));
  return numbers;
}

/// Numbers with exponents spread evenly over [least, most].
inline std::vector<double> wild(std::size_t n, int least, int most, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> mantissa(1, 2);
  std::uniform_int_distribution<int> exponent(least, most);
  std::vector<double> x(n);
  for (double& v : x) v = std::ldexp(random() % 2 == 0 ? mantissa(random) : -mantissa(random), exponent(random));
  return x;
}

/// Numbers that have their last bit, one in five of them so many powers of two below the others, many just below a power.
inline std::vector<double> two_sizes(std::size_t n, int spread, int power, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) {
    std::uint64_t const one = random(), fraction = one % 3 == 0 ? (std::uint64_t{1} << 52) - 1 : one >> 12 | 1;
    double const size = std::ldexp(1 + std::ldexp(static_cast<double>(fraction), -52),
                                   power - (i % 5 == 0 ? spread : static_cast<int>(random() % 4)));
    x[i] = random() % 2 == 0 ? size : -size;
  }
  return x;
}

/// The exact sum by integers, number by number.
inline double sum_of(std::vector<double> const& x) {
  tandem::exact_accumulator a;
  for (double const v : x) a.add(v);
  return a.value();
}
inline double dot_of(std::vector<double> const& x, std::vector<double> const& y) {
  tandem::exact_accumulator a;
  for (std::size_t i = 0; i < x.size(); ++i) a.add_product(x[i], y[i]);
  return a.value();
}

/// The first place at which they differ, bit for bit; their length if they do not. Looked for before anything is asked of Catch2, which takes
/// longer over one number than what is tested.
template <class T> std::size_t difference(std::vector<T> const& a, std::vector<T> const& b) {
  auto const same = [](T x, T y) { return std::memcmp(&x, &y, sizeof(T)) == 0; };
  return static_cast<std::size_t>(std::ranges::mismatch(a, b, same).in1 - a.begin());
}

inline bool within_1_ulp(double a, double b) {
  if (a == b) return true;
  return std::abs(a - b) <= std::nextafter(std::abs(b), std::numeric_limits<double>::infinity()) - std::abs(b);
}

}  // namespace exact_test
