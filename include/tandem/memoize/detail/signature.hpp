// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The signature of a callable that has one.

#include <type_traits>

namespace tandem::detail {

template <class... Ts> struct types {};

template <class> struct function_type;
template <class R, class... Ps> struct function_type<R(Ps...)> {
  using type = R(Ps...);
  using result = R;
  using parameters = types<Ps...>;
};
template <class R, class... Ps> struct function_type<R(Ps...) noexcept> : function_type<R(Ps...)> {};

template <class> struct call_operator;
template <class C, class R, class... Ps> struct call_operator<R (C::*)(Ps...)> : function_type<R(Ps...)> {};
template <class C, class R, class... Ps> struct call_operator<R (C::*)(Ps...) const> : function_type<R(Ps...)> {};
template <class C, class R, class... Ps> struct call_operator<R (C::*)(Ps...) noexcept> : function_type<R(Ps...)> {};
template <class C, class R, class... Ps> struct call_operator<R (C::*)(Ps...) const noexcept> : function_type<R(Ps...)> {};
template <class C, class R, class... Ps> struct call_operator<R (C::*)(Ps...)&> : function_type<R(Ps...)> {};
template <class C, class R, class... Ps> struct call_operator<R (C::*)(Ps...) const&> : function_type<R(Ps...)> {};
template <class C, class R, class... Ps> struct call_operator<R (C::*)(Ps...) & noexcept> : function_type<R(Ps...)> {};
template <class C, class R, class... Ps> struct call_operator<R (C::*)(Ps...) const & noexcept> : function_type<R(Ps...)> {};

/// A member function takes its object first.
template <class> struct member_function;
template <class C, class R, class... Ps> struct member_function<R (C::*)(Ps...)> : function_type<R(C&, Ps...)> {};
template <class C, class R, class... Ps> struct member_function<R (C::*)(Ps...) const> : function_type<R(C const&, Ps...)> {};
template <class C, class R, class... Ps> struct member_function<R (C::*)(Ps...)&> : function_type<R(C&, Ps...)> {};
template <class C, class R, class... Ps> struct member_function<R (C::*)(Ps...) const&> : function_type<R(C const&, Ps...)> {};
template <class C, class R, class... Ps> struct member_function<R (C::*)(Ps...) noexcept> : member_function<R (C::*)(Ps...)> {};
template <class C, class R, class... Ps> struct member_function<R (C::*)(Ps...) const noexcept>
    : member_function<R (C::*)(Ps...) const> {};
template <class C, class R, class... Ps> struct member_function<R (C::*)(Ps...) & noexcept>
    : member_function<R (C::*)(Ps...)&> {};
template <class C, class R, class... Ps> struct member_function<R (C::*)(Ps...) const & noexcept>
    : member_function<R (C::*)(Ps...) const&> {};

template <class F>
concept has_call_operator = requires { &F::operator(); };

template <class F> struct signature_of;
template <class F> requires std::is_function_v<F>
struct signature_of<F> : function_type<F> {};
template <class F> requires std::is_function_v<std::remove_pointer_t<F>> && std::is_pointer_v<F>
struct signature_of<F> : function_type<std::remove_pointer_t<F>> {};
template <class F> requires std::is_member_function_pointer_v<F>
struct signature_of<F> : member_function<F> {};
template <has_call_operator F> struct signature_of<F> : call_operator<decltype(&F::operator())> {};

/// A function, a member function, or an object with one call operator that is no template; F as it is deduced for a forwarding
/// reference, so that a signature given in its place is none.
template <class F>
concept has_one_signature = !std::is_function_v<F> && requires { typename signature_of<std::remove_cvref_t<F>>::type; };

template <class T>
concept signature = requires { typename function_type<T>::type; };

/// Without `noexcept`.
template <signature T> using plain_signature = typename function_type<T>::type;

}  // namespace tandem::detail
