// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// transform over a few dozen elements under several policies, every result compared.

#include <array>
#include <cstddef>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/kernel/transform.hpp>

namespace kernel_test {

// Long enough for whole registers and a tail of every instruction set.
inline constexpr std::size_t n = 37;

template <class T> std::vector<T> numbers(int first, int step = 1) {
  std::vector<T> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<T>(first + step * static_cast<int>(i));
  return values;
}

// Whether `transform` writes `expected(i)` to element i of type Out, scalar, in lanes, and cut into pieces for three threads.
template <class Out, class In, class F, class Expected>
void check_policies(In const& in, F const& f, Expected const& expected) {
  auto const check = [&](char const* name, auto const& policy) {
    INFO(name);
    std::array<Out, n> out{};
    tandem::transform(policy, in, out, f);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < n; ++i) wrong += !(out[i] == expected(i));
    CHECK(wrong == 0);
  };
  check("seq", tandem::seq);
  check("unseq", tandem::unseq);
  check("par_unseq, 3 jobs, grain 7", tandem::par_unseq.with({.jobs = 3, .grain = 7}));
}

}  // namespace kernel_test
