// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Keys of groups: how they are compared, hashed, passed on and numbered.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/backend/simd.hpp>
#include <tandem/reduce/detail/wide_number.hpp>

namespace tandem::detail {

template <class T> using group_key = std::conditional_t<std::convertible_to<T const&, std::string_view>, std::string, T>;

/// A key as it is compared and hashed: text by its characters, numbers by their bits (a processor may take subnormal numbers
/// for zero); both zeros are one key, and NaN is the last.
template <class K> decltype(auto) looked_at(K const& key) {
  if constexpr (std::convertible_to<K const&, std::string_view>) {
    return std::string_view(key);
  } else if constexpr (of_known_bits<K>) {
    auto const bits = ordered_bits(key);
    return key != key ? (std::numeric_limits<std::remove_const_t<decltype(bits)>>::max)() : bits == -1 ? 0 : bits;
  } else {
    return (key);
  }
}
/// Whether two keys are the same; NaN is itself.
template <class K> bool same_key(K const& a, K const& b) {
  if constexpr (std::floating_point<K> && !of_known_bits<K>) return a == b || (a != a && b != b);
  else return looked_at(a) == looked_at(b);
}
/// The order of keys; NaN comes last.
template <class K> bool key_before(K const& a, K const& b) {
  if constexpr (std::floating_point<K> && !of_known_bits<K>) return a < b || (a == a && b != b);
  else return looked_at(a) < looked_at(b);
}
/// A hash whose bits are all good, whatever `std::hash` is.
template <class K> std::uint64_t hash_of_key(K const& key) {
  std::uint64_t hash = 0;
  if (key == key) hash = std::hash<std::remove_cvref_t<decltype(looked_at(key))>>()(looked_at(key));
  // Numbers may differ in their upper bits alone, and tables look at the lower ones.
  hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15;
  hash = (hash ^ hash >> 32) * 0xd6e8feb86659fd93;
  return hash ^ hash >> 32;
}

/// An element on its way: itself if it is small and plain, else its address.
template <class T> inline constexpr bool travels_itself =
    std::is_trivially_copyable_v<T> && std::is_default_constructible_v<T> && sizeof(T) <= 16;
template <class T> using traveller = std::conditional_t<travels_itself<T>, T, T const*>;
template <class T> traveller<T> send(T const& element) {
  if constexpr (travels_itself<T>) return element;
  else return &element;
}
template <class T> T const& arrived(traveller<T> const& sent) {
  if constexpr (travels_itself<T>) return sent;
  else return *sent;
}

/// Numbers integers that lie close together, by their distance from the least.
template <class K> struct key_distances {
  static constexpr bool are_known = true;
  std::uint64_t least, range;

  /// `ends`: the least and the greatest key.
  template <class Ends> explicit key_distances(Ends const& ends)
      : least(static_cast<std::uint64_t>(ends.min)), range(static_cast<std::uint64_t>(ends.max) - least) {}

  std::size_t size() const { return static_cast<std::size_t>(range) + 1; }
  K key(std::size_t number) const { return static_cast<K>(number + least); }
  std::size_t operator()(K key) const { return static_cast<std::size_t>(static_cast<std::uint64_t>(key) - least); }
};

/// Numbers keys from 0 as they come up: a hash table with linear probing. Up to 2^32 - 1 of them.
template <class K> class key_numbers {
 public:
  static constexpr bool are_known = false;
  std::size_t size() const { return keys_.size(); }
  traveller<K> key(std::size_t number) const { return keys_[number]; }

  TANDEM_INLINE std::size_t operator()(traveller<K> const& sent) {
    K const& key = arrived<K>(sent);
    std::uint64_t const hash = hash_of_key(key);
    for (std::size_t at = static_cast<std::size_t>(hash) & mask_;; at = (at + 1) & mask_) {
      slot const& here = slots_[at];
      if (here.number == none) [[unlikely]]
        return add(at, hash, sent);
      if (holds(here, hash, key)) return here.number;
    }
  }

  /// The numbers of n keys. Most are where they belong: that is found out without a branch, and the others are looked up then.
  void look_up(K const* keys, std::size_t n, std::uint32_t* numbers) {
    constexpr std::size_t at_once = 256;
    std::uint16_t others[at_once];
    for (std::size_t i = 0; i < n; i += at_once) {
      std::size_t const count = (std::min)(at_once, n - i);
      std::size_t missed = 0;
      for (std::size_t j = 0; j < count; ++j) {
        traveller<K> const sent = send(keys[i + j]);
        std::uint64_t const hash = hash_of_key(arrived<K>(sent));
        slot const& here = slots_[static_cast<std::size_t>(hash) & mask_];
        numbers[i + j] = here.number;
        others[missed] = static_cast<std::uint16_t>(j);
        missed += !holds(here, hash, arrived<K>(sent));
      }
      for (std::size_t m = 0; m < missed; ++m)
        numbers[i + others[m]] = static_cast<std::uint32_t>((*this)(send(keys[i + others[m]])));
    }
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  struct slot {
    traveller<K> key{};
    std::uint32_t number = none, tag = 0;
  };
  static std::uint32_t tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
  static TANDEM_INLINE bool holds(slot const& s, std::uint64_t hash, K const& key) {
    if constexpr (std::is_arithmetic_v<K>) return (s.number != none) & same_key(s.key, key);
    else return s.number != none && s.tag == tag(hash) && same_key(arrived<K>(s.key), key);
  }

  [[gnu::noinline]] std::size_t add(std::size_t at, std::uint64_t hash, traveller<K> const& sent) {
    keys_.push_back(sent);
    std::size_t const number = keys_.size() - 1;
    slots_[at] = {sent, static_cast<std::uint32_t>(number), tag(hash)};
    if (4 * keys_.size() > mask_) grow();  // so empty that few keys are not where they belong
    return number;
  }
  void grow() {
    mask_ = 2 * mask_ + 1;
    for (slot const& each : std::exchange(slots_, std::vector<slot>(mask_ + 1))) {
      if (each.number == none) continue;
      std::size_t at = static_cast<std::size_t>(hash_of_key(arrived<K>(each.key))) & mask_;
      while (slots_[at].number != none) at = (at + 1) & mask_;
      slots_[at] = each;
    }
  }

  std::size_t mask_ = 63;
  std::vector<slot> slots_ = std::vector<slot>(mask_ + 1);
  std::vector<traveller<K>> keys_;
};

}  // namespace tandem::detail
