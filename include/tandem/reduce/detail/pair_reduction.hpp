// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Reductions of two ranges side by side, of whose products exact sums are made.

#include <concepts>
#include <cstddef>
#include <cstdint>
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
template <class X, class Y> struct products_state {
  static constexpr bool order_independent = true;
  exact_sum total;
  template <bool vectorized> void fold_pairs(X const* x, Y const* y, std::size_t n) { total.add_products<vectorized>(x, y, n); }
  void merge(products_state const& other) { total.merge(other.total); }
  auto result(std::string_view) const { return total.sum.template value<std::common_type_t<X, Y>>(); }
};
template <std::integral X, std::integral Y> struct products_state<X, Y> {
  static constexpr bool order_independent = true;
  integer_sum total;
  template <bool> void fold_pairs(X const* x, Y const* y, std::size_t n) { total.add_products(x, y, n); }
  void merge(products_state const& other) { total.merge(other.total); }
  auto result(std::string_view function) const {
    using R = std::conditional_t<std::is_signed_v<X> || std::is_signed_v<Y>, std::int64_t, std::uint64_t>;
    return total.value<R>(function);
  }
};

/// The base of a reduction of two ranges: `Derived` has a `name`, a name for its `second` argument and a `state<X, Y>`.
template <class Derived> struct pair_reduction {
  template <execution_policy Policy, contiguous X, contiguous Y>
  requires summable<std::ranges::range_value_t<X>> && summable<std::ranges::range_value_t<Y>>
  auto operator()(Policy const& policy, X&& x, Y&& y) const {
    using State = typename Derived::template state<std::ranges::range_value_t<X>, std::ranges::range_value_t<Y>>;
    std::size_t const n = std::ranges::size(x);
    if (n != std::ranges::size(y))
      throw_invalid_argument(Derived::name, ": x has ", n, " elements but ", Derived::second, " has ", std::ranges::size(y));
    auto const fold = [a = std::ranges::data(x), b = std::ranges::data(y)](State& state, std::size_t begin, std::size_t end) {
      state.template fold_pairs<Policy::vectorized>(a + begin, b + begin, end - begin);
    };
    return fold_all(
               Derived::name, crew_of(policy), n, block_elements<double>, [] { return State(); }, fold)
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
