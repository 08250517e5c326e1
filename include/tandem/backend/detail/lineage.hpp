// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Which jobs a thread is working for, and which jobs wait for which: so that a job that would wait for its own work is
/// told so instead of waiting for ever.

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace tandem::backend {

/// On the stack of a thread while it works for a job, or for a call that a job made.
class lineage {
 public:
  using id = std::uint64_t;  ///< of a job; never used twice

  /// Work of the job itself.
  explicit lineage(id job) noexcept : job_(job), below_(innermost_) { innermost_ = this; }
  /// A share of the work of a call, whose caller waits in `spawner` until the share is done.
  explicit lineage(lineage const* spawner) noexcept : spawner_(spawner), below_(innermost_) { innermost_ = this; }
  /// A share of work for which the jobs in `others` wait.
  explicit lineage(std::vector<id> const& others) noexcept : others_(&others), below_(innermost_) { innermost_ = this; }
  lineage(lineage const&) = delete;
  lineage& operator=(lineage const&) = delete;
  ~lineage() { innermost_ = below_; }

  /// Where this thread is; null for a thread that works for no job.
  static lineage const* current() noexcept { return innermost_; }

  /// The jobs that this thread works for, however indirectly.
  static std::vector<id> jobs() {
    std::vector<id> found;
    std::vector<lineage const*> seen;
    if (innermost_ != nullptr) seen.push_back(innermost_);
    for (std::size_t i = 0; i < seen.size(); ++i) {
      lineage const& here = *seen[i];
      if (here.job_ != 0) found.push_back(here.job_);
      if (here.others_ != nullptr) found.insert(found.end(), here.others_->begin(), here.others_->end());
      for (lineage const* next : {here.spawner_, here.below_})
        if (next != nullptr && std::find(seen.begin(), seen.end(), next) == seen.end()) seen.push_back(next);
    }
    return found;
  }

 private:
  static inline constinit thread_local lineage const* innermost_ = nullptr;

  id job_ = 0;
  std::vector<id> const* others_ = nullptr;
  lineage const* spawner_ = nullptr;
  lineage const* below_;
};

/// While it lives, the jobs of this thread wait for `target`. False in a condition where that would never end.
class waiting {
 public:
  explicit waiting(lineage::id target) : target_(target), waiters_(lineage::jobs()) {
    if (waiters_.empty()) return;
    std::lock_guard const lock(mutex_);
    std::vector<lineage::id> reached{target};
    for (std::size_t i = 0; i < reached.size(); ++i) {
      if (std::find(waiters_.begin(), waiters_.end(), reached[i]) != waiters_.end()) {
        waiters_.clear();
        endless_ = true;
        return;
      }
      for (auto const& [waiter, awaited] : edges_)
        if (waiter == reached[i] && std::find(reached.begin(), reached.end(), awaited) == reached.end())
          reached.push_back(awaited);
    }
    edges_.reserve(edges_.size() + waiters_.size());
    for (lineage::id const waiter : waiters_) edges_.emplace_back(waiter, target);
  }
  waiting(waiting const&) = delete;
  waiting& operator=(waiting const&) = delete;

  ~waiting() {
    if (waiters_.empty()) return;
    std::lock_guard const lock(mutex_);
    for (lineage::id const waiter : waiters_) edges_.erase(std::find(edges_.begin(), edges_.end(), std::pair(waiter, target_)));
  }

  explicit operator bool() const noexcept { return !endless_; }

 private:
  static inline std::mutex mutex_;
  static inline std::vector<std::pair<lineage::id, lineage::id>> edges_;  // who waits for whom

  lineage::id target_;
  std::vector<lineage::id> waiters_;
  bool endless_ = false;
};

}  // namespace tandem::backend
