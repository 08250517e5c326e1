// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The version of tandem and the tag of the instruction set. Everything that depends on a compiler flag is decided here.
///
/// Code that touches lanes lives in `tandem::TANDEM_ABI`, an inline namespace named after the instruction set that the
/// translation unit is compiled for. Objects built with different `-march` therefore hold different symbols and link
/// safely. All that users name, throw or pass between files lives in plain `tandem`.

#define TANDEM_VERSION_MAJOR 0
#define TANDEM_VERSION_MINOR 1
#define TANDEM_VERSION_PATCH 0

#if !defined(__cpp_exceptions)
#error "tandem reports errors by exceptions and cannot be used with -fno-exceptions"
#endif

#if defined(__SIZEOF_POINTER__) && __SIZEOF_POINTER__ < 8
#error \
    "tandem is for 64-bit programs: its indices are 64 bits wide and its lanes use 64-bit instruction sets; compile without -m32"
#endif

// Each extension contributes a word to the tag, so that a function compiled with an extension never replaces one without.
#if defined(__SSE4_2__)
#define TANDEM_TAG_SSE _sse42
#elif defined(__SSE4_1__)
#define TANDEM_TAG_SSE _sse41
#elif defined(__SSSE3__)
#define TANDEM_TAG_SSE _ssse3
#elif defined(__SSE3__)
#define TANDEM_TAG_SSE _sse3
#elif defined(__SSE2__)
#define TANDEM_TAG_SSE _sse2
#else
#define TANDEM_TAG_SSE
#endif
#if defined(__AVX2__)
#define TANDEM_TAG_AVX _avx2
#elif defined(__AVX__)
#define TANDEM_TAG_AVX _avx
#else
#define TANDEM_TAG_AVX
#endif
#if defined(__FMA__)
#define TANDEM_TAG_FMA _fma
#else
#define TANDEM_TAG_FMA
#endif
#if defined(__BMI2__)
#define TANDEM_TAG_BMI _bmi2
#elif defined(__BMI__)
#define TANDEM_TAG_BMI _bmi
#else
#define TANDEM_TAG_BMI
#endif
#if defined(__AVX512VL__) && defined(__AVX512BW__) && defined(__AVX512DQ__)
#define TANDEM_TAG_AVX512 _avx512vl
#elif defined(__AVX512BW__) && defined(__AVX512DQ__)
#define TANDEM_TAG_AVX512 _avx512bw
#elif defined(__AVX512DQ__)
#define TANDEM_TAG_AVX512 _avx512dq
#elif defined(__AVX512F__)
#define TANDEM_TAG_AVX512 _avx512f
#else
#define TANDEM_TAG_AVX512
#endif
#if defined(__AVX512VBMI2__)
#define TANDEM_TAG_VBMI _vbmi2
#elif defined(__AVX512VBMI__)
#define TANDEM_TAG_VBMI _vbmi
#elif defined(__AVX512IFMA__)
#define TANDEM_TAG_VBMI _ifma
#else
#define TANDEM_TAG_VBMI
#endif
#if defined(__AVX512VNNI__)
#define TANDEM_TAG_VNNI _vnni
#elif defined(__AVXVNNI__)
#define TANDEM_TAG_VNNI _avxvnni
#else
#define TANDEM_TAG_VNNI
#endif
#if defined(__ARM_FEATURE_SVE2)
#define TANDEM_TAG_ARM _sve2
#elif defined(__ARM_FEATURE_SVE)
#define TANDEM_TAG_ARM _sve
#elif defined(__ARM_NEON)
#define TANDEM_TAG_ARM _neon
#else
#define TANDEM_TAG_ARM
#endif

#define TANDEM_JOIN(a, b, c, d, e, f, g, h) abi##a##b##c##d##e##f##g##h
#define TANDEM_JOIN_EXPANDED(...) TANDEM_JOIN(__VA_ARGS__)

/// The inline namespace of code that touches lanes, for example `tandem::abi_sse42_avx2_fma_bmi2`.
#define TANDEM_ABI                                                                                                         \
  TANDEM_JOIN_EXPANDED(TANDEM_TAG_SSE, TANDEM_TAG_AVX, TANDEM_TAG_FMA, TANDEM_TAG_BMI, TANDEM_TAG_AVX512, TANDEM_TAG_VBMI, \
                       TANDEM_TAG_VNNI, TANDEM_TAG_ARM)

/// Marks a function that must melt into its caller: one vector operation, or a loop over them.
#define TANDEM_INLINE __attribute__((always_inline)) inline
