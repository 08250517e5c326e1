// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Who is dropped: the order of use under `lru`, and the two queues of `adaptive`.

#include <cstddef>
#include <cstdint>
#include <new>

#include <tandem/memoize/detail/sketch.hpp>
#include <tandem/memoize/options.hpp>

namespace tandem::detail {

/// A list through entries; the newest in front. `Store` finds an entry by its number: `store.at(number)`.
struct entry_list {
  std::uint32_t first = 0, last = 0, size = 0;

  template <class Store> void push_front(Store& store, std::uint32_t i) noexcept {
    auto& e = store.at(i);
    e.set_before(0);
    e.set_after(first);
    if (first != 0) store.at(first).set_before(i);
    else last = i;
    first = i;
    ++size;
  }
  template <class Store> void remove(Store& store, std::uint32_t i) noexcept {
    auto& e = store.at(i);
    std::uint32_t const before = e.before(), after = e.after();
    if (before != 0) store.at(before).set_after(after);
    else first = after;
    if (after != 0) store.at(after).set_before(before);
    else last = before;
    --size;
  }
  template <class Store> std::uint32_t pop_back(Store& store) noexcept {
    std::uint32_t const i = last;
    remove(store, i);
    return i;
  }
};

/// The order in which entries leave a full cache. Used under the lock of what it belongs to.
///
/// `adaptive` follows S3-FIFO (Yang et al. 2023) and W-TinyLFU (Einziger et al. 2017). Newcomers wait in a short queue, the
/// window. One that leaves it joins the main queue if it was used meanwhile, or if it was asked for more often, as far as a
/// sketch remembers, than the entry that the main queue would give up. The main queue is a CLOCK: what was used since the hand
/// came by stays. So a hit moves nothing, a sweep cannot flush what is used, and a sweep larger than the cache keeps a part.
class leaving_order {
 public:
  explicit leaving_order(eviction policy, std::size_t capacity) : policy_(policy), capacity_(capacity) {}

  template <class Store> void enter(Store& store, std::uint32_t i, std::uint32_t hash) noexcept {
    sketch_.add(hash);
    window_.push_front(store, i);
  }

  /// Under lru: was used just now.
  template <class Store> void use(Store& store, std::uint32_t i) noexcept {
    if (policy_ != eviction::lru) {
      store.at(i).note_use();
    } else if (window_.first != i) {
      window_.remove(store, i);
      window_.push_front(store, i);
    }
  }

  template <class Store> void remove(Store& store, std::uint32_t i) noexcept {
    (store.at(i).flag() ? main_ : window_).remove(store, i);
  }

  /// Takes out one entry, which there must be, and returns it.
  template <class Store> std::uint32_t leave(Store& store) noexcept {
    if (policy_ == eviction::lru) return window_.pop_back(store);
    if (!sketch_.ready()) prepare();
    std::size_t const share = window_.size + main_.size - 1, window = share >= 10 ? share / 5 : 1;
    while (window_.size > window) {
      std::uint32_t const candidate = window_.last;
      bool const room = main_.size + window < share;  // the main queue is still growing to its share
      if (room || store.at(candidate).uses() >= 2) {
        promote(store, candidate);
        if (!room) return hand(store);
        continue;
      }
      std::uint32_t const victim = look_at_hand(store);
      if (victim == 0 ||
          score(store, candidate) <= score(store, victim) + 1) {  // a sweep asks for all equally often, give or take one
        note_history(store, candidate);
        window_.remove(store, candidate);
        return candidate;
      }
      main_.remove(store, victim);
      note_history(store, victim);
      promote(store, candidate);
      return victim;
    }
    return main_.size > 0 ? hand(store) : window_.pop_back(store);
  }

  void forget_all() noexcept { window_ = main_ = {}; }

 private:
  void prepare() noexcept {
    try {
      sketch_.prepare(capacity_);
    } catch (std::bad_alloc const&) {
      // without history newcomers must be used while they wait
    }
  }

  template <class Store> void promote(Store& store, std::uint32_t i) noexcept {
    window_.remove(store, i);
    auto& e = store.at(i);
    sketch_.add(store.hash(i), e.uses());
    e.set_uses(0);
    e.set_flag(true);
    main_.push_front(store, i);
  }

  /// The entry at CLOCK's hand that was not used since it came by; it stays in its place. 0 when the main queue is empty.
  template <class Store> std::uint32_t look_at_hand(Store& store) noexcept {
    if (main_.size == 0) return 0;
    for (;;) {
      std::uint32_t const i = main_.last;
      auto& e = store.at(i);
      unsigned const uses = e.uses();
      if (uses == 0) return i;
      sketch_.add(store.hash(i));
      e.set_uses(uses - 1);
      main_.remove(store, i);
      main_.push_front(store, i);
    }
  }
  template <class Store> std::uint32_t hand(Store& store) noexcept {
    std::uint32_t const i = look_at_hand(store);
    main_.remove(store, i);
    return i;
  }

  template <class Store> unsigned score(Store& store, std::uint32_t i) const noexcept {
    auto& e = store.at(i);
    return sketch_.count(store.hash(i)) + e.uses();
  }
  template <class Store> void note_history(Store& store, std::uint32_t i) noexcept {
    auto& e = store.at(i);
    sketch_.add(store.hash(i), e.uses());
  }

  eviction policy_;
  std::size_t capacity_;
  entry_list window_, main_;
  frequency_sketch sketch_;
};

}  // namespace tandem::detail
