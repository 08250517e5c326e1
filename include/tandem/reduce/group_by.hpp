// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `group_by`: a reduction of the values that share a key, pandas' `values.groupby(keys).agg(...)`.

#include <concepts>
#include <cstddef>
#include <ranges>
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
    using K = detail::input_element<Keys>;
    using T = detail::input_element<Values>;
    auto const key_array = detail::all_elements(keys);
    auto const value_array = detail::all_elements(values);
    auto const key_span = key_array.span();
    auto const value_span = value_array.span();
    if (key_span.size() != value_span.size())
      detail::throw_invalid_argument(name, ": there are ", key_span.size(), " keys but ", value_span.size(), " values");
    using one = group<detail::group_key<K>, detail::result_of<Reducer, T>>;
    std::vector<one> out;
    if (key_span.empty()) return out;
    detail::crew const who = detail::crew_of(policy);
    detail::quiet_crew const quiet(who);
    auto const ends = detail::ends_of<Policy::vectorized, K>(name, quiet, key_span);
    if constexpr (detail::takes_fixed_point<detail::accumulator_for<Reducer, T>>) {
      auto const make = [&how] { return detail::make_accumulator<T>(how); };
      if (auto found = detail::sum_few_groups<one>(name, who, key_span, value_span, make, ends)) return *std::move(found);
    }
    detail::partition<K, T> const parts(name, quiet, key_span, value_span, ends);
    auto reduced = detail::reduce_groups<Policy::vectorized, T>(name, who, parts, how);
    out.reserve(reduced.size());
    for (std::size_t g = 0; g < reduced.size(); ++g) out.push_back({parts.key(g), std::move(reduced[g])});
    return out;
  }
  template <std::ranges::input_range Keys, std::ranges::input_range Values, reducer<detail::input_element<Values>> Reducer>
  requires(!execution_policy<Keys> && detail::group_by_key<detail::input_element<Keys>>)
  auto operator()(Keys&& keys, Values&& values, Reducer const& how) const {
    return (*this)(par_unseq, keys, values, how);
  }

 private:
  static constexpr char const* name = "tandem::group_by";
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
