// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// How many items a thread takes at a time, and what is known about their cost.

#include <atomic>
#include <chrono>
#include <cstddef>

namespace tandem::backend {

/// What an item cost in the calls before, remembered by who calls, one a callable. It rises at once and falls slowly, so
/// that a call is not held for cheap because another was.
class cost_memory {
 public:
  /// Nanoseconds an item; negative when nothing is known.
  double nanoseconds() const noexcept { return static_cast<double>(nanoseconds_.load(std::memory_order_relaxed)); }

  void learn(double measured) noexcept {
    double const known = nanoseconds();
    nanoseconds_.store(static_cast<float>(measured >= known ? measured : (known + measured) / 2), std::memory_order_relaxed);
  }

 private:
  std::atomic<float> nanoseconds_ = -1.f;
};

/// The batches of one thread: so many items that handing them out is no cost, so few that nobody waits for the last one.
class pace {
 public:
  /// By `jobs` threads; `fixed` batches where that is not 0.
  pace(std::size_t jobs, std::size_t fixed) noexcept : jobs_(jobs), fixed_(fixed), last_(clock::now()) {}

  /// Begins to count time again, after something that was no batch.
  void resume() { last_ = clock::now(); }

  /// Items of the next batch, when `left` are left.
  std::size_t batch(std::size_t left) const noexcept {
    if (fixed_ > 0) return fixed_;
    std::size_t const share = left / (4 * jobs_);
    std::size_t const fair = share > least_ ? share : least_;
    return next_ < fair ? next_ : fair;
  }

  /// The last batch, of `items`, has run.
  void ran(std::size_t items) {
    if (items == 0) return;
    clock::time_point const now = clock::now();
    double const spent = std::chrono::duration<double, std::nano>(now - last_).count();
    last_ = now;
    spent_ += spent;
    items_ += items;
    double const rate = static_cast<double>(items) / (spent < 1 ? 1 : spent);  // items a nanosecond
    double const wanted = rate * nanoseconds_a_batch, grown = 8. * static_cast<double>(items);
    next_ = at_least_one(wanted < grown ? wanted : grown);
    least_ = at_least_one(rate * nanoseconds_a_batch_at_the_end);
  }

  std::size_t items() const noexcept { return items_; }
  /// Nanoseconds of all batches.
  double nanoseconds() const noexcept { return spent_; }

 private:
  using clock = std::chrono::steady_clock;
  static constexpr double nanoseconds_a_batch = 20e3, nanoseconds_a_batch_at_the_end = 1e3;

  static std::size_t at_least_one(double items) noexcept { return items < 1 ? 1 : static_cast<std::size_t>(items); }

  std::size_t jobs_, fixed_;
  clock::time_point last_;
  double spent_ = 0;
  std::size_t items_ = 0, next_ = 1, least_ = 1;
};

}  // namespace tandem::backend
