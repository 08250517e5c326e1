// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Sine, cosine and tangent of lanes, each lane by itself.
///
/// xsimd chooses how to reduce the angles by the largest of them, so that a lane's bits depend on its neighbours. Here all
/// angles of ordinary size are reduced in one way, by Cody and Waite's: multiples of pi/2 are taken off in pieces that
/// multiply without rounding (W. J. Cody and W. Waite, "Software Manual for the Elementary Functions", 1980, chapter 8).
/// xsimd then sees angles within a quarter of pi only. Larger angles go to the C library one by one.

#include <cmath>
#include <concepts>
#include <cstddef>

#include <tandem/backend/simd.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// pi/2 in pieces of so few bits that a quadrant number below `most_quadrants` times a piece is exact.
template <class T> struct quarter_turn;
template <> struct quarter_turn<double> {
  static constexpr double pieces[] = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2e037073p-69};
  static constexpr double inverse = 0x1.45f306dc9c883p-1, most_quadrants = 0x1p+19;
};
template <> struct quarter_turn<float> {
  static constexpr float pieces[] = {0x1.92p+0f, 0x1.fb4p-12f, 0x1.444p-24f, 0x1.68c234p-39f};
  static constexpr float inverse = 0x1.45f306p-1f, most_quadrants = 0x1p+12f;
};

/// Sine and cosine of the angle within its quadrant; the quadrant, 0 to 3; and whether the angle was of ordinary size.
template <class T> struct reduced_angle {
  using batch = xsimd::batch<T>;

  explicit TANDEM_INLINE reduced_angle(batch const& x) {
    using constants = quarter_turn<T>;
    batch const turns = xsimd::nearbyint(x * batch(constants::inverse));
    ordinary = xsimd::abs(turns) <= batch(constants::most_quadrants);  // false for NaN
    batch rest = x;
    for (T const piece : constants::pieces) rest = rest - turns * batch(piece);
    // Lanes that go to the C library must not choose the path for the others either.
    auto const [s, c] = xsimd::sincos(xsimd::select(ordinary, rest, batch(T(0))));
    sine = s;
    cosine = c;
    quadrant = turns - batch(T(4)) * xsimd::floor(turns * batch(T(0.25)));
  }

  batch sine, cosine, quadrant;
  typename batch::batch_bool_type ordinary;
};

template <class T> TANDEM_INLINE xsimd::batch<T> negated(xsimd::batch<T> const& x) { return x ^ xsimd::batch<T>(T(-0.)); }

/// `value`, but for the lanes that are not ordinary the C library's answer.
template <class T, class F> TANDEM_INLINE xsimd::batch<T> or_one_by_one(xsimd::batch<T> const& value,
                                                                        typename xsimd::batch<T>::batch_bool_type ordinary,
                                                                        xsimd::batch<T> const& x, F const& function) {
  if (xsimd::all(ordinary)) return value;
  constexpr std::size_t size = xsimd::batch<T>::size;
  alignas(xsimd::batch<T>) T angles[size], values[size];
  bool keep[size];
  x.store_aligned(angles);
  value.store_aligned(values);
  ordinary.store_unaligned(keep);
  for (std::size_t i = 0; i < size; ++i)
    if (!keep[i]) values[i] = function(angles[i]);
  return xsimd::batch<T>::load_aligned(values);
}

template <class T> xsimd::batch<T> sine(xsimd::batch<T> const& x) {
  using batch = xsimd::batch<T>;
  reduced_angle<T> const a(x);
  auto const odd = (a.quadrant == batch(T(1))) || (a.quadrant == batch(T(3)));
  batch const size = xsimd::select(odd, a.cosine, a.sine);
  batch const turned = xsimd::select(a.quadrant >= batch(T(2)), negated(size), size);
  batch const value = xsimd::select(x == batch(T(0)), x, turned);  // reducing -0 made it +0
  return or_one_by_one<T>(value, a.ordinary, x, [](T angle) { return std::sin(angle); });
}

template <class T> xsimd::batch<T> cosine(xsimd::batch<T> const& x) {
  using batch = xsimd::batch<T>;
  reduced_angle<T> const a(x);
  auto const odd = (a.quadrant == batch(T(1))) || (a.quadrant == batch(T(3)));
  batch const size = xsimd::select(odd, a.sine, a.cosine);
  auto const negative = (a.quadrant == batch(T(1))) || (a.quadrant == batch(T(2)));
  return or_one_by_one<T>(xsimd::select(negative, negated(size), size), a.ordinary, x, [](T angle) { return std::cos(angle); });
}

template <class T> xsimd::batch<T> tangent(xsimd::batch<T> const& x) {
  using batch = xsimd::batch<T>;
  reduced_angle<T> const a(x);
  auto const odd = (a.quadrant == batch(T(1))) || (a.quadrant == batch(T(3)));
  batch const turned = backend::divide<T>(xsimd::select(odd, negated(a.cosine), a.sine), xsimd::select(odd, a.sine, a.cosine));
  batch const value = xsimd::select(x == batch(T(0)), x, turned);  // reducing -0 made it +0
  return or_one_by_one<T>(value, a.ordinary, x, [](T angle) { return std::tan(angle); });
}

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
