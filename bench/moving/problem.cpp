// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <string>

namespace bench::moving {
namespace {

bool add(std::size_t rows, std::size_t cols, bool quick) {
  double const items = static_cast<double>(rows * cols);
  return add_case<arrays>(
      {.problem = "moving",
       .type = "double",
       .size = std::to_string(rows) + 'x' + std::to_string(cols),
       .work = {.items = items, .bytes_read = 8 * items, .bytes_written = 8 * items, .arithmetic = 2 * items},
       .quick = quick},
      [=] { return std::make_unique<arrays>(rows, cols); });
}

bool const stated =
    add_problem({.name = "moving",
                 .sentence = "The mean of the last 50 elements at every place of 1000 arrays, as bottleneck.move_mean; "
                             "tandem's are exactly rounded.",
                 .item = "elements"}) &&
    add(1000, 10'000, true) && add(1, 10'000, false);

}  // namespace
}  // namespace bench::moving
