// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// How often a key was asked for, remembered in 4 bytes an entry for keys that are long gone too.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tandem::detail {

/// A count-min sketch of 4-bit counters that forget: all are halved from time to time (Einziger, Friedman, Manes 2017).
class frequency_sketch {
 public:
  bool ready() const noexcept { return !words_.empty(); }

  /// Room for the history of a cache of `entries`. May throw `std::bad_alloc`.
  void prepare(std::size_t entries) {
    words_.assign(entries / 2 + 8, 0);
    period_ = 10 * (entries < 16 ? 16 : entries);
  }

  void add(std::uint32_t hash, unsigned times = 1) noexcept {
    if (!ready() || times == 0) return;
    // Counters that other keys have pushed further up stay where they are (Estan and Varghese's conservative update).
    unsigned const more = count(hash) + times;
    std::uint64_t const goal = more < 15 ? more : 15;
    for (unsigned row = 0; row < rows; ++row) {
      place const at = find(hash, row);
      std::uint64_t const now = words_[at.word] >> at.shift & 15;
      if (now < goal) words_[at.word] += (goal - now) << at.shift;
    }
    added_ += times;
    if (added_ >= period_) halve();
  }

  unsigned count(std::uint32_t hash) const noexcept {
    if (!ready()) return 0;
    unsigned least = 15;
    for (unsigned row = 0; row < rows; ++row) {
      place const at = find(hash, row);
      unsigned const found = static_cast<unsigned>(words_[at.word] >> at.shift & 15);
      if (found < least) least = found;
    }
    return least;
  }

 private:
  static constexpr unsigned rows = 3;
  struct place {
    std::size_t word;
    unsigned shift;
  };

  place find(std::uint32_t hash, unsigned row) const noexcept {
    constexpr std::uint64_t odd[rows] = {0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f, 0x165667b19e3779f9};
    std::uint64_t mixed = (hash + odd[row]) * odd[row];
    mixed ^= mixed >> 32;
    mixed *= odd[(row + 1) % rows];
    return {static_cast<std::size_t>((mixed >> 32) * words_.size() >> 32), static_cast<unsigned>(mixed >> 26 & 15) * 4};
  }

  void halve() noexcept {
    for (auto& word : words_) word = word >> 1 & 0x7777777777777777;
    added_ /= 2;
  }

  std::vector<std::uint64_t> words_;
  std::size_t added_ = 0, period_ = 0;
};

}  // namespace tandem::detail
