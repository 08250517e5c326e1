// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Where entries live, and how readers find them without a lock while one writer adds and removes.
///
/// A chained hash table. Entries lie in blocks that never move and are named by 32-bit numbers; buckets are the first numbers
/// of chains. A writer publishes an entry by storing its number into the bucket and unlinks it by storing the next one; the
/// entry itself stays as it was until no reader is left that could know it. Tables of buckets and of blocks are replaced by
/// larger ones and kept as long. A reader may therefore miss an entry that is being moved (the caller asks again under the
/// lock), but never finds a wrong one.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include <tandem/memoize/detail/entry.hpp>
#include <tandem/memoize/detail/readers.hpp>

namespace tandem::detail {

/// Something that is destroyed when no reader can know it any more.
struct retired {
  retired() = default;
  retired(retired const&) = delete;
  retired& operator=(retired const&) = delete;
  virtual ~retired() = default;
  std::unique_ptr<retired> others;  // retired before it
  std::uint64_t stamp = 0;
};

inline void add_retired(std::unique_ptr<retired>& list, std::unique_ptr<retired> old) noexcept {
  old->stamp = reader_registry::get().stamp();
  old->others = std::move(list);
  list = std::move(old);
}
/// The list, if no reader is left that knows any of it.
inline std::unique_ptr<retired> take_unknown_of(std::unique_ptr<retired>& list) noexcept {
  return list && reader_registry::get().passed(list->stamp) ? std::move(list) : nullptr;
}

/// Two empty buckets, for tables that hold nothing yet.
alignas(64) inline constinit std::atomic<std::uint32_t> no_buckets[2]{};

template <class Key, class Value> class entry_store : public retired {
 public:
  using entry_type = entry<Key, Value>;
  using number = typename entry_type::number;

  explicit entry_store(unsigned shard_bits) : shard_bits_(shard_bits) {}
  entry_store(entry_store const&) = delete;
  entry_store& operator=(entry_store const&) = delete;
  ~entry_store() override {
    for (number b = 0, n = bucket_table_ ? bucket_count() : 0; b < n; ++b) empty_all(buckets()[b], &entry_type::next);
    empty_all(leaving_, &entry_type::after);
    empty_all(waiting_.first, &entry_type::after);
    for (number b = 0; b < block_capacity_ && b * block_size < used_; ++b) delete[] blocks_.load(std::memory_order_relaxed)[b];
  }

  entry_type& at(number i) const noexcept { return blocks_.load(std::memory_order_acquire)[i / block_size][i % block_size]; }

  /// The entry with this key, or null. By any thread that is `reading`, or holds the lock.
  template <class View> entry_type* find(std::uint32_t hash, View const& key) const {
    for (number i = bucket(hash).load(std::memory_order_acquire); i != 0;) {
      entry_type& e = at(i);
      if (e.is(hash, key)) [[likely]]
        return &e;
      i = e.next();
    }
    return nullptr;
  }

  // ---- the rest is for the one who holds the lock

  std::uint32_t hash(number i) const noexcept { return at(i).hash(shard_bits_); }

  template <class View> number find_number(std::uint32_t hash, View const& key) const {
    number i = bucket(hash).load(std::memory_order_relaxed);
    while (i != 0 && !at(i).is(hash, key)) i = at(i).next();
    return i;
  }

  std::size_t size() const noexcept { return size_; }

  /// A number for a new entry, which is to be filled and linked. May throw `std::bad_alloc`; then nothing has changed.
  number allocate() {
    if (!bucket_table_ || size_ >= most_entries()) add_buckets();
    if (free_ != 0) return std::exchange(free_, at(free_).after());
    if (used_ == entry_type::most) throw std::bad_alloc();
    if (used_ == 1 || used_ % block_size == 0) add_block();
    return used_++;
  }
  /// Gives back a number that `allocate` gave, of an entry that is empty.
  void give_back(number i) noexcept {
    at(i).set_after(free_);
    free_ = i;
  }
  /// The same for a list of entries by `after` that `take_waiting` gave.
  void free(number list) noexcept {
    while (list != 0) give_back(std::exchange(list, at(list).after()));
    taken_ = false;
  }

  /// The last of its chain: what is asked for often came early, or outlived those before it, and is found at the first step,
  /// as the processor predicts.
  void link(number i) noexcept {
    at(i).set_next(0);
    auto& first = bucket(hash(i));
    if (number last = first.load(std::memory_order_relaxed); last == 0) {
      first.store(i, std::memory_order_release);
    } else {
      while (at(last).next() != 0) last = at(last).next();
      at(last).set_next(i);
    }
    ++size_;
  }
  void unlink(number i) noexcept {
    auto& first = bucket(hash(i));
    number before = first.load(std::memory_order_relaxed);
    if (before == i) {
      first.store(at(i).next(), std::memory_order_release);
    } else {
      while (at(before).next() != i) before = at(before).next();
      at(before).set_next(at(i).next());
    }
    --size_;
  }

  /// An entry was unlinked: its number may be used again when readers have left. `batch`: how many wait for one another.
  void retire(number i, std::uint32_t batch) noexcept {
    at(i).set_after(leaving_);
    leaving_ = i;
    ++leaving_count_;
    if (waiting_.first == 0 && !taken_ && leaving_count_ >= batch) {
      waiting_ = {std::exchange(leaving_, 0), reader_registry::get().stamp()};
      leaving_count_ = 0;
      patience_ = 0;
    }
  }
  /// Retired entries, as a list by `after`. When readers have passed the stamp they are to be emptied and freed, else put back.
  /// This is asked without the lock: it interrupts all threads.
  struct waiting_list {
    number first = 0;
    std::uint64_t stamp = 0;
  };
  waiting_list take_waiting() noexcept {
    if (waiting_.first == 0) return {};
    if (patience_ > 0) return --patience_, waiting_list{};
    taken_ = true;
    return std::exchange(waiting_, {});
  }
  void put_back(waiting_list list) noexcept {
    waiting_ = list;
    taken_ = false;
    patience_ = 8;
  }

  /// Tables that were replaced and that no reader knows any more.
  std::unique_ptr<retired> take_retired() noexcept { return take_unknown_of(retired_); }

 private:
  static constexpr number block_size = 64;

  struct bucket_array : retired {
    explicit bucket_array(number count)
        : buckets(
              static_cast<std::atomic<number>*>(::operator new(count * sizeof(std::atomic<number>), std::align_val_t(64)))) {
      std::uninitialized_value_construct_n(buckets, count);
    }
    ~bucket_array() override { ::operator delete(buckets, std::align_val_t(64)); }
    std::atomic<number>* buckets;
  };
  struct block_array : retired {
    explicit block_array(number count) : blocks(new entry_type*[count]()) {}
    std::unique_ptr<entry_type*[]> blocks;
  };
  // The address of the buckets, aligned to 64, with what a hash is shifted by to find one in the low bits.
  static std::uintptr_t word_of(std::atomic<number>* buckets, unsigned bits) noexcept {
    return reinterpret_cast<std::uintptr_t>(buckets) | (32 - bits);
  }
  static std::atomic<number>* buckets_of(std::uintptr_t word) noexcept {
    return reinterpret_cast<std::atomic<number>*>(word & ~std::uintptr_t{63});
  }
  std::atomic<number>& bucket(std::uint32_t hash) const noexcept {
    std::uintptr_t const word = buckets_.load(std::memory_order_acquire);
    return buckets_of(word)[hash >> (word & 31)];
  }
  std::atomic<number>* buckets() const noexcept { return buckets_of(buckets_.load(std::memory_order_relaxed)); }
  number bucket_count() const noexcept { return number{1} << (32 - (buckets_.load(std::memory_order_relaxed) & 63)); }
  /// An entry a bucket; half of it in tables that are small: there a second step, which is mispredicted, costs more than memory.
  std::size_t most_entries() const noexcept {
    return bucket_count() < (number{1} << 12) >> shard_bits_ ? bucket_count() / 2 : bucket_count();
  }

  void empty_all(number i, number (entry_type::*following)() const noexcept) noexcept {
    while (i != 0) {
      entry_type& e = at(i);
      i = (e.*following)();
      e.empty();
    }
  }

  void add_block() {
    number const count = used_ / block_size;
    if (count >= block_capacity_) {
      number const more = block_capacity_ == 0 ? 8 : 2 * block_capacity_;
      auto table = std::make_unique<block_array>(more);
      auto* const old = blocks_.load(std::memory_order_relaxed);
      for (number b = 0; b < count; ++b) table->blocks[b] = old[b];
      blocks_.store(table->blocks.get(), std::memory_order_release);
      if (block_table_) retire(std::move(block_table_));
      block_table_ = std::move(table);
      block_capacity_ = more;
    }
    static_cast<block_array&>(*block_table_).blocks[count] = new entry_type[block_size];
  }

  void add_buckets() {
    // What no table holds are the two buckets that all empty ones share.
    unsigned const bits = bucket_table_ ? 33 - static_cast<unsigned>(buckets_.load(std::memory_order_relaxed) & 63) : 4;
    if (bits > 30) return;
    std::unique_ptr<bucket_array> table;
    try {
      table = std::make_unique<bucket_array>(number{1} << bits);
    } catch (std::bad_alloc const&) {
      if (!bucket_table_) throw;
      return;  // longer chains do as well
    }
    // Each chain becomes two, in the same order.
    auto* const old = buckets();
    for (number b = 0; b < bucket_count(); ++b) {
      number last[2]{};
      for (number i = old[b].load(std::memory_order_relaxed); i != 0; i = at(i).next()) {
        number const half = hash(i) >> (32 - bits) & 1;
        if (last[half] == 0) table->buckets[2 * b + half].store(i, std::memory_order_relaxed);
        else at(last[half]).set_next(i);
        last[half] = i;
      }
      for (number i : last)
        if (i != 0) at(i).set_next(0);
    }
    buckets_.store(word_of(table->buckets, bits), std::memory_order_release);
    if (bucket_table_) retire(std::move(bucket_table_));
    bucket_table_ = std::move(table);
  }

  void retire(std::unique_ptr<retired> old) noexcept { add_retired(retired_, std::move(old)); }

  std::atomic<std::uintptr_t> buckets_ = word_of(no_buckets, 1);
  std::atomic<entry_type**> blocks_ = nullptr;
  number used_ = 1, free_ = 0, block_capacity_ = 0;  // number 0 is none
  number leaving_ = 0, leaving_count_ = 0;
  waiting_list waiting_;
  std::uint32_t patience_ = 0;
  bool taken_ = false;  // what waited is with somebody who asks whether it may go
  unsigned shard_bits_;
  std::size_t size_ = 0;
  std::unique_ptr<retired> bucket_table_, block_table_, retired_;
};

}  // namespace tandem::detail
