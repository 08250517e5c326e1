// SPDX-License-Identifier: BSL-1.0
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <tandem/reduce/exact_accumulator.hpp>
#include <tandem/reduce/sum.hpp>
#include <tandem/reduce/weighted.hpp>
#include <vector>

#include "support/every_policy.hpp"

using kernel_test::with_every_policy;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// On which side of the weighted mean the middle of two doubles lies, decided without rounding: the sign of the sum of
// w * (2 x - a - b), for weights with a positive sum.
double side_of_middle(std::vector<double> const& x, std::vector<double> const& w, double a, double b) {
  tandem::exact_accumulator sum;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sum.add_product(2 * w[i], x[i]);
    sum.add_product(-w[i], a);
    sum.add_product(-w[i], b);
  }
  return sum.value();
}

// Whether r is the double nearest to the weighted mean.
bool is_nearest(std::vector<double> const& x, std::vector<double> const& w, double r) {
  double const sign = tandem::sum(w) < 0 ? -1 : 1;
  return sign * side_of_middle(x, w, r, std::nextafter(r, infinity)) <= 0 &&
         sign * side_of_middle(x, w, r, std::nextafter(r, -infinity)) >= 0;
}

}  // namespace

TEST_CASE("The weighted mean is the double nearest to the exact quotient") {
  std::mt19937_64 random(1);
  for (int const spread : {0, 3, 60, 400}) {
    for (std::size_t const n : {1u, 2u, 3u, 10u, 1000u, 5000u}) {
      std::uniform_real_distribution<double> fraction(-1, 1);
      std::uniform_int_distribution<int> exponent(-spread, spread);
      std::vector<double> x(n), w(n);
      for (int repeat = 0; repeat < (n < 100 ? 50 : 2); ++repeat) {
        for (std::size_t i = 0; i < n; ++i) {
          x[i] = std::ldexp(fraction(random), exponent(random));
          w[i] = std::ldexp(fraction(random), exponent(random));
        }
        CAPTURE(spread, n, repeat);
        double const mean = tandem::weighted_mean(tandem::seq, x, w);
        REQUIRE(is_nearest(x, w, mean));
        with_every_policy([&](char const* name, auto const& policy) {
          CAPTURE(name);
          REQUIRE(tandem::weighted_mean(policy, x, w) == mean);
          REQUIRE(tandem::weighted_sum(policy, x, w) == tandem::dot(x, w));
        });
      }
    }
  }
}

TEST_CASE("The guessed digits of a quotient are corrected") {
  // Divisors whose leading digits make Knuth's guess too large: 2^31 or 2^32 - 1 on top, zeros and ones below.
  std::vector<double> const digits = {0x1p95, 0x1p95 - 0x1p43,     0x1p64, -0x1p63, 0x1p32 - 1, 0x1p31, 1,
                                      -1,     0x1.fffffffffffffp94};
  std::mt19937_64 random(2);
  std::uniform_int_distribution<std::size_t> any(0, digits.size() - 1);
  for (int repeat = 0; repeat < 3000; ++repeat) {
    std::vector<double> x, w;
    for (int i = 0; i < 4; ++i) x.push_back(digits[any(random)]), w.push_back(digits[any(random)]);
    if (tandem::sum(w) == 0) continue;
    CAPTURE(repeat);
    REQUIRE(is_nearest(x, w, tandem::weighted_mean(x, w)));
  }
}

TEST_CASE("Nothing on the way to a weighted mean rounds, overflows or underflows") {
  using list = std::vector<double>;
  CHECK(tandem::weighted_mean(list{1, 4}, list{2, 1}) == 2);
  CHECK(tandem::weighted_mean(list{1e308, 1e308, 1e308}, list{1e308, 1e308, 1}) == 1e308);
  CHECK(tandem::weighted_mean(list{3e-320, 1e-320}, list{1e-320, 1e-320}) == 2e-320);
  CHECK(tandem::weighted_mean(list{1e200, -1e200, 3}, list{1, 1, 1}) == 1);
  CHECK(tandem::weighted_mean(list{1, 2}, list{-1, -3}) == 1.75);
  CHECK(tandem::weighted_mean(list{1e300}, list{1e-300}) == 1e300);
  CHECK(tandem::weighted_mean(list{1, 1, 4}, list{0, 0, 0.1}) == 4);
  CHECK(tandem::weighted_mean(list{5, -5}, list{0.1, 0.1}) == 0);
}

TEST_CASE("The weighted mean of other types, of nothing, and of what is not finite") {
  using list = std::vector<double>;
  CHECK(tandem::weighted_mean(std::vector<int>{1, 2}, std::vector<std::int64_t>{1, 2}) == 5. / 3);
  CHECK(tandem::weighted_mean(std::vector<std::int64_t>{INT64_MAX, INT64_MAX}, std::vector<std::int64_t>{INT64_MAX, 1}) ==
        0x1p63);
  CHECK(tandem::weighted_mean(std::vector<std::uint64_t>{UINT64_MAX}, std::vector<std::uint64_t>{UINT64_MAX}) == 0x1p64);
  CHECK(tandem::weighted_mean(std::vector<std::int64_t>(2, INT64_MIN), std::vector<std::int64_t>(2, INT64_MIN)) == -0x1p63);
  CHECK(tandem::weighted_mean(std::vector<std::int64_t>(20, INT64_MAX), std::vector<std::int64_t>(20, INT64_MIN)) == 0x1p63);
  CHECK(tandem::weighted_mean(std::vector<unsigned>{7}, std::vector<unsigned>{3}) == 7);
  CHECK(tandem::weighted_mean(std::vector<float>{1, 2}, std::vector<float>{1, 2}) == 5.f / 3);
  CHECK(tandem::weighted_mean(std::vector<float>{1, 2}, list{1, 2}) == 5. / 3);
  static_assert(std::same_as<decltype(tandem::weighted_mean(std::vector<float>(), std::vector<float>())), float>);
  static_assert(std::same_as<decltype(tandem::weighted_sum(std::vector<int>(), std::vector<int>())), std::int64_t>);
  CHECK(std::isnan(tandem::weighted_mean(list{}, list{})));
  CHECK(tandem::weighted_sum(list{}, list{}) == 0);
  CHECK(std::isnan(tandem::weighted_mean(list{1, 2}, list{1, -1})));
  CHECK(std::isnan(tandem::weighted_mean(std::vector<int>{1}, std::vector<int>{0})));
  CHECK(tandem::weighted_mean(list{infinity, 2}, list{1, 1}) == infinity);
  CHECK(tandem::weighted_mean(list{infinity, 2}, list{-1, 2}) == -infinity);
  CHECK(tandem::weighted_mean(list{3, 2}, list{1, infinity}) != tandem::weighted_mean(list{3, 2}, list{1, infinity}));
  CHECK(tandem::weighted_mean(list{infinity, 1}, list{1e308, 1e308}) == infinity);
  CHECK(std::isnan(tandem::weighted_mean(list{infinity, 2}, list{1, -1})));
  CHECK(tandem::weighted_mean(list{1, 2}, list{1, infinity}) != tandem::weighted_mean(list{1, 2}, list{1, infinity}));
  CHECK(std::signbit(tandem::weighted_mean(list{-0.}, list{1})));
  CHECK(!std::signbit(tandem::weighted_mean(list{-0., 0.}, list{1, 1})));
  CHECK(std::isnan(tandem::weighted_mean(list{1, NAN}, list{1, 1})));
  CHECK(std::isnan(tandem::weighted_mean(list{1, 2}, list{1, NAN})));
}

TEST_CASE("Weights are as many as elements") {
  try {
    (void)tandem::weighted_mean(std::vector{1., 2.}, std::vector{1.});
    FAIL();
  } catch (std::invalid_argument const& e) {
    CHECK(std::string(e.what()) == "tandem::weighted_mean: x has 2 elements but weights has 1");
  }
  CHECK_THROWS_AS(tandem::weighted_sum(std::vector{1.}, std::vector<double>()), std::invalid_argument);
  CHECK_THROWS_AS(tandem::weighted_sum(std::vector<std::int64_t>{INT64_MAX}, std::vector<std::int64_t>{2}),
                  std::overflow_error);
}
