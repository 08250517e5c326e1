// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <limits>
#include <list>
#include <memory>
#include <numeric>
#include <optional>
#include <ranges>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/map/job.hpp>
#include <tandem/map/map.hpp>
#include <tandem/map/stream.hpp>
#include "support/crew.hpp"
#include "support/rendezvous.hpp"
#include "support/watchdog.hpp"

using Catch::Matchers::Message;
using tandem::imap, tandem::imap_unordered, tandem::par, tandem::seq;
using namespace std::chrono_literals;

namespace {

std::vector<int> numbers(std::size_t n) {
  std::vector<int> xs(n);
  std::iota(xs.begin(), xs.end(), 0);
  return xs;
}

void spin_for(std::chrono::nanoseconds time) {
  auto const end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {}
}

struct thrown {
  int item;
};

// 0, 1, 2, ... in a single pass; counts what is read, and may throw or end.
struct tape {
  struct iterator {
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    tape* from;
    int operator*() const { return from->at; }
    iterator& operator++() {
      ++from->read, ++from->at;
      if (from->at == from->bad) throw thrown{-1};
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return from->at == from->length; }
  };
  int length, bad = -1;
  int at = 0, read = 1;
  iterator begin() { return {this}; }
  std::default_sentinel_t end() const { return {}; }
};

using stream_of_int = decltype(imap(std::vector<int>{}, [](int i) { return i; }));
static_assert(std::ranges::input_range<stream_of_int>);
static_assert(std::ranges::viewable_range<stream_of_int>);

}  // namespace

TEST_CASE("Results come in order, for any length, jobs, window and cost") {
  tests::watchdog const guard("in order");
  tests::crew crew(4);
  crew.run([] {
    for (std::size_t n : {0u, 1u, 2u, 3u, 7u, 100u, 1000u})
      for (int jobs : {1, 2, 4})
        for (int window : {0, 1, 2, 5, 64, std::numeric_limits<int>::max()})
          for (bool slow : {false, true}) {
            if (slow && n > 100) continue;
            std::vector<int> out;
            std::vector<int> const xs = numbers(n);
            for (auto&& r : imap(par.with({.jobs = jobs}), xs,
                                 [slow](int i) {
                                   if (slow) spin_for(std::chrono::microseconds(10 * (i % 3)));
                                   return 2 * i;
                                 },
                                 {.window = window}))
              out.push_back(r);
            std::vector<int> expected = numbers(n);
            for (int& e : expected) e *= 2;
            if (out != expected) FAIL("n " << n << ", jobs " << jobs << ", window " << window);
          }
  });
}

TEST_CASE("The window is never exceeded, from the first item to the last, and nothing is read beyond it") {
  tests::watchdog const guard("window");
  tests::crew crew(4);
  crew.run([] {
    for (int window : {0, 1, 3, 8})
      for (bool ordered : {true, false}) {
        tape input{300};
        std::atomic<int> started = 0;
        int delivered = 0;
        bool kept = true;
        auto const item = [&](int i) {
          ++started;
          spin_for(std::chrono::microseconds(i % 7));
          return i;
        };
        auto const look = [&] {
          ++delivered;
          kept = kept && started <= delivered + window && input.read <= delivered + window + 1;
          if (delivered % 50 == 0) std::this_thread::sleep_for(1ms);  // time to run ahead
          kept = kept && started <= delivered + window;
        };
        auto const policy = par.with({.jobs = 4});
        if (ordered)
          for ([[maybe_unused]] auto&& r : imap(policy, input, item, {.window = window})) look();
        else
          for ([[maybe_unused]] auto&& r : imap_unordered(policy, input, item, {.window = window})) look();
        CHECK(delivered == 300);
        CHECK(kept);
      }
  });
}

TEST_CASE("An input without an end, results that only move, and nothing before the beginning") {
  tests::watchdog const guard("endless");
  std::atomic<int> started = 0;
  {
    auto unused = imap(std::views::iota(0), [&](int i) { return ++started, i; });
    CHECK(started == 0);
  }
  CHECK(started == 0);
  int next = 0;
  for (auto&& r : imap(std::views::iota(0), [](int i) { return std::make_unique<int>(i); })) {
    std::unique_ptr<int> const mine = std::move(r);
    CHECK(*mine == next);
    if (++next == 500) break;
  }
  std::istringstream text("4 5 6");
  std::vector<int> read;
  for (auto&& r : imap(std::views::istream<int>(text), [](int i) { return 10 * i; })) read.push_back(r);
  CHECK(read == std::vector<int>{40, 50, 60});
}

TEST_CASE("Leaving the loop stops and joins") {
  tests::watchdog const guard("leaving");
  for (bool blocking : {false, true})
    for (int repetition = 0; repetition < 30; ++repetition) {
      std::atomic<int> inside = 0;
      auto const token = std::make_shared<int>(1);
      for (auto&& r : imap(par.with({.jobs = 3, .blocking = blocking}), std::views::iota(0),
                           [&inside, token](int i) {
                             ++inside;
                             std::this_thread::sleep_for(100us);
                             --inside;
                             return i;
                           },
                           {.window = 6}))
        if (r == repetition % 5) break;
      CHECK(inside == 0);
      CHECK(token.use_count() == 1);
    }
}

TEST_CASE("Everything before an error is delivered, then the loop gets the lowest one") {
  tests::watchdog const guard("error");
  tests::crew crew(4);
  crew.run([] {
    for (int repetition = 0; repetition < 100; ++repetition)
      for (int bad : {0, 1, 5, 40}) {
        int next = 0;
        try {
          for (auto&& r : imap(par.with({.jobs = 4}), std::views::iota(0),
                               [&](int i) {
                                 if (i >= bad) throw thrown{i};
                                 spin_for(5us);
                                 return i;
                               },
                               {.window = 10}))
            if (r == next) ++next;
          FAIL("nothing was thrown");
        } catch (thrown const& t) {
          REQUIRE(t.item == bad);
        }
        REQUIRE(next == bad);
      }
  });
}

TEST_CASE("Unordered: what runs is delivered, then the lowest error is thrown") {
  tests::watchdog const guard("unordered error");
  tests::crew crew(4);
  crew.run([] {
    for (int repetition = 0; repetition < 50; ++repetition) {
      std::vector<int> seen(100);
      try {
        for (auto&& [index, r] : imap_unordered(par.with({.jobs = 4}), numbers(100), [](int i) {
               if (i == 20 || i == 22) throw thrown{i};
               return i;
             })) {
          REQUIRE(static_cast<int>(index) == r);
          ++seen[index];
        }
        FAIL("nothing was thrown");
      } catch (thrown const& t) {
        REQUIRE(t.item == 20);
      }
      REQUIRE(std::all_of(seen.begin(), seen.begin() + 20, [](int s) { return s == 1; }));
      REQUIRE(seen[20] == 0);
    }
  });
}

TEST_CASE("An input that throws ends the results and is heard after them") {
  for (bool ordered : {true, false}) {
    tape input{100, 7};
    int delivered = 0;
    auto const walk = [&](auto stream) {
      for ([[maybe_unused]] auto&& r : stream) ++delivered;
    };
    auto const same = [](int i) { return i; };
    if (ordered) CHECK_THROWS_AS(walk(imap(par.with({.jobs = 2}), input, same)), thrown);
    else CHECK_THROWS_AS(walk(imap_unordered(par.with({.jobs = 2}), input, same)), thrown);
    CHECK(delivered == 7);
  }
}

TEST_CASE("Stops and deadlines") {
  tests::watchdog const guard("stream stops");
  std::stop_source stop;
  int next = 0;
  auto const walk = [&](auto const& policy) {
    next = 0;
    for (auto&& r : imap(policy, std::views::iota(0), [](int i) { return i; })) {
      if (r != next++) FAIL("out of order");
      if (next == 20) stop.request_stop();
    }
  };
  CHECK_THROWS_AS(walk(par.with({.jobs = 2, .stop = stop.get_token()})), tandem::cancelled);
  CHECK(next >= 20);
  CHECK(next < 40);
  CHECK_THROWS_AS(walk(par.with({.stop = stop.get_token()})), tandem::cancelled);
  CHECK(next == 0);
  CHECK_THROWS_AS(walk(seq.with({.deadline = std::chrono::steady_clock::now() + 5ms})), tandem::deadline_exceeded);
  for ([[maybe_unused]] auto&& r : imap(par.with({.stop = stop.get_token()}), std::vector<int>{}, [](int i) { return i; })) {}
}

TEST_CASE("Errors are collected, retried and replaced along the way") {
  auto const odd = [](int i) {
    if (i % 2 == 1) throw std::runtime_error(std::to_string(i));
    return i;
  };
  std::vector<int> out;
  try {
    for (auto&& r : imap(par.with({.jobs = 2, .on_error = tandem::collect}), numbers(7), odd)) out.push_back(r);
    FAIL("nothing was thrown");
  } catch (tandem::collected_errors const& e) {
    CHECK(e.errors().size() == 3);
    CHECK(std::string(e.what()) == "tandem::imap: 3 of 7 items failed, first item 1: 1");
  }
  CHECK(out == std::vector<int>{0, 2, 4, 6});
  out.clear();
  for (auto&& r : imap(par.with({.on_error = tandem::substitute{-1}}), numbers(4), odd)) out.push_back(r);
  CHECK(out == std::vector<int>{0, -1, 2, -1});
  std::atomic<int> tries = 0;
  for (auto&& r : imap(par.with({.on_error = tandem::retry{2}}), numbers(1), [&](int) { return ++tries < 3 ? throw 1 : 9; }))
    CHECK(r == 9);
  int count = 0;
  for ([[maybe_unused]] auto&& nothing : imap(par.with({.on_error = tandem::substitute{0}}), numbers(5), [](int) { throw 1; }))
    ++count;
  CHECK(count == 5);
}

TEST_CASE("A negative window is refused") {
  CHECK_THROWS_MATCHES(imap(numbers(3), [](int i) { return i; }, {.window = -3}), std::invalid_argument,
                       Message("tandem::imap: window must not be negative, got -3"));
}

TEST_CASE("Streams can be chained, moved and adapted; a zip is an input; borrowed inputs are seen through") {
  tests::watchdog const guard("chain");
  auto const plus = [](int i) { return i + 1; };
  std::vector<int> out;
  for (auto&& r : imap(imap(imap(std::views::iota(0), plus), plus), plus) | std::views::take(5)) out.push_back(r);
  CHECK(out == std::vector<int>{3, 4, 5, 6, 7});
  auto stream = imap(numbers(10), plus);
  auto at = stream.begin();
  ++at;
  auto moved = std::move(stream);
  int sum = 0;
  for (auto&& r : moved) sum += r;  // goes on where it was
  CHECK(sum == 54);
  moved = imap(numbers(1), plus);
  CHECK(*moved.begin() == 1);
  std::list<std::string> words{"a", "b"};
  for (auto&& address : imap(words, [](std::string& s) { return &s; }))
    CHECK((address == &words.front() || address == &words.back()));
  out.clear();
  for (auto&& r : imap(tandem::zip(numbers(3), 10), [](int a, int b) { return a * b; })) out.push_back(r);
  CHECK(out == std::vector<int>{0, 10, 20});
}

TEST_CASE("Items run at the same time, as many as there are jobs, on threads of their own if they wait") {
  tests::watchdog const guard("at the same time");
  tests::rendezvous six(6);
  int count = 0;
  for (auto&& one : imap(par.with({.jobs = 6, .blocking = true}), numbers(6), [&](int) {
         six.arrive();
         return 1;
       }))
    count += one;
  CHECK(six.happened());
  CHECK(count == 6);
}

TEST_CASE("Progress and scratch") {
  struct counter {
    std::uint64_t done = 0, total = 0;
    void update(tandem::progress_info const& info) { done = info.done, total = info.total; }
  } known, unknown;
  for (auto&& r : imap(par.with({.progress = &known}), numbers(40),
                       [](int i, tandem::context& c) { return static_cast<int>(++c.scratch<std::vector<int>>(1, i)[0]) > 0; }))
    CHECK(r);
  CHECK((known.done == 40 && known.total == 40));
  tape input{25};
  for ([[maybe_unused]] auto&& r : imap(par.with({.progress = &unknown}), input, [](int i) { return i; })) {}
  CHECK((unknown.done == 25 && unknown.total == 25));
}

TEST_CASE("What items keep is gone with the stream, and so is the stream's memory") {
  std::atomic<int> alive = 0;
  struct guard {
    explicit guard(std::atomic<int>* count) : alive(count) { ++*alive; }
    guard(guard const&) = delete;
    guard& operator=(guard const&) = delete;
    ~guard() { --*alive; }
    std::atomic<int>* alive;
  };
  auto const xs = numbers(6);
  int left = 0, delivered = 0;
  for (int i = 0; i < 500; ++i) {
    for (auto&& r : imap(par.with({.jobs = 4}), xs, [&](int x, tandem::context& c) {
           (void)c.scratch<guard>(&alive);
           spin_for(3us);
           return x;
         }))
      delivered += r >= 0;
    left += alive != 0;
  }
  CHECK(left == 0);
  CHECK(delivered == 3000);
}

TEST_CASE("A chain of streams moves its results, whatever they are") {
  struct tracked {
    explicit tracked(int& count) : copies(&count) {}
    tracked(tracked const& other) : copies(other.copies) { ++*copies; }
    tracked(tracked&&) = default;
    tracked& operator=(tracked const&) = delete;
    int* copies;
  };
  int copies = 0, total = 0;
  for (auto&& r : imap(seq, imap(seq, numbers(100), [&](int) { return tracked(copies); }), [](tracked const&) { return 1; }))
    total += r;
  CHECK(total == 100);
  CHECK(copies == 0);
  auto boxed = [](int i) { return std::make_unique<int>(i); };
  auto opened = [](std::unique_ptr<int> const& p) { return *p; };
  total = 0;
  for (auto&& r : imap(imap(numbers(10), boxed), opened)) total += r;
  CHECK(total == 45);
  CHECK(tandem::map(imap(numbers(4), boxed), opened) == numbers(4));
  CHECK(tandem::map(imap(numbers(3), [](int i) { return i > 0; }), [](bool b) { return b ? 1 : 0; }) == std::vector{0, 1, 1});
  std::istringstream bits("1 0 1");
  CHECK(tandem::map(std::views::istream<bool>(bits), [](bool b) { return b ? 1 : 0; }) == std::vector{1, 0, 1});
}

TEST_CASE("An initializer list may be gone while its items are walked") {
  auto const walk = [](int a) {
    auto const xs = {a, 5, 6};
    return imap(xs, [](int x) { return x; });
  };
  auto results = walk(4);
  std::vector<int> seen;
  for (auto&& r : results) seen.push_back(r);
  CHECK(seen == std::vector{4, 5, 6});
}

TEST_CASE("A job that walks a stream is found when an item waits for it, whoever made the stream") {
  tests::watchdog const guard("a stream of other people");
  std::optional<tandem::job<int>> j;
  std::atomic<bool> there = false;
  std::atomic<int> refused = 0;
  auto results = imap(par.with({.jobs = 3, .blocking = true}), numbers(6), [&](int i) {
    while (!there) std::this_thread::yield();
    try {
      j->wait();
    } catch (std::logic_error const&) {
      ++refused;
    }
    return i;
  });
  j.emplace(tandem::submit(par.with({.blocking = true}), [&] {
    int total = 0;
    for (auto&& r : results) total += r;
    return total;
  }));
  there = true;
  CHECK(j->get() == 15);
  CHECK(refused == 6);
}

TEST_CASE("Under collect nothing is lost when the input throws as well") {
  auto const half = [](int i) { return i == 1 ? throw thrown{1} : i; };
  auto const check = [](auto const& run) {
    try {
      run();
      FAIL();
    } catch (tandem::collected_errors const& e) {
      REQUIRE(e.errors().size() == 2);
      CHECK(e.errors()[0].index == 1);
      CHECK(e.errors()[1].index == 3);
      CHECK(std::string(e.what()).find("then the input threw") != std::string::npos);
    }
  };
  for (int jobs : {1, 3}) {
    auto const how = par.with({.jobs = jobs, .on_error = tandem::collect});
    check([&] {
      tape input{.length = 10, .bad = 3};
      for (auto&& r : imap(how, input, half)) (void)r;
    });
    check([&] {
      tape input{.length = 10, .bad = 3};
      for (auto&& r : imap_unordered(how, input, half)) (void)r;
    });
    check([&] {
      tape input{.length = 10, .bad = 3};
      (void)tandem::map(how, input, half);
    });
  }
}

TEST_CASE("A stop after the last item of a range that does not know its length comes too late") {
  auto const xs = numbers(5);
  std::stop_source source;
  std::size_t delivered = 0;
  for (auto&& r : imap(par.with({.jobs = 1, .stop = source.get_token()}), xs | std::views::filter([](int) { return true; }),
                       [](int i) { return i; })) {
    (void)r;
    if (++delivered == 5) source.request_stop();
  }
  CHECK(delivered == 5);
}

TEST_CASE("Every attempt gets the item as it was") {
  std::istringstream in("1 2 3");
  int tries = 0;
  auto texts =
      std::views::istream<int>(in) | std::views::transform([](int i) { return "a text that is long: " + std::to_string(i); });
  std::vector<std::string> got;
  for (auto&& r : imap(seq.with({.on_error = tandem::retry{3}}), texts, [&](std::string s) {
         if (++tries % 3 != 0) throw thrown{0};
         return s;
       }))
    got.push_back(r);
  REQUIRE(got.size() == 3);
  CHECK(got[2] == "a text that is long: 3");
}
