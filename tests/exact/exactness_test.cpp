// SPDX-License-Identifier: BSL-1.0
// What must not change an exact result: powers of two, the order, threads and cuts, the caller's rounding mode, subnormal numbers
// switched off. Each test is aimed at a step of the extraction without which it fails.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cfenv>
#include <numeric>
#include <random>
#include <tandem/reduce/moments.hpp>
#include <tandem/reduce/sum.hpp>

#include "support.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

using namespace exact_test;

static double sum_both(std::vector<double> const& x) {
  double const one = tandem::sum(tandem::seq, x), lanes = tandem::sum(tandem::unseq, x);
  REQUIRE(bits(one) == bits(lanes));
  return one;
}
static double dot_both(std::vector<double> const& x, std::vector<double> const& y) {
  double const one = tandem::dot(tandem::seq, x, y), lanes = tandem::dot(tandem::unseq, x, y);
  REQUIRE(bits(one) == bits(lanes));
  return one;
}

TEST_CASE("Sums and sums of products scale with every power of two") {
  for (int const spread : {3, 26, 34}) {
    std::vector<double> const x = wild(300, 0, spread, 11);
    double const sum = sum_of(x), squares = dot_of(x, x);
    std::vector<double> scaled(x.size());
    for (int power = -1020; power + spread < 1015; ++power) {
      CAPTURE(spread, power);
      for (std::size_t i = 0; i < x.size(); ++i) scaled[i] = std::ldexp(x[i], power);
      REQUIRE(sum_both(scaled) == std::ldexp(sum, power));
      REQUIRE(dot_both(x, scaled) == std::ldexp(squares, power));
    }
  }
}

TEST_CASE("Numbers that outgrow the block before, or fall far below it, are summed all the same") {
  for (int const first : {-1000, -500, 0, 500, 980})
    for (int const second : {-1000, -500, 0, 500, 980}) {
      CAPTURE(first, second);
      std::vector<double> x = wild(9000, first, first + 20, 5);
      std::vector<double> const more = wild(9000, second, second + 20, 6);
      x.insert(x.end(), more.begin(), more.end());
      x.insert(x.end(), more.begin(), more.end());
      REQUIRE(bits(sum_both(x)) == bits(sum_of(x)));
      std::vector<double> y = wild(x.size(), -30, 10, 8);
      REQUIRE(bits(dot_both(x, y)) == bits(dot_of(x, y)));
    }
  // One number at a time that does not fit among those around it.
  for (std::size_t const at : {0u, 255u, 256u, 4000u, 4095u, 4096u, 9999u})
    for (int const exponent : {-1074, -300, -40, 13, 14, 15, 40, 300, 1023}) {
      CAPTURE(at, exponent);
      std::vector<double> x = wild(10000, 0, 10, 9);
      x[at] = std::ldexp(1., exponent);
      REQUIRE(bits(sum_both(x)) == bits(sum_of(x)));
      REQUIRE(bits(dot_both(x, x)) == bits(dot_of(x, x)));
    }
}

TEST_CASE("Numbers lose nothing, however far apart they are in size") {
  for (int spread = 20; spread < 50; ++spread)
    for (int const power : {0, -870, -500, 500, 1000}) {
      CAPTURE(spread, power);
      std::vector<double> x = two_sizes(4096 + 2000, spread, power, 12);
      for (double rest = sum_of(x); rest != 0; rest = sum_of(x)) {
        REQUIRE(bits(sum_both(x)) == bits(rest));
        REQUIRE(x.size() < 4096 + 2008);
        x.push_back(-rest);
      }
      REQUIRE(sum_both(x) == 0);
    }
}

TEST_CASE("Products lose nothing, however far apart they are in size") {
  for (int spread = 20; spread < 50; ++spread)
    for (int const power : {0, -300, 300}) {
      CAPTURE(spread, power);
      std::vector<double> x = two_sizes(4096, spread, power, 12), y = two_sizes(4096, 0, -power, 13);
      // What is left when the sum, rounded, is taken away, and so on down to the last bit.
      for (double rest = dot_of(x, y); rest != 0; rest = dot_of(x, y)) {
        REQUIRE(bits(dot_both(x, y)) == bits(rest));
        REQUIRE(x.size() < 4104);
        x.push_back(-rest);
        y.push_back(1);
      }
      REQUIRE(dot_both(x, y) == 0);
    }
}

TEST_CASE("Products that vanish between others count all the same") {
  std::vector<double> x(5000, 1.), y(5000, 1.);
  x[300] = 0;  // that others are zero for good reason hides nothing
  x[100] = 1e-160, y[100] = 1e-161;
  x[4990] = -4997;
  REQUIRE(dot_both(x, y) == 1e-160 * 1e-161);
  // Half of the smallest double, and a trifle that decides where it is rounded to.
  x[100] = 0x1p-537, y[100] = 0x1p-538;
  x[200] = 0x1p-600, y[200] = 0x1p-600;
  x[4990] = -4996;
  REQUIRE(dot_both(x, y) == 0x1p-1074);
  x[200] = -x[200];
  REQUIRE(dot_both(x, y) == 0);
}

TEST_CASE("No sum within a block overflows its place, however equal the numbers") {
  for (double const value : {1., 1.999, 0x1.fffffffffffffp0, 0x1.0000000000fffp0, 0x1p-30, 0x1.fffffffffffffp1009,
                             0x1.fffffffffffffp1011, 0x1.fffffffffffffp1012, 0x1.fffffffffffffp1013})
    for (double const sign : {1., -1.}) {
      CAPTURE(value, sign);
      std::vector<double> x(4096 * 70 + 4095, sign * value);
      REQUIRE(bits(sum_both(x)) == bits(sum_of(x)));
      // What overflows in one block and is taken away in the next leaves this.
      x.resize(2 * 4096);
      for (std::size_t i = 4096; i < x.size(); ++i) x[i] = -x[i];
      x.push_back(sign);
      REQUIRE(sum_both(x) == sign);
      if (value < 2) REQUIRE(bits(dot_both(x, x)) == bits(dot_of(x, x)));
      for (double& v : x) v = std::ldexp(v, -500);
      std::vector<double> const powers(x.size(), 0x1p500);
      REQUIRE(dot_both(x, powers) == sign);
    }
}

TEST_CASE("No sum overflows its place where all numbers are as large as those of the block before let them be") {
  for (double const value : {0x1.fffffffffffffp2, 0x1p3, 0x1.0000000000001p3, 0x1.fffffffffffffp3, 0x1p4, 0x1.fffffffffffffp4})
    for (double const sign : {1., -1.})
      for (double const also : {1.5, 0.}) {  // zero is close to nothing
        CAPTURE(value, sign, also);
        std::vector<double> x(4096, 1.5);
        x.resize(5 * 4096, sign * value);
        for (std::size_t i = 0; i < x.size(); i += 512) x[i] = also;
        REQUIRE(bits(sum_both(x)) == bits(sum_of(x)));
        std::vector<double> const y(x.size(), 1.);
        REQUIRE(bits(dot_both(x, y)) == bits(dot_of(x, y)));
      }
}

TEST_CASE("Nor does it overflow over as many blocks as there may be in a call") {
  std::vector<float> const x(36'000'000, 1.9999f);  // 2^25 of them fill 63 bits
  tandem::exact_accumulator exact;
  exact.add_product(static_cast<double>(x[0]), static_cast<double>(x.size()));
  REQUIRE(tandem::sum(tandem::seq, x) == exact.value<float>());
  REQUIRE(tandem::sum(tandem::unseq, x) == exact.value<float>());
}

TEST_CASE("Products lose nothing where their low parts fall below the smallest numbers") {
  std::vector<double> x = wild(5000, -3, 3, 1), y = wild(5000, -3, 3, 2);
  SECTION("products that are zero to a processor") {
    for (std::size_t i = 0; i < 2000; ++i) x[i] = 1e-200, y[i] = 1e-200;
    x.push_back(1), y.push_back(1);
    for (std::size_t i = 0; i < 3001; ++i) x.push_back(-x[2000 + i]), y.push_back(y[2000 + i]);
    x.push_back(0x1p-1074), y.push_back(0x1p-1);
    double const exact = dot_of(x, y);
    REQUIRE(exact == 0x1p-1074);  // half of the smallest number and something, which decides
    REQUIRE(bits(dot_both(x, y)) == bits(exact));
  }
  SECTION("products whose low part is subnormal") {
    for (std::size_t i = 0; i < 5000; ++i) x[i] = std::ldexp(x[i], -500), y[i] = std::ldexp(y[i], -500);
    std::vector<double> const negated = [&] {
      std::vector<double> n = x;
      for (double& v : n) v = -std::nextafter(v, 0.);
      return n;
    }();
    x.insert(x.end(), negated.begin(), negated.end());
    y.insert(y.end(), y.begin(), y.begin() + 5000);
    REQUIRE(bits(dot_both(x, y)) == bits(dot_of(x, y)));
  }
  SECTION("zeros among the factors") {
    for (std::size_t i = 0; i < 5000; i += 3) x[i] = 0;
    for (std::size_t i = 0; i < 5000; i += 7) y[i] = -0.;
    REQUIRE(bits(dot_both(x, y)) == bits(dot_of(x, y)));
  }
  SECTION("factors too large to be cut into halves") {
    for (std::size_t i = 0; i < 5000; i += 100) x[i] = 0x1.123456789abcdp1020, y[i] = 0x1.fedcba987p-900;
    REQUIRE(bits(dot_both(x, y)) == bits(dot_of(x, y)));
  }
}

TEST_CASE("Infinities, NaN and zeros behave as in a loop, wherever they stand") {
  double const inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t const at : {0u, 17u, 4095u, 4096u, 5000u, 9999u}) {
    std::vector<double> x = wild(10000, -5, 5, 21);
    x[at] = inf;
    REQUIRE(sum_both(x) == inf);
    REQUIRE(dot_both(x, x) == inf);
    x[(at + 3) % 10000] = -inf;
    REQUIRE(std::isnan(sum_both(x)));
    x = wild(10000, -5, 5, 21);
    x[at] = nan;
    REQUIRE(bits(sum_both(x)) == bits(nan));
    REQUIRE(std::isnan(tandem::variance(x)));
    REQUIRE(std::isnan(dot_both(x, std::vector<double>(10000, 1.))));
    x[at] = inf;
    x[(at + 8) % 10000] = nan;  // in the same lane, so that what is larger than infinity is no number
    REQUIRE(std::isnan(dot_both(x, x)));
    std::vector<double> zeros(10000, -0.);
    REQUIRE(bits(sum_both(zeros)) == bits(-0.));
    zeros[at] = 0.;
    REQUIRE(bits(sum_both(zeros)) == bits(0.));
    zeros[at] = 1e-300;
    REQUIRE(sum_both(zeros) == 1e-300);
    std::vector<double> const infinite(10000, inf), nothing(10000, 0.);
    REQUIRE(std::isnan(dot_both(infinite, nothing)));
  }
}

TEST_CASE("Threads, cuts, order and the way of merging leave the bits alone") {
  std::vector<double> x = wild(30000, -40, 40, 31);
  double const sum = sum_of(x), squares = dot_of(x, x), variance = tandem::variance(tandem::seq, x);
  std::mt19937_64 random(1);
  for (int jobs = 1; jobs <= 8; ++jobs)
    for (int const grain : {1, 7, 64, 4096}) {
      if (grain == 1 && jobs % 3 != 1) continue;
      CAPTURE(jobs, grain);
      auto const how = tandem::par_unseq.with({.jobs = jobs, .grain = grain});
      REQUIRE(bits(tandem::sum(how, x)) == bits(sum));
      REQUIRE(bits(tandem::dot(how, x, x)) == bits(squares));
      REQUIRE(bits(tandem::variance(tandem::par.with({.jobs = jobs, .grain = grain}), x)) == bits(variance));
      std::shuffle(x.begin(), x.end(), random);
    }
  for (int round = 0; round < 30; ++round) {
    std::vector<tandem::exact_accumulator> parts(1 + random() % 20);
    for (double const v : x) parts[random() % parts.size()].add(v);
    while (parts.size() > 1) {
      std::size_t const from = random() % parts.size();
      tandem::exact_accumulator const taken = parts[from];
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(from));
      parts[random() % parts.size()].merge(taken);
    }
    REQUIRE(bits(parts[0].value()) == bits(sum));
  }
}

TEST_CASE("The caller's rounding mode and missing subnormals neither change a bit nor get lost") {
  std::vector<double> const x = wild(9001, -30, 30, 41), tiny = wild(9001, -1074, -1020, 42);
  double const sum = sum_of(x), squares = dot_of(x, x), least = sum_of(tiny), variance = tandem::variance(x),
               norm = tandem::norm(x);
  auto const check = [&] {
    for (auto const& how : {tandem::par_unseq.with({}), tandem::par_unseq.with({.jobs = 4, .grain = 64})}) {
      if (bits(tandem::sum(how, x)) != bits(sum) || bits(tandem::dot(how, x, x)) != bits(squares)) return false;
      if (bits(tandem::sum(how, tiny)) != bits(least) || bits(tandem::sum(tandem::seq, tiny)) != bits(least)) return false;
      if (bits(tandem::variance(how, x)) != bits(variance) || bits(tandem::norm(how, x)) != bits(norm)) return false;
    }
    return true;
  };
  for (int const mode : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO, FE_TONEAREST}) {
    std::fesetround(mode);
    bool const same = check();
    int const after = std::fegetround();
    std::fesetround(FE_TONEAREST);
    REQUIRE(same);
    REQUIRE(after == mode);
  }
#if defined(__SSE2__)
  unsigned const before = _mm_getcsr(), flushing = before | 0x8040;  // FTZ and DAZ
  _mm_setcsr(flushing);
  bool const same = check();
  unsigned const after = _mm_getcsr();
  _mm_setcsr(before);
  REQUIRE(same);
  REQUIRE((after & 0x8040) == 0x8040);
#endif
}

TEST_CASE("Floats are summed exactly and rounded once, to float") {
  std::vector<double> const wide = wild(20000, -20, 20, 51);
  std::vector<float> x(wide.begin(), wide.end());
  x[77] = 0x1p-149f;
  tandem::exact_accumulator sum, squares;
  for (float const v : x) sum.add(v), squares.add_product(v, v);
  for (auto const& how : {tandem::par_unseq.with({}), tandem::par_unseq.with({.jobs = 3, .grain = 77})}) {
    REQUIRE(std::bit_cast<std::uint32_t>(tandem::sum(how, x)) == std::bit_cast<std::uint32_t>(sum.value<float>()));
    REQUIRE(std::bit_cast<std::uint32_t>(tandem::dot(how, x, x)) == std::bit_cast<std::uint32_t>(squares.value<float>()));
  }
  REQUIRE(tandem::sum(tandem::seq, x) == sum.value<float>());
  REQUIRE(tandem::sum(std::vector{0x1.fffffep127f, 0x1.fffffep127f, -0x1.fffffep127f}) == 0x1.fffffep127f);
  REQUIRE(std::isinf(tandem::sum(std::vector{0x1.fffffep127f, 0x1p103f})));
}
