// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Two element-wise kernels on one input: a polynomial and a doubling.

#include <cstddef>
#include <limits>
#include <span>

#include "../support/array.hpp"
#include "../support/suite.hpp"

namespace bench::transform {

/// A*x*x + B*x + C: five operations an element. For scalars, lanes and whole Eigen arrays alike.
template <class T> struct polynomial {
  using value_type = T;
  using wide = polynomial<long double>;
  static constexpr char const* name = "polynomial";
  static constexpr double operations = 5;
  template <class X> auto operator()(X const& x) const { return T(2.5) * x * x + T(-1.5) * x + T(0.75); }
};

/// 2*x: one operation an element, so that memory decides.
template <class T> struct scale {
  using value_type = T;
  using wide = scale<long double>;
  static constexpr char const* name = "scale";
  static constexpr double operations = 1;
  template <class X> auto operator()(X const& x) const { return T(2) * x; }
};

/// One input and one output of `n` elements; `offset` elements behind an aligned address.
template <class Kernel> struct arrays {
  using value_type = typename Kernel::value_type;
  static constexpr double tolerance = 4 * static_cast<double>(std::numeric_limits<value_type>::epsilon());

  arrays(std::size_t n, std::size_t offset) : in(n, offset), out(n, 3 * offset) {
    fill_random<value_type>(in.span(), value_type(-1), value_type(1));
  }

  std::span<value_type> result() { return out.span(); }
  double expected(std::size_t i) const { return static_cast<double>(typename Kernel::wide()(static_cast<long double>(in[i]))); }

  array<value_type> in, out;
};

/// `f(kernel)` for every kernel and element type.
template <class F> bool for_each_kernel(F const& f) {
  f(polynomial<double>());
  f(polynomial<float>());
  f(scale<double>());
  f(scale<float>());
  return true;
}

}  // namespace bench::transform
