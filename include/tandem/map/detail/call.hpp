// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// How an item meets a callable: as one argument or, for starmap and zip, as several; with a context if it wants one.

#include <concepts>
#include <cstddef>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <tandem/backend/detail/pace.hpp>
#include <tandem/core/zip.hpp>
#include <tandem/map/context.hpp>

namespace tandem::detail {

/// The item is the argument.
struct plain_call {
  template <class F, class Item> static constexpr bool alone = std::invocable<F&, Item>;
  template <class F, class Item> static constexpr bool with_context = std::invocable<F&, Item, context&>;

  template <class F, class Item> static decltype(auto) run(F& f, Item&& item, context& c) {
    if constexpr (alone<F, Item>) return std::invoke(f, std::forward<Item>(item));
    else return std::invoke(f, std::forward<Item>(item), c);
  }
};

/// The parts of the item, a tuple, pair or array, are the arguments.
struct star_call {
  template <class Tuple> using parts = std::make_index_sequence<std::tuple_size_v<std::remove_cvref_t<Tuple>>>;

  template <class F, class Tuple, class... More>
  static constexpr bool takes = []<std::size_t... index>(std::index_sequence<index...>) {
    return std::invocable<F&, decltype(std::get<index>(std::declval<Tuple>()))..., More...>;
  }(parts<Tuple>());
  template <class F, class Tuple> static constexpr bool alone = takes<F, Tuple>;
  template <class F, class Tuple> static constexpr bool with_context = takes<F, Tuple, context&>;

  template <class F, class Tuple> static decltype(auto) run(F& f, Tuple&& item, context& c) {
    return [&]<std::size_t... index>(std::index_sequence<index...>) -> decltype(auto) {
      if constexpr (alone<F, Tuple>) return std::invoke(f, std::get<index>(std::forward<Tuple>(item))...);
      else return std::invoke(f, std::get<index>(std::forward<Tuple>(item))..., c);
    }(parts<Tuple>());
  }
};

/// A zip gives several arguments, whoever asks.
template <class Input, class Call> using call_for = std::conditional_t<is_zipped<std::remove_cvref_t<Input>>, star_call, Call>;

template <class Call, class F, class Item>
concept callable_with = Call::template alone<F, Item> || Call::template with_context<F, Item>;

/// What a call returns, by value.
template <class Call, class F, class Item> using call_result =
    std::remove_cvref_t<decltype(Call::run(std::declval<F&>(), std::declval<Item>(), std::declval<context&>()))>;

/// What is remembered of a callable's cost, one for each of its types. A type that can hold any callable tells nothing.
template <class F> inline backend::cost_memory memory_of_type;
template <class F> inline constexpr bool holds_any_callable = !std::is_class_v<F>;
template <class Signature> inline constexpr bool holds_any_callable<std::function<Signature>> = true;

template <class F> backend::cost_memory* memory_of() {
  if constexpr (holds_any_callable<std::remove_cv_t<F>>) return nullptr;
  else return &memory_of_type<std::remove_cv_t<F>>;
}

}  // namespace tandem::detail
