// SPDX-License-Identifier: BSL-1.0
// Results against rational arithmetic: one by one, and hidden in arrays long enough for the blocks of the extraction.
#include "golden.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <tandem/reduce/moments.hpp>
#include <tandem/reduce/sum.hpp>

#include "support.hpp"

using namespace exact_test;

TEST_CASE("Accumulators and reductions give what rational arithmetic gives") {
  std::size_t number = 0;
  for (golden_case const& golden : golden_cases()) {
    CAPTURE(number++);
    std::vector<double> const x = doubles(golden.numbers);
    REQUIRE(bits(sum_of(x)) == golden.sum);
    REQUIRE(bits(dot_of(x, x)) == golden.squares);
    REQUIRE(bits(tandem::sum(tandem::seq, x)) == golden.sum);
    REQUIRE(bits(tandem::sum(tandem::unseq, x)) == golden.sum);
    REQUIRE(bits(tandem::dot(tandem::seq, x, x)) == golden.squares);
    REQUIRE(bits(tandem::dot(tandem::unseq, x, x)) == golden.squares);
    REQUIRE(within_1_ulp(tandem::norm(tandem::seq, x), std::bit_cast<double>(golden.norm)));
    if (x.empty()) continue;
    REQUIRE(bits(tandem::mean(tandem::unseq, x)) == golden.mean);
    REQUIRE(within_1_ulp(tandem::variance(tandem::unseq, x), std::bit_cast<double>(golden.variance)));
  }
}

TEST_CASE("So do they when the numbers stand among thousands that cancel") {
  std::mt19937_64 random(3);
  std::size_t number = 0;
  for (golden_case const& golden : golden_cases()) {
    CAPTURE(number++);
    for (int const spread : {5, 400}) {
      std::vector<double> x = doubles(golden.numbers), y = x;
      std::vector<double> const noise = wild(3000, -spread, spread, static_cast<unsigned>(number)),
                                factors = wild(3000, -spread, spread, 7);
      std::vector<double> product_x = x, product_y = x;
      for (std::size_t i = 0; i < noise.size(); ++i) {
        x.insert(x.end(), {noise[i], -noise[i]});
        product_x.insert(product_x.end(), {noise[i], -noise[i]});
        product_y.insert(product_y.end(), {factors[i], factors[i]});
      }
      std::shuffle(x.begin(), x.end(), random);
      bool const nothing = golden.numbers.empty();
      REQUIRE(bits(tandem::sum(tandem::seq, x)) == golden.sum);
      REQUIRE(bits(tandem::sum(tandem::unseq, x)) == golden.sum);
      REQUIRE((nothing || bits(tandem::dot(tandem::seq, product_x, product_y)) == golden.squares));
      REQUIRE((nothing || bits(tandem::dot(tandem::unseq, product_x, product_y)) == golden.squares));
    }
  }
}
