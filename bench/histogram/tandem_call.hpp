// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The call of tandem, for all its variants. Each of them is compiled by itself, so nothing here is shared by the linker.

#include <tandem/reduce/histogram.hpp>

#include "problem.hpp"

namespace bench::histogram {
namespace {

template <class Policy> bool add_tandem(char const* name, threads count, Policy const& policy) {
  return add_variant<arrays>("histogram", name, count,
                             [policy](arrays& d) { d.out = tandem::histogram(d.edges)(policy, d.x.span()); });
}

}  // namespace
}  // namespace bench::histogram
