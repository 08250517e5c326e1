// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Sums and means of narrow windows, exactly rounded, where a lane takes a stretch of windows of its own.
///
/// As in window_blocks.hpp windows are differences of running sums of two parts of each number; but numbers of several stretches
/// are turned into registers, one a lane, and so a running sum takes one addition, and the results are turned back. Each lane
/// cuts the numbers before its stretch again, so that windows must be narrow; and several stretches at a time are no way to read
/// and write memory, so that they should lie in the caches. Numbers are cut as in extraction.hpp, whose sums take so many of them;
/// what window_blocks.hpp says about rounding holds with that anchor's headroom and step.

#include <concepts>
#include <cstddef>
#include <utility>

#include <tandem/backend/simd.hpp>
#include <tandem/reduce/detail/extraction.hpp>
#include <tandem/reduce/detail/units.hpp>
#include <tandem/reduce/detail/window_results.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

template <class Unit, std::floating_point T> class window_lanes {
 public:
  using reg = typename Unit::reg;
  // Of eight lanes xsimd turns doubles in memory.
  static constexpr bool exist = Unit::size > 1 && Unit::size <= 4;
  static constexpr std::size_t widest = anchor::most_numbers / 2;

  window_lanes(T const* in, T* out, std::size_t width)
      : in_(in), out_(out), width_(width), lead_((width + lanes - 1) / lanes * lanes) {}

  /// Before this element windows are for others.
  std::size_t first() const noexcept { return lead_; }

  /// Writes the windows that end at [begin, end), or the first of them; returns how many. None if they are wide or too few, or their
  /// numbers too far apart in size, not finite, or -0.
  template <bool divided> std::size_t slide(std::size_t begin, std::size_t end) {
    if (width_ > widest || begin < lead_) return 0;
    std::size_t const fair = (end - begin) / (lanes * lanes) * lanes, length = fair < longest ? fair : longest;
    if (length < lead_) return 0;
    if (doubts_ > 0) {
      --doubts_;
      return 0;
    }
    if (at_.k == anchor::none) at_ = fitting(begin, length);
    if (try_block<divided>(begin, length)) return length * lanes;
    anchor const tried = at_;
    at_ = fitting(begin, length);
    if (!at_.same(tried) && try_block<divided>(begin, length)) return length * lanes;
    doubts_ = 16;
    return 0;
  }

 private:
  static constexpr bool narrow = std::same_as<T, float>;
  static constexpr std::size_t lanes = Unit::size;
  // For Dekker's product, which wants factors below 2^996.
  static constexpr int most = 990;
  // So many windows a lane.
  static constexpr std::size_t longest = anchor::most_numbers - widest;

  anchor fitting(std::size_t begin, std::size_t length) const {
    seen_sizes<Unit, sizes::any> seen;
    for (std::size_t i = begin - lead_; i < begin + length * lanes; i += lanes) seen.note(Unit::abs(Unit::load(in_ + i)));
    return seen.fitting();
  }

  template <bool divided> bool try_block(std::size_t begin, std::size_t length) {
    if (at_.k == anchor::none || at_.k > most) return false;
    constexpr std::make_index_sequence<lanes> each;
    if (at_.doubts == 0) return pass<divided, sizes::close>(begin, length, each);
    --at_.doubts;
    return pass<divided, sizes::any>(begin, length, each);
  }

  // The running sums of the numbers so far, from the beginning of each lane's on.
  template <sizes how> struct running {
    running_sum<Unit> high_start, low_start;
    reg highs = Unit::repeated(0), lows = highs;
    seen_sizes<Unit, how> seen;
    TANDEM_INLINE explicit running(anchor at) noexcept
        : high_start(anchor::start(at.k)), low_start(anchor::start(at.k - anchor::step)), seen(at) {}
    // Adds x, and stores the sums.
    TANDEM_INLINE void add(reg x, double* to_high, double* to_low) noexcept {
      running_sum<Unit> high_sum = high_start, low_sum = low_start;
      reg high, low;
      if constexpr (how == sizes::close) {
        seen.note(x);
        low = high_sum.take(x, high);
      } else {
        seen.largest = Unit::larger(seen.largest, Unit::abs(x));
        seen.rest = Unit::either(seen.rest, low_sum.take(high_sum.take(x, high), low));
      }
      highs = highs + high;
      lows = lows + low;
      Unit::store(to_high, highs);
      Unit::store(to_low, lows);
    }
    // Adds x, and gives the result of the window that ends with it, before which the sums are stored `back` behind.
    template <bool divided> TANDEM_INLINE reg window(reg x, double* to_high, double* to_low, std::size_t back,
                                                     divisor<Unit> const& d, reg& rest) noexcept {
      add(x, to_high, to_low);
      return window_result<divided, narrow, Unit>(highs - Unit::load(to_high - back), lows - Unit::load(to_low - back), d,
                                                  rest);
    }
  };

  // Cuts all numbers of a block, and writes the results of those behind the first `lead_` of each lane. What is done for each lane
  // is written out, so that compilers keep it in registers.
  template <bool divided, sizes how, std::size_t... lane>
  [[gnu::noinline]] bool pass(std::size_t begin, std::size_t length, std::index_sequence<lane...>) const {
    alignas(64) double high[anchor::most_numbers * lanes], low[anchor::most_numbers * lanes];
    double *h = high, *l = low;
    running<how> sums(at_);
    reg rest = Unit::repeated(0);
    divisor<Unit> const full(width_);
    T const *from = in_ + begin - lead_, *const first = in_ + begin;
    for (; from < first; from += lanes, h += lanes * lanes, l += lanes * lanes) {
      reg x[lanes] = {Unit::load(from + lane * length)...};
      xsimd::transpose(x, x + lanes);
      (sums.add(x[lane], h + lane * lanes, l + lane * lanes), ...);
    }
    std::size_t const back = width_ * lanes;
    T *to = out_ + begin, *const end = to + length;
    for (; to < end; from += lanes, to += lanes, h += lanes * lanes, l += lanes * lanes) {
      reg x[lanes] = {Unit::load(from + lane * length)...};
      xsimd::transpose(x, x + lanes);
      ((x[lane] = sums.template window<divided>(x[lane], h + lane * lanes, l + lane * lanes, back, full, rest)), ...);
      xsimd::transpose(x, x + lanes);
      (store(to + lane * length, x[lane]), ...);
    }
    return sums.seen.fit(at_) && !(narrow && Unit::any_bit_at_all(rest));
  }
  TANDEM_INLINE static void store(T* to, reg x) noexcept {
    if constexpr (narrow) Unit::store_narrowed(to, x);
    else Unit::store(to, x);
  }

  T const* in_;
  T* out_;
  std::size_t width_, lead_;
  anchor at_;
  int doubts_ = 0;  // of how many blocks to come it is not expected that their numbers are of this kind
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
