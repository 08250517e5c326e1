// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

namespace bench::map {
namespace {

constexpr int microsecond = 400;  // steps

// Most items are short, and a few take a hundred times as long: a Pareto distribution, always the same.
std::vector<int> heavy_tailed(std::size_t n) {
  std::vector<int> steps(n);
  std::uint64_t state = 1;
  for (int& s : steps) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    double const u = (static_cast<double>(state >> 11) + 1) * 0x1p-53;
    s = static_cast<int>(std::min(150 / std::pow(u, 1 / 1.2), 100'000.));
  }
  return steps;
}

bool add_loads(std::string size, std::vector<int> const& steps, bool quick) {
  double total = 0;
  for (int const s : steps) total += s;
  return add_case<loads>({.problem = "map",
                          .type = "double",
                          .size = std::move(size),
                          .work = {.items = static_cast<double>(steps.size()), .arithmetic = 2 * total},
                          .quick = quick},
                         [steps] { return std::make_unique<loads>(steps); });
}

bool const stated =
    add_problem(
        {.name = "map",
         .sentence =
             "A function over a list, whose results become a vector: items of about a microsecond; tiny ones, where all "
             "is the cost of sharing; and such with a heavy tail, where the last long item decides.",
         .item = "items"}) &&
    add_loads("10", std::vector<int>(10, microsecond), false) && add_loads("100", std::vector<int>(100, microsecond), false) &&
    add_loads("1000", std::vector<int>(1000, microsecond), false) &&
    add_loads("20000", std::vector<int>(20'000, microsecond), true) &&
    add_loads("1000-tiny", std::vector<int>(1000, 0), true) && add_loads("100000-tiny", std::vector<int>(100'000, 0), false) &&
    add_loads("20000-heavy_tailed", heavy_tailed(20'000), true) &&
    add_problem({.name = "nested_map",
                 .sentence = "A map whose function maps: 200 rows of 100 items of a quarter of a microsecond.",
                 .item = "items"}) &&
    add_case<nested_loads>({.problem = "nested_map",
                            .type = "double",
                            .size = "200x100",
                            .work = {.items = 20'000, .arithmetic = 2. * 20'000 * (microsecond / 4)},
                            .quick = false},
                           [] { return std::make_unique<nested_loads>(200, 100, microsecond / 4); });

}  // namespace
}  // namespace bench::map
