// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `cdist`: the distance of every row of X to every row of Y, `scipy.spatial.distance.cdist`.
///
/// It fills a matrix of rows(X) x rows(Y). The nearest row of Y to each of X is
/// `reduce(D, axis::rows, argmin)`.

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <tandem/core/count.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/matrix.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/distance/detail/all_pairs.hpp>
#include <tandem/distance/metric.hpp>
#include <tandem/execution.hpp>
#include <tandem/kernel/lanes.hpp>

namespace tandem {
namespace detail {

template <class Matrix> using element_of =
    typename decltype(matrix_view(std::declval<std::remove_reference_t<Matrix>&>()))::value_type;

/// Anything that a view can look at while the call lasts, temporaries too.
template <class Matrix>
concept matrix_of_numbers = std::is_arithmetic_v<element_of<Matrix>>;

/// What distances are computed and returned in: float only for float with float.
template <class X, class Y> using distance_type =
    std::conditional_t<std::same_as<element_of<X>, float> && std::same_as<element_of<Y>, float>, float, double>;

template <class Matrix> matrix_view<element_of<Matrix> const> look_at(Matrix& m) { return matrix_view(m); }

inline constexpr char const* cdist_name = "tandem::cdist";

template <class X, class Y> void check_columns(matrix_view<X const> x, matrix_view<Y const> y) {
  if (x.cols() != y.cols()) throw_invalid_argument(cdist_name, ": X has ", x.cols(), " columns but Y has ", y.cols());
}

/// The matrix for the distances, made when the shapes have been found good.
template <class T, class X, class Y> matrix<T> matrix_for(matrix_view<X const> x, matrix_view<Y const> y) {
  check_columns(x, y);
  (void)checked_elements(cdist_name, x.rows(), y.rows(), sizeof(T));
  return matrix<T>(x.rows(), y.rows());
}

inline namespace TANDEM_ABI {

/// The policy of a call that names none.
template <class Metric, class T> inline constexpr auto metric_policy = [] {
  if constexpr (metric_on<Metric, lanes<T>>) return par_unseq;
  else return par;
}();

template <class T, class Policy, class X, class Y, class Metric>
void run_cdist(Policy const& policy, matrix_view<X const> x, matrix_view<Y const> y, Metric const& metric, matrix_view<T> out) {
  constexpr char const* name = cdist_name;
  check_columns(x, y);
  if (out.rows() != x.rows() || out.cols() != y.rows())
    throw_invalid_argument(name, ": the output is ", out.rows(), " x ", out.cols(), " but the distances are ", x.rows(), " x ",
                           y.rows());
  if (overlap(out, x) || overlap(out, y))
    throw_invalid_argument(name, ": the memory of the output and of ", overlap(out, x) ? "X" : "Y", " overlap");
  bool same = false;
  if constexpr (std::same_as<X, Y> && is_symmetric<Metric>())
    same = x.data() == y.data() && x.rows() == y.rows() && x.stride() == y.stride();
  if constexpr (Policy::vectorized) {
    static_assert(metric_on<Metric, lanes<T>>,
                  "tandem::cdist: unseq and par_unseq need a metric that takes tandem::lanes: give its members auto "
                  "parameters, or use seq or par");
    if constexpr (metric_on<Metric, lanes<T>>) all_pairs<lanes<T>, T, X, Y, Metric>(name, x, y, metric, out, same).run(policy);
  } else {
    all_pairs<T, T, X, Y, Metric>(name, x, y, metric, out, same).run(policy);
  }
}

}  // namespace TANDEM_ABI
}  // namespace detail

inline namespace TANDEM_ABI {

struct cdist_fn {
  template <execution_policy Policy, detail::matrix_of_numbers X, detail::matrix_of_numbers Y,
            metric<detail::distance_type<X, Y>> Metric>
  void operator()(Policy const& policy, X&& x, Y&& y, Metric const& how, matrix_view<detail::distance_type<X, Y>> out) const {
    detail::run_cdist(policy, detail::look_at(x), detail::look_at(y), how, out);
  }

  template <execution_policy Policy, detail::matrix_of_numbers X, detail::matrix_of_numbers Y,
            metric<detail::distance_type<X, Y>> Metric>
  matrix<detail::distance_type<X, Y>> operator()(Policy const& policy, X&& x, Y&& y, Metric const& how) const {
    auto out = detail::matrix_for<detail::distance_type<X, Y>>(detail::look_at(x), detail::look_at(y));
    (*this)(policy, x, y, how, out);
    return out;
  }

  template <detail::matrix_of_numbers X, detail::matrix_of_numbers Y, metric<detail::distance_type<X, Y>> Metric>
  void operator()(X&& x, Y&& y, Metric const& how, matrix_view<detail::distance_type<X, Y>> out) const {
    (*this)(detail::metric_policy<Metric, detail::distance_type<X, Y>>, x, y, how, out);
  }

  template <detail::matrix_of_numbers X, detail::matrix_of_numbers Y, metric<detail::distance_type<X, Y>> Metric>
  matrix<detail::distance_type<X, Y>> operator()(X&& x, Y&& y, Metric const& how) const {
    return (*this)(detail::metric_policy<Metric, detail::distance_type<X, Y>>, x, y, how);
  }
};

/// `cdist([policy,] X, Y, metric [, out])`: out(i, j) is the metric between row i of X and row j of Y.
///
/// - `X`, `Y`: matrices or whatever a `matrix_view` looks at, of n and m rows with equally many columns, any stride and any
///   number type. Two float matrices are measured in float, all others in double.
/// - `metric`: one of metrics.hpp, or any type that models `tandem::metric`.
/// - Returns an n x m matrix, or writes to `out`, a view of that shape with any stride. The memory between the first and the
///   last element of `out` must not meet that of X or Y.
/// - Policy: left out, it is `par_unseq` where the metric takes lanes, else `par`. The options' items are cells: tiles of
///   neighbouring rows and columns of the result.
/// - X and Y the same rows, and the metric symmetric: half the work.
/// - A distance that is NaN is the canonical quiet NaN.
/// - Errors: `std::invalid_argument` when the numbers of columns differ, the result would be more than memory can address, `out`
///   has another shape or overlaps; what the metric throws, of the first cell in which it does (within a cell, pairs do not come
///   in the order of a loop over rows); `cancelled` and `deadline_exceeded` by the options, some cells then being written and
///   others not.
/// - Determinism: the value of a pair is the same bits for any policy, jobs and grain, whichever other rows the matrices have.
/// - Complexity: n * m * columns steps, n rounded up to a tile's 2 to 8 rows and m to its width. Memory for a copy of Y beside
///   the result; where X has few rows, for a part of it only.
///
/// Example: `tandem::matrix<double> D = tandem::cdist(X, Y, tandem::euclidean);`
inline constexpr cdist_fn cdist{};

}  // namespace TANDEM_ABI
}  // namespace tandem
