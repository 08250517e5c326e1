// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Windows of exact sums and means: elements enter and leave, and nothing drifts.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include <tandem/backend/floating_point.hpp>
#include <tandem/backend/streaming.hpp>
#include <tandem/reduce/detail/exact_fold.hpp>
#include <tandem/reduce/detail/wide_number.hpp>
#include <tandem/reduce/detail/window_blocks.hpp>
#include <tandem/reduce/detail/window_lanes.hpp>
#include <tandem/reduce/exact_accumulator.hpp>
#include <tandem/reduce/moments.hpp>
#include <tandem/reduce/sum.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// An exact sum from which numbers can be taken away again. What is not finite is counted, and so are the signs of zeros.
template <std::floating_point T> class sliding_sum {
 public:
  void add(T x) { change(x, 1); }
  void remove(T x) { change(x, -1); }

  /// The sum, or with `divided` the mean, of what is in the window.
  template <bool divided> T value() const {
    if (nan_ > 0 || (plus_ > 0 && minus_ > 0)) return std::numeric_limits<T>::quiet_NaN();
    if (plus_ > 0) return std::numeric_limits<T>::infinity();
    if (minus_ > 0) return -std::numeric_limits<T>::infinity();
    wide_number sum = finite_.number();
    if (sum.is_zero()) return assembled<T>(0, 0, others_ == 0 && minus_zeros_ > 0);
    if constexpr (divided) sum.divide(others_ + minus_zeros_);
    return sum.rounded<T>();
  }

 private:
  void change(T x, int by) {
    std::uint64_t const one = by > 0 ? 1 : ~std::uint64_t{0};
    if (!std::isfinite(x)) {
      (std::isnan(x) ? nan_ : x > 0 ? plus_ : minus_) += one;
      return;
    }
    (ordered_bits(x) == -1 ? minus_zeros_ : others_) += one;  // a compiler may take -0 for +0 where it equals 0
    finite_.add(by > 0 ? x : -x);
  }

  exact_accumulator finite_;
  std::uint64_t nan_ = 0, plus_ = 0, minus_ = 0, minus_zeros_ = 0, others_ = 0;
};

/// Whether windows of a reducer over elements of type T are sums that elements enter and leave.
template <class Reducer, class T>
concept slides = exact_in_double<T> && (std::same_as<Reducer, sum_fn> || std::same_as<Reducer, mean_fn>);

/// Windows that end at [begin, end), one exact sum that numbers enter and leave.
template <class T, class U, bool divided>
[[gnu::noinline]] void slide_slowly(T const* in, U* out, std::size_t width, std::size_t begin, std::size_t end) {
  sliding_sum<T> window;
  for (std::size_t i = begin < width ? 0 : begin - width; i < begin; ++i) window.add(in[i]);
  for (std::size_t i = begin; i < end; ++i) {
    window.add(in[i]);
    if (i >= width) window.remove(in[i - width]);
    out[i] = static_cast<U>(window.template value<divided>());
  }
}

/// Windows that end at [begin, end), stored as `mode` says: in blocks, the fast way where the numbers allow it.
template <bool vectorized, class T, class U, class Reducer>
void slide_exactly(std::span<T const> in, U* out, std::size_t width, Reducer const&, std::size_t begin, std::size_t end,
                   [[maybe_unused]] backend::store_mode mode) {
  constexpr bool divided = std::same_as<Reducer, mean_fn>;
  backend::nearest_rounding const guard;
  if constexpr (std::same_as<T, U>) {
    using Unit = std::conditional_t<vectorized, one_register, one_number>;
    if (width <= window_blocks<Unit, T>::widest) {
      backend::fence_at_end const fence{mode};
      window_blocks<Unit, T> blocks(in.data(), out, width, end - begin, mode);
      [[maybe_unused]] window_lanes<Unit, T> lanes(in.data(), out, width);
      for (std::size_t stop; begin < end; begin = stop) {
        std::size_t length = (std::min)(end - begin, blocks.length());
        if constexpr (window_lanes<Unit, T>::exist) {
          if (mode == backend::store_mode::cached) {
            stop = begin + lanes.template slide<divided>(begin, end);
            if (stop > begin) continue;
            if (begin < lanes.first()) length = (std::min)(length, lanes.first() - begin);
          }
        }
        stop = begin + length;
        if (!blocks.template slide<divided>(begin, stop)) slide_slowly<T, U, divided>(in.data(), out, width, begin, stop);
      }
      return;
    }
  }
  slide_slowly<T, U, divided>(in.data(), out, width, begin, end);
}

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
