// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <type_traits>
#include <variant>

#include <catch2/catch_test_macros.hpp>

#include <tandem/map/invoke.hpp>
#include "support/crew.hpp"
#include "support/rendezvous.hpp"
#include "support/sanitized.hpp"
#include "support/watchdog.hpp"

using tandem::invoke, tandem::par, tandem::seq;
using namespace std::chrono_literals;

namespace {

long fibonacci(int n) {
  if (n < 2) return n;
  auto const [a, b] = invoke([&] { return fibonacci(n - 1); }, [&] { return fibonacci(n - 2); });
  return a + b;
}

// A chain of forks, as deep as it gets.
long descend(int depth) {
  if (depth == 0) return 0;
  auto const [rest, one] = invoke([&] { return descend(depth - 1); }, [] { return 1; });
  return rest + one;
}

}  // namespace

TEST_CASE("Both results come back, of any type") {
  auto const [a, b] = invoke([] { return 1; }, [] { return std::string("two"); });
  CHECK(a == 1);
  CHECK(b == "two");
  auto [p, nothing] = invoke([] { return std::make_unique<int>(3); }, [] {});
  CHECK(*p == 3);
  static_assert(std::is_same_v<decltype(nothing), std::monostate>);
  int x = 5;
  static_assert(std::is_same_v<decltype(invoke([&]() -> int& { return x; }, [] { return 1.f; })), std::pair<int, float>>);
  CHECK(invoke(seq, [] { return 1; }, [] { return 2; }) == std::pair(1, 2));
  CHECK(invoke(par.with({.jobs = 2, .label = "both"}), [] { return 1; }, [] { return 2; }) == std::pair(1, 2));
}

TEST_CASE("Both run at the same time where two threads are free") {
  tests::watchdog const guard("two at a time");
  tests::crew crew(2);
  crew.run([] {
    tests::rendezvous two(2);
    invoke([&] { two.arrive(); }, [&] { two.arrive(); });
    CHECK(two.happened());
  });
}

TEST_CASE("Recursion forks as wide and as deep as it likes") {
  tests::watchdog const guard("recursion");
  tests::crew crew(4);
  crew.run([] {
    CHECK(fibonacci(20) == 6765);
    CHECK(descend(3000) == 3000);
  });
}

TEST_CASE("The exception is the first one's, else the second one's") {
  tests::crew crew(4);
  crew.run([] {
    for (int repetition = 0; repetition < 200; ++repetition) {
      CHECK_THROWS_AS(invoke([] { throw std::domain_error("first"); }, [] { throw std::length_error("second"); }),
                      std::domain_error);
      CHECK_THROWS_AS(invoke([] { return 1; }, []() -> int { throw std::length_error("second"); }), std::length_error);
    }
    auto const deep = [](auto const& self, int n) -> int {
      if (n == 0) throw std::domain_error("the bottom");
      auto const [a, b] = invoke([&] { return self(self, n - 1); }, [] { return 1; });
      return a + b;
    };
    CHECK_THROWS_AS(deep(deep, 50), std::domain_error);
  });
}

TEST_CASE("A stop and a deadline leave halves undone") {
  std::stop_source stop;
  stop.request_stop();
  int ran = 0;
  CHECK_THROWS_AS(invoke(par.with({.stop = stop.get_token()}), [&] { ++ran; }, [&] { ++ran; }), tandem::cancelled);
  CHECK_THROWS_AS(invoke(
                      seq.with({.deadline = std::chrono::steady_clock::now() - 1s}), [&] { ++ran; }, [&] { ++ran; }),
                  tandem::deadline_exceeded);
  CHECK(ran == 0);
}

TEST_CASE("A fork under a lock waits for its own half only") {
  tests::watchdog const guard("fork under a lock");
  tests::crew crew(4);
  crew.run([] {
    std::mutex mutex;
    std::atomic<int> ran = 0;
    auto const locked = [&](auto const& self, int depth) -> void {
      if (depth == 0) {
        std::lock_guard const lock(mutex);
        invoke([&] { ++ran; }, [&] { ++ran; });
        return;
      }
      invoke([&] { self(self, depth - 1); }, [&] { self(self, depth - 1); });
    };
    for (int repetition = 0; repetition < 20; ++repetition) locked(locked, 6);
    CHECK(ran == 20 * 128);
  });
}

namespace {
// A chain that goes down in the second half, where every level has a task of its own if nobody minds.
long descend_right(int depth) {
  if (depth == 0) return 0;
  auto const [one, rest] = invoke([] { return 1; }, [&] { return descend_right(depth - 1); });
  return one + rest;
}
}  // namespace

TEST_CASE("A chain of second halves takes little more stack than calls do") {
  tests::watchdog const guard("second halves");
#if defined(__OPTIMIZE__)
  int const depth = tests::sanitized ? 1000 : 25'000;
#else
  int const depth = 1000;
#endif
  CHECK(descend_right(depth) == depth);
  CHECK(descend(depth) == depth);
}
