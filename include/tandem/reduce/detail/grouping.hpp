// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// How values are brought together by key: keys are numbered, and the values copied so that those of a key are neighbours, in their
/// order. What remains are ordinary reductions.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include <tandem/backend/tasks.hpp>
#include <tandem/core/detail/zeroed_buffer.hpp>
#include <tandem/core/reducer.hpp>
#include <tandem/execution.hpp>
#include <tandem/reduce/detail/axes.hpp>
#include <tandem/reduce/detail/fold_engine.hpp>
#include <tandem/reduce/detail/fold_lanes.hpp>
#include <tandem/reduce/detail/inputs.hpp>
#include <tandem/source/source.hpp>

namespace tandem::detail {

template <class T> using group_key = std::conditional_t<std::convertible_to<T const&, std::string_view>, std::string, T>;

/// All elements of a range or source: looked at where they lie in a row, else copied.
template <class T> class element_array {
 public:
  explicit element_array(std::span<T const> looked_at) : data_(looked_at.data()), size_(looked_at.size()) {}
  element_array(zeroed_buffer<T> copied, std::size_t size) : copy_(std::move(copied)), data_(copy_.data()), size_(size) {}
  std::span<T const> span() const { return {data_, size_}; }

 private:
  zeroed_buffer<T> copy_;
  T const* data_;
  std::size_t size_;
};

template <class In> auto all_elements(In& in) {
  using T = input_element<In&>;
  if constexpr (contiguous<In&> && !source<In&>) {
    return element_array<T>(std::span<T const>(std::ranges::data(in), std::ranges::size(in)));
  } else if constexpr (source<In&>) {
    zeroed_buffer<T> copied;
    std::size_t count = 0;
    for (auto&& chunk : in) {
      std::span<T const> const x(chunk);
      if (copied.size() - count < x.size()) {
        zeroed_buffer<T> larger((std::max)(2 * copied.size(), count + x.size()));
        std::move(copied.data(), copied.data() + count, larger.data());
        copied = std::move(larger);
      }
      std::copy(x.begin(), x.end(), copied.data() + count);
      count += x.size();
    }
    return element_array<T>(std::move(copied), count);
  } else {
    auto chunked_input = chunks(in, std::size_t{65536});
    return all_elements(chunked_input);
  }
}

/// Keys as they are compared: NaN is itself, and comes last.
struct same_key {
  using is_transparent = void;
  template <class A, class B> bool operator()(A const& a, B const& b) const {
    if constexpr (std::floating_point<A>) return a == b || (a != a && b != b);
    else return a == b;
  }
};
struct hash_of_key {
  using is_transparent = void;
  template <class K> std::size_t operator()(K const& key) const {
    if constexpr (std::convertible_to<K const&, std::string_view>) return std::hash<std::string_view>()(key);
    else if constexpr (std::floating_point<K>) return key != key ? 0 : std::hash<K>()(key);
    else return std::hash<K>()(key);
  }
};
template <class K> bool key_before(K const& a, K const& b) {
  if constexpr (std::floating_point<K>) return a < b || (a == a && b != b);
  else return a < b;
}

/// The values, group after group, groups by ascending key.
template <class Key, class T> class partition {
 public:
  template <class K> partition(std::span<K const> keys, std::span<T const> values) {
    std::vector<std::size_t> number(keys.size()), count;
    number_keys(keys, number, count);
    // Sort the keys, and see where each group begins.
    order_.resize(keys_.size());
    for (std::size_t g = 0; g < order_.size(); ++g) order_[g] = g;
    std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return key_before(keys_[a], keys_[b]); });
    begins_.resize(keys_.size() + 1);
    std::vector<std::size_t> next(keys_.size());
    for (std::size_t g = 0, begin = 0; g < order_.size(); ++g) {
      begins_[g] = next[order_[g]] = begin;
      begin += count[order_[g]];
    }
    begins_.back() = values.size();
    values_ = zeroed_buffer<T>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) values_.data()[next[number[i]]++] = values[i];
  }

  std::size_t groups() const { return keys_.size(); }
  Key key(std::size_t g) const { return keys_[order_[g]]; }
  std::span<T const> values(std::size_t g) const { return {values_.data() + begins_[g], begins_[g + 1] - begins_[g]}; }
  std::size_t size() const { return values_.size(); }

 private:
  // Numbers the keys as they come up, and counts them.
  template <class K>
  void number_keys(std::span<K const> keys, std::vector<std::size_t>& number, std::vector<std::size_t>& count) {
    auto const add = [&](K const& key) {
      keys_.push_back(Key(key));
      count.push_back(0);
      return count.size() - 1;
    };
    auto const number_all = [&](auto const& number_of) {
      for (std::size_t i = 0; i < keys.size(); ++i) ++count[number[i] = number_of(keys[i])];
    };
    if constexpr (std::integral<K> && !std::same_as<K, bool>) {
      if (keys.empty()) return;
      // Integers that lie close together index a table.
      auto const [low, high] = std::minmax_element(keys.begin(), keys.end());
      std::uint64_t const least = static_cast<std::uint64_t>(*low), range = static_cast<std::uint64_t>(*high) - least;
      if (range < keys.size() || range < 4096) {
        constexpr std::size_t unknown = ~std::size_t{0};
        std::vector<std::size_t> table(static_cast<std::size_t>(range) + 1, unknown);
        number_all([&](K const& key) {
          std::size_t& known = table[static_cast<std::size_t>(static_cast<std::uint64_t>(key) - least)];
          if (known == unknown) known = add(key);
          return known;
        });
        return;
      }
    }
    std::unordered_map<Key, std::size_t, hash_of_key, same_key> numbers;
    number_all([&](K const& key) {
      auto const known = find(numbers, key);
      if (known != numbers.end()) return known->second;
      std::size_t const fresh = add(key);
      numbers.emplace(Key(key), fresh);
      return fresh;
    });
  }

  template <class Map, class K> static auto find(Map& map, K const& key) {
    if constexpr (std::same_as<Key, std::string>) return map.find(std::string_view(key));
    else return map.find(key);
  }

  std::vector<Key> keys_;
  std::vector<std::size_t> order_, begins_;
  zeroed_buffer<T> values_;
};

inline namespace TANDEM_ABI {

template <bool vectorized, class T, class Partition, class Reducer>
auto reduce_groups(std::string_view function, crew const& who, Partition const& parts, Reducer const& how) {
  auto const make = [&how] { return make_accumulator<T>(how); };
  auto const reduce_one = [&](crew const& by, std::span<T const> x) {
    return fold_all(
               function, by, x.size(), block_elements<T>, make,
               [x](auto& a, std::size_t begin, std::size_t end) { fold_span<vectorized>(a, x.subspan(begin, end - begin)); })
        .result();
  };
  std::size_t const groups = parts.groups();
  results<result_of<Reducer, T>> out(groups);
  quiet_crew const quiet(who);
  // Long groups one after the other by all threads, then the others side by side: all, or those before a long one that threw.
  std::size_t long_ones = 0, others = groups;
  std::exception_ptr error;
  for (std::size_t g = 0; g < others; ++g) {
    if (parts.values(g).size() < long_line) continue;
    ++long_ones;
    try {
      out.set(g, reduce_one(quiet, parts.values(g)));
    } catch (...) {
      error = std::current_exception();
      others = g;
    }
  }
  if (long_ones == groups) {
    backend::progress_meter(who.chosen, groups).finish();
  } else if (others > 0) {
    std::size_t const wanted = backend::grain_of(who.chosen), average = parts.size() / groups + 1;
    auto const body = [&](std::size_t begin, std::size_t end) {
      for (std::size_t g = begin; g < end; ++g)
        if (parts.values(g).size() < long_line) out.set(g, reduce_one(one_thread, parts.values(g)));
    };
    run_parts(function, backend::split(others, wanted > 0 ? wanted : std::clamp<std::size_t>(16384 / average, 1, 1024)), who,
              body);
  }
  if (error) std::rethrow_exception(error);
  return out.take();
}

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
