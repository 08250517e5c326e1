// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `lanes<T>`: several values of type T in one register, what a vectorized kernel receives in place of a T.
///
/// It is a thin face of `xsimd::batch<T>`, convertible both ways, that refuses what would make a kernel mean something else
/// on lanes than on a scalar: operands that would change T (`3. * v` for float), and comparisons used as a condition.
/// Kernels are written as generic callables and never name this type; name it to hold lanes in a struct of your own.

#include <concepts>
#include <cstddef>
#include <limits>
#include <type_traits>

#include <tandem/backend/simd.hpp>
#include <tandem/core/config.hpp>
#include <tandem/core/detail/strict_math.hpp>
#include <tandem/kernel/detail/edges.hpp>
#include <tandem/kernel/detail/trigonometry.hpp>

namespace tandem {

/// The element types that have lanes: `float`, `double` and integers of 32 and 64 bits. Smaller integers have none: C++
/// computes with them as `int`, which lanes of 8 or 16 bits would not do.
template <class T>
concept lane_type = std::same_as<T, float> || std::same_as<T, double> ||
                    (std::integral<T> && std::same_as<T, std::remove_cv_t<T>> && (sizeof(T) == 4 || sizeof(T) == 8) &&
                     !std::same_as<T, wchar_t> && !std::same_as<T, char32_t>);

namespace detail {

/// Integers of the same values, as `unsigned long` and `unsigned long long` are.
template <class Number, class T>
concept same_integers =
    std::integral<Number> && std::integral<T> && sizeof(Number) == sizeof(T) && std::is_signed_v<Number> == std::is_signed_v<T>;

/// Numbers that meet a T without changing it: in scalar code `number op T` would compute in T too, or in its like.
template <class Number, class T>
concept keeps_type = std::is_arithmetic_v<Number> && !std::same_as<Number, bool> &&
                     (std::same_as<std::common_type_t<Number, T>, T> || same_integers<Number, T>);

template <class Number>
concept number = std::is_arithmetic_v<Number> && !std::same_as<Number, bool> && !std::same_as<Number, long double>;

}  // namespace detail

inline namespace TANDEM_ABI {
// A namespace of its own, so that the functions below are found by the type of an argument and hide none of tandem's names.
namespace lane_space {

template <lane_type T> class lanes;

/// The result of comparing `lanes<T>`: a truth for each lane.
///
/// It never converts to bool, because lanes may differ: choose by `where(mask, a, b)` or ask `any`, `all`, `none`. Masks
/// combine by `&& || !` (both sides are evaluated) and by `& | ^`, with each other and with a bool.
/// Example: `tandem::where(v > -1. && v < 1., v, 0. * v)`
template <lane_type T> class mask {
 public:
  using batch_type = xsimd::batch_bool<T>;

  /// False in every lane.
  TANDEM_INLINE mask() noexcept : value_(false) {}
  template <std::same_as<batch_type> Batch> TANDEM_INLINE mask(Batch value) noexcept : value_(value) {}
  template <std::same_as<bool> Truth> TANDEM_INLINE mask(Truth value) noexcept : value_(value) {}
  TANDEM_INLINE operator batch_type() const noexcept { return value_; }

  friend TANDEM_INLINE mask operator&&(mask a, mask b) noexcept { return a.value_ && b.value_; }
  friend TANDEM_INLINE mask operator||(mask a, mask b) noexcept { return a.value_ || b.value_; }
  friend TANDEM_INLINE mask operator!(mask a) noexcept { return !a.value_; }
  friend TANDEM_INLINE mask operator&(mask a, mask b) noexcept { return a.value_ & b.value_; }
  friend TANDEM_INLINE mask operator|(mask a, mask b) noexcept { return a.value_ | b.value_; }
  friend TANDEM_INLINE mask operator^(mask a, mask b) noexcept { return a.value_ ^ b.value_; }
  friend TANDEM_INLINE mask operator==(mask a, mask b) noexcept { return !(a.value_ ^ b.value_); }
  friend TANDEM_INLINE mask operator!=(mask a, mask b) noexcept { return a.value_ ^ b.value_; }
  TANDEM_INLINE mask& operator&=(mask other) noexcept { return *this = *this & other; }
  TANDEM_INLINE mask& operator|=(mask other) noexcept { return *this = *this | other; }
  TANDEM_INLINE mask& operator^=(mask other) noexcept { return *this = *this ^ other; }

  friend TANDEM_INLINE bool any(mask m) noexcept { return xsimd::any(m.value_); }
  friend TANDEM_INLINE bool all(mask m) noexcept { return xsimd::all(m.value_); }
  friend TANDEM_INLINE bool none(mask m) noexcept { return xsimd::none(m.value_); }
  friend TANDEM_INLINE lanes<T> where(mask m, lanes<T> a, lanes<T> b) noexcept {
    return xsimd::select(m.value_, static_cast<xsimd::batch<T>>(a), static_cast<xsimd::batch<T>>(b));
  }
  friend TANDEM_INLINE mask where(mask m, mask a, mask b) noexcept { return (m && a) || (!m && b); }

 private:
  batch_type value_;
};

/// `size` values of type T that are computed together.
///
/// - Made from one scalar (every lane gets it), from memory (`load`), from an `xsimd::batch<T>`. A scalar converts by
///   itself only if it leaves T as it is: integers and `float` to `double`, integers to `float`; others explicitly.
/// - Operators are those of T, lane by lane; comparisons give a `mask<T>`. The functions of math.hpp take lanes too, and
///   are found by name alone after `using std::exp;` and its like.
/// - `std::numeric_limits` of lanes gives the limits of T as lanes.
/// - Determinism: a lane's result depends on that lane's operands only.
///
/// Example: `tandem::lanes<double> v = tandem::lanes<double>::load(p); (2. * v + 1.).store(p);`
template <lane_type T> class lanes {
 public:
  using value_type = T;
  using batch_type = xsimd::batch<T>;

  /// The number of lanes: that of the widest registers the translation unit is compiled for.
  static constexpr std::size_t size = batch_type::size;

  /// Zero in every lane.
  TANDEM_INLINE lanes() noexcept : value_(T{}) {}
  template <std::same_as<batch_type> Batch> TANDEM_INLINE lanes(Batch value) noexcept : value_(value) {}

  /// The number in every lane, converted to T.
  template <detail::number Number> explicit(!detail::keeps_type<Number, T>) TANDEM_INLINE lanes(Number number) noexcept
      : value_(static_cast<T>(number)) {}

  /// The `size` elements from `from` on, which may lie at any address.
  static TANDEM_INLINE lanes load(T const* from) noexcept { return batch_type::load_unaligned(from); }

  /// Writes the `size` lanes to `to` and after, which may be any address.
  TANDEM_INLINE void store(T* to) const noexcept { value_.store_unaligned(to); }

  /// Lane `i`, below `size`. It goes through memory: for tests and ends of loops, not for their middle.
  TANDEM_INLINE T get(std::size_t i) const noexcept {
    alignas(batch_type) T values[size];
    value_.store_aligned(values);
    return values[i];
  }

  TANDEM_INLINE operator batch_type() const noexcept { return value_; }

  friend TANDEM_INLINE lanes operator+(lanes a, lanes b) noexcept { return a.value_ + b.value_; }
  friend TANDEM_INLINE lanes operator-(lanes a, lanes b) noexcept { return a.value_ - b.value_; }
  friend TANDEM_INLINE lanes operator*(lanes a, lanes b) noexcept { return backend::multiply<T>(a.value_, b.value_); }
  friend TANDEM_INLINE lanes operator/(lanes a, lanes b) noexcept { return backend::divide<T>(a.value_, b.value_); }
  friend TANDEM_INLINE lanes operator+(lanes a) noexcept { return a; }
  friend TANDEM_INLINE lanes operator-(lanes a) noexcept {
    // On AVX-512 xsimd takes it from 0, which makes no -0.
    if constexpr (std::floating_point<T>) return a.value_ ^ batch_type(T(-0.));
    else return -a.value_;
  }
  TANDEM_INLINE lanes& operator+=(lanes other) noexcept { return *this = *this + other; }
  TANDEM_INLINE lanes& operator-=(lanes other) noexcept { return *this = *this - other; }
  TANDEM_INLINE lanes& operator*=(lanes other) noexcept { return *this = *this * other; }
  TANDEM_INLINE lanes& operator/=(lanes other) noexcept { return *this = *this / other; }
  TANDEM_INLINE lanes& operator++() noexcept { return *this += lanes(T{1}); }
  TANDEM_INLINE lanes& operator--() noexcept { return *this -= lanes(T{1}); }
  TANDEM_INLINE lanes operator++(int) noexcept {
    lanes const before = *this;
    ++*this;
    return before;
  }
  TANDEM_INLINE lanes operator--(int) noexcept {
    lanes const before = *this;
    --*this;
    return before;
  }

  friend TANDEM_INLINE mask<T> operator<(lanes a, lanes b) noexcept { return a.value_ < b.value_; }
  friend TANDEM_INLINE mask<T> operator<=(lanes a, lanes b) noexcept { return a.value_ <= b.value_; }
  friend TANDEM_INLINE mask<T> operator>(lanes a, lanes b) noexcept { return a.value_ > b.value_; }
  friend TANDEM_INLINE mask<T> operator>=(lanes a, lanes b) noexcept { return a.value_ >= b.value_; }
  friend TANDEM_INLINE mask<T> operator==(lanes a, lanes b) noexcept { return a.value_ == b.value_; }
  friend TANDEM_INLINE mask<T> operator!=(lanes a, lanes b) noexcept { return a.value_ != b.value_; }

  // clang-format off
  // Bits, remainders and shifts are for integers.
  friend TANDEM_INLINE lanes operator%(lanes a, lanes b) noexcept requires std::integral<T> { return a.value_ % b.value_; }
  friend TANDEM_INLINE lanes operator&(lanes a, lanes b) noexcept requires std::integral<T> { return a.value_ & b.value_; }
  friend TANDEM_INLINE lanes operator|(lanes a, lanes b) noexcept requires std::integral<T> { return a.value_ | b.value_; }
  friend TANDEM_INLINE lanes operator^(lanes a, lanes b) noexcept requires std::integral<T> { return a.value_ ^ b.value_; }
  friend TANDEM_INLINE lanes operator<<(lanes a, lanes b) noexcept requires std::integral<T> { return a.value_ << b.value_; }
  friend TANDEM_INLINE lanes operator>>(lanes a, lanes b) noexcept requires std::integral<T> { return a.value_ >> b.value_; }
  friend TANDEM_INLINE lanes operator~(lanes a) noexcept requires std::integral<T> { return ~a.value_; }
  TANDEM_INLINE lanes& operator%=(lanes other) noexcept requires std::integral<T> { return *this = *this % other; }
  TANDEM_INLINE lanes& operator&=(lanes other) noexcept requires std::integral<T> { return *this = *this & other; }
  TANDEM_INLINE lanes& operator|=(lanes other) noexcept requires std::integral<T> { return *this = *this | other; }
  TANDEM_INLINE lanes& operator^=(lanes other) noexcept requires std::integral<T> { return *this = *this ^ other; }
  TANDEM_INLINE lanes& operator<<=(lanes other) noexcept requires std::integral<T> { return *this = *this << other; }
  TANDEM_INLINE lanes& operator>>=(lanes other) noexcept requires std::integral<T> { return *this = *this >> other; }

  friend TANDEM_INLINE lanes abs(lanes x) noexcept { return xsimd::abs(x.value_); }
  friend TANDEM_INLINE lanes clamp(lanes x, lanes low, lanes high) noexcept { return where(x < low, low, where(x > high, high, x)); }

  // The functions of math.hpp, documented there.
#define TANDEM_NEEDS_ORDER \
  static_assert(!TANDEM_REASSOCIATES || sizeof(T) == 0, \
                "tandem: under -funsafe-math-optimizations the compiler may reorder sums, and mathematical functions lose their accuracy: " \
                "compile this file without it");
#define TANDEM_FLOATING_FUNCTION_BY(name, function) \
  friend TANDEM_INLINE lanes name(lanes x) noexcept requires std::floating_point<T> { TANDEM_NEEDS_ORDER return function(x.value_); }
#define TANDEM_FLOATING_FUNCTION(name) TANDEM_FLOATING_FUNCTION_BY(name, xsimd::name)
#define TANDEM_FLOATING_FUNCTION_OF_TWO(name, function) \
  friend TANDEM_INLINE lanes name(lanes x, lanes y) noexcept requires std::floating_point<T> { TANDEM_NEEDS_ORDER return function(x.value_, y.value_); }
  TANDEM_FLOATING_FUNCTION(exp)
  TANDEM_FLOATING_FUNCTION(exp2)
  TANDEM_FLOATING_FUNCTION(expm1)
  TANDEM_FLOATING_FUNCTION(log1p)
  TANDEM_FLOATING_FUNCTION(asin)
  TANDEM_FLOATING_FUNCTION(acos)
  TANDEM_FLOATING_FUNCTION(atan)
  TANDEM_FLOATING_FUNCTION(sinh)
  TANDEM_FLOATING_FUNCTION(cosh)
  TANDEM_FLOATING_FUNCTION(tanh)
  TANDEM_FLOATING_FUNCTION_OF_TWO(pow, detail::power<T>)
  TANDEM_FLOATING_FUNCTION_OF_TWO(atan2, xsimd::atan2)
  TANDEM_FLOATING_FUNCTION_BY(cbrt, detail::cube_root<T>)
  TANDEM_FLOATING_FUNCTION_BY(log, detail::logarithm<T>)
  TANDEM_FLOATING_FUNCTION_BY(log2, detail::logarithm_to_2<T>)
  TANDEM_FLOATING_FUNCTION_BY(log10, detail::logarithm_to_10<T>)
  TANDEM_FLOATING_FUNCTION_BY(erf, detail::error_function<T>)
  TANDEM_FLOATING_FUNCTION_BY(sin, detail::sine<T>)
  TANDEM_FLOATING_FUNCTION_BY(cos, detail::cosine<T>)
  TANDEM_FLOATING_FUNCTION_BY(tan, detail::tangent<T>)
#undef TANDEM_NEEDS_ORDER
#undef TANDEM_FLOATING_FUNCTION_BY
#undef TANDEM_FLOATING_FUNCTION
#undef TANDEM_FLOATING_FUNCTION_OF_TWO
  friend TANDEM_INLINE lanes sqrt(lanes x) noexcept requires std::floating_point<T> { return backend::square_root<T>(x.value_); }
  friend TANDEM_INLINE lanes copysign(lanes x, lanes y) noexcept requires std::floating_point<T> { return xsimd::copysign(x.value_, y.value_); }
  friend TANDEM_INLINE lanes hypot(lanes x, lanes y) noexcept requires std::floating_point<T> { return sqrt(x * x + y * y); }
  // Without SSE4.1 xsimd rounds by way of integers, which have one zero only.
  friend TANDEM_INLINE lanes floor(lanes x) noexcept requires std::floating_point<T> { return copysign(lanes(xsimd::floor(x.value_)), x); }
  friend TANDEM_INLINE lanes ceil(lanes x) noexcept requires std::floating_point<T> { return copysign(lanes(xsimd::ceil(x.value_)), x); }
  friend TANDEM_INLINE lanes round(lanes x) noexcept requires std::floating_point<T> { return copysign(lanes(xsimd::round(x.value_)), x); }
  friend TANDEM_INLINE lanes trunc(lanes x) noexcept requires std::floating_point<T> { return copysign(lanes(xsimd::trunc(x.value_)), x); }
  friend TANDEM_INLINE lanes fma(lanes x, lanes y, lanes z) noexcept requires std::floating_point<T> { return xsimd::fma(x.value_, y.value_, z.value_); }
  // clang-format on

 private:
  batch_type value_;
};

}  // namespace lane_space

using lane_space::lanes;
using lane_space::mask;

}  // namespace TANDEM_ABI
}  // namespace tandem

/// The limits of T in every lane, for kernels that ask for those of their argument's type; the constants are T's.
template <class T> struct std::numeric_limits<tandem::lanes<T>> : std::numeric_limits<T> {
  // clang-format off
  static TANDEM_INLINE tandem::lanes<T> (min)() noexcept { return (std::numeric_limits<T>::min)(); }
  static TANDEM_INLINE tandem::lanes<T> (max)() noexcept { return (std::numeric_limits<T>::max)(); }
  static TANDEM_INLINE tandem::lanes<T> lowest() noexcept { return std::numeric_limits<T>::lowest(); }
  static TANDEM_INLINE tandem::lanes<T> epsilon() noexcept { return std::numeric_limits<T>::epsilon(); }
  static TANDEM_INLINE tandem::lanes<T> round_error() noexcept { return std::numeric_limits<T>::round_error(); }
  static TANDEM_INLINE tandem::lanes<T> infinity() noexcept { return std::numeric_limits<T>::infinity(); }
  static TANDEM_INLINE tandem::lanes<T> quiet_NaN() noexcept { return std::numeric_limits<T>::quiet_NaN(); }
  static TANDEM_INLINE tandem::lanes<T> signaling_NaN() noexcept { return std::numeric_limits<T>::signaling_NaN(); }
  static TANDEM_INLINE tandem::lanes<T> denorm_min() noexcept { return std::numeric_limits<T>::denorm_min(); }
  // clang-format on
};
