// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The key of a call: how it is looked at, owned, and how the function gets its arguments back.

#include <cstddef>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <tandem/memoize/key.hpp>

namespace tandem::detail {

/// What the function is given: the argument, or, of a string, the key's own copy.
template <class Parameter, class Argument, class Owned> decltype(auto) give(Argument const& argument, Owned const& owned) {
  using value = std::remove_cvref_t<Parameter>;
  if constexpr (is_string<value>) {
    if constexpr (std::is_lvalue_reference_v<Parameter>) return static_cast<value const&>(owned);
    else return value(owned);
  } else if constexpr (std::is_lvalue_reference_v<Parameter>) return static_cast<value const&>(argument);
  else return value(argument);
}

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

  template <class F> static decltype(auto) apply(F&& f, owned const& key, argument_t<Parameters> const&... arguments) {
    return [&]<std::size_t... index>(std::index_sequence<index...>) -> decltype(auto) {
      return f(give<Parameters>(arguments, std::get<index>(key))...);
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

  template <class F> static decltype(auto) apply(F&& f, owned const& key, argument_t<Parameter> const& argument) {
    return f(give<Parameter>(argument, key));
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

  template <class F> static decltype(auto) apply(F&& f, owned const&, std::remove_reference_t<Parameters>&... arguments) {
    return f(static_cast<Parameters&&>(arguments)...);
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
