// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Threads that are there already: what limits by all threads run on, so that no starting is timed and no library is.

#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

namespace bench {

/// `size` threads, the caller being the first. Between two calls they wait, at first busily and soon asleep.
class team {
 public:
  explicit team(std::size_t size) : size_(size) {
    for (std::size_t i = 1; i < size; ++i) threads_.emplace_back([this, i] { serve(i); });
  }

  ~team() {
    work_ = nullptr;
    start();
  }

  std::size_t size() const noexcept { return size_; }

  /// `work(i)` by every thread i; returns when all are done.
  void run(std::function<void(std::size_t)> const& work) {
    work_ = &work;
    busy_.store(size_ - 1, std::memory_order_relaxed);
    start();
    work(0);
    for (int spins = 0; busy_.load(std::memory_order_acquire) != 0; ++spins)
      if (spins < 1000) pause();
      else std::this_thread::yield();  // where cores are shared, the one that is waited for may want this one
  }

  /// The part of `n` items that belongs to thread i, in whole blocks of `block`.
  std::pair<std::size_t, std::size_t> part(std::size_t n, std::size_t i, std::size_t block) const {
    std::size_t const blocks = n / block, begin = blocks * i / size_ * block;
    return {begin, i + 1 == size_ ? n : blocks * (i + 1) / size_ * block};
  }

 private:
  static void pause() {
#if defined(__SSE2__)
    __builtin_ia32_pause();
#else
    std::this_thread::yield();
#endif
  }

  void start() {
    round_.fetch_add(1, std::memory_order_release);
    round_.notify_all();
  }

  void serve(std::size_t i) {
    for (unsigned seen = 0;;) {
      for (int spins = 0; spins < 1000 && round_.load(std::memory_order_acquire) == seen; ++spins) pause();
      round_.wait(seen, std::memory_order_acquire);
      seen = round_.load(std::memory_order_acquire);
      if (work_ == nullptr) return;
      (*work_)(i);
      busy_.fetch_sub(1, std::memory_order_release);
    }
  }

  std::size_t size_;
  std::function<void(std::size_t)> const* work_ = nullptr;
  alignas(64) std::atomic<unsigned> round_ = 0;
  alignas(64) std::atomic<std::size_t> busy_ = 0;
  std::vector<std::jthread> threads_;  // last: joined first
};

}  // namespace bench
