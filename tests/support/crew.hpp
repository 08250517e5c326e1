// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// A fixed number of oneTBB threads, whatever the machine has, so that what a test finds does not depend on its cores.

#include <cstddef>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

namespace tests {

/// An arena of `threads` threads, of which `callers` are those that call `run` and the others oneTBB's.
class crew {
 public:
  explicit crew(int threads, int callers = 1)
      : limit_(oneapi::tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)),
        arena_(threads, static_cast<unsigned>(callers)) {}

  template <class F> void run(F f) { arena_.execute(f); }
  oneapi::tbb::task_arena& arena() { return arena_; }

 private:
  oneapi::tbb::global_control limit_;
  oneapi::tbb::task_arena arena_;
};

}  // namespace tests
