// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `weighted_sum` and `weighted_mean`: numpy.average with weights, correctly rounded. For weights that are all equal `sum` and `mean`
/// are enough.

#include <concepts>
#include <cstddef>
#include <limits>
#include <string_view>
#include <type_traits>

#include <tandem/reduce/detail/exact_fold.hpp>
#include <tandem/reduce/detail/integer_sum.hpp>
#include <tandem/reduce/detail/pair_reduction.hpp>
#include <tandem/reduce/detail/wide_number.hpp>
#include <tandem/reduce/exact_accumulator.hpp>

namespace tandem {
namespace detail {
inline namespace TANDEM_ABI {

/// The quotient of two exact sums, rounded once; NaN where the divisor is zero. What is infinite follows IEEE 754.
template <class R> R quotient_of(exact_accumulator const& dividend, exact_accumulator const& divisor) {
  constexpr R nan = std::numeric_limits<R>::quiet_NaN();
  wide_number const above = dividend.number(), below = divisor.number();
  if (divisor.is_finite() && below.is_zero()) return nan;
  if (!dividend.is_finite() || !divisor.is_finite()) {
    // Of a finite sum only the sign counts.
    R const x = !dividend.is_finite() ? dividend.value<R>() : above.is_zero() ? R{0} : above.negative() ? R{-1} : R{1};
    R const y = !divisor.is_finite() ? divisor.value<R>() : below.negative() ? R{-1} : R{1};
    R const quotient = x / y;
    return quotient == quotient ? quotient : nan;
  }
  if (above.is_zero()) return below.negative() ? -dividend.value<R>() : dividend.value<R>();
  return wide_number::quotient(above, below).template rounded<R>();
}

/// The sum of products, and the sum of the second factors.
template <class X, class W> struct weighted_mean_state {
  static constexpr bool order_independent = true;
  exact_sum products, weights;
  template <bool vectorized> void fold_pairs(X const* x, W const* w, std::size_t n) {
    // Block by block, so that the second sum finds the weights in the first cache.
    constexpr std::size_t block = 1024;
    for (std::size_t i = 0; i < n; i += block) {
      std::size_t const count = n - i < block ? n - i : block;
      products.add_products<vectorized>(x + i, w + i, count);
      weights.add<vectorized>(w + i, count);
    }
  }
  void merge(weighted_mean_state const& other) {
    products.merge(other.products);
    weights.merge(other.weights);
  }
  auto result(std::string_view) const { return quotient_of<std::common_type_t<X, W>>(products.sum, weights.sum); }
};
template <std::integral X, std::integral W> struct weighted_mean_state<X, W> {
  static constexpr bool order_independent = true;
  integer_sum products, weights;
  template <bool> void fold_pairs(X const* x, W const* w, std::size_t n) {
    products.add_products(x, w, n);
    weights.add(w, n);
  }
  void merge(weighted_mean_state const& other) {
    products.merge(other.products);
    weights.merge(other.weights);
  }
  double result(std::string_view) const { return quotient_of<double>(products.exact(), weights.exact()); }
};

}  // namespace TANDEM_ABI
}  // namespace detail

inline namespace TANDEM_ABI {

struct weighted_sum_fn : detail::pair_reduction<weighted_sum_fn> {
  static constexpr char const *name = "tandem::weighted_sum", *second = "weights";
  template <class X, class W> using state = detail::products_state<X, W>;
};

/// `weighted_sum([policy,] x, weights)`: the sum of weights[i] * x[i], rounded once: `dot` by its statistical name.
///
/// - `x`, `weights`: contiguous ranges of numbers, equally long.
/// - Returns, errors, determinism, complexity: as `dot`. Of nothing 0.
///
/// Example: `tandem::weighted_sum(std::vector{1., 2.}, std::vector{0.25, 0.5}) == 1.25`
inline constexpr weighted_sum_fn weighted_sum{};

struct weighted_mean_fn : detail::pair_reduction<weighted_mean_fn> {
  static constexpr char const *name = "tandem::weighted_mean", *second = "weights";
  template <class X, class W> using state = detail::weighted_mean_state<X, W>;
};

/// `weighted_mean([policy,] x, weights)`: the sum of weights[i] * x[i] over the sum of the weights, numpy.average.
///
/// A function of two ranges, no reducer.
/// - `x`, `weights`: contiguous ranges of numbers, equally long. Weights need not add up to 1 and may be negative.
/// - Returns the number nearest to the exact quotient, in the common type of both (double for integers): neither a product nor a sum
///   is rounded, overflows or underflows on the way. NaN of nothing and where the weights add up to 0; infinite elements and
///   weights as IEEE 754 says of the quotient of both sums.
/// - Errors: `std::invalid_argument` when the lengths differ.
/// - Determinism and policies: as `sum`. Complexity: one pass, somewhat longer than `dot`; some microseconds for the quotient.
///
/// Example: `tandem::weighted_mean(std::vector{1., 4.}, std::vector{2., 1.}) == 2.`
/// Source: Knuth, The Art of Computer Programming, volume 2, 4.3.1 (the quotient).
inline constexpr weighted_mean_fn weighted_mean{};

}  // namespace TANDEM_ABI
}  // namespace tandem
