// SPDX-License-Identifier: BSL-1.0
// Sums and means of windows against the same of each window alone: numbers of any size, halfway quotients, widths at which the parts
// are cut otherwise.
#include <catch2/catch_test_macros.hpp>
#include <span>
#include <tandem/reduce/moments.hpp>
#include <tandem/reduce/moving.hpp>
#include <tandem/reduce/sum.hpp>
#include <vector>

#include "support.hpp"

using namespace exact_test;

namespace {

void check(std::vector<double> const& x, std::size_t width) {
  std::vector<double> sums(x.size()), means(x.size()), lanes(x.size());
  tandem::moving(tandem::seq, x, sums, width, tandem::sum);
  tandem::moving(tandem::seq, x, means, width, tandem::mean);
  for (std::size_t i = 0; i < x.size(); i += 1 + i * width / 8192) {
    std::size_t const first = i + 1 < width ? 0 : i + 1 - width;
    CAPTURE(width, i, x[i]);
    std::span<double const> const window(x.data() + first, i + 1 - first);
    REQUIRE(bits(sums[i]) == bits(tandem::sum(tandem::seq, window)));
    REQUIRE(bits(means[i]) == bits(tandem::mean(tandem::seq, window)));
  }
  tandem::moving(tandem::unseq, x, lanes, width, tandem::sum);
  for (std::size_t i = 0; i < x.size(); ++i) REQUIRE(bits(lanes[i]) == bits(sums[i]));
  tandem::moving(tandem::unseq, x, lanes, width, tandem::mean);
  for (std::size_t i = 0; i < x.size(); ++i) REQUIRE(bits(lanes[i]) == bits(means[i]));
}

}  // namespace

TEST_CASE("Windows of numbers of any size") {
  for (int const least : {-1074, -1000, -860, -830, 0, 900, 955, 970, 985, 1000, 1010})
    for (int const spread : {0, 8, 20, 60}) {
      CAPTURE(least, spread);
      check(wild(1500, least, std::min(least + spread, 1023), 5), 50);
    }
}

TEST_CASE("Windows of any width, halfway quotients among them") {
  for (std::size_t const width : {1u, 2u, 3u, 7u, 8u, 63u, 64u, 255u, 256u, 257u, 1023u, 1024u, 4095u, 4096u, 4097u}) {
    check(wild(6000, 0, 3, 6), width);
    std::vector<double> x(6000);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = (i % 5 == 0 ? 0x1p53 : 1.) + static_cast<double>(i * i % 7);
    check(x, width);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::ldexp(1., static_cast<int>(i * 7 % 11));
    check(x, width);
  }
}
