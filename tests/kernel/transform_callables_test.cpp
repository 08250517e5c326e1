// SPDX-License-Identifier: BSL-1.0
// How a callable takes its arguments and hands back its results, and when a short loop is divided.
#include <tandem/kernel/transform.hpp>

#include <chrono>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/kernel/math.hpp>

#include "../support/every_policy.hpp"

TEST_CASE("A callable may return references to its arguments, in lanes and at the ends as well", "[transform]") {
  std::vector<double> a(70), b(70);
  for (std::size_t i = 0; i < 70; ++i) a[i] = static_cast<double>(i), b[i] = -1 - a[i];
  kernel_test::with_every_policy([&](char const* name, auto const& policy) {
    CAPTURE(name);
    std::vector<double> c(70), d(70);
    tandem::transform(policy, tandem::zip(a, b), tandem::zip(c, d),
                      [](auto const& p, auto const& q) { return std::tie(q, p); });
    CHECK((c == b && d == a));
  });
}

TEST_CASE("A callable may change the copies that it gets", "[transform]") {
  std::vector<double> a(70, 3.), b(70);
  tandem::transform(a, b, [](auto&& v) {
    v *= 2.;
    return v;
  });
  CHECK(b == std::vector<double>(70, 6.));
}

TEST_CASE("One output may hold pairs, and a member serves as a callable", "[transform]") {
  std::vector<int> const numbers{1, 2, 3};
  std::vector<std::pair<int, double>> pairs(3);
  tandem::transform(numbers, pairs, [](int i) { return std::pair(i, 0.5 * i); });
  CHECK(pairs[2] == std::pair(3, 1.5));
  std::vector<std::string> const words{"a", "bcd"};
  std::vector<std::size_t> lengths(2);
  tandem::transform(words, lengths, &std::string::size);
  CHECK(lengths == std::vector<std::size_t>{1, 3});
}

TEST_CASE("Integer literals beside floats mean the same in scalars and lanes", "[transform]") {
  std::vector<float> x(1001), y(1001), z(1001);
  for (std::size_t i = 0; i < 1001; ++i) x[i] = 0.37f * static_cast<float>(i) - 100.f;
  auto const kernel = [](auto v) {
    return tandem::pow(tandem::abs(v), 3) + tandem::hypot(v, 1) + tandem::atan2(v, 2) + tandem::fma(v, 3, 1);
  };
  tandem::transform(tandem::seq, x, y, kernel);
  tandem::transform(tandem::unseq, x, z, kernel);
  CHECK(y == z);
}

TEST_CASE("A few expensive elements are divided, a few cheap ones are not", "[transform]") {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::vector<double> in(600), out(600);
  auto const note = [&] {
    std::lock_guard const lock(mutex);
    threads.insert(std::this_thread::get_id());
  };
  tandem::transform(tandem::par.with({.jobs = 2}), in, out, [&](double) {
    note();
    std::this_thread::sleep_for(std::chrono::microseconds(100));
    return 1.;
  });
  if (std::thread::hardware_concurrency() > 1) CHECK(threads.size() == 2);
  threads.clear();
  tandem::transform(tandem::par.with({.jobs = 4, .blocking = true}), std::vector<double>(4), std::span(out).first(4),
                    [&](double) {
                      note();
                      std::this_thread::sleep_for(std::chrono::milliseconds(20));
                      return 1.;
                    });
  CHECK(threads.size() > 1);
}
