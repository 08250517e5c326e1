// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Work that runs while its caller does something else: who runs it, and how one waits for it.

#include <algorithm>
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
#include <system_error>
#include <thread>
#include <utility>

#include <tandem/backend/detail/lineage.hpp>
#include <tandem/backend/detail/offers.hpp>
#include <tandem/backend/origin.hpp>

namespace tandem::backend {

/// A piece of work that runs once: in a task, on a thread of its own, or by whoever waits for it before either has begun.
/// So nobody ever waits for work that nobody can begin.
class background : public std::enable_shared_from_this<background> {
 public:
  explicit background(std::string_view function) : function_(function), asked_(clock::now()) {
    std::fegetenv(&floating_point_);
  }
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

  /// Waits until then at most; returns `ready()`. Who waits so is not at leave to do the work. If nobody has begun it after some
  /// milliseconds, as when all threads wait so, it gets a thread of its own.
  template <class Clock, class Duration> bool wait_until(std::chrono::time_point<Clock, Duration> when) {
    using real_seconds = std::chrono::duration<double>;
    std::unique_lock lock(mutex_);
    if (has_not_begun()) {
      real_seconds const left =
          (std::min)(real_seconds(asked_ + std::chrono::milliseconds(5) - clock::now()),
                     real_seconds(when.time_since_epoch()) - real_seconds(Clock::now().time_since_epoch()));
      if (left.count() > 0) bell_.wait_for(lock, left, [&] { return !has_not_begun(); });
      if (has_not_begun() && clock::now() - asked_ >= std::chrono::milliseconds(5)) run_on_thread();
    }
    return bell_.wait_until(lock, when, [&] { return ready(); });
  }

  /// Returns when the work is done: runs it, helps, or waits. Throws `std::logic_error` where that would be for ever.
  void finish() {
    run();
    offer_.withdraw();
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
    offer_.withdraw();
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
    if (ready()) forget();
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

  /// Gives the work a thread of its own, if the system has one.
  bool run_on_thread() {
    if (thread_.joinable()) return true;
    try {
      thread_ = std::thread([self = shared_from_this()] { self->run(); });
    } catch (std::system_error const&) {
      return false;
    }
    return true;
  }

  /// The offer by which a task runs the work.
  void is_offered(offer made) { offer_ = std::move(made); }

 protected:
  /// Computes, and keeps the result or the exception; lets go of what it needed for that.
  virtual void work() noexcept = 0;
  /// Lets go of what the work would have needed.
  virtual void drop() noexcept = 0;
  /// Lets go of the result.
  virtual void forget() noexcept = 0;

 private:
  enum class phase { waiting, running, done };
  using clock = std::chrono::steady_clock;

  bool has_not_begun() const noexcept { return phase_.load(std::memory_order_acquire) == phase::waiting; }

  // Under the floating-point state of the thread that asked for the work. Nobody knows who waits for it.
  template <class F> void as_member(F const& f) {
    std::fenv_t here;
    std::fegetenv(&here);
    std::fesetenv(&floating_point_);
    {
      lineage const member(id_);
      origin_scope const scope({nullptr, &nowhere, way_.last() != nullptr ? way_.last() : current_origin.way});
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
  clock::time_point asked_;
  std::fenv_t floating_point_;
  kept_way way_;
  std::stop_source stop_;
  std::atomic<phase> phase_ = phase::waiting;
  std::mutex mutex_;
  std::condition_variable bell_;
  std::function<void()> share_;
  unsigned guests_ = 0;
  std::thread thread_;  // this and the next by the one who waits
  offer offer_;
};

}  // namespace tandem::backend
