// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <memory>
#include <string>
#include <utility>

namespace bench::imap {
namespace {

bool add_items(std::string size, int n, int steps, bool quick) {
  return add_case<items>({.problem = "imap",
                          .type = "double",
                          .size = std::move(size),
                          .work = {.items = static_cast<double>(n), .arithmetic = 2. * n * steps},
                          .quick = quick},
                         [=] { return std::make_unique<items>(n, steps); });
}

bool const stated =
    add_problem({.name = "imap",
                 .sentence =
                     "Results taken one by one, in order, while later items are at work: tiny items, where all is the cost of "
                     "handing them over, and items of ten and a hundred microseconds.",
                 .item = "items"}) &&
    add_items("100000-tiny", 100'000, 0, true) && add_items("2000-10us", 2000, 4000, false) &&
    add_items("200-100us", 200, 40'000, false);

}  // namespace
}  // namespace bench::imap
