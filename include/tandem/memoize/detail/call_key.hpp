// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The key of a call: how it is looked at, owned, and how the function gets its arguments back.

#include <concepts>
#include <cstddef>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <tandem/memoize/detail/signature.hpp>
#include <tandem/memoize/key.hpp>

namespace tandem::detail {

/// Whether arguments can only be taken by way of the function's parameters.
template <class Parameters, class Taken, class Arguments> inline constexpr bool are_converted = false;
template <class... Parameters, class... Taken, class... Arguments> requires(sizeof...(Parameters) == sizeof...(Arguments))
inline constexpr bool are_converted<types<Parameters...>, types<Taken...>, types<Arguments...>> =
    !(std::is_convertible_v<Arguments, Taken> && ...) &&
    ((std::is_convertible_v<Arguments, Taken> || std::is_convertible_v<Arguments, std::remove_cvref_t<Parameters>>) && ...);

/// The argument itself, if a look-up takes it, else what the function would make of it.
template <class Parameter, class Taken, class Argument> decltype(auto) converted(Argument&& argument) {
  using value = std::remove_cvref_t<Parameter>;
  if constexpr (!std::is_convertible_v<Argument, Taken> && std::is_convertible_v<Argument, value>)
    return value(std::forward<Argument>(argument));
  else return std::forward<Argument>(argument);
}

/// In place of a key for which there was no memory.
struct no_key {};

/// What the function is given: the argument, or, of a string, the key's own copy if there is one.
template <class Parameter, class Argument, class Owned> decltype(auto) give(Argument const& argument, Owned const& owned) {
  using value = std::remove_cvref_t<Parameter>;
  constexpr bool by_reference = std::is_lvalue_reference_v<Parameter>;
  if constexpr (is_string<value> && by_reference && std::same_as<Owned, value>) return static_cast<value const&>(owned);
  else if constexpr (is_string<value> || !by_reference) return value(argument);
  else return static_cast<value const&>(argument);
}

template <std::size_t index, class Owned> auto const& part_of(Owned const& key) { return std::get<index>(key); }
template <std::size_t> no_key const& part_of(no_key const& key) { return key; }

/// All arguments are the key: a single one as it is, several as a tuple.
template <class Projection, class... Parameters> struct call_key {
  static_assert((check_parameter<Parameters>() && ...));
  template <class Parameter> using taken = argument_t<Parameter>;
  using owned = std::tuple<owned_key_t<Parameters>...>;

  explicit call_key(Projection) {}

  static std::tuple<argument_t<Parameters> const&...> view(argument_t<Parameters> const&... arguments) {
    return std::tuple<argument_t<Parameters> const&...>(arguments...);
  }
  static owned make(argument_t<Parameters> const&... arguments) { return owned(own_key(arguments)...); }

  template <class F, class Owned> static void apply(F&& f, Owned const& key, argument_t<Parameters> const&... arguments) {
    [&]<std::size_t... index>(std::index_sequence<index...>) {
      f(give<Parameters>(arguments, part_of<index>(key))...);
    }(std::index_sequence_for<Parameters...>());
  }
};

template <class Parameter> struct call_key<all_arguments, Parameter> {
  static_assert(check_parameter<Parameter>());
  template <class P> using taken = argument_t<P>;
  using owned = owned_key_t<Parameter>;

  explicit call_key(all_arguments) {}

  static argument_t<Parameter> const& view(argument_t<Parameter> const& argument) { return argument; }
  static owned make(argument_t<Parameter> const& argument) { return own_key(argument); }

  template <class F, class Owned> static void apply(F&& f, Owned const& key, argument_t<Parameter> const& argument) {
    f(give<Parameter>(argument, key));
  }
};

/// A function of the arguments is the key.
template <class Projection, class... Parameters> struct projected_key {
  template <class Parameter> using taken = Parameter;
  using looked_at = std::remove_cvref_t<std::invoke_result_t<Projection&, std::remove_reference_t<Parameters>&...>>;
  using owned = owned_key_t<looked_at>;
  static_assert(is_key<looked_at>(), "tandem::memoize: what the option key returns is no key: it needs == and std::hash");

  explicit projected_key(Projection chosen) : projection(std::move(chosen)) {}

  looked_at view(std::remove_reference_t<Parameters>&... arguments) { return std::invoke(projection, arguments...); }
  owned make(std::remove_reference_t<Parameters>&... arguments) { return own_key(view(arguments...)); }

  template <class F, class Owned> static void apply(F&& f, Owned const&, std::remove_reference_t<Parameters>&... arguments) {
    f(static_cast<Parameters&&>(arguments)...);
  }

  Projection projection;
};

template <class Projection, class... Parameters> struct key_of_call {
  using type = projected_key<Projection, Parameters...>;
};
template <class... Parameters> struct key_of_call<all_arguments, Parameters...> {
  using type = call_key<all_arguments, Parameters...>;
};

}  // namespace tandem::detail
