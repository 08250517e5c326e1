// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The sum or the mean of a window, rounded once, from the exact sums of its numbers' high and low parts.

#include <concepts>
#include <cstddef>

#include <tandem/backend/floating_point.hpp>
#include <tandem/backend/simd.hpp>
#include <tandem/reduce/detail/extraction.hpp>
#include <tandem/reduce/detail/units.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// The elements of as many windows as there are in a register.
template <class Unit> struct divisor {
  using reg = typename Unit::reg;
  reg n, one_nth;
  explicit divisor(std::size_t width) : n(Unit::repeated(static_cast<double>(width))), one_nth(Unit::repeated(1.) / n) {}
  // The first of them ends at i.
  divisor(std::size_t i, std::size_t width) {
    double each[Unit::size];
    for (std::size_t lane = 0; lane < Unit::size; ++lane)
      each[lane] = static_cast<double>(i + lane + 1 < width ? i + lane + 1 : width);
    n = Unit::load(each);
    one_nth = Unit::repeated(1.) / n;
  }
};

/// x - a * b, which must be a double.
template <class Unit, class R = typename Unit::reg> TANDEM_INLINE R exact_remainder(R x, R a, R b) {
  if constexpr (backend::fuses) {
    return Unit::fused_less(a, b, x);
  } else {
    R upper, lower;
    two_product<Unit>(a, b, upper, lower);
    R difference = x - upper;
    backend::barrier(difference);
    return difference - lower;
  }
}

/// high + low, or a `d`th of it; of floats (`narrow`) as a double, and `rest` takes note where high + low is none.
template <bool divided, bool narrow, class Unit, class R = typename Unit::reg>
TANDEM_INLINE R window_result(R high, R low, divisor<Unit> const& d, [[maybe_unused]] R& rest) {
  using backend::barrier;
  barrier(high);
  barrier(low);
  R total = high + low;
  barrier(total);
  if constexpr (narrow) {
    R part = total - high;
    barrier(part);
    rest = Unit::either(rest, low - part);
    R n = d.n;  // hidden, lest the quotient become a product with the reciprocal
    barrier(n);
    if constexpr (divided) total = total / n;
  } else if constexpr (divided) {
    // total + error is the exact sum: where a bit is lost at all, high is the larger one.
    R part = total - high;
    barrier(part);
    R error = low - part;
    barrier(error);
    R quotient = total * d.one_nth;
    barrier(quotient);
    R remainder = exact_remainder<Unit>(total, quotient, d.n);
    barrier(remainder);
    remainder = remainder + error;
    barrier(remainder);
    R n = d.n;  // hidden as well
    barrier(n);
    R correction = remainder / n;
    barrier(correction);
    total = quotient + correction;
  }
  return total;
}

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
