// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Recursion that outgrows its stack goes on on a larger one.

#include <cfenv>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>

#include <pthread.h>

namespace tandem::detail {

/// The address below which this thread starts no further computation; 0: not known yet. The rest is for the user's function.
inline constinit thread_local std::uintptr_t stack_floor = 0;
/// Bytes of stack that have been added below the computation on this thread.
inline constinit thread_local std::size_t added_stack = 0;

inline constexpr std::size_t further_stack = std::size_t{64} << 20, most_added_stack = std::size_t{1} << 30;

/// Leaves an eighth of `bytes` of stack that begin at `lowest`, at least 256 KiB and at most half.
inline std::uintptr_t floor_of_stack(std::uintptr_t lowest, std::size_t bytes) {
  std::size_t rest = bytes / 8 > (std::size_t{256} << 10) ? bytes / 8 : std::size_t{256} << 10;
  if (rest > bytes / 2) rest = bytes / 2;
  return lowest + rest;
}

[[gnu::cold, gnu::noinline]] inline void find_stack_floor() {
  std::uintptr_t const here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  void* lowest = nullptr;
  std::size_t bytes = 0;
#if defined(__linux__)
  pthread_attr_t attributes;
  if (::pthread_getattr_np(::pthread_self(), &attributes) == 0) {
    if (::pthread_attr_getstack(&attributes, &lowest, &bytes) != 0) lowest = nullptr;
    ::pthread_attr_destroy(&attributes);
  }
#elif defined(__APPLE__)
  bytes = ::pthread_get_stacksize_np(::pthread_self());
  lowest = static_cast<char*>(::pthread_get_stackaddr_np(::pthread_self())) - bytes;
#endif
  auto const begin = reinterpret_cast<std::uintptr_t>(lowest);
  // Unknown, or another stack than that of the thread (a coroutine's, a fiber's): 256 KiB from here, at most half of them.
  if (lowest == nullptr || here < begin || here - begin > bytes) stack_floor = here - (std::uintptr_t{128} << 10);
  else stack_floor = floor_of_stack(begin, bytes);
}

/// Whether there is room on this stack for one more computation.
inline bool stack_has_room() {
  if (stack_floor == 0) find_stack_floor();
  return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) > stack_floor;
}

/// Runs `f()` on a new thread with a large stack, as if on this one, and waits. Throws what f throws; `std::length_error`
/// when there is no such thread to be had, or the recursion has used 1 GiB of stack already.
template <class F> [[gnu::noinline]] void run_on_further_stack(F& f) {
  struct continuation {
    F& f;
    std::size_t added;
    std::fenv_t floating_point;
    std::exception_ptr error;
  };
  continuation next{f, added_stack + further_stack, {}, {}};
  std::fegetenv(&next.floating_point);
  auto const run = [](void* erased) -> void* {
    auto& it = *static_cast<continuation*>(erased);
    std::fesetenv(&it.floating_point);
    added_stack = it.added;
    try {
      it.f();
    } catch (...) {
      it.error = std::current_exception();
    }
    return nullptr;
  };
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, further_stack);
  pthread_t thread;
  bool const started = next.added <= most_added_stack && ::pthread_create(&thread, &attributes, +run, &next) == 0;
  ::pthread_attr_destroy(&attributes);
  if (!started)
    throw std::length_error("tandem::memoize: the recursion is too deep, it has used " + std::to_string(added_stack >> 20) +
                            " MiB of stack beyond its thread's own");
  ::pthread_join(thread, nullptr);
  if (next.error) std::rethrow_exception(next.error);
}

}  // namespace tandem::detail
