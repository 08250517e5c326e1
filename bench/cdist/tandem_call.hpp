// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The call of tandem, for all its variants. Each of them is compiled by itself, so nothing here is shared by the linker.

#include <tandem/distance.hpp>

#include "problem.hpp"

namespace bench::cdist {
namespace {

/// A call by one policy on data of one kind.
template <class Policy> struct tandem_call {
  Policy policy;

  template <class T> void operator()(matrices<T>& data) const {
    tandem::matrix_view<T const> const x(data.x.data(), data.n, data.d), y(data.other(), data.m, data.d);
    if (data.special == kind::fresh) {
      auto const distances = std::make_shared<tandem::matrix<T>>(tandem::cdist(policy, x, y, tandem::euclidean));
      data.fresh_result = distances->elements();
      data.fresh_owner = distances;
    } else {
      tandem::cdist(policy, x, y, tandem::euclidean, tandem::matrix_view<T>(data.out.data(), data.n, data.m));
    }
  }
};

/// Adds a variant for both element types.
template <class Policy> bool add_tandem(char const* name, threads count, Policy const& policy) {
  return add_variant<matrices<double>>("cdist", name, count, tandem_call<Policy>{policy}) &&
         add_variant<matrices<float>>("cdist", name, count, tandem_call<Policy>{policy});
}

}  // namespace
}  // namespace bench::cdist
