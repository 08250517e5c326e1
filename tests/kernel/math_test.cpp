// SPDX-License-Identifier: BSL-1.0
#include <tandem/kernel/math.hpp>

#include <array>
#include <cmath>
#include <concepts>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include "../support/kernel_values.hpp"
#include "../support/math_functions.hpp"

using kernel_test::exactly;
using kernel_test::same;
using tandem::lanes;

namespace {

// Special values, random ones of all exponents, and plenty from where functions are used, shuffled: in most registers
// neighbours are of different size, so that a function that treats a whole register by its largest lane is found out.
template <class T> std::vector<T> argument_values() {
  std::vector<T> values = kernel_test::mixed_values<T>(1000, 11);
  kernel_test::random_bits next(12);
  for (int i = 0; i < 500; ++i)
    for (double const reach : {1.0, 2.0, 10.0, 100.0, 1e5}) values.push_back(static_cast<T>(next.uniform(-reach, reach)));
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[next() % i]);
  return values;
}

template <class T> T scalar(std::string_view name, T x) {
  for (auto const& f : kernel_test::functions_of_one<T>)
    if (f.name == name) return f.scalar(x);
  FAIL("there is no function " << name);
  return x;
}
template <class T> T scalar(std::string_view name, T x, T y) {
  for (auto const& f : kernel_test::functions_of_two<T>)
    if (f.name == name) return f.scalar(x, y);
  FAIL("there is no function " << name);
  return x;
}

}  // namespace

TEMPLATE_TEST_CASE("A scalar gets the bits of a lane, at every position and beside any neighbours", "[math]", float, double) {
  using T = TestType;
  std::vector<T> const values = argument_values<T>();
  std::array<T, lanes<T>::size> result;
  for (auto const& f : kernel_test::functions_of_one<T>) {
    std::vector<T> expected(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) expected[i] = f.scalar(values[i]);
    std::size_t different = 0;
    std::string first;
    for (std::size_t i = 0; i + lanes<T>::size <= values.size(); ++i) {
      f.lanes(&values[i], result.data());
      for (std::size_t k = 0; k < lanes<T>::size; ++k)
        if (!same(result[k], expected[i + k]) && different++ == 0)
          first = exactly(values[i + k]) + ": scalar " + exactly(expected[i + k]) + ", lane " + exactly(result[k]);
    }
    INFO(f.name << " of " << first);
    CHECK(different == 0);
  }
}

TEMPLATE_TEST_CASE("A function of two gives scalars the bits of lanes, at every position", "[math]", float, double) {
  using T = TestType;
  std::vector<T> x = argument_values<T>(), y = x;
  kernel_test::random_bits next(13);
  for (std::size_t i = y.size(); i > 1; --i) std::swap(y[i - 1], y[next() % i]);
  for (T const a : kernel_test::special_values<T>())
    for (T const b : kernel_test::special_values<T>()) x.push_back(a), y.push_back(b);
  std::array<T, lanes<T>::size> result;
  for (auto const& f : kernel_test::functions_of_two<T>) {
    std::vector<T> expected(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) expected[i] = f.scalar(x[i], y[i]);
    std::size_t different = 0;
    std::string first;
    for (std::size_t i = 0; i + lanes<T>::size <= x.size(); ++i) {
      f.lanes(&x[i], &y[i], result.data());
      for (std::size_t k = 0; k < lanes<T>::size; ++k)
        if (!same(result[k], expected[i + k]) && different++ == 0)
          first = exactly(x[i + k]) + ", " + exactly(y[i + k]) + ": scalar " + exactly(expected[i + k]) + ", lane " +
                  exactly(result[k]);
    }
    INFO(f.name << " of " << first);
    CHECK(different == 0);
  }
}

TEMPLATE_TEST_CASE("fma gives scalars the bits of lanes, and rounds once where the instruction set can", "[math]", float,
                   double) {
  using T = TestType;
  std::vector<T> const x = argument_values<T>();
  std::size_t const n = x.size() - 2 * lanes<T>::size;
  std::size_t different = 0;
  for (std::size_t i = 0; i < n; ++i) {
    T const *a = &x[i], *b = &x[n - i], *c = &x[(i * 7) % n];
    lanes<T> const y = tandem::fma(lanes<T>::load(a), lanes<T>::load(b), lanes<T>::load(c));
    for (std::size_t k = 0; k < lanes<T>::size; ++k) {
      T const expected = tandem::fma(a[k], b[k], c[k]);
      different += !same(y.get(k), expected);
#if defined(__FMA__) || defined(__aarch64__)
      different += !same(std::fma(a[k], b[k], c[k]), expected);
#endif
    }
  }
  CHECK(different == 0);
  T const e = std::numeric_limits<T>::epsilon();
#if defined(__FMA__) || defined(__aarch64__)
  CHECK(tandem::fma(1 + e, 1 + e, -(1 + 2 * e)) == e * e);
#else
  CHECK(tandem::fma(1 + e, 1 + e, -(1 + 2 * e)) == 0);
#endif
}

TEMPLATE_TEST_CASE("Exact functions give what std's give, the sign of zero included", "[math]", float, double) {
  using T = TestType;
  struct exact {
    std::string_view name;
    T (*reference)(T);
  };
  exact const functions[] = {{"sqrt", [](T x) { return std::sqrt(x); }},   {"abs", [](T x) { return std::fabs(x); }},
                             {"floor", [](T x) { return std::floor(x); }}, {"ceil", [](T x) { return std::ceil(x); }},
                             {"round", [](T x) { return std::round(x); }}, {"trunc", [](T x) { return std::trunc(x); }}};
  std::vector<T> values = argument_values<T>();
  for (int i = -40; i <= 40; ++i)
    for (T const half : {T(0), T(0.5)})
      for (T const x :
           {T(i) + half, T(i) * T(0x1p20) + half, std::nextafter(T(i) + half, T(-100)), std::nextafter(T(i) + half, T(100))})
        values.push_back(x);
  std::array<T, lanes<T>::size> result;
  for (exact const& expected : functions)
    for (auto const& f : kernel_test::functions_of_one<T>) {
      if (f.name != expected.name) continue;
      std::size_t wrong_scalars = 0, wrong_lanes = 0;
      std::string first;
      for (std::size_t i = 0; i + lanes<T>::size <= values.size(); ++i) {
        wrong_scalars += !same(f.scalar(values[i]), expected.reference(values[i]));
        f.lanes(&values[i], result.data());
        if (!same(result[0], expected.reference(values[i])) && wrong_lanes++ == 0)
          first = exactly(values[i]) + " gives " + exactly(result[0]);
      }
      INFO(f.name << " of " << first);
      CHECK(wrong_scalars == 0);
      CHECK(wrong_lanes == 0);
    }
}

TEMPLATE_TEST_CASE("round takes halves away from zero, on lanes too", "[math]", float, double) {
  using T = TestType;
  T const cases[][2] = {
      {T(0.5), 1}, {T(-0.5), -1}, {T(1.5), 2}, {T(2.5), 3}, {T(-2.5), -3}, {std::nextafter(T(0.5), T(0)), 0}, {T(1e9), T(1e9)}};
  for (auto const& [x, rounded] : cases) {
    CHECK(tandem::round(x) == rounded);
    CHECK(tandem::round(lanes<T>(x)).get(0) == rounded);
  }
}

// The values that do not hold stand in "Special values that are not yet those of Annex F".
TEMPLATE_TEST_CASE("Special values are those of C's Annex F", "[math]", float, double) {
  using T = TestType;
  T const infinity = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  T const zero = 0, one = 1, least = std::numeric_limits<T>::min(), most = std::numeric_limits<T>::max();
  struct value {
    char const* name;
    T x, expected;
  };
  value const values[] = {{"sqrt", zero, zero},
                          {"sqrt", -zero, -zero},
                          {"sqrt", infinity, infinity},
                          {"sqrt", -1, nan},
                          {"sqrt", -infinity, nan},
                          {"cbrt", zero, zero},
                          {"cbrt", -zero, -zero},
                          {"cbrt", infinity, infinity},
                          {"cbrt", -infinity, -infinity},
                          {"cbrt", 27, 3},
                          {"cbrt", -8, -2},
                          {"exp", zero, one},
                          {"exp", -zero, one},
                          {"exp", -infinity, zero},
                          {"exp", infinity, infinity},
                          {"exp", most, infinity},
                          {"exp", -most, zero},
                          {"exp2", zero, one},
                          {"exp2", -zero, one},
                          {"exp2", -infinity, zero},
                          {"exp2", infinity, infinity},
                          {"exp2", 10, 1024},
                          {"exp2", -3, T(0.125)},
                          {"expm1", zero, zero},
                          {"expm1", -infinity, -1},
                          {"expm1", infinity, infinity},
                          {"log", one, zero},
                          {"log", zero, -infinity},
                          {"log", -zero, -infinity},
                          {"log", -1, nan},
                          {"log", infinity, infinity},
                          {"log", -infinity, nan},
                          {"log2", one, zero},
                          {"log2", zero, -infinity},
                          {"log2", -zero, -infinity},
                          {"log2", -1, nan},
                          {"log2", infinity, infinity},
                          {"log2", 8, 3},
                          {"log10", one, zero},
                          {"log10", zero, -infinity},
                          {"log10", -zero, -infinity},
                          {"log10", -1, nan},
                          {"log10", infinity, infinity},
                          {"log1p", zero, zero},
                          {"log1p", -1, -infinity},
                          {"log1p", -2, nan},
                          {"log1p", infinity, infinity},
                          {"sin", zero, zero},
                          {"sin", -zero, -zero},
                          {"sin", infinity, nan},
                          {"sin", -infinity, nan},
                          {"cos", zero, one},
                          {"cos", -zero, one},
                          {"cos", infinity, nan},
                          {"cos", -infinity, nan},
                          {"tan", zero, zero},
                          {"tan", -zero, -zero},
                          {"tan", infinity, nan},
                          {"tan", -infinity, nan},
                          {"asin", zero, zero},
                          {"asin", -zero, -zero},
                          {"asin", 2, nan},
                          {"asin", -2, nan},
                          {"acos", one, zero},
                          {"acos", 2, nan},
                          {"acos", -2, nan},
                          {"atan", zero, zero},
                          {"atan", -zero, -zero},
                          {"atan", infinity, T(M_PI_2)},
                          {"atan", -infinity, -T(M_PI_2)},
                          {"sinh", zero, zero},
                          {"sinh", -zero, -zero},
                          {"sinh", infinity, infinity},
                          {"sinh", -infinity, -infinity},
                          {"cosh", zero, one},
                          {"cosh", -zero, one},
                          {"cosh", infinity, infinity},
                          {"cosh", -infinity, infinity},
                          {"tanh", zero, zero},
                          {"tanh", -zero, -zero},
                          {"tanh", infinity, one},
                          {"tanh", -infinity, -1},
                          {"erf", zero, zero},
                          {"erf", -zero, -zero},
                          {"erf", infinity, one},
                          {"erf", -infinity, -1},
                          {"sqrt", least * least, zero},
                          {"abs", -infinity, infinity},
                          {"abs", -zero, zero}};
  for (value const& v : values) {
    T const got = scalar(v.name, v.x);
    INFO(v.name << "(" << v.x << ") is " << exactly(got) << ", not " << exactly(v.expected));
    CHECK(same(got, v.expected));
  }
  for (auto const& f : kernel_test::functions_of_one<T>) {
    INFO(f.name << "(NaN) is " << f.scalar(nan));
    CHECK(kernel_test::is_nan(f.scalar(nan)));
    CHECK(kernel_test::is_nan(f.scalar(-nan)));
  }
}

TEMPLATE_TEST_CASE("Special values of functions of two are those of C's Annex F", "[math]", float, double) {
  using T = TestType;
  T const infinity = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN(), zero = 0;
  T const pi = T(M_PI), half_pi = T(M_PI_2);
  struct value {
    char const* name;
    T x, y, expected;
  };
  value const values[] = {{"pow", zero, 3, zero},
                          {"pow", -zero, 2, zero},
                          {"pow", zero, -1, infinity},
                          {"pow", -zero, -2, infinity},
                          {"pow", -3, T(0.5), nan},
                          {"pow", T(0.5), -infinity, infinity},
                          {"pow", 2, -infinity, zero},
                          {"pow", T(0.5), infinity, zero},
                          {"pow", 2, infinity, infinity},
                          {"pow", -infinity, -2, zero},
                          {"pow", -infinity, 3, -infinity},
                          {"pow", -infinity, 2, infinity},
                          {"pow", infinity, -1, zero},
                          {"pow", infinity, 2, infinity},
                          {"pow", -2, 2, 4},
                          {"pow", 2, nan, nan},
                          {"pow", nan, 2, nan},
                          {"atan2", zero, -1, pi},
                          {"atan2", -zero, -1, -pi},
                          {"atan2", zero, 1, zero},
                          {"atan2", -zero, 1, -zero},
                          {"atan2", 1, zero, half_pi},
                          {"atan2", -1, zero, -half_pi},
                          {"atan2", 1, -zero, half_pi},
                          {"atan2", 1, -infinity, pi},
                          {"atan2", -1, -infinity, -pi},
                          {"atan2", 1, infinity, zero},
                          {"atan2", -1, infinity, -zero},
                          {"atan2", infinity, 1, half_pi},
                          {"atan2", -infinity, 1, -half_pi},
                          {"atan2", nan, 1, nan},
                          {"atan2", 1, nan, nan},
                          {"hypot", 3, 4, 5},
                          {"hypot", -3, 4, 5},
                          {"hypot", zero, -7, 7},
                          {"hypot", infinity, 1, infinity},
                          {"hypot", nan, 1, nan},
                          {"hypot", -zero, -zero, zero},
                          {"copysign", 3, -zero, -3},
                          {"copysign", -3, zero, 3},
                          {"copysign", infinity, -1, -infinity},
                          {"copysign", zero, -5, -zero}};
  for (value const& v : values) {
    T const got = scalar(v.name, v.x, v.y);
    INFO(v.name << "(" << v.x << ", " << v.y << ") is " << exactly(got) << ", not " << exactly(v.expected));
    CHECK(same(got, v.expected));
  }
}

TEMPLATE_TEST_CASE("pow gives what Annex F says for zeros, ones, infinities, NaN, and signs by odd exponents", "[math]", float,
                   double) {
  using T = TestType;
  T const infinity = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  T const most = std::numeric_limits<T>::max(), least = std::numeric_limits<T>::min();
  T const whole_odd = 2 / std::numeric_limits<T>::epsilon() - 1;  // the largest odd number
  std::vector<T> values{0, 1, 2, 3, T(0.5), T(1.5), T(2.5), T(1e18), whole_odd, whole_odd + 1, least, most, infinity, nan};
  for (std::size_t i = 0, n = values.size(); i < n; ++i) values.push_back(-values[i]);
  auto const decided = [=](T x, T y) {  // by the special values alone
    return x == 0 || std::fabs(x) == 1 || std::isinf(x) || x != x || y == 0 || std::isinf(y) || y != y ||
           (x < 0 && y != std::trunc(y));
  };
  for (T const x : values)
    for (T const y : values) {
      T const got = scalar("pow", x, y), expected = std::pow(x, y);
      INFO("pow(" << x << ", " << y << ") is " << exactly(got) << ", not " << exactly(expected));
      if (decided(x, y)) CHECK(same(got, expected));
      else CHECK((std::signbit(got) == std::signbit(expected) && got == got));
    }
}

TEMPLATE_TEST_CASE("Logarithms, cube roots and powers of subnormal numbers are as good as others", "[math]", float, double) {
  using T = TestType;
  T const least = std::numeric_limits<T>::min();
  kernel_test::random_bits next(17);
  std::vector<T> values{std::numeric_limits<T>::denorm_min(), std::nextafter(least, T(0)), least, least / 2};
  for (int i = 0; i < 1000; ++i) values.push_back(std::ldexp(least, -static_cast<int>(next() % 20)) * T(next.uniform(0.5, 1)));
  auto const off = [](T got, T expected) { return std::fabs(got / expected - 1) / std::numeric_limits<T>::epsilon(); };
  T worst = 0;
  for (T const x : values) {
    CAPTURE(exactly(x));
    CHECK(std::fabs(tandem::erf(x) - std::erf(x)) <= 12 * std::numeric_limits<T>::denorm_min());
    for (T const error :
         {off(tandem::log(x), std::log(x)), off(tandem::log2(x), std::log2(x)), off(tandem::log10(x), std::log10(x)),
          off(tandem::cbrt(x), std::cbrt(x)), off(tandem::cbrt(-x), std::cbrt(-x))})
      if (!(error <= worst)) worst = error;
    CHECK(off(tandem::pow(x, T(0.0625)), std::pow(x, T(0.0625))) <= 100);
  }
  CHECK(worst <= 2);
  CHECK(tandem::log2(std::numeric_limits<T>::denorm_min()) ==
        std::numeric_limits<T>::min_exponent - std::numeric_limits<T>::digits);
}

TEMPLATE_TEST_CASE("erf is 1 from 6 on, however large the argument", "[math]", float, double) {
  using T = TestType;
  for (T const x : {T(6), T(6.5), T(27), T(1e10), T(1e20), std::numeric_limits<T>::max() / 4, std::numeric_limits<T>::max()}) {
    CAPTURE(x);
    CHECK((tandem::erf(x) == 1 && tandem::erf(-x) == -1));
  }
  if constexpr (std::is_same_v<T, double>) CHECK((tandem::erf(1e62) == 1 && tandem::erf(-1e200) == -1));
}

TEMPLATE_TEST_CASE("hypot is symmetric, and the plain formula", "[math]", float, double) {
  using T = TestType;
  kernel_test::random_bits next(18);
  std::size_t different = 0;
  for (int i = 0; i < 2000; ++i) {
    T const x = T(next.uniform(0.1, 10)), y = T(next.uniform(0.1, 10));
    T volatile const squares[] = {x * x, y * y};  // rounded, whatever the compiler contracts
    different +=
        !same(tandem::hypot(x, y), tandem::hypot(y, x)) || !same(tandem::hypot(x, y), std::sqrt(squares[0] + squares[1]));
  }
  CHECK(different == 0);
}

// docs/math.md says so: near the largest number a result may be infinite early, among the subnormal ones it may vanish.
TEMPLATE_TEST_CASE("Near the ends of the range exp2 and pow are as documented", "[math]", float, double) {
  using T = TestType;
  using numbers = std::numeric_limits<T>;
  auto const near = [](T got, T expected) { return std::fabs(got / expected - 1) <= 2000 * numbers::epsilon(); };
  auto const upper = [&](T got, T expected) { return std::isinf(got) || near(got, expected); };
  auto const lower = [](T got) { return got >= 0 && got <= numbers::min(); };
  T const last = numbers::max_exponent, first = numbers::min_exponent;
  for (T const part : {T(0), T(0.1), T(0.5), T(0.9)}) {
    CAPTURE(part);
    T const high = last - 1 + part, low = first - 2 - 10 * part;
    CHECK(near(tandem::exp2(high - 1), std::exp2(high - 1)));
    CHECK(upper(tandem::exp2(high), std::exp2(high)));
    CHECK(lower(tandem::exp2(low)));
    CHECK(near(tandem::pow(T(2), high - 1), std::exp2(high - 1)));
    CHECK(upper(tandem::pow(T(2), high), std::exp2(high)));
    CHECK(lower(tandem::pow(T(2), low)));
    CHECK(near(tandem::pow(T(2), first + part), std::exp2(first + part)));
  }
  CHECK(near(tandem::pow(numbers::max() / T(1.43), T(1)), numbers::max() / T(1.43)));
  CHECK(upper(tandem::pow(numbers::max(), T(1)), numbers::max()));
  CHECK((tandem::pow(numbers::min(), T(1)) == 0 || near(tandem::pow(numbers::min(), T(1)), numbers::min())));
}

// Where xsimd 14 departs from Annex F, on some instruction set at least; docs/math.md says so. Run by name, to see what holds.
TEMPLATE_TEST_CASE("Special values that are not yet those of Annex F", "[.deviations]", float, double) {
  using T = TestType;
  T const infinity = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN(), zero = 0;
  T const pi = T(M_PI);
  CHECK(same(scalar("expm1", -zero), -zero));
  CHECK(same(scalar("log1p", -zero), -zero));
  struct value {
    char const* name;
    T x, y, expected;
  };
  value const values[] = {{"pow", -2, 3, -8},
                          {"pow", 3, 2, 9},
                          {"atan2", zero, zero, zero},
                          {"atan2", -zero, zero, -zero},
                          {"atan2", zero, -zero, pi},
                          {"atan2", -zero, -zero, -pi},
                          {"atan2", infinity, infinity, pi / 4},
                          {"atan2", infinity, -infinity, 3 * pi / 4},
                          {"hypot", infinity, nan, infinity},
                          {"hypot", nan, -infinity, infinity}};
  for (value const& v : values) {
    T const got = scalar(v.name, v.x, v.y);
    INFO(v.name << "(" << v.x << ", " << v.y << ") is " << exactly(got) << ", not " << exactly(v.expected));
    CHECK(same(got, v.expected));
  }
}

TEMPLATE_TEST_CASE("Odd functions are odd and even functions are even, to the bit", "[math]", float, double) {
  using T = TestType;
  std::vector<T> const values = argument_values<T>();
  for (std::string_view const name : {"cbrt", "sin", "tan", "asin", "atan", "sinh", "tanh", "erf", "round", "trunc"}) {
    std::size_t wrong = 0;
    for (T const x : values) wrong += !same(scalar(name, -x), -scalar(name, x));
    INFO(name);
    CHECK(wrong == 0);
  }
  for (std::string_view const name : {"cos", "cosh", "abs"}) {
    std::size_t wrong = 0;
    for (T const x : values) wrong += !same(scalar(name, -x), scalar(name, x));
    INFO(name);
    CHECK(wrong == 0);
  }
}

TEMPLATE_TEST_CASE("minimum and maximum answer NaN if either is, and order zeros", "[math]", float, double) {
  using T = TestType;
  std::vector<T> const values = kernel_test::mixed_values<T>(50, 21);
  auto const least = [](T a, T b) { return a != a ? a : b != b ? b : a == b ? (std::signbit(a) ? a : b) : a < b ? a : b; };
  auto const most = [](T a, T b) { return a != a ? a : b != b ? b : a == b ? (std::signbit(a) ? b : a) : a > b ? a : b; };
  std::size_t wrong = 0;
  for (T const a : values)
    for (T const b : values)
      wrong += !(same(tandem::minimum(a, b), least(a, b)) && same(tandem::maximum(a, b), most(a, b)) &&
                 same(tandem::minimum(lanes<T>(a), b).get(0), least(a, b)) &&
                 same(tandem::maximum(a, lanes<T>(b)).get(0), most(a, b)));
  CHECK(wrong == 0);
  T const nan = std::numeric_limits<T>::quiet_NaN();
  CHECK((kernel_test::is_nan(tandem::minimum(nan, T(1))) && kernel_test::is_nan(tandem::minimum(T(1), nan))));
  CHECK((kernel_test::is_nan(tandem::maximum(nan, T(1))) && kernel_test::is_nan(tandem::maximum(T(1), nan))));
  CHECK((std::signbit(tandem::minimum(T(0), -T(0))) && std::signbit(tandem::minimum(-T(0), T(0)))));
  CHECK_FALSE((std::signbit(tandem::maximum(T(0), -T(0))) || std::signbit(tandem::maximum(-T(0), T(0)))));
  CHECK((std::signbit(tandem::minimum(nan, -nan)) == std::signbit(nan) &&
         std::signbit(tandem::maximum(-nan, nan)) == std::signbit(-nan)));
}

TEST_CASE("minimum, maximum and clamp serve integers and mixed numbers in their common type", "[math]") {
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::minimum(1, 2)), int>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::maximum(1, 2.5)), double>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::maximum(1, 2.5f)), float>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::clamp(1, 0.5, 2.f)), double>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::minimum(lanes<int>(), 3)), lanes<int>>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::clamp(lanes<float>(), 0, 1.f)), lanes<float>>);
  CHECK((tandem::minimum(3, -2) == -2 && tandem::maximum(3, -2) == 3 && tandem::maximum(1, 2.5) == 2.5));
  CHECK((tandem::clamp(7, 0, 5) == 5 && tandem::clamp(-7, 0, 5) == 0 && tandem::clamp(3, 0, 5) == 3));
  CHECK((tandem::minimum(lanes<int>(4), -1).get(0) == -1 && tandem::maximum(lanes<unsigned>(4u), 9).get(0) == 9));
  CHECK(tandem::clamp(lanes<long>(-5), -3, 3).get(0) == -3);
}

TEMPLATE_TEST_CASE("clamp is std::clamp, and NaN stays NaN", "[math]", float, double) {
  using T = TestType;
  T const nan = std::numeric_limits<T>::quiet_NaN();
  std::size_t wrong = 0;
  for (T const x : kernel_test::mixed_values<T>(200, 22)) {
    T const expected = x < -90 ? -90 : x > 90 ? 90 : x;
    wrong += !(same(tandem::clamp(x, T(-90), T(90)), expected) && same(tandem::clamp(lanes<T>(x), -90, 90).get(0), expected));
  }
  CHECK(wrong == 0);
  CHECK((kernel_test::is_nan(tandem::clamp(nan, T(0), T(1))) &&
         kernel_test::is_nan(tandem::clamp(lanes<T>(nan), T(0), T(1)).get(0))));
  CHECK(same(tandem::clamp(-T(0), T(0), T(1)), -T(0)));
}

TEST_CASE("where, any, all and none serve a bool as they serve a mask", "[math]") {
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::where(true, 1, 2.5)), double>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::where(lanes<double>() < 1, 1, 2.5)), lanes<double>>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::where(true, lanes<double>(), 2.5)), lanes<double>>);
  STATIC_REQUIRE_FALSE(std::is_invocable_v<tandem::where_fn, tandem::mask<float>, double, double>);
  STATIC_REQUIRE_FALSE(std::is_invocable_v<tandem::where_fn, int, double, double>);
  STATIC_REQUIRE_FALSE((std::is_invocable_v<tandem::any_fn, int> || std::is_invocable_v<tandem::all_fn, lanes<int>>));
  STATIC_REQUIRE((tandem::where(false, 1., 2.5) == 2.5 && tandem::any(true) && !tandem::all(false) && tandem::none(false)));
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::where(lanes<double>() < 1, lanes<double>() > 2, true)), tandem::mask<double>>);
  STATIC_REQUIRE(tandem::where(true, false, true) == false);
  lanes<double> const v(3.);
  CHECK((tandem::all(tandem::where(v > 2., v > 1., false)) && tandem::none(tandem::where(v > 2., false, v > 1.))));
  CHECK((tandem::where(v > 2., v, -v).get(0) == 3 && tandem::where(v > 5., v, 0.5).get(0) == 0.5 &&
         tandem::where(v > 5., 1, 2).get(0) == 2));
  CHECK((tandem::any(v > 2.) && tandem::all(v > 2.) && tandem::none(v > 5.) && !tandem::any(v > 5.)));
}

TEST_CASE("Numbers give numbers: integers count as double, floats stay float", "[math]") {
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::exp(1)), double>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::exp(1.f)), float>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::exp(1.)), double>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::sqrt(4u)), double>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::floor('a')), double>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::pow(2.f, 3)), float>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::pow(2.f, 3.f)), float>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::hypot(2.f, 3.)), double>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::fma(2.f, 3.f, 4.f)), float>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::copysign(2.f, -1.)), double>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::abs(-1)), int>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::abs(-1.f)), float>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::abs(1ul)), unsigned long>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::abs(short{-1})), short>);
  CHECK((tandem::exp(0) == 1 && tandem::sqrt(9) == 3 && tandem::fma(2, 3, 4) == 10 && tandem::hypot(3, 4) == 5));
  CHECK((tandem::pow(2, 3) == tandem::pow(2., 3.) && std::abs(tandem::pow(2, 3) - 8) < 1e-14));
  CHECK((tandem::exp(2) == tandem::exp(2.) && tandem::sin(1l) == tandem::sin(1.) && tandem::log(10ull) == tandem::log(10.)));
  CHECK((tandem::abs(-3) == 3 && tandem::abs(-2.5) == 2.5 && tandem::abs(-7l) == 7 && tandem::abs(4000000000u) == 4000000000u));
}

TEST_CASE("Lanes meet numbers that leave their type as it is, on either side", "[math]") {
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::pow(lanes<float>(), 2)), lanes<float>>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::pow(2.f, lanes<float>())), lanes<float>>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::fma(lanes<double>(), 2, 1.f)), lanes<double>>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::fma(1, lanes<double>(), 1)), lanes<double>>);
  STATIC_REQUIRE(std::is_same_v<decltype(tandem::abs(lanes<int>())), lanes<int>>);
  STATIC_REQUIRE_FALSE(std::is_invocable_v<tandem::pow_fn, lanes<float>, double>);
  STATIC_REQUIRE_FALSE(std::is_invocable_v<tandem::pow_fn, lanes<float>, lanes<double>>);
  STATIC_REQUIRE_FALSE(std::is_invocable_v<tandem::fma_fn, lanes<float>, float, double>);
  STATIC_REQUIRE_FALSE(std::is_invocable_v<tandem::minimum_fn, lanes<int>, double>);
  STATIC_REQUIRE_FALSE((std::is_invocable_v<tandem::exp_fn, bool> || std::is_invocable_v<tandem::exp_fn, long double> ||
                        std::is_invocable_v<tandem::exp_fn, char const*>));
  STATIC_REQUIRE_FALSE((std::is_invocable_v<tandem::exp_fn> || std::is_invocable_v<tandem::exp_fn, double, double> ||
                        std::is_invocable_v<tandem::pow_fn, double>));
  CHECK(same(tandem::pow(lanes<double>(3.), 2).get(0), tandem::pow(3., 2.)));
  CHECK(same(tandem::atan2(1, lanes<double>(2.)).get(0), tandem::atan2(1., 2.)));
  CHECK(same(tandem::hypot(lanes<float>(2.f), 1).get(0), tandem::hypot(2.f, 1.f)));
  CHECK(tandem::copysign(1, lanes<double>(-2.)).get(0) == -1);
}

TEST_CASE("std's names find the functions of lanes by the type of the argument", "[math]") {
  auto const kernel = [](auto v) {
    using std::exp, std::sqrt, std::pow, std::abs, std::atan2, std::fma, std::floor, std::erf;
    return exp(-abs(v)) + sqrt(v * v + 1) * pow(v * v, v) + atan2(v, v) + fma(v, v, v) + floor(v) + erf(v);
  };
  STATIC_REQUIRE(std::is_same_v<decltype(kernel(lanes<float>())), lanes<float>>);
  double const x = 1.25, from_lanes = kernel(lanes<double>(x)).get(0), from_scalar = kernel(x);
  CHECK(std::abs(from_lanes - from_scalar) < 1e-13);
}

TEST_CASE("Functions are objects that can be passed on", "[math]") {
  auto const apply = [](auto f, auto v) { return f(v); };
  CHECK(apply(tandem::sqrt, 4.) == 2);
  CHECK(apply(tandem::sqrt, lanes<float>(9.f)).get(0) == 3);
  STATIC_REQUIRE(std::is_empty_v<decltype(tandem::exp)>);
}
