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
#include <tandem/reduce/detail/units.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

template <class Unit> class window_blocks {
 public:
  using reg = typename Unit::reg;
  static constexpr std::size_t widest = 4096;

  /// For `windows` windows, the first of which ends anywhere.
  window_blocks(double const* in, double* out, std::size_t width, std::size_t windows)
      : in_(in), out_(out), width_(width), length_(width > 256 ? 4 * width : 1024) {
    // Rows may be short and many.
    if (windows < length_) length_ = windows;
    high_.resize(length_ + width + Unit::size);
    low_.resize(high_.size());
    int const bits = static_cast<int>(std::bit_width(width));
    // A window's integers stay below 2^51, so that they are doubles as well.
    headroom_ = bits + 2 > anchor::headroom ? bits + 2 : anchor::headroom;
    step_ = 51 - bits < anchor::step ? 51 - bits : anchor::step;
  }

  /// The number of windows in a block: so many that the elements before it, which are cut again, hardly count.
  std::size_t length() const noexcept { return length_; }

  /// Writes the windows that end at [begin, end), at most `length()` of them; false, with nothing to rely on written, if the
  /// numbers are not of this kind: too far apart in size, not finite, or -0.
  template <bool divided> [[gnu::noinline]] bool slide(std::size_t begin, std::size_t end) {
    std::size_t const from = begin + 1 > width_ ? begin + 1 - width_ : 0;
    if (!cut(in_ + from, end - from)) return false;
    std::size_t i = begin;
    for (; i < end && i + 1 < width_; ++i)
      if (!window<divided>(terms<one_number>(*this, i + 1), out_ + i, i + 1 - from, 0)) return false;
    terms<Unit> const all(*this, width_);
    for (; i + Unit::size <= end; i += Unit::size)
      if (!window<divided>(all, out_ + i, i + 1 - from, i + 1 - from - width_)) return false;
    terms<one_number> const each(*this, width_);
    for (; i < end; ++i)
      if (!window<divided>(each, out_ + i, i + 1 - from, i + 1 - from - width_)) return false;
    return true;
  }

 private:
  using integers = typename Unit::integers;
  // Dekker's product wants factors below 2^996.
  static constexpr int most = 980;

  /// Cuts n numbers into integers and adds these up; false if something is left of one.
  bool cut(double const* x, std::size_t n) {
    if (k_ != anchor::none && cut_at(x, n)) return true;  // as the block before
    reg top = Unit::repeated(0);
    std::size_t i = 0;
    for (; i + Unit::size <= n; i += Unit::size) top = Unit::larger(top, Unit::abs(Unit::load(x + i)));
    double largest = Unit::largest(top);
    for (; i < n; ++i) largest = std::abs(x[i]) > largest ? std::abs(x[i]) : largest;
    if (!(largest <= anchor::power(most - headroom_))) return false;
    int const exponent = anchor::exponent_above(largest), before = k_;
    k_ = exponent + headroom_ < anchor::least ? anchor::least : exponent + headroom_;
    return k_ != before && cut_at(x, n);
  }

  // What numbers are cut by, and the sums of the integers so far.
  template <class Some> struct cutter {
    running_sum<Some> high_start, low_start;
    typename Some::reg rest = Some::repeated(0), top = rest;
    std::int64_t *high, *low;
    typename Some::integers high_before, low_before;

    cutter(window_blocks& of, std::size_t i)
        : high_start(anchor::start(of.k_)), low_start(anchor::start(of.k_ - of.step_)), high(of.high_.data()),
          low(of.low_.data()), high_before(high[i]), low_before(low[i]) {}

    // `rest` gets what is left of a number; a -0 is left as it is.
    TANDEM_INLINE void cut(double const* x, std::size_t i) {
      typename Some::reg const value = Some::load(x + i);
      top = Some::larger(top, Some::abs(value));
      running_sum<Some> high_part = high_start, low_part = low_start;
      rest = Some::either(rest, low_part.take(high_part.take(value)));
      auto const highs = Some::running_total(Some::bits(high_part.s) - Some::bits(high_start.s));
      auto const lows = Some::running_total(Some::bits(low_part.s) - Some::bits(low_start.s));
      Some::store(high + i + 1, highs + high_before);
      Some::store(low + i + 1, lows + low_before);
      high_before = high_before + Some::repeated_last(highs);
      low_before = low_before + Some::repeated_last(lows);
    }
    bool fits(double limit) const { return !Some::any_bit_at_all(rest) && Some::largest(top) <= limit; }
  };

  [[gnu::noinline]] bool cut_at(double const* x, std::size_t n) {
    high_[0] = low_[0] = 0;
    cutter<Unit> some(*this, 0);
    std::size_t i = 0;
    for (; i + Unit::size <= n; i += Unit::size) some.cut(x, i);
    cutter<one_number> one(*this, i);
    for (; i < n; ++i) one.cut(x, i);
    double const limit = anchor::power(k_ - headroom_);
    return some.fits(limit) && one.fits(limit);
  }

  /// x - a * b, which must be a double.
  template <class R, class Some> TANDEM_INLINE static R exact_remainder(R x, R a, R b) {
    using backend::barrier;
    if constexpr (backend::fuses) {
      R minus = -a;
      barrier(minus);
      return Some::fused(minus, b, x);
    } else {
      R upper, lower;
      two_product<Some>(a, b, upper, lower);
      R difference = x - upper;
      barrier(difference);
      return difference - lower;
    }
  }

  // What windows of `count` elements are made of.
  template <class Some> struct terms {
    using unit = Some;
    typename Some::reg high_unit, low_unit, n, one_nth, a_little_more;
    std::int64_t const *high, *low;
    double count;
    terms(window_blocks const& of, std::size_t elements)
        : high_unit(Some::repeated(anchor::power(of.k_ - 52))), low_unit(Some::repeated(anchor::power(of.k_ - 52 - of.step_))),
          n(Some::repeated(static_cast<double>(elements))), one_nth(Some::repeated(1 / static_cast<double>(elements))),
          a_little_more(Some::repeated(1 / static_cast<double>(elements) * (1 + 0x1p-50))), high(of.high_.data()),
          low(of.low_.data()), count(static_cast<double>(elements)) {}
  };

  // Writes windows of the elements from first to last, as many neighbours as there are in a `terms::unit`.
  template <bool divided, class Terms>
  TANDEM_INLINE static bool window(Terms const& t, double* out, std::size_t last, std::size_t first) {
    using backend::barrier;
    using Some = typename Terms::unit;
    using R = typename Some::reg;
    R high = Some::to_double(Some::load(t.high + last) - Some::load(t.high + first)) * t.high_unit;
    R low = Some::to_double(Some::load(t.low + last) - Some::load(t.low + first)) * t.low_unit;
    barrier(high);
    barrier(low);
    R total = high + low;
    barrier(total);
    if constexpr (!divided) {
      Some::store(out, total);
      return true;
    } else {
      // total + error is the exact sum: where a bit is lost at all, high is the larger one.
      R part = total - high;
      barrier(part);
      R error = low - part;
      barrier(error);
      // The quotient, its exact remainder, and the quotient corrected by it.
      R quotient = total * t.one_nth;
      barrier(quotient);
      R remainder = exact_remainder<R, Some>(total, quotient, t.n);
      barrier(remainder);
      remainder = remainder + error;
      barrier(remainder);
      R correction = remainder * t.one_nth;
      barrier(correction);
      R result = quotient + correction;
      barrier(result);
      R moved = result - quotient;
      barrier(moved);
      R moved_n = moved * t.n;
      barrier(moved_n);
      remainder = remainder - moved_n;
      barrier(remainder);
      Some::store(out, result);
      // The nearest, if adding a little more than what is still missing does not move it.
      R missing = remainder * t.a_little_more;
      barrier(missing);
      R again = result + missing;
      barrier(again);
      if (!Some::differ(again, result)) [[likely]]
        return true;
      double results[Some::size], remainders[Some::size];
      Some::store(results, result);
      Some::store(remainders, remainder);
      for (std::size_t k = 0; k < Some::size; ++k)
        if (!settle(out[k], results[k], remainders[k], t.count)) return false;
      return true;
    }
  }

  // Halfway cases go to even. Whatever else is doubtful (results near the smallest numbers, powers of two) is left to others.
  static bool settle(double& out, double result, double remainder, double count) {
    if (remainder == 0) return true;
    double const size = std::abs(result);
    std::uint64_t const bits = std::bit_cast<std::uint64_t>(result), fraction = bits & ((std::uint64_t{1} << 52) - 1);
    if (!(size >= 0x1p-900) || fraction == 0) return false;
    double const half = one_number::power_of(size) * 0x1p-53 * count;
    if (std::abs(remainder) < half) return true;
    if (std::abs(remainder) > half) return false;
    if (fraction % 2 == 1) out = std::bit_cast<double>((remainder > 0) == (result > 0) ? bits + 1 : bits - 1);
    return true;
  }

  double const* in_;
  double* out_;
  std::size_t width_, length_;
  std::vector<std::int64_t> high_, low_;  // of all numbers before
  int headroom_, step_, k_ = anchor::none;
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
