// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Threads that wait for one another: the proof that they run at the same time, on however few cores.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace tests {

/// Everybody who arrives waits until `expected` have arrived. Gives up after a while, once for all, so that a test whose
/// threads do not come fails instead of hanging.
class rendezvous {
 public:
  explicit rendezvous(std::size_t expected) : expected_(expected) {}

  void arrive() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    bell_.notify_all();
    if (!bell_.wait_for(lock, std::chrono::seconds(20), [&] { return met() || gave_up_; })) gave_up_ = true;
    bell_.notify_all();
  }

  /// Whether all have come; to be asked when the threads are done.
  bool happened() const { return met() && !gave_up_; }

 private:
  bool met() const { return arrived_ >= expected_; }

  std::size_t expected_, arrived_ = 0;
  bool gave_up_ = false;
  std::mutex mutex_;
  std::condition_variable bell_;
};

}  // namespace tests
