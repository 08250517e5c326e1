// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Where work is cut: by the number of items, never by threads or time. Element-wise loops also mind where alignment begins.

#include <cstddef>

#include <tandem/core/options.hpp>

namespace tandem::backend {

/// Items [begin, end) of a loop.
struct chunk {
  std::size_t begin, end;
};

/// `items` cut into chunks of `grain`; the first one may be made shorter, the last one is what is left.
class split {
 public:
  /// `grain` must be positive; `first`, the length of the first chunk, is taken as `grain` when it is 0.
  constexpr split(std::size_t items, std::size_t grain, std::size_t first = 0) noexcept
      : items_(items), grain_(grain), first_(first == 0 ? grain : first) {}

  constexpr std::size_t items() const noexcept { return items_; }
  constexpr std::size_t chunks() const noexcept {
    return items_ == 0 ? 0 : items_ <= first_ ? 1 : 2 + (items_ - first_ - 1) / grain_;
  }

  /// Chunk number `index`, below `chunks()`.
  constexpr chunk operator[](std::size_t index) const noexcept {
    if (index == 0) return {0, items_ < first_ ? items_ : first_};
    std::size_t const begin = first_ + (index - 1) * grain_;
    return {begin, items_ - begin > grain_ ? begin + grain_ : items_};
  }

 private:
  std::size_t items_, grain_, first_;
};

/// The grain that the options name; 0 for none.
inline std::size_t grain_of(options const* chosen) {
  return chosen == nullptr ? 0 : chosen->grain.checked("tandem::with", "grain");
}

/// The cut of an element-wise loop: about 64 chunks, each large enough to hide the handing out and small enough to stay in
/// the second-level cache; a multiple of 64 items. `lead` items before the first address that is aligned make the first
/// chunk shorter, so that all others begin aligned. The option `grain` overrides it.
inline split element_split(std::size_t items, options const* chosen, std::size_t lead) {
  if (std::size_t const wanted = grain_of(chosen); wanted > 0) return {items, wanted};
  if (chosen != nullptr && chosen->blocking) return {items, 1};  // items that wait should all be waiting
  constexpr std::size_t multiple = 64, least = 64, most = 32768;
  std::size_t const share = items / 64 / multiple * multiple;
  std::size_t const grain = share < least ? least : share > most ? most : share;
  return {items, grain, grain - multiple + lead};
}

}  // namespace tandem::backend
