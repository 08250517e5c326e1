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
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include <tandem/core/error.hpp>
#include <tandem/core/reducer.hpp>
#include <tandem/core/zip.hpp>
#include <tandem/execution.hpp>
#include <tandem/reduce/detail/callable_reducer.hpp>
#include <tandem/reduce/detail/exact_fold.hpp>
#include <tandem/reduce/detail/integer_sum.hpp>

namespace tandem {
namespace detail {
inline namespace TANDEM_ABI {

/// The exact sum and the number of elements, of which sums and means are made.
template <class T> struct total_state {
  static constexpr bool order_independent = true;
  exact_sum total;
  std::uint64_t count = 0;
  void fold(std::span<T const> x) {
    total.add<false>(x.data(), x.size());
    count += x.size();
  }
  void fold_lanes(std::span<T const> x) {
    total.add<true>(x.data(), x.size());
    count += x.size();
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
  void merge(total_state const& other) {
    total.merge(other.total);
    count += other.count;
  }
  auto sum() const { return total.template value<T>("tandem::sum"); }
  double mean() const { return total.exact().template quotient<double>(count); }
};

template <class T> struct sum_state : total_state<T> {
  using shared = total_state<T>;
  static auto result_of(shared const& s) { return s.sum(); }
  auto result() const { return this->sum(); }
};
template <class T> struct mean_state : total_state<T> {
  using shared = total_state<T>;
  static auto result_of(shared const& s) { return s.mean(); }
  auto result() const { return this->mean(); }
};

/// The sum of products.
template <class T> struct dot_state {
  static constexpr bool order_independent = true;
  exact_sum total;
  template <bool vectorized> void fold_products(T const* x, T const* y, std::size_t n) {
    total.add_products<vectorized>(x, y, n);
  }
  void merge(dot_state const& other) { total.merge(other.total); }
  T result() const { return total.sum.template value<T>(); }
};
template <std::integral T> struct dot_state<T> {
  static constexpr bool order_independent = true;
  integer_sum total;
  template <bool> void fold_products(T const* x, T const* y, std::size_t n) { total.add_products(x, y, n); }
  void merge(dot_state const& other) { total.merge(other.total); }
  auto result() const { return total.value<T>("tandem::dot"); }
};

/// Elements [begin, begin + n) of a range as elements of type T: where they lie, or converted into `buffer`.
template <class T, class U> T const* as_elements(U const* x, std::size_t begin, std::size_t n, T* buffer) {
  if constexpr (std::same_as<T, U>) {
    return x + begin;
  } else {
    for (std::size_t i = 0; i < n; ++i) buffer[i] = static_cast<T>(x[begin + i]);
    return buffer;
  }
}

/// The sum of the products of n elements of two arrays, computed in their common type.
template <bool vectorized, class X, class Y>
auto fold_products(std::string_view function, crew const& who, std::size_t n, X const* x, Y const* y) {
  using T = std::common_type_t<X, Y>;
  auto const fold = [x, y](dot_state<T>& state, std::size_t begin, std::size_t end) {
    if constexpr (std::same_as<X, Y>) {
      state.template fold_products<vectorized>(x + begin, y + begin, end - begin);
    } else {
      constexpr std::size_t block = block_elements<T>;
      T converted[2][block];
      for (std::size_t count; begin < end; begin += count) {
        count = end - begin < block ? end - begin : block;
        state.template fold_products<vectorized>(as_elements<T>(x, begin, count, converted[0]),
                                                 as_elements<T>(y, begin, count, converted[1]), count);
      }
    }
  };
  return fold_all(function, who, n, block_elements<T>, [] { return dot_state<T>(); }, fold).result();
}

}  // namespace TANDEM_ABI
}  // namespace detail

inline namespace TANDEM_ABI {

struct sum_fn : detail::callable_reducer<sum_fn> {
  static constexpr char const* name = "tandem::sum";
  template <detail::summable T> auto accumulator() const { return detail::sum_state<T>(); }
};

/// `sum([policy,] x)`, or as a reducer: the sum of all elements, rounded once.
///
/// - `x`: a range, source or matrix of numbers. Floats are summed exactly and rounded to float. Integers are added exactly; the sum
///   is `std::int64_t`, of unsigned types `std::uint64_t`.
/// - Returns the double (float) nearest to the exact sum, whatever cancels or overflows on the way. Of nothing: 0. inf - inf is
///   NaN. Only -0 give -0.
/// - Errors: `std::overflow_error` when a sum of integers does not fit.
/// - Determinism: the same bits for any policy, order, jobs, grain, chunks and instruction set, and under any rounding mode.
/// - Complexity: one pass. From memory it takes as long as a plain vectorized sum; in the first cache four to five times that,
///   which is less than a plain loop. Numbers of very different size (more than 2^25 apart in a block of 4096) take longer.
///
/// Example: `double total = tandem::sum(std::vector{1e100, 1., -1e100});  // 1`
inline constexpr sum_fn sum{};

struct fast_sum_fn : detail::callable_reducer<fast_sum_fn> {
  static constexpr char const* name = "tandem::fast_sum";
  template <detail::summable T> auto accumulator() const {
    if constexpr (std::integral<T>) return detail::sum_state<T>();
    else return detail::commutative_state<std::plus<>, T, T>{{}, T{}, T{}};
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

struct dot_fn {
  template <execution_policy Policy, detail::contiguous X, detail::contiguous Y>
  requires detail::summable<std::ranges::range_value_t<X>> && detail::summable<std::ranges::range_value_t<Y>>
  auto operator()(Policy const& policy, X&& x, Y&& y) const {
    if (std::ranges::size(x) != std::ranges::size(y))
      detail::throw_invalid_argument(name, ": x has ", std::ranges::size(x), " elements but y has ", std::ranges::size(y));
    return detail::fold_products<Policy::vectorized>(name, detail::crew_of(policy), std::ranges::size(x), std::ranges::data(x),
                                                     std::ranges::data(y));
  }
  template <detail::contiguous X, detail::contiguous Y>
  requires detail::summable<std::ranges::range_value_t<X>> && detail::summable<std::ranges::range_value_t<Y>>
  auto operator()(X&& x, Y&& y) const {
    return (*this)(par_unseq, x, y);
  }

 private:
  static constexpr char const* name = "tandem::dot";
};

/// `dot([policy,] x, y)`: the sum of x[i] * y[i], rounded once.
///
/// - `x`, `y`: contiguous ranges of numbers, equally long; computed in their common type.
/// - Returns what is nearest to the exact result: neither a product nor a sum on the way is rounded, overflows or underflows.
///   Integers as in `sum`.
/// - Errors: `std::invalid_argument` when the lengths differ, `std::overflow_error` of integers.
/// - Determinism and policies: as `sum`. Complexity: one pass; from memory as fast as a plain one.
///
/// Example: `tandem::dot(std::vector{1e200, 1e200, 1.}, std::vector{1e200, -1e200, 2.}) == 2.`
inline constexpr dot_fn dot{};

}  // namespace TANDEM_ABI
}  // namespace tandem
