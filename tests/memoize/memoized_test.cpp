// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <filesystem>
#include <forward_list>
#include <memory>
#include <random>
#include <ranges>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/memoize/memoize.hpp>
#include <tandem/memoize/memoized.hpp>

#include "support/crew.hpp"
#include "support/watchdog.hpp"

TEST_CASE("map looks up what is there and computes each missing key once") {
  tests::watchdog const guard("map");
  tests::crew crew(4);
  crew.run([] {
    std::atomic<int> computed = 0;
    auto g = tandem::memoize([&](int k) { return ++computed, 10 * k; });
    (void)g(3);
    std::vector<int> keys;
    for (int i = 0; i < 1000; ++i) keys.push_back(i % 50);
    std::vector<int> const results = g.map(keys);
    REQUIRE(results.size() == keys.size());
    bool right = true;
    for (std::size_t i = 0; i < keys.size(); ++i) right = right && results[i] == 10 * keys[i];
    CHECK(right);
    CHECK(computed == 50);
    CHECK(g.info().hits == 951);
    CHECK(g.info().misses == 50);
    CHECK(g.map(tandem::seq, keys) == results);
    CHECK(g.map(tandem::par.with({.jobs = 2}), keys) == results);
    CHECK(computed == 50);
  });
}

TEST_CASE("map computes each distinct key once where the cache keeps few or none") {
  for (std::size_t capacity : {std::size_t{0}, std::size_t{2}})
    for (auto policy : {tandem::eviction::adaptive, tandem::eviction::lru}) {
      std::atomic<int> computed = 0;
      auto g =
          tandem::memoize([&](std::string const& s) { return ++computed, s + "!"; }, {.capacity = capacity, .policy = policy});
      std::vector<std::string> const keys = {"a", "b", "c", "d", "a", "b", "c", "d", "a"};
      std::vector<std::string> const results = g.map(keys);
      for (std::size_t i = 0; i < keys.size(); ++i) CHECK(results[i] == keys[i] + "!");
      CHECK(computed == 4);
      CHECK(g.info().hits + g.info().misses == 9);
    }
}

TEST_CASE("map takes any range, and tuples for several arguments") {
  auto sum = tandem::memoize([](int a, double b) { return a + b; });
  std::vector<std::tuple<int, double>> const tuples = {{1, 0.5}, {2, 0.5}, {1, 0.5}};
  CHECK(sum.map(tuples) == std::vector<double>{1.5, 2.5, 1.5});
  CHECK(sum.map(std::vector<std::pair<int, int>>{{1, 1}, {2, 2}}) == std::vector<double>{2, 4});
  auto square = tandem::memoize([](long k) { return k * k; });
  CHECK(square.map(std::views::iota(0, 4)) == std::vector<long>{0, 1, 4, 9});
  CHECK(square.map(std::forward_list<int>{3, 2, 3}) == std::vector<long>{9, 4, 9});
  std::istringstream in("5 6 5");
  CHECK(square.map(std::views::istream<int>(in)) == std::vector<long>{25, 36, 25});
  CHECK(square.map(std::vector<int>()).empty());
  auto odd = tandem::memoize([](int k) { return k % 2 == 1; });
  CHECK(odd.map(std::vector<int>{1, 2, 3}) == std::vector<bool>{true, false, true});
}

TEST_CASE("map throws what the first item that throws throws, and keeps the others") {
  auto g = tandem::memoize([](int k) {
    if (k % 10 == 7) throw std::runtime_error(std::to_string(k));
    return k;
  });
  std::vector<int> keys;
  for (int i = 30; i-- > 0;) keys.push_back(i);
  try {
    (void)g.map(tandem::par.with({.jobs = 4}), keys);
    FAIL("did not throw");
  } catch (std::runtime_error const& e) {
    CHECK(std::string(e.what()) == "27");
  }
  CHECK(g.contains(29));
  CHECK_FALSE(g.contains(27));
}

TEST_CASE("map under lru leaves the order of use of a loop over the items") {
  std::mt19937 random(11);
  for (int repetition = 0; repetition < 300; ++repetition) {
    auto const f = [](int k) { return k; };
    int const capacity = 1 + static_cast<int>(random() % 4);
    tandem::memo_options<> const options{.capacity = capacity, .policy = tandem::eviction::lru};
    auto mapped = tandem::memoize(f, options), looped = tandem::memoize(f, options);
    for (int i = 0; i < 6; ++i) {
      int const k = static_cast<int>(random() % 6);
      (void)mapped(k), (void)looped(k);
    }
    std::vector<int> items(random() % 6);
    for (int& k : items) k = static_cast<int>(random() % 6);
    CHECK(mapped.map(items) == items);
    for (int const k : items) (void)looped(k);
    // Who leaves first shows in what is left after each newcomer.
    int different = 0;
    for (int newcomer = 100; newcomer <= 100 + capacity; ++newcomer) {
      for (int k = 0; k < 6; ++k) different += mapped.contains(k) != looped.contains(k);
      (void)mapped(newcomer), (void)looped(newcomer);
    }
    CHECK(different == 0);
  }
}

TEST_CASE("map copies results that cannot be assigned") {
  struct fixed {
    double const x;
  };
  auto g = tandem::memoize([](int k) { return fixed{0.5 * k}; });
  auto const results = g.map(std::vector<int>{1, 2, 1});
  CHECK(results[2].x == 0.5);
}

TEST_CASE("What converts to a string is taken where the function takes one") {
  auto length = tandem::memoize([](std::string const& s, int n) { return s.size() + static_cast<std::size_t>(n); });
  std::filesystem::path const path = "abc";
  CHECK(length(path, 1) == 4);
  CHECK(length("abc", 1) == 4);
  CHECK(length.contains(path, 1));
  CHECK(length.map(std::vector<std::tuple<std::filesystem::path, int>>{{"abcd", 1}, {"abc", 1}}) ==
        std::vector<std::size_t>{5, 4});
  CHECK(length.info().hits == 2);
  CHECK(length.forget(path, 1));
  auto single = tandem::memoize([](std::string s) { return s + "!"; });
  CHECK(single(path) == "abc!");
  CHECK(single.map(std::vector{path}) == std::vector<std::string>{"abc!"});
}

TEST_CASE("A handle that was moved from still works") {
  auto g = tandem::memoize([](int k) { return k; });
  auto h = std::move(g);
  CHECK(h(1) == 1);
  CHECK(g(1) == 1);  // NOLINT: that is the point
  g = std::move(h);
  CHECK(h(1) == 1);
  CHECK(h.info().hits == 2);
}

TEST_CASE("map within the function, on the same cache") {
  tests::watchdog const guard("nested map");
  tests::crew crew(4);
  crew.run([] {
    auto paths = tandem::memoize_recursive<long(int, int)>([](auto& self, int i, int j) -> long {
      if (i == 0 || j == 0) return 1;
      return self(i - 1, j) + self(i, j - 1);
    });
    std::vector<std::pair<int, int>> corners;
    for (int i = 1; i <= 16; ++i) corners.emplace_back(i, 17 - i), corners.emplace_back(16, 16);
    auto const results = paths.map(corners);
    CHECK(results[1] == 601080390);
    CHECK(paths.info().misses == paths.info().size);
  });
}

TEST_CASE("Handles share results, counts and clear") {
  auto g = tandem::memoize([](int k) { return k; }, {.capacity = 100});
  auto const same = g;
  for (int k = 0; k < 150; ++k) (void)g(k), (void)g(k);
  auto const info = same.info();
  CHECK(info.hits + info.misses == 300);
  CHECK(info.misses == info.size + info.evictions);
  CHECK(info.size == 100);
  same.clear();
  CHECK(g.info().hits + g.info().misses + g.info().evictions + g.info().size == 0);
  CHECK_FALSE(g.contains(149));
  (void)g(1), (void)g(1);
  CHECK(same.info().hits == 1);
}

TEST_CASE("Values live as long as they are remembered, and no longer") {
  auto value = std::make_shared<int>(1);
  auto g = tandem::memoize([&](int) { return value; });
  (void)g(1), (void)g(2);
  CHECK(value.use_count() == 3);
  g.clear();
  CHECK(value.use_count() == 1);
  {
    auto other = tandem::memoize([&](int) { return value; }, {.capacity = 4});
    for (int k = 0; k < 1000; ++k) (void)other(k);
    CHECK(value.use_count() <= 4 + 3 * 64);  // those that wait for readers to leave
  }
  CHECK(value.use_count() == 1);
}
