// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What error-free transformations need from the compiler and the processor: operations that happen as they are written, in
/// round-to-nearest and with subnormal numbers.

#include <cfenv>

#include <tandem/core/config.hpp>

namespace tandem::backend {

/// While it lives this thread rounds to nearest, keeps subnormal numbers and traps nothing; afterwards the mode is as before.
/// Exception flags may stay raised. What is to be computed under it must be called as a function that is not inlined: compilers move
/// floating-point operations across changes of the control register.
class nearest_rounding {
 public:
#if defined(__SSE2__)
  nearest_rounding() noexcept : before_(__builtin_ia32_stmxcsr()) {
    if ((before_ & ~flags) != normal) __builtin_ia32_ldmxcsr(normal);
  }
  ~nearest_rounding() {
    if ((before_ & ~flags) != normal) __builtin_ia32_ldmxcsr(before_);
  }

 private:
  static constexpr unsigned flags = 0x3F, normal = 0x1F80;
  unsigned before_;
#else
  nearest_rounding() noexcept {
    std::fegetenv(&before_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~nearest_rounding() { std::fesetenv(&before_); }

 private:
  std::fenv_t before_;
#endif

 public:
  nearest_rounding(nearest_rounding const&) = delete;
  nearest_rounding& operator=(nearest_rounding const&) = delete;
};

/// Hides from the compiler where a value comes from, so that no flag lets it combine the operations before with those after:
/// (x + s) - s stays two operations.
TANDEM_INLINE void barrier(double& value) noexcept {
#if defined(__SSE2__)
  asm("" : "+x"(value));
#elif defined(__aarch64__)
  asm("" : "+w"(value));
#else
  asm("" : "+m"(value));
#endif
}

}  // namespace tandem::backend
