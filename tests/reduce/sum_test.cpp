// SPDX-License-Identifier: BSL-1.0
// What tests/exact/ leaves: other types, other inputs, errors, and fast_sum.
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <list>
#include <numeric>
#include <ranges>
#include <stdexcept>
#include <string>
#include <tandem/core/matrix.hpp>
#include <tandem/reduce/exact_accumulator.hpp>
#include <tandem/reduce/sum.hpp>
#include <tandem/reduce/weighted.hpp>
#include <vector>

#include "support/every_policy.hpp"

using kernel_test::with_every_policy;

TEST_CASE("Sums of integers are exact in 64 bits, or throw") {
  with_every_policy([](char const* name, auto const& policy) {
    CAPTURE(name);
    CHECK(tandem::sum(policy, std::vector<std::int64_t>{INT64_MAX, 1, -1}) == INT64_MAX);
    CHECK(tandem::sum(policy, std::vector<std::uint64_t>{UINT64_MAX}) == UINT64_MAX);
    CHECK(tandem::sum(policy, std::vector<std::int8_t>(100'000, -128)) == -12'800'000);
    CHECK(tandem::sum(policy, std::vector<std::uint32_t>(10'000, 4'000'000'000u)) == 40'000'000'000'000u);
    CHECK(tandem::sum(policy, std::vector<bool>(1000, true)) == 1000);
    CHECK_THROWS_AS(tandem::sum(policy, std::vector<std::int64_t>{INT64_MIN, -1}), std::overflow_error);
    CHECK_THROWS_AS(tandem::sum(policy, std::vector<std::uint64_t>{UINT64_MAX, 1}), std::overflow_error);
    CHECK(tandem::dot(policy, std::vector<std::int64_t>{INT64_MAX, INT64_MAX, 3},
                      std::vector<std::int64_t>{INT64_MAX, -INT64_MAX, 5}) == 15);
    CHECK(tandem::dot(policy, std::vector<std::uint64_t>{UINT64_MAX}, std::vector<std::uint64_t>{1}) == UINT64_MAX);
    CHECK_THROWS_AS(tandem::dot(policy, std::vector<int>(5, 1 << 30), std::vector<std::int64_t>(5, std::int64_t{1} << 32)),
                    std::overflow_error);
  });
}

TEST_CASE("Sums read ranges of every kind, whole matrices and parts of them") {
  with_every_policy([](char const* name, auto const& policy) {
    CAPTURE(name);
    CHECK(tandem::sum(policy, std::views::iota(1, 100'001)) == 5'000'050'000);
    CHECK(tandem::sum(policy, std::list<double>(70'000, 0.1)) == tandem::sum(std::vector<double>(70'000, 0.1)));
    tandem::matrix<double> m(100, 7);
    for (std::size_t i = 0; i < 700; ++i) m.elements()[i] = std::ldexp(1., static_cast<int>(i % 60));
    CHECK(tandem::sum(policy, m) == tandem::sum(m.elements()));
    CHECK(tandem::sum(policy, tandem::matrix_view<double const>(m.data(), 100, 1, 7)) == [&] {
      tandem::exact_accumulator exact;
      for (std::size_t i = 0; i < 100; ++i) exact.add(m(i, 0));
      return exact.value();
    }());
    CHECK(tandem::dot(policy, std::vector<float>{0.1f, 2}, std::vector<double>{0.1, 2}) == std::fma(double(0.1f), 0.1, 4.));
  });
  CHECK(tandem::sum(tandem::matrix<int>(0, 5)) == 0);
}

TEST_CASE("Products of integers of other types and signs are exact, or throw") {
  std::vector<std::int64_t> const low{INT64_MIN, -1, 5};
  std::vector<std::uint64_t> const high{UINT64_MAX, UINT64_MAX, 1};
  with_every_policy([&](char const* name, auto const& policy) {
    CAPTURE(name);
    CHECK(tandem::dot(policy, std::vector{-1}, std::vector{1u}) == -1);
    CHECK(tandem::dot(policy, std::vector{3u}, std::vector{-7}) == -21);
    CHECK(tandem::dot(policy, std::vector<std::int64_t>{-1, 5}, std::vector<std::uint64_t>{1, 1}) == 4);
    CHECK(tandem::dot(policy, std::vector<std::int64_t>{-1, 1}, std::vector<std::uint64_t>{UINT64_MAX, UINT64_MAX}) == 0);
    CHECK_THROWS_AS(tandem::dot(policy, low, high), std::overflow_error);
    CHECK_THROWS_AS(tandem::dot(policy, std::vector<std::uint64_t>{UINT64_MAX}, std::vector{1}), std::overflow_error);
    CHECK(tandem::weighted_mean(policy, std::vector{-1, 3}, std::vector{1u, 1u}) == 1);
    CHECK(tandem::weighted_mean(policy, std::vector{3u, 1u}, std::vector{-1, -1}) == 2);
  });
  static_assert(std::same_as<decltype(tandem::dot(std::vector{1}, std::vector{1u})), std::int64_t>);
  static_assert(std::same_as<decltype(tandem::dot(std::vector{1u}, std::vector<std::uint64_t>{1})), std::uint64_t>);
}

TEST_CASE("Integers that no double holds keep all their bits in products with floating-point numbers") {
  double const inf = std::numeric_limits<double>::infinity();
  std::vector<std::int64_t> const x{(std::int64_t{1} << 53) + 1, INT64_MIN, INT64_MAX, -(std::int64_t{1} << 60) - 1023, 4};
  std::vector<std::int64_t> const cancelled{(std::int64_t{1} << 53) + 1, -(std::int64_t{1} << 53)};
  std::vector<std::uint64_t> const unsigned_x{(std::uint64_t{1} << 53) + 1, UINT64_MAX, 1};
  std::vector<double> const y{0.1, -3e-300, -3e-300, 1.5, 1}, unsigned_y{1, -1e10, 3};
  std::vector<float> const floats{0.1f, 1, 1, -1, 0.5f};
  tandem::exact_accumulator sum, unsigned_sum, float_sum;
  auto const add = [](tandem::exact_accumulator& to, auto integer, double factor) {  // bit by bit, each a double
    for (int bit = 0; bit < 64; ++bit) {
      auto const one = static_cast<decltype(integer)>(std::uint64_t{1} << bit);
      if ((integer & one) != 0) to.add_product(static_cast<double>(one), factor);
    }
  };
  for (std::size_t i = 0; i < x.size(); ++i) add(sum, x[i], y[i]), add(float_sum, x[i], static_cast<double>(floats[i]));
  for (std::size_t i = 0; i < unsigned_x.size(); ++i) add(unsigned_sum, unsigned_x[i], unsigned_y[i]);
  with_every_policy([&](char const* name, auto const& policy) {
    CAPTURE(name);
    CHECK(tandem::dot(policy, x, y) == sum.value());
    CHECK(tandem::dot(policy, y, x) == sum.value());
    CHECK(tandem::dot(policy, cancelled, std::vector{1., 1.}) == 1);
    CHECK(tandem::dot(policy, std::vector{1.f, 1.f}, cancelled) == 1);
    CHECK(tandem::dot(policy, std::vector<std::uint64_t>{UINT64_MAX, UINT64_MAX / 2 + 1}, std::vector{1., -2.}) == -1);
    CHECK(tandem::dot(policy, unsigned_x, unsigned_y) == unsigned_sum.value());
    CHECK(tandem::dot(policy, x, floats) == float_sum.value<float>());
    CHECK(tandem::dot(policy, std::vector{16'777'217}, std::vector{3.f}) == static_cast<float>(3. * 16'777'217));
    CHECK(tandem::dot(policy, x, std::vector{inf, 1., 1., 1., 1.}) == inf);
    CHECK(std::signbit(tandem::dot(policy, std::vector<std::int64_t>{INT64_MAX, -INT64_MAX}, std::vector{-0., 0.})));
    CHECK(tandem::weighted_mean(policy, std::vector{1., 3.}, std::vector<std::int64_t>{INT64_MAX, INT64_MAX}) == 2);
  });
}

TEST_CASE("A NaN that a fast sum meets comes out as the canonical one") {
  std::uint64_t const canonical = std::bit_cast<std::uint64_t>(std::numeric_limits<double>::quiet_NaN());
  std::vector<double> x(100, 1.);
  x[7] = std::bit_cast<double>(std::uint64_t{0xFFF8000000001234});
  with_every_policy([&](char const* name, auto const& policy) {
    CAPTURE(name);
    CHECK(std::bit_cast<std::uint64_t>(tandem::fast_sum(policy, x)) == canonical);
    CHECK(std::bit_cast<std::uint64_t>(tandem::fast_sum(policy, std::vector{x[7]})) == canonical);
  });
}

TEST_CASE("dot wants equal lengths") {
  try {
    (void)tandem::dot(std::vector{1., 2.}, std::vector{1.});
    FAIL();
  } catch (std::invalid_argument const& e) {
    CHECK(std::string(e.what()) == "tandem::dot: x has 2 elements but y has 1");
  }
}

TEST_CASE("fast_sum is one fixed tree, whatever the policy") {
  for (std::size_t const n : {0u, 1u, 31u, 33u, 4095u, 4096u, 4097u, 100'000u}) {
    CAPTURE(n);
    std::vector<double> x(n);
    std::vector<float> y(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = std::sin(static_cast<double>(i)), y[i] = static_cast<float>(x[i]);
    double const expected = tandem::fast_sum(tandem::seq, x);
    float const expected_float = tandem::fast_sum(tandem::seq, y);
    CHECK(std::abs(expected - tandem::sum(x)) < 1e-9);
    with_every_policy([&](char const* name, auto const& policy) {
      CAPTURE(name);
      CHECK(std::bit_cast<std::uint64_t>(tandem::fast_sum(policy, x)) == std::bit_cast<std::uint64_t>(expected));
      CHECK(std::bit_cast<std::uint32_t>(tandem::fast_sum(policy, y)) == std::bit_cast<std::uint32_t>(expected_float));
    });
  }
  CHECK(tandem::fast_sum(std::vector{1, 2}) == 3);
}
