// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What kind of key a type is, and whether it is one.

#include <array>
#include <complex>
#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace tandem {
template <class T> class matrix_view;
}

namespace tandem::detail {

template <class T> inline constexpr bool is_string = false;
template <class C, class T, class A> inline constexpr bool is_string<std::basic_string<C, T, A>> = true;
template <class T> inline constexpr bool is_string_view = false;
template <class C, class T> inline constexpr bool is_string_view<std::basic_string_view<C, T>> = true;
template <class T> inline constexpr bool is_span = false;
template <class T, std::size_t N> inline constexpr bool is_span<std::span<T, N>> = true;
template <class T> inline constexpr bool is_vector = false;
template <class T, class A> inline constexpr bool is_vector<std::vector<T, A>> = !std::same_as<T, bool>;
template <class T> inline constexpr bool is_array = false;
template <class T, std::size_t N> inline constexpr bool is_array<std::array<T, N>> = true;
template <class T> inline constexpr bool is_tuple = false;
template <class... Ts> inline constexpr bool is_tuple<std::tuple<Ts...>> = true;
template <class A, class B> inline constexpr bool is_tuple<std::pair<A, B>> = true;
template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
template <class T> inline constexpr bool is_variant = false;
template <class... Ts> inline constexpr bool is_variant<std::variant<Ts...>> = true;
template <class T> inline constexpr bool is_complex = false;
template <class T> inline constexpr bool is_complex<std::complex<T>> = true;

/// Types that stand for something that lies elsewhere, and may change there or go.
template <class T> inline constexpr bool refers_elsewhere = std::input_iterator<T>;
template <class T> inline constexpr bool refers_elsewhere<std::reference_wrapper<T>> = true;
template <class T> inline constexpr bool refers_elsewhere<std::shared_ptr<T>> = true;
template <class T> inline constexpr bool refers_elsewhere<std::weak_ptr<T>> = true;
template <class T, class D> inline constexpr bool refers_elsewhere<std::unique_ptr<T, D>> = true;
template <class T> inline constexpr bool refers_elsewhere<std::initializer_list<T>> = true;
template <class T> inline constexpr bool refers_elsewhere<matrix_view<T>> = true;

template <class T>
concept string_like = is_string<T> || is_string_view<T>;
template <class T>
concept sequence = is_vector<T> || is_array<T> || is_span<T>;
template <class T>
concept hashes_itself = std::equality_comparable<T> && requires(T const& x) {
  { std::hash<T>()(x) } -> std::convertible_to<std::size_t>;
};
/// A container that is walked in an order which its value determines: `std::deque`, `list`, `set`, `map`, their multi-kinds.
template <class T>
concept walked_container =
    !string_like<T> && !sequence<T> && !hashes_itself<T> && !requires { typename T::hasher; } && requires(T const& x) {
      typename T::allocator_type;
      { *x.begin() } -> std::convertible_to<typename T::value_type const&>;
      { x.size() } -> std::convertible_to<std::size_t>;
      x.begin() == x.end();
    };
template <class T>
concept word_like = std::integral<T> || std::is_enum_v<T>;

template <class T> consteval bool is_key();
template <template <class...> class Parts, class... Ts> consteval bool are_keys(std::type_identity<Parts<Ts...>>) {
  return (is_key<std::remove_cvref_t<Ts>>() && ...);
}

template <class T> consteval bool is_key() {
  if constexpr (std::is_pointer_v<T> || std::is_member_pointer_v<T> || refers_elsewhere<T>) return false;
  else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T> || string_like<T> || is_complex<T>) return true;
  else if constexpr (is_span<T>) return std::is_const_v<typename T::element_type> && is_key<typename T::value_type>();
  else if constexpr (sequence<T> || is_optional<T> || walked_container<T>) return is_key<typename T::value_type>();
  else if constexpr (is_tuple<T> || is_variant<T>) return are_keys(std::type_identity<T>());
  else
    return hashes_itself<T> ||
           (std::equality_comparable<T> && std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>);
}

/// Types whose hash is computed from the value in a few steps, so that it need not be stored.
template <class T> consteval bool hashes_quickly() {
  if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T> || is_complex<T>) return true;
  else if constexpr (is_tuple<T>)
    return []<std::size_t... index>(std::index_sequence<index...>) {
      return (hashes_quickly<std::remove_cvref_t<std::tuple_element_t<index, T>>>() && ...);
    }(std::make_index_sequence<std::tuple_size_v<T>>());
  else return false;
}

}  // namespace tandem::detail
