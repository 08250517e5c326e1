// SPDX-License-Identifier: BSL-1.0
// Single flight under work stealing: every way in which computations could wait for each other, each under a time limit.
#include <atomic>
#include <cfenv>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/parallel_reduce.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>
#include <catch2/catch_test_macros.hpp>

#include <tandem/kernel/transform.hpp>
#include <tandem/map/job.hpp>
#include <tandem/memoize.hpp>

#include "support/crew.hpp"
#include "support/foreign_tasks.hpp"
#include "support/rendezvous.hpp"
#include "support/sanitized.hpp"
#include "support/watchdog.hpp"

using namespace std::chrono_literals;

namespace {

/// A loop by tandem or by oneTBB itself (where that can be followed), in n items of some length.
struct loop {
  bool ours;
  template <class F> void operator()(int n, F const& f) const {
    if (ours || tests::foreign_tasks_look_like_races) {
      std::vector<int> in(static_cast<std::size_t>(n)), out(in.size());
      for (int i = 0; i < n; ++i) in[static_cast<std::size_t>(i)] = i;
      tandem::transform(tandem::par.with({.jobs = 8, .grain = 1}), in, out, [&](int i) { return f(i), 0; });
    } else {
      oneapi::tbb::parallel_for(0, n, f, oneapi::tbb::simple_partitioner());
    }
  }
};

void work(std::chrono::microseconds time) { std::this_thread::sleep_for(time); }

template <class Condition> void until(Condition const& condition) {
  while (!condition()) work(1ms);
}

/// Makes calls impatient while it lives, so that a test need not wait for seconds.
struct impatience {
  explicit impatience(int milliseconds) { tandem::detail::patience::round_milliseconds = milliseconds; }
  ~impatience() { tandem::detail::patience::round_milliseconds = 1000; }
};

}  // namespace

TEST_CASE("A parallel loop within the function, on one hot key wanted by a loop around it") {
  tests::watchdog const guard("outer loop, inner loop");
  for (bool outer : {false, true})
    for (bool inner : {false, true}) {
      tests::crew crew(4);
      for (int repetition = 0; repetition < 20; ++repetition) {
        std::atomic<int> computed = 0;
        auto g = tandem::memoize([&](int k) {
          ++computed;
          std::atomic<int> sum = 0;
          loop{inner}(8, [&](int i) { work(50us), sum += i; });
          return sum + k;
        });
        std::atomic<int> wrong = 0;
        crew.run([&] { loop{outer}(64, [&](int i) { wrong += g(i % 3) != 28 + i % 3; }); });
        CHECK(wrong == 0);
        CHECK(computed == 3);
        CHECK(g.info().hits + g.info().misses == 64);
      }
    }
}

TEST_CASE("Recursion through the cache in parallel computes each key once") {
  tests::watchdog const guard("recursion in parallel");
  for (bool ours : {false, true})
    for (int repetition = 0; repetition < 20; ++repetition) {
      tests::crew crew(4);
      auto fib = tandem::memoize_recursive<std::uint64_t(unsigned)>([ours](auto& self, unsigned n) -> std::uint64_t {
        if (n < 2) return n;
        std::atomic<std::uint64_t> sum = 0;
        loop{ours}(2, [&](int i) { sum += self(n - 1 - static_cast<unsigned>(i)); });
        return sum;
      });
      crew.run([&] { CHECK(fib(60) == 1548008755920); });
      CHECK(fib.info().misses == 61);
      CHECK(fib.info().hits == 58);
    }
}

TEST_CASE("Mutual recursion of two plain caches through a task group") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("task group");
  tests::crew crew(4);
  std::function<long(int)> odd, even;
  auto a = tandem::memoize([&](int n) -> long {
    long x = 0, y = 0;
    oneapi::tbb::task_group tasks;
    if (n > 0) tasks.run([&] { x = odd(n - 1); });
    if (n > 1) y = even(n - 2);
    tasks.wait();
    return x + y + 1;
  });
  auto b = tandem::memoize([&](int n) -> long {
    long x = 0, y = 0;
    oneapi::tbb::parallel_invoke([&] { x = n > 0 ? even(n - 1) : 0; }, [&] { y = n > 1 ? odd(n - 2) : 0; });
    return x + y + 2;
  });
  even = a, odd = b;
  crew.run([&] {
    std::atomic<int> wrong = 0;
    long const expected = a(24);
    a.clear(), b.clear();
    oneapi::tbb::parallel_for(0, 32, [&](int i) { wrong += i % 2 ? a(24) != expected : b(23) < 0; });
    CHECK(wrong == 0);
  });
}

TEST_CASE("A wants B while B wants A by the order of stacks, not of keys") {
  tests::skip_where_foreign_tasks_look_like_races();
  // Two threads meet inside A and inside Z; each then waits for a loop, and could take up a task that wants the other's key.
  tests::watchdog const guard("stack order");
  for (int repetition = 0; repetition < 10; ++repetition) {
    tests::crew crew(2);
    tests::rendezvous both(2);
    std::atomic<int> computed = 0;
    auto g = tandem::memoize([&](int k) {
      ++computed;
      if (computed <= 2) both.arrive();
      std::atomic<int> sum = 0;
      oneapi::tbb::parallel_for(0, 16, [&](int i) { work(100us), sum += i; });
      return k + sum;
    });
    std::atomic<int> wrong = 0;
    crew.run([&] {
      oneapi::tbb::task_group outer;
      for (int i = 0; i < 40; ++i) outer.run([&, i] { wrong += g(i % 2) != 120 + i % 2; });
      outer.wait();
    });
    CHECK(wrong == 0);
    CHECK(computed == 2);
  }
}

TEST_CASE("The function enters an arena where strangers' tasks want the same keys") {
  tests::skip_where_foreign_tasks_look_like_races();
  // Isolation ends at the door of another arena: while it waits there, a thread may take up a task that wants its own key.
  tests::watchdog const guard("nested arena");
  for (int slots : {1, 2, 3}) {
    oneapi::tbb::task_arena inner(slots, 1);
    tests::crew crew(4);
    std::atomic<int> computed = 0, wrong = 0;
    auto g = tandem::memoize([&](int k) {
      ++computed;
      std::atomic<int> sum = 0;
      inner.execute([&] { oneapi::tbb::parallel_for(0, 8, [&](int i) { work(50us), sum += i; }); });
      return sum + k;
    });
    crew.run([&] {
      oneapi::tbb::parallel_invoke(
          [&] { inner.execute([&] { oneapi::tbb::parallel_for(0, 60, [&](int i) { wrong += g(i % 2) != 28 + i % 2; }); }); },
          [&] { oneapi::tbb::parallel_for(0, 60, [&](int i) { wrong += g(i % 2) != 28 + i % 2; }); });
    });
    CHECK(wrong == 0);
    CHECK(computed >= 2);
    CHECK(g.info().hits + g.info().misses == 120);
    CHECK(g.info().misses == static_cast<std::uint64_t>(computed));
    CHECK(g.info().size == 2);
  }
}

TEST_CASE("Two keys of which one needs the other, in an arena within, with strangers that want both") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("nested arena, two keys");
  oneapi::tbb::task_arena inner(3, 1);
  for (int repetition = 0; repetition < 10; ++repetition) {
    std::atomic<int> wrong = 0;
    auto g = tandem::memoize_recursive<int(int)>([&](auto& self, int k) -> int {
      std::atomic<int> sum = 0;
      inner.execute([&] {
        oneapi::tbb::parallel_for(0, 4, [&](int i) {
          work(20us);
          sum += k > 0 ? self(k - 1) + i : i;
        });
      });
      return sum;
    });
    tests::crew crew(4);
    crew.run([&] { inner.execute([&] { oneapi::tbb::parallel_for(0, 40, [&](int i) { wrong += g(i % 4) < 6; }); }); });
    CHECK(wrong == 0);
    CHECK(g(3) == 4 * (4 * (4 * 6 + 6) + 6) + 6);
  }
}

TEST_CASE("An arena of one thread") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("arena of one");
  oneapi::tbb::task_arena one(1);
  one.execute([] {
    auto g = tandem::memoize_recursive<long(int)>([](auto& self, int n) -> long {
      if (n < 2) return n;
      std::atomic<long> sum = 0;
      oneapi::tbb::parallel_for(1, 3, [&](int i) { sum += self(n - i); });
      return sum;
    });
    CHECK(g(50) == 12586269025);
    CHECK(g.info().misses == 51);
  });
}

TEST_CASE("Plain threads and workers want the same keys, more of them than cores") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("threads and workers");
  for (int repetition = 0; repetition < 5; ++repetition) {
    tests::crew crew(4);
    std::atomic<int> computed = 0, wrong = 0;
    auto g = tandem::memoize_recursive<int(int)>([&](auto& self, int k) -> int {
      ++computed;
      std::atomic<int> sum = 0;
      oneapi::tbb::parallel_for(0, 4, [&](int i) {
        work(20us);
        sum += k > 0 ? self(k - 1) : i;
      });
      return sum;
    });
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 12; ++t)
        threads.emplace_back([&, t] {
          int expected[] = {6, 24, 96, 384, 1536};
          for (int i = 0; i < 10; ++i) wrong += g((i + t) % 5) != expected[(i + t) % 5];
        });
      crew.run([&] { oneapi::tbb::parallel_for(0, 100, [&](int i) { wrong += g(i % 5) < 6; }); });
    }
    CHECK(wrong == 0);
    CHECK(computed == 5);
  }
}

TEST_CASE("What cancels a loop around the function does not cut the function's own loops short") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("cancelled from outside");
  tests::crew crew(4);
  for (int repetition = 0; repetition < 3; ++repetition) {
    std::atomic<bool> started = false;
    auto g = tandem::memoize([&](int k) {
      return oneapi::tbb::parallel_reduce(
          oneapi::tbb::blocked_range<int>(0, 60, 1), 0,
          [&](auto const& range, int sum) {
            started = true;
            work(1ms);
            return sum + static_cast<int>(range.size()) * k;
          },
          std::plus<>());
    });
    crew.run([&] {
      CHECK_THROWS_AS(oneapi::tbb::parallel_invoke([&] { CHECK(g(1) == 60); },
                                                   [&] {
                                                     until([&] { return started.load(); });
                                                     throw std::runtime_error("another item");
                                                   }),
                      std::runtime_error);
    });
    CHECK(g(1) == 60);
  }
}

TEST_CASE("What the function throws in a task arrives, and its rounding mode is the caller's") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::crew crew(2);
  crew.run([] {
    auto g = tandem::memoize([](int k) -> double {
      if (k == 0) throw std::runtime_error("zero");
      return 1. / k;
    });
    CHECK_THROWS_AS(g(0), std::runtime_error);
    std::fesetround(FE_UPWARD);
    double volatile const third = g(3);
    std::fesetround(FE_TONEAREST);
    CHECK(third > 1. / 3);
  });
}

TEST_CASE("A stranger's task above a computation, in an arena of its own, and a chain of keys that leads back to it") {
  tests::skip_where_foreign_tasks_look_like_races();
  // Keys 10 -> 11 -> 12 -> 13, no cycle. The thread of 13 takes up, in another arena, a task that wants 10; 11 is computed in a
  // task that tells nobody that 10 waits for it, and waits by self for 12, which waits for 13.
  tests::watchdog const guard("a chain through a stranger", 60s);
  impatience const in_tests(100);
  tests::crew crew(4);
  oneapi::tbb::task_arena inner(2, 1);
  std::function<int(int)> by_name;
  std::atomic<bool> entered = false, ready = false, waited_for = false, eleven = false, ten = false;
  std::atomic<std::thread::id> thread_of_13{};
  auto g = tandem::memoize_recursive<int(int)>([&](auto& self, int k) -> int {
    if (k == 13) {
      if (!entered.exchange(true)) {
        thread_of_13 = std::this_thread::get_id();
        inner.execute([&] {
          oneapi::tbb::task_group own;
          own.run([&] {
            ready = true;
            until([&] { return waited_for.load(); });
            work(300ms);
          });
          for (int i = 0; i < 20; ++i) own.run([] { work(5ms); });
          own.wait();
        });
      }
      return 13;
    }
    if (k == 10) {
      ten = true;
      oneapi::tbb::task_group tasks;
      tasks.run([&] {
        eleven = true;
        (void)by_name(11);
      });
      for (int i = 0; i < 1000 && !eleven; ++i) work(1ms);
      tasks.wait();
      return 10;
    }
    if (k == 11) {
      until([&] { return waited_for.load(); });
      return self(12) + 1;
    }
    until([&] { return ready.load(); });
    waited_for = true;
    return self(13) + 1;
  });
  by_name = g;
  std::jthread twelve([&] { (void)g(12); });
  std::jthread thirteen([&] { (void)g(13); });
  until([&] { return ready.load(); });
  for (int i = 0; i < 4; ++i)
    inner.enqueue([&] {
      if (std::this_thread::get_id() != thread_of_13)
        for (int j = 0; j < 500 && !ten; ++j) work(1ms);
      else if (!ten) (void)by_name(10);
    });
  twelve.join(), thirteen.join();
  CHECK(g(12) == 14);
  CHECK(g(13) == 13);
}

TEST_CASE("A thread that works for nobody computes by itself when the process has been idle for long") {
  tests::watchdog const guard("a long wait", 60s);
  impatience const in_tests(10);
  std::atomic<int> computed = 0;
  // The first computation waits for something that happens only if somebody else computes: a thread of its own, say.
  auto g = tandem::memoize([&](int k) {
    if (++computed == 1)
      for (int i = 0; i < 10'000 && computed < 2; ++i) work(1ms);
    return k;
  });
  auto const begin = std::chrono::steady_clock::now();
  std::jthread first([&] { (void)g(1); });
  until([&] { return computed == 1; });
  CHECK(g(1) == 1);
  CHECK(computed == 2);
  CHECK(std::chrono::steady_clock::now() - begin > 500ms);
}

// ---- keys that need themselves

TEST_CASE("A key that needs itself throws, alone and with others, at once and across threads") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("cycles");
  auto circle = tandem::memoize_recursive<int(int)>([](auto& self, int n) -> int { return self((n + 1) % 3); });
  CHECK_THROWS_AS(circle(0), tandem::memo_cycle_error);
  CHECK(circle.info().size == 0);

  std::function<int(int)> again;
  auto plain = tandem::memoize([&](int n) -> int { return again((n + 1) % 5); });
  again = plain;
  CHECK_THROWS_AS(plain(2), tandem::memo_cycle_error);
  tests::crew crew(4);
  crew.run([&] {
    CHECK_THROWS_AS(plain(3), tandem::memo_cycle_error);
    auto in_tasks = tandem::memoize_recursive<int(int)>([](auto& self, int n) -> int {
      std::atomic<int> sum = 0;
      oneapi::tbb::parallel_for(0, 4, [&](int i) { sum += self((n + i) % 3 + (i == 0)); });
      return sum;
    });
    CHECK_THROWS_AS(in_tasks(0), tandem::memo_cycle_error);
    auto in_ours = tandem::memoize_recursive<int(int)>([](auto& self, int n) -> int {
      std::atomic<int> sum = 0;
      loop{true}(4, [&](int) { sum += self((n + 1) % 2); });
      return sum;
    });
    CHECK_THROWS_AS(in_ours(0), tandem::memo_cycle_error);
  });
}

TEST_CASE("Two threads that each compute what the other needs: both get the cycle") {
  tests::watchdog const guard("a cycle of two threads");
  for (bool retry : {false, true}) {
    tests::rendezvous both(2);
    std::atomic<int> met = 0, cycles = 0;
    auto g = tandem::memoize_recursive<int(int)>(
        [&](auto& self, int k) -> int {
          if (met++ < 2) both.arrive();
          return self(1 - k);
        },
        {.errors = retry ? tandem::memo_errors::retry : tandem::memo_errors::propagate});
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 2; ++t)
        threads.emplace_back([&, t] {
          try {
            (void)g(t);
          } catch (tandem::memo_cycle_error const&) {
            ++cycles;
          }
        });
    }
    CHECK(cycles == 2);
    CHECK(both.happened());
  }
}

TEST_CASE("A cycle through tasks that tell nobody whom they work for ends too") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("a cycle through oneTBB's own tasks", 100s);
  impatience const in_tests(50);
  tests::crew crew(3);
  std::function<int(int)> again;
  auto g = tandem::memoize([&](int n) -> int {
    std::atomic<int> sum = 0;
    oneapi::tbb::parallel_for(0, 2, [&](int) { sum += again(1 - n); }, oneapi::tbb::simple_partitioner());
    return sum;
  });
  again = g;
  crew.run([&] { CHECK_THROWS_AS(g(0), tandem::memo_cycle_error); });
}

TEST_CASE("A cycle of which one half is by name in a task, the other by self") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("a cycle by name and by self", 60s);
  impatience const in_tests(50);
  tests::crew crew(3);
  std::function<int(int)> by_name;
  auto g = tandem::memoize_recursive<int(int)>([&](auto& self, int k) -> int {
    if (k == 1) return self(0) + 1;
    std::atomic<int> sum = 0;
    std::atomic<bool> taken = false;
    oneapi::tbb::task_group tasks;
    tasks.run([&] {
      taken = true;
      sum += by_name(1);
    });
    for (int i = 0; i < 50 && !taken; ++i) work(1ms);  // another thread takes it, if there is one
    tasks.wait();
    return sum;
  });
  by_name = g;
  crew.run([&] { CHECK_THROWS_AS(g(0), tandem::memo_cycle_error); });
}

TEST_CASE("A cycle through jobs ends") {
  tests::watchdog const guard("a cycle through jobs", 60s);
  impatience const in_tests(50);
  std::function<int(int)> by_name;
  for (bool begun_first : {false, true}) {
    auto g = tandem::memoize([&](int k) -> int {
      std::atomic<bool> begun = false;
      auto job = tandem::submit(tandem::par.with({.blocking = true}), [&] {
        begun = true;
        return by_name(1 - k);
      });
      if (begun_first) until([&] { return begun.load(); });
      return job.get();
    });
    by_name = g;
    CHECK_THROWS_AS(g(0), tandem::memo_cycle_error);
  }
}

TEST_CASE("A job that waits for a key that waits for the job") {
  tests::watchdog const guard("a key and a job", 60s);
  impatience const in_tests(50);
  std::atomic<tandem::job<int>*> job = nullptr;
  std::atomic<bool> inside = false;
  auto g = tandem::memoize([&](int k) {
    inside = true;
    until([&] { return job != nullptr; });
    return k + job.load()->get();
  });
  std::jthread waits([&] { CHECK_THROWS_AS(g(1), std::logic_error); });
  until([&] { return inside.load(); });
  auto asks = tandem::submit(tandem::par.with({.blocking = true}), [&] { return g(1); });
  work(50ms);
  job = &asks;
  waits.join();
}

TEST_CASE("Calls that are refused are counted") {
  std::atomic<std::uint64_t> calls = 1;
  auto circle = tandem::memoize_recursive<int(int)>([&](auto& self, int n) -> int { return ++calls, self((n + 1) % 3); });
  CHECK_THROWS_AS(circle(0), tandem::memo_cycle_error);
  CHECK(circle.info().misses == calls);
  CHECK(circle.info().hits == 0);
}

TEST_CASE("A diamond is no cycle") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("a diamond");
  tests::crew crew(4);
  for (int repetition = 0; repetition < 50; ++repetition) {
    auto g = tandem::memoize_recursive<int(int)>([](auto& self, int k) -> int {
      if (k == 0) return work(100us), 1;
      int left = 0, right = 0;
      oneapi::tbb::parallel_invoke([&] { left = self(k / 2); }, [&] { right = self(k == 1 ? 0 : k / 2 - (k > 3)); });
      return left + right;
    });
    crew.run([&] { CHECK(g(8) >= 2); });
  }
}

// ---- depth

TEST_CASE("Recursion a hundred thousand deep") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("deep recursion");
  auto sum = tandem::memoize_recursive<std::int64_t(std::int64_t)>(
      [](auto& self, std::int64_t n) -> std::int64_t { return n == 0 ? 0 : n + self(n - 1); });
  constexpr std::int64_t deep = tests::sanitized ? 10'000 : 100'000;
  CHECK(sum(deep) == deep * (deep + 1) / 2);
  CHECK(sum.info().misses == deep + 1);
  tests::crew crew(2);
  auto in_tasks = tandem::memoize_recursive<std::int64_t(std::int64_t)>(
      [](auto& self, std::int64_t n) -> std::int64_t { return n == 0 ? 0 : n + self(n - 1); });
  crew.run([&] {
    std::atomic<int> wrong = 0;
    oneapi::tbb::parallel_for(0, 4, [&](int) { wrong += in_tasks(deep / 5) != deep / 5 * (deep / 5 + 1) / 2; });
    CHECK(wrong == 0);
  });
  std::int64_t from_thread = 0;
  std::jthread([&] {
    from_thread = tandem::memoize_recursive<std::int64_t(std::int64_t)>(
        [](auto& self, std::int64_t n) -> std::int64_t { return n == 0 ? 0 : 1 + self(n - 1); })(deep / 2);
  }).join();
  CHECK(from_thread == deep / 2);
}

TEST_CASE("Recursion without end throws") {
  tests::watchdog const guard("endless recursion", 100s);
  auto endless = tandem::memoize_recursive<std::int64_t(std::int64_t)>([](auto& self, std::int64_t n) -> std::int64_t {
    char volatile room[20'000] = {};
    return self(n + 1) + room[0];
  });
  CHECK_THROWS_AS(endless(0), std::length_error);
  CHECK(endless.info().size == 0);
  CHECK(endless.info().hits == 0);
}
