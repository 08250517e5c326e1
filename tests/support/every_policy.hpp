// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The same call under every policy, plain and cut into small pieces for several threads.

#include <tandem/execution.hpp>

namespace kernel_test {

/// Calls `call(name, policy)` for the policies that see scalars.
template <class Call> void with_scalar_policies(Call const& call) {
  call("seq", tandem::seq);
  call("par", tandem::par);
  call("par, 3 jobs, grain 7", tandem::par.with({.jobs = 3, .grain = 7}));
}

/// Calls `call(name, policy)` for the policies that see lanes.
template <class Call> void with_lane_policies(Call const& call) {
  call("unseq", tandem::unseq);
  call("par_unseq", tandem::par_unseq);
  call("par_unseq, 3 jobs, grain 7", tandem::par_unseq.with({.jobs = 3, .grain = 7}));
}

/// Calls `call(name, policy)` for all of them.
template <class Call> void with_every_policy(Call const& call) {
  with_scalar_policies(call);
  with_lane_policies(call);
}

}  // namespace kernel_test
