// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <string>

namespace bench::group_by {
namespace {

bool add(std::size_t n, std::uint64_t groups, std::uint64_t apart, char const* size, bool quick) {
  double const items = static_cast<double>(n);
  return add_case<arrays>({.problem = "group_by",
                           .type = "double",
                           .size = size,
                           .work = {.items = items, .bytes_read = 16 * items},
                           .quick = quick},
                          [=] { return std::make_unique<arrays>(n, groups, apart); });
}

bool const stated =
    add_problem(
        {.name = "group_by",
         .sentence =
             "The sum of the values of every key, keys sorted, as pandas' groupby(...).sum(): keys in a row, or far apart. "
             "tandem's sums are rounded once; those of the others depend on the order of additions.",
         .item = "elements"}) &&
    add(1'000'000, 1000, 1, "1000000x1000", true) && add(1'000'000, 1000, 1'000'003, "1000000x1000-far_apart", false) &&
    add(1'000'000, 100'000, 1'000'003, "1000000x100000-far_apart", false) && add(10'000'000, 1000, 1, "10000000x1000", false);

}  // namespace
}  // namespace bench::group_by
