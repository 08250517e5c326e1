// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `group_by`: a reduction of the values that share a key, pandas' `values.groupby(keys).agg(...)`.

#include <concepts>
#include <cstddef>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/core/error.hpp>
#include <tandem/core/reducer.hpp>
#include <tandem/execution.hpp>
#include <tandem/reduce/detail/callable_reducer.hpp>
#include <tandem/reduce/detail/group_sums.hpp>
#include <tandem/reduce/detail/grouping.hpp>

namespace tandem {

/// A key and the result of the values that have it; what `group_by` returns a vector of.
template <class Key, class Result> struct group {
  Key key;
  Result result;
  friend bool operator==(group const&, group const&) = default;
};

inline namespace TANDEM_ABI {

struct group_by_fn {
  template <execution_policy Policy, std::ranges::input_range Keys, std::ranges::input_range Values,
            reducer<detail::input_element<Values>> Reducer>
  requires detail::group_by_key<detail::input_element<Keys>>
  auto operator()(Policy const& policy, Keys&& keys, Values&& values, Reducer const& how) const {
    auto const key_array = detail::all_elements(keys);
    auto const value_array = detail::all_elements(values);
    auto const key_span = key_array.span();
    auto const value_span = value_array.span();
    if (key_span.size() != value_span.size())
      detail::throw_invalid_argument(name, ": there are ", key_span.size(), " keys but ", value_span.size(), " values");
    return grouped<Policy::vectorized>(detail::crew_of(policy), key_span, value_span, how);
  }
  template <std::ranges::input_range Keys, std::ranges::input_range Values, reducer<detail::input_element<Values>> Reducer>
  requires(!execution_policy<Keys> && detail::group_by_key<detail::input_element<Keys>>)
  auto operator()(Keys&& keys, Values&& values, Reducer const& how) const {
    return (*this)(par_unseq, keys, values, how);
  }

 private:
  static constexpr char const* name = "tandem::group_by";

  template <bool vectorized, class K, class T, class Reducer>
  static auto grouped(detail::crew const& who, std::span<K const> keys, std::span<T const> values, Reducer const& how) {
    using R = detail::result_of<Reducer, T>;
    std::vector<group<detail::group_key<K>, R>> out;
    if (keys.empty()) return out;
    auto const gather = [&out](std::vector<R> found, auto const& key) {
      out.reserve(found.size());
      for (std::size_t g = 0; g < found.size(); ++g) out.push_back({key(g), std::move(found[g])});
    };
    detail::quiet_crew const quiet(who);
    auto const ends = detail::ends_of<vectorized, K>(name, quiet, keys);
    if constexpr (detail::takes_fixed_point<detail::accumulator_for<Reducer, T>>) {
      if (auto sums = detail::sum_few_groups(name, quiet, keys, values, ends)) {
        auto const make = [&how] { return detail::make_accumulator<T>(how); };
        gather(detail::results_of_sums(name, who, *sums, make), [&](std::size_t g) { return std::move(sums->keys[g]); });
        return out;
      }
    }
    detail::partition<K, T> const parts(name, quiet, keys, values, ends);
    gather(detail::reduce_groups<vectorized, T>(name, who, parts, how), [&](std::size_t g) { return parts.key(g); });
    return out;
  }
};

/// `group_by([policy,] keys, values, reducer)`: for every key that occurs, the reducer's result over its values.
///
/// - `keys`, `values`: ranges or sources, equally long. Keys are of any type with `==`, `<` and `std::hash`; text (`std::string_view`,
///   `char const*`) gives `std::string` keys. NaN keys are one group, the last; -0 and +0 are one.
/// - `reducer`: any; it sees the values of a key in their order. An index (`argmin`) counts within the group.
/// - Returns a vector of `group{key, result}`, keys ascending.
/// - Errors: `std::invalid_argument` when there are not as many keys as values; what the reducer throws, of the lowest key.
/// - Determinism: the bits of a group are those of a reduction of its values alone, for any policy, jobs and grain.
/// - Complexity: O(n + groups * log(groups)), shared by all threads but for the sort of the groups, which integers that lie close
///   together do not need. `sum` and `mean` of up to some ten thousand groups are added up where the values lie, in memory for the
///   groups alone. Else memory for a copy of the values, and for one more of keys and values where there are many groups, or keys
///   that are no such integers.
///
/// Example: `for (auto& [user, total] : tandem::group_by(users, amounts, tandem::sum)) ...`
inline constexpr group_by_fn group_by{};

}  // namespace TANDEM_ABI
}  // namespace tandem
