// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Exact sums of elements and of products of elements, whatever their type: floats and doubles go through the extraction, small
/// integers too, as doubles, and integers of 64 bits one by one.

#include <concepts>
#include <cstddef>
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

  template <bool vectorized, class T> void add_products(T const* x, T const* y, std::size_t n) {
    extract<vectorized>(products_of<T>{x, y}, n);
  }

  void merge(exact_sum const& other) { sum.merge(other.sum); }

 private:
  template <bool vectorized, class Terms> void extract(Terms terms, std::size_t n, std::size_t ahead = 0) {
    backend::nearest_rounding const guard;
    if constexpr (vectorized) extraction<one_register>::add(sum, at, terms, n, ahead);
    else extraction<one_number>::add(sum, at, terms, n, ahead);
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
