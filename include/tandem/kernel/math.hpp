// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Mathematical functions for scalars and lanes alike, and what lanes need in place of `?:` and `if`.
///
/// One kernel then runs on both: `[](auto v) { return tandem::exp(-v * v); }`. A scalar gets the bits that a lane gets, so
/// that `seq` and `unseq` agree; `std::exp` on a scalar gives the bits of the C library instead.
///
/// All are function objects, pure, free of allocation and errno, safe on any thread, and O(1). Operands: numbers (an integer
/// takes the type of those beside it, or double), or lanes, or lanes and numbers that leave their type as it is. The functions are
/// xsimd's, corrected at the edges of their range; the largest errors found by the tests, in units in the last place, stand in
/// docs/math.md.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdlib>
#include <type_traits>

#include <tandem/kernel/lanes.hpp>

namespace tandem {
namespace detail {
inline namespace TANDEM_ABI {

template <class T> inline constexpr bool is_lanes = false;
template <class T> inline constexpr bool is_lanes<lanes<T>> = true;

// The one lanes type among the operands; every other operand must convert to it by itself.
template <class First, class... Rest> struct lanes_among : lanes_among<Rest...> {};
template <class T, class... Rest> struct lanes_among<lanes<T>, Rest...> {
  using type = lanes<T>;
};

template <class... Operands>
concept lane_operands =
    (is_lanes<Operands> || ...) && (std::convertible_to<Operands, typename lanes_among<Operands...>::type> && ...);

// What the scalars compute in: the common type of those that are not integers, double if all are. An integer beside a float
// becomes a float, as it does beside lanes of float.
template <bool some_floating, class... Numbers> using floating_type_of = std::common_type_t<
    std::conditional_t<!std::integral<Numbers>, Numbers, std::conditional_t<some_floating, float, double>>...>;
template <class... Numbers> using floating_type = floating_type_of<(std::floating_point<Numbers> || ...), Numbers...>;

template <class... Numbers>
concept float_operands = (number<Numbers> && ...) && lane_type<floating_type<Numbers...>>;

/// A function of `arity` operands, `Function{}(lanes...)`, for lanes and for scalars by way of a lane.
template <class Function, int arity> struct lane_function {
  template <class... Operands> requires(sizeof...(Operands) == arity && lane_operands<Operands...>)
  TANDEM_INLINE auto operator()(Operands... x) const noexcept {
    using Lanes = typename lanes_among<Operands...>::type;
    static_assert(
        std::floating_point<typename Lanes::value_type>,
        "tandem: mathematical functions of lanes need lanes of float or double: give the algorithm such elements, or use "
        "seq or par");
    if constexpr (std::floating_point<typename Lanes::value_type>) return Function::call(static_cast<Lanes>(x)...);
    else return Lanes();
  }
  template <class... Operands> requires(sizeof...(Operands) == arity && float_operands<Operands...>)
  TANDEM_INLINE auto operator()(Operands... x) const noexcept {
    using T = floating_type<Operands...>;
    return static_cast<xsimd::batch<T>>(Function::call(lanes<T>(static_cast<T>(x))...)).first();
  }
};

/// The same, where the scalar function of <cmath> is exact and so gives a lane's bits.
template <class Function, int arity> struct exact_function : lane_function<Function, arity> {
  using lane_function<Function, arity>::operator();
  template <class... Operands> requires(sizeof...(Operands) == arity && float_operands<Operands...>)
  TANDEM_INLINE auto operator()(Operands... x) const noexcept {
    return Function::call(static_cast<floating_type<Operands...>>(x)...);
  }
};

/// Where lanes fuse, `std::fma` gives a lane's bits; where they do not, a lane must be asked.
template <class Function, int arity> using fused_function =
    std::conditional_t<backend::fuses, exact_function<Function, arity>, lane_function<Function, arity>>;

}  // namespace TANDEM_ABI
}  // namespace detail

inline namespace TANDEM_ABI {

// The function of that name in <cmath> for scalars, and of lane_space for lanes, found by their type.
#define TANDEM_FUNCTION(name, base, arity)               \
  struct name##_fn : detail::base<name##_fn, arity> {    \
    static TANDEM_INLINE auto call(auto... x) noexcept { \
      using std::name;                                   \
      return name(x...);                                 \
    }                                                    \
  };
TANDEM_FUNCTION(sqrt, exact_function, 1)
TANDEM_FUNCTION(floor, exact_function, 1)
TANDEM_FUNCTION(ceil, exact_function, 1)
TANDEM_FUNCTION(round, exact_function, 1)
TANDEM_FUNCTION(trunc, exact_function, 1)
TANDEM_FUNCTION(copysign, exact_function, 2)
TANDEM_FUNCTION(cbrt, lane_function, 1)
TANDEM_FUNCTION(exp, lane_function, 1)
TANDEM_FUNCTION(exp2, lane_function, 1)
TANDEM_FUNCTION(expm1, lane_function, 1)
TANDEM_FUNCTION(log, lane_function, 1)
TANDEM_FUNCTION(log2, lane_function, 1)
TANDEM_FUNCTION(log10, lane_function, 1)
TANDEM_FUNCTION(log1p, lane_function, 1)
TANDEM_FUNCTION(sin, lane_function, 1)
TANDEM_FUNCTION(cos, lane_function, 1)
TANDEM_FUNCTION(tan, lane_function, 1)
TANDEM_FUNCTION(asin, lane_function, 1)
TANDEM_FUNCTION(acos, lane_function, 1)
TANDEM_FUNCTION(atan, lane_function, 1)
TANDEM_FUNCTION(sinh, lane_function, 1)
TANDEM_FUNCTION(cosh, lane_function, 1)
TANDEM_FUNCTION(tanh, lane_function, 1)
TANDEM_FUNCTION(erf, lane_function, 1)
TANDEM_FUNCTION(pow, lane_function, 2)
TANDEM_FUNCTION(atan2, lane_function, 2)
TANDEM_FUNCTION(hypot, lane_function, 2)
TANDEM_FUNCTION(fma, fused_function, 3)
#undef TANDEM_FUNCTION

/// The square root, correctly rounded; NaN for negative x. Example: `tandem::sqrt(v * v + 1.)`
inline constexpr sqrt_fn sqrt{};
/// The largest integer not above x, exact. Example: `tandem::floor(v)`
inline constexpr floor_fn floor{};
/// The smallest integer not below x, exact. Example: `tandem::ceil(v)`
inline constexpr ceil_fn ceil{};
/// The nearest integer, halves away from zero as in C, exact. Example: `tandem::round(v)`
inline constexpr round_fn round{};
/// The integer part, towards zero, exact. Example: `tandem::trunc(v)`
inline constexpr trunc_fn trunc{};
/// x with the sign of y, exact. Example: `tandem::copysign(1., v)`
inline constexpr copysign_fn copysign{};
/// The cube root. Example: `tandem::cbrt(v)`
inline constexpr cbrt_fn cbrt{};
/// e to the power x. Infinite from 88.4 on for float, from 709.4 on for double without AVX-512; results below the normal
/// numbers become 0. Example: `tandem::exp(-v * v)`
inline constexpr exp_fn exp{};
/// 2 to the power x. May be infinite from 127 on for float, from 1023 on for double, and 0 where the result is below the normal
/// numbers. Example: `tandem::exp2(v)`
inline constexpr exp2_fn exp2{};
/// exp(x) - 1, accurate near 0; infinite as early as `exp`. Example: `tandem::expm1(v)`
inline constexpr expm1_fn expm1{};
/// The natural logarithm; NaN for negative x. Example: `tandem::log(v)`
inline constexpr log_fn log{};
/// The logarithm to base 2. Example: `tandem::log2(v)`
inline constexpr log2_fn log2{};
/// The logarithm to base 10. Example: `tandem::log10(v)`
inline constexpr log10_fn log10{};
/// log(1 + x), accurate near 0. Example: `tandem::log1p(v)`
inline constexpr log1p_fn log1p{};
/// The sine of x radians. Example: `tandem::sin(v)`
inline constexpr sin_fn sin{};
/// The cosine of x radians. Example: `tandem::cos(v)`
inline constexpr cos_fn cos{};
/// The tangent of x radians. Example: `tandem::tan(v)`
inline constexpr tan_fn tan{};
/// The arc sine in radians; NaN beyond [-1, 1]. Example: `tandem::asin(v)`
inline constexpr asin_fn asin{};
/// The arc cosine in radians; NaN beyond [-1, 1]. Example: `tandem::acos(v)`
inline constexpr acos_fn acos{};
/// The arc tangent in radians. Example: `tandem::atan(v)`
inline constexpr atan_fn atan{};
/// The hyperbolic sine. Example: `tandem::sinh(v)`
inline constexpr sinh_fn sinh{};
/// The hyperbolic cosine. Example: `tandem::cosh(v)`
inline constexpr cosh_fn cosh{};
/// The hyperbolic tangent. Example: `tandem::tanh(v)`
inline constexpr tanh_fn tanh{};
/// The error function; for double off by up to 70 units near 2.2. Example: `tandem::erf(v)`
inline constexpr erf_fn erf{};
/// x to the power y, special values by C's Annex F: pow(x, 0) and pow(1, y) are 1, of NaN too. Its error grows with |y log x|, to
/// some 1000 units for double near the ends of the range. Example: `tandem::pow(v, 2.5)`
inline constexpr pow_fn pow{};
/// The angle of the point (x, y) in radians, called as `atan2(y, x)`; NaN for (0, 0) and for two infinities. Example: `tandem::atan2(v, 2.)`
inline constexpr atan2_fn atan2{};
/// sqrt(x*x + y*y) as it stands, never fused, the same bits for (y, x): infinite beyond 1e154 (1e19 for float). Example: `tandem::hypot(v, 1.)`
inline constexpr hypot_fn hypot{};
/// x*y + z, rounded once where the instruction set has it, else twice; a scalar as a lane. This is how fusing is asked for:
/// nothing else is ever fused. Example: `tandem::fma(v, 2., 1.)`
inline constexpr fma_fn fma{};

// The calls below mean lane_space's functions: the objects of the same names are declared after them.
struct abs_fn {
  template <lane_type T> TANDEM_INLINE lanes<T> operator()(lanes<T> x) const noexcept { return abs(x); }
  template <detail::number Number> TANDEM_INLINE Number operator()(Number x) const noexcept {
    if constexpr (std::unsigned_integral<Number>) return x;
    else return static_cast<Number>(std::abs(x));
  }
};
/// |x|, exact; of integers too. Example: `tandem::abs(v)`
inline constexpr abs_fn abs{};

struct where_fn {
  template <lane_type T, std::convertible_to<lanes<T>> A, std::convertible_to<lanes<T>> B>
  TANDEM_INLINE lanes<T> operator()(mask<T> choice, A a, B b) const noexcept {
    return where(choice, static_cast<lanes<T>>(a), static_cast<lanes<T>>(b));
  }
  template <lane_type T, std::convertible_to<mask<T>> A, std::convertible_to<mask<T>> B>
  TANDEM_INLINE mask<T> operator()(mask<T> choice, A a, B b) const noexcept {
    return where(choice, static_cast<mask<T>>(a), static_cast<mask<T>>(b));
  }
  template <std::same_as<bool> Truth, class A, class B>
  TANDEM_INLINE constexpr std::common_type_t<A, B> operator()(Truth choice, A a, B b) const noexcept {
    return choice ? static_cast<std::common_type_t<A, B>>(a) : static_cast<std::common_type_t<A, B>>(b);
  }
};
/// `where(mask, a, b)`: a where the mask is true, else b, lane by lane; a and b are lanes and numbers, or masks and bools. For a
/// bool, `mask ? a : b` in their common type. Both are computed. Two integers become T in lanes but stay integers beside a bool: write `1.` where a division follows.
/// Example: `tandem::where(v < 0., 0., tandem::sqrt(v))`
inline constexpr where_fn where{};

struct any_fn {
  template <lane_type T> TANDEM_INLINE bool operator()(mask<T> m) const noexcept { return any(m); }
  template <std::same_as<bool> Truth> constexpr bool operator()(Truth m) const noexcept { return m; }
};
/// Whether the mask is true in some lane; a bool is its own answer. It speaks of a register, not of an element: for loops
/// that end when all lanes are done, not for results. Example: `while (tandem::any(error > 1e-9)) ...`
inline constexpr any_fn any{};

struct all_fn {
  template <lane_type T> TANDEM_INLINE bool operator()(mask<T> m) const noexcept { return all(m); }
  template <std::same_as<bool> Truth> constexpr bool operator()(Truth m) const noexcept { return m; }
};
/// Whether the mask is true in every lane; a bool is its own answer. Example: `if (tandem::all(v > 0.)) ...`
inline constexpr all_fn all{};

struct none_fn {
  template <lane_type T> TANDEM_INLINE bool operator()(mask<T> m) const noexcept { return none(m); }
  template <std::same_as<bool> Truth> constexpr bool operator()(Truth m) const noexcept { return !m; }
};
/// Whether the mask is true in no lane; of a bool, its opposite. Example: `if (tandem::none(v < 0.)) ...`
inline constexpr none_fn none{};

}  // namespace TANDEM_ABI

namespace detail {
inline namespace TANDEM_ABI {

// Numbers meet in their common type; lanes make lanes of the numbers beside them.
template <class... Operands> struct meeting : std::common_type<Operands...> {};
template <class... Operands> requires lane_operands<Operands...>
struct meeting<Operands...> : lanes_among<Operands...> {};
template <class... Operands> using meeting_t = typename meeting<Operands...>::type;

template <class... Operands>
concept comparable_operands = lane_operands<Operands...> || (number<Operands> && ...);

template <class V> inline constexpr bool of_integers = std::integral<V>;
template <class T> inline constexpr bool of_integers<lanes<T>> = std::integral<T>;

// IEEE 754's minimum and maximum: a NaN is the answer, and -0 lies below +0, which no instruction of x86 gives alone.
template <class V> TANDEM_INLINE V lesser(V a, V b) noexcept {
  auto const smaller = tandem::where(a < b, a, b);
  if constexpr (of_integers<V>) return smaller;
  else return tandem::where(a != a, a, tandem::where(a == b, tandem::where(tandem::copysign(V(1), a) < V(0), a, b), smaller));
}
template <class V> TANDEM_INLINE V greater(V a, V b) noexcept {
  auto const larger = tandem::where(a > b, a, b);
  if constexpr (of_integers<V>) return larger;
  else return tandem::where(a != a, a, tandem::where(a == b, tandem::where(tandem::copysign(V(1), a) < V(0), b, a), larger));
}

}  // namespace TANDEM_ABI
}  // namespace detail

inline namespace TANDEM_ABI {

struct minimum_fn {
  template <class A, class B> requires detail::comparable_operands<A, B>
  TANDEM_INLINE auto operator()(A a, B b) const noexcept {
    using V = detail::meeting_t<A, B>;
    return detail::lesser<V>(static_cast<V>(a), static_cast<V>(b));
  }
};
/// The smaller one, exact; NaN if either is NaN (the first such), and -0 < +0. `std::min` drops a NaN.
/// Example: `tandem::minimum(v, 1.)`
inline constexpr minimum_fn minimum{};

struct maximum_fn {
  template <class A, class B> requires detail::comparable_operands<A, B>
  TANDEM_INLINE auto operator()(A a, B b) const noexcept {
    using V = detail::meeting_t<A, B>;
    return detail::greater<V>(static_cast<V>(a), static_cast<V>(b));
  }
};
/// The larger one, exact; NaN if either is NaN (the first such), and -0 < +0. `std::max` drops a NaN.
/// Example: `tandem::maximum(v, 0.)`
inline constexpr maximum_fn maximum{};

struct clamp_fn {
  template <class A, class Low, class High> requires detail::comparable_operands<A, Low, High>
  TANDEM_INLINE auto operator()(A x, Low low, High high) const noexcept {
    using V = detail::meeting_t<A, Low, High>;
    V const v = static_cast<V>(x), least = static_cast<V>(low), most = static_cast<V>(high);
    using std::clamp;
    return clamp(v, least, most);
  }
};
/// x within [low, high], as `std::clamp`; NaN stays NaN. Example: `tandem::clamp(v, 0., 1.)`
inline constexpr clamp_fn clamp{};

}  // namespace TANDEM_ABI
}  // namespace tandem
