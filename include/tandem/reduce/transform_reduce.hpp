// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `transform_reduce`: a kernel of one or several inputs, reduced without the array between; the two passes of `f(x, y).sum()` in
/// NumPy, in one.

#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/core/reducer.hpp>
#include <tandem/core/zip.hpp>
#include <tandem/execution.hpp>
#include <tandem/kernel/detail/columns.hpp>
#include <tandem/kernel/detail/elementwise.hpp>
#include <tandem/reduce/detail/fold_engine.hpp>
#include <tandem/reduce/detail/fold_lanes.hpp>
#include <tandem/reduce/detail/units.hpp>

namespace tandem {
namespace detail {
inline namespace TANDEM_ABI {

/// The inputs of a zip, opened, and their common length.
template <class... Inputs> auto open_inputs(std::string_view function, zipped<Inputs...> const& in) {
  std::array<extent, sizeof...(Inputs) + 1> found{};
  std::size_t used = 0;
  auto const note = [&]<class Part>(std::size_t index, Part const& part) {
    if constexpr (!is_scalar_part<Part>) found[used++] = extent_of("input", index, part);
  };
  auto opened = std::apply(
      [&](auto const&... part) {
        std::size_t i = 0;
        (note(i++, part), ...);
        return std::tuple(input_column(part)...);
      },
      in.parts);
  static_assert((!is_scalar_part<Inputs> || ...), "tandem::transform_reduce: at least one input must be a range");
  return std::pair(common_length(function, std::span<extent const>(found.data(), used)), std::move(opened));
}

template <class U> column<U> behind(column<U> const& c, std::size_t n) { return {c.data + n}; }
template <class U> repeated<U> behind(repeated<U> const& c, std::size_t) { return c; }

/// Fetches the first inputs of the next block, so that memory is not idle while this one is reduced.
template <class U> void fetch(column<U> const& c, std::size_t at) {
  for (std::size_t bytes = 0; bytes < 2048; bytes += 64) prefetch_beyond(c.data + at, bytes);
}
template <class U> void fetch(repeated<U> const&, std::size_t) {}

template <class Inputs, class F> using transformed_type =
    std::remove_cvref_t<typename scalar_result<std::remove_reference_t<F>, Inputs>::type>;

/// Folds f of inputs [begin, end), a block at a time.
template <bool vectorized, class U, class A, class Inputs, class F>
void fold_transformed(A& a, Inputs const& inputs, F& f, std::size_t begin, std::size_t end) {
  // A block that is a leaf of the merge tree must not be cut; else it leaves room for the inputs in the first cache.
  constexpr std::size_t block = order_independent<A> && std::is_arithmetic_v<U> ? block_elements<U> / 4 : block_elements<U>;
  if constexpr (std::is_arithmetic_v<U>) {
    U values[block];
    for (std::size_t count; begin < end; begin += count) {
      count = end - begin < block ? end - begin : block;
      auto const part = std::apply([begin](auto const&... c) { return std::tuple(behind(c, begin)...); }, inputs);
      std::tuple<column<U>> const out{column<U>{values}};
      if constexpr (vectorized) run_lanes<kernel_type_t<Inputs>>(f, part, out, 0, count, store_mode::cached);
      else run_elements(f, part, out, 0, count);
      if (begin + count < end) std::apply([&](auto const&... c) { (fetch(c, begin + count), ...); }, inputs);
      if constexpr (requires { a.start_at(begin); }) a.start_at(begin);
      fold_span<vectorized>(a, std::span<U const>(values, count));
    }
  } else {
    std::vector<U> values;
    for (std::size_t count; begin < end; begin += count, values.clear()) {
      count = end - begin < block ? end - begin : block;
      for (std::size_t i = begin; i < begin + count; ++i)
        values.push_back(
            std::apply([&](auto const&... c) { return U(std::invoke(f, element<kernel_type_t<Inputs>>(c, i)...)); }, inputs));
      if constexpr (requires { a.start_at(begin); }) a.start_at(begin);
      fold_span<vectorized>(a, std::span<U const>(values));
    }
  }
}

/// What `columns_with_lanes` and `runs_in_lanes` ask of a call: its inputs, and an output of the callable's own type.
template <class Inputs, class U> struct transformed_columns {
  using inputs_type = Inputs;
  using outputs_type = std::tuple<column<U>>;
};

template <class Policy, class Zip, class Reducer, class F>
auto run_transform_reduce(std::string_view function, Policy const& policy, Zip const& in, Reducer const& how, F& f) {
  auto const opened = open_inputs(function, in);
  std::size_t const n = opened.first;
  auto const& inputs = opened.second;
  using Inputs = std::remove_cvref_t<decltype(inputs)>;
  using U = transformed_type<Inputs, F>;
  static_assert(reducer<Reducer, U>, "tandem::transform_reduce: the reducer must reduce what the callable returns");
  if constexpr (Policy::vectorized)
    static_assert(
        runs_in_lanes<F, transformed_columns<Inputs, U>>(),
        "tandem: unseq and par_unseq need a callable that takes tandem::lanes, and elements that have lanes: give it auto "
        "parameters, or use seq or par");
  return fold_all(
             function, crew_of(policy), n, block_elements<U>, [&how] { return make_accumulator<U>(how); },
             [&](auto& a, std::size_t begin, std::size_t end) {
               fold_transformed<Policy::vectorized, U>(a, inputs, f, begin, end);
             })
      .result();
}

}  // namespace TANDEM_ABI
}  // namespace detail

inline namespace TANDEM_ABI {

struct transform_reduce_fn {
  template <execution_policy Policy, detail::element_input In, class Reducer, class F>
  auto operator()(Policy const& policy, In&& in, Reducer const& how, F&& f) const {
    return detail::run_transform_reduce(name, policy, detail::as_zip(in), how, f);
  }

  template <detail::element_input In, class Reducer, class F> requires(!execution_policy<In>)
  auto operator()(In&& in, Reducer const& how, F&& f) const {
    using Inputs = typename decltype(detail::open_inputs(name, detail::as_zip(in)))::second_type;
    using U = detail::transformed_type<Inputs, F>;
    if constexpr (detail::runs_in_lanes<std::remove_reference_t<F>, detail::transformed_columns<Inputs, U>>())
      return (*this)(par_unseq, in, how, f);
    else return (*this)(par, in, how, f);
  }

 private:
  static constexpr char const* name = "tandem::transform_reduce";
};

/// `transform_reduce([policy,] in, reducer, f)`: the reducer's result over f(in[i]) for every i.
///
/// - `in`: a contiguous range, or a `zip` of ranges and scalars. `f`: as for `transform`, one result an element.
/// - `reducer`: any; it sees elements of the type that f returns for scalars.
/// - Policy: left out, it is `par_unseq` where the elements have lanes and f takes them, else `par`.
/// - Errors: `std::invalid_argument` when lengths differ; what f and the reducer throw, of the lowest block that throws;
///   `cancelled` and `deadline_exceeded` by the options.
/// - Determinism: that of the reducer over what `transform` would write.
/// - Complexity: one pass; a block of 4096 results at a time lies in the first cache.
///
/// Example: `double energy = tandem::transform_reduce(v, tandem::sum, [](auto x) { return 0.5 * x * x; });`
inline constexpr transform_reduce_fn transform_reduce{};

}  // namespace TANDEM_ABI
}  // namespace tandem
