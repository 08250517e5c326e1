// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `cdist`: the distance of every row of X to every row of Y, `scipy.spatial.distance.cdist`.
///
/// It fills a matrix of rows(X) x rows(Y). Where only the nearest rows are wanted, do not make that matrix.

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <tandem/core/error.hpp>
#include <tandem/core/matrix.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/distance/detail/all_pairs.hpp>
#include <tandem/distance/metric.hpp>
#include <tandem/execution.hpp>
#include <tandem/kernel/lanes.hpp>

namespace tandem {
namespace detail {

/// Anything that a view can look at while the call lasts, temporaries too.
template <class Matrix>
concept viewable = requires(std::remove_reference_t<Matrix>& m) { matrix_view(m); };

template <class Matrix> using element_of =
    typename decltype(matrix_view(std::declval<std::remove_reference_t<Matrix>&>()))::value_type;

/// What distances are computed and returned in: float only for float with float.
template <class X, class Y> using distance_type =
    std::conditional_t<std::same_as<element_of<X>, float> && std::same_as<element_of<Y>, float>, float, double>;

template <class Matrix> matrix_view<element_of<Matrix> const> look_at(Matrix& m) { return matrix_view(m); }

inline namespace TANDEM_ABI {

template <class T, class Policy, class X, class Y, class Metric>
void run_cdist(Policy const& policy, matrix_view<X const> x, matrix_view<Y const> y, Metric const& metric, matrix_view<T> out) {
  constexpr char const* name = "tandem::cdist";
  if (x.cols() != y.cols()) throw_invalid_argument(name, ": X has ", x.cols(), " columns but Y has ", y.cols());
  if (out.rows() != x.rows() || out.cols() != y.rows())
    throw_invalid_argument(name, ": the output is ", out.rows(), " x ", out.cols(), " but the distances are ", x.rows(), " x ",
                           y.rows());
  if (overlap(out, x) || overlap(out, y)) throw_invalid_argument(name, ": the output overlaps ", overlap(out, x) ? "X" : "Y");
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
  template <execution_policy Policy, detail::viewable X, detail::viewable Y, metric<detail::distance_type<X, Y>> Metric>
  void operator()(Policy const& policy, X&& x, Y&& y, Metric const& how, matrix_view<detail::distance_type<X, Y>> out) const {
    detail::run_cdist(policy, detail::look_at(x), detail::look_at(y), how, out);
  }

  template <execution_policy Policy, detail::viewable X, detail::viewable Y, metric<detail::distance_type<X, Y>> Metric>
  matrix<detail::distance_type<X, Y>> operator()(Policy const& policy, X&& x, Y&& y, Metric const& how) const {
    matrix<detail::distance_type<X, Y>> out(detail::look_at(x).rows(), detail::look_at(y).rows());
    (*this)(policy, x, y, how, out);
    return out;
  }

  template <detail::viewable X, detail::viewable Y, metric<detail::distance_type<X, Y>> Metric, class... Out>
  requires(sizeof...(Out) <= 1)
  auto operator()(X&& x, Y&& y, Metric const& how, Out&&... out) const {
    if constexpr (detail::metric_on<Metric, lanes<detail::distance_type<X, Y>>>) return (*this)(par_unseq, x, y, how, out...);
    else return (*this)(par, x, y, how, out...);
  }
};

/// `cdist([policy,] X, Y, metric [, out])`: out(i, j) is the metric between row i of X and row j of Y.
///
/// - `X`, `Y`: matrices or whatever a `matrix_view` looks at, of n and m rows with equally many columns, any stride and any
///   number type. Two float matrices are measured in float, all others in double.
/// - `metric`: one of metrics.hpp, or any type that models `tandem::metric`.
/// - Returns an n x m matrix, or writes to `out`, a view of that shape with any stride, which must not overlap X or Y.
/// - Policy: left out, it is `par_unseq` where the metric takes lanes, else `par`. The options' items are cells: tiles of
///   neighbouring rows and columns of the result.
/// - X and Y the same rows, and the metric symmetric: half the work.
/// - Errors: `std::invalid_argument` when the numbers of columns differ, `out` has another shape or overlaps; what the metric
///   throws; `cancelled` and `deadline_exceeded` by the options, some cells then being written and others not.
/// - Determinism: the value of a pair is the same bits for any policy, jobs and grain, in any cut of the matrices.
/// - Complexity: n * m * columns steps; memory for a copy of Y beside the result.
///
/// Example: `tandem::matrix<double> D = tandem::cdist(X, Y, tandem::euclidean);`
inline constexpr cdist_fn cdist{};

}  // namespace TANDEM_ABI
}  // namespace tandem
