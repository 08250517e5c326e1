// SPDX-License-Identifier: BSL-1.0
// The sum and the sum of squares in one pass, against the same number by number, to the last of their 4352 bits. Each test is aimed
// at a step without which it fails.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <random>
#include <tandem/reduce/detail/exact_fold.hpp>
#include <vector>

#include "support.hpp"

using namespace exact_test;

namespace {

template <class T> struct both {
  tandem::exact_accumulator first, second;
  explicit both(std::vector<T> const& x) {
    for (T const v : x) first.add(v), second.add_product(v, v);
  }
};

// As one call, and as calls of odd lengths that hand on what they learned of the numbers' size.
template <class T> void check(std::vector<T> const& x) {
  both<T> const wanted(x);
  auto const agree = [&](auto vectorized, std::size_t most) {
    tandem::detail::exact_power_sums sums;
    for (std::size_t i = 0; i < x.size(); i += most) {
      std::size_t const n = std::min(most, x.size() - i);
      sums.add<decltype(vectorized)::value>(x.data() + i, n);
    }
    CAPTURE(most);
    REQUIRE(sums.first.sum.bytes() == wanted.first.bytes());
    REQUIRE(sums.second.sum.bytes() == wanted.second.bytes());
  };
  for (std::size_t const most : {x.size() + 1, std::size_t{1001}}) {
    agree(std::true_type(), most);
    agree(std::false_type(), most);
  }
}

std::vector<double> normal(std::size_t n, double scale) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> draw(0, scale);
  std::vector<double> x(n);
  for (double& v : x) v = draw(random);
  return x;
}

}  // namespace

TEST_CASE("Power sums of every length") {
  std::vector<double> const x = normal(4200, 1.3);
  for (std::size_t n = 0; n < 140; ++n) check(std::vector(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(n)));
  for (std::size_t const n : {1023u, 1024u, 1025u, 2048u, 4095u, 4096u, 4097u, 4111u, 4112u}) {
    CAPTURE(n);
    check(std::vector(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(n)));
  }
}

TEST_CASE("Power sums hold the most that their digits can, many blocks long") {
  // The largest first, second and third digits there are, of either sign, and ties between two digits.
  for (double const x :
       {1., 1 - 0x1p-53, 0x1.000001p-1, 0x1.000001000001p-1, -1 + 0x1p-53, 0x1p-23 + 0x1p-46, 0x1p-46, 0x1.8p-23})
    check(std::vector<double>(70'000, x));
  std::vector<double> x(70'000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = (i % 3 == 0 ? -1 : 1) * (1 - std::ldexp(1., -static_cast<int>(i % 50) - 3));
  check(x);
}

TEST_CASE("Power sums of numbers of any size: what does not fit goes by itself, and what often does not, another way") {
  for (int const least : {-1074, -700, -480, -462, -458, -100, 0, 400, 440, 470, 499, 501, 520, 960})
    for (int const spread : {0, 10, 15, 17, 40}) {
      CAPTURE(least, spread);
      check(wild(5000, least, std::min(least + spread, 1023), 3));
    }
  for (std::size_t const at : {0u, 100u, 300u, 4000u, 4097u, 8999u})
    for (double const odd : {1e300, 4.0, 2.0, 1 + 0x1p-52, 1e-5, 1e-6, 1e-300, 5e-324, -0., 0.})
      for (std::size_t const times : {1u, 60u}) {
        std::vector<double> x = normal(9200, 0.1);
        for (std::size_t i = 0; i < times; ++i) x[(at + 31 * i) % x.size()] = odd;
        CAPTURE(at, odd, times);
        check(x);
      }
  std::vector<double> x = wild(20'000, -40, 40, 9);
  std::sort(x.begin(), x.end());
  check(x);
  std::sort(x.begin(), x.end(), [](double a, double b) { return std::abs(a) > std::abs(b); });
  check(x);
}

TEST_CASE("Power sums of numbers that have a second digit only") {
  std::vector<double> x(100);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = i % 2 == 0 ? 0x1p-485 : -0x1p-485;
  check(x);
  x[50] = x[51] = -0.;
  check(x);
}

TEST_CASE("Power sums of zeros keep their sign, and what is not finite spoils them as it should") {
  check(std::vector<double>(100, -0.));
  check(std::vector<double>(100, 0.));
  std::vector<double> x(5000, -0.);
  check(x);
  x[4321] = 0.;
  check(x);
  for (double const odd : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    for (std::size_t const at : {0u, 3u, 299u, 4999u})
      for (int const sign : {1, -1}) {
        x = normal(5000, 1);
        x[at] = sign * odd;
        check(x);
        x[(at + 2500) % 5000] = -sign * odd;
        check(x);
      }
}

TEST_CASE("Power sums of floats") {
  std::mt19937_64 random(7);
  std::normal_distribution<float> draw(0, 1);
  std::vector<float> x(9000);
  for (float& v : x) v = draw(random);
  check(x);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::ldexp(x[i], static_cast<int>(i % 200) - 120);
  check(x);
}
