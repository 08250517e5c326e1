// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Tells ThreadSanitizer where work passes from one thread to another.
///
/// oneTBB's library is not compiled with the sanitizer, so it sees neither that a task begins after it was started nor that
/// a wait ends after the tasks. Without these words every write before a parallel call would look like a race with the
/// reads in its tasks; with them a race that remains is real. In other builds they are nothing.

#include <tandem/core/config.hpp>

#if defined(__SANITIZE_THREAD__)
#define TANDEM_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TANDEM_THREAD_SANITIZER 1
#endif
#endif

#if defined(TANDEM_THREAD_SANITIZER)
#include <sanitizer/tsan_interface.h>
#if defined(__clang__)
#define TANDEM_NO_SANITIZE_THREAD __attribute__((no_sanitize("thread"), noinline))
#else
#define TANDEM_NO_SANITIZE_THREAD __attribute__((no_sanitize("thread"), noipa))  // nor may its reads move to its caller
#endif
#else
#define TANDEM_NO_SANITIZE_THREAD
#endif

namespace tandem::backend {

/// What this thread did so far happens before everything that another thread does after `received` at the same address.
TANDEM_INLINE void handed_over([[maybe_unused]] void const* at) noexcept {
#if defined(TANDEM_THREAD_SANITIZER)
  __tsan_release(const_cast<void*>(at));
#endif
}

/// The other side of `handed_over`.
TANDEM_INLINE void received([[maybe_unused]] void const* at) noexcept {
#if defined(TANDEM_THREAD_SANITIZER)
  __tsan_acquire(const_cast<void*>(at));
#endif
}

}  // namespace tandem::backend
