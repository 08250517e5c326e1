// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `min`, `max`, `minmax`, `argmin`, `argmax` and `top_k`, as numpy.min, numpy.argmin and pandas' nlargest.
///
/// Numbers are ordered totally: -0 is below +0, and NaN wins whatever is asked for. Ties go to the smallest index.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/core/count.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/reducer.hpp>
#include <tandem/reduce/detail/callable_reducer.hpp>
#include <tandem/reduce/detail/extremum.hpp>

namespace tandem {

/// The least and the greatest element; what `minmax` returns.
template <class T> struct extremes {
  T min, max;
  friend bool operator==(extremes const&, extremes const&) = default;
};

/// An element and where it stands; what `top_k` returns several of.
template <class T> struct ranked {
  T value;
  std::size_t index;
  friend bool operator==(ranked const&, ranked const&) = default;
};

namespace detail {
inline namespace TANDEM_ABI {

template <class T, class Order, bool asks_index> struct extremum_state : extremum<T, Order, asks_index> {
  char const* name;
  explicit extremum_state(char const* function) : name(function) {}
  void merge(extremum_state const& other) { extremum<T, Order, asks_index>::merge(other); }
  auto result() const {
    if (!this->found()) throw_invalid_argument(name, ": there are no elements");
    if constexpr (asks_index) return this->index();
    else return this->value();
  }
};

template <class T> struct minmax_state {
  static constexpr bool order_independent = true;
  extremum<T, smallest_first, false> low;
  extremum<T, largest_first, false> high;

  void start_at(std::size_t index) { low.start_at(index), high.start_at(index); }
  void fold(std::span<T const> x) { low.fold(x), high.fold(x); }
  void fold_lanes(std::span<T const> x) {
    if constexpr (lane_type<T>) {
      auto const both = [this](std::span<T const> block) {
        survey<T, smallest_first, largest_first> const found(block);
        low.consider(block, found.best[0], found.some_nan);
        high.consider(block, found.best[1], found.some_nan);
      };
      extremum<T, smallest_first, false>::for_blocks(x, both, low, high);
    } else {
      fold(x);
    }
  }
  void merge(minmax_state const& other) { low.merge(other.low), high.merge(other.high); }
  extremes<T> result() const {
    if (!low.found()) throw_invalid_argument("tandem::minmax: there are no elements");
    return {low.value(), high.value()};
  }
};

template <class T> struct top_state {
  static constexpr bool order_independent = true;
  std::size_t k, next = 0;
  std::vector<ranked<T>> heap = {};  // the worst of the best is at the front

  void start_at(std::size_t index) { next = index; }
  void fold(std::span<T const> x) {
    for (T const& element : x) offer({element, next++});
  }
  void merge(top_state const& other) {
    for (auto const& entry : other.heap) offer(entry);
  }
  std::vector<ranked<T>> result() const {
    std::vector<ranked<T>> sorted = heap;
    std::sort(sorted.begin(), sorted.end(), better);
    if constexpr (std::floating_point<T>)
      for (auto& entry : sorted)
        if (std::isnan(entry.value)) entry.value = std::numeric_limits<T>::quiet_NaN();
    return sorted;
  }

 private:
  static bool better(ranked<T> const& a, ranked<T> const& b) {
    if (largest_first::before(a.value, b.value)) return true;
    return !largest_first::before(b.value, a.value) && a.index < b.index;
  }
  void offer(ranked<T> const& entry) {
    if (heap.size() < k) {
      heap.push_back(entry);
      std::push_heap(heap.begin(), heap.end(), better);
    } else if (k > 0 && better(entry, heap.front())) {
      std::pop_heap(heap.begin(), heap.end(), better);
      heap.back() = entry;
      std::push_heap(heap.begin(), heap.end(), better);
    }
  }
};

struct top_reducer : callable_reducer<top_reducer> {
  static constexpr char const* name = "tandem::top_k";
  std::size_t k;
  explicit top_reducer(std::size_t number) : k(number) {}
  template <std::totally_ordered T> auto accumulator() const { return top_state<T>{k}; }
};

}  // namespace TANDEM_ABI
}  // namespace detail

inline namespace TANDEM_ABI {

struct min_fn : detail::callable_reducer<min_fn> {
  static constexpr char const* name = "tandem::min";
  template <std::totally_ordered T> auto accumulator() const {
    return detail::extremum_state<T, detail::smallest_first, false>(name);
  }
};

/// `min([policy,] x)`, or as a reducer: the least element.
///
/// - `x`: a range, source or matrix of numbers, or of any type that is `std::totally_ordered`: with `==`, `<` and their like.
/// - NaN if an element is NaN; -0 is below +0. Subnormal numbers count, also where the processor takes them for zero.
/// - Errors: `std::invalid_argument` when there are no elements.
/// - Determinism and policies: as `sum`. Complexity: one pass; lanes for float, double and integers of 32 and 64 bits.
///
/// Example: `double least = tandem::min(x);`
inline constexpr min_fn min{};

struct max_fn : detail::callable_reducer<max_fn> {
  static constexpr char const* name = "tandem::max";
  template <std::totally_ordered T> auto accumulator() const {
    return detail::extremum_state<T, detail::largest_first, false>(name);
  }
};

/// `max([policy,] x)`, or as a reducer: the greatest element. Everything else as `min`.
///
/// Example: `double greatest = tandem::max(x);`
inline constexpr max_fn max{};

struct argmin_fn : detail::callable_reducer<argmin_fn> {
  static constexpr char const* name = "tandem::argmin";
  template <std::totally_ordered T> auto accumulator() const {
    return detail::extremum_state<T, detail::smallest_first, true>(name);
  }
};

/// `argmin([policy,] x)`, or as a reducer: the smallest index of the least element; of the first NaN, if there is one.
/// In a matrix it is row * cols + column.
///
/// Returns `std::size_t`; `min(x)` is `x[argmin(x)]`. Everything else as `min`.
/// Example: `std::size_t at = tandem::argmin(x);`
inline constexpr argmin_fn argmin{};

struct argmax_fn : detail::callable_reducer<argmax_fn> {
  static constexpr char const* name = "tandem::argmax";
  template <std::totally_ordered T> auto accumulator() const {
    return detail::extremum_state<T, detail::largest_first, true>(name);
  }
};

/// `argmax([policy,] x)`, or as a reducer: the smallest index of the greatest element; of the first NaN, if there is one.
/// Everything else as `argmin`.
///
/// Example: `std::size_t at = tandem::argmax(x);`
inline constexpr argmax_fn argmax{};

struct minmax_fn : detail::callable_reducer<minmax_fn> {
  static constexpr char const* name = "tandem::minmax";
  template <std::totally_ordered T> auto accumulator() const { return detail::minmax_state<T>(); }
};

/// `minmax([policy,] x)`, or as a reducer: the least and the greatest element, `{min, max}`, in one pass.
///
/// Example: `auto [low, high] = tandem::minmax(x);`
inline constexpr minmax_fn minmax{};

struct top_k_fn {
  auto operator()(count k) const { return detail::top_reducer(k.checked("tandem::top_k", "k")); }
};

/// `top_k(k)`: the reducer that finds the k greatest elements, the greatest first, each as `{value, index}`.
///
/// - Returns a `std::vector<ranked<T>>`, shorter than k where there are fewer elements. NaN counts as the greatest; ties go to
///   the smallest index.
/// - Errors: `std::invalid_argument` when k is negative. Complexity: O(n log k) at worst, one comparison for most elements.
///
/// Example: `for (auto [value, index] : tandem::top_k(10)(x)) ...`
inline constexpr top_k_fn top_k{};

}  // namespace TANDEM_ABI
}  // namespace tandem
