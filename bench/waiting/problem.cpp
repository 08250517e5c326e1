// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <memory>
#include <string>
#include <utility>

namespace bench::waiting {
namespace {

bool add_naps(std::string size, std::size_t n, int count, bool quick) {
  return add_case<naps>(
      {.problem = "waiting", .type = "int", .size = std::move(size), .work = {.items = static_cast<double>(n)}, .quick = quick},
      [=] { return std::make_unique<naps>(n, count); });
}

bool const stated =
    add_problem({.name = "waiting",
                 .sentence =
                     "Items that sleep 10 ms each: three by three threads, ten by forty, and a hundred by fifty. Cores do not "
                     "matter, only how many wait at a time.",
                 .item = "items"}) &&
    add_naps("3-by_3", 3, 3, true) && add_naps("10-by_40", 10, 40, false) && add_naps("100-by_50", 100, 50, false);

}  // namespace
}  // namespace bench::waiting
