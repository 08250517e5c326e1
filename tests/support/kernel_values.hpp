// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Numbers on which kernels are tried: special values, random ones over all exponents, and how two results are compared.

#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

namespace kernel_test {

/// SplitMix64: the same numbers on every machine and with every standard library.
class random_bits {
 public:
  explicit random_bits(std::uint64_t seed) : state_(seed) {}

  std::uint64_t operator()() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  /// A number in [low, high).
  double uniform(double low, double high) { return low + (high - low) * (static_cast<double>((*this)() >> 11) * 0x1p-53); }

 private:
  std::uint64_t state_;
};

template <class T> using bits_of_size = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

template <class T> bool is_nan(T x) { return x != x; }

/// The same bits, or both NaN: which NaN an operation passes on is the compiler's choice.
template <class T> bool same(T a, T b) {
  if constexpr (std::floating_point<T>)
    return std::bit_cast<bits_of_size<T>>(a) == std::bit_cast<bits_of_size<T>>(b) || (is_nan(a) && is_nan(b));
  else return a == b;
}

/// All elements the same, in the sense above.
template <class Range> bool all_same(Range const& a, Range const& b) {
  if (std::size(a) != std::size(b)) return false;
  for (std::size_t i = 0; i < std::size(a); ++i)
    if (!same(a[i], b[i])) return false;
  return true;
}

/// A number so that it can be typed in again.
template <class T> std::string exactly(T x) {
  std::ostringstream text;
  if constexpr (std::floating_point<T>) text << std::hexfloat << x << " (" << std::defaultfloat << x << ")";
  else text << +x;
  return text.str();
}

/// The values at which arithmetic has edges.
template <class T> std::vector<T> special_values() {
  using limits = std::numeric_limits<T>;
  if constexpr (std::floating_point<T>) {
    T const tiny = limits::denorm_min(), least = limits::min(), most = limits::max(), infinity = limits::infinity();
    std::vector<T> values{T(0),
                          tiny,
                          least / 2,
                          least,
                          1 / most,
                          limits::epsilon(),
                          T(0.25),
                          T(0.5),
                          std::nextafter(T(0.5), T(0)),
                          std::nextafter(T(1), T(0)),
                          T(1),
                          std::nextafter(T(1), T(2)),
                          T(1.5),
                          T(2),
                          T(2.5),
                          T(3),
                          T(10),
                          T(100),
                          T(0x1p23),
                          T(0x1p23) + T(0.5),
                          T(0x1p24),
                          T(0x1p31),
                          T(0x1p52),
                          T(0x1p53),
                          T(0x1p63),
                          most / 2,
                          most,
                          infinity};
    std::size_t const positive = values.size();
    for (std::size_t i = 0; i < positive; ++i) values.push_back(-values[i]);
    values.push_back(limits::quiet_NaN());
    values.push_back(-limits::quiet_NaN());
    return values;
  } else {
    std::vector<T> values{0, 1, 2, 3, 7, 10, 31, 32, 63, 64, 100, 255, 256, 65535, 65536};
    for (int bit = 0; bit < limits::digits; bit += 5) values.push_back(static_cast<T>(T{1} << bit));
    std::size_t const positive = values.size();
    for (std::size_t i = 0; i < positive; ++i) values.push_back(static_cast<T>(T{} - values[i]));
    for (T const edge : {limits::max(), limits::min(), static_cast<T>(limits::max() - 1), static_cast<T>(limits::min() + 1)})
      values.push_back(edge);
    return values;
  }
}

/// `count` random numbers: of every sign and exponent (subnormal ones and none of the NaNs), or of every length in bits.
template <class T> std::vector<T> random_values(std::size_t count, std::uint64_t seed) {
  random_bits next(seed);
  std::vector<T> values;
  values.reserve(count);
  while (values.size() < count) {
    if constexpr (std::floating_point<T>) {
      T const x = std::bit_cast<T>(static_cast<bits_of_size<T>>(next()));
      if (!is_nan(x)) values.push_back(x);
    } else {
      std::uint64_t const bits = next();
      values.push_back(static_cast<T>(bits >> (next() % 64)));
    }
  }
  return values;
}

/// Special and random values, shuffled, so that any few neighbours are of different kinds.
template <class T> std::vector<T> mixed_values(std::size_t random_count, std::uint64_t seed) {
  std::vector<T> values = special_values<T>();
  for (T const x : random_values<T>(random_count, seed)) values.push_back(x);
  random_bits next(seed ^ 0x5eed);
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[next() % i]);
  return values;
}

}  // namespace kernel_test
