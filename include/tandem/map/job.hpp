// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `map_async` and `submit`: calls that run while the program does something else, and the `job` by which it waits for them;
/// Python's `Pool.map_async` and `Executor.submit`.

#include <chrono>
#include <concepts>
#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <stop_token>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/backend/tasks.hpp>
#include <tandem/core/options.hpp>
#include <tandem/execution.hpp>
#include <tandem/map/detail/call.hpp>
#include <tandem/map/detail/items.hpp>
#include <tandem/map/detail/run.hpp>
#include <tandem/map/map.hpp>
#include <tandem/map/outcome.hpp>

namespace tandem {

namespace detail {

/// A call in the background that will have a T.
template <class T> class job_state : public backend::background {
 public:
  using background::background;
  /// Once, when the work is done.
  outcome<T> take() {
    outcome<T> taken = std::move(*result_);
    result_.reset();
    return taken;
  }

 protected:
  void forget() noexcept override { result_.reset(); }

  std::optional<outcome<T>> result_;
};

/// The same with what it computes: `f(how, arguments...)`.
template <class T, class F, class... Arguments> class job_work final : public job_state<T> {
 public:
  template <class Policy, class... Given> job_work(std::string_view function, Policy const& policy, F f, Given&&... given)
      : job_state<T>(function), how_(map_call_of(function, policy)),
        chosen_(policy.options() == nullptr ? options() : *policy.options()),
        asked_(std::in_place, std::exchange(chosen_.stop, this->stop_token()), stopper{this}),
        payload_(std::in_place, std::move(f), std::forward<Given>(given)...) {
    how_.chosen = &chosen_;
    how_.host = this;
  }

  bool blocking() const noexcept { return chosen_.blocking; }

 private:
  struct stopper {
    backend::background* job;
    void operator()() const noexcept { job->request_stop(); }
  };

  void work() noexcept override {
    try {
      auto const compute = [&](F& f, Arguments&... arguments) -> decltype(auto) { return f(how_, arguments...); };
      if constexpr (std::is_void_v<T>) {
        std::apply(compute, *payload_);
        this->result_.emplace(std::in_place);
      } else {
        this->result_.emplace(std::in_place, std::apply(compute, *payload_));
      }
    } catch (...) {
      this->result_.emplace(std::current_exception());
    }
    drop();
  }

  void drop() noexcept override {
    asked_.reset();
    payload_.reset();
  }

  map_call how_;
  options chosen_;
  std::optional<std::stop_callback<stopper>> asked_;
  std::optional<std::tuple<F, Arguments...>> payload_;
};

/// The argument itself, to be kept.
template <class Input> auto own(Input&& input) {
  using Plain = std::remove_cvref_t<Input>;
  if constexpr (std::is_array_v<Plain> || is_initializer_list<Plain>) {
    return std::vector<std::ranges::range_value_t<Plain>>(std::ranges::begin(input), std::ranges::end(input));
  } else {
    static_assert(std::constructible_from<Plain, Input>,
                  "tandem::map_async: the input is kept by the job; give it by std::move if it cannot be copied");
    return Plain(std::forward<Input>(input));
  }
}

/// The arguments of a submitted call, as the only item there is.
template <class... Arguments> class one_item {
 public:
  explicit one_item(Arguments&... arguments) : arguments_(arguments...) {}
  std::size_t size() const noexcept { return 1; }
  std::tuple<Arguments&&...> operator[](std::size_t) const {
    return std::apply([](auto&... each) { return std::tuple<Arguments&&...>(static_cast<Arguments&&>(each)...); }, arguments_);
  }
  auto again(std::size_t i) const { return (*this)[i]; }
  std::exception_ptr error() const noexcept { return nullptr; }

 private:
  std::tuple<Arguments&...> arguments_;
};

// Arguments are handed over as they are, so that an attempt can be repeated; moved where the callable wants them so.
template <class F, class... Arguments> using only_item =
    std::conditional_t<callable_with<star_call, F, std::tuple<Arguments&...>>, one_item<Arguments&...>, one_item<Arguments...>>;

}  // namespace detail

/// A running call: it can be waited for, stopped and asked for its result, a T.
///
/// - A job is movable, and may be asked from one thread at a time. Dropping it requests a stop and waits for what runs.
/// - Waiting helps: a job that nobody has begun is run by who waits for it, and a map is helped along. So jobs may wait for
///   jobs, on any number of threads. One that would wait for its own work gets `std::logic_error` instead of a deadlock.
template <class T> class [[nodiscard("a job that is dropped stops")]] job {
 public:
  job() noexcept = default;
  /// Made by `map_async` and `submit`.
  explicit job(std::shared_ptr<detail::job_state<T>> state) noexcept : state_(std::move(state)) {}
  job(job&&) noexcept = default;
  job& operator=(job&& other) noexcept {
    if (this != &other) {
      drop();
      state_ = std::move(other.state_);
    }
    return *this;
  }
  ~job() { drop(); }

  /// Whether there is a result to ask for: not before a job is moved in, nor after `get()`.
  bool valid() const noexcept { return state_ != nullptr; }

  /// Whether `get()` would return or throw at once.
  bool ready() const noexcept { return !state_ || state_->ready(); }

  /// Waits for at most that long; returns `ready()`. Does not help, but sees to it that the work is begun: a loop of such waits ends,
  /// on any number of threads, unless it is the job's own work that waits.
  template <class Rep, class Period> bool wait_for(std::chrono::duration<Rep, Period> const& time) const {
    using real_seconds = std::chrono::duration<long double>;
    auto const now = std::chrono::steady_clock::now();
    auto const left = (std::chrono::steady_clock::time_point::max)() - now;
    if (real_seconds(time) >= real_seconds(left)) {  // for ever
      wait();
      return true;
    }
    return wait_until(now + std::chrono::duration_cast<std::chrono::steady_clock::duration>(time));
  }
  template <class Clock, class Duration> bool wait_until(std::chrono::time_point<Clock, Duration> const& when) const {
    return !state_ || state_->wait_until(when);
  }

  /// Waits, and helps. Throws `std::logic_error` where that would be for ever.
  void wait() const {
    if (state_) state_->finish();
  }

  /// Asks the call to leave undone what has not started; `get()` then throws `cancelled` unless nothing was left.
  void request_stop() noexcept {
    if (state_) state_->request_stop();
  }

  /// The result, once: waits, and throws what the call threw. A second time throws `std::logic_error`.
  T get() {
    if (!state_) throw std::logic_error("tandem::job::get: there is no result to ask for; get() was called before");
    state_->finish();
    return std::exchange(state_, nullptr)->take().value();
  }

 private:
  void drop() noexcept {
    if (state_) std::exchange(state_, nullptr)->abandon();
  }

  std::shared_ptr<detail::job_state<T>> state_;
};

namespace detail {

template <class T, class... Kept, class Policy, class F, class... Given>
job<T> start_job(std::string_view function, Policy const& policy, F f, Given&&... given) {
  auto state = std::make_shared<job_work<T, F, Kept...>>(function, policy, std::move(f), std::forward<Given>(given)...);
  backend::run_in_background(state, state->blocking());
  return job<T>(std::move(state));
}

}  // namespace detail

struct map_async_fn {
  template <execution_policy Policy, detail::map_input Input, class F>
  auto operator()(Policy const& policy, Input&& input, F&& f) const {
    constexpr char const* name = "tandem::map_async";
    using Kept = decltype(detail::own(std::forward<Input>(input)));
    using Callable = std::decay_t<F>;
    using Call = detail::call_for<Kept, detail::plain_call>;
    detail::check_callable<Call, Kept&, Callable>();
    auto const compute = [](detail::map_call const& how, Kept& kept, Callable& callable) {
      auto items = detail::open_items(how.function, kept);
      return detail::run_map<Call>(how, items, callable);
    };
    using T = decltype(compute(std::declval<detail::map_call const&>(), std::declval<Kept&>(), std::declval<Callable&>()));
    return detail::start_job<T, Kept, Callable>(name, policy, compute, detail::own(std::forward<Input>(input)),
                                                std::forward<F>(f));
  }
  template <detail::map_input Input, class F> auto operator()(Input&& input, F&& f) const {
    return (*this)(par, std::forward<Input>(input), std::forward<F>(f));
  }
};

/// `map_async([policy,] xs, f)`: `map` in the background; returns a `job` of its vector.
///
/// - `xs` and `f` are kept by the job: lvalues are copied, temporaries moved. A view, and what a `zip` looks at, must outlive
///   the job all the same.
/// - Options: as for `map`. A stop can be requested by the option and by the job. With `blocking` all threads are the job's
///   own; else it is run by tasks, and by who waits.
/// - Errors: `get()` throws what `map` would.
///
/// Example: `auto job = tandem::map_async(files, parse); prepare(); auto tables = job.get();`
inline constexpr map_async_fn map_async{};

struct submit_fn {
  template <execution_policy Policy, class F, class... Arguments>
  auto operator()(Policy const& policy, F&& f, Arguments&&... arguments) const {
    using Callable = std::decay_t<F>;
    using Items = detail::only_item<Callable, std::decay_t<Arguments>...>;
    using Item = decltype(std::declval<Items&>()[0]);
    static_assert(detail::callable_with<detail::star_call, Callable, Item>,
                  "tandem::submit: the callable must take the arguments, or the arguments and a tandem::context&");
    auto const compute = [](detail::map_call const& how, Callable& callable, std::decay_t<Arguments>&... kept) {
      Items items(kept...);
      if constexpr (std::is_void_v<detail::item_result<detail::star_call, Items, Callable>>) {
        detail::run_map<detail::star_call>(how, items, callable);
      } else {
        auto results = detail::run_map<detail::star_call>(how, items, callable);
        return std::decay_t<detail::item_result<detail::star_call, Items, Callable>>(std::move(results[0]));
      }
    };
    using T = decltype(compute(std::declval<detail::map_call const&>(), std::declval<Callable&>(),
                               std::declval<std::decay_t<Arguments>&>()...));
    return detail::start_job<T, Callable, std::decay_t<Arguments>...>("tandem::submit", policy, compute, std::forward<F>(f),
                                                                      std::forward<Arguments>(arguments)...);
  }
  template <class F, class... Arguments> requires(!execution_policy<F>)
  auto operator()(F&& f, Arguments&&... arguments) const {
    return (*this)(par, std::forward<F>(f), std::forward<Arguments>(arguments)...);
  }
};

/// `submit([policy,] f, args...)`: f(args...) in the background; returns a `job` of its result.
///
/// - `f` and the arguments are copied or moved into the job, as by `std::async`; `std::ref` refers. f may take a `context&`
///   after them, to learn whether to stop.
/// - Options: as for `map` with one item; with `blocking` on a thread of its own. Without, by a task or by who waits first.
/// - Errors: `get()` throws what f threw; `cancelled` if the job was stopped before it began.
///
/// Example: `auto a = tandem::submit(load, "a.csv"), b = tandem::submit(load, "b.csv"); join(a.get(), b.get());`
inline constexpr submit_fn submit{};

}  // namespace tandem
