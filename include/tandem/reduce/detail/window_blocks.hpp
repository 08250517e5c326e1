// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Sums and means of all windows of a block of doubles or floats, exactly rounded, in lanes.
///
/// Each number is cut without error into two parts, multiples of two powers of two (extraction.hpp says how). A block is so
/// short that running sums of its parts are exact, and so are the differences of these, which are the windows' sums: two
/// doubles, one addition of which rounds the sum. For a mean the quotient is formed, its remainder computed without error and
/// divided, and the two are added.
///
/// That this is the nearest double: let S be a window's sum, n its width, q the quotient and c = (S - n * q) / n, rounded, below
/// 4 ulp of the result. Where S / n lies halfway between two doubles, c is exact, and the last addition takes the even one. Else
/// it lies u / n or more from halfway, if u is the smaller of half an ulp and the lower part's unit: both S and n times the halfway
/// point are multiples of it. c's rounding, at most 2^-51 ulp, does not take it across: as |S / n| is at most 2^(k - headroom) and
/// the lower unit 2^(k - 52 - step), that is less than u / n if step + log2(n) < 51 + headroom.
///
/// Floats are widened. Their windows count where the sum S is a double; then it, or the double nearest to S / n, rounded to
/// float is the float nearest to the exact result: S / n is the middle of two floats, or farther from it than u / n, where u is
/// the smaller of S's unit and half a float's, and so does not become it where n < 2^28.

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <tandem/backend/streaming.hpp>
#include <tandem/reduce/detail/extraction.hpp>
#include <tandem/reduce/detail/units.hpp>
#include <tandem/reduce/detail/window_results.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

template <class Unit, std::floating_point T> class window_blocks {
 public:
  using reg = typename Unit::reg;
  static constexpr std::size_t widest = std::size_t{1} << 20;

  /// For `windows` windows, the first of which ends anywhere; they are stored as `mode` says.
  window_blocks(T const* in, T* out, std::size_t width, std::size_t windows, backend::store_mode mode)
      : in_(in), out_(out), width_(width), lead_((width + Unit::size - 1) / Unit::size * Unit::size),
        length_(width <= 256    ? 1024
                : width <= 4096 ? 4 * width
                                : width),
        mode_(narrow ? backend::store_mode::cached : mode) {
    // Rows may be short and many.
    if (windows < length_) length_ = windows;
    // What keeps the running sums below 2^53 of their units.
    int const bits = static_cast<int>(std::bit_width(lead_ + length_));
    headroom_ = bits > least_headroom ? bits : least_headroom;
    step_ = 53 - bits;
    std::size_t const lines = (lead_ + length_) / line::size + 1;
    memory_ = std::make_unique_for_overwrite<line[]>(2 * lines);
    high_ = memory_[0].of;
    low_ = memory_[lines].of;
  }

  /// The number of windows in a block: so many that the elements before it, which are cut again, hardly count.
  std::size_t length() const noexcept { return length_; }

  /// Writes the windows that end at [begin, end), at most `length()` of them; false, with nothing to rely on written, if the
  /// numbers are not of this kind: too far apart in size, not finite, or -0.
  template <bool divided> bool slide(std::size_t begin, std::size_t end) {
    std::size_t const from = begin < lead_ ? 0 : begin - lead_;
    // Cut as the block before, the first one by its first numbers.
    int tried = k_;
    if (k_ == anchor::none && measure(from, end - from < 64 ? end : from + 64)) tried = k_ += 2;
    if (k_ != anchor::none && pass<divided>(begin, end)) return true;
    return measure(from, end) && k_ != tried && pass<divided>(begin, end);
  }

 private:
  // A line of the cache.
  struct alignas(64) line {
    static constexpr std::size_t size = 64 / sizeof(double);
    double of[size];
  };
  static constexpr bool narrow = std::same_as<T, float>;
  // Dekker's product wants factors below 2^996.
  static constexpr int most = 980, least_headroom = 12;

  /// Chooses what the elements [from, to) are cut by; false if there is nothing.
  bool measure(std::size_t from, std::size_t to) {
    reg top = Unit::repeated(0);
    for (; to - from >= Unit::size; from += Unit::size) top = Unit::larger(top, Unit::abs(Unit::load(in_ + from)));
    double largest = Unit::largest(top);
    for (; from < to; ++from) largest = one_number::larger(largest, one_number::abs(one_number::load(in_ + from)));
    if (!(largest <= anchor::power(most - headroom_))) return false;
    int const wanted = anchor::exponent_above(largest) + headroom_;
    k_ = wanted < anchor::least ? anchor::least : wanted;
    return true;
  }

  // What numbers are cut by, the sums of their parts up to each of the last ones, and what was left of them or of floats' sums.
  template <class Some> struct cutter {
    using R = typename Some::reg;
    running_sum<Some> high_start, low_start;
    R rest = Some::repeated(0), top = rest, highs = rest, lows = rest;

    explicit cutter(window_blocks const& of) : high_start(anchor::start(of.k_)), low_start(anchor::start(of.k_ - of.step_)) {}

    // A -0 is left as it is.
    TANDEM_INLINE void cut(T const* x) {
      R const value = Some::load(x);
      top = Some::larger(top, Some::abs(value));
      running_sum<Some> high_sum = high_start, low_sum = low_start;
      R high, low;
      rest = Some::either(rest, low_sum.take(high_sum.take(value, high), low));
      highs = Some::running_total(high) + Some::repeated_last(highs);
      lows = Some::running_total(low) + Some::repeated_last(lows);
    }
    bool fits(double limit) const { return !Some::any_bit_at_all(rest) && Some::largest(top) <= limit; }
  };

  // Where things are. The element `begin` has place `lead` in the running sums.
  struct block {
    T const* in;
    T* out;
    double *high, *low;
    std::size_t begin, lead, width;
    backend::store_mode mode;

    template <class Some> TANDEM_INLINE void cut(cutter<Some>& by, std::size_t i) const {
      by.cut(in + i);
      Some::store(high + (i + lead - begin), by.highs);
      Some::store(low + (i + lead - begin), by.lows);
    }
    // Running sums go on from those before element i.
    template <class Some> TANDEM_INLINE void go_on(cutter<Some>& by, std::size_t i) const {
      std::size_t const place = i + lead - begin;
      by.highs = Some::repeated(place > 0 ? high[place - 1] : 0);
      by.lows = Some::repeated(place > 0 ? low[place - 1] : 0);
    }
    template <bool divided, class Some>
    TANDEM_INLINE void window(cutter<Some>& by, std::size_t i, divisor<Some> const& d) const {
      cut(by, i);
      std::size_t const first = i + lead - begin - width;
      auto const result = window_result<divided, narrow, Some>(by.highs - Some::load(high + first),
                                                               by.lows - Some::load(low + first), d, by.rest);
      if constexpr (narrow) Some::store_narrowed(out + i, result);
      else if (mode == backend::store_mode::streaming) Some::store_streaming(out + i, result);
      else Some::store(out + i, result);
    }
    // Windows that end at [i, end), one by one; returns `end`.
    template <bool divided> TANDEM_INLINE std::size_t singly(cutter<one_number>& by, std::size_t i, std::size_t end) const {
      go_on(by, i);
      for (; i < end; ++i) window<divided>(by, i, divisor<one_number>(i, width));
      return end;
    }
  };

  template <bool divided> [[gnu::noinline]] bool pass(std::size_t const begin, std::size_t const end) const {
    block const b{in_, out_, high_, low_, begin, lead_, width_, mode_};
    std::size_t const width = width_;
    cutter<Unit> many(*this);
    cutter<one_number> one(*this);
    // The elements before the block; where there are none the sums are 0.
    std::size_t i = begin < lead_ ? 0 : begin - lead_;
    for (std::size_t place = 0; place < i + lead_ - begin; ++place) high_[place] = low_[place] = 0;
    for (; begin - i >= Unit::size; i += Unit::size) b.cut(many, i);
    b.go_on(one, i);
    for (; i < begin; ++i) b.cut(one, i);

    if (mode_ == backend::store_mode::streaming) {
      std::size_t const over = reinterpret_cast<std::uintptr_t>(out_ + i) / sizeof(T) % Unit::size;
      if (over > 0) i = b.template singly<divided>(one, i, end - i < Unit::size - over ? end : i + (Unit::size - over));
    }
    b.go_on(many, i);
    for (; end - i >= Unit::size && i + 1 < width; i += Unit::size)
      b.template window<divided>(many, i, divisor<Unit>(i, width));
    divisor<Unit> const full(width);
    for (; end - i >= Unit::size; i += Unit::size) {
      prefetch_beyond(in_ + i, 1024);
      b.template window<divided>(many, i, full);
    }
    b.template singly<divided>(one, i, end);
    double const limit = anchor::power(k_ - headroom_);
    return many.fits(limit) && one.fits(limit);
  }

  T const* in_;
  T* out_;
  std::size_t width_, lead_, length_;
  backend::store_mode mode_;
  std::unique_ptr<line[]> memory_;
  double *high_, *low_;  // running sums of the two parts
  int headroom_, step_, k_ = anchor::none;
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
