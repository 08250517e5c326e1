// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The call of tandem, for all its variants. Each of them is compiled by itself, so nothing here is shared by the linker.

#include <tandem/reduce/sum.hpp>
#include <tandem/reduce/transform_reduce.hpp>

#include "problem.hpp"

namespace bench::transform_reduce {
namespace {

template <class Policy> bool add_tandem(char const* name, threads count, Policy const& policy) {
  return add_variant<arrays>("transform_reduce", name, count, [policy](arrays& d) {
    d.out[0] = tandem::transform_reduce(policy, tandem::zip(d.x.span(), d.y.span()), tandem::sum,
                                        [](auto a, auto b) { return (a - b) * (a - b); });
  });
}

}  // namespace
}  // namespace bench::transform_reduce
