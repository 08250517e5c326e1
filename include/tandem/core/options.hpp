// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `options`: how a call shall run. Users write them inside `policy.with({...})`; every one has a default.

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include <tandem/core/count.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/error_policy.hpp>
#include <tandem/core/progress.hpp>

namespace tandem {

/// A moment at which a call gives up, from any time point of the steady or the system clock, or never.
///
/// A time of the system clock is converted when the option is written: later changes of that clock do not move it.
class deadline_option {
 public:
  constexpr deadline_option() noexcept = default;
  constexpr deadline_option(std::nullopt_t) noexcept {}

  template <class Duration> deadline_option(std::chrono::time_point<std::chrono::steady_clock, Duration> when)
      : when_(after(when.time_since_epoch())) {}

  template <class Duration> deadline_option(std::chrono::time_point<std::chrono::system_clock, Duration> when)
      : when_(after(seconds(when.time_since_epoch()) - seconds(std::chrono::system_clock::now().time_since_epoch()) +
                    seconds(std::chrono::steady_clock::now().time_since_epoch()))) {}

  constexpr bool has_value() const noexcept { return when_.has_value(); }
  bool passed() const { return when_ && std::chrono::steady_clock::now() >= *when_; }
  /// The moment by the steady clock; never is the end of its time.
  std::chrono::steady_clock::time_point when() const noexcept { return when_.value_or((clock::time_point::max)()); }

 private:
  using clock = std::chrono::steady_clock;
  using seconds = std::chrono::duration<long double>;

  // In long double nothing overflows; what lies beyond the clock's range becomes its first or last moment.
  static clock::time_point after(seconds since_epoch) {
    if (since_epoch >= seconds((clock::duration::max)())) return (clock::time_point::max)();
    if (since_epoch <= seconds((clock::duration::min)())) return (clock::time_point::min)();
    return clock::time_point(std::chrono::duration_cast<clock::duration>(since_epoch));
  }

  std::optional<clock::time_point> when_;
};

/// How a call shall run. Aggregate: name what you want to set, in this order.
///
/// Example: `tandem::par.with({.jobs = 4, .deadline = std::chrono::steady_clock::now() + 2s, .label = "fits"})`
struct options {
  /// The most threads that work on the call, the caller among them. 0: `default_jobs()`; -1: every core the process may use.
  /// With `blocking`, 0 means `default_jobs() + 4`, at most 32.
  count jobs = 0;
  /// Items handed out at a time. 0: chosen by the algorithm. Results never depend on it.
  count grain = 0;
  /// Chunks of items not yet started when a stop is requested are left undone, and the call throws `cancelled`.
  std::stop_token stop = {};
  /// Chunks of items not yet started at this time are left undone, and the call throws `deadline_exceeded`.
  deadline_option deadline = {};
  /// The address of a sink with `update(progress_info const&)`, or nothing.
  progress_pointer progress = {};
  /// A name for progress and reports.
  std::string label = {};
  /// The caller and jobs - 1 new threads, for items that wait (for files, sockets, a clock) and need no core meanwhile.
  bool blocking = false;
  /// What the map family (but `invoke`) does when an item throws: `fail_fast`, `collect`, `retry{...}` or `substitute{...}`.
  error_policy on_error = {};
};

namespace detail {

/// The options themselves if the numbers among them make sense; else throws `std::invalid_argument`.
inline options checked(options chosen) {
  if (chosen.jobs.negative() && chosen.jobs != count(-1))
    throw_invalid_argument("tandem::with: jobs must be -1 (all), 0 (default) or positive, got ", chosen.jobs.text());
  if (!chosen.jobs.negative()) (void)chosen.jobs.checked("tandem::with", "jobs");
  (void)chosen.grain.checked("tandem::with", "grain");
  (void)chosen.on_error.retrying().times.checked("tandem::with", "the times of on_error's retry");
  return chosen;
}

}  // namespace detail
}  // namespace tandem
