// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `zip`: several ranges as the one input, or the one output, of an element-wise call.
///
/// It stands for the several arguments of a NumPy ufunc, with its broadcasting of scalars. It is no view of tuples to loop
/// over: `std::views::zip` of C++23 is.

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <ranges>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include <tandem/core/config.hpp>

namespace tandem {

namespace detail {

/// What a zip can look into: elements in a row, and their number.
template <class Range>
concept contiguous = std::ranges::contiguous_range<Range> && std::ranges::sized_range<Range>;

/// Elements that somebody else owns.
template <class T> struct borrowed_part {
  using element_type = T;
  std::span<T> elements;
  constexpr std::span<T> span() const noexcept { return elements; }
};

/// A container that was a temporary, kept.
template <class Container> struct owned_part {
  using element_type = std::remove_reference_t<std::ranges::range_reference_t<Container const&>>;
  Container container;
  constexpr std::span<element_type> span() const noexcept {
    return {std::ranges::data(container), std::ranges::size(container)};
  }
};

/// A scalar that repeats as often as needed.
template <class T> struct scalar_part {
  using element_type = T const;
  T value;
};

template <class Part> inline constexpr bool is_scalar_part = false;
template <class T> inline constexpr bool is_scalar_part<scalar_part<T>> = true;

template <class Argument> constexpr auto make_part(Argument&& argument) {
  using Plain = std::remove_cvref_t<Argument>;
  if constexpr (std::is_arithmetic_v<Plain>) {
    return scalar_part<Plain>{argument};
  } else if constexpr (std::is_lvalue_reference_v<Argument> || std::ranges::borrowed_range<Argument>) {
    using Element = std::remove_reference_t<std::ranges::range_reference_t<Argument>>;
    return borrowed_part<Element>{std::span<Element>(std::ranges::data(argument), std::ranges::size(argument))};
  } else {
    return owned_part<Plain>{std::forward<Argument>(argument)};
  }
}

// An initializer list owns nothing and dies with the statement.
template <class T> inline constexpr bool is_initializer_list = false;
template <class T> inline constexpr bool is_initializer_list<std::initializer_list<T>> = true;

template <class Argument>
concept zippable = std::is_arithmetic_v<std::remove_cvref_t<Argument>> ||
                   (contiguous<Argument> && !is_initializer_list<std::remove_cvref_t<Argument>>);

}  // namespace detail

/// What `zip` returns: the parts in their order. Algorithms open it; users pass it on.
template <class... Parts> struct zipped {
  std::tuple<Parts...> parts;
};

namespace detail {

template <class T> inline constexpr bool is_zipped = false;
template <class... Parts> inline constexpr bool is_zipped<zipped<Parts...>> = true;

}  // namespace detail

struct zip_fn {
  template <detail::zippable... Arguments> requires(sizeof...(Arguments) > 0)
  constexpr auto operator()(Arguments&&... arguments) const {
    return zipped<decltype(detail::make_part(std::forward<Arguments>(arguments)))...>{
        {detail::make_part(std::forward<Arguments>(arguments))...}};
  }
};

/// `zip(a, b, 2.0)`: several inputs, or several outputs, of one element-wise call.
///
/// - Arguments: contiguous ranges of equal length (the algorithm that gets the zip compares the lengths) and numbers.
///   An lvalue and a view are looked at and must outlive the call; a temporary container is moved in and kept; a number
///   repeats for every element.
/// - Types: where all element types are numbers, a kernel sees every input in their common type.
/// - Returns: a value to pass to `transform` and its like, at once or later. Copying it copies what it keeps.
/// - Errors: none. Complexity: O(1) beside the moves. Thread-safety: that of the ranges.
///
/// Example: `transform(zip(x, y, 0.5), out, [](auto a, auto b, auto c) { return a + c * b; });`; beside vectors of float write
/// `zip(x, y, 0.5f)`: with the double 0.5 the kernel would see doubles, in half as many lanes.
inline constexpr zip_fn zip{};

}  // namespace tandem
