// SPDX-License-Identifier: BSL-1.0
// What a call throws, what had run by then, and what the option on_error makes of it.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <limits>
#include <list>
#include <mutex>
#include <numeric>
#include <ranges>
#include <set>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/map/map.hpp>
#include "support/crew.hpp"
#include "support/watchdog.hpp"

using Catch::Matchers::Message;
using tandem::map, tandem::try_map, tandem::par, tandem::seq;
using namespace std::chrono_literals;

namespace {

std::vector<int> numbers(std::size_t n) {
  std::vector<int> xs(n);
  std::iota(xs.begin(), xs.end(), 0);
  return xs;
}

struct thrown {
  int item;
};

// Counts its living copies, and may throw when it is moved.
struct counted {
  static inline std::atomic<int> alive = 0;
  int value;
  bool throws_when_moved;
  explicit counted(int v, bool throws = false) : value(v), throws_when_moved(throws) { ++alive; }
  counted(counted&& other) : value(other.value), throws_when_moved(other.throws_when_moved) {
    if (throws_when_moved) throw thrown{value};
    ++alive;
  }
  ~counted() { --alive; }
};

// A list whose iterator throws on its way to an element.
struct minefield {
  struct iterator {
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    int at = 0;
    int operator*() const { return at; }
    iterator& operator++() {
      if (++at == 5) throw thrown{-1};
      return *this;
    }
    iterator operator++(int) {
      iterator const before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(iterator const&, iterator const&) = default;
  };
  iterator begin() const { return {}; }
  iterator end() const { return {100}; }
};

}  // namespace

TEST_CASE("The exception is that of the lowest item that throws, and all below it have run") {
  tests::watchdog const guard("lowest item");
  tests::crew crew(4);
  crew.run([] {
    for (int repetition = 0; repetition < 100; ++repetition)
      for (int jobs : {1, 2, 4}) {
        std::size_t const n = 200 + static_cast<std::size_t>(repetition);
        std::vector<std::atomic<int>> ran(n);
        int caught = -1;
        try {
          map(par.with({.jobs = jobs}), numbers(n), [&](int i) {
            ++ran[static_cast<std::size_t>(i)];
            if (i % 97 == 50 + repetition % 7) throw thrown{i};
            return i;
          });
        } catch (thrown const& t) {
          caught = t.item;
        }
        bool const below = std::all_of(ran.begin(), ran.begin() + caught + 1, [](auto const& r) { return r == 1; });
        REQUIRE(caught == 50 + repetition % 7);
        REQUIRE(below);
        REQUIRE(std::none_of(ran.begin(), ran.end(), [](auto const& r) { return r > 1; }));
      }
  });
}

TEST_CASE("An item that throws later but stands lower wins") {
  tests::watchdog const guard("later but lower");
  std::atomic<int> started = 0;
  try {
    map(par.with({.jobs = 2, .blocking = true}), numbers(2), [&](int i) {
      ++started;
      while (started < 2) std::this_thread::yield();
      if (i == 0) std::this_thread::sleep_for(30ms);
      throw thrown{i};
    });
    FAIL("nothing was thrown");
  } catch (thrown const& t) {
    CHECK(t.item == 0);
  }
}

TEST_CASE("What comes after the error is soon dropped") {
  std::atomic<int> ran = 0;
  CHECK_THROWS_AS(map(numbers(10'000),
                      [&](int i) {
                        ++ran;
                        if (i == 3) throw thrown{i};
                        std::this_thread::sleep_for(100us);
                      }),
                  thrown);
  CHECK(ran < 100);
}

TEST_CASE("Objects made before an exception are destroyed, each once") {
  for (int bad : {0, 1, 57, 99}) {
    CHECK_THROWS_AS(map(numbers(100),
                        [&](int i) {
                          if (i == bad) throw thrown{i};
                          return counted(i);
                        }),
                    thrown);
    CHECK(counted::alive == 0);
  }
  // a move that throws on the way into the vector
  CHECK_THROWS_AS(map(numbers(100), [](int i) { return counted(i, i == 60); }), thrown);
  CHECK(counted::alive == 0);
  CHECK(map(numbers(100), [](int i) { return counted(i); }).size() == 100);
  CHECK(counted::alive == 0);
}

TEST_CASE("What the range throws counts after the items before") {
  std::atomic<int> ran = 0;
  try {
    map(minefield(), [&](int) { ++ran; });
    FAIL("nothing was thrown");
  } catch (thrown const& t) {
    CHECK(t.item == -1);
  }
  CHECK(ran == 5);
  try {
    map(minefield(), [&](int i) {
      if (i == 2) throw thrown{2};
    });
    FAIL("nothing was thrown");
  } catch (thrown const& t) {
    CHECK(t.item == 2);
  }
}

TEST_CASE("A stop before the start leaves all undone, a stop after the end nothing") {
  std::stop_source stop;
  stop.request_stop();
  std::atomic<int> ran = 0;
  auto const count = [&](int) { ++ran; };
  for (int jobs : {1, 2})
    CHECK_THROWS_MATCHES(map(par.with({.jobs = jobs, .stop = stop.get_token(), .label = "fits"}), numbers(50), count),
                         tandem::cancelled, Message("tandem::map: a stop was requested when 0 of 50 items were done (fits)"));
  CHECK(ran == 0);
  CHECK_NOTHROW(map(par.with({.stop = stop.get_token()}), std::vector<int>{}, count));
}

TEST_CASE("A stop is seen soon, also when cheap items turn slow") {
  tests::watchdog const guard("stop");
  std::stop_source stop;
  std::atomic<int> slow = 0;
  CHECK_THROWS_AS(map(par.with({.jobs = 2, .stop = stop.get_token()}), numbers(1'000'000),
                      [&](int i) {
                        if (i < 900'000) return;
                        if (++slow == 3) stop.request_stop();
                        std::this_thread::sleep_for(1ms);
                      }),
                  tandem::cancelled);
  CHECK(slow < 40);  // of two threads, sixteen each
}

TEST_CASE("A deadline in the past and one on the way") {
  auto const past = par.with({.deadline = std::chrono::steady_clock::now() - 1s});
  CHECK_THROWS_AS(map(past, numbers(3), [](int i) { return i; }), tandem::deadline_exceeded);
  CHECK(map(past, std::vector<int>{}, [](int i) { return i; }).empty());
  auto const begin = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(map(par.with({.deadline = begin + 20ms}), numbers(100'000), [](int) { std::this_thread::sleep_for(1ms); }),
                  tandem::deadline_exceeded);
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE("An item's exception outranks a stop") {
  std::stop_source stop;
  CHECK_THROWS_AS(map(par.with({.jobs = 2, .stop = stop.get_token()}), numbers(100),
                      [&](int i) {
                        stop.request_stop();
                        throw thrown{i};
                      }),
                  thrown);
}

TEST_CASE("try_map tells of items left undone, and keeps the others") {
  std::stop_source stop;
  auto const outcomes = try_map(seq.with({.stop = stop.get_token()}), numbers(10), [&](int i) {
    if (i == 4) stop.request_stop();
    return i;
  });
  REQUIRE(outcomes.size() == 10);
  CHECK(outcomes[0].value() == 0);
  CHECK(outcomes[4].value() == 4);
  CHECK_THROWS_AS(outcomes[9].value(), tandem::cancelled);
}

TEST_CASE("collect runs every item and tells of all that threw, in order") {
  tests::crew crew(4);
  crew.run([] {
    std::atomic<int> ran = 0;
    try {
      map(par.with({.jobs = 4, .on_error = tandem::collect}), numbers(300), [&](int i) {
        ++ran;
        if (i % 100 == 7) throw std::runtime_error("item " + std::to_string(i));
        return i;
      });
      FAIL("nothing was thrown");
    } catch (tandem::collected_errors const& e) {
      CHECK(std::string(e.what()) == "tandem::map: 3 of 300 items failed, first item 7: item 7");
      REQUIRE(e.errors().size() == 3);
      CHECK(e.errors()[1].index == 107);
      CHECK_THROWS_MATCHES(std::rethrow_exception(e.errors()[2].error), std::runtime_error, Message("item 207"));
    }
    CHECK(ran == 300);
    CHECK(map(par.with({.on_error = tandem::collect}), numbers(3), [](int i) { return i; }) == numbers(3));
  });
}

TEST_CASE("retry runs an item again, so often and so much later") {
  std::vector<std::atomic<int>> tries(10);
  auto const policy = par.with({.on_error = tandem::retry{2}});
  auto const flaky = [&](int i) {
    if (++tries[static_cast<std::size_t>(i)] <= i % 3) throw thrown{i};
    return i;
  };
  CHECK(map(policy, numbers(10), flaky) == numbers(10));
  CHECK(tries[2] == 3);
  CHECK_THROWS_AS(map(par.with({.on_error = tandem::retry{2}}), numbers(3), [](int i) -> int { throw thrown{i}; }), thrown);
  auto const begin = std::chrono::steady_clock::now();
  std::atomic<int> calls = 0;
  map(par.with({.on_error = tandem::retry{3, 5ms}}), numbers(1), [&](int i) {
    if (++calls < 4) throw thrown{i};
  });
  CHECK(std::chrono::steady_clock::now() - begin >= 35ms);  // 5 + 10 + 20
  std::stop_source stop;
  CHECK_THROWS_AS(map(par.with({.stop = stop.get_token(), .on_error = tandem::retry{9, 1h}}), numbers(1),
                      [&](int i) {
                        stop.request_stop();
                        throw thrown{i};
                      }),
                  thrown);
}

TEST_CASE("substitute puts a value where an item threw") {
  auto const odd = [](int i) {
    if (i % 2 == 1) throw thrown{i};
    return i + 0.5;
  };
  CHECK(map(par.with({.on_error = tandem::substitute{-1}}), numbers(4), odd) == std::vector{0.5, -1., 2.5, -1.});
  CHECK(map(par.with({.on_error = tandem::substitute{"?"}}), numbers(2), [](int i) {
          if (i == 0) throw thrown{0};
          return std::string("fine");
        }) == std::vector<std::string>{"?", "fine"});
  std::atomic<int> ran = 0;
  map(par.with({.on_error = tandem::substitute{0}}), numbers(9), [&](int i) {
    ++ran;
    throw thrown{i};
  });
  CHECK(ran == 9);
  ran = 0;
  CHECK_THROWS_MATCHES(map(par.with({.on_error = tandem::substitute{"?"}}), numbers(9), [&](int) { return ++ran; }),
                       std::invalid_argument,
                       Message("tandem::map: on_error's substitute cannot be a result of the callable: it has another type"));
  CHECK(ran == 0);
}

TEST_CASE("try_map retries and substitutes before it keeps an exception") {
  std::atomic<int> tries = 0;
  auto const outcomes = try_map(par.with({.on_error = tandem::retry{2}}), numbers(2), [&](int i) {
    if (i == 1) ++tries;
    if (i == 1) throw thrown{i};
    return i;
  });
  CHECK(tries == 3);
  CHECK(outcomes[0].value() == 0);
  CHECK_THROWS_AS(outcomes[1].value(), thrown);
  auto const filled = try_map(par.with({.on_error = tandem::substitute{5}}), numbers(1), [](int i) -> int { throw thrown{i}; });
  CHECK(filled[0].value() == 5);
  CHECK(try_map(par.with({.on_error = tandem::substitute{5}}), numbers(1), [](int i) { throw thrown{i}; })[0].has_value());
}

TEST_CASE("A progress sink that throws is heard when all items ran, unless an item threw") {
  struct full {
    void update(tandem::progress_info const&) { throw std::length_error("the disk is full"); }
  } sink;
  std::atomic<int> ran = 0;
  CHECK_THROWS_AS(map(par.with({.progress = &sink}), numbers(100), [&](int) { ++ran; }), std::length_error);
  CHECK(ran == 100);
  CHECK_THROWS_AS(map(par.with({.progress = &sink}), numbers(100), [&](int i) { throw thrown{i}; }), thrown);
}

TEST_CASE("A random mixture of lengths, grains, jobs and errors agrees with the serial loop") {
  tests::watchdog const guard("mixture");
  tests::crew crew(4);
  crew.run([] {
    std::uint64_t state = 1;
    auto const draw = [&](std::uint64_t below) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      return (state >> 33) % below;
    };
    for (int round = 0; round < 300; ++round) {
      auto const n = static_cast<std::size_t>(draw(400));
      std::set<int> bad;
      for (std::uint64_t k = draw(4); k > 0; --k) bad.insert(static_cast<int>(draw(400)));
      auto const f = [&](int i) {
        if (bad.count(i) > 0) throw thrown{i};
        return i + 1;
      };
      auto const run = [&](auto const& policy) {
        try {
          std::vector<int> const out = map(policy, numbers(n), f);
          return std::accumulate(out.begin(), out.end(), 0);
        } catch (thrown const& t) {
          return -t.item - 1;
        }
      };
      REQUIRE(run(par.with(
                  {.jobs = static_cast<int>(1 + draw(6)), .grain = static_cast<int>(draw(5)), .blocking = draw(8) == 0})) ==
              run(seq));
    }
  });
}

TEST_CASE("Every attempt of an item gets its value as it was, of a single pass too") {
  std::istringstream in("1 2");
  auto texts =
      std::views::istream<int>(in) | std::views::transform([](int i) { return "a text that is long: " + std::to_string(i); });
  int tries = 0;
  auto const fails_twice = [&](std::string s) {
    if (++tries % 3 != 0) throw thrown{0};
    return s;
  };
  CHECK(map(seq.with({.on_error = tandem::retry{3}}), texts, fails_twice) ==
        std::vector<std::string>{"a text that is long: 1", "a text that is long: 2"});
}

TEST_CASE("Under try_map a substitute for nothing is a result, also beside items that were stopped") {
  std::stop_source source;
  auto const outcomes =
      try_map(seq.with({.stop = source.get_token(), .on_error = tandem::substitute{0}}), numbers(4), [&](int i) {
        if (i == 1) source.request_stop();
        throw thrown{i};
      });
  CHECK(outcomes[0].has_value());
  CHECK(outcomes[1].has_value());
  CHECK_FALSE(outcomes[2].has_value());
}

TEST_CASE("What a sink throws is not taken for a stop") {
  struct sink {
    void update(tandem::progress_info const& info) {
      if (info.done == info.total) throw tandem::cancelled("by the sink");
    }
  } bad;
  CHECK_THROWS_MATCHES(try_map(par.with({.progress = &bad}), numbers(4), [](int i) { return i; }), tandem::cancelled,
                       Message("by the sink"));
}
