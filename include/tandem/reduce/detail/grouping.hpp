// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The pattern of group_by: inputs as arrays, and the reductions of the groups of a partition.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
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
#include <tandem/reduce/detail/partition.hpp>
#include <tandem/reduce/extrema.hpp>
#include <tandem/source/source.hpp>

namespace tandem::detail {

/// What may be a key: integers are told apart by 64 bits.
template <class K>
concept group_by_key = !std::integral<K> || sizeof(K) <= 8;

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
    auto chunked_input = chunks(std::ranges::ref_view(in), std::size_t{65536});
    return all_elements(chunked_input);
  }
}

inline namespace TANDEM_ABI {

/// The least and the greatest key where keys are integers, of which there must be one then; of others nothing is asked.
template <bool vectorized, class K> auto ends_of(std::string_view function, crew const& who, std::span<K const> keys) {
  if constexpr (std::same_as<K, bool>) {
    return extremes<K>{false, true};
  } else if constexpr (std::integral<K>) {
    auto const make = [] { return minmax_state<K>(); };
    auto const fold = [&](auto& a, std::size_t begin, std::size_t end) {
      fold_span<vectorized>(a, keys.subspan(begin, end - begin));
    };
    return fold_all(function, who, keys.size(), block_elements<K>, make, fold).result();
  } else {
    return extremes<int>{};
  }
}

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
