// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Work of a known length, for problems where a call is what counts and not what it computes.

namespace bench {

/// So many steps, each of which waits for the one before: two or three nanoseconds. An addition before a product cannot be
/// fused, so that it takes as long in tandem's variants as in those of peers, who may fuse.
inline double chain(int steps, double x) {
  for (int i = 0; i < steps; ++i) x = (x + 1e-6) * 0.999999;
  return x;
}

}  // namespace bench
