// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Work that is on offer to whoever is free, until somebody begins it or it is withdrawn.
///
/// A task of oneTBB cannot be called back, and what it holds lives until a thread comes for it, perhaps long after the work was
/// done by somebody else. So tasks hold no work. They come to a board for it, of which each thread that offers has its
/// own, and no more are on their way than there are offers: memory and results never wait for a task.

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

namespace tandem::backend {

/// The offers of one thread.
class offer_board {
 public:
  struct entry {
    std::function<void()> work;
    std::list<std::shared_ptr<entry>>::iterator place;
    bool open = true;
  };

  std::shared_ptr<entry> add(std::function<void()> work) {
    auto const made = std::make_shared<entry>();
    made->work = std::move(work);
    std::lock_guard const lock(mutex_);
    made->place = entries_.insert(entries_.end(), made);
    return made;
  }

  /// Takes the work back; false when somebody has begun it.
  bool withdraw(entry& of) noexcept {
    std::function<void()> work;  // destroyed without the lock
    std::lock_guard const lock(mutex_);
    if (!of.open) return false;
    work = close(of);
    return true;
  }

  bool is_open(entry const& of) const noexcept {
    std::lock_guard const lock(mutex_);
    return of.open;
  }

  /// Whether one more task is to come, which counts as being on its way then.
  bool call_task() noexcept {
    std::lock_guard const lock(mutex_);
    if (coming_ >= entries_.size()) return false;
    ++coming_;
    return true;
  }
  /// A task that was called will not come.
  void lose_task() noexcept {
    std::lock_guard const lock(mutex_);
    --coming_;
  }

  /// By a task: does what was offered first, if anything still is.
  void serve() {
    std::function<void()> work;
    {
      std::lock_guard const lock(mutex_);
      --coming_;
      if (!entries_.empty()) work = close(*entries_.front());
    }
    if (work) work();
  }

 private:
  std::function<void()> close(entry& of) noexcept {
    std::function<void()> work = std::move(of.work);
    of.open = false;
    entries_.erase(of.place);
    return work;
  }

  mutable std::mutex mutex_;
  std::list<std::shared_ptr<entry>> entries_;
  std::size_t coming_ = 0;
};

/// One offer, by who made it.
class offer {
 public:
  offer() = default;
  offer(std::shared_ptr<offer_board> board, std::function<void()> work)
      : board_(std::move(board)), entry_(board_->add(std::move(work))) {}

  /// Whether nobody has begun it.
  bool is_open() const noexcept { return entry_ != nullptr && board_->is_open(*entry_); }

  /// Takes the work back and lets go of it; false when somebody has begun it, or there was none.
  bool withdraw() noexcept { return entry_ != nullptr && board_->withdraw(*std::exchange(entry_, nullptr)); }

 private:
  std::shared_ptr<offer_board> board_;
  std::shared_ptr<offer_board::entry> entry_;
};

}  // namespace tandem::backend
