// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <chrono>
#include <cstddef>
#include <numeric>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/map.hpp>
#include "support/crew.hpp"
#include "support/watchdog.hpp"

using tandem::context, tandem::par;
using namespace std::chrono_literals;

namespace {

struct tracked {
  static inline std::atomic<int> made = 0, alive = 0;
  int uses = 0;
  explicit tracked(int start = 0) : uses(start) { ++made, ++alive; }
  tracked(tracked const&) = delete;
  ~tracked() { --alive; }
};

}  // namespace

TEST_CASE("A context knows the index of its item, in every call") {
  std::vector<int> const xs{10, 11, 12};
  auto const index = [](int x, context& c) { return static_cast<int>(c.index()) == x - 10; };
  CHECK(tandem::map(xs, index) == std::vector<bool>(3, true));
  CHECK(tandem::map(tandem::seq, xs, index) == std::vector<bool>(3, true));
  CHECK(tandem::try_map(xs, index)[2].value());
  CHECK(tandem::starmap(tandem::zip(xs, 1), [&](int x, int, context& c) { return index(x, c); })[1]);
  for (auto&& right : tandem::imap(xs, index)) CHECK(right);
  CHECK(tandem::map_async(xs, index).get() == std::vector<bool>(3, true));
  CHECK(tandem::submit([](int x, context& c) { return x + static_cast<int>(c.index() + c.slot()); }, 5).get() == 5);
}

TEST_CASE("A callable that can do without gets none") {
  CHECK(tandem::map(std::vector{1}, [](auto... all) { return sizeof...(all); })[0] == 1);
}

TEST_CASE("Scratch belongs to one thread, lasts between items, and is gone after the call") {
  tests::crew crew(4);
  crew.run([] {
    std::vector<int> const xs(500);
    std::vector<std::atomic<int>> users(4);
    std::atomic<bool> alone = true;
    std::vector<int> const uses = tandem::map(par.with({.jobs = 4, .grain = 1}), xs, [&](int, context& c) {
      if (++users[c.slot()] != 1) alone = false;
      tracked& mine = c.scratch<tracked>(100);
      int const result = ++mine.uses;
      --users[c.slot()];
      return result;
    });
    CHECK(alone);
    CHECK(tracked::made <= 4);
    CHECK(tracked::alive == 0);
    CHECK(std::accumulate(uses.begin(), uses.end(), 0) > 500 * 101);  // some were used more than once
  });
}

TEST_CASE("Several types of scratch live side by side") {
  tandem::map(std::vector<int>(10), [](int, context& c) {
    c.scratch<std::vector<int>>(3, 7);
    c.scratch<double>() += 1;
    CHECK(c.scratch<std::vector<int>>().size() == 3);
  });
}

TEST_CASE("A long item sees a stop, a deadline, an error below and the end of a loop") {
  tests::watchdog const guard("long items");
  tests::crew crew(2);
  crew.run([] {
    auto const until_stopped = [](context& c) {
      while (!c.stop_requested()) std::this_thread::sleep_for(100us);
    };
    std::stop_source stop;
    CHECK_NOTHROW(tandem::map(par.with({.stop = stop.get_token()}), std::vector{1}, [&](int, context& c) {
      stop.request_stop();
      until_stopped(c);
    }));
    CHECK_NOTHROW(tandem::map(par.with({.deadline = std::chrono::steady_clock::now() + 10ms}), std::vector{1},
                              [&](int, context& c) { until_stopped(c); }));
    std::atomic<bool> above_runs = false;
    CHECK_THROWS_AS(tandem::map(par.with({.jobs = 2, .grain = 1}), std::vector{0, 1},
                                [&](int i, context& c) {
                                  if (i == 1) {
                                    above_runs = true;
                                    return until_stopped(c);
                                  }
                                  while (!above_runs) std::this_thread::yield();
                                  throw std::domain_error("below");
                                }),
                    std::domain_error);
    for (auto&& first : tandem::imap(par.with({.jobs = 2}), std::vector{0, 1, 2},
                                     [&](int i, context& c) {
                                       if (i > 0) until_stopped(c);
                                       return i;
                                     },
                                     {.window = 2})) {
      CHECK(first == 0);
      break;
    }
  });
}
