// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Work in tasks that nobody waits for: who still has it when the process ends.

#include <memory>
#include <mutex>
#include <utility>

#include <tandem/backend/handover.hpp>

namespace tandem::backend {

/// A link of the list of all work that was given to a task which has not begun. oneTBB drops such tasks at the end of the
/// process, and those of an arena that is gone, without destroying them; what is on the list is not lost sight of.
class detached_work {
 public:
  detached_work() {
    std::lock_guard const lock(mutex_);
    next_ = first_;
    if (next_ != nullptr) next_->previous_ = this;
    first_ = this;
  }
  detached_work(detached_work const&) = delete;
  detached_work& operator=(detached_work const&) = delete;

 protected:
  ~detached_work() {
    std::lock_guard const lock(mutex_);
    if (next_ != nullptr) next_->previous_ = previous_;
    (previous_ != nullptr ? previous_->next_ : first_) = next_;
  }

 private:
  static inline constinit std::mutex mutex_;
  static inline constinit detached_work* first_ = nullptr;

  detached_work* previous_ = nullptr;
  detached_work* next_ = nullptr;
};

/// The work of one such task.
template <class Work> struct detached_call final : detached_work {
  explicit detached_call(Work given) : work(std::move(given)) {}
  Work work;
};

/// The task; it owns its work.
template <class Work> class detached_task {
 public:
  explicit detached_task(detached_call<Work>* call) noexcept : call_(call) {}
  TANDEM_NO_SANITIZE_THREAD void operator()() const { run(call_); }

 private:
  [[gnu::noinline]] static void run(detached_call<Work>* call) {
    received(call);
    std::unique_ptr<detached_call<Work>> const owner(call);
    call->work();
  }
  detached_call<Work>* call_;
};

}  // namespace tandem::backend
