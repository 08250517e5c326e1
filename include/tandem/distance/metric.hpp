// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What a metric is: a start, a step for each column, and an end, written once for scalars and lanes.
///
/// Metrics run through the tile engine, which compares many rows with many rows at a time and calls the steps of one pair
/// in the order of the columns. A metric therefore needs no loop, no vectorization and no threads of its own.

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <tandem/core/config.hpp>

namespace tandem {

namespace detail {

template <class Metric, class V> using accumulator_of =
    std::remove_cvref_t<decltype(std::declval<Metric const&>().init(std::declval<V>()))>;

// A step that gave another type than the start would be narrowed silently on the way from column to column.
template <class Metric, class V>
concept metric_on = requires(Metric const& metric, V v, accumulator_of<Metric, V> a, std::size_t n) {
  requires std::same_as<std::remove_cvref_t<decltype(metric.step(a, v, v))>, accumulator_of<Metric, V>>;
  requires std::default_initializable<accumulator_of<Metric, V>>;
  { metric.finish(a, n) } -> std::convertible_to<V>;
};

}  // namespace detail

/// A metric on scalars of type T: `init(zero)` gives the start, `step(accumulator, x, y)` takes one column further,
/// `finish(accumulator, n)` turns what n columns gave into the distance.
///
/// - Written with `auto` parameters, the members serve scalars and lanes; then the metric runs vectorized.
/// - An accumulator is a value that can be made without arguments: a number (or lanes), or a struct or pair of such. `step`
///   and `join` return the type that `init` returned.
/// - Members are const and pure; many threads call them at a time.
/// - Optional: `static constexpr bool symmetric = true` promises the same bits for (x, y) and (y, x); then the square
///   distances of one set of rows are computed once a pair. It is inherited: a metric derived from a symmetric one that treats x
///   and y differently must say `static constexpr bool symmetric = false`.
/// - Optional: `join(a, b)`, the accumulator of all columns of `a` followed by those of `b`; then rows are taken in blocks
///   of 256 columns, which keeps the rounding errors of long rows small.
///
/// Example:
/// ```
/// struct mean_absolute {
///   auto init(auto zero) const { return zero; }
///   auto step(auto total, auto x, auto y) const { return total + tandem::abs(x - y); }
///   auto finish(auto total, std::size_t n) const { return total / decltype(total)(n); }
/// };
/// ```
template <class Metric, class T = double>
concept metric = std::is_arithmetic_v<T> && detail::metric_on<Metric, T>;

namespace detail {

template <class Metric> constexpr bool is_symmetric() {
  if constexpr (requires { bool(Metric::symmetric); }) return bool(Metric::symmetric);
  else return false;
}

template <class Metric, class Accumulator>
concept joins = requires(Metric const& metric, Accumulator const& a) {
  requires std::same_as<std::remove_cvref_t<decltype(metric.join(a, a))>, Accumulator>;
};

}  // namespace detail
}  // namespace tandem
