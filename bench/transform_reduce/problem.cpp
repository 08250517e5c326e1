// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <string>

namespace bench::transform_reduce {
namespace {

bool add(std::size_t n, bool quick) {
  double const items = static_cast<double>(n);
  return add_case<arrays>({.problem = "transform_reduce",
                           .type = "double",
                           .size = std::to_string(n),
                           .work = {.items = items, .bytes_read = 16 * items, .arithmetic = 3 * items},
                           .quick = quick},
                          [n] { return std::make_unique<arrays>(n); });
}

bool const stated = add_problem({.name = "transform_reduce",
                                 .sentence = "The sum of (x - y)^2, without an array for the squares; tandem's sum is exact.",
                                 .item = "elements"}) &&
                    add(2'000, false) && add(1'000'000, true) && add(30'000'000, false);

}  // namespace
}  // namespace bench::transform_reduce
