// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// One remembered result: key, value, and 12 bytes of links, as dense as alignment allows.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include <tandem/memoize/key.hpp>

namespace tandem::detail {

/// The 32 bits of a hash below the uppermost ones, which have chosen the shard.
inline std::uint32_t hash_within_shard(std::uint64_t hash, unsigned shard_bits) noexcept {
  return static_cast<std::uint32_t>(hash << shard_bits >> 32);
}

/// The hash of a key that takes long to compute is kept beside it.
template <class Key, bool Quick = hashes_quickly<Key>()> struct kept_hash {
  void keep(std::uint32_t) noexcept {}
  std::uint32_t of(Key const& key, unsigned shard_bits) const noexcept { return hash_within_shard(key_hash(key), shard_bits); }
  static bool may_be(std::uint32_t) noexcept { return true; }
};
template <class Key> struct kept_hash<Key, false> {
  void keep(std::uint32_t hash) noexcept { hash_ = hash; }
  std::uint32_t of(Key const&, unsigned) const noexcept { return hash_; }
  bool may_be(std::uint32_t hash) const noexcept { return hash_ == hash; }

 private:
  std::uint32_t hash_ = 0;
};

/// Room for two objects and what follows them; the one with the larger alignment stands first.
template <class Key, class Value, bool ValueFirst = (alignof(Value) > alignof(Key))> struct entry_room {
  alignas(Key) std::byte key[sizeof(Key)];
  alignas(Value) std::byte value[sizeof(Value)];
  std::atomic<std::uint32_t> next = 0;
  std::atomic<std::uint32_t> after = 0;
  std::uint32_t before = 0;
  [[no_unique_address]] kept_hash<Key> hash;
};
template <class Key, class Value> struct entry_room<Key, Value, true> {
  alignas(Value) std::byte value[sizeof(Value)];
  alignas(Key) std::byte key[sizeof(Key)];
  std::atomic<std::uint32_t> next = 0;
  std::atomic<std::uint32_t> after = 0;
  std::uint32_t before = 0;
  [[no_unique_address]] kept_hash<Key> hash;
};

/// An entry of the table. Key and value never change between `fill` and `empty`, so that readers need no lock.
///
/// Entries are named by numbers that fit into 30 bits; 0 is none. The two bits above the number of the entry after this one
/// count how often it was used, up to 3: the only thing that readers write, and only as long as it is below 3.
template <class Key, class Value> class entry {
 public:
  using number = std::uint32_t;
  static constexpr number most = (number{1} << 30) - 1;

  Key const& key() const noexcept { return *std::launder(reinterpret_cast<Key const*>(room_.key)); }
  Value const& value() const noexcept { return *std::launder(reinterpret_cast<Value const*>(room_.value)); }
  std::uint32_t hash(unsigned shard_bits) const noexcept { return room_.hash.of(key(), shard_bits); }

  template <class View> bool is(std::uint32_t hash, View const& view) const {
    return room_.hash.may_be(hash) && key_same(key(), view);
  }

  void fill(std::uint32_t hash, Key&& key, Value&& value) {
    auto* const made = std::construct_at(reinterpret_cast<Key*>(room_.key), std::move(key));
    try {
      std::construct_at(reinterpret_cast<Value*>(room_.value), std::move(value));
    } catch (...) {
      std::destroy_at(made);
      throw;
    }
    room_.hash.keep(hash);
    room_.after.store(0, std::memory_order_relaxed);
    room_.before = 0;
  }
  void empty() noexcept {
    std::destroy_at(std::launder(reinterpret_cast<Key*>(room_.key)));
    std::destroy_at(std::launder(reinterpret_cast<Value*>(room_.value)));
  }

  /// The next entry of the same bucket.
  number next() const noexcept { return room_.next.load(std::memory_order_acquire); }
  void set_next(number to) noexcept { room_.next.store(to, std::memory_order_release); }

  // Neighbours in an order of use, by the one who holds the lock; `before` has a bit to spare for which order it is.
  number after() const noexcept { return room_.after.load(std::memory_order_relaxed) & most; }
  void set_after(number to) noexcept { write((room_.after.load(std::memory_order_relaxed) & ~most) | to); }
  number before() const noexcept { return room_.before & most; }
  void set_before(number to) noexcept { room_.before = (room_.before & ~most) | to; }
  bool flag() const noexcept { return (room_.before & ~most) != 0; }
  void set_flag(bool on) noexcept { room_.before = before() | (on ? most + 1 : 0); }

  unsigned uses() const noexcept { return room_.after.load(std::memory_order_relaxed) >> 30; }
  /// By readers. One that is lost to another reader's, or to a `write`, does not matter.
  void note_use() noexcept {
    number now = room_.after.load(std::memory_order_relaxed);
    if (now >> 30 < 3) [[unlikely]]
      room_.after.compare_exchange_strong(now, now + (number{1} << 30), std::memory_order_relaxed);
  }
  void set_uses(unsigned uses) noexcept { write((room_.after.load(std::memory_order_relaxed) & most) | uses << 30); }

 private:
  // By the one who holds the lock. Readers change the word only if it still is what they know, so that nothing else is lost.
  void write(number word) noexcept { room_.after.store(word, std::memory_order_relaxed); }

  entry_room<Key, Value> room_;
};

}  // namespace tandem::detail
