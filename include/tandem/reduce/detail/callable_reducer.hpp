// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What makes tandem's reducers functions: called with a range, a source or a matrix, a reducer reduces it.

#include <type_traits>

#include <tandem/core/reducer.hpp>
#include <tandem/execution.hpp>
#include <tandem/reduce/detail/inputs.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// Reduces an input; `function` names who asked.
template <class Policy, class X, class Reducer>
auto reduce_input(std::string_view function, Policy const& policy, X&& x, Reducer const& reducer) {
  using T = input_element<X>;
  return fold_input(function, policy, x, [&reducer] { return make_accumulator<T>(reducer); }).result();
}

/// The base of a reducer: `Derived` has `name` and `accumulator<T>()`.
template <class Derived> struct callable_reducer {
  template <execution_policy Policy, reducible X> requires reducer<Derived, input_element<X>>
  auto operator()(Policy const& policy, X&& x) const {
    return reduce_input(Derived::name, policy, x, static_cast<Derived const&>(*this));
  }
  template <reducible X> requires reducer<Derived, input_element<X>> auto operator()(X&& x) const {
    return (*this)(par_unseq, x);
  }
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
