// SPDX-License-Identifier: BSL-1.0
// Sums and means of windows against the same of each window alone: numbers of any size, halfway quotients, widths at which the parts
// are cut otherwise.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstddef>
#include <random>
#include <span>
#include <tandem/backend/caches.hpp>
#include <tandem/reduce/moments.hpp>
#include <tandem/reduce/moving.hpp>
#include <tandem/reduce/sum.hpp>
#include <vector>

#include "support.hpp"

using namespace exact_test;

namespace {

template <class T> void check(std::vector<T> const& x, std::size_t width) {
  CAPTURE(width);
  std::vector<T> sums(x.size()), means(x.size()), lanes(x.size());
  tandem::moving(tandem::seq, x, sums, width, tandem::sum);
  tandem::moving(tandem::seq, x, means, width, tandem::mean);
  std::vector<T> alone = sums, mean_alone = means;
  for (std::size_t i = 0; i < x.size(); i += 1 + i * width / 8192) {
    std::size_t const first = i + 1 < width ? 0 : i + 1 - width;
    std::span<T const> const window(x.data() + first, i + 1 - first);
    alone[i] = tandem::sum(tandem::seq, window);
    mean_alone[i] = tandem::mean(tandem::seq, window);
  }
  REQUIRE(difference(sums, alone) == x.size());
  REQUIRE(difference(means, mean_alone) == x.size());
  tandem::moving(tandem::unseq, x, lanes, width, tandem::sum);
  REQUIRE(difference(lanes, sums) == x.size());
  tandem::moving(tandem::unseq, x, lanes, width, tandem::mean);
  REQUIRE(difference(lanes, means) == x.size());
}

}  // namespace

TEST_CASE("Windows of numbers of any size") {
  for (int const least : {-1074, -1000, -860, -830, 0, 900, 955, 970, 985, 1000, 1010})
    for (int const spread : {0, 8, 20, 60}) {
      CAPTURE(least, spread);
      check(wild(1500, least, std::min(least + spread, 1023), 5), 50);
    }
}

TEST_CASE("Windows lose nothing, however far apart their numbers are in size") {
  for (int spread = 20; spread < 50; ++spread)
    for (int const power : {0, -870, 950, 1000}) {
      CAPTURE(spread, power);
      std::vector<double> x = two_sizes(1200, spread, power, 7);
      for (std::size_t const width : {3u, 50u}) check(x, width);
      // Behind others that are close to each other.
      std::vector<double> const before = wild(1200, power, power, 8);
      x.insert(x.begin(), before.begin(), before.end());
      for (std::size_t const width : {3u, 50u}) check(x, width);
    }
}

TEST_CASE("Windows of any width, halfway quotients among them") {
  for (std::size_t const width : {1u, 2u, 3u, 6u, 7u, 8u, 50u, 63u, 64u, 255u, 256u, 257u, 1023u, 1024u, 4095u, 4096u, 4097u}) {
    check(wild(6000, 0, 3, 6), width);
    std::vector<double> x(6000);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = (i % 5 == 0 ? 0x1p53 : 1.) + static_cast<double>(i * i % 7);
    check(x, width);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::ldexp(1., static_cast<int>(i * 7 % 11));
    check(x, width);
  }
}

TEST_CASE("Windows of floats of any size, and halfway between two of them") {
  std::mt19937_64 random(11);
  for (std::size_t const width : {1u, 2u, 3u, 7u, 49u, 50u, 64u, 107u, 257u, 4097u}) {
    for (int const least : {-149, -130, 0, 100})
      for (int const spread : {0, 8, 20, 27, 60}) {
        std::vector<double> const wide = wild(1500, least, std::min(least + spread, 127), 5);
        CAPTURE(least, spread);
        check(std::vector<float>(wide.begin(), wide.end()), width);
      }
    std::vector<float> x(6000);
    for (float& v : x) v = static_cast<float>(1 + static_cast<double>(random() % 8) * 0x1p-23);
    check(x, width);
    // Beside a middle of two floats by less than a double of that size tells.
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = i % 3 == 0 ? 1.f : i % 3 == 1 ? 0x1p-24f : i % 2 == 0 ? 0x1p-60f : -0x1p-60f;
    check(x, width);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = i % 1000 < 5 ? -0.f : i % 700 == 0 ? INFINITY : i % 900 == 0 ? NAN : x[i];
    check(x, width);
  }
}

TEST_CASE("Windows as wide as they get in lanes, and wider") {
  std::vector<double> const x = wild(1'150'000, 0, 3, 7);
  for (std::size_t const width : {65'536u, 1'048'575u, 1'048'576u, 1'048'577u}) {
    check(x, width);
    check(std::vector<float>(x.begin(), x.end()), width);
  }
}

TEST_CASE("Windows that are too many for the caches, from any address on") {
  std::size_t const n = tandem::backend::last_level_cache_bytes() / 2 / sizeof(double) + 4099;
  std::vector<double> const x = wild(n, 0, 3, 8);
  std::vector<double> many(n + 3), few(n);
  for (std::size_t const offset : {0u, 1u, 3u}) {
    std::fill(many.begin(), many.end(), 7.);
    tandem::moving(x, std::span(many).subspan(offset, n), 50, tandem::mean);
    if (offset == 0) {
      for (std::size_t begin = 0; begin < n; begin += 100'000) {  // in parts that the caches hold
        std::size_t const from = begin < 50 ? 0 : begin - 50, to = std::min(n, begin + 100'000);
        std::vector<double> part(to - from);
        tandem::moving(std::span(x).subspan(from, to - from), part, 50, tandem::mean);
        std::copy(part.begin() + static_cast<std::ptrdiff_t>(begin - from), part.end(),
                  few.begin() + static_cast<std::ptrdiff_t>(begin));
      }
    }
    CAPTURE(offset);
    REQUIRE(std::equal(few.begin(), few.end(), many.begin() + static_cast<std::ptrdiff_t>(offset)));
    for (std::size_t i = 0; i < offset; ++i) REQUIRE(many[i] == 7);
    for (std::size_t i = offset + n; i < many.size(); ++i) REQUIRE(many[i] == 7);
  }
}

TEST_CASE("Means halfway between two doubles go to the even one") {
  // Widths whose reciprocal, times half of them, is not a half when it is rounded.
  std::mt19937_64 random(9);
  std::vector<double> x(20'000), means(x.size());
  for (double& v : x) v = 0.5 + static_cast<double>(random() >> 11) * 0x1p-53;
  for (std::size_t const width : {49u, 98u, 103u, 107u, 196u, 197u, 214u}) {
    check(x, width);
    tandem::moving(tandem::unseq, x, means, width, tandem::mean);
    std::size_t halfway = 0;
    for (std::size_t i = width - 1; i < x.size(); ++i) {
      tandem::exact_accumulator missing;  // the sum, less width times the mean
      for (std::size_t k = i + 1 - width; k <= i; ++k) missing.add(x[k]);
      missing.add_product(-static_cast<double>(width), means[i]);
      double const below = std::nextafter(means[i], 0.), above = std::nextafter(means[i], 2.);
      halfway += missing.value() == static_cast<double>(width) * (above - means[i]) / 2 ||
                 missing.value() == static_cast<double>(width) * (below - means[i]) / 2;
    }
    CAPTURE(width);
    REQUIRE(halfway > 20);
  }
}

TEST_CASE("Running sums as large as they get, of both parts, and then windows of the smallest numbers") {
  std::mt19937_64 random(10);
  for (std::size_t const width : {2u, 40u, 300u})
    for (int const small_first : {0, 1})
      for (int fraction = 1; fraction < 64; fraction += 7) {
        std::vector<double> x(3000);
        for (double& v : x) v = 2 - 0x1p-38 + fraction * 0x1p-45;  // what is left of each by the first cut has one sign
        for (int const lowest : {74, 76, 78, 80, 82, 84}) {
          for (std::size_t i = 800; i < 1200; ++i) x[i] = std::ldexp(static_cast<double>(random() % 2048 * 2 + 1), -lowest);
          if (small_first == 1) std::fill_n(x.begin(), 100, 0x1p-8);
          CAPTURE(width, small_first, fraction, lowest);
          check(x, width);
        }
      }
}
