// SPDX-License-Identifier: BSL-1.0
#include <tandem/backend/handover.hpp>

#include <atomic>
#include <thread>

#include <catch2/catch_test_macros.hpp>

// Right by the fences, which ThreadSanitizer does not know (GCC warns of that): without the two words it reports a race here.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wtsan"
#endif

TEST_CASE("What was written before the handing over can be read after the receiving") {
  int value = 0;
  std::atomic<bool> there = false;
  std::thread other([&] {
    value = 42;
    tandem::backend::handed_over(&there);
    std::atomic_thread_fence(std::memory_order_release);
    there.store(true, std::memory_order_relaxed);
  });
  while (!there.load(std::memory_order_relaxed)) std::this_thread::yield();
  std::atomic_thread_fence(std::memory_order_acquire);
  tandem::backend::received(&there);
  int const seen = value;
  other.join();
  CHECK(seen == 42);
}
