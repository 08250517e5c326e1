// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Work that runs while its caller does something else: who runs it, and how one waits for it.

#include <atomic>
#include <cfenv>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include <tandem/backend/detail/lineage.hpp>

namespace tandem::backend {

/// A piece of work that runs once: in a task, on a thread of its own, or by whoever waits for it before either has begun.
/// So nobody ever waits for work that nobody can begin.
class background {
 public:
  explicit background(std::string_view function) : function_(function) { std::fegetenv(&floating_point_); }
  background(background const&) = delete;
  background& operator=(background const&) = delete;
  virtual ~background() = default;

  bool ready() const noexcept { return phase_.load(std::memory_order_acquire) == phase::done; }
  void request_stop() noexcept { stop_.request_stop(); }
  std::stop_token stop_token() const noexcept { return stop_.get_token(); }

  /// Runs the work here unless somebody else has begun it.
  void run() {
    phase expected = phase::waiting;
    if (phase_.compare_exchange_strong(expected, phase::running, std::memory_order_acq_rel)) run_claimed();
  }

  template <class Clock, class Duration> bool wait_until(std::chrono::time_point<Clock, Duration> when) {
    std::unique_lock lock(mutex_);
    return bell_.wait_until(lock, when, [&] { return ready(); });
  }

  /// Returns when the work is done: runs it, helps, or waits. Throws `std::logic_error` where that would be for ever.
  void finish() {
    run();
    if (!ready()) {
      waiting const wait(id_);
      if (!wait)
        throw std::logic_error(std::string(function_) + ": the job would wait for its own work; ask for its result elsewhere");
      help_and_wait();
    }
    join();
  }

  /// For who no longer wants it: what has not begun never does, what runs is stopped and waited for. Where that would be
  /// for ever, because the work itself lets go of it, it goes on alone.
  void abandon() noexcept {
    request_stop();
    phase expected = phase::waiting;
    if (phase_.compare_exchange_strong(expected, phase::running, std::memory_order_acq_rel)) {
      drop();
      announce();
    } else if (!ready()) {
      try {
        waiting const wait(id_);
        if (wait) help_and_wait();
      } catch (...) {
        // no memory to find out who waits for whom: what runs keeps itself alive
      }
    }
    join();
  }

  /// Lets a thread that waits for this work take part in it, by `share()`, until `close` returns.
  void open(std::function<void()> share) {
    std::lock_guard const lock(mutex_);
    share_ = std::move(share);
    bell_.notify_all();
  }
  void close() {
    std::unique_lock lock(mutex_);
    share_ = nullptr;
    bell_.wait(lock, [&] { return guests_ == 0; });
  }

  /// The thread of its own, if it has one.
  void run_on(std::thread thread) { thread_ = std::move(thread); }

 protected:
  /// Computes, and keeps the result or the exception; lets go of what it needed for that.
  virtual void work() noexcept = 0;
  /// Lets go of what the work would have needed.
  virtual void drop() noexcept = 0;

 private:
  enum class phase { waiting, running, done };

  // Under the floating-point state of the thread that asked for the work.
  template <class F> void as_member(F const& f) {
    std::fenv_t here;
    std::fegetenv(&here);
    std::fesetenv(&floating_point_);
    {
      lineage const member(id_);
      f();
    }
    std::fesetenv(&here);
  }

  void run_claimed() {
    as_member([&] { work(); });
    announce();
  }

  void announce() {
    std::lock_guard const lock(mutex_);
    phase_.store(phase::done, std::memory_order_release);
    bell_.notify_all();
  }

  void help_and_wait() {
    std::unique_lock lock(mutex_);
    for (;;) {
      bell_.wait(lock, [&] { return ready() || share_; });
      if (ready()) return;
      std::function<void()> const share = std::move(share_);
      share_ = nullptr;
      ++guests_;
      lock.unlock();
      as_member(share);
      lock.lock();
      --guests_;
      bell_.notify_all();
    }
  }

  void join() noexcept {
    if (!thread_.joinable()) return;
    if (ready() && thread_.get_id() != std::this_thread::get_id()) thread_.join();
    else thread_.detach();
  }

  static inline std::atomic<lineage::id> last_id_ = 0;

  lineage::id const id_ = ++last_id_;
  std::string_view function_;
  std::fenv_t floating_point_;
  std::stop_source stop_;
  std::atomic<phase> phase_ = phase::waiting;
  std::mutex mutex_;
  std::condition_variable bell_;
  std::function<void()> share_;
  unsigned guests_ = 0;
  std::thread thread_;
};

}  // namespace tandem::backend
