// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Exact sums of groups, straight from the elements: no value is moved.
///
/// Each thread has an integer for each group, in units so small that most values are whole multiples of them: to add a value is to
/// shift its mantissa and to add that. The few values that are too large or too small for it, or no numbers, are put aside. Where
/// they are not few, or the keys are many, nothing comes of it and the values are brought together instead.

#include <algorithm>
#include <atomic>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/backend/simd.hpp>
#include <tandem/backend/split.hpp>
#include <tandem/reduce/detail/axes.hpp>
#include <tandem/reduce/detail/fold_engine.hpp>
#include <tandem/reduce/detail/group_keys.hpp>
#include <tandem/reduce/detail/wide_number.hpp>

namespace tandem::detail {

/// Accumulators that take so many values at once by their sum, `units` * 2^exponent.
template <class A>
concept takes_fixed_point = requires(A& a, int128 units) { a.add_fixed_point(units, 0, std::uint64_t{1}); };

/// Values as multiples of a power of two, in two halves: high * 2^split + low.
template <class T> class fixed_point {
 public:
  static constexpr int split = 40;
  // Of a value high has 53 + 32 - 40 bits, and so many fit into 63.
  static constexpr std::size_t most_values = std::size_t{1} << 17;

  /// The unit for values like some of these.
  explicit fixed_point(std::span<T const> values) {
    constexpr std::size_t looked_at = 1024;
    std::size_t const step = values.size() / looked_at + 1;
    int top = 0;
    for (std::size_t i = 0; i < values.size(); i += step)
      if (int const f = field(bits_of(values[i])); f < all_ones && f > top) top = f;
    least_ = (std::max)(top - most_shift + 6, 1);  // others may be larger
  }

  /// Adds x if it is such a multiple and not too large.
  TANDEM_INLINE bool add(std::int64_t& low, std::int64_t& high, T x) const {
    bits_type const bits = bits_of(x);
    int const shift = field(bits) - least_;
    if (static_cast<unsigned>(shift) > most_shift) [[unlikely]]
      return bits == 0;
    std::int64_t const magnitude = static_cast<std::int64_t>((bits & (implied - 1)) | implied);
    std::int64_t const sign = -static_cast<std::int64_t>(bits >> (8 * sizeof(T) - 1)), value = (magnitude ^ sign) - sign;
    low += (value << shift) & ((std::int64_t{1} << split) - 1);
    high += value >> (split - shift);
    return true;
  }

  int exponent() const { return least_ + std::numeric_limits<T>::min_exponent - 2 - width; }

 private:
  using bits_type = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  static constexpr int width = std::numeric_limits<T>::digits - 1, all_ones = 2 * std::numeric_limits<T>::max_exponent - 1;
  static constexpr bits_type implied = bits_type{1} << width;
  static constexpr int most_shift = 32;

  // From the bits alone: a processor may take subnormal numbers for zero.
  static bits_type bits_of(T x) { return std::bit_cast<bits_type>(x); }
  static int field(bits_type bits) { return static_cast<int>(bits >> width & all_ones); }

  int least_;  // the exponent, as it is written in a number, of numbers that are not shifted
};
template <std::integral T> class fixed_point<T> {
 public:
  static constexpr int split = 32;
  static constexpr std::size_t most_values = std::size_t{1} << 30;
  explicit fixed_point(std::span<T const>) {}
  TANDEM_INLINE bool add(std::int64_t& low, std::int64_t& high, T x) const {
    using wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    low += static_cast<std::uint32_t>(x);
    high += static_cast<std::int64_t>(static_cast<wide>(x) >> split);
    return true;
  }
  int exponent() const { return 0; }
};

/// The sums of groups, keys ascending. The values of a group are those in `total` and those aside.
template <class K, class T> struct sums_by_key {
  struct one_group {
    int128 total;  // in units of 2^exponent
    std::size_t count, first_aside;
  };
  std::vector<group_key<K>> keys;
  std::vector<one_group> groups;
  std::vector<std::pair<std::size_t, T>> aside;  // by the place of their group
  int exponent;

  template <class A> void add_to(A& accumulator, std::size_t place) const {
    one_group const& group = groups[place];
    if (group.count > 0) accumulator.add_fixed_point(group.total, exponent, group.count);
    for (std::size_t i = group.first_aside; i < aside.size() && aside[i].first == place; ++i)
      accumulator.fold(std::span<T const>(&aside[i].second, 1));
  }
};

/// The sums of the groups of all elements so far. `Numbers` says which number a key has.
template <class K, class T, class Numbers> class group_sums {
 public:
  static constexpr bool order_independent = true;

  /// `in_vain` is set when there are more than `most` groups, or too many values that the unit does not suit.
  group_sums(Numbers numbers, fixed_point<T> const& scale, std::size_t most, std::atomic<bool>& in_vain)
      : numbers_(std::move(numbers)), scale_(scale), most_(most), in_vain_(&in_vain), sums_(numbers_.size()) {}

  void fold(K const* keys, T const* values, std::size_t n) {
    constexpr std::size_t at_once = 1024;
    for (std::size_t i = 0; i < n && !*in_vain_; i += at_once) {
      std::size_t const count = (std::min)(at_once, n - i);
      if (since_carried_ + count > fixed_point<T>::most_values) carry();
      since_carried_ += count;
      folded_ += count;
      if constexpr (Numbers::are_known) {
        add_all(count, values + i, [numbers = numbers_, keys = keys + i](std::size_t j) { return numbers(keys[j]); });
      } else {
        std::uint32_t numbers[at_once];
        numbers_.look_up(keys + i, count, numbers);
        sums_.resize(numbers_.size());
        add_all(count, values + i, [numbers = &numbers[0]](std::size_t j) { return numbers[j]; });
      }
      look_whether_in_vain();
    }
  }

  void merge(group_sums&& other) {
    if (*in_vain_) return;
    carry();
    other.carry();
    std::vector<std::size_t> number(other.sums_.size());
    for (std::size_t g = 0; g < number.size(); ++g) {
      number[g] = numbers_(other.numbers_.key(g));
      if (number[g] == sums_.size()) sums_.emplace_back();
      sums_[number[g]].count += other.sums_[g].count;
    }
    totals_.resize(sums_.size());
    for (std::size_t g = 0; g < number.size(); ++g) totals_[number[g]] += other.totals_[g];
    for (auto const& [g, value] : other.aside_) aside_.emplace_back(number[g], value);
    folded_ += other.folded_;
    look_whether_in_vain();
  }

  /// What is known when all values are in.
  sums_by_key<K, T> sums() && {
    carry();
    std::vector<std::size_t> numbers;
    for (std::size_t g = 0; g < sums_.size(); ++g)
      if (sums_[g].count > 0) numbers.push_back(g);
    if constexpr (!Numbers::are_known)
      std::sort(numbers.begin(), numbers.end(), [this](std::size_t a, std::size_t b) {
        traveller<K> const of_a = numbers_.key(a), of_b = numbers_.key(b);
        return key_before(arrived<K>(of_a), arrived<K>(of_b));
      });
    sums_by_key<K, T> out{{}, {}, std::move(aside_), scale_.exponent()};
    out.keys.reserve(numbers.size());
    out.groups.reserve(numbers.size());
    std::vector<std::size_t> place(sums_.size());
    for (std::size_t const g : numbers) {
      traveller<K> const key = numbers_.key(g);
      place[g] = out.groups.size();
      out.keys.push_back(group_key<K>(arrived<K>(key)));
      out.groups.push_back({totals_[g], sums_[g].count, 0});
    }
    for (auto& [g, value] : out.aside) g = place[g];
    std::sort(out.aside.begin(), out.aside.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
    for (std::size_t i = out.aside.size(); i-- > 0;) {
      auto& group = out.groups[out.aside[i].first];
      group.first_aside = i;
      --group.count;
    }
    return out;
  }

 private:
  // Of the latest values of a group; and how many it has, those aside too.
  struct latest {
    std::int64_t low = 0, high = 0;
    std::size_t count = 0;
  };

  template <class NumberOf> TANDEM_INLINE void add_all(std::size_t n, T const* values, NumberOf const number_of) {
    fixed_point<T> const scale = scale_;  // a copy: what is written could be anything else
    latest* const sums = sums_.data();
    for (std::size_t j = 0; j < n; ++j) {
      latest& sum = sums[number_of(j)];
      ++sum.count;
      if (!scale.add(sum.low, sum.high, values[j])) [[unlikely]]
        aside_.emplace_back(number_of(j), values[j]);
    }
  }

  // Moves the sums of the latest values to the totals.
  void carry() {
    since_carried_ = 0;
    totals_.resize(sums_.size());
    for (std::size_t g = 0; g < sums_.size(); ++g) {
      totals_[g] += static_cast<int128>(sums_[g].high) * (std::int64_t{1} << fixed_point<T>::split) + sums_[g].low;
      sums_[g].low = sums_[g].high = 0;
    }
  }

  void look_whether_in_vain() {
    if (sums_.size() > most_ || aside_.size() > 1024 + folded_ / 64) *in_vain_ = true;
  }

  Numbers numbers_;
  fixed_point<T> scale_;
  std::size_t most_, folded_ = 0, since_carried_ = 0;
  std::atomic<bool>* in_vain_;
  std::vector<latest> sums_;
  std::vector<int128> totals_;                    // of all values before
  std::vector<std::pair<std::size_t, T>> aside_;  // by the number of their group
};

/// The sums of the groups where they are few, or nothing where values must be brought together.
template <class K, class T, class Ends>
std::optional<sums_by_key<K, T>> sum_few_groups(std::string_view function, crew const& who, std::span<K const> keys,
                                                std::span<T const> values, Ends const& ends) {
  fixed_point<T> const scale(values);
  auto const sum_by = [&]<class Numbers>(Numbers const& numbers, std::size_t most) -> std::optional<sums_by_key<K, T>> {
    std::atomic<bool> in_vain = false;
    auto folded = fold_all(
        function, who, keys.size(), block_elements<T>, [&] { return group_sums<K, T, Numbers>(numbers, scale, most, in_vain); },
        [&](auto& a, std::size_t begin, std::size_t end) { a.fold(keys.data() + begin, values.data() + begin, end - begin); });
    if (in_vain) return {};
    return std::move(folded).sums();
  };
  // Above, the sums leave the second cache, and it costs less to bring the values together.
  constexpr std::size_t most_known = std::size_t{1} << 17, most_found = std::size_t{1} << 14;
  std::size_t const worth_it = (std::max)(std::size_t{2048}, keys.size() / 16);
  if constexpr (std::integral<K>) {
    key_distances<K> const distances(ends);
    if (std::size_t const most = (std::min)(worth_it, most_known); distances.range < most) return sum_by(distances, most);
    if (distances.range < keys.size()) return {};
  }
  return sum_by(key_numbers<K>(), (std::min)(worth_it, most_found));
}

/// What a reducer of sums, of which `make` makes accumulators, says of each group.
template <class K, class T, class Make>
auto results_of_sums(std::string_view function, crew const& who, sums_by_key<K, T> const& sums, Make const& make) {
  results<std::decay_t<decltype(make().result())>> out(sums.groups.size());
  run_parts(function, backend::split(sums.groups.size(), 256), who, [&](std::size_t begin, std::size_t end) {
    for (std::size_t g = begin; g < end; ++g) {
      auto accumulator = make();
      sums.add_to(accumulator, g);
      out.set(g, accumulator.result());
    }
  });
  return out.take();
}

}  // namespace tandem::detail
