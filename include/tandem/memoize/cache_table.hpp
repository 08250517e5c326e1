// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The table of remembered results: shards of an entry store with its lock, its order of leaving and its counts.
///
/// Hits take no lock and write nothing that threads share, save the first three uses of an entry (and all of them under
/// `lru`). The bound is one for all shards: nothing is dropped before the whole cache is full.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

#include <tandem/backend/jobs.hpp>
#include <tandem/backend/tasks.hpp>
#include <tandem/memoize/detail/counters.hpp>
#include <tandem/memoize/detail/entry_store.hpp>
#include <tandem/memoize/detail/order.hpp>
#include <tandem/memoize/options.hpp>

namespace tandem::detail {

inline constexpr std::size_t unbounded = (std::numeric_limits<std::size_t>::max)();

/// What all shards of a table obey.
struct table_limits {
  std::size_t capacity;
  eviction policy;
  std::size_t shards;
  unsigned shard_bits = 0;
  std::uint32_t batch;  // entries that are freed together
  alignas(64) std::atomic<std::size_t> size = 0;

  table_limits(std::size_t most, eviction chosen) : capacity(most), policy(chosen), shards(1) {
    // Small caches are one shard, so that their order is exact; large ones have some for each core, of 1024 entries or more.
    if (policy == eviction::adaptive)
      while (shards < 4 * backend::available_cores() && shards < 256 && capacity / shards >= 2048) shards *= 2, ++shard_bits;
    std::size_t const part = capacity / shards / 32;
    batch = static_cast<std::uint32_t>(part < 32 ? 32 : part > 1024 ? 1024 : part);
  }
  bool bounded() const noexcept { return capacity != unbounded; }

  /// Takes the room of one entry, if there is any. A cache that is full stays so: then nothing that threads share is written.
  bool claim() noexcept {
    if (size.load(std::memory_order_relaxed) >= capacity) return false;
    if (size.fetch_add(1, std::memory_order_relaxed) < capacity) return true;
    size.fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
};

template <class Key, class Value> class alignas(64) cache_shard {
 public:
  using store_type = entry_store<Key, Value>;
  using entry_type = typename store_type::entry_type;
  using number = typename store_type::number;

  explicit cache_shard(table_limits& limits)
      : store_(new store_type(limits.shard_bits)), limits_(limits), batch_(batch_of(limits)),
        order_(limits.policy, limits.bounded() ? limits.capacity / limits.shards : 0) {}
  cache_shard(cache_shard const&) = delete;
  cache_shard& operator=(cache_shard const&) = delete;
  ~cache_shard() { delete store_.load(std::memory_order_relaxed); }

  /// By a thread that is `reading`. Null may be wrong: only under the lock it is certain.
  template <class View> entry_type* find(std::uint32_t hash, View const& key) const {
    return store_.load(std::memory_order_acquire)->find(hash, key);
  }

  backend::brief_mutex& lock() noexcept { return mutex_; }

  // ---- the rest is for the one who holds the lock; what it may not destroy under it is left in a `leftovers`

  /// What was removed. To be destroyed when the lock has been given back: its destructors are the user's code, and asking
  /// whether readers may still know it takes longer than all that is done under the lock.
  class leftovers {
   public:
    leftovers() = default;
    leftovers(leftovers const&) = delete;
    leftovers& operator=(leftovers const&) = delete;
    ~leftovers() {
      if (entries_.first == 0) return;
      bool const unknown = reader_registry::get().passed(entries_.stamp);
      if (unknown && !trivial)
        for (number i = entries_.first; i != 0; i = store_->at(i).after()) store_->at(i).empty();
      std::lock_guard const lock(shard_->mutex_);
      if (unknown) store_->free(entries_.first);
      else store_->put_back(entries_);
    }

   private:
    friend cache_shard;
    cache_shard* shard_ = nullptr;
    store_type* store_ = nullptr;
    typename store_type::waiting_list entries_;
    std::unique_ptr<retired> tables_;
    std::optional<reading> keeps_store_;  // somebody may clear the cache meanwhile
  };

  template <class View> entry_type* find_and_use(std::uint32_t hash, View const& key) {
    store_type& store = *store_.load(std::memory_order_relaxed);
    number const i = store.find_number(hash, key);
    if (i == 0) return nullptr;
    if (limits_.bounded()) order_.use(store, i);
    return &store.at(i);
  }

  /// Adds a result that is not there yet, and drops another where there is no room. False: there was no memory for it, or its
  /// key or value threw when it was moved; nothing is lost but the remembering.
  bool insert(std::uint32_t hash, Key&& key, Value&& value, leftovers& rest) noexcept {
    if (limits_.capacity == 0) return false;
    store_type& store = *store_.load(std::memory_order_relaxed);
    number i = 0;
    try {
      i = store.allocate();
      store.at(i).fill(hash, std::move(key), std::move(value));
    } catch (...) {
      if (i != 0) store.give_back(i);
      return false;
    }
    bool const full = limits_.bounded() && !limits_.claim();
    store.link(i);
    if (limits_.bounded()) order_.enter(store, i, hash);
    if (full) {
      number const out = order_.leave(store);
      store.unlink(out);
      store.retire(out, batch_);
      ++evictions;
    }
    collect(store, rest);
    return true;
  }

  /// Throws what a comparison of keys throws; then nothing has changed.
  template <class View> bool remove(std::uint32_t hash, View const& key, leftovers& rest) {
    store_type& store = *store_.load(std::memory_order_relaxed);
    number const i = store.find_number(hash, key);
    if (i == 0) return false;
    if (limits_.bounded()) {
      order_.remove(store, i);
      limits_.size.fetch_sub(1, std::memory_order_relaxed);
    }
    store.unlink(i);
    store.retire(i, trivial ? batch_ : 1);
    collect(store, rest);
    return true;
  }

  /// Forgets everything. May throw `std::bad_alloc`; then nothing has changed.
  void clear(leftovers& rest) {
    auto fresh = std::make_unique<store_type>(limits_.shard_bits);
    std::unique_ptr<store_type> old(store_.load(std::memory_order_relaxed));
    if (limits_.bounded()) limits_.size.fetch_sub(old->size(), std::memory_order_relaxed);
    store_.store(fresh.release(), std::memory_order_release);
    order_.forget_all();
    add_retired(cleared_, std::move(old));
    rest.tables_ = take_unknown_of(cleared_);
  }

  std::size_t size() const noexcept { return store_.load(std::memory_order_relaxed)->size(); }

  std::uint64_t evictions = 0;

 private:
  static constexpr bool trivial = std::is_trivially_destructible_v<Key> && std::is_trivially_destructible_v<Value>;

  /// Entries that own memory wait for few others, and never for more than the cache may hold.
  static std::uint32_t batch_of(table_limits const& limits) noexcept {
    if (trivial) return limits.batch;
    return limits.capacity < 32 ? static_cast<std::uint32_t>(limits.capacity) : 32;
  }

  void collect(store_type& store, leftovers& rest) noexcept {
    if (rest.entries_ = store.take_waiting(); rest.entries_.first != 0) {
      rest.shard_ = this;
      rest.store_ = &store;
      rest.keeps_store_.emplace(this_reader());
    }
    if (cleared_) rest.tables_ = take_unknown_of(cleared_);
    else rest.tables_ = store.take_retired();
  }

  std::atomic<store_type*> store_;
  backend::brief_mutex mutex_;
  table_limits& limits_;
  std::uint32_t batch_;
  leaving_order order_;
  std::unique_ptr<retired> cleared_;
};

}  // namespace tandem::detail
