// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `memoized`: a function that remembers its results, as `memoize` and `memoize_recursive` return it.

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/backend/split.hpp>
#include <tandem/backend/tasks.hpp>
#include <tandem/execution.hpp>
#include <tandem/memoize/detail/memo_state.hpp>
#include <tandem/memoize/options.hpp>

namespace tandem {

template <class Signature, class F, bool Recursive = false, class Projection = all_arguments> class memoized;

/// A function of the given signature that remembers its results; made by `memoize` and `memoize_recursive`.
///
/// A handle: copies share the results, a moved-from one too, and any number of threads may use one or several at a time. Whatever
/// a member returns is a copy that belongs to the caller; what it refers to, if it is a view or a pointer, is not copied.
///
/// Example: `auto square = tandem::memoize([](int k) { return k * k; }); square(3); square.info().misses == 1`
template <class R, class... Parameters, class F, bool Recursive, class Projection>
class memoized<R(Parameters...), F, Recursive, Projection> {
  using state = detail::memo_state<F, Recursive, Projection, R, Parameters...>;
  template <class Parameter> using taken = typename state::template taken<Parameter>;
  template <class... Arguments> static constexpr bool converted_arguments =
      detail::are_converted<detail::types<Parameters...>, detail::types<taken<Parameters>...>, detail::types<Arguments...>>;

 public:
  /// What a call returns: the function's result, as a value.
  using result_type = typename state::value_type;

  memoized(F f, memo_options<Projection> const& options) : state_(std::make_shared<state>(std::move(f), options)) {}

  // A handle that was moved from may still be called: there are only copies.
  memoized(memoized const&) = default;
  memoized& operator=(memoized const&) = default;

  /// The function's result for these arguments, remembered, computed now, or waited for. Arguments convert as in a call of the
  /// function; strings and spans are looked up as they are, without a copy.
  ///
  /// Throws what the function throws; what another thread's call of it throws while this one waits, unless the option errors
  /// says `retry`; `memo_cycle_error` when the key needs itself; `std::length_error` when a recursion has used 1 GiB of stack;
  /// what comparing, hashing or copying the key throws. Out of memory for keeping the key or the result, the result is returned
  /// all the same.
  result_type operator()(taken<Parameters>... arguments) const { return state_->call(nullptr, arguments...); }
  /// The same for arguments that convert to the function's parameter, but not to what a look-up takes: a class that converts to
  /// `std::string` where one is asked for.
  template <class... Arguments> requires converted_arguments<Arguments...>
  result_type operator()(Arguments&&... arguments) const {
    return (*this)(detail::converted<Parameters, taken<Parameters>>(std::forward<Arguments>(arguments))...);
  }

  /// Whether the result is remembered. Counts as no call.
  bool contains(taken<Parameters>... arguments) const { return state_->contains(arguments...); }
  /// The same for arguments that convert.
  template <class... Arguments> requires converted_arguments<Arguments...>
  bool contains(Arguments&&... arguments) const {
    return contains(detail::converted<Parameters, taken<Parameters>>(std::forward<Arguments>(arguments))...);
  }

  /// Drops the result; whether there was one. A computation of it that is on its way is finished for those who wait, and not kept.
  /// What was dropped is destroyed at once where no thread is reading the cache, else by a later call. Throws what comparing or
  /// hashing keys throws; then nothing has changed.
  bool forget(taken<Parameters>... arguments) const { return state_->forget(arguments...); }
  /// The same for arguments that convert.
  template <class... Arguments> requires converted_arguments<Arguments...>
  bool forget(Arguments&&... arguments) const {
    return forget(detail::converted<Parameters, taken<Parameters>>(std::forward<Arguments>(arguments))...);
  }

  /// Drops all results and sets all counts to zero. Computations on their way are finished for those who wait, and not kept.
  /// Calls that begin afterwards compute anew.
  void clear() const { state_->clear(); }

  /// Hits, misses and the like; see `memo_info`.
  memo_info info() const { return state_->info(); }

  /// The results for all items of a range, in their order: what is remembered is looked up, the rest computed by all cores, each
  /// distinct key once. Items are arguments, or tuples of them where there are several; each counts as a call.
  ///
  /// - `policy`: `seq` or `par`, with options; left out, `par`. Each missing key is handed out by itself.
  /// - Errors: the exception of the first item whose computation throws; `cancelled` and `deadline_exceeded` by the options.
  /// - Under `lru` with a capacity the order of use is afterwards that of a loop over the items.
  template <execution_policy Policy, std::ranges::input_range Range>
  std::vector<result_type> map(Policy const& policy, Range&& items) const {
    static_assert(!Policy::vectorized, "tandem::memoize: map calls the function with single items: use seq or par");
    static_assert(takes_lvalue<std::ranges::range_reference_t<Range>>(),
                  "tandem::memoize: map gives the function items that it looks at several times: what the function takes by "
                  "value must be copyable");
    if constexpr (!std::ranges::random_access_range<Range> || !std::ranges::sized_range<Range>) {
      std::vector<std::ranges::range_value_t<Range>> kept;
      for (auto&& item : items) kept.push_back(std::forward<decltype(item)>(item));
      return map(policy, kept);
    } else {
      auto const begin = std::ranges::begin(items);
      auto const item = [&](std::size_t i) -> decltype(auto) {
        return begin[static_cast<std::ranges::range_difference_t<Range>>(i)];
      };
      std::vector<std::optional<result_type>> results(static_cast<std::size_t>(std::ranges::size(items)));
      struct missing_item {
        std::uint64_t hash;
        std::size_t index;
        auto operator<=>(missing_item const&) const = default;
      };
      std::uint64_t const generation = state_->is_exact() ? state_->generation() : 0;
      std::vector<missing_item> missing;
      for (std::size_t i = 0; i < results.size(); ++i)
        with_arguments(item(i), [&](taken<Parameters>... arguments) {
          auto const hash = state_->find(results[i], arguments...);
          if (!results[i]) missing.push_back({hash, i});
        });
      // Of equal keys the first is computed and the others are its copies.
      std::sort(missing.begin(), missing.end());
      std::vector<std::size_t> computed;
      std::vector<std::pair<std::size_t, std::size_t>> copied;
      for (std::size_t m = 0, first = 0; m < missing.size(); ++m) {
        if (missing[m].hash != missing[first].hash) first = m;
        std::size_t const i = missing[m].index, model = missing[first].index;
        bool const same = m != first && with_arguments(item(i), [&](taken<Parameters>... arguments) {
                            return with_arguments(item(model), [&](taken<Parameters>... others) {
                              return state_->is_same_key(std::tie(arguments...), std::tie(others...));
                            });
                          });
        if (same) copied.emplace_back(i, model);
        else computed.push_back(i);
      }
      std::sort(computed.begin(), computed.end());
      backend::for_chunks("tandem::memoize", backend::split(computed.size(), 1), detail::jobs_of(policy), policy.options(),
                          backend::start::at_once, [&](std::size_t chunk_begin, std::size_t chunk_end) {
                            for (std::size_t c = chunk_begin; c < chunk_end; ++c)
                              with_arguments(item(computed[c]), [&](taken<Parameters>... arguments) {
                                results[computed[c]].emplace(state_->call(nullptr, arguments...));
                              });
                          });
      for (auto const& [to, from] : copied) {
        results[to].emplace(*results[from]);
        state_->count_hit();
      }
      if (state_->is_exact())
        for (std::size_t i = 0; i < results.size(); ++i)
          with_arguments(item(i),
                         [&](taken<Parameters>... arguments) { state_->use_again(generation, *results[i], arguments...); });
      std::vector<result_type> out;
      out.reserve(results.size());
      for (auto& result : results) out.push_back(std::move(*result));
      return out;
    }
  }

  /// The same by `par`.
  template <std::ranges::input_range Range> std::vector<result_type> map(Range&& items) const {
    return map(par, std::forward<Range>(items));
  }

 private:
  /// `f` of an item: the argument, or a tuple of all.
  template <class Item, class Call> static decltype(auto) with_arguments(Item&& item, Call&& f) {
    auto const convert_and_call = [&]<class... Parts>(Parts&&... parts) -> decltype(auto) {
      return f(detail::converted<Parameters, taken<Parameters>>(std::forward<Parts>(parts))...);
    };
    if constexpr (sizeof...(Parameters) == 1) return convert_and_call(std::forward<Item>(item));
    else return std::apply(convert_and_call, std::forward<Item>(item));
  }

  /// Whether an item is no move-only object where the function takes one by value.
  template <class Item> static consteval bool takes_lvalue() {
    if constexpr (sizeof...(Parameters) == 1 && std::is_lvalue_reference_v<Item>)
      return std::is_copy_constructible_v<std::remove_cvref_t<Item>> || (std::is_reference_v<taken<Parameters>> && ...);
    else return true;
  }

  std::shared_ptr<state> state_;
};

}  // namespace tandem
