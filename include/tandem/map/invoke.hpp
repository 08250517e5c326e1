// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `invoke`: two calls at a time, the fork and join of divide and conquer; `#pragma omp task` with its `taskwait`.

#include <array>
#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include <tandem/backend/tasks.hpp>
#include <tandem/execution.hpp>
#include <tandem/map/detail/run.hpp>

namespace tandem {

namespace detail {

/// What a call without arguments returns, by value; a monostate for nothing.
template <class F> using half_result =
    std::conditional_t<std::is_void_v<std::invoke_result_t<F&>>, std::monostate, std::remove_cvref_t<std::invoke_result_t<F&>>>;

template <class F> half_result<F> run_half(F& f) {
  if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
    std::invoke(f);
    return {};
  } else {
    return std::invoke(f);
  }
}

/// Runs a half into its place; true unless it threw.
template <class F> bool try_half(F& f, std::optional<half_result<F>>& result, std::exception_ptr& error) noexcept {
  try {
    result.emplace(run_half(f));
    return true;
  } catch (...) {
    error = std::current_exception();
    return false;
  }
}

}  // namespace detail

struct invoke_fn {
  template <execution_policy Policy, std::invocable F, std::invocable G>
  std::pair<detail::half_result<F>, detail::half_result<G>> operator()(Policy const& policy, F&& f, G&& g) const {
    if (policy.options() == nullptr && (backend::enough_forks() || detail::jobs_of(policy) <= 1))
      return {detail::run_half(f), detail::run_half(g)};
    return run_both(detail::map_call_of("tandem::invoke", policy), f, g);
  }

  template <std::invocable F, std::invocable G> auto operator()(F&& f, G&& g) const { return (*this)(par, f, g); }

 private:
  // By itself, so that a recursion that no longer forks needs no stack for what follows.
  template <class F, class G>
  [[gnu::noinline]] static std::pair<detail::half_result<F>, detail::half_result<G>> run_both(detail::map_call const& how, F& f,
                                                                                              G& g) {
    std::optional<detail::half_result<F>> first;
    std::optional<detail::half_result<G>> second;
    if (how.chosen == nullptr) {
      std::array<std::exception_ptr, 2> errors;
      backend::run_forked([&] { return detail::try_half(f, first, errors[0]); },
                          [&] { detail::try_half(g, second, errors[1]); });
      for (std::exception_ptr const& error : errors)
        if (error) std::rethrow_exception(error);
    } else {
      backend::for_items(how.function, 2, how.jobs, how.chosen, nullptr, nullptr, [&](std::size_t i, backend::worker&) {
        if (i == 0) first.emplace(detail::run_half(f));
        else second.emplace(detail::run_half(g));
      });
    }
    return {std::move(*first), std::move(*second)};
  }
};

/// `invoke([policy,] f, g)`: calls both, perhaps at the same time, and returns the pair of their results.
///
/// - `f`, `g`: callables without arguments; they may invoke, map and wait in turn, to any depth. f runs here; g runs on
///   another thread if one comes for it, else here after f.
/// - Returns `std::pair`; `std::monostate` stands for nothing.
/// - Errors: what f throws, else what g throws; a g that has not begun when f throws is dropped. With options, two items:
///   `cancelled` and `deadline_exceeded` when one was left undone. `on_error` is not observed.
/// - Complexity: a recursion makes tasks only as long as there are few on offer, and as it is less than some hundred forks deep; the
///   other forks cost a few nanoseconds. Memory: the stack of the recursion, some hundred bytes more a level than that of calls.
///
/// Example: `auto [left, right] = tandem::invoke([&] { return solve(a); }, [&] { return solve(b); });`
inline constexpr invoke_fn invoke{};

}  // namespace tandem
