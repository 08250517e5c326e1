// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Bricks of element-wise algorithms: one chunk, element by element or in lanes.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <tandem/backend/simd.hpp>
#include <tandem/backend/streaming.hpp>
#include <tandem/kernel/detail/columns.hpp>
#include <tandem/kernel/lanes.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

using backend::store_mode;

/// The type in which a kernel sees its inputs: where all are numbers their common type, else void: each its own.
template <class Inputs> struct kernel_type;
template <class... Columns> struct kernel_type<std::tuple<Columns...>> {
  static auto common() {
    if constexpr ((std::is_arithmetic_v<typename Columns::value_type> && ...))
      return std::type_identity<std::common_type_t<typename Columns::value_type...>>();
    else return std::type_identity<void>();
  }
  using type = typename decltype(common())::type;
};
template <class Inputs> using kernel_type_t = typename kernel_type<Inputs>::type;

/// What a kernel gets for element i of a column: a number of type T, or, where T is void, the element itself.
template <class T, class U> decltype(auto) element(column<U> const& c, std::size_t i) {
  if constexpr (std::is_void_v<T>) return static_cast<U const&>(c.data[i]);
  else return static_cast<T>(c.data[i]);
}
template <class T, class U> auto element(repeated<U> const& c, std::size_t) {
  if constexpr (std::is_void_v<T>) return c.value;
  else return static_cast<T>(c.value);
}

template <class R> inline constexpr bool is_tuple_like = requires { std::tuple_size<std::remove_cvref_t<R>>::value; };

/// Whether a result is written part by part: to several outputs always, to one where it is a tuple of one.
template <class R, std::size_t outputs> constexpr bool in_parts() {
  if constexpr (outputs == 1 && is_tuple_like<R>) return std::tuple_size_v<std::remove_cvref_t<R>> == 1;
  else return outputs > 1;
}

/// Whether a kernel's result can be written to `outputs` columns: one value, or a tuple of as many.
template <class R, std::size_t outputs> constexpr bool has_arity() {
  if constexpr (outputs == 1) return true;
  else if constexpr (is_tuple_like<R>) return std::tuple_size_v<std::remove_cvref_t<R>> == outputs;
  else return false;
}

template <class Value, class Element>
concept casts_to = requires { static_cast<Element>(std::declval<Value>()); };

/// Whether the elements of the outputs can be made of a kernel's result, which has their number of parts.
template <class R, class Outputs> constexpr bool converts_to_elements() {
  if constexpr (in_parts<R, std::tuple_size_v<Outputs>>())
    return []<std::size_t... i>(std::index_sequence<i...>) {
      return (
          casts_to<std::tuple_element_t<i, std::remove_cvref_t<R>>, typename std::tuple_element_t<i, Outputs>::value_type> &&
          ...);
    }(std::make_index_sequence<std::tuple_size_v<Outputs>>());
  else return casts_to<R, typename std::tuple_element_t<0, Outputs>::value_type>;
}

/// Calls `write(column, value)` for every output column with its part of the result.
template <class Outputs, class R, class Write>
TANDEM_INLINE void write_each(Outputs const& outputs, R&& result, Write const& write) {
  if constexpr (in_parts<R, std::tuple_size_v<Outputs>>()) {
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      (write(std::get<i>(outputs), std::get<i>(std::forward<R>(result))), ...);
    }(std::make_index_sequence<std::tuple_size_v<Outputs>>());
  } else {
    write(std::get<0>(outputs), std::forward<R>(result));
  }
}

/// What a kernel returned for several outputs: references become values, which writing the first cannot spoil.
template <std::size_t outputs, class R> TANDEM_INLINE decltype(auto) values_of(R&& result) {
  if constexpr (outputs > 1) {
    return std::apply(
        [](auto&&... part) { return std::tuple(std::remove_cvref_t<decltype(part)>(std::forward<decltype(part)>(part))...); },
        std::forward<R>(result));
  } else {
    return std::forward<R>(result);
  }
}

/// Elements [begin, end) one at a time.
template <class F, class Inputs, class Outputs>
void run_elements(F& f, Inputs const& inputs, Outputs const& outputs, std::size_t begin, std::size_t end) {
  using T = kernel_type_t<Inputs>;
  for (std::size_t i = begin; i < end; ++i)
    std::apply(
        [&](auto const&... in) {  // written in the same expression: f may return references to its arguments
          write_each(outputs, values_of<std::tuple_size_v<Outputs>>(std::invoke(f, element<T>(in, i)...)),
                     [i]<class U>(column<U> const& out, auto&& value) {
                       out.data[i] = static_cast<U>(std::forward<decltype(value)>(value));
                     });
        },
        inputs);
}

/// The lanes at element i of a column; the first `lanes<T>::size` elements from there must exist.
template <class T, class U> TANDEM_INLINE lanes<T> lanes_at(column<U> const& c, std::size_t i) {
  if constexpr (std::same_as<std::remove_const_t<U>, T>) {
    return lanes<T>::load(c.data + i);
  } else {
    T converted[lanes<T>::size];
    for (std::size_t k = 0; k < lanes<T>::size; ++k) converted[k] = static_cast<T>(c.data[i + k]);
    return lanes<T>::load(converted);
  }
}
template <class T, class U> TANDEM_INLINE lanes<T> lanes_at(repeated<U> const& c, std::size_t) {
  return lanes<T>(static_cast<T>(c.value));
}

/// The `count` elements at i, and the last of them again in the lanes beyond: no lane sees a value that is not in the data.
template <class T, class U> TANDEM_INLINE lanes<T> some_lanes_at(column<U> const& c, std::size_t i, std::size_t count) {
  if (count == lanes<T>::size) return lanes_at<T>(c, i);
  T padded[lanes<T>::size];
  for (std::size_t k = 0; k < lanes<T>::size; ++k) padded[k] = static_cast<T>(c.data[i + (k < count ? k : count - 1)]);
  return lanes<T>::load(padded);
}
template <class T, class U> TANDEM_INLINE lanes<T> some_lanes_at(repeated<U> const& c, std::size_t, std::size_t) {
  return lanes<T>(static_cast<T>(c.value));
}

/// A kernel's result as lanes: masks become ones and zeros.
template <class T, class R> TANDEM_INLINE lanes<T> as_lanes(R const& result) {
  if constexpr (std::same_as<R, mask<T>>) return where(result, lanes<T>(T{1}), lanes<T>(T{0}));
  else return static_cast<lanes<T>>(result);
}

template <class T, class R>
concept storable_lanes = number<R> || std::same_as<R, mask<T>> || std::constructible_from<lanes<T>, R>;

template <class T, class R, std::size_t outputs> constexpr bool all_storable_lanes() {
  if constexpr (in_parts<R, outputs>())
    return []<std::size_t... i>(std::index_sequence<i...>) {
      return (storable_lanes<T, std::remove_cvref_t<std::tuple_element_t<i, R>>> && ...);
    }(std::make_index_sequence<std::tuple_size_v<R>>());
  else return storable_lanes<T, R>;
}

template <class T, class U>
TANDEM_INLINE void store_lanes(column<U> const& out, std::size_t i, lanes<T> value, store_mode mode) {
  if constexpr (std::same_as<U, T>) {
    if (mode == store_mode::streaming) backend::store_streaming<T>(out.data + i, value);
    else value.store(out.data + i);
  } else {
    T values[lanes<T>::size];
    value.store(values);
    for (std::size_t k = 0; k < lanes<T>::size; ++k) out.data[i + k] = static_cast<U>(values[k]);
  }
}

/// Writes a kernel's result to the first `count` elements from i on; a plain number goes there as it is, for all of them.
template <class T, class U, class R>
TANDEM_INLINE void store_result(column<U> const& out, std::size_t i, std::size_t count, R const& result, store_mode mode) {
  if constexpr (std::is_arithmetic_v<R>) {
    for (std::size_t k = 0; k < count; ++k) out.data[i + k] = static_cast<U>(result);
  } else {
    lanes<T> const value = as_lanes<T>(result);
    if (count == lanes<T>::size) return store_lanes<T>(out, i, value, mode);
    T values[lanes<T>::size];
    value.store(values);
    for (std::size_t k = 0; k < count; ++k) out.data[i + k] = static_cast<U>(values[k]);
  }
}

/// The lanes of every input at element i.
template <class T, class... Columns> TANDEM_INLINE auto load_register(std::tuple<Columns...> const& inputs, std::size_t i) {
  return std::apply([i](auto const&... in) { return std::tuple(lanes_at<T>(in, i)...); }, inputs);
}

/// The same for `count` elements, fewer than a register holds.
template <class T, class... Columns>
TANDEM_INLINE auto load_some(std::tuple<Columns...> const& inputs, std::size_t i, std::size_t count) {
  return std::apply([i, count](auto const&... in) { return std::tuple(some_lanes_at<T>(in, i, count)...); }, inputs);
}

/// Calls f on copies of loaded lanes and writes its results, in one expression: f may return references to its arguments.
template <class T, class F, class Loaded, class Outputs>
TANDEM_INLINE void call_and_write(F& f, Loaded const& loaded, Outputs const& outputs, std::size_t i, std::size_t count,
                                  store_mode mode) {
  std::apply(
      [&](auto const&... in) {
        write_each(outputs, values_of<std::tuple_size_v<Outputs>>(f(lanes<T>(in)...)),
                   [=](auto const& out, auto const& result) { store_result<T>(out, i, count, result, mode); });
      },
      loaded);
}

/// At most as many elements as a register holds, by the same code as all others.
template <class T, class F, class Inputs, class Outputs>
[[gnu::noinline]] void run_some_lanes(F& f, Inputs inputs, Outputs outputs, std::size_t i, std::size_t count) {
  call_and_write<T>(f, load_some<T>(inputs, i, count), outputs, i, count, store_mode::cached);
}

/// Registers number `r...` from element i on. All are loaded before the first is stored: the loads of one need not wait
/// until it is known that the stores of another went elsewhere.
template <class T, class F, class Inputs, class Outputs, std::size_t... r>
TANDEM_INLINE void run_registers(F& f, Inputs const& inputs, Outputs const& outputs, std::size_t i, store_mode mode,
                                 std::index_sequence<r...>) {
  constexpr std::size_t size = lanes<T>::size;
  auto const loaded = std::tuple(load_register<T>(inputs, i + r * size)...);
  (call_and_write<T>(f, std::get<r>(loaded), outputs, i + r * size, size, mode), ...);
}

/// Elements from i on until the first output lies at a multiple of the register's size; 0 where other types are written.
template <class T, class Outputs> std::size_t lead_to_alignment(Outputs const& outputs, std::size_t i) {
  constexpr std::size_t register_bytes = lanes<T>::size * sizeof(T);
  if constexpr (std::same_as<typename std::tuple_element_t<0, Outputs>::value_type, T>) {
    auto const address = reinterpret_cast<std::uintptr_t>(std::get<0>(outputs).data + i);
    return (register_bytes - address % register_bytes) % register_bytes / sizeof(T);
  } else {
    return 0;
  }
}

/// Elements [begin, end) in lanes, the first and the last few as well.
template <class T, class F, class Inputs, class Outputs>
void run_lanes(F& f, Inputs const& in, Outputs const& out, std::size_t begin, std::size_t end, store_mode mode) {
  constexpr std::size_t size = lanes<T>::size, registers = 4;
  // Copies that nobody else can see: a store of lanes may alias anything, and others would be read again after each.
  Inputs const inputs = in;
  Outputs const outputs = out;
  std::size_t i = begin;
  backend::fence_at_end const fence{mode};
  if (end - begin < 16 * size) {
    mode = store_mode::cached;  // too few to be worth aligning
  } else if (std::size_t const lead = lead_to_alignment<T>(outputs, begin); lead > 0) {
    run_some_lanes<T>(f, inputs, outputs, i, lead);
    i += lead;
  }
  for (; end - i >= registers * size; i += registers * size)
    run_registers<T>(f, inputs, outputs, i, mode, std::make_index_sequence<registers>());
  for (std::size_t count = size; i < end; i += count) {
    if (end - i < count) count = end - i;
    run_some_lanes<T>(f, inputs, outputs, i, count);
  }
}

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
