// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The least or the greatest element of all that was folded, and its index.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include <tandem/backend/simd.hpp>
#include <tandem/kernel/lanes.hpp>
#include <tandem/reduce/detail/wide_number.hpp>

namespace tandem::detail {

/// The order in which -0 is below +0.
template <class T> bool is_below(T const& a, T const& b) {
  if constexpr (std::floating_point<T>) return a < b || (a == b && has_sign_bit(a) && !has_sign_bit(b));
  else return a < b;
}

template <class T> bool is_nan(T const& x) {
  if constexpr (std::floating_point<T>) return x != x;
  else return false;
}

inline namespace TANDEM_ABI {

/// The order of `min`: NaN, then the least.
struct smallest_first {
  template <class T> static bool before(T const& a, T const& b) {
    if (is_nan(a) || is_nan(b)) return is_nan(a) && !is_nan(b);
    return is_below(a, b);
  }
  template <class T> static TANDEM_INLINE xsimd::batch<T> better(xsimd::batch<T> a, xsimd::batch<T> b) {
    return (xsimd::min)(a, b);
  }
  template <class T> static T best(xsimd::batch<T> x) { return xsimd::reduce_min(x); }
};
/// The order of `max`: NaN, then the greatest.
struct largest_first {
  template <class T> static bool before(T const& a, T const& b) {
    if (is_nan(a) || is_nan(b)) return is_nan(a) && !is_nan(b);
    return is_below(b, a);
  }
  template <class T> static TANDEM_INLINE xsimd::batch<T> better(xsimd::batch<T> a, xsimd::batch<T> b) {
    return (xsimd::max)(a, b);
  }
  template <class T> static T best(xsimd::batch<T> x) { return xsimd::reduce_max(x); }
};

template <class T, class Order> class extremum {
 public:
  static constexpr bool order_independent = true;

  void start_at(std::size_t index) { next_ = index; }

  void fold(std::span<T const> x) {
    for (std::size_t i = 0; i < x.size(); ++i) offer(x[i], next_ + i);
    next_ += x.size();
  }

  void fold_lanes(std::span<T const> x) {
    if constexpr (lane_type<T>) {
      constexpr std::size_t block = 4096;
      for (std::size_t i = 0; i < x.size(); i += block) fold_block(x.subspan(i, (std::min)(block, x.size() - i)));
    } else {
      fold(x);
    }
  }

  void merge(extremum const& other) {
    if (other.found()) offer(*other.best_, other.index_);
  }

  bool found() const noexcept { return best_.has_value(); }
  std::size_t index() const noexcept { return index_; }
  T value() const {
    if constexpr (std::floating_point<T>)
      if (is_nan(*best_)) return std::numeric_limits<T>::quiet_NaN();
    return *best_;
  }

 private:
  void offer(T const& x, std::size_t index) {
    if (best_ && (Order::before(*best_, x) || (!Order::before(x, *best_) && index_ < index))) return;
    best_ = x;
    index_ = index;
  }

  // First the best value of the block alone; only if it is good enough the elements are looked at one by one.
  void fold_block(std::span<T const> x) {
    using batch = xsimd::batch<T>;
    constexpr std::size_t size = batch::size, registers = 4;
    if (x.size() < 2 * registers * size) return fold(x);
    batch best[registers];
    auto unordered = batch(T{}) != batch(T{});
    for (std::size_t r = 0; r < registers; ++r) best[r] = batch::load_unaligned(x.data() + r * size);
    auto const look = [&](std::size_t i) {
      for (std::size_t r = 0; r < registers; ++r) {
        batch const v = batch::load_unaligned(x.data() + i + r * size);
        if constexpr (std::floating_point<T>) unordered = unordered | (v != v);
        best[r] = Order::better(best[r], v);
      }
    };
    for (std::size_t i = 0; i + registers * size <= x.size(); i += registers * size) look(i);
    look(x.size() - registers * size);
    T const found = Order::best(Order::better(Order::better(best[0], best[1]), Order::better(best[2], best[3])));
    bool const some_nan = std::floating_point<T> && xsimd::any(unordered);
    bool const better =
        !best_ || some_nan || !(Order::before(*best_, found) || (*best_ == found && found != T{} && index_ < next_));
    if (!better) {
      next_ += x.size();
      return;
    }
    if (some_nan || found == T{}) return fold(x);  // the sign of a zero, and which of the NaN is first
    for (std::size_t i = 0;; ++i)
      if (x[i] == found) {
        offer(found, next_ + i);
        break;
      }
    next_ += x.size();
  }

  std::optional<T> best_;
  std::size_t index_ = 0, next_ = 0;
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
