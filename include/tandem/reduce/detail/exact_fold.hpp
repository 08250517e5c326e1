// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Exact sums of elements and of products of elements, whatever their types: floats and doubles go through the extraction, small
/// integers too, as doubles, and integers of 64 bits one by one, or cut into a double and what is left.

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include <tandem/backend/floating_point.hpp>
#include <tandem/reduce/detail/extraction.hpp>
#include <tandem/reduce/detail/power_sums.hpp>
#include <tandem/reduce/exact_accumulator.hpp>

namespace tandem::detail {

/// What the mean of such elements is: their own type if it is a floating-point type, else double.
template <class T> using floating_result = std::conditional_t<std::floating_point<T>, T, double>;

/// The numbers that are summed exactly.
template <class T>
concept summable = std::is_arithmetic_v<T> && sizeof(T) <= 8;

inline namespace TANDEM_ABI {

/// Hands integers on: small ones as doubles, a block at a time, and those of 64 bits one by one.
template <class T, class Block, class Each> void in_doubles(T const* x, std::size_t n, Block const& block, Each const& each) {
  if constexpr (sizeof(T) < 8) {
    constexpr std::size_t most = 1024;
    double wide[most];
    for (std::size_t i = 0; i < n; i += most) {
      std::size_t const count = n - i < most ? n - i : most;
      for (std::size_t j = 0; j < count; ++j) wide[j] = static_cast<double>(x[i + j]);
      block(wide, count);
    }
  } else {
    for (std::size_t i = 0; i < n; ++i) each(x[i]);
  }
}

/// What of a number is no double: the lowest bits of an integer above 2^53.
template <class T> T lost_in_double(T x) {
  if constexpr (std::integral<T> && sizeof(T) == 8) {
    constexpr T most = T{1} << 53;
    bool const large = x > most || (std::is_signed_v<T> && x < T{} - most);
    return large ? x & T{2047} : T{};
  } else {
    return T{};
  }
}

/// An exact sum, and where the extraction stands.
struct exact_sum {
  exact_accumulator sum;
  anchor at;

  template <bool vectorized, class T> void add(T const* x, std::size_t n, std::size_t ahead = 0) {
    if constexpr (exact_in_double<T>) {
      extract<vectorized>(numbers_of<T>{x}, n, ahead);
    } else {
      in_doubles(
          x, n, [this](double const* wide, std::size_t count) { extract<vectorized>(numbers_of<double>{wide}, count); },
          [this](T element) { sum.add(element); });
    }
  }

  /// Adds x[i] * y[i]; at least one of both is of a floating-point type.
  template <bool vectorized, class X, class Y> void add_products(X const* x, Y const* y, std::size_t n) {
    if constexpr (std::same_as<X, Y>) {
      extract<vectorized>(products_of<X>{x, y}, n);
    } else {
      constexpr std::size_t most = 1024;
      double wide[2][most];
      backend::nearest_rounding const guard;
      for (std::size_t i = 0; i < n; i += most) {
        std::size_t const count = n - i < most ? n - i : most;
        widen(x + i, y + i, count, wide[0], wide[1]);
        extract<vectorized>(products_of<double>{as_doubles(x + i, wide[0]), as_doubles(y + i, wide[1])}, count);
      }
    }
  }

  void merge(exact_sum const& other) { sum.merge(other.sum); }

 private:
  /// Where the factors of type T are as doubles.
  template <class T> static double const* as_doubles(T const* x, double const* widened) {
    if constexpr (std::same_as<T, double>) return x;
    else return widened;
  }
  /// Writes the factors as doubles, if they are none, and adds the products of what is lost of them.
  template <class X, class Y>
  [[gnu::noinline]] void widen(X const* x, Y const* y, std::size_t n, double* wide_x, double* wide_y) {
    for (std::size_t i = 0; i < n; ++i) {
      X const of_x = lost_in_double(x[i]);
      Y const of_y = lost_in_double(y[i]);
      double const factor_x = static_cast<double>(static_cast<X>(x[i] - of_x));
      double const factor_y = static_cast<double>(static_cast<Y>(y[i] - of_y));
      if constexpr (!std::same_as<X, double>) wide_x[i] = factor_x;
      if constexpr (!std::same_as<Y, double>) wide_y[i] = factor_y;
      if (of_x != 0) add_small(of_x, factor_y);
      if (of_y != 0) add_small(of_y, factor_x);
    }
  }
  // The other factor is a floating-point number. Where it is zero or not finite the larger part of the integer says it all.
  template <class T> void add_small(T lost, double other) {
    if (other != 0 && std::isfinite(other)) sum.add_product(static_cast<double>(lost), other);
  }

  template <bool vectorized, class Terms> void extract(Terms terms, std::size_t n, std::size_t ahead = 0) {
    backend::nearest_rounding const guard;
    if constexpr (vectorized) extraction<one_register, Terms>::add(sum, at, terms, n, ahead);
    else extraction<one_number, Terms>::add(sum, at, terms, n, ahead);
  }
};

/// The exact sum of numbers and that of their squares.
struct exact_power_sums {
  exact_sum first, second;
  int top = power_sums<one_number>::unknown;

  template <bool vectorized, class T> void add(T const* x, std::size_t n) {
    if constexpr (exact_in_double<T>) {
      add_floating<vectorized>(x, n);
    } else {
      in_doubles(
          x, n, [this](double const* wide, std::size_t count) { add_floating<vectorized>(wide, count); },
          [this](T element) {
            first.sum.add(element);
            second.sum.add_product(element, element);
          });
    }
  }

  void merge(exact_power_sums const& other) {
    first.merge(other.first);
    second.merge(other.second);
  }

 private:
  template <bool vectorized, class T> void add_floating(T const* x, std::size_t n) {
    using unit = std::conditional_t<vectorized, one_register, one_number>;
    std::size_t i = 0;
    {
      backend::nearest_rounding const guard;
      i = power_sums<unit>::add(first.sum, second.sum, top, x, n);
    }
    // Block by block, so that the products find the elements in the first cache.
    constexpr std::size_t block = 1024;
    for (std::size_t count; i < n; i += count) {
      count = n - i < block ? n - i : block;
      first.add<vectorized>(x + i, count);
      second.add_products<vectorized>(x + i, x + i, count);
    }
  }
};

/// The square root, in round-to-nearest.
template <class R> [[gnu::noinline]] R root_of(wide_number const& x) { return x.template root<R>(); }
template <class R> R square_root(wide_number const& x) {
  backend::nearest_rounding const guard;
  return root_of<R>(x);
}

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
