// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// A function of an item that takes as long as the item says: the same for all, or with a heavy tail; and maps within maps.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "../support/chain.hpp"
#include "../support/suite.hpp"

namespace bench::map {

/// The items of one case, and their results.
struct loads {
  static constexpr double tolerance = 0;

  explicit loads(std::vector<int> given) : steps(std::move(given)), out(steps.size()) {}
  std::span<double> result() { return out; }
  double expected(std::size_t i) const { return chain(steps[i], 0.5); }

  std::vector<int> steps;
  std::vector<double> out;
};

/// Rows of items: a map over rows, and within each a map over its items, whose results are added.
struct nested_loads {
  static constexpr double tolerance = 1e-9;

  nested_loads(std::size_t rows, std::size_t columns, int each) : steps(columns, each), out(rows) {}
  std::span<double> result() { return out; }
  double expected(std::size_t) const { return static_cast<double>(steps.size()) * chain(steps[0], 0.5); }

  std::vector<int> steps;  // of every row
  std::vector<double> out;
};

}  // namespace bench::map
