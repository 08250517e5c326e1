// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Reductions of arrays of doubles to one or a few numbers.

#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "../support/array.hpp"
#include "../support/suite.hpp"

namespace bench::sum {

/// x and y, of `n` elements seen as a matrix of `cols` columns, and a few results.
template <class Problem> struct arrays {
  static constexpr double tolerance = 1e-9;

  arrays(std::size_t n, std::size_t width) : x(n), y(Problem::inputs > 1 ? n : 0), cols(width) {
    fill_random<double>(x.span(), 0.5, 1.5, 1);
    if (Problem::inputs > 1) fill_random<double>(y.span(), 0.5, 1.5, 2);
    out.resize(Problem::results(*this));
  }

  std::span<double> result() { return out; }
  double expected(std::size_t i) const {
    if (wanted.empty()) wanted = Problem::plain(*this);
    return wanted[i];
  }
  std::size_t rows() const { return x.size() / cols; }

  array<double> x, y;
  std::size_t cols;
  std::vector<double> out;
  mutable std::vector<double> wanted;
};

template <class Term> double long_sum(std::size_t n, Term const& term) {
  long double total = 0;
  for (std::size_t i = 0; i < n; ++i) total += static_cast<long double>(term(i));
  return static_cast<double>(total);
}

/// The sum of all elements.
struct sum {
  static constexpr char const* name = "sum";
  static constexpr int inputs = 1;
  static constexpr double operations = 1;
  static constexpr bool many_sizes = true;
  static std::size_t results(auto const&) { return 1; }
  static std::vector<double> plain(auto const& d) {
    return {long_sum(d.x.size(), [&](std::size_t i) { return d.x[i]; })};
  }
};

/// The sum of products.
struct dot {
  static constexpr char const* name = "dot";
  static constexpr int inputs = 2;
  static constexpr double operations = 2;
  static constexpr bool many_sizes = true;
  static std::size_t results(auto const&) { return 1; }
  static std::vector<double> plain(auto const& d) {
    return {long_sum(d.x.size(), [&](std::size_t i) { return static_cast<long double>(d.x[i]) * d.y[i]; })};
  }
};

/// The variance, in one pass.
struct variance {
  static constexpr char const* name = "variance";
  static constexpr int inputs = 1;
  static constexpr double operations = 3;
  static constexpr bool many_sizes = true;
  static std::size_t results(auto const&) { return 1; }
  static std::vector<double> plain(auto const& d) {
    double const n = static_cast<double>(d.x.size()), mean = long_sum(d.x.size(), [&](std::size_t i) { return d.x[i]; }) / n;
    return {long_sum(d.x.size(), [&](std::size_t i) { return (d.x[i] - mean) * (d.x[i] - mean); }) / n};
  }
};

/// Sum, mean, least and greatest in one pass.
struct fused {
  static constexpr char const* name = "fused";
  static constexpr int inputs = 1;
  static constexpr double operations = 3;
  static constexpr bool many_sizes = true;
  static std::size_t results(auto const&) { return 4; }
  static std::vector<double> plain(auto const& d) {
    double const total = long_sum(d.x.size(), [&](std::size_t i) { return d.x[i]; });
    double least = d.x[0], greatest = d.x[0];
    for (double const v : d.x.span()) least = v < least ? v : least, greatest = v > greatest ? v : greatest;
    return {total, total / static_cast<double>(d.x.size()), least, greatest};
  }
};

/// The index of the least element.
struct argmin {
  static constexpr char const* name = "argmin";
  static constexpr int inputs = 1;
  static constexpr double operations = 1;
  static constexpr bool many_sizes = true;
  static std::size_t results(auto const&) { return 1; }
  static std::vector<double> plain(auto const& d) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < d.x.size(); ++i)
      if (d.x[i] < d.x[best]) best = i;
    return {static_cast<double>(best)};
  }
};

/// The sum of every row.
struct row_sums {
  static constexpr char const* name = "row_sums";
  static constexpr int inputs = 1;
  static constexpr double operations = 1;
  static constexpr bool many_sizes = false;
  static std::size_t results(auto const& d) { return d.rows(); }
  static std::vector<double> plain(auto const& d) {
    std::vector<double> sums(d.rows());
    for (std::size_t r = 0; r < d.rows(); ++r) sums[r] = long_sum(d.cols, [&](std::size_t i) { return d.x[r * d.cols + i]; });
    return sums;
  }
};

/// The sum of every column.
struct column_sums {
  static constexpr char const* name = "column_sums";
  static constexpr int inputs = 1;
  static constexpr double operations = 1;
  static constexpr bool many_sizes = false;
  static std::size_t results(auto const& d) { return d.cols; }
  static std::vector<double> plain(auto const& d) {
    std::vector<double> sums(d.cols);
    for (std::size_t c = 0; c < d.cols; ++c) sums[c] = long_sum(d.rows(), [&](std::size_t r) { return d.x[r * d.cols + c]; });
    return sums;
  }
};

/// `f(problem)` for all of them.
template <class F> bool for_each_problem(F const& f) {
  f(sum()), f(dot()), f(variance()), f(fused()), f(argmin()), f(row_sums()), f(column_sums());
  return true;
}

}  // namespace bench::sum
