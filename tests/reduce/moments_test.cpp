// SPDX-License-Identifier: BSL-1.0
// What tests/exact/ leaves of the moments: small cases by hand, other types, too few elements.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <tandem/reduce/moments.hpp>
#include <vector>

#include "exact/support.hpp"

using exact_test::within_1_ulp;

TEST_CASE("Means are exact quotients, of integers as well") {
  CHECK(tandem::mean(std::vector{1, 2, 4}) == 7 / 3.);
  CHECK(tandem::mean(std::vector<std::uint64_t>(3, UINT64_MAX)) == 0x1p64);
  CHECK(tandem::mean(std::vector<std::int64_t>{INT64_MIN, INT64_MIN}) == -0x1p63);
  CHECK(tandem::mean(tandem::seq, std::vector{0.1f, 0.2f, 0.4f}) ==
        static_cast<float>((double(0.1f) + double(0.2f) + double(0.4f)) / 3));
  CHECK(std::isnan(tandem::mean(std::vector<double>())));
  CHECK(std::isnan(tandem::mean(std::vector<int>())));
}

TEST_CASE("Variances of equal numbers are zero, and large offsets take nothing from small spreads") {
  CHECK(tandem::variance(std::vector<double>(10'001, 0.1)) == 0);
  CHECK(tandem::sample_stddev(std::vector<float>(777, 0.1f)) == 0);
  CHECK(within_1_ulp(tandem::variance(std::vector{1e15, 1e15 + 1, 1e15 + 2}), 2 / 3.));
  CHECK(within_1_ulp(tandem::variance(std::vector<std::int64_t>{INT64_MAX, INT64_MAX - 1, INT64_MAX - 2}), 2 / 3.));
  CHECK(within_1_ulp(tandem::sample_variance(tandem::seq, std::vector{1, 2, 3, 4}), 5 / 3.));
  CHECK(within_1_ulp(tandem::stddev(std::vector{-1e308, 1e308}), 1e308));
  CHECK(std::isinf(tandem::variance(std::vector{-1e308, 1e308})));
  CHECK(within_1_ulp(tandem::stddev(std::vector{0., 1e-320}), 5e-321));
  CHECK(within_1_ulp(tandem::norm(std::vector{3, 4}), 5));
  CHECK(tandem::norm(std::vector{3e30f, 4e30f}) == 5e30f);
  CHECK(within_1_ulp(tandem::norm(std::vector{3e-320, 4e-320}), 5e-320));
}

TEST_CASE("Too few elements give NaN, and so do infinite ones") {
  double const inf = std::numeric_limits<double>::infinity();
  CHECK(std::isnan(tandem::variance(std::vector<double>())));
  CHECK(tandem::variance(std::vector{5.}) == 0);
  CHECK(std::isnan(tandem::sample_variance(std::vector{5.})));
  CHECK(std::isnan(tandem::sample_stddev(std::vector<int>())));
  CHECK(std::isnan(tandem::stddev(std::vector{1., inf})));
  CHECK(tandem::norm(std::vector{1., -inf}) == inf);
  CHECK(std::isnan(tandem::norm(std::vector{inf, std::nan("")})));
  CHECK(tandem::norm(std::vector<double>()) == 0);
}
