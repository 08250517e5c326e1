// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What makes tandem's reducers functions: called with a range, a source or a matrix, a reducer reduces it.

#include <string_view>

#include <tandem/core/matrix_view.hpp>
#include <tandem/core/reducer.hpp>
#include <tandem/execution.hpp>
#include <tandem/reduce/detail/axes.hpp>
#include <tandem/reduce/detail/inputs.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// Reduces an input; `function` names who asked.
template <bool vectorized, class X, class Reducer>
auto reduce_input(std::string_view function, crew const& who, X& x, Reducer const& how) {
  using T = input_element<X>;
  return fold_input<vectorized>(function, who, x, [&how] { return make_accumulator<T>(how); }).result();
}

/// The base of a reducer: `Derived` has `name` and `accumulator<T>()`.
template <class Derived> struct callable_reducer {
  template <execution_policy Policy, reducible X> requires reducer<Derived, input_element<X>>
  auto operator()(Policy const& policy, X&& x) const {
    return reduce_input<Policy::vectorized>(Derived::name, crew_of(policy), x, static_cast<Derived const&>(*this));
  }
  template <reducible X> requires reducer<Derived, input_element<X>>
  auto operator()(X&& x) const {
    return (*this)(par_unseq, x);
  }
  template <execution_policy Policy, whole_matrix X> requires reducer<Derived, input_element<X>>
  auto operator()(Policy const& policy, X&& x, axis along) const {
    using T = input_element<X>;
    return reduce_axis<Policy::vectorized>(Derived::name, crew_of(policy), matrix_view<T const>(matrix_view(x)), along,
                                           static_cast<Derived const&>(*this));
  }
  template <whole_matrix X> requires reducer<Derived, input_element<X>>
  auto operator()(X&& x, axis along) const {
    return (*this)(par_unseq, x, along);
  }
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
