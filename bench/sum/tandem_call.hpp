// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The calls of tandem, for all its variants. Each of them is compiled by itself, so nothing here is shared by the linker.

#include <algorithm>
#include <tuple>
#include <vector>

#include <tandem/reduce.hpp>

#include "problem.hpp"

namespace bench::sum {
namespace {

template <class Policy> struct tandem_call {
  Policy policy;

  void operator()(arrays<sum>& d) const { d.out[0] = tandem::sum(policy, d.x.span()); }
  void operator()(arrays<dot>& d) const { d.out[0] = tandem::dot(policy, d.x.span(), d.y.span()); }
  void operator()(arrays<variance>& d) const { d.out[0] = tandem::variance(policy, d.x.span()); }
  void operator()(arrays<fused>& d) const {
    auto const [total, mean, ends] =
        tandem::reduce(policy, d.x.span(), tandem::fused(tandem::sum, tandem::mean, tandem::minmax));
    d.out = {total, mean, ends.min, ends.max};
  }
  void operator()(arrays<argmin>& d) const { d.out[0] = static_cast<double>(tandem::argmin(policy, d.x.span())); }
  void operator()(arrays<row_sums>& d) const { along(d, tandem::axis::rows); }
  void operator()(arrays<column_sums>& d) const { along(d, tandem::axis::columns); }

 private:
  template <class Data> void along(Data& d, tandem::axis which) const {
    d.out = tandem::reduce(policy, tandem::matrix_view<double const>(d.x.data(), d.rows(), d.cols), which, tandem::sum);
  }
};

template <class Policy> bool add_tandem(char const* name, threads count, Policy const& policy) {
  return for_each_problem([&](auto problem) {
    using Problem = decltype(problem);
    add_variant<arrays<Problem>>(Problem::name, name, count, tandem_call<Policy>{policy});
  });
}

}  // namespace
}  // namespace bench::sum
