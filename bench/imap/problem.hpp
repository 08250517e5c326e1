// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Results one by one, in order, from an input that is read while they are computed.

#include <cstddef>
#include <span>
#include <vector>

#include "../support/suite.hpp"

namespace bench::imap {

inline double run(int steps, int item) {
  double x = item;
  for (int i = 0; i < steps; ++i) x = x * 0.999999 + 1e-6;
  return x;
}

/// So many items of so many steps.
struct items {
  static constexpr double tolerance = 1e-9;

  items(int n, int each) : count(n), steps(each), out(static_cast<std::size_t>(n)) {}
  std::span<double> result() { return out; }
  double expected(std::size_t i) const { return run(steps, static_cast<int>(i)); }

  int count, steps;
  std::vector<double> out;
};

}  // namespace bench::imap
