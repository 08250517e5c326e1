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
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <oneapi/tbb/mutex.h>
#include <oneapi/tbb/task.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <tandem/backend/detail/background.hpp>
#include <tandem/backend/detail/call_report.hpp>
#include <tandem/backend/detail/detached.hpp>
#include <tandem/backend/detail/lineage.hpp>
#include <tandem/backend/detail/offers.hpp>
#include <tandem/backend/detail/pace.hpp>
#include <tandem/backend/detail/shared_loop.hpp>
#include <tandem/backend/detail/worker.hpp>
#include <tandem/backend/handover.hpp>
#include <tandem/backend/jobs.hpp>
#include <tandem/backend/origin.hpp>
#include <tandem/backend/split.hpp>
#include <tandem/core/detail/function_view.hpp>
#include <tandem/core/options.hpp>

namespace tandem::backend {

/// For sections of some dozens of nanoseconds: tries for about a microsecond before the thread sleeps, since to wake it would
/// take longer than the section.
using brief_mutex = oneapi::tbb::mutex;

/// Whether tasks start at once or only when the measured work pays for them.
enum class start {
  at_once,   ///< for chunks of unknown, perhaps large cost: the first one may take seconds
  measured,  ///< for cheap items: the caller works alone until what is left would take longer than starting tasks
};

/// A user who names the grain knows what a chunk costs; else it is measured.
inline start start_of(options const* chosen) { return grain_of(chosen) > 0 ? start::at_once : start::measured; }

/// Work that takes less than this is finished by the caller alone. Waking a thread takes 2 to 8 us, and it must save more.
inline constexpr double nanoseconds_worth_tasks = 20e3;

/// One of the tasks of a call. oneTBB moves it between threads in a way that the sanitizer does not see, so that its members
/// are read outside of the sanitizer's view and all that it does is inside.
class helper_task {
 public:
  helper_task(detail::function_view<void()> const& work, void const* call) noexcept : work_(&work), call_(call) {}
  TANDEM_NO_SANITIZE_THREAD void operator()() const { run(*work_, call_); }

 private:
  [[gnu::noinline]] static void run(detail::function_view<void()> const& work, void const* call) {
    received(call);
    work();
    handed_over(call);
  }
  detail::function_view<void()> const* work_;
  void const* call_;
};

/// The context that oneTBB gives this thread outside of all tasks, where this library was the first to ask; else null.
inline constinit thread_local oneapi::tbb::task_group_context* outermost_context = nullptr;

inline constinit thread_local bool has_met_tasks = false;

/// Whether this thread never met oneTBB.
inline bool is_new_to_tasks() {
  if (!has_met_tasks)
    has_met_tasks = oneapi::tbb::this_task_arena::current_thread_index() != oneapi::tbb::task_arena::not_initialized;
  return !has_met_tasks;
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

/// Whether this thread is certainly outside of all tasks.
inline bool is_outside_of_tasks() { return is_new_to_tasks() || oneapi::tbb::task::current_context() == outermost_context; }

/// Whether this thread certainly works for `current_origin.computation`, or for none, and not for one that nobody told of.
/// A thread outside of tasks works for itself; a task that oneTBB started knows nothing of who spawned it.
inline bool origin_is_certain() {
  if (current_origin.context != nullptr) return current_origin.context == context_here();
  return current_origin.computation == nullptr && is_outside_of_tasks();
}

/// What a thread hands down to those who help it: the jobs that it works for, and the computation.
class descent {
 public:
  descent() : spawner_(lineage::current()), computation_(current_origin.computation), way_(current_origin.way) {
    note_outermost_context();
    certain_ = origin_is_certain();
  }
  /// Runs `f()` as a share of that work, while the thread that made this waits.
  void share(detail::function_view<void()> f) const {
    lineage const member(spawner_);
    origin_scope const scope({computation_, certain_ ? context_here() : &nowhere, way_});
    f();
  }

 private:
  lineage const* spawner_;
  void* computation_;
  trail const* way_;
  bool certain_;
};

/// Runs `f()` as if outside of all tasks: when it waits for tasks of its own, this thread takes up no task of a stranger
/// meanwhile, and when a loop or a group around it is cancelled, its own loops go on. Within tasks `context_here` changes.
template <class F> void run_isolated(F const& f) {
  note_outermost_context();
  if (is_outside_of_tasks()) return oneapi::tbb::this_task_arena::isolate(f);
  oneapi::tbb::task_group_context context(
      oneapi::tbb::task_group_context::isolated,
      oneapi::tbb::task_group_context::default_traits | oneapi::tbb::task_group_context::fp_settings);
  std::exception_ptr error;
  oneapi::tbb::this_task_arena::isolate([&] {
    oneapi::tbb::task_group(context).run_and_wait([&] {
      try {
        f();
      } catch (...) {
        error = std::current_exception();
      }
    });
  });
  if (error) std::rethrow_exception(std::move(error));
}

/// Runs `own` on the caller and `share` in up to `helpers` tasks, and returns when all have left. Neither may throw.
inline void run_in_tasks(std::size_t helpers, detail::function_view<void()> share, detail::function_view<void()> own) {
  // Isolated: a group around this one that is cancelled does not reach in. The context carries the floating-point state.
  oneapi::tbb::task_group_context context(
      oneapi::tbb::task_group_context::isolated,
      oneapi::tbb::task_group_context::default_traits | oneapi::tbb::task_group_context::fp_settings);
  descent const from;
  auto const share_of_work = [&] { from.share(share); };
  detail::function_view<void()> const work = share_of_work;
  oneapi::tbb::this_task_arena::isolate([&] {
    oneapi::tbb::task_group group(context);
    // More tasks than the arena has threads would find nothing left to do.
    std::size_t const threads = static_cast<std::size_t>(oneapi::tbb::this_task_arena::max_concurrency());
    if (helpers >= threads) helpers = threads - 1;
    handed_over(&context);
    try {
      for (std::size_t i = 0; i < helpers; ++i) group.run(helper_task(work, &context));
    } catch (std::bad_alloc const&) {
      // fewer helpers do the same work
    }
    own();
    group.wait();
    received(&context);
  });
}

/// The same on threads of their own, for work that waits.
inline void run_in_threads(std::size_t helpers, detail::function_view<void()> share, detail::function_view<void()> own) {
  std::fenv_t floating_point;
  std::fegetenv(&floating_point);
  descent const from;
  std::vector<std::jthread> threads;
  try {
    for (std::size_t i = 0; i < helpers; ++i)
      threads.emplace_back([&share, &floating_point, &from] {
        std::fesetenv(&floating_point);
        from.share(share);
      });
  } catch (std::system_error const&) {
    // the system gives no more threads: those there are do the same work
  } catch (std::bad_alloc const&) {
    // nor more memory for them
  }
  own();
}

/// Runs what is left of a loop on the caller and on up to `jobs` - 1 other threads. `pull(who)` takes batches until there are
/// none. A thread that waits for `host`, if there is one, may take part.
inline void run_together(shared_loop& loop, worker& caller, std::size_t jobs, bool blocking, background* host,
                         detail::function_view<void(worker&)> pull) {
  auto const share = [&] {
    worker who = loop.enter();
    if (loop.welcomes(who)) pull(who);
  };
  auto const own = [&] { pull(caller); };
  std::size_t const left = loop.left(), helpers = (jobs < left ? jobs : left) - 1;
  if (host != nullptr) host->open(share);
  if (blocking) run_in_threads(helpers, share, own);
  else run_in_tasks(helpers, share, own);
  if (host != nullptr) host->close();
}

/// `for_chunks` with tasks or options.
inline void share_chunks(std::string_view function, split const& cut, std::size_t jobs, options const* chosen, start when,
                         shared_loop::chunk_body body) {
  std::size_t const chunks = cut.chunks();
  shared_loop loop(function, cut, jobs, chosen);
  worker caller = loop.enter();
  auto const drain = [&](worker& who) {
    while (loop.run_next(body, who) > 0) {}
  };
  std::size_t started = 0;
  bool wanted = true;
  bool const blocking = chosen != nullptr && chosen->blocking;
  if (jobs > 1 && when == start::measured && !blocking) {
    // 1, 2, 4 ... 32, 32 ... chunks between two looks at the clock, until what is left would keep the caller busy for too long.
    auto const begin = std::chrono::steady_clock::now();
    double left = 0;
    for (std::size_t batch = 1; wanted && started < chunks && left < nanoseconds_worth_tasks; batch += batch < 32 ? batch : 0) {
      std::size_t const ran = loop.run_next(body, caller, batch);
      started += ran;
      wanted = ran > 0;
      std::chrono::duration<double, std::nano> const spent = std::chrono::steady_clock::now() - begin;
      left = spent.count() / static_cast<double>(started) * static_cast<double>(chunks - started);
    }
  }
  if (!wanted || jobs <= 1 || chunks - started <= 1) drain(caller);
  else run_together(loop, caller, jobs, blocking, nullptr, drain);
  loop.finish();
}

/// Runs `body(begin, end)` for every chunk of `cut`, on the caller and on up to `jobs` - 1 other threads.
///
/// - `function` names the algorithm in sentences; `chosen` may be null: all options at their defaults.
/// - `body` is called by several threads at a time, each with one chunk or with several neighbours as one, up to all of
///   them: what it computes must not depend on where chunks end.
/// - Errors: the exception of the lowest chunk that throws; else `cancelled` or `deadline_exceeded` if an item was left
///   undone on request; else what a progress sink threw.
template <class Body> void for_chunks(std::string_view function, split const& cut, std::size_t jobs, options const* chosen,
                                      start when, Body const& body) {
  if (chosen == nullptr && (jobs <= 1 || cut.chunks() <= 1) &&
      !reports_wanted()) {  // nobody listens, nobody helps: one chunk does
    if (cut.items() > 0) body(std::size_t{0}, cut.items());
    return;
  }
  share_chunks(function, cut, jobs, chosen, when, [&body](std::size_t begin, std::size_t end, worker&) {
    body(begin, end);
    return end - begin;
  });
}

/// `for_items` with tasks or options. `body` runs items of the loop that it is told.
inline void share_items(std::string_view function, std::size_t n, std::size_t jobs, options const* chosen, cost_memory* memory,
                        background* host,
                        detail::function_view<std::size_t(shared_loop const&, std::size_t, std::size_t, worker&)> run) {
  bool const blocking = chosen != nullptr && chosen->blocking;
  std::size_t const grain = grain_of(chosen);
  shared_loop loop(function, split(n, grain > 0 ? grain : 1), jobs, chosen);
  worker caller = loop.enter();
  auto const body = [&](std::size_t begin, std::size_t end, worker& who) { return run(loop, begin, end, who); };
  std::size_t const fixed = grain > 0 || blocking ? 1 : 0;
  auto const pull_at = [&](pace& speed, worker& who) {
    for (std::size_t ran = 1; ran > 0; speed.ran(ran)) ran = loop.run_next(body, who, speed.batch(loop.left()));
  };
  double const known = memory != nullptr && fixed == 0 ? memory->nanoseconds() : -1;
  pace speed(jobs, fixed, known);
  bool alone = jobs <= 1 || n <= 1;
  if (!alone && known >= 0 && known * static_cast<double>(n) < nanoseconds_worth_tasks) {
    double left = 0;
    while (!alone && left < nanoseconds_worth_tasks) {
      std::size_t const before = speed.items();
      speed.ran(loop.run_next(body, caller, speed.first_batch()));
      alone = speed.items() == before || loop.left() <= 1;
      if (!alone) left = speed.estimate(loop.left());
    }
  }
  if (alone) {
    pull_at(speed, caller);
  } else {
    auto const pull = [&](worker& who) {
      if (who.slot() == 0) {
        speed.resume();
        return pull_at(speed, who);
      }
      pace own(jobs, fixed, known);
      pull_at(own, who);
    };
    run_together(loop, caller, jobs, blocking, host, pull);
  }
  // With a grain, what is counted are not items.
  if (memory != nullptr && grain == 0 && speed.items() > 0)
    memory->learn(speed.nanoseconds() / static_cast<double>(speed.items()));
  loop.finish();
}

/// Runs `item(i, who)` for every i below `n`, items of any cost, on the caller and on up to `jobs` - 1 other threads.
///
/// - Batches are sized as the items prove to cost, unless the option `grain` sizes them; those who wait (`blocking`) come one
///   by one.
/// - `memory`: what such items cost before, or null. Items that were cheap are begun by the caller alone, so that small calls
///   wake nobody; of others the first may take seconds, and all threads are called at once.
/// - `host`: the job that this is the work of, or null.
/// - Errors: those of `for_chunks`.
template <class Item> void for_items(std::string_view function, std::size_t n, std::size_t jobs, options const* chosen,
                                     cost_memory* memory, background* host, Item const& item) {
  if (chosen == nullptr && (jobs <= 1 || n <= 1) && !reports_wanted()) {  // nobody listens, nobody helps: the plain loop
    worker caller(0, nullptr, [](void const*, std::size_t) { return false; });
    for (std::size_t i = 0; i < n; ++i) item(i, caller);
    return;
  }
  auto const run = [&item](shared_loop const& loop, std::size_t begin, std::size_t end, worker& who) {
    // A plain loop between two questions, which the compiler may vectorize; for items that are not that cheap, few of them.
    std::size_t const count = end - begin, few = 1 + count / 16;
    std::size_t const block = few < 16 ? few : loop.may_stop() ? 16 : few < 1024 ? 1024 : few;
    for (std::size_t i = begin; i < end;) {
      if (i != begin && loop.unwanted(i)) return i - begin;
      std::size_t const stop = end - i > block ? i + block : end;
      for (std::size_t k = i; k < stop; ++k) item(k, who);
      i = stop;
    }
    return count;
  };
  share_items(function, n, jobs, chosen, memory, host, run);
}

/// What forks know of one thread.
struct fork_state {
  std::atomic<unsigned> open = 0;  ///< second halves that nobody has begun
  unsigned depth = 0;              ///< forks within each other on its stack
};
inline constinit thread_local fork_state forks_here;

/// Whether another fork would only be work: this thread has halves on offer, or is so deep in a recursion that no sharing above was
/// of use. The stack of a fork is some times that of a call.
inline bool enough_forks() noexcept { return forks_here.open.load(std::memory_order_relaxed) >= 2 || forks_here.depth >= 256; }

/// Runs `first` here and `second` in a task, if a thread comes for it in time. Returns whether `second` is still to be run.
inline bool run_first_half(detail::function_view<bool()> first, detail::function_view<void()> second) {
  std::atomic<unsigned>& open = forks_here.open;
  oneapi::tbb::task_group_context context(
      oneapi::tbb::task_group_context::isolated,
      oneapi::tbb::task_group_context::default_traits | oneapi::tbb::task_group_context::fp_settings);
  descent const from;
  std::atomic<bool> begun = false;
  auto const claim = [&] {
    if (begun.exchange(true, std::memory_order_acq_rel)) return false;
    open.fetch_sub(1, std::memory_order_relaxed);
    return true;
  };
  auto const second_half = [&] {
    if (claim()) from.share(second);
  };
  detail::function_view<void()> const work = second_half;
  bool is_wanted = false;
  oneapi::tbb::this_task_arena::isolate([&] {
    oneapi::tbb::task_group group(context);
    open.fetch_add(1, std::memory_order_relaxed);
    handed_over(&context);
    try {
      group.run(helper_task(work, &context));
    } catch (std::bad_alloc const&) {
      // nobody will come for it
    }
    bool const went_well = first();
    is_wanted = claim() && went_well;
    group.wait();
    received(&context);
  });
  return is_wanted;
}

/// Runs `first` here and `second` in a task for whoever is free, or here afterwards; returns when both are done. Neither may
/// throw; after a `first` that returns false, a `second` that has not begun is dropped.
/// Where there are `enough_forks`, who asks before calls both halves itself at next to no cost.
inline void run_forked(detail::function_view<bool()> first, detail::function_view<void()> second) {
  ++forks_here.depth;
  bool const alone = oneapi::tbb::this_task_arena::max_concurrency() < 2;
  if (alone ? first() : run_first_half(first, second)) second();
  --forks_here.depth;
}

/// Lets `work()` run in a task, at some time, by whoever is free. It must not throw.
template <class Work> void run_detached(Work work) {
  auto owner = std::make_unique<detached_call<Work>>(std::move(work));
  handed_over(owner.get());
  oneapi::tbb::this_task_arena::enqueue(detached_task<Work>(owner.get()));
  static_cast<void>(owner.release());
}

/// Offers `work` to the threads of this arena; whoever comes first does it, unless it is withdrawn before.
inline offer offer_work(std::function<void()> work) {
  thread_local auto const board = std::make_shared<offer_board>();
  offer made(board, std::move(work));
  if (!board->call_task()) return made;
  try {
    run_detached([to = board] { to->serve(); });
  } catch (...) {
    board->lose_task();
    made.withdraw();
    throw;
  }
  return made;
}

/// Lets a piece of work run in the background; by a thread of its own where it waits.
inline void run_in_background(std::shared_ptr<background> const& what, bool blocking) {
  if (blocking && what->run_on_thread()) return;
  what->is_offered(offer_work([what] { what->run(); }));
}

}  // namespace tandem::backend
