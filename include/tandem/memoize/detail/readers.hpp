// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Safe reclamation: readers announce themselves in a line of their own and write nothing that others read, save those who
/// free memory.
///
/// Epochs (Fraser 2004). A reader stores the current epoch into its record, reads, and stores 0. What was unlinked is freed
/// when no reader is left that began before. The announcement must be seen before what is read is: where Linux's
/// `membarrier` is there, the one who frees pays for the fence, else every reader does.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace tandem::detail {

/// What a thread that reads caches is known by. Records are never freed, but handed to the next thread.
struct alignas(64) reader_record {
  std::atomic<std::uint64_t> epoch = 0;  // 0: does not read
  std::uint32_t number = 0;              // unique among living threads, small
  std::uint32_t group = 0, place = 0;    // the number in parts, as counters want it
  bool fences = false;                   // this process has no membarrier
  std::atomic<bool> owned = true;
  reader_record* next = nullptr;
};

/// Counts reclamations; 0 is no epoch.
alignas(64) inline constinit std::atomic<std::uint64_t> reader_epoch = 1;

/// All records.
class reader_registry {
 public:
  // Leaked: threads may end after static objects have been destroyed.
  static reader_registry& get() {
    static reader_registry& registry = *new reader_registry;
    return registry;
  }

  reader_record& enlist() {
    std::lock_guard const lock(mutex_);
    for (reader_record* r = records_.load(std::memory_order_relaxed); r != nullptr; r = r->next)
      if (!r->owned.load(std::memory_order_acquire)) {
        r->owned.store(true, std::memory_order_relaxed);
        return *r;
      }
    auto* const fresh = new reader_record;
    fresh->number = count_++;
    fresh->place = fresh->number % 16;
    fresh->group = fresh->number / 16 < 16 ? fresh->number / 16 : 16;
    fresh->fences = !has_membarrier_;
    fresh->next = records_.load(std::memory_order_relaxed);
    records_.store(fresh, std::memory_order_release);
    return *fresh;
  }

  /// The stamp of all that has been unlinked so far: it may be freed once `passed(stamp)`.
  std::uint64_t stamp() noexcept { return reader_epoch.fetch_add(1, std::memory_order_acq_rel); }

  /// Whether every reader that could know what was unlinked before `stamp` has left.
  bool passed(std::uint64_t stamp) noexcept {
    if (!fence_all()) return false;
    for (reader_record* r = records_.load(std::memory_order_acquire); r != nullptr; r = r->next) {
      std::uint64_t const since = r->epoch.load(std::memory_order_acquire);
      if (since != 0 && since <= stamp) return false;
    }
    return true;
  }

 private:
  reader_registry() {
#if defined(__linux__) && defined(__NR_membarrier)
    has_membarrier_ = ::syscall(__NR_membarrier, 16 /* register private expedited */, 0, 0) == 0;
#endif
  }

  /// All stores of other threads so far are visible here, and what was stored here before is to their later loads.
  bool fence_all() noexcept {
#if defined(__linux__) && defined(__NR_membarrier)
    if (has_membarrier_) return ::syscall(__NR_membarrier, 8 /* private expedited */, 0, 0) == 0;
#endif
    reader_epoch.fetch_add(0, std::memory_order_seq_cst);
    return true;
  }

  std::atomic<reader_record*> records_ = nullptr;
  std::mutex mutex_;
  std::uint32_t count_ = 0;
  bool has_membarrier_ = false;
};

inline constinit thread_local reader_record* known_reader = nullptr;
inline constinit thread_local bool reader_has_left = false;

[[gnu::cold, gnu::noinline]] inline reader_record& introduce_reader() {
  struct leave {
    ~leave() {
      reader_has_left = true;
      known_reader->owned.store(false, std::memory_order_release);
      known_reader = nullptr;
    }
  };
  known_reader = &reader_registry::get().enlist();
  // A destructor of another thread-local object may come here after that: its record stays taken.
  if (!reader_has_left) thread_local leave const at_exit;
  return *known_reader;
}

/// The record of this thread.
inline reader_record& this_reader() { return known_reader != nullptr ? *known_reader : introduce_reader(); }

/// While it lives, what this thread finds in a cache stays. Nests.
class reading {
 public:
  explicit reading(reader_record& record) noexcept : record_(record), outer_(record.epoch.load(std::memory_order_relaxed)) {
    if (outer_ != 0) [[unlikely]]
      return;
    record_.epoch.store(reader_epoch.load(std::memory_order_acquire), std::memory_order_relaxed);
    if (record_.fences) [[unlikely]] {
#if defined(__SANITIZE_THREAD__)
      record_.epoch.exchange(record_.epoch.load(std::memory_order_relaxed), std::memory_order_seq_cst);
#else
      std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
    } else {
      std::atomic_signal_fence(std::memory_order_seq_cst);
    }
  }
  ~reading() {
    if (outer_ == 0) [[likely]]
      record_.epoch.store(0, std::memory_order_release);
  }
  reading(reading const&) = delete;
  reading& operator=(reading const&) = delete;

 private:
  reader_record& record_;
  std::uint64_t outer_;
};

}  // namespace tandem::detail
