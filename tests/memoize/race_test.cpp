// SPDX-License-Identifier: BSL-1.0
// Threads on one cache, without tasks, so that the thread sanitizer sees everything there is to see.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/memoize.hpp>

#include "support/rendezvous.hpp"
#include "support/watchdog.hpp"

using namespace std::chrono_literals;

namespace {

#if defined(__SANITIZE_THREAD__)
constexpr int effort = 1;
#else
constexpr int effort = 10;
#endif

template <class F> void in_threads(int count, F const& f) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < count; ++t) threads.emplace_back([&f, t] { f(t); });
}

}  // namespace

TEST_CASE("A million racing misses compute each key exactly once") {
  tests::watchdog const guard("racing misses");
  int const keys = 100'000 * effort;
  std::vector<std::atomic<unsigned char>> computed(static_cast<std::size_t>(keys));
  auto g = tandem::memoize([&](int k) {
    ++computed[static_cast<std::size_t>(k)];
    return 3 * k;
  });
  std::atomic<int> wrong = 0;
  in_threads(4, [&](int) {
    for (int k = 0; k < keys; ++k) wrong += g(k) != 3 * k;
  });
  CHECK(wrong == 0);
  int more = 0;
  for (auto& c : computed) more += c != 1;
  CHECK(more == 0);
  auto const info = g.info();
  CHECK(info.misses == static_cast<std::uint64_t>(keys));
  CHECK(info.hits == 3 * static_cast<std::uint64_t>(keys));
  CHECK(info.size == static_cast<std::size_t>(keys));
}

TEST_CASE(
    "Readers, misses, evictions, clear and forget at the same time give right results, and all that was made is destroyed") {
  tests::watchdog const guard("churn");
  static std::atomic<long> alive = 0;
  struct counted {
    explicit counted(std::string t) : text(std::move(t)) { ++alive; }
    counted(counted const& other) : text(other.text) { ++alive; }
    counted(counted&& other) noexcept : text(std::move(other.text)) { ++alive; }
    counted& operator=(counted const&) = default;
    ~counted() { --alive; }
    std::string text;
  };
  for (auto policy : {tandem::eviction::adaptive, tandem::eviction::lru})
    for (std::size_t capacity :
         {std::size_t{0}, std::size_t{1}, std::size_t{3}, std::size_t{100}, std::size_t{5000}, SIZE_MAX}) {
      {
        auto g = tandem::memoize([](std::string const& s) { return counted(s + s); }, {.capacity = capacity, .policy = policy});
        std::atomic<int> wrong = 0;
        std::atomic<std::uint64_t> calls = 0;
        in_threads(4, [&](int t) {
          std::mt19937 random(static_cast<unsigned>(t));
          std::uint64_t mine = 0;
          for (int i = 0; i < 1500 * effort; ++i) {
            std::string const key = "key number " + std::to_string(random() % 300 * (random() % 2));
            ++mine;
            wrong += g(key).text != key + key;
            if (random() % 64 == 0) (void)g.forget(key);
            if (random() % 64 == 0) (void)g.contains(key);
            if (capacity != SIZE_MAX && g.info().size > capacity) ++wrong;
          }
          calls += mine;
        });
        CHECK(wrong == 0);
        CHECK(g.info().hits + g.info().misses == calls);
        in_threads(4, [&](int t) {
          for (int i = 0; i < 300 * effort; ++i) {
            std::string const key = "key " + std::to_string(i % 50);
            wrong += g(key).text != key + key;
            if (t == 0 && i % 16 == 0) g.clear();
          }
        });
        CHECK(wrong == 0);
      }
      CHECK(alive == 0);
    }
}

TEST_CASE("Trivial results stay right while their entries are evicted and used again") {
  tests::watchdog const guard("reuse");
  for (std::size_t capacity : {std::size_t{2}, std::size_t{64}, std::size_t{8192}}) {
    auto g = tandem::memoize([](std::uint64_t k) { return std::array{k, ~k, k * k}; }, {.capacity = capacity});
    std::atomic<int> wrong = 0;
    in_threads(4, [&](int t) {
      std::mt19937 random(static_cast<unsigned>(t));
      for (int i = 0; i < 20'000 * effort; ++i) {
        std::uint64_t const k = random() % (2 * capacity + 2);
        auto const r = g(k);
        wrong += r[0] != k || r[1] != ~k || r[2] != k * k;
      }
    });
    CHECK(wrong == 0);
    CHECK(g.info().size <= capacity);
  }
}

TEST_CASE("One hot key from all threads") {
  auto g = tandem::memoize([](int k) { return k + 0.5; }, {.capacity = 10});
  std::atomic<int> wrong = 0;
  in_threads(4, [&](int) {
    for (int i = 0; i < 20'000 * effort; ++i) wrong += g(7) != 7.5;
  });
  CHECK(wrong == 0);
  CHECK(g.info().misses == 1);
  CHECK(g.info().hits == 4u * 20'000 * effort - 1);
}

TEST_CASE("An exception reaches all who wait, is not remembered, and nobody hangs") {
  tests::watchdog const guard("exceptions");
  std::atomic<int> tries = 0, caught = 0, right = 0;
  tests::rendezvous all(4);
  auto g = tandem::memoize([&](int k) {
    if (tries++ == 0) {
      std::this_thread::sleep_for(200ms);
      throw std::runtime_error("first");
    }
    return k;
  });
  in_threads(4, [&](int) {
    all.arrive();
    try {
      right += g(1) == 1;
    } catch (std::runtime_error const& e) {
      caught += std::string(e.what()) == "first";
    }
  });
  CHECK(caught + right == 4);
  CHECK(caught >= 2);  // those who came while it slept
  CHECK(g.info().hits + g.info().misses == 4);
  CHECK(g(1) == 1);
}

TEST_CASE("With retry those who waited for an error try by themselves, one at a time") {
  tests::watchdog const guard("retry");
  std::atomic<int> tries = 0, caught = 0, right = 0, at_once = 0, most = 0;
  tests::rendezvous all(4);
  auto g = tandem::memoize(
      [&](int k) {
        int const now = ++at_once;
        if (now > most) most = now;
        std::this_thread::sleep_for(50ms);
        --at_once;
        if (++tries < 3) throw std::runtime_error("not yet");
        return k;
      },
      {.errors = tandem::memo_errors::retry});
  in_threads(4, [&](int) {
    all.arrive();
    try {
      right += g(1) == 1;
    } catch (std::runtime_error const&) {
      ++caught;
    }
  });
  CHECK(caught == 2);
  CHECK(right == 2);
  CHECK(tries == 3);
  CHECK(most == 1);
  CHECK(g.info().misses == 3);
  CHECK(g.info().hits == 1);
}

TEST_CASE("Waiting counts as a hit") {
  tests::watchdog const guard("waits");
  tests::rendezvous all(4);
  auto g = tandem::memoize([](int k) { return std::this_thread::sleep_for(200ms), k; });
  in_threads(4, [&](int) {
    all.arrive();
    (void)g(5);
  });
  auto const info = g.info();
  CHECK(info.misses == 1);
  CHECK(info.hits == 3);
  CHECK(info.waits >= 1);
  CHECK(info.waits <= 3);
}

TEST_CASE("A result is not kept when the cache was cleared or the key forgotten meanwhile; those who wait get it") {
  tests::watchdog const guard("clear meanwhile");
  for (bool clears : {false, true}) {
    tests::rendezvous inside(2);
    std::atomic<int> version = 1;
    auto g = tandem::memoize([&](int k) {
      int const seen = version;
      if (seen == 1) {
        inside.arrive();
        std::this_thread::sleep_for(100ms);
      }
      return 10 * k + seen;
    });
    int first = 0, waited = 0, second = 0;
    std::jthread computes([&] { first = g(4); });
    inside.arrive();
    std::jthread waits([&] { waited = g(4); });
    std::this_thread::sleep_for(20ms);
    version = 2;
    if (clears) g.clear();
    else CHECK_FALSE(g.forget(4));
    second = g(4);  // does not wait for the old one
    CHECK(second == 42);
    computes.join(), waits.join();
    CHECK(first == 41);
    CHECK((waited == 41 || waited == 42));
    CHECK(g(4) == 42);
    CHECK(g.info().size == 1);
  }
}

TEST_CASE("Nobody finds a result that was on its way when it was forgotten") {
  for (bool clears : {false, true}) {
    tests::rendezvous inside(2), forgotten(2);
    auto g = tandem::memoize([&](int k) { return inside.arrive(), forgotten.arrive(), k; });
    std::jthread computes([&] { (void)g(4); });
    inside.arrive();
    if (clears) g.clear();
    else CHECK_FALSE(g.forget(4));
    forgotten.arrive();
    computes.join();
    CHECK_FALSE(g.contains(4));
    CHECK(g.info().size == 0);
  }
}

TEST_CASE("Counts are never below zero, whoever clears meanwhile") {
  tests::watchdog const guard("counts");
  auto g = tandem::memoize([](int k) { return k; });
  std::atomic<bool> done = false;
  std::atomic<int> wrapped = 0;
  in_threads(3, [&](int t) {
    if (t == 0) {
      for (int i = 0; i < 20'000 * effort; ++i) wrapped += g.info().hits > std::uint64_t{1} << 60;
      done = true;
    }
    while (!done)
      if (t == 1) g.clear();
      else
        for (int k = 0; k < 100; ++k) (void)g(k);
  });
  CHECK(wrapped == 0);
}

TEST_CASE("Threads that come and go") {
  auto g = tandem::memoize([](int k) { return k; }, {.capacity = 50});
  for (int generation = 0; generation < 30 * effort; ++generation)
    in_threads(3, [&](int t) {
      for (int k = 0; k < 100; ++k) (void)g(k + t);
    });
  CHECK(g.info().hits + g.info().misses == 9000u * effort);
}

// ---- linearizability: small histories, and a sequential order that explains each of them

namespace {

struct event {
  int kind;    // 0: call, 1: forget, 2: contains
  bool fresh;  // call: computed by this call; forget and contains: what was returned
  long begin, end;
};

/// Whether there is an order of the events that keeps those that do not overlap, in which one key's cache behaves: a call computes
/// when nothing is kept, and finds it otherwise; an evicted key is not modelled, the cache is unbounded.
bool explained(std::vector<event> const& events, unsigned taken, bool kept) {
  if (taken == (1u << events.size()) - 1) return true;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (taken >> i & 1) continue;
    bool first = true;
    for (std::size_t j = 0; j < events.size(); ++j)
      if (!(taken >> j & 1) && events[j].end < events[i].begin) first = false;
    if (!first) continue;
    event const& e = events[i];
    bool const possible = e.kind == 0 ? e.fresh == !kept : e.fresh == kept;
    bool const after = e.kind == 0 ? true : e.kind == 1 ? false : kept;
    if (possible && explained(events, taken | 1u << i, after)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("The checker of histories can tell") {
  CHECK(explained({{0, true, 0, 1}, {0, false, 2, 3}, {1, true, 4, 5}, {2, false, 6, 7}}, 0, false));
  CHECK_FALSE(explained({{0, true, 0, 1}, {0, true, 2, 3}}, 0, false));
  CHECK_FALSE(explained({{0, true, 0, 1}, {1, true, 2, 3}, {2, true, 4, 5}}, 0, false));
  CHECK(explained({{0, true, 0, 3}, {1, true, 1, 4}, {2, false, 5, 6}}, 0, false));
}

TEST_CASE("Small histories of calls, forget and contains on one key are linearizable") {
  tests::watchdog const guard("linearizability");
  // A call linearizes when its result is kept. One that is forgotten on its way is not (its waiters get it), so that forget and
  // calls that compute are in one thread here, and the others look.
  int bad = 0;
  std::mt19937 random(7);
  for (int history = 0; history < 300 * effort; ++history) {
    static thread_local bool computed_here = false;
    auto g = tandem::memoize([](int k) { return computed_here = true, k; });
    std::atomic<long> clock = 0;
    std::array<std::vector<event>, 3> by_thread;
    std::array<std::array<int, 3>, 3> plan;
    for (int i = 0; i < 3; ++i) {
      plan[0][static_cast<std::size_t>(i)] = static_cast<int>(random() % 2);
      plan[1][static_cast<std::size_t>(i)] = plan[2][static_cast<std::size_t>(i)] = 2;
    }
    in_threads(3, [&](int t) {
      for (int const kind : plan[static_cast<std::size_t>(t)]) {
        event e{kind, false, clock++, 0};
        computed_here = false;
        if (kind == 0) (void)g(1), e.fresh = computed_here;
        else e.fresh = kind == 1 ? g.forget(1) : g.contains(1);
        e.end = clock++;
        by_thread[static_cast<std::size_t>(t)].push_back(e);
      }
    });
    std::vector<event> all;
    for (auto const& events : by_thread) all.insert(all.end(), events.begin(), events.end());
    bad += !explained(all, 0, false);
  }
  CHECK(bad == 0);
}

TEST_CASE("Histories of racing calls alone are linearizable: exactly one computes") {
  int bad = 0;
  for (int history = 0; history < 300 * effort; ++history) {
    static thread_local bool computed_here = false;
    auto g = tandem::memoize([](int k) { return computed_here = true, k; });
    std::atomic<int> fresh = 0;
    in_threads(3, [&](int) {
      computed_here = false;
      (void)g(1);
      fresh += computed_here;
    });
    bad += fresh != 1;
  }
  CHECK(bad == 0);
}
