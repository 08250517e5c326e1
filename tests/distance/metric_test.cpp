// SPDX-License-Identifier: BSL-1.0
#include <tandem/distance/metric.hpp>

#include <string>

#include <catch2/catch_test_macros.hpp>

#include <tandem/distance/metrics.hpp>

namespace {

struct mean_absolute {
  auto init(auto zero) const { return zero; }
  auto step(auto sum, auto x, auto y) const { return sum + tandem::abs(x - y); }
  auto finish(auto sum, std::size_t n) const { return sum / decltype(sum)(n); }
};
struct without_finish {
  auto init(auto zero) const { return zero; }
  auto step(auto sum, auto x, auto y) const { return sum + x * y; }
};
struct says_text {
  double init(double zero) const { return zero; }
  double step(double sum, double, double) const { return sum; }
  std::string finish(double, std::size_t) const { return "far"; }
};
struct starts_with_an_integer {  // which would cut what the steps give
  auto init(auto) const { return 0; }
  auto step(auto sum, auto x, auto y) const { return sum + x * y; }
  auto finish(auto sum, std::size_t) const { return sum; }
};
struct takes_no_lanes {
  double init(double zero) const { return zero; }
  double step(double sum, double x, double y) const { return sum + x * y; }
  double finish(double sum, std::size_t) const { return sum; }
};

}  // namespace

TEST_CASE("a metric is what has init, step and finish") {
  STATIC_CHECK(tandem::metric<mean_absolute>);
  STATIC_CHECK(tandem::metric<mean_absolute, float>);
  STATIC_CHECK(tandem::metric<tandem::euclidean_metric>);
  STATIC_CHECK(tandem::metric<takes_no_lanes>);
  STATIC_CHECK_FALSE(tandem::metric<without_finish>);
  STATIC_CHECK_FALSE(tandem::metric<says_text>);
  STATIC_CHECK_FALSE(tandem::metric<starts_with_an_integer>);
  STATIC_CHECK_FALSE(tandem::metric<int>);
  STATIC_CHECK_FALSE(tandem::metric<mean_absolute, std::string>);
}

TEST_CASE("what a metric offers beyond that is found") {
  STATIC_CHECK(tandem::detail::metric_on<mean_absolute, tandem::lanes<double>>);
  STATIC_CHECK_FALSE(tandem::detail::metric_on<takes_no_lanes, tandem::lanes<double>>);
  STATIC_CHECK(tandem::detail::is_symmetric<tandem::euclidean_metric>());
  STATIC_CHECK_FALSE(tandem::detail::is_symmetric<mean_absolute>());
  STATIC_CHECK(tandem::detail::joins<tandem::euclidean_metric, double>);
  STATIC_CHECK_FALSE(tandem::detail::joins<mean_absolute, double>);
}
