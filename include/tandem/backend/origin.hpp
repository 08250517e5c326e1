// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Where the work on this thread comes from: what a parallel call hands down to its helpers.
///
/// A thread of a pool runs now this, now that. Whoever must know on whose behalf (memoization, lest two computations wait for
/// each other for ever) sets a mark before it calls a user's function and finds it again in every helper of every parallel
/// call that the function makes.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tandem::backend {

/// A step of the way to the work on this thread that its owner wants to recognise, should it come by again.
struct trail {
  std::uint64_t mark = 0;
  trail const* before = nullptr;
};

/// The innermost computation that the work on this thread belongs to.
struct origin {
  void* computation = nullptr;    ///< whatever its owner put there; nullptr: none that is known of
  void const* context = nullptr;  ///< where this is certain (see `context_here`); nullptr: nowhere, if there is a computation
  trail const* way = nullptr;     ///< the last step, if any was marked
};

/// A `context` where nothing is ever certain.
inline constexpr char nowhere = 0;

/// The origin of the work on this thread. Constant-initialised: reading it is one load.
inline constinit thread_local origin current_origin{};

/// While it lives, the work on this thread belongs to `here`.
class origin_scope {
 public:
  explicit origin_scope(origin here) noexcept : before_(current_origin) { current_origin = here; }
  ~origin_scope() { current_origin = before_; }
  origin_scope(origin_scope const&) = delete;
  origin_scope& operator=(origin_scope const&) = delete;

 private:
  origin before_;
};

/// The way to where this was made, for work that outlives those who have gone it.
class kept_way {
 public:
  kept_way() {
    for (trail const* step = current_origin.way; step != nullptr; step = step->before) steps_.push_back(*step);
    for (std::size_t i = 1; i < steps_.size(); ++i) steps_[i - 1].before = &steps_[i];
  }
  kept_way(kept_way const&) = delete;
  kept_way& operator=(kept_way const&) = delete;

  trail const* last() const noexcept { return steps_.empty() ? nullptr : steps_.data(); }

 private:
  std::vector<trail> steps_;
};

}  // namespace tandem::backend
