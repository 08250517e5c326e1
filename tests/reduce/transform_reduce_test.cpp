// SPDX-License-Identifier: BSL-1.0
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <stdexcept>
#include <string>
#include <tandem/kernel/math.hpp>
#include <tandem/kernel/transform.hpp>
#include <tandem/reduce/extrema.hpp>
#include <tandem/reduce/fold.hpp>
#include <tandem/reduce/histogram.hpp>
#include <tandem/reduce/sum.hpp>
#include <tandem/reduce/transform_reduce.hpp>
#include <vector>

TEST_CASE("It gives the reducer's result over what transform would write") {
  for (std::size_t const n : {0u, 1u, 100u, 4097u, 50'000u}) {
    CAPTURE(n);
    std::vector<double> x(n), y(n), z(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = std::sin(static_cast<double>(i)), y[i] = static_cast<double>(i);
    auto const f = [](auto a, auto b, auto c) { return a * b + tandem::sqrt(c + b); };
    auto const how = tandem::fused(tandem::sum, tandem::fast_sum);
    tandem::transform(tandem::unseq, tandem::zip(x, y, 2.), z, f);
    auto const expected = how(z);
    CHECK(tandem::transform_reduce(tandem::zip(x, y, 2.), how, f) == expected);
    CHECK(tandem::transform_reduce(tandem::seq, tandem::zip(x, y, 2.), how, f) == expected);
    CHECK(tandem::transform_reduce(tandem::par_unseq.with({.jobs = 3, .grain = 10}), tandem::zip(x, y, 2.), how, f) ==
          expected);
    if (n > 0) CHECK(tandem::transform_reduce(x, tandem::argmax, [](auto v) { return v; }) == tandem::argmax(x));
  }
}

TEST_CASE("Callables without lanes and elements of other types run as scalars") {
  std::vector<std::string> const words{"to", "be", "or", "not"};
  CHECK(tandem::transform_reduce(words, tandem::sum, [](std::string const& s) { return s.size(); }) == 9);
  CHECK(tandem::transform_reduce(std::vector{1, 2, 3}, tandem::monoid(std::plus<>(), std::string()),
                                 [](int i) { return std::to_string(i); }) == "123");
  CHECK(tandem::transform_reduce(std::vector{1., 2.}, tandem::sum, [](double v) { return v > 1 ? 1 : 0; }) == 1);
  CHECK(tandem::transform_reduce(std::vector{1., 2., 3.}, tandem::sum, [](auto v) { return v > 1.; }) == 2);
}

TEST_CASE("Inputs must be equally long") {
  std::vector<double> const x(3), y(2);
  try {
    (void)tandem::transform_reduce(tandem::zip(x, y), tandem::sum, [](auto a, auto b) { return a + b; });
    FAIL();
  } catch (std::invalid_argument const& e) {
    CHECK(std::string(e.what()) == "tandem::transform_reduce: input 0 has 3 elements but input 1 has 2");
  }
}
