// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The bricks of reductions: how an accumulator folds one block, in lanes or not.

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

#include <tandem/core/reducer.hpp>
#include <tandem/kernel/lanes.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// A register of elements, converted to V.
template <class V, class T> TANDEM_INLINE lanes<V> load_as(T const* from) {
  if constexpr (std::same_as<V, T>) {
    return lanes<V>::load(from);
  } else {
    V converted[lanes<V>::size];
    for (std::size_t i = 0; i < lanes<V>::size; ++i) converted[i] = static_cast<V>(from[i]);
    return lanes<V>::load(converted);
  }
}

template <class Operation, class V>
concept operation_on_lanes = lane_type<V> && std::invocable<Operation&, lanes<V>, lanes<V>> &&
                             std::convertible_to<std::invoke_result_t<Operation&, lanes<V>, lanes<V>>, lanes<V>>;

template <class A> inline constexpr bool folds_stripes_in_lanes = false;
template <class Operation, class V, class T> inline constexpr bool folds_stripes_in_lanes<commutative_state<Operation, V, T>> =
    operation_on_lanes<Operation, V> && std::is_arithmetic_v<T>;

/// The stripes of `commutative_state::fold`, in registers.
template <class Operation, class V, class T> void fold_stripes(commutative_state<Operation, V, T>& a, std::span<T const> x) {
  constexpr std::size_t count = stripes<V>, size = lanes<V>::size, registers = count / size;
  if (x.size() < count) return a.fold(x);
  Operation operation = a.operation;
  V stripe[count];
  std::size_t i = 0;
  [&]<std::size_t... r>(std::index_sequence<r...>) {
    lanes<V> sums[registers] = {(void(r), lanes<V>(a.identity))...};
    for (; i + count <= x.size(); i += count) ((sums[r] = operation(sums[r], load_as<V>(x.data() + i + r * size))), ...);
    (sums[r].store(stripe + r * size), ...);
  }(std::make_index_sequence<registers>());
  for (std::size_t s = 0; i < x.size(); ++i, ++s) stripe[s] = static_cast<V>(operation(stripe[s], static_cast<V>(x[i])));
  a.add_stripes(stripe, count);
}

/// Folds elements as the policy says. `ahead` more lie behind them, which will be folded next: who likes may fetch them.
template <bool vectorized, class A, class T> void fold_span(A& a, std::span<T const> x, std::size_t ahead = 0) {
  if constexpr (!vectorized) a.fold(x);
  else if constexpr (requires { a.fold_lanes(x, ahead); }) a.fold_lanes(x, ahead);
  else if constexpr (requires { a.fold_lanes(x); }) a.fold_lanes(x);
  else if constexpr (folds_stripes_in_lanes<A>) fold_stripes(a, x);
  else a.fold(x);
}

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
