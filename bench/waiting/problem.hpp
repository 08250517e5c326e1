// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Items that wait: for a clock here, as others for files and sockets.

#include <chrono>
#include <cstddef>
#include <span>
#include <thread>
#include <vector>

#include "../support/suite.hpp"

namespace bench::waiting {

/// `n` items that sleep, given to `threads` threads.
struct naps {
  static constexpr double tolerance = 0;

  naps(std::size_t n, int count) : threads(count), out(n) {}
  static int nap(std::size_t i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return static_cast<int>(i);
  }
  std::span<int> result() { return out; }
  double expected(std::size_t i) const { return static_cast<double>(i); }

  int threads;
  std::vector<int> out;
};

}  // namespace bench::waiting
