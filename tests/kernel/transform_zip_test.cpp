// SPDX-License-Identifier: BSL-1.0
// Several inputs and outputs, scalars and temporaries.
#include <tandem/kernel/transform.hpp>

#include <array>
#include <tuple>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "../support/check_transform.hpp"
#include "../support/every_policy.hpp"

using kernel_test::check_policies;
using kernel_test::n;
using kernel_test::numbers;
using kernel_test::with_every_policy;
using tandem::transform;
using tandem::zip;

TEST_CASE("Up to four inputs and three outputs keep their places", "[transform]") {
  auto const a = numbers<double>(1), b = numbers<double>(100, -3), c = numbers<double>(7, 2), d = numbers<double>(-50, 5);
  with_every_policy([&](char const* name, auto const& policy) {
    INFO(name);
    std::vector<double> x(n), y(n), z(n), one(n);
    transform(policy, zip(a, b, c, d), zip(x, y, z),
              [](auto p, auto q, auto r, auto s) { return std::tuple(p - q, r - s, p + 2 * q + 3 * r + 4 * s); });
    transform(policy, zip(a, b, c), one, [](auto p, auto q, auto r) { return p * q - r; });
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < n; ++i) {
      wrong += x[i] != a[i] - b[i];
      wrong += y[i] != c[i] - d[i];
      wrong += z[i] != a[i] + 2 * b[i] + 3 * c[i] + 4 * d[i];
      wrong += one[i] != a[i] * b[i] - c[i];
    }
    CHECK(wrong == 0);
  });
}

TEST_CASE("A pair, a tuple and an array serve as several results, and a tuple of one as one", "[transform]") {
  auto const a = numbers<float>(1);
  std::vector<float> x(n), y(n);
  transform(tandem::unseq, a, zip(x, y), [](auto v) { return std::pair(v + 1, v < 5); });
  CHECK((x[0] == 2 && y[0] == 1 && y[n - 1] == 0));
  transform(tandem::unseq, a, zip(x, y), [](auto v) { return std::array{v - 1, -v}; });
  CHECK((x[0] == 0 && y[n - 1] == -static_cast<float>(n)));
  transform(tandem::seq, a, zip(x, y), [](auto v) { return std::array{v - 1, -v}; });
  CHECK((x[0] == 0 && y[n - 1] == -static_cast<float>(n)));
  transform(tandem::unseq, a, zip(x), [](auto v) { return std::tuple(v * 2); });
  CHECK(x[n - 1] == 2 * static_cast<float>(n));
  transform(tandem::unseq, a, x, [](auto v) { return std::tuple(v * 3); });
  CHECK(x[n - 1] == 3 * static_cast<float>(n));
}

TEST_CASE("Scalars repeat, and inputs may be scalars only", "[transform]") {
  auto const a = numbers<double>(1);
  check_policies<double>(
      zip(2.5, a, 10), [](auto s, auto v, auto t) { return s * v + t; }, [&](std::size_t i) { return 2.5 * a[i] + 10; });
  check_policies<double>(zip(0.25), [](auto s) { return s * 2; }, [](std::size_t) { return 0.5; });
}

TEST_CASE("Temporaries in a zip are kept, for later calls too", "[transform]") {
  auto const in = zip(numbers<double>(3), numbers<int>(-9, 4), 0.5);
  check_policies<double>(
      in, [](auto a, auto b, auto c) { return a + b * c; },
      [](std::size_t i) { return 3. + static_cast<double>(i) + (-9 + 4 * static_cast<double>(i)) * 0.5; });
  auto const copy = in;
  check_policies<double>(copy, [](auto a, auto, auto) { return a; }, [](std::size_t i) { return 3. + static_cast<double>(i); });
}

TEST_CASE("Two arrays are swapped in place, in lanes too", "[transform]") {
  with_every_policy([](char const* name, auto const& policy) {
    INFO(name);
    auto a = numbers<double>(1), b = numbers<double>(100);
    transform(policy, zip(a, b), zip(a, b), [](auto p, auto q) { return std::pair(q, p); });
    CHECK((a == numbers<double>(100) && b == numbers<double>(1)));
  });
}
