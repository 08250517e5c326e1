// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <tandem/core/matrix.hpp>
#include <tandem/core/reducer.hpp>
#include <tandem/reduce/extrema.hpp>
#include <tandem/reduce/moments.hpp>
#include <tandem/reduce/moving.hpp>
#include <tandem/reduce/sum.hpp>
#include <vector>

using vec = std::vector<double>;

static bool same(vec const& a, vec const& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
    return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y) || (std::isnan(x) && std::isnan(y));
  });
}

// Each window reduced by itself.
static vec one_by_one(vec const& x, std::size_t width, auto const& how) {
  vec out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    std::size_t const first = i + 1 < width ? 0 : i + 1 - width;
    out[i] = static_cast<double>(
        how(tandem::seq, vec(x.begin() + static_cast<std::ptrdiff_t>(first), x.begin() + static_cast<std::ptrdiff_t>(i) + 1)));
  }
  return out;
}

static void check(vec const& x, std::size_t width, auto const& how) {
  vec const expected = one_by_one(x, width, how);
  vec out(x.size());
  tandem::moving(tandem::seq, x, out, width, how);
  REQUIRE(same(out, expected));
  std::fill(out.begin(), out.end(), 7.);
  tandem::moving(x, out, width, how);
  REQUIRE(same(out, expected));
  tandem::moving(tandem::par_unseq.with({.jobs = 3, .grain = 10}), x, out, width, how);
  REQUIRE(same(out, expected));
  out = x;
  tandem::moving(out, out, width, how);  // in place
  REQUIRE(same(out, expected));
}

TEST_CASE("Every window has the bits of a reduction of its own") {
  std::mt19937_64 random(4);
  std::normal_distribution<double> normal;
  for (std::size_t const n : {1u, 2u, 10u, 500u}) {
    vec x(n);
    for (double& v : x) v = std::ldexp(normal(random), static_cast<int>(random() % 60));
    for (std::size_t const width : {1u, 2u, 3u, 50u, 499u, 500u, 100'000u}) {
      CAPTURE(n, width);
      check(x, width, tandem::sum);
      check(x, width, tandem::mean);
      check(x, width, tandem::min);
      check(x, width, tandem::max);
      if (n <= 10 || width == 50) check(x, width, tandem::variance);
    }
  }
}

TEST_CASE("Numbers that are infinite, NaN or zero enter a window and leave it") {
  double const inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  vec x(200, 1.);
  x[20] = inf, x[30] = nan, x[40] = -inf, x[41] = inf, x[100] = 1e308, x[101] = 1e308, x[102] = -1e308, x[103] = 1e-308;
  for (std::size_t i = 120; i < 150; ++i) x[i] = -0.;
  x[130] = 0.;
  for (std::size_t const width : {1u, 2u, 5u, 150u}) {
    CAPTURE(width);
    check(x, width, tandem::sum);
    check(x, width, tandem::mean);
    check(x, width, tandem::max);
  }
}

TEST_CASE("Indices count from the beginning, and any reducer can move") {
  vec const x{3, 1, 2, 1, 5};
  std::vector<std::size_t> at(5);
  tandem::moving(x, at, 3, tandem::argmin);
  CHECK(at == std::vector<std::size_t>{0, 1, 1, 1, 3});
  std::vector<std::string> const words{"a", "b", "c", "d", "e"};
  std::vector<std::string> joined(5);
  tandem::moving(tandem::par, words, joined, 2, tandem::monoid(std::plus<>(), std::string()));
  CHECK(joined == std::vector<std::string>{"a", "ab", "bc", "cd", "de"});
  std::vector<float> const floats{0.1f, 0.2f, 0.3f};
  std::vector<float> sums(3);
  tandem::moving(floats, sums, 2, tandem::sum);
  CHECK(sums[2] == 0.2f + 0.3f);
}

TEST_CASE("An accumulator that cannot be copied moves as well, and none is copied") {
  struct total {
    std::unique_ptr<double> sum = std::make_unique<double>(0);
    void fold(std::span<double const> x) {
      for (double const v : x) *sum += v;
    }
    void merge(total const& next) { *sum += *next.sum; }
    double result() const { return *sum; }
  };
  vec x(1000), out(x.size()), expected(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i * i % 17);
  for (std::size_t const width : {1u, 2u, 7u, 999u, 5000u}) {
    tandem::moving(x, out, width, total());
    tandem::moving(x, expected, width, tandem::sum);
    CAPTURE(width);
    CHECK(same(out, expected));
  }
}

TEST_CASE("Nothing drifts over three million elements") {
  vec x(3'000'000), out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = i % 1000 == 0 ? 1e17 : 0.1 * static_cast<double>(i % 977);
  tandem::moving(x, out, 50, tandem::mean);
  for (std::size_t i = x.size() - 100; i < x.size(); ++i)
    REQUIRE(out[i] == tandem::mean(tandem::seq, std::span<double const>(x).subspan(i - 49, 50)));
}

TEST_CASE("Nor over a hundred million") {
#if defined(__OPTIMIZE__)
  constexpr std::size_t n = 100'000'000;
#else
  constexpr std::size_t n = 1'000'000;
#endif
  constexpr std::size_t width = 50;
  vec x(n), out(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = 1e6 + 0.1 * static_cast<double>(i * 2654435761 % 1009);
  tandem::moving(x, out, width, tandem::mean);
  for (std::size_t i = width - 1; i < n; i += i < n - 1000 ? n / 1000 : 1)
    REQUIRE(out[i] == tandem::mean(tandem::seq, std::span<double const>(x).subspan(i + 1 - width, width)));
}

TEST_CASE("Windows near the largest numbers, of few elements, and of rows that lie in each other") {
  for (double const x : {1e301, -0x1p1000, 0x1p1011, 1e308}) check(vec(100, x), 2, tandem::mean);
  for (std::size_t n = 1; n < 40; ++n)
    for (std::size_t const width : {1u, 3u, 8u, 60u}) {
      vec x(n);
      for (std::size_t i = 0; i < n; ++i) x[i] = 0.1 * static_cast<double>(i * i % 17);
      check(x, width, tandem::mean);
    }
  tandem::matrix<double> m(5, 300), apart(4, 300);
  for (std::size_t i = 0; i < m.elements().size(); ++i) m.elements()[i] = 0.1 * static_cast<double>(i % 977);
  tandem::matrix_view<double const> const in(m.data(), 4, 300, 300);
  tandem::moving(tandem::seq, in, apart, 7, tandem::mean);
  tandem::moving(in, tandem::matrix_view<double>(m.data() + 300, 4, 300, 300), 7, tandem::mean);  // one row further down
  CHECK(std::equal(apart.elements().begin(), apart.elements().end(), m.data() + 300));
}

TEST_CASE("Lengths must agree and the width be positive") {
  vec const x(4);
  vec out(3), right(4);
  auto const sentence = [&](auto const& call) {
    try {
      call();
      return std::string();
    } catch (std::invalid_argument const& e) {
      return std::string(e.what());
    }
  };
  CHECK(sentence([&] { tandem::moving(x, out, 2, tandem::mean); }) ==
        "tandem::moving: the input has 4 elements but the output has 3");
  CHECK(sentence([&] { tandem::moving(x, right, 0, tandem::mean); }) == "tandem::moving: width must be positive, got 0");
  CHECK(sentence([&] { tandem::moving(x, right, -2, tandem::mean); }) == "tandem::moving: width must not be negative, got -2");
  vec none;
  tandem::moving(none, none, 3, tandem::sum);
}

TEST_CASE("Quotients that lie halfway between two doubles go to even, for every width") {
  std::mt19937_64 random(9);
  for (std::size_t const width : {3u, 5u, 6u, 7u, 10u, 12u, 50u, 64u, 100u}) {
    CAPTURE(width);
    vec x(6000);
    // Multiples of 2^-53 and coarser: a window's mean often ends half a unit behind the last place.
    for (double& v : x) v = static_cast<double>(random() >> 11) * 0x1p-53;
    for (std::size_t i = 0; i < 2000; ++i) x[i] = std::floor(x[i] * 64) / 64 + (i % 2 == 0 ? 0x1p-48 : 0);
    for (std::size_t i = 2000; i < 3000; ++i) x[i] = 0x1p53 + static_cast<double>(random() % 64);
    for (std::size_t i = 3000; i < 3500; ++i) x[i] = static_cast<double>(random() % 8) - 4;
    for (std::size_t i = 3500; i < 4000; ++i) x[i] = std::ldexp(x[i], -1040);
    check(x, width, tandem::mean);
    check(x, width, tandem::sum);
  }
}

TEST_CASE("The rows of a matrix move one by one") {
  tandem::matrix<double> in(30, 100), out(30, 100);
  for (std::size_t i = 0; i < in.elements().size(); ++i) in.elements()[i] = std::sin(static_cast<double>(i));
  tandem::moving(in, out, 7, tandem::mean);
  for (std::size_t i = 0; i < 30; ++i)
    REQUIRE(
        same(vec(out.row(i).begin(), out.row(i).end()), one_by_one(vec(in.row(i).begin(), in.row(i).end()), 7, tandem::mean)));
  tandem::matrix<double> other(30, 99);
  CHECK_THROWS_AS(tandem::moving(in, other, 7, tandem::mean), std::invalid_argument);
}
