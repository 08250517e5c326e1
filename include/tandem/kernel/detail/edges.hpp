// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Functions of lanes that xsimd gets wrong at the edges of their range, corrected: powers of special values, logarithms and
/// cube roots of subnormal doubles, the error function of large doubles.

#include <limits>
#include <type_traits>

#include <tandem/backend/simd.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// What brings subnormal doubles among the normal ones. It has a whole cube root.
inline constexpr double subnormal_scale = 0x1p54, subnormal_scale_cube_root = 0x1p18;

/// A logarithm by xsimd's `function`, which takes subnormal doubles for others: they are scaled first, and the logarithm of the
/// scale is taken off again. Zero and negative numbers are scaled too, which does not change their logarithm.
template <class T, class F>
TANDEM_INLINE xsimd::batch<T> scaled_logarithm(xsimd::batch<T> const& x, double log_of_scale, F const& function) {
  using batch = xsimd::batch<T>;
  if constexpr (std::is_same_v<T, double>) {
    auto const subnormal = x < batch((std::numeric_limits<double>::min)());
    return function(xsimd::select(subnormal, x * batch(subnormal_scale), x)) -
           xsimd::select(subnormal, batch(log_of_scale), batch(0.));
  } else {
    return function(x);
  }
}
template <class T> TANDEM_INLINE xsimd::batch<T> logarithm(xsimd::batch<T> const& x) {
  return scaled_logarithm<T>(x, 37.429947750237047899, [](auto const& v) { return xsimd::log(v); });
}
template <class T> TANDEM_INLINE xsimd::batch<T> logarithm_to_2(xsimd::batch<T> const& x) {
  return scaled_logarithm<T>(x, 54., [](auto const& v) { return xsimd::log2(v); });
}
template <class T> TANDEM_INLINE xsimd::batch<T> logarithm_to_10(xsimd::batch<T> const& x) {
  return scaled_logarithm<T>(x, 16.255619765854984554, [](auto const& v) { return xsimd::log10(v); });
}

template <class T> TANDEM_INLINE xsimd::batch<T> cube_root(xsimd::batch<T> const& x) {
  using batch = xsimd::batch<T>;
  if constexpr (std::is_same_v<T, double>) {
    auto const subnormal = xsimd::abs(x) < batch((std::numeric_limits<double>::min)());
    return xsimd::cbrt(xsimd::select(subnormal, x * batch(subnormal_scale), x)) *
           xsimd::select(subnormal, batch(1 / subnormal_scale_cube_root), batch(1.));
  } else {
    return xsimd::cbrt(x);
  }
}

/// From 6 on the nearest double is 1. xsimd takes powers of larger numbers, which overflow.
template <class T> TANDEM_INLINE xsimd::batch<T> error_function(xsimd::batch<T> const& x) {
  using batch = xsimd::batch<T>;
  if constexpr (std::is_same_v<T, double>) {
    batch const most(6.);
    return xsimd::erf(xsimd::select(x > most, most, xsimd::select(x < -most, -most, x)));
  } else {
    return xsimd::erf(x);
  }
}

/// exp(y log |x|), negative where x is and y is odd. What that arithmetic does not give by itself is set right by Annex F of
/// the C standard, F.10.4.4.
template <class T> TANDEM_INLINE xsimd::batch<T> power(xsimd::batch<T> const& x, xsimd::batch<T> const& y) {
  using batch = xsimd::batch<T>;
  batch const zero(T(0)), one(T(1)), minus_zero(T(-0.)), infinity(std::numeric_limits<T>::infinity());
  batch const size = xsimd::abs(x), half = y * batch(T(0.5));
  auto const whole = xsimd::trunc(y) == y;  // true for infinities
  auto const odd = whole & (xsimd::trunc(half) != half);
  batch const value = xsimd::exp(y * logarithm<T>(size)) ^ (x & xsimd::select(odd, minus_zero, zero));
  auto const undefined = (x < zero) & (size != infinity) & !whole;
  auto const unity = (y == zero) | (x == one) | ((size == one) & (xsimd::abs(y) == infinity));
  return xsimd::select(unity, one, xsimd::select(undefined, batch(std::numeric_limits<T>::quiet_NaN()), value));
}

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
