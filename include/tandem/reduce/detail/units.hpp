// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What the bricks of exact sums are written in: one double at a time, or a register of them, in the same words.

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <tandem/backend/floating_point.hpp>
#include <tandem/backend/simd.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// One number.
struct one_number {
  using reg = double;
  using integers = std::int64_t;
  static constexpr std::size_t size = 1;
  template <std::floating_point T> static TANDEM_INLINE reg load(T const* p) noexcept { return static_cast<double>(*p); }
  static TANDEM_INLINE reg repeated(double x) noexcept { return x; }
  static TANDEM_INLINE reg abs(reg x) noexcept { return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & ~sign); }
  static TANDEM_INLINE reg larger(reg a, reg b) noexcept { return b > a ? b : a; }
  static TANDEM_INLINE reg smaller(reg a, reg b) noexcept { return b < a ? b : a; }
  static TANDEM_INLINE reg infinite_where_zero(reg x, reg y) noexcept {  // x, and infinity where y is zero
    return y == 0 ? std::numeric_limits<double>::infinity() : x;
  }
  static TANDEM_INLINE reg either(reg a, reg b) noexcept {
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(a) | std::bit_cast<std::uint64_t>(b));
  }
  static TANDEM_INLINE integers bits(reg x) noexcept { return std::bit_cast<std::int64_t>(x); }
  // How many numbers lie between `least` and x, where both are positive; the bits wrap.
  static TANDEM_INLINE integers bits_above(reg x, reg least) noexcept {
    return static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(x) - std::bit_cast<std::uint64_t>(least));
  }
  static TANDEM_INLINE double largest(reg x) noexcept { return x; }
  static TANDEM_INLINE double smallest(reg x) noexcept { return x; }
  static TANDEM_INLINE bool any_bit(reg x) noexcept { return (std::bit_cast<std::uint64_t>(x) & ~sign) != 0; }
  static TANDEM_INLINE bool any_bit_at_all(reg x) noexcept { return std::bit_cast<std::uint64_t>(x) != 0; }
  static TANDEM_INLINE bool any_bit_of(integers x, std::int64_t mask) noexcept { return (x & mask) != 0; }
  // Whether some x is above its limit, or some bit is set in `rest`.
  static TANDEM_INLINE bool any_above(reg x, reg limit, reg rest) noexcept { return x > limit || any_bit(rest); }
  static TANDEM_INLINE reg power_of(reg x) noexcept {  // x without its fraction
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & 0x7FF0000000000000);
  }
  static TANDEM_INLINE integers load(std::int64_t const* p) noexcept { return *p; }
  template <class T> static TANDEM_INLINE void store(T* p, T x) noexcept { *p = x; }
  static TANDEM_INLINE void store_streaming(double* p, double x) noexcept { *p = x; }
  static TANDEM_INLINE void store_narrowed(float* p, double x) noexcept { *p = static_cast<float>(x); }
  static TANDEM_INLINE std::int64_t total(integers x) noexcept { return x; }
  static TANDEM_INLINE reg running_total(reg x) noexcept { return x; }  // of the lanes up to each
  static TANDEM_INLINE reg repeated_last(reg x) noexcept { return x; }
  // a + b, and -0 where a is that and b nothing.
  static TANDEM_INLINE reg sum_of_parts(reg a, reg b) noexcept {
    if (!any_bit(b)) return a;
    return a + b;
  }
  static TANDEM_INLINE reg fused(reg a, reg b, reg c) noexcept { return __builtin_fma(a, b, c); }
  static TANDEM_INLINE reg fused_less(reg a, reg b, reg c) noexcept { return __builtin_fma(-a, b, c); }  // c - a * b
  static TANDEM_INLINE reg fused_minus(reg a, reg b, reg c) noexcept { return __builtin_fma(a, b, -c); }

 private:
  static constexpr std::uint64_t sign = std::uint64_t{1} << 63;
};

/// A register of numbers.
struct one_register {
  struct last_lane {
    static constexpr std::size_t get(std::size_t, std::size_t lanes) { return lanes - 1; }
  };
  using reg = xsimd::batch<double>;
  using integers = xsimd::batch<std::int64_t>;
  static constexpr std::size_t size = reg::size;
  static TANDEM_INLINE reg load(double const* p) noexcept { return reg::load_unaligned(p); }
  static TANDEM_INLINE reg load(float const* p) noexcept {
#if defined(__AVX512F__)
    return reg(_mm512_maskz_cvtps_pd(0xFF, _mm256_loadu_ps(p)));  // GCC 12 gives a false alarm about the plain one
#elif defined(__AVX__)
    return reg(_mm256_cvtps_pd(_mm_loadu_ps(p)));
#else
    double wide[size];
    for (std::size_t i = 0; i < size; ++i) wide[i] = p[i];
    return reg::load_unaligned(wide);
#endif
  }
  static TANDEM_INLINE reg repeated(double x) noexcept { return reg(x); }
  static TANDEM_INLINE reg abs(reg x) noexcept { return xsimd::abs(x); }
  static TANDEM_INLINE reg larger(reg a, reg b) noexcept { return (xsimd::max)(a, b); }
  static TANDEM_INLINE reg smaller(reg a, reg b) noexcept { return (xsimd::min)(a, b); }
  static TANDEM_INLINE reg infinite_where_zero(reg x, reg y) noexcept {
    return xsimd::select(y == reg(0.), reg(std::numeric_limits<double>::infinity()), x);
  }
  static TANDEM_INLINE reg either(reg a, reg b) noexcept { return a | b; }
  static TANDEM_INLINE integers bits(reg x) noexcept { return xsimd::bitwise_cast<std::int64_t>(x); }
  static TANDEM_INLINE integers bits_above(reg x, reg least) noexcept { return bits(x) - bits(least); }
  static TANDEM_INLINE double largest(reg x) noexcept { return xsimd::reduce_max(x); }
  static TANDEM_INLINE double smallest(reg x) noexcept { return xsimd::reduce_min(x); }
  static TANDEM_INLINE bool any_bit(reg x) noexcept {
    return xsimd::any(xsimd::bitwise_cast<std::int64_t>(xsimd::abs(x)) != integers(std::int64_t{0}));
  }
  static TANDEM_INLINE bool any_bit_at_all(reg x) noexcept {
    return xsimd::any(xsimd::bitwise_cast<std::int64_t>(x) != integers(std::int64_t{0}));
  }
  static TANDEM_INLINE bool any_bit_of(integers x, std::int64_t mask) noexcept {
    return xsimd::any((x & integers(mask)) != integers(std::int64_t{0}));
  }
  static TANDEM_INLINE bool any_above(reg x, reg limit, reg rest) noexcept {
    return xsimd::any((x > limit) | (rest != reg(0.)));
  }
  static TANDEM_INLINE integers load(std::int64_t const* p) noexcept { return integers::load_unaligned(p); }
  template <class T> static TANDEM_INLINE void store(T* p, xsimd::batch<T> x) noexcept { x.store_unaligned(p); }
  static TANDEM_INLINE void store_streaming(double* p, reg x) noexcept { backend::store_streaming<double>(p, x); }
  static TANDEM_INLINE void store_narrowed(float* p, reg x) noexcept {
#if defined(__AVX512F__)
    _mm256_storeu_ps(p, _mm512_maskz_cvtpd_ps(0xFF, x));  // as above
#elif defined(__AVX__)
    _mm_storeu_ps(p, _mm256_cvtpd_ps(x));
#else
    double wide[size];
    x.store_unaligned(wide);
    for (std::size_t i = 0; i < size; ++i) p[i] = static_cast<float>(wide[i]);
#endif
  }
  static TANDEM_INLINE std::int64_t total(integers x) noexcept { return xsimd::reduce_add(x); }
  static TANDEM_INLINE reg running_total(reg x) noexcept {
#if defined(__AVX2__) && !defined(__AVX512F__)
    // Within each half first: no instruction moves all lanes up by one.
    x = x + reg(_mm256_castsi256_pd(_mm256_slli_si256(_mm256_castpd_si256(x), 8)));
    return x + reg(_mm256_permute_pd(_mm256_permute2f128_pd(x, x, 0x08), 0xF));
#else
    x = x + moved_up<8>(x);
    if constexpr (size > 2) x = x + moved_up<16>(x);
    if constexpr (size > 4) x = x + moved_up<32>(x);
    return x;
#endif
  }
  static TANDEM_INLINE reg repeated_last(reg x) noexcept {
    constexpr auto last = xsimd::make_batch_constant<std::uint64_t, last_lane, typename reg::arch_type>();
    return xsimd::bitwise_cast<double>(xsimd::swizzle(bits(x), last));
  }
  static TANDEM_INLINE reg sum_of_parts(reg a, reg b) noexcept {
    auto const nothing = b == reg(0.);
    backend::barrier(b);
    return xsimd::select(nothing, a, a + b);
  }
  static TANDEM_INLINE reg fused(reg a, reg b, reg c) noexcept { return xsimd::fma(a, b, c); }
  static TANDEM_INLINE reg fused_less(reg a, reg b, reg c) noexcept {
#if defined(__aarch64__)
    return xsimd::fma(-a, b, c);  // fnma rounds twice there
#else
    return xsimd::fnma(a, b, c);
#endif
  }
  static TANDEM_INLINE reg fused_minus(reg a, reg b, reg c) noexcept {
#if defined(__aarch64__)
    return xsimd::fma(a, b, -c);  // so does fms
#else
    return xsimd::fms(a, b, c);
#endif
  }

 private:
  // To higher lanes, and zeros to the lowest.
  template <std::size_t by> static TANDEM_INLINE reg moved_up(reg x) noexcept {
    return xsimd::bitwise_cast<double>(xsimd::slide_left<by>(bits(x)));
  }
};

/// Fetches what lies so many bytes behind p; beyond the end of an array that does nothing.
TANDEM_INLINE void prefetch_beyond(void const* p, std::uintptr_t bytes) noexcept {
  __builtin_prefetch(reinterpret_cast<void const*>(reinterpret_cast<std::uintptr_t>(p) + bytes));
}

/// How many numbers ahead the bricks fetch, as long as more than `fetch_margin` follow.
inline constexpr std::size_t fetch_distance = 384, fetch_margin = 1024;

/// Fetches what two units will load from p on.
template <class Unit, class T> TANDEM_INLINE void prefetch_pair(T const* p) noexcept {
  for (std::size_t b = 0; b < 2 * Unit::size * sizeof(T); b += 64) __builtin_prefetch(reinterpret_cast<char const*>(p) + b);
}

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
