// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The options `stop` and `deadline` of one call, as its threads ask for them.

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

#include <tandem/core/error.hpp>
#include <tandem/core/options.hpp>

namespace tandem::backend {

/// What came first, a stop or the deadline; once it has come it stays.
class interruption {
 public:
  explicit interruption(options const* chosen)
      : chosen_(chosen), possible_(chosen != nullptr && (chosen->stop.stop_possible() || chosen->deadline.has_value())) {}

  bool possible() const noexcept { return possible_; }

  bool came() const {
    if (!possible_) return false;
    if (reason_.load(std::memory_order_relaxed) != reason::none) return true;
    reason const found = chosen_->stop.stop_requested() ? reason::stop
                         : chosen_->deadline.passed()   ? reason::deadline
                                                        : reason::none;
    if (found == reason::none) return false;
    reason none = reason::none;
    reason_.compare_exchange_strong(none, found, std::memory_order_relaxed);
    return true;
  }

  /// Throws what came. `progress` says how far the call is: "5 of 8 items were done".
  [[noreturn, gnu::cold, gnu::noinline]] void raise(std::string_view function, std::string const& progress) const {
    bool const stopped = reason_.load(std::memory_order_relaxed) == reason::stop;
    std::string sentence(function);
    sentence += stopped ? ": a stop was requested" : ": the deadline had come";
    sentence += " when " + progress;
    if (!chosen_->label.empty()) sentence += " (" + chosen_->label + ")";
    if (stopped) throw cancelled(sentence);
    throw deadline_exceeded(sentence);
  }

 private:
  enum class reason { none, stop, deadline };

  options const* chosen_;
  bool possible_;
  mutable std::atomic<reason> reason_ = reason::none;
};

}  // namespace tandem::backend
