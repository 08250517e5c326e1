// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <string>

namespace bench::sum {
namespace {

// The first cache, the second, the third, and half a gigabyte; an eighth of that for those who are in a hurry.
struct size {
  std::size_t n;
  bool full, quick;
};
constexpr size sizes[] = {{2'000, true, true},
                          {4'097, true, false},
                          {60'000, true, false},
                          {1'000'000, true, false},
                          {std::size_t{1} << 23, false, true},
                          {std::size_t{1} << 26, true, false}};

template <class Problem>
void add_size(Problem, std::size_t n, std::size_t cols, std::string const& name, bool full, bool quick) {
  double const items = static_cast<double>(n);
  add_case<arrays<Problem>>(
      {.problem = Problem::name,
       .type = "double",
       .size = name,
       .work = {.items = items, .bytes_read = 8 * Problem::inputs * items, .arithmetic = Problem::operations * items},
       .full = full,
       .quick = quick},
      [=] { return std::make_unique<arrays<Problem>>(n, cols); });
}

template <class Problem> bool add(Problem problem, char const* sentence) {
  add_problem({.name = Problem::name, .sentence = sentence, .item = "elements"});
  if constexpr (Problem::many_sizes) {
    for (size const s : sizes) add_size(problem, s.n, s.n, std::to_string(s.n), s.full, s.quick);
  } else {
    add_size(problem, 1'000'000, 1000, "1000x1000", true, true);
    add_size(problem, 30'000'000, 3, "10000000x3", true, false);
    add_size(problem, 30'000'000, 10'000, "3000x10000", true, false);
  }
  return true;
}

bool const stated =
    add(sum(), "The sum of doubles, rounded once, beside plain sums in many orders, which round at every step.") &&
    add(dot(), "The sum of products of two arrays; exact, beside plain loops.") &&
    add(variance(), "The variance, from exact sums of the numbers and of their squares, in one pass.") &&
    add(fused(), "Sum, mean, least and greatest element, asked for together and read once.") &&
    add(argmin(), "The index of the least element, the first of equal ones.") &&
    add(row_sums(), "The sum of every row of a matrix: .sum(1).") &&
    add(column_sums(), "The sum of every column of a matrix: .sum(0).");

}  // namespace
}  // namespace bench::sum
