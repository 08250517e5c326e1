// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// A test that could hang ends the program with a sentence instead.

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "support/sanitized.hpp"

namespace tests {

/// Aborts the program when it is still alive after `limit`. The limit is generous: it is no measurement.
class watchdog {
 public:
  explicit watchdog(std::string what, std::chrono::seconds limit = std::chrono::seconds(sanitized ? 240 : 120))
      : thread_([what = std::move(what), limit](std::stop_token const& done) {
          std::mutex mutex;
          std::condition_variable_any bell;
          std::unique_lock lock(mutex);
          bell.wait_for(lock, done, limit, [] { return false; });
          if (done.stop_requested()) return;
          std::fprintf(stderr, "watchdog: %s did not end within %lld s\n", what.c_str(), static_cast<long long>(limit.count()));
          std::abort();
        }) {}

 private:
  std::jthread thread_;
};

}  // namespace tests
