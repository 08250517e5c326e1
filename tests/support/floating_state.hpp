// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Floating-point states that a caller may have set: a rounding mode, or subnormal numbers taken for zero.

#include <cfenv>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace floating_test {

/// While it lives this thread rounds in that direction.
class rounding {
 public:
  explicit rounding(int mode) : before_(std::fegetround()) { std::fesetround(mode); }
  ~rounding() { std::fesetround(before_); }
  rounding(rounding const&) = delete;
  rounding& operator=(rounding const&) = delete;

 private:
  int before_;
};

/// While it lives subnormal operands and results count as zero, where the processor can do that.
class without_subnormals {
 public:
#if defined(__SSE2__)
  without_subnormals() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
  ~without_subnormals() { _mm_setcsr(before_); }

 private:
  unsigned before_;

 public:
#else
  without_subnormals() = default;
#endif
  without_subnormals(without_subnormals const&) = delete;
  without_subnormals& operator=(without_subnormals const&) = delete;
};

}  // namespace floating_test
