// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The pattern of the map family: every item's result into its place, and what the option `on_error` makes of exceptions.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <tandem/backend/tasks.hpp>
#include <tandem/core/error_policy.hpp>
#include <tandem/core/options.hpp>
#include <tandem/execution.hpp>
#include <tandem/map/context.hpp>
#include <tandem/map/detail/call.hpp>
#include <tandem/map/detail/items.hpp>
#include <tandem/map/detail/results.hpp>
#include <tandem/map/outcome.hpp>

namespace tandem::detail {

/// What a call needs to know beside its input and its callable.
struct map_call {
  std::string_view function;
  std::size_t jobs;
  options const* chosen;
  backend::background* host = nullptr;
};

template <class Policy> map_call map_call_of(std::string_view function, Policy const& policy) {
  static_assert(!Policy::vectorized, "tandem: the map family sees items one at a time: use seq or par, not unseq or par_unseq");
  return {function, jobs_of(policy), policy.options()};
}

/// What becomes of items that throw.
template <class R> class rescue {
  using stored = std::conditional_t<std::is_void_v<R>, std::monostate, R>;
  using kind = error_policy::kind;

 public:
  /// Throws `std::invalid_argument` when the substitute is no R.
  rescue(std::string_view function, error_policy const& policy, std::size_t n) : function_(function), policy_(policy), n_(n) {
    if (policy.what() != kind::substituting) return;
    if constexpr (std::is_void_v<R>) replacement_.emplace();
    else if (auto found = policy.replacement<R>()) replacement_.emplace(*std::move(found));
    if (!replacement_)
      throw_invalid_argument(function, ": on_error's substitute cannot be a result of the callable: it has another type");
  }

  /// `put(make)` keeps what `make()` returns; `make` is the item.
  template <class Put, class Make> void run(std::size_t i, backend::worker& who, Put const& put, Make const& make) {
    for (std::size_t attempt = 0;; ++attempt) {
      try {
        return put(make);
      } catch (...) {
        if (policy_.what() == kind::failing_fast) throw;
        if (policy_.what() == kind::collecting) return keep(i);
        if (policy_.what() == kind::substituting) break;
        if (attempt >= policy_.retrying().times.checked(function_, "times") || !pause(attempt, i, who)) throw;
      }
    }
    if constexpr (!std::is_void_v<R> && std::is_copy_constructible_v<R>) put([&]() -> R const& { return *replacement_; });
  }

  /// Whether items may be run more than once.
  bool repeats() const noexcept { return policy_.what() == kind::retrying; }

  /// Throws what was collected, if anything was, with what the input threw as the last; else what the input threw, if it did.
  void finish(std::exception_ptr const& of_input = nullptr) {
    if (errors_.empty() && of_input) std::rethrow_exception(of_input);
    if (errors_.empty()) return;
    std::sort(errors_.begin(), errors_.end(), [](auto const& a, auto const& b) { return a.index < b.index; });
    std::string sentence(function_);
    sentence += ": " + std::to_string(errors_.size()) + " of " + std::to_string(n_) + " items failed, first item " +
                std::to_string(errors_.front().index);
    try {
      std::rethrow_exception(errors_.front().error);
    } catch (std::exception const& e) {
      sentence += std::string(": ") + e.what();
    } catch (...) {
      // no sentence to quote
    }
    if (of_input) {
      sentence += "; then the input threw";
      errors_.push_back({n_, of_input});
    }
    throw collected_errors(sentence, std::move(errors_));
  }

  /// For a call whose length was not known.
  void count(std::size_t n) { n_ = n; }

 private:
  void keep(std::size_t i) {
    std::lock_guard const lock(mutex_);
    errors_.push_back({i, std::current_exception()});
  }

  // Waits before the next attempt. False when the item is not wanted any more.
  bool pause(std::size_t attempt, std::size_t i, backend::worker& who) const {
    using clock = std::chrono::steady_clock;
    constexpr auto most = std::chrono::duration<double>(1e6), look = std::chrono::duration<double>(0.01);
    auto const wait = (std::min)(most, std::chrono::duration<double>(policy_.retrying().backoff) *
                                           static_cast<double>(std::uint64_t{1} << std::min<std::size_t>(attempt, 62)));
    auto const end = clock::now() + std::chrono::duration_cast<clock::duration>(wait);
    for (;;) {
      if (who.unwanted(i)) return false;
      auto const left = std::chrono::duration<double>(end - clock::now());
      if (left.count() <= 0) return true;
      std::this_thread::sleep_for((std::min)(left, look));
    }
  }

  std::string_view function_;
  error_policy const& policy_;
  std::size_t n_;
  std::optional<stored> replacement_;
  std::mutex mutex_;
  std::vector<collected_errors::entry> errors_;
};

inline bool fails_fast(options const* chosen) {
  return chosen == nullptr || chosen->on_error.what() == error_policy::kind::failing_fast;
}

template <class Call, class Items, class F> using item_result = call_result<Call, F, decltype(std::declval<Items&>()[0])>;

/// Runs item i; `again` where that may not be the last time.
template <class Call, bool again, class Items, class F> auto run_item(Items& items, F& f, std::size_t i, backend::worker& who)
    -> std::conditional_t<again, item_result<Call, Items, F>, decltype(Call::run(f, items[i], std::declval<context&>()))> {
  context c(who, i);
  if constexpr (again) return Call::run(f, items.again(i), c);
  else return Call::run(f, items[i], c);
}

/// The results of all items, in order.
template <class Call, class Items, class F> auto run_map(map_call const& how, Items& items, F& f) {
  using R = item_result<Call, Items, F>;
  std::size_t const n = items.size();
  typename results_for<R>::type results(n);
  auto const run_all = [&](auto const& item) {
    backend::for_items(how.function, n, how.jobs, how.chosen, memory_of<F>(), how.host, item);
  };
  if (fails_fast(how.chosen)) {
    run_all([&](std::size_t i, backend::worker& who) {
      results.put(i, [&]() -> decltype(auto) { return run_item<Call, false>(items, f, i, who); });
    });
    if (items.error()) std::rethrow_exception(items.error());
  } else {
    rescue<R> net(how.function, how.chosen->on_error, n);
    try {
      run_all([&](std::size_t i, backend::worker& who) {
        auto const put = [&](auto const& value) { results.put(i, value); };
        if (net.repeats()) net.run(i, who, put, [&] { return run_item<Call, true>(items, f, i, who); });
        else net.run(i, who, put, [&]() -> decltype(auto) { return run_item<Call, false>(items, f, i, who); });
      });
    } catch (...) {
      net.finish();
      throw;
    }
    net.finish(items.error());
  }
  return results.take();
}

/// The result or the exception of every item, in order.
template <class Call, class Items, class F> auto run_try_map(map_call const& how, Items& items, F& f) {
  using R = item_result<Call, Items, F>;
  using Outcome = outcome<R>;
  std::size_t const n = items.size();
  object_results<Outcome> results(n);
  error_policy policy = how.chosen == nullptr ? error_policy() : how.chosen->on_error;
  if (policy.what() == error_policy::kind::collecting) policy = fail_fast;  // every exception is kept anyway
  rescue<R> net(how.function, policy, n);
  auto const item = [&](std::size_t i, backend::worker& who) {
    auto const put = [&](auto const& make) {
      if constexpr (std::is_void_v<R>) make();
      else results.put(i, [&] { return Outcome(std::in_place, make()); });
    };
    try {
      if (net.repeats()) net.run(i, who, put, [&] { return run_item<Call, true>(items, f, i, who); });
      else net.run(i, who, put, [&]() -> decltype(auto) { return run_item<Call, false>(items, f, i, who); });
      if constexpr (std::is_void_v<R>) results.put(i, [] { return Outcome(std::in_place); });
    } catch (...) {
      results.put(i, [] { return Outcome(std::current_exception()); });
    }
  };
  // What was left undone on request is told so; if nothing was, a sink threw it.
  auto const tell_rest = [&] {
    if (results.fill([] { return Outcome(std::current_exception()); }) == 0) throw;
  };
  try {
    backend::for_items(how.function, n, how.jobs, how.chosen, memory_of<F>(), how.host, item);
  } catch (cancelled const&) {
    tell_rest();
  } catch (deadline_exceeded const&) {
    tell_rest();
  }
  if (items.error()) std::rethrow_exception(items.error());
  return results.take();
}

}  // namespace tandem::detail
