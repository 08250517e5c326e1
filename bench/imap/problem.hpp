// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Results one by one, in order, from an input that is read while they are computed.

#include <cstddef>
#include <span>
#include <vector>

#include "../support/chain.hpp"
#include "../support/suite.hpp"

namespace bench::imap {

/// So many items of so many steps.
struct items {
  static constexpr double tolerance = 0;

  items(int n, int each) : count(n), steps(each), out(static_cast<std::size_t>(n)) {}
  std::span<double> result() { return out; }
  double expected(std::size_t i) const { return chain(steps, static_cast<double>(i)); }

  int count, steps;
  std::vector<double> out;
};

}  // namespace bench::imap
