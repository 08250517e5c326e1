// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The functions of kernel/math.hpp as tables of plain functions, so that each is compiled once for each type.

#include <span>

#include <tandem/kernel/math.hpp>

namespace kernel_test {

/// A function of `arity` numbers: on scalars, and on the registers that start at the given addresses.
template <class T> struct function_of_one {
  char const* name;
  T (*scalar)(T);
  void (*lanes)(T const*, T*);
};
template <class T> struct function_of_two {
  char const* name;
  T (*scalar)(T, T);
  void (*lanes)(T const*, T const*, T*);
};

template <class Function, class T> [[gnu::noinline]] T on_scalar(T x) { return Function()(x); }
template <class Function, class T> [[gnu::noinline]] void on_lanes(T const* x, T* out) {
  Function()(tandem::lanes<T>::load(x)).store(out);
}
template <class Function, class T> [[gnu::noinline]] T on_scalars(T x, T y) { return Function()(x, y); }
template <class Function, class T> [[gnu::noinline]] void on_two_lanes(T const* x, T const* y, T* out) {
  Function()(tandem::lanes<T>::load(x), tandem::lanes<T>::load(y)).store(out);
}

template <class Function, class T> constexpr function_of_one<T> of_one(char const* name) {
  return {name, &on_scalar<Function, T>, &on_lanes<Function, T>};
}
template <class Function, class T> constexpr function_of_two<T> of_two(char const* name) {
  return {name, &on_scalars<Function, T>, &on_two_lanes<Function, T>};
}

#define TANDEM_TEST_ENTRY(name) of_one<tandem::name##_fn, T>(#name)
template <class T> inline constexpr function_of_one<T> functions_of_one[] = {
    TANDEM_TEST_ENTRY(sqrt),  TANDEM_TEST_ENTRY(cbrt), TANDEM_TEST_ENTRY(exp),   TANDEM_TEST_ENTRY(exp2),
    TANDEM_TEST_ENTRY(expm1), TANDEM_TEST_ENTRY(log),  TANDEM_TEST_ENTRY(log2),  TANDEM_TEST_ENTRY(log10),
    TANDEM_TEST_ENTRY(log1p), TANDEM_TEST_ENTRY(sin),  TANDEM_TEST_ENTRY(cos),   TANDEM_TEST_ENTRY(tan),
    TANDEM_TEST_ENTRY(asin),  TANDEM_TEST_ENTRY(acos), TANDEM_TEST_ENTRY(atan),  TANDEM_TEST_ENTRY(sinh),
    TANDEM_TEST_ENTRY(cosh),  TANDEM_TEST_ENTRY(tanh), TANDEM_TEST_ENTRY(erf),   TANDEM_TEST_ENTRY(abs),
    TANDEM_TEST_ENTRY(floor), TANDEM_TEST_ENTRY(ceil), TANDEM_TEST_ENTRY(round), TANDEM_TEST_ENTRY(trunc)};
#undef TANDEM_TEST_ENTRY
#define TANDEM_TEST_ENTRY(name) of_two<tandem::name##_fn, T>(#name)
template <class T> inline constexpr function_of_two<T> functions_of_two[] = {
    TANDEM_TEST_ENTRY(pow),      TANDEM_TEST_ENTRY(atan2),   TANDEM_TEST_ENTRY(hypot),
    TANDEM_TEST_ENTRY(copysign), TANDEM_TEST_ENTRY(minimum), TANDEM_TEST_ENTRY(maximum)};
#undef TANDEM_TEST_ENTRY

}  // namespace kernel_test
