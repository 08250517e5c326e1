// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What the threads of one call share.

#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <tandem/backend/detail/call_report.hpp>
#include <tandem/backend/detail/interruption.hpp>
#include <tandem/backend/detail/progress_meter.hpp>
#include <tandem/backend/detail/worker.hpp>
#include <tandem/backend/split.hpp>
#include <tandem/core/detail/function_view.hpp>
#include <tandem/core/options.hpp>

namespace tandem::backend {

/// The cursor, the first error, and what was asked from outside.
class shared_loop {
 public:
  shared_loop(std::string_view function, split const& cut, std::size_t jobs, options const* chosen)
      : function_(function), cut_(cut), jobs_(jobs < cut.chunks() ? jobs : cut.chunks()), interruption_(chosen),
        limit_(cut.chunks()), end_(cut.items()), meter_(chosen, cut.items()) {
    if (reports_wanted()) report_.emplace(function, chosen, jobs_);
  }

  /// What a thread is to this loop: to be made once by each, for as long as it works. The first one is the caller's.
  worker enter() noexcept {
    return worker(slots_.fetch_add(1, std::memory_order_relaxed), this,
                  [](void const* loop, std::size_t item) { return static_cast<shared_loop const*>(loop)->unwanted(item); });
  }

  /// Whether a worker is one of those that the call may have.
  bool welcomes(worker const& who) const noexcept { return who.slot() == 0 || who.slot() < jobs_; }

  /// Chunks not handed out yet.
  std::size_t left() const noexcept {
    std::size_t const next = cursor_.load(std::memory_order_relaxed), limit = limit_.load(std::memory_order_relaxed);
    return next < limit ? limit - next : 0;
  }

  /// Whether there is a stop or a deadline to watch.
  bool may_stop() const noexcept { return interruption_.possible(); }

  /// Whether an item that was handed out need not run any more.
  bool unwanted(std::size_t item) const { return item >= end_.load(std::memory_order_relaxed) || interruption_.came(); }

  /// Runs items [begin, end) as `who` and returns how many it has done: not all when it learned that the rest is unwanted.
  using chunk_body = detail::function_view<std::size_t(std::size_t begin, std::size_t end, worker& who)>;

  /// Hands out the next chunks, at most `most` of them, and runs them as one. Returns how many chunks were done; none is left,
  /// or none is wanted any more, when that is 0.
  std::size_t run_next(chunk_body body, worker& who, std::size_t most = 1) {
    if (interruption_.came()) return 0;
    std::size_t const index = cursor_.fetch_add(most, std::memory_order_relaxed);
    std::size_t const limit = limit_.load(std::memory_order_relaxed);
    if (index >= limit) return 0;
    std::size_t const count = limit - index < most ? limit - index : most;
    std::size_t const begin = cut_[index].begin, end = cut_[index + count - 1].end;
    std::size_t done = 0;
    auto const from = report_ ? call_report::clock::now() : call_report::clock::time_point();
    try {
      done = body(begin, end, who);
    } catch (...) {
      fail(index, begin);
      return 0;  // what was handed out before runs elsewhere; what comes after is not wanted
    }
    if (report_) report_->add(who.slot(), begin, begin + done, from, call_report::clock::now());
    if (interruption_.possible() || meter_) {
      done_.fetch_add(done, std::memory_order_relaxed);
      if (meter_) meter_.tick(done_);
    }
    return done == end - begin ? count : 0;
  }

  /// By the caller, when all threads have left: returns if every item ran, else throws the reason.
  void finish() {
    if (report_) report_->print();
    if (error_) std::rethrow_exception(error_);
    if (interruption_.possible()) {
      std::size_t const done = done_.load(std::memory_order_relaxed), all = cut_.items();
      if (done < all) interruption_.raise(function_, std::to_string(done) + " of " + std::to_string(all) + " items were done");
    }
    meter_.finish();
  }

 private:
  [[gnu::cold, gnu::noinline]] void fail(std::size_t index, std::size_t begin) {
    std::lock_guard const lock(mutex_);
    if (index >= limit_.load(std::memory_order_relaxed)) return;
    limit_.store(index, std::memory_order_relaxed);
    end_.store(begin, std::memory_order_relaxed);
    error_ = std::current_exception();
  }

  std::string_view function_;
  split cut_;
  std::size_t jobs_;
  interruption interruption_;
  std::mutex mutex_;
  std::exception_ptr error_;
  std::atomic<std::size_t> slots_ = 0;
  alignas(64) std::atomic<std::size_t> cursor_ = 0;
  alignas(64) std::atomic<std::size_t> limit_;  // chunks from here on are not started
  std::atomic<std::size_t> end_;                // the first item of those chunks
  alignas(64) std::atomic<std::size_t> done_ = 0;
  progress_meter meter_;
  std::optional<call_report> report_;
};

}  // namespace tandem::backend
