// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `map`, `starmap` and `try_map`: any callable over any range, by many threads; Python's `Pool.map`, `Pool.starmap` and what
/// joblib's `Parallel` does.
///
/// For items of any cost, microseconds and up above all. For arithmetic on arrays take `transform`, which uses vector
/// instructions; for inputs that should not be in memory at once, `imap`.

#include <type_traits>
#include <utility>

#include <tandem/execution.hpp>
#include <tandem/map/detail/call.hpp>
#include <tandem/map/detail/items.hpp>
#include <tandem/map/detail/run.hpp>

namespace tandem {

namespace detail {

template <class Call, class Input, class F> constexpr void check_callable() {
  using Items = decltype(open_items({}, std::declval<std::remove_reference_t<Input>&>()));
  static_assert(callable_with<Call, F, decltype(std::declval<Items&>()[0])>,
                "tandem: the callable must take an item, or an item and a tandem::context&; after starmap and zip an argument "
                "for every part");
}

template <class Call, class Policy, class Input, class F>
auto run_map_on(std::string_view function, Policy const& policy, Input& input, F& f) {
  using Chosen = call_for<Input, Call>;
  check_callable<Chosen, Input, F>();
  auto items = open_items(function, input);
  return run_map<Chosen>(map_call_of(function, policy), items, f);
}

}  // namespace detail

struct map_fn {
  template <execution_policy Policy, detail::map_input Input, class F>
  auto operator()(Policy const& policy, Input&& input, F&& f) const {
    return detail::run_map_on<detail::plain_call>("tandem::map", policy, input, f);
  }
  template <detail::map_input Input, class F> auto operator()(Input&& input, F&& f) const { return (*this)(par, input, f); }
};

/// `map([policy,] xs, f)`: the vector of f(x) for every x of xs, in order; nothing when f returns nothing.
///
/// - `xs`: any range with an end, or a `zip` of several, whose parts f then gets as several arguments. A range with random
///   access is read by several threads at a time; of others the iterators, or for a single pass the values, are kept first.
/// - `f`: any callable; `f(x)`, or `f(x, context&)` to learn the item's index, the thread's slot and whether to stop, and to
///   keep scratch space. Several threads call the same object at a time, in no certain order.
/// - Returns `std::vector<R>`. R, what f returns without reference and const, need only be movable.
/// - Policy: `par` if left out; `seq` runs the loop here. All options are observed. `blocking` gives the call jobs - 1 threads
///   of its own: as many items as jobs wait at a time, however few cores there are. `grain` items are handed out at a time;
///   left out, as many as take some 20 us. A callable's type whose calls were small before is begun by the caller alone.
/// - Errors: the exception of the lowest item that throws, when all below it have run; items above it that have not started
///   never do. `on_error` collects, retries or substitutes instead. `cancelled` and `deadline_exceeded` when items were left
///   undone on request. What the range throws on the way counts after the items before. `std::invalid_argument` when the parts
///   of a zip differ in length.
/// - Determinism: the result does not depend on jobs, grain or who was first.
/// - Nesting: f may map as well, under a lock too; a thread that waits takes up items of its own call only.
/// - Complexity: n calls, some 50 ns a batch; memory for the results, twice where they are no plain data.
///
/// Example: `std::vector<double> scores = tandem::map(settings, [&](auto const& s) { return score(model, s); });`
inline constexpr map_fn map{};

struct starmap_fn {
  template <execution_policy Policy, detail::map_input Input, class F>
  auto operator()(Policy const& policy, Input&& input, F&& f) const {
    return detail::run_map_on<detail::star_call>("tandem::starmap", policy, input, f);
  }
  template <detail::map_input Input, class F> auto operator()(Input&& input, F&& f) const { return (*this)(par, input, f); }
};

/// `starmap([policy,] tuples, f)`: `map`, with the parts of each item as the arguments of f; Python's `Pool.starmap`.
///
/// Items are tuples, pairs or arrays: a `std::vector<std::tuple<int, double>>`, a `std::map`. f may take a `context&` after
/// them. All else is as for `map`.
///
/// Example: `tandem::starmap(std::vector<std::pair<int, double>>{{1, 2.5}}, [](int n, double x) { return n * x; });`
inline constexpr starmap_fn starmap{};

struct try_map_fn {
  template <execution_policy Policy, detail::map_input Input, class F>
  auto operator()(Policy const& policy, Input&& input, F&& f) const {
    using Call = detail::call_for<Input, detail::plain_call>;
    constexpr char const* name = "tandem::try_map";
    detail::check_callable<Call, Input, F>();
    auto items = detail::open_items(name, input);
    return detail::run_try_map<Call>(detail::map_call_of(name, policy), items, f);
  }
  template <detail::map_input Input, class F> auto operator()(Input&& input, F&& f) const { return (*this)(par, input, f); }
};

/// `try_map([policy,] xs, f)`: an `outcome` for every item, its result or what it threw; no exception is lost.
///
/// - Returns `std::vector<outcome<R>>`, one for every item, in order; `outcome<void>` for an f that returns nothing.
/// - Errors: what f throws is kept. After a stop or a deadline the items left undone hold `cancelled` or
///   `deadline_exceeded`, and the results of the others are not lost. What the range throws is thrown after its items ran.
/// - Of `on_error`, `retry` and `substitute` are observed before an exception is kept.
/// - All else is as for `map`.
///
/// Example: `for (auto& o : tandem::try_map(files, parse)) if (o) use(o.value());`
inline constexpr try_map_fn try_map{};

}  // namespace tandem
