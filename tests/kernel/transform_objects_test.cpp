// SPDX-License-Identifier: BSL-1.0
// Elements that are no numbers, and numbers without lanes.
#include <tandem/kernel/transform.hpp>

#include <algorithm>
#include <array>
#include <complex>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "../support/check_transform.hpp"
#include "../support/every_policy.hpp"

using kernel_test::n;
using kernel_test::numbers;
using kernel_test::with_scalar_policies;
using tandem::transform;
using tandem::zip;

TEST_CASE("Strings, pairs and structs pass by reference, one at a time", "[transform]") {
  struct body {
    double mass;
    std::array<double, 3> velocity;
  };
  std::vector<body> bodies(n);
  for (std::size_t i = 0; i < n; ++i) bodies[i] = {static_cast<double>(i), {1, 2, 2}};
  std::vector<std::string> words(n, "x");
  std::vector<std::pair<int, double>> pairs(n, {2, 0.5});
  with_scalar_policies([&](char const* name, auto const& policy) {
    INFO(name);
    std::vector<double> energy(n), product(n);
    std::vector<std::string> doubled(n);
    transform(policy, bodies, energy, [](body const& b) {
      double sum = 0;
      for (double const v : b.velocity) sum += v * v;
      return b.mass * sum / 2;
    });
    CHECK((energy[0] == 0 && energy[36] == 162));
    transform(policy, zip(words, pairs, 3), doubled,
              [](std::string const& w, auto const& p, int k) { return w + std::to_string(p.first * k); });
    CHECK(doubled == std::vector<std::string>(n, "x6"));
    transform(policy, pairs, product, [](auto const& p) { return p.first * p.second; });
    CHECK(product == std::vector<double>(n, 1.));
    std::vector<std::complex<double>> turned(n);
    transform(policy, energy, turned, [](double e) { return std::complex<double>(0, e); });
    CHECK(turned[36].imag() == 162);
    std::vector<body> heavier(n);
    transform(policy, bodies, heavier, [](body b) { return b.mass += 1, b; });
    CHECK((heavier[0].mass == 1 && bodies[0].mass == 0));
  });
}

TEST_CASE("Elements with lanes but outputs without run as scalars by default", "[transform]") {
  auto const a = numbers<double>(1);
  std::vector<std::string> texts(n);
  transform(a, texts, [](auto v) { return std::to_string(static_cast<int>(v)); });
  CHECK((texts[0] == "1" && texts[36] == "37"));
}

TEST_CASE("Types without lanes work under seq and par: long double, bool, characters", "[transform]") {
  with_scalar_policies([](char const* name, auto const& policy) {
    INFO(name);
    std::vector<long double> const x(n, 0.1L);
    std::vector<long double> y(n);
    transform(policy, x, y, [](auto v) { return v * 3; });
    CHECK(y[7] == 0.1L * 3);
    std::array<bool, n> const truths{true};
    std::array<bool, n> others{};
    transform(policy, truths, others, [](auto v) { return !v; });
    CHECK((!others[0] && others[1]));
  });
}

TEST_CASE("A kernel may return references to what it was given", "[transform]") {
  std::vector<std::string> const a(n, "pear"), b(n, "apple");
  auto const x = numbers<double>(1), y = numbers<double>(20, -1);
  with_scalar_policies([&](char const* name, auto const& policy) {
    INFO(name);
    std::vector<std::string> low(n), high(n);
    transform(policy, zip(a, b), zip(low, high), [](auto const& p, auto const& q) { return std::minmax(p, q); });
    CHECK((low[3] == "apple" && high[3] == "pear"));
    std::vector<double> least(n), most(n), same(n);
    transform(policy, zip(x, y), zip(least, most), [](auto const& p, auto const& q) { return std::minmax(p, q); });
    transform(policy, x, same, [](auto const& v) -> auto const& { return v; });
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < n; ++i)
      wrong += !(least[i] == std::min(x[i], y[i]) && most[i] == std::max(x[i], y[i]) && same[i] == x[i]);
    CHECK(wrong == 0);
  });
}

TEST_CASE("Two arrays are swapped in place through references", "[transform]") {
  with_scalar_policies([](char const* name, auto const& policy) {
    INFO(name);
    std::vector<std::string> a(n, "left"), b(n, "right");
    transform(policy, zip(a, b), zip(a, b), [](auto const& p, auto const& q) { return std::tie(q, p); });
    CHECK((a == std::vector<std::string>(n, "right") && b == std::vector<std::string>(n, "left")));
  });
}
