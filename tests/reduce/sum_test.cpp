// SPDX-License-Identifier: BSL-1.0
// What tests/exact/ leaves: other types, other inputs, errors, and fast_sum.
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <list>
#include <numeric>
#include <ranges>
#include <stdexcept>
#include <string>
#include <tandem/core/matrix.hpp>
#include <tandem/reduce/sum.hpp>
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
