// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Where the work on this thread comes from: what a parallel call hands down to its helpers.
///
/// A thread of a pool runs now this, now that. Whoever must know on whose behalf (memoization, lest two computations wait for
/// each other for ever) sets a mark before it calls a user's function and finds it again in every helper of every parallel
/// call that the function makes.

namespace tandem::backend {

/// The innermost computation that the work on this thread belongs to.
struct origin {
  void* computation = nullptr;    ///< whatever its owner put there; nullptr: none that is known of
  void const* context = nullptr;  ///< where this is certain (see `context_here`); nullptr: nowhere
};

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

}  // namespace tandem::backend
