// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The call of tandem, for all its variants. Each of them is compiled by itself, so nothing here is shared by the linker.

#include <tandem/core/matrix_view.hpp>
#include <tandem/reduce/moments.hpp>
#include <tandem/reduce/moving.hpp>

#include "problem.hpp"

namespace bench::moving {
namespace {

template <class Policy> bool add_tandem(char const* name, threads count, Policy const& policy) {
  return add_variant<arrays>("moving", name, count, [policy](arrays& d) {
    tandem::moving(policy, tandem::matrix_view<double const>(d.x.data(), d.rows, d.cols),
                   tandem::matrix_view<double>(d.out.data(), d.rows, d.cols), arrays::width, tandem::mean);
  });
}

}  // namespace
}  // namespace bench::moving
