// SPDX-License-Identifier: BSL-1.0
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <tandem/reduce/extrema.hpp>
#include <tandem/reduce/group_by.hpp>
#include <vector>

static double const nan_value = std::numeric_limits<double>::quiet_NaN();
static std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

// The first element that no other is better than: NaN before all, -0 below +0.
template <class T> static std::size_t first_best(std::vector<T> const& x, bool least) {
  auto const better = [least](T a, T b) {
    if (a != a || b != b) return a != a && b == b;
    if (a == b)
      return least ? std::signbit(double(a)) && !std::signbit(double(b)) : !std::signbit(double(a)) && std::signbit(double(b));
    return least ? a < b : b < a;
  };
  std::size_t best = 0;
  for (std::size_t i = 1; i < x.size(); ++i)
    if (better(x[i], x[best])) best = i;
  return best;
}

template <class T> static void check(std::vector<T> const& x) {
  std::size_t const low = first_best(x, true), high = first_best(x, false);
  auto const one = [&](auto const& policy) {
    REQUIRE(tandem::argmin(policy, x) == low);
    REQUIRE(tandem::argmax(policy, x) == high);
    double const least = static_cast<double>(tandem::min(policy, x)), greatest = static_cast<double>(tandem::max(policy, x));
    REQUIRE((bits(least) == bits(double(x[low])) || (std::isnan(least) && x[low] != x[low])));
    REQUIRE((bits(greatest) == bits(double(x[high])) || (std::isnan(greatest) && x[high] != x[high])));
  };
  one(tandem::seq);
  one(tandem::par_unseq);
  one(tandem::par_unseq.with({.jobs = 3, .grain = 100}));
}

TEST_CASE("Extrema and their indices are those of a loop, wherever they stand") {
  std::mt19937_64 random(1);
  for (std::size_t const n : {1u, 2u, 15u, 64u, 65u, 127u, 4096u, 4097u, 10'000u})
    for (int const values : {1, 2, 3, 1000}) {
      CAPTURE(n, values);
      std::vector<double> x(n);
      std::vector<float> y(n);
      std::vector<std::int32_t> z(n);
      for (std::size_t i = 0; i < n; ++i) {
        z[i] = static_cast<int>(random() % static_cast<unsigned>(values)) - values / 2;
        x[i] = z[i] == 0 && random() % 2 == 0 ? -0. : z[i];
        y[i] = static_cast<float>(x[i]);
      }
      check(x), check(y), check(z);
      x[random() % n] = nan_value;
      check(x);
      x[random() % n] = -nan_value;
      check(x);
    }
}

TEST_CASE("A single -0 among thousands of zeros is the least") {
  for (std::size_t const at : {0u, 4095u, 4096u, 7000u}) {
    std::vector<double> x(9000, 0.);
    x[at] = -0.;
    check(x);
    for (double& v : x) v = -v;
    check(x);
  }
}

TEST_CASE("Which zero comes first does not depend on the block that was folded first") {
  using lowest = tandem::detail::extremum<double, tandem::detail::smallest_first, true>;
  using highest = tandem::detail::extremum<double, tandem::detail::largest_first, true>;
  auto const find = [](auto end, double winner) {
    std::vector<double> early(4096, winner == 0 ? -winner : 0.), late(4096, winner);
    early[100] = winner;
    end.start_at(8192);
    end.fold_lanes(std::span<double const>(late));
    end.start_at(4096);
    end.fold_lanes(std::span<double const>(early));
    return end.index();
  };
  CHECK(find(lowest(), -0.) == 4096 + 100);
  CHECK(find(highest(), 0.) == 4096 + 100);
  CHECK(tandem::argmin(std::vector<int>(9000, 0)) == 0);
  CHECK(tandem::argmax(std::vector<double>(9000, 0.)) == 0);
}

TEST_CASE("NaN comes out as the canonical quiet one") {
  double const odd = std::bit_cast<double>(std::uint64_t{0xFFF8000000001234});
  CHECK(bits(tandem::min(std::vector{1., odd})) == bits(nan_value));
  CHECK(bits(tandem::minmax(std::vector{odd, 1.}).max) == bits(nan_value));
}

TEST_CASE("Extrema of nothing throw a sentence that names them") {
  std::vector<double> const none;
  auto const sentence = [&](auto const& how) {
    try {
      (void)how(none);
      return std::string();
    } catch (std::invalid_argument const& e) {
      return std::string(e.what());
    }
  };
  CHECK(sentence(tandem::min) == "tandem::min: there are no elements");
  CHECK(sentence(tandem::argmax) == "tandem::argmax: there are no elements");
  CHECK(sentence(tandem::minmax) == "tandem::minmax: there are no elements");
}

TEST_CASE("Anything with an order has extrema") {
  std::vector<std::string> const words{"to", "be", "or", "not", "to", "be"};
  CHECK(tandem::min(words) == "be");
  CHECK(tandem::argmin(tandem::par, words) == 1);
  CHECK(tandem::minmax(words) == tandem::extremes<std::string>{"be", "to"});
}

TEST_CASE("Numbers that have no lanes are ordered as the others") {
  long double const nan = std::numeric_limits<long double>::quiet_NaN();
  std::vector<long double> const x{2, 0, -0.L, 1, 2};
  CHECK(tandem::min(x) == 0);
  CHECK(std::signbit(tandem::min(x)));
  CHECK(tandem::argmin(x) == 2);
  CHECK(tandem::argmax(tandem::seq, x) == 0);
  CHECK(tandem::minmax(x).max == 2);
  CHECK(tandem::top_k(2)(x)[1] == tandem::ranked<long double>{2, 4});
  CHECK(tandem::argmax(std::vector<long double>{1, nan, 2}) == 1);
  CHECK(tandem::group_by(std::vector<long double>{1, nan, -0.L, 0, nan}, x, tandem::max).size() == 3);
}

TEST_CASE("top_k gives the greatest in order, ties by index") {
  std::vector<double> x{3, 1, nan_value, 3, 2, 5};
  auto const best = tandem::top_k(4)(x);
  REQUIRE(best.size() == 4);
  CHECK(std::isnan(best[0].value));
  CHECK(best[1] == tandem::ranked<double>{5, 5});
  CHECK(best[2] == tandem::ranked<double>{3, 0});
  CHECK(best[3] == tandem::ranked<double>{3, 3});
  CHECK(tandem::top_k(0)(x).empty());
  CHECK(tandem::top_k(100)(tandem::seq, x).size() == 6);
  CHECK_THROWS_AS(tandem::top_k(-1), std::invalid_argument);
  std::vector<int> many(50'000);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<int>(i * 7919 % 1000);
  auto const expected = tandem::top_k(300)(tandem::seq, many);
  CHECK(tandem::top_k(300)(tandem::par.with({.jobs = 4, .grain = 64}), many) == expected);
  CHECK(expected[60].index > expected[10].index);
}
