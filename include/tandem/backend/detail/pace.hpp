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
    nanoseconds_.store(static_cast<float>(measured >= known ? measured : measured + (known - measured) / 4),
                       std::memory_order_relaxed);
  }

 private:
  std::atomic<float> nanoseconds_ = -1.f;
};

/// The batches of one thread: so many items that handing them out is no cost, so few that nobody waits for the last one.
class pace {
 public:
  /// By `jobs` threads; `fixed` batches where that is not 0. `known` nanoseconds an item, negative when nothing is known.
  pace(std::size_t jobs, std::size_t fixed, double known) noexcept
      : jobs_(jobs), fixed_(fixed), known_(known), last_(clock::now()) {}

  /// Begins to count time again, after something that was no batch.
  void resume() { last_ = clock::now(); }

  /// Items of the next batch of a thread that is still alone.
  std::size_t first_batch() const noexcept { return fixed_ > 0 ? fixed_ : next_; }

  /// Items of the next batch, when `left` are left.
  std::size_t batch(std::size_t left) const noexcept {
    if (fixed_ > 0) return fixed_;
    std::size_t const share = left / 4 / jobs_;
    std::size_t const fair = share > least_ ? share : least_;
    return next_ < fair ? next_ : fair;
  }

  /// The last batch, of `items`, has run.
  void ran(std::size_t items) {
    if (items == 0) return;
    clock::time_point const now = clock::now();
    double const passed = std::chrono::duration<double, std::nano>(now - last_).count();
    double const spent = passed > 2 * nanoseconds_a_look ? passed - nanoseconds_a_look : passed / 2;
    last_ = now;
    spent_ += spent;
    items_ += items;
    double const rate = static_cast<double>(items) / (spent + 1);  // items a nanosecond
    double const wanted = rate * nanoseconds_a_batch, grown = 16. * static_cast<double>(items);
    next_ = at_least_one(wanted < grown ? wanted : grown);
    // As cheap as they always were: the time of one alone would be mostly that of the clock.
    as_known_ = known_ >= 0 && spent < (8 * known_ + nanoseconds_a_look) * static_cast<double>(items);
    if (as_known_) next_ = at_least_one(nanoseconds_a_batch / (known_ + 0.1));
    least_ = at_least_one(rate * nanoseconds_a_batch_at_the_end);
  }

  std::size_t items() const noexcept { return items_; }
  /// What `left` items would take one thread, in nanoseconds; for a pace at which something has run.
  double estimate(std::size_t left) const noexcept {
    return (as_known_ ? known_ : spent_ / static_cast<double>(items_)) * static_cast<double>(left);
  }

  /// Nanoseconds of all batches.
  double nanoseconds() const noexcept { return spent_; }

 private:
  using clock = std::chrono::steady_clock;
  static constexpr double nanoseconds_a_batch = 20e3, nanoseconds_a_batch_at_the_end = 1e3;
  static constexpr double nanoseconds_a_look = 50;  // at the clock, and at the cursor

  static std::size_t at_least_one(double items) noexcept { return items < 1 ? 1 : static_cast<std::size_t>(items); }

  std::size_t jobs_, fixed_;
  double known_;
  bool as_known_ = false;
  clock::time_point last_;
  double spent_ = 0;
  std::size_t items_ = 0, next_ = 1, least_ = 1;
};

}  // namespace tandem::backend
