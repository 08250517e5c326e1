// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `reduce`: any reducer over a range, a source, a matrix or each of its rows or columns; and `fused`: several reducers in one
/// pass, as pandas' `agg(['sum', 'mean'])`.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/core/matrix_view.hpp>
#include <tandem/core/reducer.hpp>
#include <tandem/execution.hpp>
#include <tandem/reduce/detail/axes.hpp>
#include <tandem/reduce/detail/callable_reducer.hpp>

namespace tandem {

inline namespace TANDEM_ABI {

struct reduce_fn {
  template <execution_policy Policy, detail::reducible X, reducer<detail::input_element<X>> Reducer>
  auto operator()(Policy const& policy, X&& x, Reducer const& how) const {
    return detail::reduce_input<Policy::vectorized>(name, detail::crew_of(policy), x, how);
  }
  template <detail::reducible X, reducer<detail::input_element<X>> Reducer> auto operator()(X&& x, Reducer const& how) const {
    return (*this)(par_unseq, x, how);
  }

  template <execution_policy Policy, detail::whole_matrix X, reducer<detail::input_element<X>> Reducer>
  auto operator()(Policy const& policy, X&& x, axis along, Reducer const& how) const {
    using T = detail::input_element<X>;
    matrix_view<T const> const m = matrix_view(x);
    return detail::reduce_axis<Policy::vectorized>(name, detail::crew_of(policy), m, along, how);
  }
  template <detail::whole_matrix X, reducer<detail::input_element<X>> Reducer>
  auto operator()(X&& x, axis along, Reducer const& how) const {
    return (*this)(par_unseq, x, along, how);
  }

 private:
  static constexpr char const* name = "tandem::reduce";
};

/// `reduce([policy,] x, reducer)`: the result of a reducer over all elements of x.
/// `reduce([policy,] matrix, axis::rows, reducer)`: a vector of one result a row; `axis::columns`: one a column,
/// as `numpy.mean(X, axis=0)`.
///
/// - `x`: a range, a `source`, or a matrix (its elements row after row). Ranges that are not contiguous are copied chunk by chunk.
/// - `reducer`: `sum`, `mean`, ..., `fused(...)`, `monoid(...)`, or an object of your own (core/reducer.hpp). A reducer of tandem may
///   be called itself: `sum(x)` is `reduce(x, sum)`, `mean(X, axis::columns)` is `reduce(X, axis::columns, mean)`.
/// - Policy: left out, it is `par_unseq`; reducers without lanes (`monoid`, your own) fold scalars under any policy.
/// - Returns what the reducer's accumulator returns.
/// - Errors: what the reducer and its callables throw, of the lowest block that throws; `cancelled` and `deadline_exceeded` by the
///   options.
/// - Determinism: the same bits for any policy, jobs, grain, and for a source any sizes of chunks. Blocks are cut by the number of
///   elements and merged by a tree over their index.
/// - Complexity: one pass; memory for some accumulators a thread, and for a source that yields short chunks 32 blocks.
///
/// Example: `auto [total, average] = tandem::reduce(x, tandem::fused(tandem::sum, tandem::mean));`
inline constexpr reduce_fn reduce{};

}  // namespace TANDEM_ABI

namespace detail {
inline namespace TANDEM_ABI {

/// Which accumulator folds for the i-th one: itself, or the first with the same `shared` base, from which it makes its own result
/// by `result_of`. So do sum and mean share one exact sum.
template <std::size_t i, class... Accumulators> constexpr std::size_t folded_by() {
  using A = std::tuple_element_t<i, std::tuple<Accumulators...>>;
  std::size_t by = i;
  if constexpr (requires { typename A::shared; }) {
    std::size_t j = 0;
    auto const look = [&]<class B>(std::type_identity<B>) {
      if constexpr (requires { typename B::shared; })
        if (std::same_as<typename A::shared, typename B::shared> && j < by) by = j;
      ++j;
    };
    (look(std::type_identity<Accumulators>()), ...);
  }
  return by;
}

template <class T, class... Accumulators> struct fused_state {
  static constexpr bool order_independent = (detail::order_independent<Accumulators> && ...);
  std::tuple<Accumulators...> parts;
  std::size_t next = 0;

  void start_at(std::size_t index) { next = index; }
  void fold(std::span<T const> x) { fold_blocks<false>(x); }
  void fold_lanes(std::span<T const> x) { fold_blocks<true>(x); }
  void merge(fused_state const& following) {
    for_each_folding(
        [&]<std::size_t i>(std::integral_constant<std::size_t, i>) { std::get<i>(parts).merge(std::get<i>(following.parts)); });
  }
  auto result() const {
    return [this]<std::size_t... i>(std::index_sequence<i...>) {
      return std::tuple(this->template result_of_part<i>()...);
    }(std::index_sequence_for<Accumulators...>());
  }

 private:
  // Block by block, so that all but the first accumulator find the elements in the first cache.
  template <bool vectorized> void fold_blocks(std::span<T const> x) {
    // Where the order matters a block is one leaf of the tree and must not be cut.
    constexpr std::size_t most = order_independent && std::is_arithmetic_v<T> ? block_elements<T> / 4 : block_elements<T>;
    while (!x.empty()) {
      auto const block = x.first((std::min)(x.size(), most));
      for_each_folding([&]<std::size_t i>(std::integral_constant<std::size_t, i>) {
        auto& part = std::get<i>(parts);
        if constexpr (requires { part.start_at(next); }) part.start_at(next);
        fold_span<vectorized>(part, block, x.size() - block.size());
      });
      next += block.size();
      x = x.subspan(block.size());
    }
  }
  template <class F> void for_each_folding(F const& f) {
    auto const call = [&f]<std::size_t i>(std::integral_constant<std::size_t, i> index) {
      if constexpr (folded_by<i, Accumulators...>() == i) f(index);
    };
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      (call(std::integral_constant<std::size_t, i>()), ...);
    }(std::index_sequence_for<Accumulators...>());
  }
  template <std::size_t i> auto result_of_part() const {
    constexpr std::size_t by = folded_by<i, Accumulators...>();
    if constexpr (by == i) return std::get<i>(parts).result();
    else return std::tuple_element_t<i, std::tuple<Accumulators...>>::result_of(std::get<by>(parts));
  }
};

template <class... Reducers> struct fused_reducer : callable_reducer<fused_reducer<Reducers...>> {
  static constexpr char const* name = "tandem::fused";
  std::tuple<Reducers...> reducers;
  explicit fused_reducer(Reducers... each) : reducers(std::move(each)...) {}

  template <class T> requires(reducer<Reducers, T> && ...)
  auto accumulator() const {
    return std::apply(
        [](auto const&... each) {
          return fused_state<T, accumulator_for<std::remove_cvref_t<decltype(each)>, T>...>{{make_accumulator<T>(each)...}};
        },
        reducers);
  }
};

}  // namespace TANDEM_ABI
}  // namespace detail

inline namespace TANDEM_ABI {

struct fused_fn {
  template <class... Reducers> requires(sizeof...(Reducers) > 0)
  auto operator()(Reducers... reducers) const {
    return detail::fused_reducer<Reducers...>(std::move(reducers)...);
  }
};

/// `fused(reducer...)`: one reducer of several, that reads the elements once and gives the tuple of all results.
///
/// - Arguments: any reducers, also other fused ones. Each gives the bits that it gives alone.
/// - Complexity: one pass over memory; a block is folded by one after the other while it is in the first cache.
///
/// Example: `auto [total, average, ends] = tandem::fused(tandem::sum, tandem::mean, tandem::minmax)(x);`
inline constexpr fused_fn fused{};

}  // namespace TANDEM_ABI
}  // namespace tandem
