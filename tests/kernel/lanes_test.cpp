// SPDX-License-Identifier: BSL-1.0
#include <tandem/kernel/lanes.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include "../support/kernel_values.hpp"

using kernel_test::exactly;
using kernel_test::same;
using tandem::lanes;
using tandem::mask;

namespace {

// Every type of 32 and 64 bits that has lanes, as C++ names them.
#define LANE_TYPES float, double, int, unsigned, long, unsigned long, long long, unsigned long long
#define INTEGER_LANE_TYPES int, unsigned, long, unsigned long, long long, unsigned long long

template <class Operation, class A, class B, class Result>
concept gives = std::is_invocable_v<Operation, A, B> && std::is_same_v<std::invoke_result_t<Operation, A, B>, Result>;

// Takes part on either side, and the result is lanes of the same type.
template <class Number, class T>
concept joins = gives<std::plus<>, lanes<T>, Number, lanes<T>> && gives<std::plus<>, Number, lanes<T>, lanes<T>> &&
                gives<std::multiplies<>, lanes<T>, Number, lanes<T>> && gives<std::multiplies<>, Number, lanes<T>, lanes<T>> &&
                gives<std::less<>, lanes<T>, Number, mask<T>> && gives<std::less<>, Number, lanes<T>, mask<T>> &&
                gives<std::equal_to<>, lanes<T>, Number, mask<T>> && std::is_convertible_v<Number, lanes<T>>;

// Takes part on neither side, in no operation.
template <class Number, class T>
concept refused =
    !std::is_invocable_v<std::plus<>, lanes<T>, Number> && !std::is_invocable_v<std::plus<>, Number, lanes<T>> &&
    !std::is_invocable_v<std::minus<>, lanes<T>, Number> && !std::is_invocable_v<std::minus<>, Number, lanes<T>> &&
    !std::is_invocable_v<std::multiplies<>, lanes<T>, Number> && !std::is_invocable_v<std::multiplies<>, Number, lanes<T>> &&
    !std::is_invocable_v<std::divides<>, lanes<T>, Number> && !std::is_invocable_v<std::divides<>, Number, lanes<T>> &&
    !std::is_invocable_v<std::less<>, lanes<T>, Number> && !std::is_invocable_v<std::less<>, Number, lanes<T>> &&
    !std::is_invocable_v<std::equal_to<>, lanes<T>, Number> && !std::is_convertible_v<Number, lanes<T>>;

template <class T> std::array<T, lanes<T>::size> elements_of(lanes<T> v) {
  std::array<T, lanes<T>::size> values;
  v.store(values.data());
  return values;
}

template <class T> std::array<bool, lanes<T>::size> truths_of(mask<T> m) {
  std::array<bool, lanes<T>::size> truths;
  static_cast<xsimd::batch_bool<T>>(m).store_unaligned(truths.data());
  return truths;
}

template <class T> mask<T> mask_of(unsigned bits) {
  std::array<T, lanes<T>::size> values;
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = static_cast<T>((bits >> k) & 1u);
  return lanes<T>::load(values.data()) == T{1};
}

// What C++ would compute if signed integers wrapped.
template <class T> using modular = std::conditional_t<std::is_integral_v<T>, std::make_unsigned<T>, std::type_identity<T>>;
template <class T> auto wrapping(auto operation) {
  return [operation](T a, T b) {
    using U = typename modular<T>::type;
    return static_cast<T>(operation(static_cast<U>(a), static_cast<U>(b)));
  };
}

// `operation` on lanes against `reference` on scalars, for every pair that `admits`, in registers filled with such pairs.
template <class T> void check_pairs(char const* name, auto operation, auto reference, auto admits) {
  INFO(name);
  std::vector<T> const values = kernel_test::mixed_values<T>(60, 1);
  std::vector<T> left, right;
  for (T const a : values)
    for (T const b : values)
      if (admits(a, b)) left.push_back(a), right.push_back(b);
  REQUIRE(left.size() > 16);
  while (left.size() % lanes<T>::size != 0) left.push_back(left[0]), right.push_back(right[0]);
  for (std::size_t i = 0; i < left.size(); i += lanes<T>::size) {
    auto const result = operation(lanes<T>::load(&left[i]), lanes<T>::load(&right[i]));
    for (std::size_t k = 0; k < lanes<T>::size; ++k) {
      T const a = left[i + k], b = right[i + k];
      bool agrees;
      if constexpr (std::is_same_v<decltype(result), mask<T> const>) agrees = truths_of(result)[k] == reference(a, b);
      else agrees = same(result.get(k), reference(a, b));
      if (!agrees) {
        CAPTURE(exactly(a), exactly(b), k);
        FAIL("the lane and the scalar differ");
      }
    }
  }
}
template <class T> void check_pairs(char const* name, auto operation, auto reference) {
  check_pairs<T>(name, operation, reference, [](T, T) { return true; });
}

}  // namespace

TEST_CASE("Lanes exist for float, double and integers of 32 and 64 bits, and for nothing else", "[lanes]") {
  STATIC_REQUIRE((tandem::lane_type<float> && tandem::lane_type<double>));
  STATIC_REQUIRE(
      (tandem::lane_type<int> && tandem::lane_type<unsigned> && tandem::lane_type<long> && tandem::lane_type<unsigned long>));
  STATIC_REQUIRE((tandem::lane_type<long long> && tandem::lane_type<unsigned long long> && tandem::lane_type<std::int64_t>));
  STATIC_REQUIRE_FALSE((tandem::lane_type<std::int8_t> || tandem::lane_type<std::uint8_t> || tandem::lane_type<char> ||
                        tandem::lane_type<short> || tandem::lane_type<unsigned short>));
  STATIC_REQUIRE_FALSE((tandem::lane_type<bool> || tandem::lane_type<long double> || tandem::lane_type<wchar_t> ||
                        tandem::lane_type<char32_t> || tandem::lane_type<char8_t>));
  STATIC_REQUIRE_FALSE((tandem::lane_type<double const> || tandem::lane_type<int const> || tandem::lane_type<double&> ||
                        tandem::lane_type<void>));
  enum plain { one };
  STATIC_REQUIRE_FALSE((tandem::lane_type<plain> || tandem::lane_type<double*> || tandem::lane_type<std::byte>));
}

TEST_CASE("Lanes of float take floats and integers, and no double", "[lanes]") {
  STATIC_REQUIRE(
      (joins<float, float> && joins<int, float> && joins<unsigned, float> && joins<long, float> && joins<char, float>));
  STATIC_REQUIRE((refused<double, float> && refused<long double, float> && refused<bool, float> &&
                  refused<lanes<double>, float> && refused<lanes<int>, float> && refused<char const*, float> &&
                  refused<mask<float>, float>));
}

TEST_CASE("Lanes of double take every float, double and integer, and no long double", "[lanes]") {
  STATIC_REQUIRE((joins<double, double> && joins<float, double> && joins<int, double> && joins<unsigned, double> &&
                  joins<long, double> && joins<std::int8_t, double>));
  STATIC_REQUIRE((refused<long double, double> && refused<bool, double> && refused<lanes<float>, double> &&
                  refused<lanes<long>, double> && refused<std::nullptr_t, double>));
}

TEST_CASE("Lanes of integers take integers that leave their type as it is", "[lanes]") {
  STATIC_REQUIRE((joins<int, int> && joins<short, int> && joins<std::int8_t, int> && joins<unsigned char, int>));
  STATIC_REQUIRE(
      (refused<unsigned, int> && refused<long, int> && refused<float, int> && refused<double, int> && refused<bool, int>));
  STATIC_REQUIRE((joins<unsigned, unsigned> && joins<int, unsigned> && joins<short, unsigned>));
  STATIC_REQUIRE((refused<long, unsigned> && refused<unsigned long, unsigned> && refused<double, unsigned>));
  STATIC_REQUIRE((joins<long, long> && joins<int, long> && joins<unsigned, long>));
  STATIC_REQUIRE((refused<unsigned long, long> && refused<double, long> && refused<lanes<int>, long>));
  STATIC_REQUIRE((joins<unsigned long, unsigned long> && joins<int, unsigned long> && joins<long, unsigned long>));
}

TEST_CASE("Integers of the same size and signedness are the same type to lanes", "[lanes]") {
  STATIC_REQUIRE((joins<unsigned long long, unsigned long> && joins<unsigned long, unsigned long long>));
  STATIC_REQUIRE((joins<long long, long> && joins<long, long long>));
  STATIC_REQUIRE((refused<unsigned long long, long> && refused<long long, int> && refused<unsigned, int>));
  CHECK(all(lanes<std::uint64_t>(5u) * 3ull == 15ul));
}

TEST_CASE("A number that would change lanes converts explicitly", "[lanes]") {
  STATIC_REQUIRE((std::is_constructible_v<lanes<float>, double> && !std::is_convertible_v<double, lanes<float>>));
  STATIC_REQUIRE((std::is_constructible_v<lanes<int>, double> && std::is_constructible_v<lanes<unsigned>, long>));
  CHECK(lanes<float>(0.1).get(0) == 0.1f);
  CHECK(lanes<int>(-2.9).get(0) == -2);
  CHECK(lanes<unsigned>(-1).get(0) == std::numeric_limits<unsigned>::max());
}

TEST_CASE("Bits, remainders and shifts take no part for lanes of float and double", "[lanes]") {
  STATIC_REQUIRE_FALSE((std::is_invocable_v<std::modulus<>, lanes<double>, lanes<double>> ||
                        std::is_invocable_v<std::bit_and<>, lanes<float>, lanes<float>> ||
                        std::is_invocable_v<std::bit_or<>, lanes<float>, int> ||
                        std::is_invocable_v<std::bit_xor<>, lanes<double>, double> ||
                        std::is_invocable_v<std::bit_not<>, lanes<double>>));
  STATIC_REQUIRE((gives<std::modulus<>, lanes<int>, int, lanes<int>> &&
                  gives<std::bit_and<>, int, lanes<unsigned>, lanes<unsigned>> &&
                  gives<std::bit_xor<>, lanes<long>, int, lanes<long>> && std::is_invocable_v<std::bit_not<>, lanes<int>>));
  auto const shifts = []<class V>(V v) {
    return requires {
      v << 1;
      v >> 1;
      v << v;
    };
  };
  CHECK((shifts(lanes<int>()) && shifts(lanes<unsigned long>())));
  CHECK_FALSE((shifts(lanes<float>()) || shifts(lanes<double>())));
}

TEST_CASE("A mask never becomes a bool, a number or lanes", "[lanes]") {
  STATIC_REQUIRE_FALSE((std::is_constructible_v<bool, mask<double>> || std::is_convertible_v<mask<double>, bool> ||
                        std::is_constructible_v<bool, mask<int>>));
  STATIC_REQUIRE_FALSE((std::is_constructible_v<int, mask<float>> || std::is_constructible_v<double, mask<double>>));
  STATIC_REQUIRE_FALSE(
      (std::is_convertible_v<mask<double>, lanes<double>> || std::is_convertible_v<lanes<double>, mask<double>>));
  STATIC_REQUIRE_FALSE((std::is_constructible_v<bool, lanes<double>> || std::is_constructible_v<double, lanes<double>>));
  STATIC_REQUIRE_FALSE((std::is_convertible_v<int, mask<double>> || std::is_convertible_v<double, mask<double>> ||
                        std::is_convertible_v<void*, mask<int>>));
  STATIC_REQUIRE_FALSE((std::is_invocable_v<std::logical_and<>, mask<float>, mask<double>> ||
                        std::is_invocable_v<std::logical_and<>, mask<float>, int>));
  STATIC_REQUIRE(
      (gives<std::logical_and<>, mask<float>, bool, mask<float>> && gives<std::logical_or<>, bool, mask<float>, mask<float>>));
}

TEMPLATE_TEST_CASE("Lanes fill their registers and are plain values", "[lanes]", LANE_TYPES) {
  STATIC_REQUIRE(lanes<TestType>::size == xsimd::batch<TestType>::size);
  STATIC_REQUIRE(sizeof(lanes<TestType>) == lanes<TestType>::size * sizeof(TestType));
  STATIC_REQUIRE(std::is_same_v<typename lanes<TestType>::value_type, TestType>);
  STATIC_REQUIRE((std::is_trivially_copyable_v<lanes<TestType>> && std::is_trivially_copyable_v<mask<TestType>>));
  for (TestType const x : elements_of(lanes<TestType>())) CHECK(x == TestType{});
  for (TestType const x : elements_of(lanes<TestType>(TestType(7)))) CHECK(x == TestType(7));
}

TEMPLATE_TEST_CASE("Arithmetic on lanes is that of scalars, and integers wrap", "[lanes]", LANE_TYPES) {
  using T = TestType;
  check_pairs<T>("+", std::plus<>(), wrapping<T>(std::plus<>()));
  check_pairs<T>("-", std::minus<>(), wrapping<T>(std::minus<>()));
  check_pairs<T>("*", std::multiplies<>(), wrapping<T>(std::multiplies<>()));
  check_pairs<T>("unary +", [](auto a, auto) { return +a; }, [](T a, T) { return a; });
  if constexpr (std::is_integral_v<T>)
    check_pairs<T>("unary -", [](auto a, auto) { return -a; }, wrapping<T>([](auto a, auto) { return decltype(a){} - a; }));
  else check_pairs<T>("unary -", [](auto a, auto) { return -a; }, [](T a, T) { return -a; });
}

TEMPLATE_TEST_CASE("Division of lanes is that of scalars", "[lanes]", LANE_TYPES) {
  using T = TestType;
  auto const divisible = [](T a, T b) {
    if constexpr (std::is_integral_v<T>)
      return b != 0 && !(std::is_signed_v<T> && a == std::numeric_limits<T>::min() && b == static_cast<T>(-1));
    else return a == a || b == b;
  };
  check_pairs<T>("/", std::divides<>(), std::divides<T>(), divisible);
  if constexpr (std::is_integral_v<T>) check_pairs<T>("%", std::modulus<>(), std::modulus<T>(), divisible);
}

TEMPLATE_TEST_CASE("Comparisons of lanes are those of scalars, of NaN too", "[lanes]", LANE_TYPES) {
  using T = TestType;
  check_pairs<T>("<", std::less<>(), std::less<T>());
  check_pairs<T>("<=", std::less_equal<>(), std::less_equal<T>());
  check_pairs<T>(">", std::greater<>(), std::greater<T>());
  check_pairs<T>(">=", std::greater_equal<>(), std::greater_equal<T>());
  check_pairs<T>("==", std::equal_to<>(), std::equal_to<T>());
  check_pairs<T>("!=", std::not_equal_to<>(), std::not_equal_to<T>());
}

TEMPLATE_TEST_CASE("Bits and shifts of integer lanes are those of scalars", "[lanes]", INTEGER_LANE_TYPES) {
  using T = TestType;
  check_pairs<T>("&", std::bit_and<>(), std::bit_and<T>());
  check_pairs<T>("|", std::bit_or<>(), std::bit_or<T>());
  check_pairs<T>("^", std::bit_xor<>(), std::bit_xor<T>());
  check_pairs<T>("~", [](auto a, auto) { return ~a; }, [](T a, T) { return static_cast<T>(~a); });
  auto const within = [](T, T b) { return b >= T{} && b < static_cast<T>(sizeof(T) * 8); };
  check_pairs<T>("<<", [](auto a, auto b) { return a << b; }, [](T a, T b) { return static_cast<T>(a << b); }, within);
  check_pairs<T>(">>", [](auto a, auto b) { return a >> b; }, [](T a, T b) { return static_cast<T>(a >> b); }, within);
  check_pairs<T>("<< 3", [](auto a, auto) { return a << 3; }, [](T a, T) { return static_cast<T>(a << 3); });
  check_pairs<T>(">> 3", [](auto a, auto) { return a >> 3; }, [](T a, T) { return static_cast<T>(a >> 3); });
}

TEMPLATE_TEST_CASE("The least integer wraps where the scalar would overflow", "[lanes]", int, long, long long) {
  using T = TestType;
  T const least = std::numeric_limits<T>::min(), most = std::numeric_limits<T>::max();
  CHECK((-lanes<T>(least)).get(0) == least);
  CHECK(abs(lanes<T>(least)).get(0) == least);
  CHECK((lanes<T>(most) + 1).get(0) == least);
  CHECK((lanes<T>(least) - 1).get(0) == most);
  CHECK((lanes<T>(least) * -1).get(0) == least);
  CHECK((lanes<T>(least) / 1).get(0) == least);
  CHECK((lanes<T>(least) % 2).get(0) == 0);
  CHECK((lanes<T>(least) >> 1).get(0) == least / 2);
}

TEMPLATE_TEST_CASE("Numbers beside lanes act as lanes of that number, on either side", "[lanes]", LANE_TYPES) {
  using T = TestType;
  std::vector<T> values(lanes<T>::size);
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = static_cast<T>(k + 3);
  lanes<T> const v = lanes<T>::load(values.data());
  for (std::size_t k = 0; k < values.size(); ++k) {
    T const x = values[k];
    CHECK((2 * v).get(k) == 2 * x);
    CHECK((v + 1).get(k) == x + 1);
    CHECK((100 - v).get(k) == 100 - x);
    CHECK((v / 2).get(k) == x / 2);
    CHECK((60 / v).get(k) == 60 / x);
    CHECK(truths_of(v < 5)[k] == (x < 5));
    CHECK(truths_of(5 <= v)[k] == (5 <= x));
    CHECK(truths_of(v == 4)[k] == (x == 4));
    CHECK(truths_of(4 != v)[k] == (x != 4));
  }
}

TEMPLATE_TEST_CASE("Compound assignments give what their operators give and the lanes themselves", "[lanes]", LANE_TYPES) {
  using T = TestType;
  lanes<T> v(T(20));
  CHECK(&(v += 4) == &v);
  CHECK(v.get(0) == T(24));
  CHECK(&(v -= lanes<T>(T(3))) == &v);
  CHECK(v.get(0) == T(21));
  CHECK(&(v *= 2) == &v);
  CHECK(v.get(lanes<T>::size - 1) == T(42));
  CHECK(&(v /= v) == &v);
  CHECK(v.get(0) == T(1));
}

TEMPLATE_TEST_CASE("Lanes count up and down as scalars do", "[lanes]", LANE_TYPES) {
  using T = TestType;
  lanes<T> v(T(20));
  CHECK((++v).get(0) == T(21));
  CHECK((v++.get(0) == T(21) && v.get(0) == T(22)));
  CHECK((--v).get(lanes<T>::size - 1) == T(21));
  CHECK((v--.get(0) == T(21) && v.get(0) == T(20)));
  CHECK((&++v == &v && &--v == &v));
}

TEMPLATE_TEST_CASE("Integer lanes have the compound assignments of remainders, bits and shifts", "[lanes]",
                   INTEGER_LANE_TYPES) {
  using T = TestType;
  lanes<T> v(T(29));
  CHECK((&(v %= 16) == &v && v.get(0) == T(13)));
  CHECK((&(v &= 7) == &v && v.get(0) == T(5)));
  CHECK((&(v |= lanes<T>(T(10))) == &v && v.get(0) == T(15)));
  CHECK((&(v ^= 6) == &v && v.get(0) == T(9)));
  CHECK((&(v <<= 4) == &v && v.get(0) == T(144)));
  CHECK((&(v >>= 3) == &v && v.get(lanes<T>::size - 1) == T(18)));
}

// A kernel that asks for the limits of its argument's type would silently get zeros from the primary template.
TEMPLATE_TEST_CASE("The limits of lanes are those of their elements, in lanes", "[lanes]", LANE_TYPES) {
  using T = TestType;
  using of_lanes = std::numeric_limits<lanes<T>>;
  using of_element = std::numeric_limits<T>;
  STATIC_REQUIRE((of_lanes::is_specialized && of_lanes::digits == of_element::digits));
  STATIC_REQUIRE((of_lanes::is_signed == of_element::is_signed && of_lanes::has_infinity == of_element::has_infinity));
  STATIC_REQUIRE(std::is_same_v<decltype(of_lanes::max()), lanes<T>>);
  auto const every = [](lanes<T> found, T expected) {
    for (T const x : elements_of(found))
      if (!same(x, expected)) return false;
    return true;
  };
  CHECK((every(of_lanes::max(), of_element::max()) && every(of_lanes::min(), of_element::min()) &&
         every(of_lanes::lowest(), of_element::lowest()) && every(of_lanes::epsilon(), of_element::epsilon()) &&
         every(of_lanes::round_error(), of_element::round_error()) && every(of_lanes::infinity(), of_element::infinity()) &&
         every(of_lanes::quiet_NaN(), of_element::quiet_NaN()) &&
         every(of_lanes::signaling_NaN(), of_element::signaling_NaN()) &&
         every(of_lanes::denorm_min(), of_element::denorm_min())));
  auto const largest = [](auto v) { return std::numeric_limits<decltype(v)>::max(); };
  CHECK((largest(lanes<T>()).get(0) == largest(T())));
}

TEMPLATE_TEST_CASE("std's clamp finds that of lanes by the type of the argument", "[lanes]", LANE_TYPES) {
  using T = TestType;
  using std::clamp;
  CHECK((clamp(lanes<T>(T(7)), 1, 5).get(0) == T(5) && clamp(lanes<T>(T(0)), lanes<T>(T(1)), lanes<T>(T(5))).get(0) == T(1)));
  CHECK(clamp(lanes<T>(T(3)), 1, 5).get(0) == T(3));
  if constexpr (std::is_floating_point_v<T>)
    CHECK(kernel_test::is_nan(clamp(lanes<T>(std::numeric_limits<T>::quiet_NaN()), 1, 5).get(0)));
}

TEMPLATE_TEST_CASE("Lanes load from and store to every address, and touch nothing beside", "[lanes]", LANE_TYPES) {
  using T = TestType;
  constexpr std::size_t size = lanes<T>::size;
  alignas(64) std::array<T, 4 * size> from, to;
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<T>(i + 1);
  for (std::size_t offset = 0; offset <= 3 * size; ++offset) {
    lanes<T> const v = lanes<T>::load(&from[offset]);
    for (std::size_t k = 0; k < size; ++k) REQUIRE(v.get(k) == from[offset + k]);
    to.fill(T{});
    v.store(&to[offset]);
    for (std::size_t i = 0; i < to.size(); ++i) REQUIRE(to[i] == (i >= offset && i < offset + size ? from[i] : T{}));
  }
}

TEMPLATE_TEST_CASE("Lanes and masks convert to xsimd's types and back", "[lanes]", LANE_TYPES) {
  using T = TestType;
  STATIC_REQUIRE((std::is_convertible_v<lanes<T>, xsimd::batch<T>> && std::is_convertible_v<xsimd::batch<T>, lanes<T>>));
  STATIC_REQUIRE(
      (std::is_convertible_v<mask<T>, xsimd::batch_bool<T>> && std::is_convertible_v<xsimd::batch_bool<T>, mask<T>>));
  std::vector<T> const values = kernel_test::random_values<T>(lanes<T>::size, 5);
  xsimd::batch<T> const batch = xsimd::batch<T>::load_unaligned(values.data());
  lanes<T> const v = batch;
  xsimd::batch<T> const back = v;
  CHECK(xsimd::all(back == batch));
  for (std::size_t k = 0; k < lanes<T>::size; ++k) CHECK(v.get(k) == values[k]);
  mask<T> const m = batch < xsimd::batch<T>(T(5));
  xsimd::batch_bool<T> const truths = m;
  CHECK(xsimd::all(truths == (batch < xsimd::batch<T>(T(5)))));
}

TEMPLATE_TEST_CASE("Masks combine lane by lane, and with a bool", "[lanes]", float, double, int, unsigned long) {
  using T = TestType;
  constexpr unsigned patterns = 1u << (lanes<T>::size < 4 ? lanes<T>::size : 4);
  for (unsigned a = 0; a < patterns; ++a)
    for (unsigned b = 0; b < patterns; ++b) {
      mask<T> const p = mask_of<T>(a), q = mask_of<T>(b);
      for (std::size_t k = 0; k < lanes<T>::size; ++k) {
        bool const x = (a >> k) & 1u, y = (b >> k) & 1u;
        bool const agrees = truths_of(p)[k] == x && truths_of(p && q)[k] == (x && y) && truths_of(p || q)[k] == (x || y) &&
                            truths_of(!p)[k] == !x && truths_of(p & q)[k] == (x && y) && truths_of(p | q)[k] == (x || y) &&
                            truths_of(p ^ q)[k] == (x != y) && truths_of(p == q)[k] == (x == y) &&
                            truths_of(p != q)[k] == (x != y) && truths_of(p && true)[k] == x && truths_of(false || p)[k] == x &&
                            truths_of(p && false)[k] == false && truths_of(true || p)[k] && truths_of(p ^ true)[k] == !x &&
                            truths_of(true & p)[k] == x && truths_of(p == false)[k] == !x;
        if (!agrees) {
          CAPTURE(a, b, k);
          FAIL("a mask operator is wrong");
        }
      }
      mask<T> r = p;
      r &= q;
      mask<T> s = p;
      s |= q;
      mask<T> t = p;
      t ^= q;
      CHECK((truths_of(r) == truths_of(p & q) && truths_of(s) == truths_of(p | q) && truths_of(t) == truths_of(p ^ q)));
    }
}

TEMPLATE_TEST_CASE("any, all and none ask every lane", "[lanes]", LANE_TYPES) {
  using T = TestType;
  constexpr std::size_t size = lanes<T>::size;
  mask<T> const nothing(false), everything(true);
  CHECK((!any(nothing) && !all(nothing) && none(nothing)));
  CHECK((any(everything) && all(everything) && !none(everything)));
  for (std::size_t k = 0; k < size; ++k) {
    mask<T> const one = mask_of<T>(1u << k);
    CHECK((any(one) && !all(one) && !none(one)));
    CHECK((any(!one) && !all(!one) && !none(!one)));
    CHECK((all(one || !one) && none(one && !one)));
  }
}

TEMPLATE_TEST_CASE("where chooses in each lane, whatever stands in the other", "[lanes]", LANE_TYPES) {
  using T = TestType;
  std::vector<T> const a = kernel_test::mixed_values<T>(64, 7), b = kernel_test::mixed_values<T>(64, 8);
  for (std::size_t i = 0; i + lanes<T>::size <= a.size(); ++i)
    for (unsigned const pattern : {0u, 1u, 2u, 0x55u, 0xaaaau, 0xffffu}) {
      auto const chosen = elements_of(where(mask_of<T>(pattern), lanes<T>::load(&a[i]), lanes<T>::load(&b[i])));
      for (std::size_t k = 0; k < lanes<T>::size; ++k)
        if (!same(chosen[k], (pattern >> k) & 1u ? a[i + k] : b[i + k])) FAIL("where took the other one in lane " << k);
    }
}

TEMPLATE_TEST_CASE("A mask made of nothing is false", "[lanes]", LANE_TYPES) {
  mask<TestType> const m{};
  CHECK(none(m));
}

TEMPLATE_TEST_CASE("where chooses between masks", "[lanes]", LANE_TYPES) {
  using T = TestType;
  for (unsigned const pattern : {0u, 1u, 2u, 0x55u, 0xffffu}) {
    mask<T> const choice = mask_of<T>(pattern), a = mask_of<T>(0x3333u), b = mask_of<T>(0x0f0fu);
    CHECK(truths_of(where(choice, a, b)) == truths_of((choice && a) || (!choice && b)));
    CHECK(truths_of(where(choice, true, false)) == truths_of(choice));
  }
}
