// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// How a call tells its progress sink how far it is.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <mutex>
#include <string_view>

#include <tandem/core/options.hpp>
#include <tandem/core/progress.hpp>

namespace tandem::backend {

/// Tells a sink how far a call is: at most ten times a second, one update at a time.
class progress_meter {
 public:
  /// A `total` of 0 is one that is not known.
  progress_meter(options const* chosen, std::size_t total) : total_(total) {
    if (chosen == nullptr || !chosen->progress) return;
    sink_ = chosen->progress;
    label_ = chosen->label;
    started_ = next_ = clock::now();
    update(0);
  }

  explicit operator bool() const noexcept { return static_cast<bool>(sink_); }

  /// After every chunk; `done` items have finished by now, read again under the lock so that updates never go back.
  [[gnu::noinline]] void tick(std::atomic<std::size_t> const& done) {
    if (clock::now() < next_.load(std::memory_order_relaxed) || !mutex_.try_lock()) return;
    std::lock_guard const lock(mutex_, std::adopt_lock);
    if (clock::now() < next_.load(std::memory_order_relaxed)) return;  // somebody else was first
    std::size_t const now_done = done.load(std::memory_order_relaxed);
    if (now_done < total_ || total_ == 0) update(now_done);
  }

  /// Once, when all items have finished; for a call of unknown length with their number. Throws what a sink threw.
  void finish() { finish(total_); }
  void finish(std::size_t total) {
    if (!sink_) return;
    total_ = total;
    update(total_);
    if (error_) std::rethrow_exception(error_);
  }

 private:
  using clock = std::chrono::steady_clock;

  void update(std::size_t done) {
    if (error_) return;
    auto const now = clock::now();
    try {
      sink_.update({done, total_, std::chrono::duration<double>(now - started_).count(), label_});
    } catch (...) {
      error_ = std::current_exception();
    }
    next_.store(now + std::chrono::milliseconds(100), std::memory_order_relaxed);
  }

  progress_pointer sink_;
  std::string_view label_;
  std::size_t total_;
  clock::time_point started_;
  std::atomic<clock::time_point> next_;
  std::mutex mutex_;
  std::exception_ptr error_;
};

}  // namespace tandem::backend
