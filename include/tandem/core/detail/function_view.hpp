// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Any callable of one signature, looked at: so that what takes it is compiled once and not once a callable.

#include <concepts>
#include <type_traits>
#include <utility>

namespace tandem::detail {

template <class Signature> class function_view;

/// Refers to a callable that outlives it; a copy refers to the same. Calling it costs one jump.
template <class R, class... Arguments> class function_view<R(Arguments...)> {
 public:
  template <class F> requires(!std::same_as<F, function_view> && std::is_invocable_r_v<R, F const&, Arguments...>)
  function_view(F const& f) noexcept
      : object_(&f), call_([](void const* object, Arguments... arguments) -> R {
          if constexpr (std::is_void_v<R>) (*static_cast<F const*>(object))(std::forward<Arguments>(arguments)...);
          else return (*static_cast<F const*>(object))(std::forward<Arguments>(arguments)...);
        }) {}
  R operator()(Arguments... arguments) const { return call_(object_, std::forward<Arguments>(arguments)...); }

 private:
  void const* object_;
  R (*call_)(void const*, Arguments...);
};

}  // namespace tandem::detail
