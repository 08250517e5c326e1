// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `transform`: out[i] = f(in[i]) for every i, what a NumPy ufunc or Numba's `@vectorize` does.
///
/// For numbers in and numbers out, cheap ones above all. Elements that take milliseconds each want the option `grain = 1`.

#include <type_traits>
#include <utility>

#include <tandem/core/zip.hpp>
#include <tandem/execution.hpp>
#include <tandem/kernel/detail/columns.hpp>
#include <tandem/kernel/detail/elementwise.hpp>

namespace tandem {
inline namespace TANDEM_ABI {

struct transform_fn {
  template <execution_policy Policy, detail::element_input In, detail::element_output Out, class F>
  void operator()(Policy const& policy, In&& in, Out&& out, F&& f) const {
    detail::run_columns(name, policy, detail::open_columns(name, detail::as_zip(in), detail::as_zip(out)), f);
  }

  template <detail::element_input In, detail::element_output Out, class F> void operator()(In&& in, Out&& out, F&& f) const {
    auto const columns = detail::open_columns(name, detail::as_zip(in), detail::as_zip(out));
    if constexpr (detail::runs_in_lanes<std::remove_reference_t<F>, std::remove_const_t<decltype(columns)>>())
      detail::run_columns(name, par_unseq, columns, f);
    else detail::run_columns(name, par, columns, f);
  }

  // clang-format off
  // Deleted for their words: the compiler shows the line.
  template <class... Arguments> requires(detail::matrix_like<Arguments> || ...)
  void operator()(Arguments&&...) const = delete;  // a matrix is no range: pass X.elements(), or X.row(i)
  template <class... Arguments> requires(detail::scattered_range<Arguments> || ...)
  void operator()(Arguments&&...) const = delete;  // elements must lie side by side: copy them to a vector
  // clang-format on

 private:
  static constexpr char const* name = "tandem::transform";
};

/// `transform([policy,] in, out, f)`: writes f of the i-th elements of all inputs to the i-th elements of all outputs.
///
/// - `in`: a contiguous range, or a `zip` of ranges and scalars. `out`: a contiguous range that outlives the call, or a zip
///   of such. All of one length n, 0 too. Any address and any n run the same code.
/// - `f`: called with one argument an input, numbers converted to the common type of all inputs. It returns one value, or a
///   tuple or pair of as many values as there are outputs; they are converted to the elements' types, truth to 1 and 0. The
///   conversion is C++'s `static_cast`: for a NaN or a number beyond an integer output's range it is undefined, and what comes
///   out may depend on the element's position. Choose another value first, by `where` or `clamp`.
///   Under `unseq` and `par_unseq` it is called with `lanes` and writes lanes, masks or numbers. Under `par` and
///   `par_unseq` several threads call the same object at a time, in no certain order.
///   With lanes an `if` becomes `where(v < 0, 0, sqrt(v))`, of which both sides are computed; and the numbers of a kernel
///   over floats are written `0.5f`, or as integers: `0.5 * v` would compute in double and does not compile.
/// - Policy: left out, it is `par_unseq` where the elements have lanes and f takes them (a generic f is taken at its word),
///   else `par`. Work below some 20 us is done by the caller alone.
/// - An output may be an input (in place). Where an output overlaps an input in part, the input is copied first, so that
///   the results are always those of separate arrays.
/// - Errors: `std::invalid_argument` when lengths differ, a range is null, or outputs overlap each other; what f throws: the
///   exception of the lowest element (with lanes, of the lowest register) that throws, when all before it have been written;
///   `cancelled` and `deadline_exceeded` by the options, whole chunks of output being written or left as they were.
/// - Determinism: f(x) has the same bits wherever x stands, for any n, alignment, jobs and grain, with `-ffp-contract=off`
///   (see execution.hpp).
/// - Complexity: n calls; no memory but for partial overlaps. Outputs larger than half the last-level cache are written
///   past the caches.
///
/// Example: `tandem::transform(x, y, [](auto v) { return (3. * v + 2.) * v + 1.; });`
inline constexpr transform_fn transform{};

}  // namespace TANDEM_ABI
}  // namespace tandem
