// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Inputs and outputs of element-wise algorithms, opened: pointers and repeated scalars, with their lengths compared and
/// their overlaps resolved.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <functional>
#include <ranges>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <tandem/core/detail/zeroed_buffer.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/zip.hpp>

namespace tandem::detail {

/// Elements in memory; `U` is const for inputs.
template <class U> struct column {
  using value_type = std::remove_const_t<U>;
  U* data;
};

/// One scalar for every position.
template <class U> struct repeated {
  using value_type = U;
  U value;
};

template <class Input>
concept element_input = is_zipped<std::remove_cvref_t<Input>> || contiguous<Input>;

template <class Part> inline constexpr bool is_output_part = false;
template <class T> inline constexpr bool is_output_part<borrowed_part<T>> = !std::is_const_v<T>;
template <class T> inline constexpr bool is_zipped_output = false;
template <class... Parts> inline constexpr bool is_zipped_output<zipped<Parts...>> = (is_output_part<Parts> && ...);

// What can be written and is still there afterwards.
template <class Output>
concept element_output = is_zipped_output<std::remove_cvref_t<Output>> ||
                         (contiguous<Output> && (std::is_lvalue_reference_v<Output> || std::ranges::borrowed_range<Output>) &&
                          !std::is_const_v<std::remove_reference_t<std::ranges::range_reference_t<Output>>>);

/// What has two dimensions and is no range.
template <class Matrix>
concept matrix_like = !contiguous<Matrix> && requires(std::remove_cvref_t<Matrix> const& m) {
  m.rows();
  m.cols();
  m.data();
};

/// A range whose elements are not one array.
template <class Range>
concept scattered_range = std::ranges::input_range<Range> && !contiguous<Range>;

/// A zip of one for a plain range; a zip as it is.
template <class Argument> decltype(auto) as_zip(Argument& argument) {
  if constexpr (is_zipped<std::remove_const_t<Argument>>) return (argument);
  else return zip(argument);
}

template <class Part> auto input_column(Part const& part) {
  if constexpr (is_scalar_part<Part>) return repeated<decltype(part.value)>{part.value};
  else return column<std::remove_const_t<typename Part::element_type> const>{part.span().data()};
}

/// Who an argument is in a sentence, and where its elements lie.
struct extent {
  std::string_view role;
  std::size_t index, elements;
  std::byte const* begin;
  std::byte const* end;
};

template <class Part> extent extent_of(std::string_view role, std::size_t index, Part const& part) {
  auto const bytes = std::as_bytes(part.span());
  return {role, index, part.span().size(), bytes.data(), bytes.data() + bytes.size()};
}

/// Throws unless all have as many elements as the first one and none is null; returns that number.
inline std::size_t common_length(std::string_view function, std::span<extent const> arguments) {
  std::size_t const n = arguments.front().elements;
  for (extent const& a : arguments) {
    if (a.elements != n)
      throw_invalid_argument(function, ": ", arguments.front().role, " ", arguments.front().index, " has ", n, " elements but ",
                             a.role, " ", a.index, " has ", a.elements);
    if (n > 0 && a.begin == nullptr)
      throw_invalid_argument(function, ": ", a.role, " ", a.index, " is null but has ", n, " elements");
  }
  return n;
}

inline bool overlap(extent const& a, extent const& b) {
  std::less<> const before;
  return before(a.begin, b.end) && before(b.begin, a.end);
}

/// Whether writing `out` would spoil what is still to be read from `in`: they overlap, but not element by element.
inline bool spoils(extent const& out, extent const& in) {
  return overlap(out, in) && (out.begin != in.begin || out.end != in.end);
}

/// The columns of the inputs and outputs of a call over `n` elements. Inputs that an output overlaps in part are read in
/// full first, into `copies`, so that results are those of separate arrays.
template <class Inputs, class Outputs, class Copies> struct columns {
  using inputs_type = Inputs;
  using outputs_type = Outputs;
  std::size_t n;
  Inputs inputs;
  Outputs outputs;
  Copies copies;
  bool in_place;  // an output shares memory with an input
};

template <class Part> using copy_of =
    zeroed_buffer<std::conditional_t<is_scalar_part<Part>, char, std::remove_const_t<typename Part::element_type>>>;

// Points `in` to a copy of its elements.
template <class U> void read_first(std::string_view function, column<U const>& in, std::size_t n, zeroed_buffer<U>& copy) {
  if constexpr (std::default_initializable<U> && std::copyable<U>) {
    copy = zeroed_buffer<U>(n);
    std::copy_n(in.data, n, copy.data());
    in.data = copy.data();
  } else {
    throw_invalid_argument(function, ": an output overlaps an input in part, and the elements cannot be copied");
  }
}

template <class... Inputs, class... Outputs>
auto open_columns(std::string_view function, zipped<Inputs...> const& in, zipped<Outputs...> const& out) {
  constexpr std::size_t ranges = (std::size_t{!is_scalar_part<Inputs>} + ... + 0), outputs = sizeof...(Outputs);
  std::array<extent, ranges + outputs> arguments{};
  std::size_t used = 0;
  auto const note = [&]<class Part>(std::string_view role, std::size_t index, Part const& part) {
    if constexpr (!is_scalar_part<Part>) arguments[used++] = extent_of(role, index, part);
  };
  std::apply(
      [&](auto const&... part) {
        std::size_t i = 0;
        (note("input", i++, part), ...);
      },
      in.parts);
  std::apply(
      [&](auto const&... part) {
        std::size_t i = 0;
        (note("output", i++, part), ...);
      },
      out.parts);
  std::span<extent const> const sources(arguments.data(), ranges), targets(arguments.data() + ranges, outputs);

  std::size_t const n = common_length(function, arguments);
  for (std::size_t i = 0; i < outputs; ++i)
    for (std::size_t j = i + 1; j < outputs; ++j)
      if (overlap(targets[i], targets[j])) throw_invalid_argument(function, ": outputs ", i, " and ", j, " overlap");

  auto const open_inputs = [](auto const&... part) { return std::tuple(input_column(part)...); };
  auto const open_outputs = [](auto const&... part) {
    return std::tuple(column<typename std::remove_cvref_t<decltype(part)>::element_type>{part.span().data()}...);
  };
  using Opened = columns<decltype(std::apply(open_inputs, in.parts)), decltype(std::apply(open_outputs, out.parts)),
                         std::tuple<copy_of<Inputs>...>>;
  Opened opened{n, std::apply(open_inputs, in.parts), std::apply(open_outputs, out.parts), {}, false};

  auto const resolve = [&]<std::size_t i>(std::integral_constant<std::size_t, i>, extent const*& source) {
    if constexpr (!is_scalar_part<std::tuple_element_t<i, std::tuple<Inputs...>>>) {
      extent const& input = *source++;
      for (extent const& output : targets) {
        opened.in_place |= overlap(output, input);
        if (!spoils(output, input)) continue;
        read_first(function, std::get<i>(opened.inputs), n, std::get<i>(opened.copies));
        break;
      }
    }
  };
  extent const* source = sources.data();
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    (resolve(std::integral_constant<std::size_t, i>(), source), ...);
  }(std::index_sequence_for<Inputs...>());
  return opened;
}

}  // namespace tandem::detail
