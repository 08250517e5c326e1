// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The least or the greatest element of all that was folded, and its index.

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include <tandem/backend/floating_point.hpp>
#include <tandem/backend/simd.hpp>
#include <tandem/kernel/lanes.hpp>
#include <tandem/reduce/detail/wide_number.hpp>

namespace tandem::detail {

/// The order in which -0 is below +0.
template <class T> bool is_below(T const& a, T const& b) {
  // Of two subnormal numbers, as of two zeros, a processor may say that they are equal.
  if constexpr (of_known_bits<T>) return a <= b && (a < b || ordered_bits(a) < ordered_bits(b));
  else if constexpr (std::floating_point<T>) return a < b || (a == b && std::signbit(a) && !std::signbit(b));
  else return a < b;
}

template <class T> bool is_nan(T const& x) {
  if constexpr (std::floating_point<T>) return x != x;
  else return false;
}

inline namespace TANDEM_ABI {

/// The order of `min`: NaN, then the least.
struct smallest_first {
  template <class T> static T first_zero() { return assembled<T>(0, 0, true); }
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
  template <class T> static T first_zero() { return T{}; }
  template <class T> static bool before(T const& a, T const& b) {
    if (is_nan(a) || is_nan(b)) return is_nan(a) && !is_nan(b);
    return is_below(b, a);
  }
  template <class T> static TANDEM_INLINE xsimd::batch<T> better(xsimd::batch<T> a, xsimd::batch<T> b) {
    return (xsimd::max)(a, b);
  }
  template <class T> static T best(xsimd::batch<T> x) { return xsimd::reduce_max(x); }
};

/// The best of a block by each of some orders, and whether there is a NaN among its elements.
template <class T, class... Orders> struct survey {
  static constexpr std::size_t registers = 4, step = registers * xsimd::batch<T>::size, least = 2 * step;
  std::array<T, sizeof...(Orders)> best;
  bool some_nan;

  /// Of at least `least` elements.
  explicit survey(std::span<T const> x) {
    backend::nearest_rounding const guard;
    look_through(x, std::index_sequence_for<Orders...>());
  }

 private:
  using batch = xsimd::batch<T>;
  template <std::size_t... order> [[gnu::noinline]] void look_through(std::span<T const> x, std::index_sequence<order...>) {
    batch const first = batch::load_unaligned(x.data());
    batch even[sizeof...(Orders)] = {(void(order), first)...}, odd[sizeof...(Orders)] = {(void(order), first)...};
    auto nan = first != first;
    auto const look = [&](T const* p) {
      batch const v0 = batch::load_unaligned(p), v1 = batch::load_unaligned(p + batch::size),
                  v2 = batch::load_unaligned(p + 2 * batch::size), v3 = batch::load_unaligned(p + 3 * batch::size);
      if constexpr (std::floating_point<T>) nan = nan | backend::either_is_nan(v0, v1) | backend::either_is_nan(v2, v3);
      ((even[order] = Orders::better(Orders::better(even[order], v0), v2)), ...);
      ((odd[order] = Orders::better(Orders::better(odd[order], v1), v3)), ...);
    };
    for (std::size_t i = 0; i + step <= x.size(); i += step) look(x.data() + i);
    look(x.data() + x.size() - step);
    ((best[order] = Orders::best(Orders::better(even[order], odd[order]))), ...);
    some_nan = std::floating_point<T> && xsimd::any(nan);
  }
};

/// Without `asks_index` it is not looked for.
template <class T, class Order, bool asks_index> class extremum {
 public:
  static constexpr bool order_independent = true;

  void start_at(std::size_t index) { next_ = index; }

  void fold(std::span<T const> x) { offer_each(x, std::exchange(next_, next_ + x.size())); }

  void fold_lanes(std::span<T const> x) {
    if constexpr (lane_type<T>) {
      for_blocks(
          x,
          [this](std::span<T const> block) {
            survey<T, Order> const found(block);
            consider(block, found.best[0], found.some_nan);
          },
          *this);
    } else {
      fold(x);
    }
  }

  /// Calls `f` for blocks that fit into the first cache, and lets each of `ends` fold what is too short for lanes.
  template <class F, class... Extrema> static void for_blocks(std::span<T const> x, F const& f, Extrema&... ends) {
    constexpr std::size_t block = 2048;
    while (!x.empty()) {
      std::span<T const> const part = x.first((std::min)(block, x.size()));
      if (part.size() < survey<T, Order>::least) (ends.fold(part), ...);
      else f(part);
      x = x.subspan(part.size());
    }
  }

  /// Folds a block of which the best value is known: its elements are looked at one by one only if that is good enough.
  void consider(std::span<T const> x, T found, bool some_nan) {
    std::size_t const begin = std::exchange(next_, next_ + x.size());
    if (best_ && is_nan(*best_) && index_ < begin) return;
    if (some_nan) return offer_each(x, begin);
    if constexpr (std::floating_point<T>) {
      // Registers know only one zero. The better one is in the block if any element is as good.
      if (auto const bits = ordered_bits(found); bits == 0 || bits == -1) {
        T const zero = Order::template first_zero<T>();
        if (best_ && !beats(zero, begin)) return;
        bool const here = std::any_of(x.begin(), x.end(), [&](T const& v) { return ordered_bits(v) == ordered_bits(zero); });
        found = here ? zero : assembled<T>(0, 0, !has_sign_bit(zero));
      }
    }
    if (best_ && !beats(found, begin)) return;
    std::size_t where = 0;
    if constexpr (asks_index) where = first_as_good(x, found);
    offer(found, begin + where);
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
  // Whether a value of a block that begins there may take the place of the best one.
  bool beats(T const& value, std::size_t begin) const {
    return Order::before(value, *best_) || (!Order::before(*best_, value) && begin < index_);
  }
  // Where the first element lies that is as good as `found`; there is one. Registers find what the processor
  // takes for equal: that, and perhaps other zeros and subnormal numbers.
  [[gnu::noinline]] static std::size_t first_as_good(std::span<T const> x, T found) {
    using batch = xsimd::batch<T>;
    constexpr std::size_t some = 4 * batch::size;
    auto const as_good = [&](T const& v) { return !Order::before(found, v); };
    auto const equal = [of = batch(found)](T const* p) { return batch::load_unaligned(p) == of; };
    std::size_t i = 0;
    for (; i + some <= x.size(); i += some) {
      T const* const p = x.data() + i;
      if (!xsimd::any(equal(p) | equal(p + batch::size) | equal(p + 2 * batch::size) | equal(p + 3 * batch::size))) continue;
      if (T const* const at = std::find_if(p, p + some, as_good); at != p + some)
        return static_cast<std::size_t>(at - x.data());
    }
    return static_cast<std::size_t>(std::find_if(x.begin() + static_cast<std::ptrdiff_t>(i), x.end(), as_good) - x.begin());
  }
  void offer_each(std::span<T const> x, std::size_t begin) {
    for (std::size_t i = 0; i < x.size(); ++i) offer(x[i], begin + i);
  }
  void offer(T const& x, std::size_t index) {
    if (best_ && (Order::before(*best_, x) || (!Order::before(x, *best_) && index_ < index))) return;
    best_ = x;
    index_ = index;
  }

  std::optional<T> best_;
  std::size_t index_ = 0, next_ = 0;
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
