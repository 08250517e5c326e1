// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `mean`, `variance`, `sample_variance`, `stddev`, `sample_stddev` and `norm`, from exact sums: what numpy.mean, numpy.var,
/// numpy.std and numpy.linalg.norm compute, without their rounding errors.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include <tandem/core/reducer.hpp>
#include <tandem/reduce/detail/callable_reducer.hpp>
#include <tandem/reduce/detail/exact_fold.hpp>
#include <tandem/reduce/detail/wide_number.hpp>
#include <tandem/reduce/exact_accumulator.hpp>
#include <tandem/reduce/sum.hpp>

namespace tandem {
namespace detail {
inline namespace TANDEM_ABI {

/// What a second moment is divided by, and whether its root is taken.
enum class moment { variance, sample_variance, stddev, sample_stddev };

/// Exact sums of the elements and of their squares.
template <class T> struct moments_state {
  static constexpr bool order_independent = true;
  exact_power_sums sums;
  std::uint64_t count = 0;

  void fold(std::span<T const> x) {
    sums.add<false>(x.data(), x.size());
    count += x.size();
  }
  void fold_lanes(std::span<T const> x) {
    sums.add<true>(x.data(), x.size());
    count += x.size();
  }
  void merge(moments_state const& other) {
    sums.merge(other.sums);
    count += other.count;
  }

  /// (n * S2 - S1 * S1) / (n * n), or over n * (n - 1), all of it in integers.
  floating_result<T> moment_of(moment which) const {
    using R = floating_result<T>;
    bool const sample = which == moment::sample_variance || which == moment::sample_stddev;
    if (count < (sample ? 2 : 1) || !sums.first.sum.is_finite()) return std::numeric_limits<R>::quiet_NaN();
    wide_number const s1 = sums.first.sum.number();
    wide_number spread = sums.second.sum.number();
    spread.multiply(count);
    spread.subtract(wide_number::product(s1, s1));
    if (spread.is_zero()) return R{0};
    spread.divide(count);
    spread.divide(sample ? count - 1 : count);
    if (which == moment::variance || which == moment::sample_variance) return spread.template rounded<R>();
    return square_root<R>(spread);
  }
};

template <class T, moment Moment> struct moment_state : moments_state<T> {
  using shared = moments_state<T>;
  static auto result_of(shared const& s) { return s.moment_of(Moment); }
  auto result() const { return this->moment_of(Moment); }
};

template <class T> struct norm_state {
  static constexpr bool order_independent = true;
  exact_power_sums sums;
  void fold(std::span<T const> x) { sums.add<false>(x.data(), x.size()); }
  void fold_lanes(std::span<T const> x) { sums.add<true>(x.data(), x.size()); }
  void merge(norm_state const& other) { sums.merge(other.sums); }
  floating_result<T> result() const {
    using R = floating_result<T>;
    exact_accumulator const& squares = sums.second.sum;
    if (!squares.is_finite()) return squares.value<R>();
    return square_root<R>(squares.number());
  }
};

}  // namespace TANDEM_ABI
}  // namespace detail

inline namespace TANDEM_ABI {

struct mean_fn : detail::callable_reducer<mean_fn> {
  static constexpr char const* name = "tandem::mean";
  template <detail::summable T> auto accumulator() const { return detail::mean_state<T>{}; }
};

/// `mean([policy,] x)`, or as a reducer: the exact sum over the number of elements, rounded once.
///
/// - Returns float for floats, else double; NaN of nothing. A sum that overflows does not spoil a mean that does not.
/// - Determinism, policies, complexity: as `sum`.
///
/// Example: `tandem::mean(std::vector{1.7e308, 1.7e308}) == 1.7e308`
inline constexpr mean_fn mean{};

struct variance_fn : detail::callable_reducer<variance_fn> {
  static constexpr char const* name = "tandem::variance";
  template <detail::summable T> auto accumulator() const { return detail::moment_state<T, detail::moment::variance>(); }
};

/// `variance([policy,] x)`, or as a reducer: the mean square distance from the mean, numpy.var. Divides by n.
///
/// - Returns float for floats, else double, within one unit in the last place: n * sum(x^2) - sum(x)^2 is formed exactly from exact
///   sums. Equal elements give exactly 0. NaN of nothing, and where an element is infinite or NaN.
/// - Determinism and policies: as `sum`. Complexity: one pass; from memory 1.2 to 1.4 times a sum where the processor has AVX-512.
///   Numbers of very different size (many more than 2^16 apart) take several times longer.
///
/// Example: `tandem::variance(std::vector{1e15, 1e15 + 1, 1e15 + 2})  // 2/3`
inline constexpr variance_fn variance{};

struct sample_variance_fn : detail::callable_reducer<sample_variance_fn> {
  static constexpr char const* name = "tandem::sample_variance";
  template <detail::summable T> auto accumulator() const { return detail::moment_state<T, detail::moment::sample_variance>(); }
};

/// `sample_variance([policy,] x)`: as `variance`, divided by n - 1: pandas' var. NaN of fewer than two elements.
///
/// Example: `tandem::sample_variance(x)`
inline constexpr sample_variance_fn sample_variance{};

struct stddev_fn : detail::callable_reducer<stddev_fn> {
  static constexpr char const* name = "tandem::stddev";
  template <detail::summable T> auto accumulator() const { return detail::moment_state<T, detail::moment::stddev>(); }
};

/// `stddev([policy,] x)`: the square root of the variance, within one unit in the last place; numpy.std.
///
/// Example: `tandem::stddev(x)`
inline constexpr stddev_fn stddev{};

struct sample_stddev_fn : detail::callable_reducer<sample_stddev_fn> {
  static constexpr char const* name = "tandem::sample_stddev";
  template <detail::summable T> auto accumulator() const { return detail::moment_state<T, detail::moment::sample_stddev>(); }
};

/// `sample_stddev([policy,] x)`: the square root of the sample variance; pandas' std.
///
/// Example: `tandem::sample_stddev(x)`
inline constexpr sample_stddev_fn sample_stddev{};

struct norm_fn : detail::callable_reducer<norm_fn> {
  static constexpr char const* name = "tandem::norm";
  template <detail::summable T> auto accumulator() const { return detail::norm_state<T>{}; }
};

/// `norm([policy,] x)`: the square root of the sum of squares, within one unit in the last place; numpy.linalg.norm.
///
/// Squares may overflow or underflow: the root is taken of their exact sum. Of nothing 0.
/// Example: `tandem::norm(std::vector{3e300, 4e300})  // 5e300`
inline constexpr norm_fn norm{};

}  // namespace TANDEM_ABI
}  // namespace tandem
