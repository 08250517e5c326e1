// SPDX-License-Identifier: BSL-1.0
// What map, starmap and try_map return, for every kind of range, callable and result.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <ranges>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/map/map.hpp>
#include "support/crew.hpp"
#include "support/watchdog.hpp"

using Catch::Matchers::Message;
using tandem::map, tandem::starmap, tandem::try_map, tandem::par, tandem::seq;

namespace {

std::vector<int> numbers(std::size_t n) {
  std::vector<int> xs(n);
  std::iota(xs.begin(), xs.end(), 0);
  return xs;
}

struct only_movable {
  explicit only_movable(int v) : value(v) {}
  only_movable(only_movable&&) = default;
  only_movable& operator=(only_movable&&) = delete;
  int value;
};

}  // namespace

TEST_CASE("Results stand where their items stood, for any length, jobs and grain") {
  tests::watchdog const guard("lengths");
  tests::crew crew(4);
  for (std::size_t n : {0u, 1u, 2u, 3u, 4u, 5u, 15u, 16u, 17u, 63u, 255u, 256u, 257u, 1000u, 20000u})
    for (int jobs : {1, 2, 4, 7, -1})
      for (int grain : {0, 1, 3, 1000}) {
        std::vector<int> const xs = numbers(n);
        std::vector<int> expected(n);
        std::transform(xs.begin(), xs.end(), expected.begin(), [](int i) { return 3 * i + 1; });
        bool same = false;
        crew.run(
            [&] { same = map(par.with({.jobs = jobs, .grain = grain}), xs, [](int i) { return 3 * i + 1; }) == expected; });
        if (!same) FAIL("n " << n << ", jobs " << jobs << ", grain " << grain);
      }
}

TEST_CASE("Any range is an input") {
  auto const twice = [](auto const& x) { return x + x; };
  std::vector<int> const expected{2, 4, 6};
  CHECK(map(std::list<int>{1, 2, 3}, twice) == expected);
  CHECK(map(std::forward_list<int>{1, 2, 3}, twice) == expected);
  CHECK(map(std::set<int>{3, 2, 1}, twice) == expected);
  CHECK(map(std::array<int, 3>{1, 2, 3}, twice) == expected);
  CHECK(map(std::views::iota(1, 4), twice) == expected);
  int const plain[] = {1, 2, 3};
  CHECK(map(plain, twice) == expected);
  CHECK(map(std::span(plain), twice) == expected);
  std::istringstream text("1 2 3");
  CHECK(map(std::views::istream<int>(text), twice) == expected);
  std::vector<bool> const flags{true, false, true};
  CHECK(map(flags, [](bool b) { return b ? 2 : 4; }) == std::vector<int>{2, 4, 2});
  CHECK(map(std::vector<int>{1, 2, 3} | std::views::filter([](int i) { return i != 2; }), twice) == std::vector<int>{2, 6});
  std::string const word = "abc";
  CHECK(map(word, [](char c) { return std::string(2, c); }) == std::vector<std::string>{"aa", "bb", "cc"});
}

TEST_CASE("A callable sees the elements themselves, and temporaries of a single pass as temporaries") {
  std::vector<int> xs{1, 2, 3};
  map(xs, [](int& x) { x *= 10; });
  CHECK(xs == std::vector<int>{10, 20, 30});
  std::list<std::string> words{"a", "b"};
  CHECK(map(words, [](std::string& s) { return &s; }) == std::vector<std::string*>{&words.front(), &words.back()});
  std::istringstream text("1 2");
  auto pointers = std::views::istream<int>(text) | std::views::transform([](int i) { return std::make_unique<int>(i); });
  CHECK(map(pointers, [](std::unique_ptr<int> p) { return *p; }) == std::vector<int>{1, 2});
}

TEST_CASE("Anything that can be called is a callable") {
  struct person {
    std::string name;
    int years() const { return 7; }
  };
  std::vector<person> const people{{"Ada"}, {"Emmy"}};
  CHECK(map(people, &person::name) == std::vector<std::string>{"Ada", "Emmy"});
  CHECK(map(people, &person::years) == std::vector<int>{7, 7});
  CHECK(map(numbers(3), static_cast<int (*)(int)>([](int i) { return -i; })) == std::vector<int>{0, -1, -2});
  CHECK(map(numbers(3), std::function<int(int)>([](int i) { return -i; })) == std::vector<int>{0, -1, -2});
  auto const owner = [p = std::make_unique<int>(5)](int i) { return i + *p; };
  CHECK(map(numbers(2), owner) == std::vector<int>{5, 6});
}

TEST_CASE("A result need only be movable") {
  auto const moved = map(numbers(300), [](int i) { return only_movable(i); });
  CHECK(moved.size() == 300);
  CHECK(moved[299].value == 299);
  CHECK(*map(numbers(3), [](int i) { return std::make_unique<int>(i); })[2] == 2);
  static_assert(std::is_same_v<decltype(map(numbers(1), [](int& i) -> int const& { return i; })), std::vector<int>>);
  CHECK(map(numbers(2), [](int i) { return std::vector<int>(3, i); })[1] == std::vector<int>{1, 1, 1});
}

TEST_CASE("Results of bool do not overwrite each other") {
  tests::crew crew(4);
  crew.run([] {
    for (int repetition = 0; repetition < 20; ++repetition) {
      std::vector<bool> const odd = map(par.with({.jobs = 4, .grain = 1}), numbers(2000), [](int i) { return i % 2 == 1; });
      bool right = odd.size() == 2000;
      for (std::size_t i = 0; i < odd.size(); ++i) right = right && odd[i] == (i % 2 == 1);
      REQUIRE(right);
    }
  });
}

TEST_CASE("starmap takes tuples, pairs, arrays and maps apart") {
  std::vector<std::tuple<int, double>> const pairs{{1, 2.5}, {2, 3.}};
  CHECK(starmap(pairs, [](int a, double b) { return a * b; }) == std::vector{2.5, 6.});
  CHECK(starmap(seq, std::map<int, std::string>{{1, "a"}, {2, "b"}},
                [](int a, std::string const& b) { return std::to_string(a) + b; }) == std::vector<std::string>{"1a", "2b"});
  CHECK(starmap(std::vector<std::array<int, 3>>{{1, 2, 3}}, [](int a, int b, int c) { return a + b + c; })[0] == 6);
  std::vector<std::tuple<int>> singles{{4}};
  starmap(singles, [](int& x) { ++x; });
  CHECK(std::get<0>(singles[0]) == 5);
}

TEST_CASE("A zip gives several arguments, each of its own type, and numbers to every item") {
  std::vector<int> const a{1, 2, 3};
  std::vector<std::string> const b{"x", "y", "z"};
  auto const join = [](int i, std::string const& s, double d) { return s + std::to_string(i) + (d == 0.5 ? "h" : "?"); };
  std::vector<std::string> const expected{"x1h", "y2h", "z3h"};
  CHECK(map(tandem::zip(a, b, 0.5), join) == expected);
  CHECK(starmap(par, tandem::zip(a, b, 0.5), join) == expected);
  CHECK(map(tandem::zip(a, std::vector<std::string>{"x", "y", "z"}, 0.5), join) == expected);
  std::vector<int> out(3);
  map(tandem::zip(a, out), [](int from, int& to) { to = 2 * from; });
  CHECK(out == std::vector<int>{2, 4, 6});
  CHECK_THROWS_MATCHES(map(tandem::zip(a, std::vector<int>{1, 2}), [](int, int) { return 0; }), std::invalid_argument,
                       Message("tandem::map: one input of the zip has 3 items but another has 2"));
}

TEST_CASE("try_map keeps every result and every exception") {
  auto const outcomes = try_map(numbers(100), [](int i) {
    if (i % 3 == 0) throw std::out_of_range(std::to_string(i));
    return only_movable(i);
  });
  REQUIRE(outcomes.size() == 100);
  for (int i = 0; i < 100; ++i) {
    auto const& o = outcomes[static_cast<std::size_t>(i)];
    REQUIRE(o.has_value() == (i % 3 != 0));
    if (o) CHECK(o.value().value == i);
    else CHECK_THROWS_MATCHES(o.value(), std::out_of_range, Message(std::to_string(i)));
  }
  std::atomic<int> ran = 0;
  CHECK(try_map(seq, numbers(5), [&](int) { ++ran; }).size() == 5);
  CHECK(ran == 5);
  CHECK(try_map(std::vector<int>{}, [](int i) { return i; }).empty());
}

TEST_CASE("A policy for lanes has no map") {
  // map(unseq, ...) is a static_assert; what can be asked here is that the others are function objects to pass on.
  auto const apply = [](auto const& algorithm) { return algorithm(seq, numbers(3), [](int i) { return i + 1; }); };
  CHECK(apply(map) == std::vector<int>{1, 2, 3});
  CHECK(apply(try_map)[2].value() == 3);
}

TEST_CASE("Results are the bits of the serial loop") {
  auto const f = [](int i) { return 1. / (i + 0.1) * 3.3 - i; };
  CHECK(map(par.with({.jobs = 3}), numbers(5000), f) == map(seq, numbers(5000), f));
}

TEST_CASE("Any number of jobs is a limit, however large") {
  for (std::uint64_t const jobs : {std::uint64_t{1} << 61, std::uint64_t{1} << 62, std::uint64_t{1} << 63, ~std::uint64_t{0}})
    CHECK(tandem::map(tandem::par.with({.jobs = jobs}), std::vector<int>(100, 2), [](int i) { return i; }).size() == 100);
}
