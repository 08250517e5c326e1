// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/map.hpp>
#include "support/crew.hpp"
#include "support/rendezvous.hpp"
#include "support/watchdog.hpp"

using Catch::Matchers::Message;
using tandem::job, tandem::map_async, tandem::par, tandem::submit;
using namespace std::chrono_literals;

namespace {

std::vector<int> numbers(std::size_t n) {
  std::vector<int> xs(n);
  std::iota(xs.begin(), xs.end(), 0);
  return xs;
}

}  // namespace

TEST_CASE("A job is ready after a while, gives its result once, and then no more") {
  tests::watchdog const guard("ready");
  auto j = submit([](int a, int b) { return a * b; }, 6, 7);
  while (!j.wait_for(1ms)) {}
  CHECK(j.ready());
  CHECK(j.valid());
  CHECK(j.get() == 42);
  CHECK_FALSE(j.valid());
  CHECK_THROWS_MATCHES(j.get(), std::logic_error,
                       Message("tandem::job::get: there is no result to ask for; get() was called before"));
  CHECK_THROWS_AS(job<int>().get(), std::logic_error);
  CHECK(job<int>().ready());
}

TEST_CASE("wait_for gives up in time, for any duration") {
  std::atomic<bool> go = false;
  auto j = submit(par.with({.blocking = true}), [&] {
    while (!go) std::this_thread::sleep_for(1ms);
  });
  CHECK_FALSE(j.wait_for(5ms));
  CHECK_FALSE(j.wait_for(-1h));
  CHECK_FALSE(j.wait_for(0.001s));
  CHECK_FALSE(j.wait_until(std::chrono::system_clock::now()));
  go = true;
  CHECK(j.wait_for(std::chrono::hours::max()));
  j.get();
}

TEST_CASE("Arguments are kept as std::async keeps them") {
  std::string text = "kept";
  auto j = submit([](std::string const& s) { return s; }, text);
  text = "changed";
  CHECK(j.get() == "kept");
  CHECK(*submit([](std::unique_ptr<int> p) { return p; }, std::make_unique<int>(5)).get() == 5);
  int x = 1;
  submit([](int& y) { ++y; }, std::ref(x)).get();
  CHECK(x == 2);
  auto owned = map_async(std::vector<std::unique_ptr<int>>(3), [](auto const& p) { return p == nullptr; });
  CHECK(owned.get() == std::vector<bool>(3, true));
  std::vector<int> xs = numbers(100);
  auto copied = map_async(xs, [](int i) { return i; });
  xs.clear();
  CHECK(copied.get() == numbers(100));
}

TEST_CASE("What the job held is let go of before get() returns") {
  tests::watchdog const guard("let go");
  for (int repetition = 0; repetition < 200; ++repetition) {
    auto const token = std::make_shared<int>(1);
    auto j = submit([token] { return *token; });
    CHECK(j.get() == 1);
    REQUIRE(token.use_count() == 1);
    {
      auto dropped = map_async(numbers(50), [token](int i) { return i; });
    }
    REQUIRE(token.use_count() == 1);
  }
}

TEST_CASE("Exceptions, stops and deadlines come out of get()") {
  CHECK_THROWS_AS(submit([]() -> int { throw std::domain_error("no"); }).get(), std::domain_error);
  CHECK_THROWS_AS(map_async(numbers(100), [](int i) { return i == 50 ? throw std::domain_error("no") : i; }).get(),
                  std::domain_error);
  CHECK_THROWS_AS(submit(par.with({.deadline = std::chrono::steady_clock::now() - 1s}), [] { return 1; }).get(),
                  tandem::deadline_exceeded);
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_MATCHES(submit(par.with({.stop = stop.get_token()}), [] { return 1; }).get(), tandem::cancelled,
                       Message("tandem::submit: a stop was requested when 0 of 1 items were done"));
}

TEST_CASE("A job stops by itself and by the option, in the middle of its items") {
  tests::watchdog const guard("stops");
  for (bool by_option : {true, false})
    for (bool blocking : {true, false}) {
      std::stop_source stop;
      std::atomic<int> ran = 0;
      auto j = map_async(par.with({.jobs = 2, .stop = stop.get_token(), .blocking = blocking}), numbers(10'000), [&](int) {
        ++ran;
        std::this_thread::sleep_for(1ms);
      });
      if (by_option) stop.request_stop();
      else j.request_stop();
      CHECK_THROWS_AS(j.get(), tandem::cancelled);
      CHECK(ran < 1000);
    }
}

TEST_CASE("Dropping a job stops and joins it") {
  tests::watchdog const guard("dropped");
  for (bool blocking : {true, false})
    for (int repetition = 0; repetition < 20; ++repetition) {
      std::atomic<int> inside = 0, ran = 0;
      {
        auto j = map_async(par.with({.jobs = 2, .blocking = blocking}), numbers(1000), [&](int) {
          ++inside, ++ran;
          std::this_thread::sleep_for(1ms);
          --inside;
        });
        if (repetition % 2 == 0) std::this_thread::sleep_for(2ms);
        if (repetition % 3 == 0) j = {};
      }
      CHECK(inside == 0);
      CHECK(ran < 500);
    }
}

TEST_CASE("Jobs may wait for jobs, on however few threads") {
  tests::watchdog const guard("jobs in jobs");
  for (int threads : {1, 2, 4}) {
    tests::crew crew(threads);
    crew.run([] {
      auto const tree = [](auto const& self, int depth) -> int {
        if (depth == 0) return 1;
        auto left = submit([&] { return self(self, depth - 1); }), right = submit([&] { return self(self, depth - 1); });
        return left.get() + right.get();
      };
      CHECK(tree(tree, 8) == 256);
      std::vector<int> const sums = tandem::map(numbers(20), [](int i) {
        std::vector<int> const inner = map_async(numbers(10), [i](int k) { return i * k; }).get();
        return std::accumulate(inner.begin(), inner.end(), 0);
      });
      CHECK(sums[19] == 19 * 45);
    });
  }
}

TEST_CASE("A thousand jobs are submitted and asked in any order") {
  tests::watchdog const guard("many jobs");
  std::vector<job<int>> jobs;
  for (int i = 0; i < 1000; ++i) jobs.push_back(submit([i] { return i; }));
  int sum = 0;
  for (auto at = jobs.rbegin(); at != jobs.rend(); ++at) sum += at->get();
  CHECK(sum == 999 * 500);
}

TEST_CASE("A job that waits for its own work is told so") {
  tests::watchdog const guard("own work");
  constexpr char const* sentence = "tandem::submit: the job would wait for its own work; ask for its result elsewhere";
  for (bool blocking : {false, true}) {
    auto const policy = par.with({.blocking = blocking});
    std::optional<job<int>> self;
    std::atomic<bool> there = false;
    auto const ask = [&] {
      while (!there) std::this_thread::yield();
      return self->get();
    };
    self.emplace(submit(policy, ask));
    there = true;
    while (!self->ready()) std::this_thread::sleep_for(1ms);
    CHECK_THROWS_MATCHES(self->get(), std::logic_error, Message(sentence));
  }
}

TEST_CASE("An item of a job that waits for the job is told so, on whatever thread, and so are two that wait for each other") {
  tests::watchdog const guard("items of a job");
  std::optional<job<std::vector<int>>> self;
  std::atomic<bool> there = false;
  std::atomic<int> told = 0;
  self.emplace(map_async(par.with({.jobs = 3, .blocking = true}), numbers(6), [&](int i) {
    while (!there) std::this_thread::yield();
    try {
      self->wait();
    } catch (std::logic_error const&) {
      ++told;
    }
    return i;
  }));
  there = true;
  while (!self->ready()) std::this_thread::sleep_for(1ms);
  CHECK(self->get() == numbers(6));
  CHECK(told == 6);

  std::optional<job<int>> a, b;
  tests::rendezvous both(2);
  std::atomic<bool> set = false;
  auto const wait_for = [&](std::optional<job<int>>& other) {
    both.arrive();
    while (!set) std::this_thread::yield();
    try {
      other->wait();
      return 1;
    } catch (std::logic_error const&) {
      return 10;
    }
  };
  a.emplace(submit(par.with({.blocking = true}), [&] { return wait_for(b); }));
  b.emplace(submit(par.with({.blocking = true}), [&] { return wait_for(a); }));
  set = true;
  while (!a->ready() || !b->ready()) std::this_thread::sleep_for(1ms);
  CHECK(a->get() + b->get() == 11);
}

TEST_CASE("Who waits for a map helps") {
  tests::watchdog const guard("helping");
  tests::crew crew(2);
  crew.run([] {
    tests::rendezvous two(2);  // the job's one worker, and the thread that waits
    auto j = map_async(par.with({.jobs = 2}), numbers(2), [&](int) { two.arrive(); });
    j.get();
    CHECK(two.happened());
  });
}

TEST_CASE("Options reach the job") {
  struct counter {
    std::uint64_t done = 0;
    std::string label;
    void update(tandem::progress_info const& info) { done = info.done, label = info.label; }
  } sink;
  map_async(par.with({.progress = &sink, .label = "async"}), numbers(70), [](int i) { return i; }).get();
  CHECK(sink.done == 70);
  CHECK(sink.label == "async");
  int tries = 0;
  CHECK(submit(par.with({.on_error = tandem::retry{3}}), [&] { return ++tries < 3 ? throw 1 : tries; }).get() == 3);
  CHECK_THROWS_AS(submit(par.with({.on_error = tandem::collect}), []() -> int { throw 1; }).get(), tandem::collected_errors);
}

TEST_CASE("A loop of timed waits ends, also where all threads are in such loops") {
  tests::watchdog const guard("timed waits in items");
  auto const patient = [](int i) {
    auto inner = submit([i] { return i + 1; });
    while (!inner.wait_for(2ms)) {}
    return inner.get();
  };
  auto outer = submit(patient, 1);
  while (!outer.wait_for(2ms)) {}
  CHECK(outer.get() == 2);
  CHECK(tandem::map(par.with({.jobs = 8, .grain = 1}), numbers(16), patient).back() == 16);
}

TEST_CASE("A job whose own work waits for it for ever is told so") {
  tests::watchdog const guard("a timed wait without end");
  std::optional<job<int>> j;
  std::atomic<bool> there = false;
  j.emplace(submit(par.with({.blocking = true}), [&] {
    while (!there) std::this_thread::yield();
    CHECK_THROWS_AS(j->wait_for(std::chrono::hours::max()), std::logic_error);
    return 3;
  }));
  there = true;
  CHECK(j->get() == 3);
}

TEST_CASE("The result of a job that is dropped, or was asked for, is gone with the job") {
  std::atomic<int> alive = 0;
  struct guard {
    explicit guard(std::atomic<int>& count) : alive(&count) { ++count; }
    guard(guard const& other) : alive(other.alive) { ++*alive; }
    guard& operator=(guard const&) = delete;
    ~guard() { --*alive; }
    std::atomic<int>* alive;
  };
  int left = 0;
  for (int i = 0; i < 2000; ++i) {
    {
      auto j = submit([&] { return guard(alive); });
      if (i % 3 == 0) j.wait();
      if (i % 3 == 1) (void)j.get();
    }
    left += alive != 0;
  }
  CHECK(left == 0);
}

TEST_CASE("Jobs within items leave nothing behind until the items are done") {
  struct counted {
    explicit counted(std::atomic<int>& count) : alive(&count) { ++count; }
    counted(counted const& other) : alive(other.alive) { ++*alive; }
    counted& operator=(counted const&) = delete;
    ~counted() { --*alive; }
    std::atomic<int>* alive;
  };
  std::atomic<int> alive = 0, most = 0;
  tandem::map(par.with({.jobs = 2, .grain = 100}), numbers(2000), [&](int i) {
    int const now = alive;
    if (now > most) most = now;
    return submit([i, held = counted(alive)] { return i; }).get();
  });
  CHECK(most < 20);
}

TEST_CASE("An initializer list is copied into the job") {
  auto const start = [](int a) {
    auto const xs = {a, 2, 3};
    return map_async(xs, [](int x) { return 2 * x; });
  };
  CHECK(start(1).get() == std::vector{2, 4, 6});
}
