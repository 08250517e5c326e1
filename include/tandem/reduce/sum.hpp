// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `sum`, exactly rounded as Python's `math.fsum` and as fast as memory allows, `dot`, the same of products, and `fast_sum`, for
/// data in the caches where the last bit does not matter.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <type_traits>

#include <tandem/core/reducer.hpp>
#include <tandem/execution.hpp>
#include <tandem/reduce/detail/callable_reducer.hpp>
#include <tandem/reduce/detail/column_block.hpp>
#include <tandem/reduce/detail/exact_fold.hpp>
#include <tandem/reduce/detail/extremum.hpp>
#include <tandem/reduce/detail/fold_lanes.hpp>
#include <tandem/reduce/detail/integer_sum.hpp>
#include <tandem/reduce/detail/pair_reduction.hpp>
#include <tandem/reduce/detail/short_rows.hpp>

namespace tandem {
namespace detail {
inline namespace TANDEM_ABI {

/// The exact sum and the number of elements, of which sums and means are made.
template <class T> struct total_state {
  static constexpr bool order_independent = true;
  /// Neighbouring columns of a matrix at once.
  template <bool vectorized> using columns_at_once = column_block<std::conditional_t<vectorized, one_register, one_number>, T>;
  exact_sum total;
  std::uint64_t count = 0;
  void fold(std::span<T const> x) {
    total.add<false>(x.data(), x.size());
    count += x.size();
  }
  void fold_lanes(std::span<T const> x, std::size_t ahead = 0) {
    total.add<true>(x.data(), x.size(), ahead);
    count += x.size();
  }
  /// Adds `n` elements whose sum is units * 2^exponent.
  void add_fixed_point(int128 units, int exponent, std::uint64_t n) {
    total.sum.add_scaled(static_cast<std::uint32_t>(units), exponent);
    total.sum.add_scaled(static_cast<std::uint32_t>(units >> 32), exponent + 32);
    total.sum.add_scaled(static_cast<std::int64_t>(units >> 64), exponent + 64);
    count += n;
  }
  void merge(total_state const& other) {
    total.merge(other.total);
    count += other.count;
  }
  T sum() const { return total.sum.template value<T>(); }
  T mean() const { return total.sum.template quotient<T>(count); }
};
template <std::integral T> struct total_state<T> {
  static constexpr bool order_independent = true;
  integer_sum total;
  std::uint64_t count = 0;
  void fold(std::span<T const> x) {
    total.add(x.data(), x.size());
    count += x.size();
  }
  void add_fixed_point(int128 units, int, std::uint64_t n) {
    total.add(units);
    count += n;
  }
  void merge(total_state const& other) {
    total.merge(other.total);
    count += other.count;
  }
  auto sum() const { return total.template value<T>("tandem::sum"); }
  double mean() const { return total.exact().template quotient<double>(count); }
};

template <class T> struct sum_state : total_state<T> {
  using shared = total_state<T>;
  /// The sums of many short rows at once.
  template <bool vectorized> requires std::floating_point<T>
  using short_rows_at_once = short_rows<std::conditional_t<vectorized, one_register, one_number>, T>;
  static auto result_of(shared const& s) { return s.sum(); }
  auto result() const { return this->sum(); }
};
/// The sum of additions in stripes.
template <std::floating_point T> struct fast_sum_state : commutative_state<std::plus<>, T, T> {
  fast_sum_state() : commutative_state<std::plus<>, T, T>{{}, T{}, T{}} {}
  T result() const { return is_nan(this->value) ? std::numeric_limits<T>::quiet_NaN() : this->value; }
};
template <class T> inline constexpr bool folds_stripes_in_lanes<fast_sum_state<T>> = lane_type<T>;

template <class T> struct mean_state : total_state<T> {
  using shared = total_state<T>;
  static auto result_of(shared const& s) { return s.mean(); }
  auto result() const { return this->mean(); }
};

}  // namespace TANDEM_ABI
}  // namespace detail

inline namespace TANDEM_ABI {

struct sum_fn : detail::callable_reducer<sum_fn> {
  static constexpr char const* name = "tandem::sum";
  template <detail::summable T> auto accumulator() const { return detail::sum_state<T>{}; }
};

/// `sum([policy,] x)`, or as a reducer: the sum of all elements, rounded once.
///
/// - `x`: a range, source or matrix of numbers. Floats are summed exactly and rounded to float. Integers are added exactly; the sum
///   is `std::int64_t`, of unsigned types `std::uint64_t`.
/// - Returns the double (float) nearest to the exact sum, whatever cancels or overflows on the way. Of nothing: 0. inf - inf is
///   NaN. Only -0 give -0.
/// - Errors: `std::overflow_error` when a sum of integers does not fit.
/// - Determinism: the same bits for any policy, order, jobs, grain, chunks and instruction set, and under any rounding mode.
/// - Complexity: one pass. From memory it takes as long as a plain vectorized sum; in the first cache three to four times that,
///   which is less than a plain loop. Zeros among others take half as long again, numbers that are farther apart in size than 2^30
///   in a block of 4096 several times as long.
///   Of a matrix the columns, and rows of up to 64 columns, are summed as many at a time as a register holds.
///
/// Example: `double total = tandem::sum(std::vector{1e100, 1., -1e100});  // 1`
inline constexpr sum_fn sum{};

struct fast_sum_fn : detail::callable_reducer<fast_sum_fn> {
  static constexpr char const* name = "tandem::fast_sum";
  template <detail::summable T> auto accumulator() const {
    if constexpr (std::integral<T>) return detail::sum_state<T>{};
    else return detail::fast_sum_state<T>();
  }
};

/// `fast_sum([policy,] x)`, or as a reducer: the sum of all elements by plain additions.
///
/// - Its error grows as the logarithm of n; an infinite intermediate stays. Integers as in `sum`.
/// - Determinism: the additions form a fixed tree: blocks of 4096 elements in interleaved stripes, merged in pairs. The same
///   bits for any policy, jobs and grain.
/// - Complexity: one pass at the speed of the caches or of memory. From memory `sum` is as fast.
///
/// Example: `double total = tandem::fast_sum(x);`
inline constexpr fast_sum_fn fast_sum{};

struct dot_fn : detail::pair_reduction<dot_fn> {
  static constexpr char const *name = "tandem::dot", *second = "y";
  template <class X, class Y> using state = detail::products_state<X, Y>;
};

/// `dot([policy,] x, y)`: the sum of x[i] * y[i], rounded once.
///
/// - `x`, `y`: contiguous ranges of numbers, equally long; they may be of different types.
/// - Returns what is nearest to the exact result in their common type: neither a factor nor a product nor a sum on the way is
///   rounded, overflows or underflows. Of integers `std::int64_t`, of two unsigned types `std::uint64_t`.
/// - Errors: `std::invalid_argument` when the lengths differ, `std::overflow_error` of integers.
/// - Determinism and policies: as `sum`. Complexity: one pass; from memory as fast as a plain one.
///
/// Example: `tandem::dot(std::vector{1e200, 1e200, 1.}, std::vector{1e200, -1e200, 2.}) == 2.`
inline constexpr dot_fn dot{};

}  // namespace TANDEM_ABI
}  // namespace tandem
