// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// How values are brought together by key: copied so that those of a key are neighbours, in their order. What remains are ordinary
/// reductions.
///
/// Elements are distributed to buckets, all parts of them at a time, after it was counted how many each part has for each bucket.
/// With few keys a bucket is a group. With many it is a part of the keys, small enough for the second cache, that is put
/// into order by itself: a radix partition (Manegold, Boncz and Kersten, "Optimizing main-memory join on modern hardware", IEEE
/// TKDE 14(4), 2002). Every step keeps the order of elements.

#include <algorithm>
#include <atomic>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <tandem/backend/split.hpp>
#include <tandem/core/detail/zeroed_buffer.hpp>
#include <tandem/reduce/detail/fold_engine.hpp>
#include <tandem/reduce/detail/group_keys.hpp>

namespace tandem::detail {

/// The values, group after group; of all keys K that occur, in ascending order.
template <class K, class T> class partition {
 public:
  /// `ends`: the least and the greatest key where keys are integers.
  template <class Ends>
  partition(std::string_view function, crew const& who, std::span<K const> keys, std::span<T const> values, Ends const& ends)
      : function_(function), who_(who), keys_(keys), given_(values), values_(values.size()), bucket_(keys.size()),
        parts_(std::clamp<std::size_t>(keys.size() / elements_a_part, 1, 64)) {
    if constexpr (std::integral<K>) {
      key_distances<K> const distance(ends);
      if (distance.range < most_buckets || distance.range < keys.size()) {
        by_distance(distance);
        return;
      }
    }
    if (!by_number()) by_hash();
  }

  std::size_t groups() const { return groups_.size(); }
  group_key<K> key(std::size_t g) const { return group_key<K>(arrived<K>(groups_[g].key)); }
  std::span<T const> values(std::size_t g) const { return {values_.data() + groups_[g].begin, groups_[g].count}; }
  std::size_t size() const { return values_.size(); }

 private:
  // The elements of a bucket, with what else is known of them, fit into the second cache; and so many buckets can be written to
  // at a time.
  static constexpr std::size_t elements_a_part = 32768, elements_a_bucket = 8192, most_buckets = 2048;

  struct group {
    traveller<K> key;
    std::size_t begin, count;
  };
  static bool before(group const& a, group const& b) { return key_before(arrived<K>(a.key), arrived<K>(b.key)); }

  static unsigned bits_for(std::size_t elements) {
    return static_cast<unsigned>(std::bit_width((std::min)(elements / elements_a_bucket, most_buckets / 2)));
  }

  /// Calls `body(part, begin, end)` for all parts of the elements.
  template <class Body> void for_parts(Body const& body) const {
    run_parts(function_, backend::split(parts_, 1), who_, [&](std::size_t first, std::size_t last) {
      for (std::size_t part = first; part < last; ++part)
        body(part, keys_.size() * part / parts_, keys_.size() * (part + 1) / parts_);
    });
  }

  /// Notes the bucket of every element, and where each part will put its first one of each. Returns where the buckets begin.
  template <class BucketOf> std::vector<std::size_t> distribute(std::size_t buckets, BucketOf const& bucket_of) {
    buckets_ = buckets;
    next_.assign(parts_ * buckets, 0);
    for_parts([&](std::size_t part, std::size_t begin, std::size_t end) {
      K const* const keys = keys_.data();
      std::uint16_t* const bucket = bucket_.data();
      std::size_t* const count = next_.data() + part * buckets;
      for (std::size_t i = begin; i < end; ++i) ++count[bucket[i] = static_cast<std::uint16_t>(bucket_of(keys[i]))];
    });
    std::vector<std::size_t> starts(buckets + 1);
    std::size_t at = 0;
    for (std::size_t b = 0; b < buckets; ++b) {
      starts[b] = at;
      for (std::size_t part = 0; part < parts_; ++part) at += std::exchange(next_[part * buckets + b], at);
    }
    starts[buckets] = at;
    return starts;
  }

  /// Calls `put(i, place)` for all elements.
  template <class Put> void send_all(Put const& put) {
    for_parts([&](std::size_t part, std::size_t begin, std::size_t end) {
      std::uint16_t const* const bucket = bucket_.data();
      std::size_t* const next = next_.data() + part * buckets_;
      for (std::size_t i = begin; i < end; ++i) put(i, next[bucket[i]]++);
    });
  }
  /// Where buckets are groups.
  void send_values() {
    send_all([from = given_.data(), to = values_.data()](std::size_t i, std::size_t place) { to[place] = from[i]; });
  }

  /// Integers that lie close together: by their distance from the least.
  void by_distance(key_distances<K> const& distance) {
    unsigned const bits = static_cast<unsigned>(std::bit_width(distance.range)), wanted = bits_for(keys_.size());
    unsigned const shift = distance.range < most_buckets || bits <= wanted ? 0 : bits - wanted;
    std::vector<std::size_t> const starts =
        distribute(static_cast<std::size_t>(distance.range >> shift) + 1, [&](K key) { return distance(key) >> shift; });
    if (shift == 0) {
      send_values();
      for (std::size_t b = 0; b < buckets_; ++b)
        if (starts[b] < starts[b + 1]) groups_.push_back({distance.key(b), starts[b], starts[b + 1] - starts[b]});
      return;
    }
    std::size_t const width = std::size_t{1} << shift;
    in_buckets(starts, [&](std::size_t b, std::span<K const> sent, std::vector<group>& found, auto const& place_all) {
      auto const number = [&](std::size_t i) { return distance(sent[i]) & (width - 1); };
      std::vector<std::size_t> next(width);
      for (std::size_t i = 0; i < sent.size(); ++i) ++next[number(i)];
      std::size_t begin = starts[b];
      for (std::size_t d = 0; d < width; ++d) {
        std::size_t const count = std::exchange(next[d], begin);
        if (count > 0) found.push_back({distance.key(b * width + d), begin, count});
        begin += count;
      }
      place_all(number, next);
    });
  }

  /// Few keys of any kind: each part of the elements numbers those that it meets. False when they are too many.
  bool by_number() {
    buckets_ = most_buckets;
    next_.assign(parts_ * buckets_, 0);
    std::vector<key_numbers<K>> met(parts_);
    std::atomic<bool> many = false;
    for_parts([&](std::size_t part, std::size_t begin, std::size_t end) {
      K const* const keys = keys_.data();
      std::uint16_t* const bucket = bucket_.data();
      std::size_t* const count = next_.data() + part * buckets_;
      key_numbers<K> here;
      for (std::size_t i = begin; i < end && !many.load(std::memory_order_relaxed); ++i) {
        std::size_t const number = here(send(keys[i]));
        if (number < most_buckets) ++count[bucket[i] = static_cast<std::uint16_t>(number)];
        else many.store(true, std::memory_order_relaxed);
      }
      met[part] = std::move(here);
    });
    if (many) return false;
    key_numbers<K> all;
    std::vector<std::vector<std::size_t>> number(parts_);
    for (std::size_t part = 0; part < parts_; ++part)
      for (std::size_t m = 0; m < met[part].size(); ++m) {
        number[part].push_back(all(met[part].key(m)));
        if (all.size() > most_buckets) return false;
        if (number[part][m] == groups_.size()) groups_.push_back({met[part].key(m), 0, 0});
        groups_[number[part][m]].count += next_[part * buckets_ + m];
      }
    std::sort(groups_.begin(), groups_.end(), before);
    std::vector<std::size_t> place(all.size());
    for (std::size_t g = 0, begin = 0; g < groups_.size(); begin += groups_[g++].count)
      place[all(groups_[g].key)] = groups_[g].begin = begin;
    for (std::size_t part = 0; part < parts_; ++part)
      for (std::size_t m = 0; m < met[part].size(); ++m) {
        std::size_t& at = place[number[part][m]];
        at += std::exchange(next_[part * buckets_ + m], at);
      }
    send_values();
    return true;
  }

  /// Many keys of any kind: by their hash.
  void by_hash() {
    groups_.clear();
    unsigned const bits = bits_for(keys_.size());
    std::vector<std::size_t> const starts =
        distribute(std::size_t{1} << bits, [&](K const& key) { return hash_of_key(key) >> 1 >> (63 - bits); });
    in_buckets(starts,
               [&](std::size_t b, std::span<traveller<K> const> sent, std::vector<group>& found, auto const& place_all) {
                 key_numbers<K> numbers;
                 std::vector<std::size_t> number(sent.size()), next;
                 for (std::size_t i = 0; i < sent.size(); ++i) {
                   number[i] = numbers(sent[i]);
                   if (number[i] == found.size()) found.push_back({sent[i], 0, 0});
                   ++found[number[i]].count;
                 }
                 std::size_t begin = starts[b];
                 for (group& each : found) {
                   each.begin = begin;
                   next.push_back(begin);
                   begin += each.count;
                 }
                 place_all([&](std::size_t i) { return number[i]; }, next);
               });
    std::sort(groups_.begin(), groups_.end(), before);
  }

  /// Sends all elements to their buckets, and calls `arrange(b, keys, groups, place_all)` for each. It finds the groups of the
  /// bucket and calls `place_all(number, next)`: element i of the bucket goes to the next place of its number.
  template <class Arrange> void in_buckets(std::vector<std::size_t> const& starts, Arrange const& arrange) {
    zeroed_buffer<traveller<K>> const keys(keys_.size());
    zeroed_buffer<traveller<T>> const values(keys_.size());
    send_all([from = keys_.data(), to = keys.data(), values_from = given_.data(), values_to = values.data()](
                 std::size_t i, std::size_t place) {
      to[place] = send(from[i]);
      values_to[place] = send(values_from[i]);
    });
    std::vector<std::vector<group>> found(buckets_);
    run_parts(function_, backend::split(buckets_, 1), who_, [&](std::size_t first, std::size_t last) {
      for (std::size_t b = first; b < last; ++b) {
        std::size_t const begin = starts[b], count = starts[b + 1] - begin;
        auto const place_all = [&](auto const& number, std::vector<std::size_t>& next) {
          for (std::size_t i = 0; i < count; ++i) values_.data()[next[number(i)]++] = arrived<T>(values.data()[begin + i]);
        };
        if (count > 0) arrange(b, std::span<traveller<K> const>(keys.data() + begin, count), found[b], place_all);
      }
    });
    for (auto const& some : found) groups_.insert(groups_.end(), some.begin(), some.end());
  }

  std::string_view function_;
  crew const& who_;
  std::span<K const> keys_;
  std::span<T const> given_;
  zeroed_buffer<T> values_;
  zeroed_buffer<std::uint16_t> bucket_;  // of each element
  std::size_t parts_, buckets_ = 0;
  std::vector<std::size_t> next_;  // where each part of the elements puts the next one of each bucket
  std::vector<group> groups_;
};

}  // namespace tandem::detail
