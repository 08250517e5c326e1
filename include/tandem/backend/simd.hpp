// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The only includer of xsimd, and what its versions 13.2 to 14.3 do differently.

#include <cstddef>
#include <type_traits>

// GCC 12 takes the undefined upper halves of AVX-512 intrinsics for uninitialised variables, in the user's file too.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wignored-attributes"
#endif
#include <xsimd/xsimd.hpp>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#include <tandem/core/config.hpp>

#if XSIMD_VERSION_MAJOR < 13 || (XSIMD_VERSION_MAJOR == 13 && XSIMD_VERSION_MINOR < 2)
#error "tandem needs xsimd 13.2 or later"
#endif

namespace tandem::backend {
inline namespace TANDEM_ABI {

/// Whether stores can pass by the caches. Before xsimd 14.2 they cannot.
#if XSIMD_VERSION_MAJOR > 14 || (XSIMD_VERSION_MAJOR == 14 && XSIMD_VERSION_MINOR >= 2)
inline constexpr bool has_streaming_stores = true;
#else
inline constexpr bool has_streaming_stores = false;
#endif

/// Whether a multiply-add of lanes is known to round once, as `std::fma` does.
template <class Arch> inline constexpr bool fuses_on =
    std::is_base_of_v<xsimd::avx512f, Arch> || std::is_base_of_v<xsimd::fma3<xsimd::avx2>, Arch> ||
    std::is_base_of_v<xsimd::fma3<xsimd::avx>, Arch> || std::is_base_of_v<xsimd::fma3<xsimd::sse4_2>, Arch> ||
    std::is_base_of_v<xsimd::neon64, Arch>;
inline constexpr bool fuses = fuses_on<xsimd::default_arch>;

/// The quotient, correctly rounded. On AArch64 xsimd approximates that of floats by a reciprocal.
template <class T> TANDEM_INLINE xsimd::batch<T> divide(xsimd::batch<T> const& a, xsimd::batch<T> const& b) {
#if defined(__aarch64__)
  if constexpr (std::is_same_v<T, float> && std::is_same_v<typename xsimd::batch<T>::register_type, float32x4_t>)
    return vdivq_f32(a, b);
  else
#endif
    return a / b;
}

/// The square root, correctly rounded; on AArch64 as `divide`.
template <class T> TANDEM_INLINE xsimd::batch<T> square_root(xsimd::batch<T> const& x) {
#if defined(__aarch64__)
  if constexpr (std::is_same_v<T, float> && std::is_same_v<typename xsimd::batch<T>::register_type, float32x4_t>)
    return vsqrtq_f32(x);
  else
#endif
    return xsimd::sqrt(x);
}

/// The product; integers wrap. Where the instruction set has no such product xsimd multiplies one by one, and C++ leaves an
/// overflow of signed integers undefined.
template <class T> TANDEM_INLINE xsimd::batch<T> multiply(xsimd::batch<T> const& a, xsimd::batch<T> const& b) {
  if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
    using unsigned_type = std::make_unsigned_t<T>;
    return xsimd::bitwise_cast<T>(xsimd::bitwise_cast<unsigned_type>(a) * xsimd::bitwise_cast<unsigned_type>(b));
  } else {
    return a * b;
  }
}

/// Where one of the two is NaN.
template <class T> requires std::is_floating_point_v<T>
TANDEM_INLINE xsimd::batch_bool<T> either_is_nan(xsimd::batch<T> const& a, xsimd::batch<T> const& b) {
#if defined(__AVX512F__)
  if constexpr (std::is_same_v<T, double>) return xsimd::batch_bool<T>(_mm512_cmp_pd_mask(a, b, _CMP_UNORD_Q));
  else return xsimd::batch_bool<T>(_mm512_cmp_ps_mask(a, b, _CMP_UNORD_Q));
#else
  return (a != a) | (b != b);
#endif
}

/// Stores a register to an address that is a multiple of its size, past the caches where that is possible.
/// Before other threads may read, the thread that stored calls `streaming_fence`.
template <class T> TANDEM_INLINE void store_streaming(T* to, xsimd::batch<T> const& value) {
  if constexpr (has_streaming_stores) value.store(to, xsimd::stream_mode());
  else value.store_aligned(to);
}

/// Orders streaming stores before whatever this thread stores next.
TANDEM_INLINE void streaming_fence() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

/// The barrier of floating_point.hpp for a register.
template <class T> TANDEM_INLINE void barrier(xsimd::batch<T>& value) noexcept {
#if defined(__AVX512F__)
  asm("" : "+v"(value.data));
#elif defined(__SSE2__)
  asm("" : "+x"(value.data));
#elif defined(__aarch64__)
  asm("" : "+w"(value.data));
#else
  asm("" : "+m"(value));
#endif
}

}  // namespace TANDEM_ABI
}  // namespace tandem::backend
