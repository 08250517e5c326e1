// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Reductions of two ranges side by side, of whose products exact sums are made.

#include <concepts>
#include <cstddef>
#include <ranges>
#include <string_view>
#include <type_traits>

#include <tandem/core/error.hpp>
#include <tandem/core/zip.hpp>
#include <tandem/execution.hpp>
#include <tandem/reduce/detail/exact_fold.hpp>
#include <tandem/reduce/detail/fold_engine.hpp>
#include <tandem/reduce/detail/integer_sum.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// The sum of products.
template <class T> struct products_state {
  static constexpr bool order_independent = true;
  exact_sum total;
  template <bool vectorized> void fold_pairs(T const* x, T const* y, std::size_t n) { total.add_products<vectorized>(x, y, n); }
  void merge(products_state const& other) { total.merge(other.total); }
  T result(std::string_view) const { return total.sum.template value<T>(); }
};
template <std::integral T> struct products_state<T> {
  static constexpr bool order_independent = true;
  integer_sum total;
  template <bool> void fold_pairs(T const* x, T const* y, std::size_t n) { total.add_products(x, y, n); }
  void merge(products_state const& other) { total.merge(other.total); }
  auto result(std::string_view function) const { return total.value<T>(function); }
};

/// Elements [begin, begin + n) of a range as elements of type T: where they lie, or converted into `buffer`.
template <class T, class U> T const* as_elements(U const* x, std::size_t begin, std::size_t n, T* buffer) {
  if constexpr (std::same_as<T, U>) {
    return x + begin;
  } else {
    for (std::size_t i = 0; i < n; ++i) buffer[i] = static_cast<T>(x[begin + i]);
    return buffer;
  }
}

/// A `State` that has folded all pairs of two arrays of n elements, as elements of its type T.
template <bool vectorized, class T, class State, class X, class Y>
State fold_pairs(std::string_view function, crew const& who, std::size_t n, X const* x, Y const* y) {
  auto const fold = [x, y](State& state, std::size_t begin, std::size_t end) {
    if constexpr (std::same_as<X, Y>) {
      state.template fold_pairs<vectorized>(x + begin, y + begin, end - begin);
    } else {
      constexpr std::size_t block = block_elements<T>;
      T converted[2][block];
      for (std::size_t count; begin < end; begin += count) {
        count = end - begin < block ? end - begin : block;
        state.template fold_pairs<vectorized>(as_elements<T>(x, begin, count, converted[0]),
                                              as_elements<T>(y, begin, count, converted[1]), count);
      }
    }
  };
  return fold_all(function, who, n, block_elements<T>, [] { return State(); }, fold);
}

/// The base of a reduction of two ranges: `Derived` has a `name`, a name for its `second` argument and a `state<T>`.
template <class Derived> struct pair_reduction {
  template <execution_policy Policy, contiguous X, contiguous Y>
  requires summable<std::ranges::range_value_t<X>> && summable<std::ranges::range_value_t<Y>>
  auto operator()(Policy const& policy, X&& x, Y&& y) const {
    using T = std::common_type_t<std::ranges::range_value_t<X>, std::ranges::range_value_t<Y>>;
    std::size_t const n = std::ranges::size(x);
    if (n != std::ranges::size(y))
      throw_invalid_argument(Derived::name, ": x has ", n, " elements but ", Derived::second, " has ", std::ranges::size(y));
    return fold_pairs<Policy::vectorized, T, typename Derived::template state<T>>(Derived::name, crew_of(policy), n,
                                                                                  std::ranges::data(x), std::ranges::data(y))
        .result(Derived::name);
  }
  template <contiguous X, contiguous Y>
  requires summable<std::ranges::range_value_t<X>> && summable<std::ranges::range_value_t<Y>>
  auto operator()(X&& x, Y&& y) const {
    return (*this)(par_unseq, x, y);
  }
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
