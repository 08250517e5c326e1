// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <string>

namespace bench::histogram {
namespace {

bool add(std::size_t n, bool quick) {
  double const items = static_cast<double>(n);
  return add_case<arrays>({.problem = "histogram",
                           .type = "double",
                           .size = std::to_string(n),
                           .work = {.items = items, .bytes_read = 8 * items},
                           .quick = quick},
                          [n] { return std::make_unique<arrays>(n); });
}

bool const stated = add_problem({.name = "histogram",
                                 .sentence = "How many of the numbers fall into each of 100 bins, as numpy.histogram.",
                                 .item = "elements"}) &&
                    add(2'000, false) && add(1'000'000, true) && add(10'000'000, false);

}  // namespace
}  // namespace bench::histogram
