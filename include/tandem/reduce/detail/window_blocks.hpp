// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Sums and means of all windows of a block of doubles, exactly rounded, in lanes.
///
/// Each number is cut without error into two integers, multiples of two powers of two (extraction.hpp says how). The sums of
/// windows are differences of running sums of those integers: exact. What comes out are two doubles whose exact sum is the
/// window's; one addition rounds it. For a mean the quotient is formed, its remainder computed without error, and the quotient
/// corrected by it; the remainder then says whether the result is the nearest double.

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <tandem/backend/floating_point.hpp>
#include <tandem/reduce/detail/extraction.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

template <class Unit> class window_blocks {
 public:
  using reg = typename Unit::reg;
  static constexpr std::size_t widest = 4096;

  window_blocks(double const* in, double* out, std::size_t width)
      : in_(in), out_(out), width_(width), high_(length() + width + Unit::size + 1), low_(high_.size()) {
    int const bits = static_cast<int>(std::bit_width(width));
    // A window's integers stay below 2^51, so that they are doubles as well.
    headroom_ = bits + 2 > anchor::headroom ? bits + 2 : anchor::headroom;
    step_ = 51 - bits < anchor::step ? 51 - bits : anchor::step;
  }

  /// The number of windows in a block.
  std::size_t length() const noexcept { return width_ > 512 ? 4 * width_ : 2048; }

  /// Writes the windows that end at [begin, end), at most `length()` of them; false, with nothing to rely on written, if the
  /// numbers are not of this kind: too far apart in size, not finite, or -0.
  template <bool divided> [[gnu::noinline]] bool slide(std::size_t begin, std::size_t end) {
    std::size_t const from = begin + 1 > width_ ? begin + 1 - width_ : 0;
    if (!cut(in_ + from, end - from)) return false;
    std::int64_t high = 0, low = 0;
    for (std::size_t j = 0; j < end - from; ++j) {
      std::int64_t const next_high = high_[j], next_low = low_[j];
      high_[j] = high, low_[j] = low;
      high += next_high, low += next_low;
    }
    high_[end - from] = high, low_[end - from] = low;

    std::size_t i = begin;
    for (; i < end && i + 1 < width_; ++i)
      if (!window<divided, one_number>(i, i + 1 - from, 0, static_cast<double>(i + 1))) return false;
    for (; i + Unit::size <= end; i += Unit::size)
      if (!window<divided, Unit>(i, i + 1 - from, i + 1 - from - width_, static_cast<double>(width_))) return false;
    for (; i < end; ++i)
      if (!window<divided, one_number>(i, i + 1 - from, i + 1 - from - width_, static_cast<double>(width_))) return false;
    return true;
  }

 private:
  using integers = typename Unit::integers;

  // Cuts n numbers into integers; false if something is left of one.
  bool cut(double const* x, std::size_t n) {
    reg top = Unit::repeated(0);
    std::size_t i = 0;
    for (; i + Unit::size <= n; i += Unit::size) top = Unit::larger(top, Unit::abs(Unit::load(x + i)));
    double largest = Unit::largest(top);
    for (; i < n; ++i) largest = std::abs(x[i]) > largest ? std::abs(x[i]) : largest;
    if (!(largest <= anchor::power(anchor::most - headroom_))) return false;
    int const exponent = static_cast<int>(std::bit_cast<std::uint64_t>(largest) >> 52) - 1022, wanted = exponent + headroom_;
    k_ = wanted < anchor::least ? anchor::least : wanted;
    high_start_ = anchor::start(k_);
    low_start_ = anchor::start(k_ - step_);

    reg rest = Unit::repeated(0);
    for (i = 0; i + Unit::size <= n; i += Unit::size) rest = Unit::either(rest, cut_one<Unit>(x + i, i));
    double last = 0;
    for (; i < n; ++i) last = one_number::either(last, cut_one<one_number>(x + i, i));
    return !Unit::any_bit_at_all(rest) && !one_number::any_bit_at_all(last);
  }

  // What is left of the numbers; a -0 is left as it is.
  template <class Some> TANDEM_INLINE typename Some::reg cut_one(double const* x, std::size_t i) {
    typename Some::reg const value = Some::load(x);
    running_sum<Some> high(high_start_), low(low_start_);
    typename Some::reg const start_of_high = high.s, start_of_low = low.s, rest = low.take(high.take(value));
    Some::store(high_.data() + i, Some::bits(high.s) - Some::bits(start_of_high));
    Some::store(low_.data() + i, Some::bits(low.s) - Some::bits(start_of_low));
    return rest;
  }

  // An integer below 2^51 as a double.
  template <class Some> TANDEM_INLINE static typename Some::reg as_double(typename Some::integers n) {
    using backend::barrier;
    typename Some::reg const shift = Some::repeated(0x1.8p52);
    typename Some::reg shifted = Some::numbers(n + Some::bits(shift));
    barrier(shifted);
    return shifted - shift;
  }

  // The windows that end at element i and after, as many as there are in a `Some`, of `count` elements each.
  template <bool divided, class Some>
  TANDEM_INLINE bool window(std::size_t i, std::size_t last, std::size_t first, double count) {
    using backend::barrier;
    using R = typename Some::reg;
    R high = as_double<Some>(Some::load(high_.data() + last) - Some::load(high_.data() + first)) *
             Some::repeated(anchor::power(k_ - 52));
    R low = as_double<Some>(Some::load(low_.data() + last) - Some::load(low_.data() + first)) *
            Some::repeated(anchor::power(k_ - 52 - step_));
    barrier(high);
    barrier(low);
    R sum = high + low;
    barrier(sum);
    if constexpr (!divided) {
      Some::store(out_ + i, sum);
      return true;
    } else {
      R const n = Some::repeated(count), one_nth = Some::repeated(1 / count);
      // sum + error is the exact sum.
      R part = sum - high;
      barrier(part);
      R other = sum - part;
      barrier(other);
      R error_high = high - other, error_low = low - part;
      barrier(error_high);
      barrier(error_low);
      R error = error_high + error_low;
      barrier(error);
      // The quotient, and the exact remainder of it.
      R quotient = sum * one_nth;
      barrier(quotient);
      R upper, lower;
      two_product<Some>(quotient, n, upper, lower);
      R difference = sum - upper;
      barrier(difference);
      R remainder = difference - lower;
      barrier(remainder);
      remainder = remainder + error;
      barrier(remainder);
      R correction = remainder * one_nth;
      barrier(correction);
      R result = quotient + correction;
      barrier(result);
      R moved = result - quotient;
      barrier(moved);
      R moved_n = moved * n;
      barrier(moved_n);
      remainder = remainder - moved_n;
      barrier(remainder);
      Some::store(out_ + i, result);
      // Nearest if the remainder is less than n times half a unit in the last place; the unit below a power of two is the smaller.
      R below = Some::abs(result) * Some::repeated(1 - 0x1p-53);
      barrier(below);
      R const most = Some::power_of(below) * (n * Some::repeated(0x1p-53));
      R const over = Some::abs(remainder) - most;
      if (Some::largest(over) < 0) [[likely]]
        return true;
      double results[Some::size], remainders[Some::size];
      Some::store(results, result);
      Some::store(remainders, remainder);
      for (std::size_t k = 0; k < Some::size; ++k)
        if (!settle(out_[i + k], results[k], remainders[k], count)) return false;
      return true;
    }
  }

  // Halfway cases go to even. Whatever else is doubtful (results near the smallest numbers, powers of two) is left to others.
  static bool settle(double& out, double result, double remainder, double count) {
    if (remainder == 0) return true;
    double const size = std::abs(result);
    std::uint64_t const bits = std::bit_cast<std::uint64_t>(result), fraction = bits & ((std::uint64_t{1} << 52) - 1);
    if (size < 0x1p-900 || fraction == 0) return false;
    double const half = one_number::power_of(size) * 0x1p-53 * count;
    if (std::abs(remainder) < half) return true;
    if (std::abs(remainder) > half) return false;
    if (fraction % 2 == 1) out = std::bit_cast<double>((remainder > 0) == (result > 0) ? bits + 1 : bits - 1);
    return true;
  }

  double const* in_;
  double* out_;
  std::size_t width_;
  std::vector<std::int64_t> high_, low_;  // at first of each number, then of all numbers before
  int headroom_, step_, k_ = 0;
  double high_start_ = 0, low_start_ = 0;
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
