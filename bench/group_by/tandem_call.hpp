// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The call of tandem, for all its variants. Each of them is compiled by itself, so nothing here is shared by the linker.

#include <tandem/reduce/group_by.hpp>
#include <tandem/reduce/sum.hpp>

#include "problem.hpp"

namespace bench::group_by {
namespace {

template <class Policy> bool add_tandem(char const* name, threads count, Policy const& policy) {
  return add_variant<arrays>("group_by", name, count, [policy](arrays& d) {
    auto const groups = tandem::group_by(policy, d.keys.span(), d.values.span(), tandem::sum);
    d.out.clear();
    for (auto const& [key, result] : groups) d.out.push_back(result);
  });
}

}  // namespace
}  // namespace bench::group_by
