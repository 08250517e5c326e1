// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The parallel engine, and the only includer of oneTBB.
///
/// Chunks are handed out in ascending order from one cursor to the caller and to up to jobs - 1 tasks. From that order
/// follows what users are promised: when chunk i throws, every chunk below it was handed out before and still runs, those
/// above are dropped, and the lowest index wins; so the exception is the one the serial loop would have thrown.
/// Waiting is isolated: a thread that waits for its call takes up work of that call only, so that a parallel call under a
/// lock cannot run a stranger that wants the same lock.

#include <atomic>
#include <cfenv>
#include <chrono>
#include <cstddef>
#include <exception>
#include <mutex>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include <oneapi/tbb/task.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <tandem/backend/jobs.hpp>
#include <tandem/backend/origin.hpp>
#include <tandem/backend/split.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/options.hpp>
#include <tandem/core/progress.hpp>

namespace tandem::backend {

/// Whether tasks start at once or only when the measured work pays for them.
enum class start {
  at_once,   ///< for chunks of unknown, perhaps large cost: the first one may take seconds
  measured,  ///< for cheap items: the caller works alone until what is left would take longer than starting tasks
};

/// A user who names the grain knows what a chunk costs; else it is measured.
inline start start_of(options const* chosen) { return grain_of(chosen) > 0 ? start::at_once : start::measured; }

/// Work that takes less than this is finished by the caller alone. Waking a thread takes 2 to 8 us, and it must save more.
inline constexpr double nanoseconds_worth_tasks = 20e3;

/// Tells a sink how far a call is: at most ten times a second, one update at a time.
class progress_meter {
 public:
  progress_meter(options const* chosen, std::size_t total) : total_(total) {
    if (chosen == nullptr || !chosen->progress) return;
    sink_ = chosen->progress;
    label_ = chosen->label;
    started_ = next_ = clock::now();
    update(0);
  }

  explicit operator bool() const noexcept { return static_cast<bool>(sink_); }

  /// After every chunk; `done` items have finished by now, read again under the lock so that updates never go back.
  void tick(std::atomic<std::size_t> const& done) {
    if (clock::now() < next_.load(std::memory_order_relaxed) || !mutex_.try_lock()) return;
    std::lock_guard const lock(mutex_, std::adopt_lock);
    if (clock::now() < next_.load(std::memory_order_relaxed)) return;  // somebody else was first
    std::size_t const now_done = done.load(std::memory_order_relaxed);
    if (now_done < total_) update(now_done);
  }

  /// Once, when all items have finished. Throws what a sink threw.
  void finish() {
    if (!sink_) return;
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

/// What the threads of one call share: the cursor, the first error, and what was asked from outside.
class shared_loop {
 public:
  shared_loop(std::string_view function, split const& cut, options const* chosen)
      : function_(function), cut_(cut), chosen_(chosen),
        may_stop_(chosen != nullptr && (chosen->stop.stop_possible() || chosen->deadline.has_value())), limit_(cut.chunks()),
        meter_(chosen, cut.items()) {}

  /// Hands out the next chunks, at most `most` of them, and runs them as one; returns how many. None is left, or none is
  /// wanted any more, when that is 0.
  template <class Body> std::size_t run_next(Body& body, std::size_t most = 1) {
    if (may_stop_ && interrupted()) return 0;
    std::size_t const index = cursor_.fetch_add(most, std::memory_order_relaxed);
    std::size_t const limit = limit_.load(std::memory_order_relaxed);
    if (index >= limit) return 0;
    std::size_t const count = limit - index < most ? limit - index : most;
    std::size_t const begin = cut_[index].begin, end = cut_[index + count - 1].end;
    try {
      body(begin, end);
    } catch (...) {
      fail(index);
      return 0;  // what was handed out before runs elsewhere; what comes after is not wanted
    }
    if (may_stop_ || meter_) {
      done_.fetch_add(end - begin, std::memory_order_relaxed);
      if (meter_) meter_.tick(done_);
    }
    return count;
  }

  /// By the caller, when all threads have left: returns if every item ran, else throws the reason.
  void finish() {
    if (error_) std::rethrow_exception(error_);
    if (may_stop_) {
      std::size_t const done = done_.load(std::memory_order_relaxed);
      if (done < cut_.items()) throw_interrupted(done);
    }
    meter_.finish();
  }

 private:
  enum class interruption { none, stop, deadline };

  bool interrupted() {
    if (interruption_.load(std::memory_order_relaxed) != interruption::none) return true;
    interruption const reason = chosen_->stop.stop_requested() ? interruption::stop
                                : chosen_->deadline.passed()   ? interruption::deadline
                                                               : interruption::none;
    if (reason == interruption::none) return false;
    interruption none = interruption::none;
    interruption_.compare_exchange_strong(none, reason, std::memory_order_relaxed);
    return true;
  }

  [[gnu::cold, gnu::noinline]] void fail(std::size_t index) {
    std::lock_guard const lock(mutex_);
    if (index >= limit_.load(std::memory_order_relaxed)) return;
    limit_.store(index, std::memory_order_relaxed);
    error_ = std::current_exception();
  }

  [[noreturn, gnu::cold, gnu::noinline]] void throw_interrupted(std::size_t done) const {
    bool const stopped = interruption_.load(std::memory_order_relaxed) == interruption::stop;
    std::string sentence(function_);
    sentence += stopped ? ": a stop was requested" : ": the deadline had come";
    sentence += " when " + std::to_string(done) + " of " + std::to_string(cut_.items()) + " items were done";
    if (!chosen_->label.empty()) sentence += " (" + chosen_->label + ")";
    if (stopped) throw cancelled(sentence);
    throw deadline_exceeded(sentence);
  }

  std::string_view function_;
  split cut_;
  options const* chosen_;
  bool may_stop_;
  std::mutex mutex_;
  std::exception_ptr error_;
  std::atomic<interruption> interruption_ = interruption::none;
  alignas(64) std::atomic<std::size_t> cursor_ = 0;
  alignas(64) std::atomic<std::size_t> limit_;  // chunks from here on are not started
  alignas(64) std::atomic<std::size_t> done_ = 0;
  progress_meter meter_;
};

/// The context that oneTBB gives this thread outside of all tasks, where this library was the first to ask; else null.
inline constinit thread_local oneapi::tbb::task_group_context* outermost_context = nullptr;

/// Whether this thread never met oneTBB.
inline bool is_new_to_tasks() {
  return oneapi::tbb::this_task_arena::current_thread_index() == oneapi::tbb::task_arena::not_initialized;
}

/// Remembers the context of a thread that never met oneTBB before: it is outside of all tasks now.
inline void note_outermost_context() {
  if (outermost_context == nullptr && is_new_to_tasks()) outermost_context = oneapi::tbb::task::current_context();
}

/// What distinguishes the task that this thread runs now from others: one address for all that is certainly outside of tasks.
inline void const* context_here() {
  static constexpr char outside = 0;
  if (is_new_to_tasks()) return &outside;
  void const* const context = oneapi::tbb::task::current_context();
  return context == outermost_context ? &outside : context;
}

/// Whether this thread certainly works for `current_origin.computation`, or for none, and not for one that nobody told of.
/// A thread outside of tasks works for itself; a task that oneTBB started knows nothing of who spawned it.
inline bool origin_is_certain() {
  if (current_origin.context != nullptr) return current_origin.context == context_here();
  return current_origin.computation == nullptr &&
         (is_new_to_tasks() || oneapi::tbb::task::current_context() == outermost_context);
}

/// The origin of the caller, for the helpers of a call: each makes a scope of it.
class inherited_origin {
 public:
  inherited_origin() : computation_(current_origin.computation), certain_(origin_is_certain()) {}
  origin here() const { return {computation_, certain_ ? context_here() : nullptr}; }

 private:
  void* computation_;
  bool certain_;
};

/// Runs `f()`; when it waits for tasks of its own, this thread takes up no task of a stranger meanwhile.
template <class F> void run_isolated(F const& f) {
  note_outermost_context();
  oneapi::tbb::this_task_arena::isolate(f);
}

/// Runs `work` on the caller and in up to `helpers` tasks, and returns when all have left it. `work` must not throw.
template <class Work> void run_in_tasks(std::size_t helpers, Work const& work) {
  note_outermost_context();
  inherited_origin const caller;
  // Isolated: a group around this one that is cancelled does not reach in. The context carries the floating-point state.
  oneapi::tbb::task_group_context context(
      oneapi::tbb::task_group_context::isolated,
      oneapi::tbb::task_group_context::default_traits | oneapi::tbb::task_group_context::fp_settings);
  oneapi::tbb::this_task_arena::isolate([&] {
    oneapi::tbb::task_group group(context);
    // More tasks than the arena has threads would find nothing left to do.
    std::size_t const threads = static_cast<std::size_t>(oneapi::tbb::this_task_arena::max_concurrency());
    if (helpers >= threads) helpers = threads - 1;
    try {
      for (std::size_t i = 0; i < helpers; ++i)
        group.run([&work, &caller] {
          origin_scope const scope(caller.here());
          work();
        });
    } catch (std::bad_alloc const&) {
      // fewer helpers do the same work
    }
    work();
    group.wait();
  });
}

/// The same on threads of its own, for work that waits.
template <class Work> void run_in_threads(std::size_t helpers, Work const& work) {
  std::fenv_t floating_point;
  std::fegetenv(&floating_point);
  inherited_origin const caller;
  std::vector<std::jthread> threads;
  try {
    for (std::size_t i = 0; i < helpers; ++i)
      threads.emplace_back([&work, &floating_point, &caller] {
        std::fesetenv(&floating_point);
        origin_scope const scope(caller.here());
        work();
      });
  } catch (std::system_error const&) {
    // the system gives no more threads: those there are do the same work
  } catch (std::bad_alloc const&) {
    // nor more memory for them
  }
  work();
}

/// Runs `body(begin, end)` for every chunk of `cut`, on the caller and on up to `jobs` - 1 other threads.
///
/// - `function` names the algorithm in sentences; `chosen` may be null: all options at their defaults.
/// - `body` is called by several threads at a time, each with one chunk or with several neighbours as one, up to all of
///   them: what it computes must not depend on where chunks end.
/// - Errors: the exception of the lowest chunk that throws; else `cancelled` or `deadline_exceeded` if an item was left
///   undone on request; else what a progress sink threw.
template <class Body>
void for_chunks(std::string_view function, split const& cut, std::size_t jobs, options const* chosen, start when, Body&& body) {
  std::size_t const chunks = cut.chunks();
  if (chosen == nullptr && (jobs <= 1 || chunks <= 1)) {  // nobody listens, nobody helps: one chunk does
    if (chunks > 0) body(std::size_t{0}, cut.items());
    return;
  }
  shared_loop loop(function, cut, chosen);
  auto const drain = [&] {
    while (loop.run_next(body) > 0) {}
  };
  std::size_t started = 0;
  bool wanted = true;
  bool const blocking = chosen != nullptr && chosen->blocking;
  if (jobs > 1 && when == start::measured && !blocking) {
    // 1, 2, 4 ... 32, 32 ... chunks between two looks at the clock, until what is left would keep the caller busy for too long.
    auto const begin = std::chrono::steady_clock::now();
    double left = 0;
    for (std::size_t batch = 1; wanted && started < chunks && left < nanoseconds_worth_tasks; batch += batch < 32 ? batch : 0) {
      std::size_t const ran = loop.run_next(body, batch);
      started += ran;
      wanted = ran > 0;
      std::chrono::duration<double, std::nano> const spent = std::chrono::steady_clock::now() - begin;
      left = spent.count() / static_cast<double>(started) * static_cast<double>(chunks - started);
    }
  }
  bool const alone = !wanted || jobs <= 1 || chunks - started <= 1;
  if (alone) {
    drain();
  } else {
    std::size_t const helpers = (jobs < chunks - started ? jobs : chunks - started) - 1;
    if (blocking) run_in_threads(helpers, drain);
    else run_in_tasks(helpers, drain);
  }
  loop.finish();
}

}  // namespace tandem::backend
