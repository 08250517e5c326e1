// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// A count that many threads increase without writing where another writes.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>

#include <tandem/memoize/detail/readers.hpp>

namespace tandem::detail {

/// Counts exactly. Each living thread has a line of its own; those beyond the first 256 share one.
class spread_counter {
 public:
  spread_counter() = default;
  spread_counter(spread_counter const&) = delete;
  spread_counter& operator=(spread_counter const&) = delete;
  ~spread_counter() {
    for (auto& each : groups_) delete each.load(std::memory_order_relaxed);
  }

  /// One more, by the thread whose record this is.
  void add(reader_record const& who) noexcept {
    if (group* const mine = groups_[who.group].load(std::memory_order_acquire)) [[likely]] {
      auto& count = mine->line[who.place].count;
      count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);  // nobody else writes it
      return;
    }
    add_first(who);
  }

  /// The sum since the last `restart`; exact when no thread is counting.
  std::uint64_t total() const noexcept {
    std::uint64_t const base = base_.load(std::memory_order_acquire);  // first: a sum read before may be smaller
    std::uint64_t const all = sum();
    return all > base ? all - base : 0;
  }
  void restart() noexcept { base_.store(sum(), std::memory_order_release); }

 private:
  static constexpr std::size_t lines = 16, groups = 16;
  struct alignas(64) counter_line {
    std::atomic<std::uint64_t> count = 0;
  };
  struct group {
    std::array<counter_line, lines> line;
  };

  [[gnu::cold, gnu::noinline]] void add_first(reader_record const& who) noexcept {
    if (who.group < groups) {
      if (auto* const fresh = new (std::nothrow) group) {
        group* none = nullptr;
        if (!groups_[who.group].compare_exchange_strong(none, fresh, std::memory_order_acq_rel)) delete fresh;
        add(who);
        return;
      }
    }
    shared_.fetch_add(1, std::memory_order_relaxed);
  }

  std::uint64_t sum() const noexcept {
    std::uint64_t all = shared_.load(std::memory_order_relaxed);
    for (auto const& each : groups_)
      if (group const* const one = each.load(std::memory_order_acquire))
        for (auto const& line : one->line) all += line.count.load(std::memory_order_relaxed);
    return all;
  }

  std::array<std::atomic<group*>, groups + 1> groups_{};  // the last stays null
  std::atomic<std::uint64_t> shared_ = 0, base_ = 0;
};

}  // namespace tandem::detail
