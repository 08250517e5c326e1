// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// For headers whose numbers need the rules of IEEE 754: refuses what lets the compiler break them.

#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error \
    "tandem cannot keep its promises about numbers under -ffast-math or -ffinite-math-only, which let the compiler assume that none is infinite or NaN; -fno-math-errno -fno-trapping-math are harmless and give most of the speed"
#endif

/// Whether the compiler may add and multiply in another order than written (-funsafe-math-optimizations).
#if defined(__ASSOCIATIVE_MATH__)
#define TANDEM_REASSOCIATES 1
#else
#define TANDEM_REASSOCIATES 0
#endif
