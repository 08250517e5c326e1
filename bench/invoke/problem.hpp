// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Fibonacci numbers by plain recursion: a fork at every call, and next to nothing to do.

#include <array>
#include <cstddef>
#include <span>

#include "../support/suite.hpp"

namespace bench::invoke {

inline long fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

/// One number.
struct number {
  static constexpr double tolerance = 0;

  explicit number(int which) : n(which) {}
  std::span<double> result() { return out; }
  double expected(std::size_t) const { return static_cast<double>(fibonacci(n)); }

  int n;
  std::array<double, 1> out{};
};

}  // namespace bench::invoke
