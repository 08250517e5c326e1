// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// For tests that hand work to oneTBB themselves, as a user's other code does.

#include <catch2/catch_test_macros.hpp>

#include <tandem/backend/handover.hpp>

namespace tests {

/// ThreadSanitizer cannot follow such work: oneTBB does not tell it, and these tests are about that it need not.
#if defined(TANDEM_THREAD_SANITIZER)
inline constexpr bool foreign_tasks_look_like_races = true;
#else
inline constexpr bool foreign_tasks_look_like_races = false;
#endif

inline void skip_where_foreign_tasks_look_like_races() {
  if (foreign_tasks_look_like_races) SKIP("the test's own use of oneTBB looks like races to ThreadSanitizer");
}

}  // namespace tests
