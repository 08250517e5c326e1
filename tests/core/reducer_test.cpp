// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <tandem/core/reducer.hpp>
#include <vector>

namespace {

struct longest {
  std::size_t length = 0;
  void fold(std::span<std::string const> x) {
    for (auto const& s : x) length = (std::max)(length, s.size());
  }
  void merge(longest const& next) { length = (std::max)(length, next.length); }
  std::size_t result() const { return length; }
};
struct no_merge {
  void fold(std::span<int const>) {}
  int result() const { return 0; }
};

}  // namespace

TEST_CASE("The concepts tell reducers from what lacks a member or a type") {
  static_assert(tandem::accumulator<longest, std::string> && tandem::reducer<longest, std::string>);
  static_assert(!tandem::reducer<longest, int>);
  static_assert(!tandem::reducer<no_merge, int>);
  auto const joined = tandem::monoid(std::plus<>(), std::string());
  static_assert(tandem::reducer<decltype(joined), std::string> && tandem::reducer<decltype(joined), char const*>);
  static_assert(!tandem::reducer<decltype(joined), double>);
  auto const whole = tandem::monoid(std::plus<>(), 0);
  static_assert(tandem::reducer<decltype(whole), int> && tandem::reducer<decltype(whole), short>);
  static_assert(!tandem::reducer<decltype(whole), double>, "a monoid computes in the type of its identity");
  auto const commuting = tandem::commutative_monoid(std::plus<>(), 0.f);
  static_assert(!tandem::reducer<decltype(commuting), double> && tandem::reducer<decltype(commuting), float>);
}

TEST_CASE("A monoid folds in order and merges with what follows") {
  auto a = tandem::monoid(std::plus<>(), std::string()).accumulator<std::string>(), b = a;
  std::vector<std::string> const first{"a", "b"}, second{"c"};
  a.fold(first);
  b.fold(second);
  a.merge(b);
  CHECK(a.result() == "abc");
}

TEST_CASE("Stripes of a commutative monoid meet in pairs at half their distance") {
  // Counts how often each position is used: every element once, and the tree is balanced.
  auto const adding = tandem::commutative_monoid(std::plus<>(), 0LL);
  for (std::size_t const n : {0u, 1u, 31u, 32u, 33u, 1000u}) {
    std::vector<long long> x(n);
    for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<long long>(i * i);
    auto a = adding.accumulator<long long>();
    a.fold(x);
    long long expected = 0;
    for (long long const v : x) expected += v;
    CHECK(a.result() == expected);
  }
  auto deepest = tandem::commutative_monoid([](double a, double b) { return (std::max)(a, b) + 1; }, 0.).accumulator<double>();
  std::vector<double> const zeros(32 * 4);
  deepest.fold(zeros);
  CHECK(deepest.result() == 4 + 5 + 1);  // four in each of 32 stripes, five halvings, and the value before
}
