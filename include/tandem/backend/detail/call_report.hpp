// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// With TANDEM_REPORT=1 in the environment, every call says on the standard error what became of it, in one line.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <tandem/core/options.hpp>

namespace tandem::backend {

/// Whether reports are wanted: TANDEM_REPORT is set, and not to 0. Found out by the first call and kept.
inline bool reports_wanted() {
  static bool const wanted = [] {
    char const* const text = std::getenv("TANDEM_REPORT");
    return text != nullptr && *text != '\0' && std::string_view(text) != "0";
  }();
  return wanted;
}

/// What one call did, thread by thread.
class call_report {
 public:
  using clock = std::chrono::steady_clock;

  call_report(std::string_view function, options const* chosen, std::size_t threads)
      : function_(function), label_(chosen == nullptr ? "" : chosen->label), threads_(threads), begun_(clock::now()) {}

  /// A thread has run items [begin, end).
  void add(std::size_t slot, std::size_t begin, std::size_t end, clock::time_point from, clock::time_point to) {
    std::lock_guard const lock(mutex_);
    if (slot >= busy_.size()) busy_.resize(slot + 1);
    busy_[slot] += to - from;
    ++batches_;
    items_ += end - begin;
    if (to - from > slowest_) slowest_ = to - from, slowest_begin_ = begin, slowest_end_ = end;
  }

  /// One line, such as
  /// tandem::map "fits": 200 items in 1.23 s on 4 of 4 threads, utilisation 0.97, imbalance 1.02, grain 1, slowest item 7: 41 ms
  std::string text() const {
    double const wall = seconds(clock::now() - begun_);
    clock::duration total{}, most{};
    std::size_t worked = 0;
    for (clock::duration const busy : busy_) {
      total += busy;
      most = (std::max)(most, busy);
      if (busy > clock::duration::zero()) ++worked;
    }
    double const sum = seconds(total);
    std::string line(function_);
    if (!label_.empty()) line += " \"" + label_ + '"';
    line += ": " + std::to_string(items_) + " items in " + time(wall) + " on " + std::to_string(worked) + " of " +
            std::to_string(threads_) + " threads";
    if (batches_ == 0) return line;
    double const threads = static_cast<double>(threads_);
    line += ", utilisation " + number(wall > 0 ? sum / (wall * threads) : 1) + ", imbalance " +
            number(sum > 0 ? seconds(most) * static_cast<double>(worked) / sum : 1) + ", grain " +
            number(static_cast<double>(items_) / static_cast<double>(batches_)) + ", slowest item " +
            std::to_string(slowest_begin_);
    if (slowest_end_ - slowest_begin_ > 1) line += " to " + std::to_string(slowest_end_ - 1);
    return line + ": " + time(seconds(slowest_));
  }

  void print() const { std::fputs((text() + '\n').c_str(), stderr); }

 private:
  static double seconds(clock::duration d) { return std::chrono::duration<double>(d).count(); }

  static std::string number(double value, char const* unit = "") {
    char text[64];
    std::snprintf(text, sizeof text, "%.3g%s", value, unit);
    return text;
  }
  static std::string time(double s) {
    return s < 1e-6   ? number(s * 1e9, " ns")
           : s < 1e-3 ? number(s * 1e6, " us")
           : s < 1    ? number(s * 1e3, " ms")
                      : number(s, " s");
  }

  std::string function_, label_;
  std::size_t threads_;
  clock::time_point begun_;
  std::mutex mutex_;
  std::vector<clock::duration> busy_;
  std::size_t batches_ = 0, items_ = 0;
  clock::duration slowest_{};
  std::size_t slowest_begin_ = 0, slowest_end_ = 1;
};

}  // namespace tandem::backend
