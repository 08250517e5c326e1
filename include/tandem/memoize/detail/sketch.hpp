// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// How often a key was asked for, remembered in 4 bytes an entry for keys that are long gone too.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tandem::detail {

/// A count-min sketch of 4-bit counters that forget: all are halved from time to time (Einziger, Friedman, Manes 2017). The
/// counters of a key lie in one line of the first cache.
class frequency_sketch {
 public:
  bool ready() const noexcept { return !lines_.empty(); }

  /// Room for the history of a cache of `entries`. May throw `std::bad_alloc`.
  void prepare(std::size_t entries) {
    lines_.assign(entries / 16 + 1, {});
    period_ = 10 * (entries < 16 ? 16 : entries);
  }

  void add(std::uint32_t hash, unsigned times = 1) noexcept {
    if (!ready() || times == 0) return;
    places const at = find(hash);
    // Counters that other keys have pushed further up stay where they are (Estan and Varghese's conservative update).
    unsigned const more = least(at) + times;
    std::uint64_t const goal = more < 15 ? more : 15;
    for (place const& each : at.each) {
      std::uint64_t& word = lines_[at.line].words[each.word];
      std::uint64_t const now = word >> each.shift & 15;
      if (now < goal) word += (goal - now) << each.shift;
    }
    added_ += times;
    if (added_ >= period_) halve();
  }

  unsigned count(std::uint32_t hash) const noexcept { return ready() ? least(find(hash)) : 0; }

 private:
  struct alignas(64) line {
    std::array<std::uint64_t, 8> words;
  };
  struct place {
    unsigned word, shift;
  };
  struct places {
    std::size_t line;
    std::array<place, 3> each;
  };

  places find(std::uint32_t hash) const noexcept {
    std::uint64_t mixed = (hash + 0x9e3779b97f4a7c15) * 0xc2b2ae3d27d4eb4f;
    mixed ^= mixed >> 32;
    mixed *= 0x165667b19e3779f9;
    auto const counter = [mixed](unsigned from) {
      unsigned const number = static_cast<unsigned>(mixed >> from);
      return place{number & 7, (number >> 3 & 15) * 4};
    };
    return {static_cast<std::size_t>((mixed >> 32) * lines_.size() >> 32), {counter(11), counter(18), counter(25)}};
  }

  unsigned least(places const& at) const noexcept {
    std::uint64_t found = 15;
    for (place const& each : at.each) {
      std::uint64_t const now = lines_[at.line].words[each.word] >> each.shift & 15;
      if (now < found) found = now;
    }
    return static_cast<unsigned>(found);
  }

  void halve() noexcept {
    for (line& each : lines_)
      for (auto& word : each.words) word = word >> 1 & 0x7777777777777777;
    added_ /= 2;
  }

  std::vector<line> lines_;
  std::size_t added_ = 0, period_ = 0;
};

}  // namespace tandem::detail
