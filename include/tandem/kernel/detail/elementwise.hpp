// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The pattern of element-wise algorithms: how columns are cut into chunks, and which brick runs them.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <tandem/backend/split.hpp>
#include <tandem/backend/streaming.hpp>
#include <tandem/backend/tasks.hpp>
#include <tandem/execution.hpp>
#include <tandem/kernel/detail/columns.hpp>
#include <tandem/kernel/detail/elements.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// What a kernel returns for scalars, and for lanes of T; no type where it cannot be called so.
template <class F, class Inputs> struct scalar_result;
template <class F, class... Columns> struct scalar_result<F, std::tuple<Columns...>>
    : std::invoke_result<F&, decltype(element<kernel_type_t<std::tuple<Columns...>>>(std::declval<Columns const&>(), 0))...> {};

template <class F, class T, class Inputs> struct lane_result;
template <class F, class T, class... Columns> struct lane_result<F, T, std::tuple<Columns...>>
    : std::invoke_result<F&, std::conditional_t<true, lanes<T>, Columns>...> {};

template <class Result>
concept has_result = requires { typename Result::type; };

template <class T, class Outputs> inline constexpr bool all_outputs_are = false;
template <class T, class... Columns> inline constexpr bool all_outputs_are<T, std::tuple<Columns...>> =
    (std::same_as<typename Columns::value_type, T> && ...);

template <class Outputs> inline constexpr bool all_outputs_are_numbers = false;
template <class... Columns> inline constexpr bool all_outputs_are_numbers<std::tuple<Columns...>> =
    (std::is_arithmetic_v<typename Columns::value_type> && ...);

template <class Columns>
concept columns_with_lanes =
    lane_type<kernel_type_t<typename Columns::inputs_type>> && all_outputs_are_numbers<typename Columns::outputs_type>;

/// Whether a call runs in lanes when no policy is given. A generic callable is taken at its word: it takes lanes.
template <class F, class Columns> constexpr bool runs_in_lanes() {
  if constexpr (columns_with_lanes<Columns>) {
    using Inputs = typename Columns::inputs_type;
    return has_result<lane_result<F, kernel_type_t<Inputs>, Inputs>>;
  } else {
    return false;
  }
}

/// Streaming needs outputs that are aligned alike, and does not pay where they have just been read.
template <class T, class Columns> store_mode store_mode_of(Columns const& c) {
  if constexpr (backend::has_streaming_stores && all_outputs_are<T, typename Columns::outputs_type>) {
    constexpr std::size_t outputs = std::tuple_size_v<typename Columns::outputs_type>;
    bool const aligned_alike = std::apply(
        [&](auto const&... out) {
          auto const beyond = [](T const* p) { return reinterpret_cast<std::uintptr_t>(p) % (lanes<T>::size * sizeof(T)); };
          return ((beyond(out.data) == beyond(std::get<0>(c.outputs).data)) && ...);
        },
        c.outputs);
    if (aligned_alike && !c.in_place) return backend::store_mode_for(c.n * outputs * sizeof(T));
  }
  return store_mode::cached;
}

template <class Policy, class Columns, class F>
void run_columns_in_lanes(std::string_view function, Policy const& policy, Columns const& c, F& f) {
  using Inputs = typename Columns::inputs_type;
  using T = kernel_type_t<Inputs>;
  using R = std::remove_cvref_t<typename lane_result<F, T, Inputs>::type>;
  constexpr bool writable = has_arity<R, std::tuple_size_v<typename Columns::outputs_type>>() &&
                            all_storable_lanes<T, R, std::tuple_size_v<typename Columns::outputs_type>>();
  static_assert(writable,
                "tandem: for lanes the callable must return one value an output (a tuple or pair for several): lanes, a "
                "number, or a mask, not a bool");
  if constexpr (writable) {
    options const* const chosen = policy.options();
    store_mode const mode = store_mode_of<T>(c);
    backend::for_chunks(function, backend::element_split(c.n, chosen, lead_to_alignment<T>(c.outputs, 0)), jobs_of(policy),
                        chosen, backend::start_of(chosen),
                        [&](std::size_t begin, std::size_t end) { run_lanes<T>(f, c.inputs, c.outputs, begin, end, mode); });
  }
}

template <class Policy, class Columns, class F>
void run_columns_as_scalars(std::string_view function, Policy const& policy, Columns const& c, F& f) {
  using Result = scalar_result<F, typename Columns::inputs_type>;
  static_assert(has_result<Result>, "tandem: the callable cannot be called with one element of every input");
  if constexpr (has_result<Result>) {
    using R = typename Result::type;
    using Outputs = typename Columns::outputs_type;
    constexpr bool one_each = has_arity<std::remove_cvref_t<R>, std::tuple_size_v<Outputs>>();
    static_assert(one_each, "tandem: the callable must return one value an output: a tuple or pair for several");
    if constexpr (one_each) {
      static_assert(converts_to_elements<R, Outputs>(),
                    "tandem: the callable must return a value that converts to the elements of the output");
      if constexpr (converts_to_elements<R, Outputs>()) {
        options const* const chosen = policy.options();
        backend::for_chunks(function, backend::element_split(c.n, chosen, 0), jobs_of(policy), chosen,
                            backend::start_of(chosen),
                            [&](std::size_t begin, std::size_t end) { run_elements(f, c.inputs, c.outputs, begin, end); });
      }
    }
  }
}

/// Runs `f` over opened columns, in lanes or not as the policy says.
template <class Policy, class Columns, class F>
void run_columns(std::string_view function, Policy const& policy, Columns const& c, F& f) {
  if constexpr (Policy::vectorized) {
    static_assert(columns_with_lanes<Columns>,
                  "tandem: unseq and par_unseq need elements that have lanes: float, double, or integers of 32 or 64 bits; use "
                  "seq or par");
    if constexpr (columns_with_lanes<Columns>) {
      static_assert(
          runs_in_lanes<F, Columns>(),
          "tandem: unseq and par_unseq need a callable that takes tandem::lanes: give it auto parameters, or use seq or par");
      if constexpr (runs_in_lanes<F, Columns>()) run_columns_in_lanes(function, policy, c, f);
    }
  } else {
    run_columns_as_scalars(function, policy, c, f);
  }
}

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
