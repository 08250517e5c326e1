// SPDX-License-Identifier: BSL-1.0
// Where thread pools hang, lose work or use too many threads: each trap with a time limit.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <numeric>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <catch2/catch_test_macros.hpp>

#include <tandem/map.hpp>
#include "support/crew.hpp"
#include "support/foreign_tasks.hpp"
#include "support/rendezvous.hpp"
#include "support/watchdog.hpp"

using tandem::map, tandem::par, tandem::seq;
using namespace std::chrono_literals;

namespace {

std::vector<int> numbers(std::size_t n) {
  std::vector<int> xs(n);
  std::iota(xs.begin(), xs.end(), 0);
  return xs;
}

// The most that were inside at a time.
struct gauge {
  std::atomic<int> inside = 0, most = 0;
  void enter() {
    int const now = ++inside;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {}
  }
  void leave() { --inside; }
};

}  // namespace

TEST_CASE("Maps nest to any depth, whoever is free") {
  tests::watchdog const guard("nested maps");
  tests::crew crew(4);
  crew.run([] {
    auto const nested = [](auto const& self, int depth) -> int {
      if (depth == 0) return 1;
      std::vector<int> const parts = map(numbers(3), [&](int) { return self(self, depth - 1); });
      return std::accumulate(parts.begin(), parts.end(), 0);
    };
    CHECK(nested(nested, 6) == 729);
  });
}

TEST_CASE("A map under a lock never runs a stranger that wants the same lock") {
  tests::watchdog const guard("lock around a map");
  tests::crew crew(4);
  crew.run([] {
    std::mutex mutex;
    std::atomic<int> ran = 0;
    map(par.with({.jobs = 4, .grain = 1}), numbers(40), [&](int) {
      std::lock_guard const lock(mutex);
      map(par.with({.jobs = 4, .grain = 1}), numbers(8), [&](int) {
        ++ran;
        std::this_thread::sleep_for(50us);
      });
    });
    CHECK(ran == 320);
  });
}

TEST_CASE("An invoke and a stream under a lock do not run strangers either") {
  tests::watchdog const guard("lock around invoke and imap");
  tests::crew crew(4);
  crew.run([] {
    std::mutex mutex;
    std::atomic<int> ran = 0;
    map(par.with({.jobs = 4, .grain = 1}), numbers(30), [&](int) {
      std::lock_guard const lock(mutex);
      tandem::invoke([&] { ++ran; }, [&] { ++ran; });
      for (auto&& one : tandem::imap(numbers(4), [](int) {
             std::this_thread::sleep_for(20us);
             return 1;
           }))
        ran += one;
    });
    CHECK(ran == 180);
  });
}

TEST_CASE("What a thread keeps for itself while it waits is not touched by another item") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("thread specific");
  tests::crew crew(4);
  crew.run([] {
    oneapi::tbb::enumerable_thread_specific<int> current(-1);
    std::atomic<int> wrong = 0;
    oneapi::tbb::parallel_for(0, 200, [&](int i) {
      current.local() = i;
      map(par.with({.grain = 1}), numbers(10), [](int) {});
      if (current.local() != i) ++wrong;
    });
    CHECK(wrong == 0);
  });
}

TEST_CASE("jobs is a limit, however many threads there are") {
  tests::watchdog const guard("jobs");
  tests::crew crew(6);
  crew.run([] {
    for (int jobs : {1, 2, 3}) {
      gauge now;
      std::atomic<bool> slots = true;
      map(par.with({.jobs = jobs, .grain = 1}), numbers(60), [&](int, tandem::context& c) {
        now.enter();
        if (c.slot() >= static_cast<std::size_t>(jobs)) slots = false;
        std::this_thread::sleep_for(200us);
        now.leave();
      });
      CHECK(now.most <= jobs);
      CHECK(slots);
    }
  });
}

TEST_CASE("blocking gives as many threads as asked for, beyond the cores") {
  tests::watchdog const guard("blocking");
  tests::rendezvous all(12);
  map(par.with({.jobs = 12, .blocking = true}), numbers(12), [&](int) { all.arrive(); });
  CHECK(all.happened());
  tests::rendezvous ten(10);  // forty threads for ten items
  map(par.with({.jobs = 40, .blocking = true}), numbers(10), [&](int) { ten.arrive(); });
  CHECK(ten.happened());
}

TEST_CASE("Items of unknown cost start at the same time") {
  tests::watchdog const guard("at once");
  tests::crew crew(3);
  crew.run([] {
    tests::rendezvous three(3);  // the lecture's sleep(1) x 3 takes one second, not two
    map(par.with({.jobs = 3}), numbers(3), [&](int) { three.arrive(); });
    CHECK(three.happened());
  });
}

TEST_CASE("Items that were cheap wake nobody, until they turn slow") {
  tests::watchdog const guard("cheap, then slow");
  tests::crew crew(3);
  crew.run([] {
    std::set<std::thread::id> threads;
    std::mutex mutex;
    bool slow = false;
    auto const item = [&](int) {
      if (!slow) return;
      std::this_thread::sleep_for(2ms);
      std::lock_guard const lock(mutex);
      threads.insert(std::this_thread::get_id());
    };
    for (int call = 0; call < 20; ++call) map(numbers(20), item);
    slow = true;
    map(numbers(50), item);
    CHECK(threads.size() > 1);
  });
}

TEST_CASE("A group around a call that is cancelled does not cut it short") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("cancelled group");
  tests::crew crew(4);
  crew.run([] {
    oneapi::tbb::task_group outer;
    std::atomic<int> ran = 0;
    outer.run_and_wait([&] {
      outer.cancel();
      map(par.with({.grain = 1}), numbers(100), [&](int) { ++ran; });
    });
    CHECK(ran == 100);
  });
}

TEST_CASE("Throwing from a map in a map in oneTBB's loop comes out at the top") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("throw in nested");
  tests::crew crew(4);
  crew.run([] {
    for (int repetition = 0; repetition < 20; ++repetition)
      CHECK_THROWS_AS(oneapi::tbb::parallel_for(0, 20,
                                                [](int) {
                                                  map(numbers(20), [](int i) {
                                                    map(numbers(5), [i](int j) {
                                                      if (i == 10 && j == 3) throw std::domain_error("deep");
                                                    });
                                                  });
                                                }),
                      std::domain_error);
  });
}

TEST_CASE("Several threads may call at the same time") {
  tests::watchdog const guard("callers");
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> callers;
    for (int t = 0; t < 6; ++t)
      callers.emplace_back([&] {
        for (int repetition = 0; repetition < 50; ++repetition)
          if (map(par.with({.jobs = 3}), numbers(100), [](int i) { return i; }) == numbers(100)) ++right;
      });
  }
  CHECK(right == 300);
}

TEST_CASE("A parallel input may be walked inside a parallel call") {
  tests::watchdog const guard("parallel next");
  tests::crew crew(4);
  crew.run([] {
    int sum = 0;
    auto inner = tandem::imap(numbers(100), [](int i) {
      std::vector<int> const v = map(numbers(3), [i](int k) { return i + k; });
      return v[2];
    });
    for (auto&& r : tandem::imap(inner, [](int i) { return 2 * i; })) sum += r;
    CHECK(sum == 2 * (99 * 100 / 2 + 200));
  });
}

TEST_CASE("An arena of one thread does everything") {
  tests::watchdog const guard("one thread");
  oneapi::tbb::task_arena one(1);
  one.execute([] {
    CHECK(map(numbers(50), [](int i) { return i; }) == numbers(50));
    CHECK(tandem::map_async(numbers(50), [](int i) { return i; }).get() == numbers(50));
    auto [a, b] = tandem::invoke([] { return 1; }, [] { return 2; });
    CHECK(a + b == 3);
    int sum = 0;
    for (auto&& r : tandem::imap(numbers(50), [](int i) { return i; })) sum += r;
    CHECK(sum == 49 * 25);
  });
}
