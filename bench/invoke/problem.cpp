// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <memory>

namespace bench::invoke {
namespace {

bool const stated =
    add_problem(
        {.name = "fibonacci",
         .sentence =
             "fib(n) = fib(n - 1) + fib(n - 2), both halves at the same time, down to the last call: what a fork costs.",
         .item = "calls"}) &&
    add_case<number>({.problem = "fibonacci",
                      .type = "long",
                      .size = "27",
                      .work = {.items = 832'039, .arithmetic = 832'039},
                      .quick = true},
                     [] { return std::make_unique<number>(27); });

}  // namespace
}  // namespace bench::invoke
