// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <tandem/reduce/exact_accumulator.hpp>
#include <vector>

using tandem::exact_accumulator;
static double const inf = std::numeric_limits<double>::infinity();

template <class... Numbers> static exact_accumulator sum_of(Numbers... x) {
  exact_accumulator a;
  (a.add(x), ...);
  return a;
}

TEST_CASE("Numbers, integers and products are added without rounding") {
  CHECK(sum_of(1e100, 1., -1e100).value() == 1);
  CHECK(sum_of(0x1p-1074, 0x1p1023, -0x1p1023).value() == 0x1p-1074);
  CHECK(sum_of(INT64_MIN, INT64_MAX).value() == -1);
  CHECK(sum_of(UINT64_MAX, -1, -1).value<float>() == 0x1p64f);
  exact_accumulator a;
  a.add_product(1e300, 1e300);
  a.add_product(0x1p-1074, 0x1p-1074);
  a.add_product(-1e300, 1e300);
  CHECK(a.value() == 0);
  CHECK(!std::signbit(a.value()));
  CHECK(a.number().root<double>() == 0x1p-1074);
  exact_accumulator b;
  b.add_product(INT64_MIN, INT64_MIN);
  b.add_product(INT64_MAX, INT64_MIN);
  CHECK(b.value() == 0x1p63);
}

TEST_CASE("The value is rounded once, halfway cases to even, also where it is subnormal or overflows") {
  CHECK(sum_of(0x1p53, 1.).value() == 0x1p53);
  CHECK(sum_of(0x1p53, 1., 0x1p-1074).value() == 0x1p53 + 2);
  CHECK(sum_of(-0x1p53, -1., -0x1p-1074).value() == -0x1p53 - 2);
  CHECK(sum_of(0x1.fffffffffffffp1023, 0x1p969).value() == 0x1.fffffffffffffp1023);
  CHECK(sum_of(0x1.fffffffffffffp1023, 0x1p970).value() == inf);
  CHECK(sum_of(1., 0x1p-24).value<float>() == 1.f);
  CHECK(sum_of(1., 0x1p-24, 0x1p-400).value<float>() == 1.f + 0x1p-23f);
  exact_accumulator half;
  half.add_product(0x1p-1074, 0.5);
  CHECK(half.value() == 0);
  half.add_product(0x1p-1074, 0x1p-1000);
  CHECK(half.value() == 0x1p-1074);
  CHECK(sum_of(0x1p-150).value<float>() == 0.f);
  CHECK(sum_of(0x1p-150, 0x1p-1074).value<float>() == 0x1p-149f);
}

TEST_CASE("A quotient is rounded once") {
  CHECK(sum_of(1., 2., 4.).quotient(3) == 7 / 3.);
  CHECK(sum_of(1.7e308, 1.7e308).quotient(2) == 1.7e308);
  CHECK(sum_of(1).quotient(UINT64_MAX) == 0x1p-64);
  CHECK(sum_of(-1., -1., 1.).quotient<float>(3) == -1.f / 3);
  CHECK(std::isnan(sum_of(1.).quotient(0)));
  CHECK(std::signbit(sum_of(-0., -0.).quotient(2)));
}

TEST_CASE("Infinities, NaN and signs of zeros") {
  CHECK(sum_of(inf, 1.).value() == inf);
  CHECK(sum_of(-inf, 1e308).value<float>() == -std::numeric_limits<float>::infinity());
  CHECK(std::isnan(sum_of(inf, -inf).value()));
  CHECK(std::isnan(sum_of(inf, std::nan("")).value()));
  CHECK(std::signbit(sum_of(-0., -0.).value()));
  CHECK(!std::signbit(sum_of(-0., 0.).value()));
  CHECK(!std::signbit(exact_accumulator().value()));
  CHECK(!std::signbit(sum_of(1., -1.).value()));
  exact_accumulator product;
  product.add_product(inf, 0.);
  CHECK(std::isnan(product.value()));
}

TEST_CASE("Merges commute, and equal sums have equal bytes") {
  std::mt19937_64 random(7);
  std::vector<double> x(500);
  for (double& v : x)
    v = std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 1800) - 1000) * (random() % 2 == 0 ? 1 : -1);
  exact_accumulator whole;
  for (double const v : x) whole.add(v);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(x.begin(), x.end(), random);
    exact_accumulator left, right;
    for (std::size_t i = 0; i < x.size(); ++i) (i % 3 == 0 ? left : right).add(x[i]);
    exact_accumulator const copy = right;
    right.merge(left);
    left.merge(copy);
    REQUIRE(left == right);
    REQUIRE(left.bytes() == whole.bytes());
    REQUIRE(std::bit_cast<std::uint64_t>(left.value()) == std::bit_cast<std::uint64_t>(whole.value()));
  }
  CHECK(sum_of(1., 2.) == sum_of(0.5, 2.5));
  CHECK(!(sum_of(1.) == sum_of(-1.)));
  CHECK(sum_of(1., -1.) == sum_of(0.));
  CHECK(sum_of(inf, 1.) == sum_of(inf, 2.));
}

TEST_CASE("Bytes are read back to the same sum, and others are refused") {
  for (exact_accumulator const& a : {exact_accumulator(), sum_of(-0.), sum_of(0.), sum_of(1e300, -1e-300), sum_of(-1e300),
                                     sum_of(0x1p-1074), sum_of(inf), sum_of(-inf), sum_of(std::nan(""))}) {
    auto bytes = a.bytes();
    exact_accumulator back = exact_accumulator::from_bytes(bytes);
    CHECK(back == a);
    back.add(1.), back.add(-1.);
    bytes.push_back(std::byte{0});
    CHECK_THROWS_AS(exact_accumulator::from_bytes(bytes), std::invalid_argument);
    bytes.resize(bytes.size() - 2);
    if (!bytes.empty()) CHECK_THROWS_AS(exact_accumulator::from_bytes(bytes), std::invalid_argument);
  }
  CHECK_THROWS_AS(exact_accumulator::from_bytes(std::vector{std::byte{77}}), std::invalid_argument);
  auto bytes = sum_of(1.).bytes();
  bytes[1] = std::byte{7};  // neither sign
  CHECK_THROWS_AS(exact_accumulator::from_bytes(bytes), std::invalid_argument);
  bytes = sum_of(1.).bytes();
  for (std::size_t i = 0; i < 4; ++i) bytes.push_back(std::byte{0});  // a leading zero
  bytes[4] = std::byte{2};
  CHECK_THROWS_AS(exact_accumulator::from_bytes(bytes), std::invalid_argument);
}

TEST_CASE("Carries are handed upwards before a limb is full") {
  exact_accumulator large;
  for (int i = 0; i < 40; ++i) {  // doubles what it holds, 40 times
    exact_accumulator const same = large;
    large.merge(same);
    large.add(0x1.fffffffffffffp0);
  }
  CHECK(large.value() == std::ldexp(0x1.fffffffffffffp0, 40) - 2);
  exact_accumulator most;
  for (int i = 0; i < 64; ++i) {
    exact_accumulator const same = most;
    most.merge(same);
    most.add_product(-0x1.fffffffffffffp1023, 0x1.fffffffffffffp1023);
  }
  CHECK(most.value() == -inf);
  CHECK(most.quotient(UINT64_MAX) == -inf);
}
