// SPDX-License-Identifier: BSL-1.0
// GCC 12 takes a reference to a std::stop_source that is being made for a use of it.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <algorithm>
#include <array>
#include <atomic>
#include <cfenv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>
#include <oneapi/tbb/task_scheduler_observer.h>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/backend/tasks.hpp>
#include "support/crew.hpp"
#include "support/foreign_tasks.hpp"
#include "support/rendezvous.hpp"
#include "support/sanitized.hpp"
#include "support/watchdog.hpp"

using Catch::Matchers::Message;
using tandem::options;
using tandem::backend::split, tandem::backend::start;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view name = "tandem::test";

// tandem::backend::for_chunks, with a body that sees each chunk by itself: neighbours that were handed out as one are told
// apart again.
template <class Body>
void run_chunks(std::string_view function, split const& cut, std::size_t jobs, options const* chosen, start when, Body&& body) {
  tandem::backend::for_chunks(function, cut, jobs, chosen, when, [&](std::size_t begin, std::size_t end) {
    std::size_t first = 0, beyond = cut.chunks();
    while (beyond - first > 1) {
      std::size_t const middle = first + (beyond - first) / 2;
      if (cut[middle].begin <= begin) first = middle;
      else beyond = middle;
    }
    for (std::size_t i = first; i < cut.chunks() && cut[i].begin < end; ++i) body(cut[i].begin, cut[i].end);
  });
}

// One of the ways in which a call can be run.
struct way {
  std::size_t jobs;
  start when;
  bool blocking;
};

// All of them: alone and by two, three and eight, started at once and measured, as tasks and on threads of its own.
std::vector<way> all_ways() {
  std::vector<way> ways;
  for (std::size_t jobs : {1u, 2u, 3u, 8u})
    for (start when : {start::at_once, start::measured})
      for (bool blocking : {false, true}) ways.push_back({jobs, when, blocking});
  return ways;
}

// One of each kind, for tests that must take their time.
std::vector<way> some_ways() {
  return {{1, start::measured, false}, {3, start::at_once, false}, {3, start::measured, false}, {8, start::at_once, true}};
}

std::string text(way const& w) {
  return std::to_string(w.jobs) + (w.when == start::at_once ? " at once" : " measured") + (w.blocking ? " blocking" : "");
}

// What a body throws: which item it was.
struct thrown {
  std::size_t item;
};

// How often each item ran.
class tally {
 public:
  explicit tally(std::size_t items) : counts_(items) {}
  void count(std::size_t item) { counts_[item].fetch_add(1, std::memory_order_relaxed); }
  void count(std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) count(i);
  }
  int operator[](std::size_t item) const { return counts_[item].load(); }
  std::size_t total() const {
    std::size_t sum = 0;
    for (auto const& c : counts_) sum += static_cast<std::size_t>(c.load());
    return sum;
  }
  bool each_is(int times, std::size_t begin, std::size_t end) const {
    for (std::size_t i = begin; i < end; ++i)
      if (counts_[i].load() != times) return false;
    return true;
  }
  bool none_is_more_than_once() const {
    return std::ranges::all_of(counts_, [](auto const& c) { return c.load() <= 1; });
  }

 private:
  std::vector<std::atomic<int>> counts_;
};

// The threads that ran something.
class roll {
 public:
  void sign() {
    std::lock_guard const lock(mutex_);
    threads_.insert(std::this_thread::get_id());
  }
  std::size_t size() const { return threads_.size(); }
  bool holds(std::thread::id id) const { return threads_.count(id) > 0; }

 private:
  std::mutex mutex_;
  std::set<std::thread::id> threads_;
};

// The most that were inside at a time.
class gauge {
 public:
  class visit {
   public:
    explicit visit(gauge& where) : where_(where) {
      int const now = ++where_.inside_;
      for (int most = where_.most_; now > most && !where_.most_.compare_exchange_weak(most, now);) {}
    }
    visit(visit const&) = delete;
    visit& operator=(visit const&) = delete;
    ~visit() { --where_.inside_; }

   private:
    gauge& where_;
  };
  int most() const { return most_; }

 private:
  std::atomic<int> inside_ = 0, most_ = 0;
};

// Writes down every update, and whether two were at work at a time.
struct recorder {
  std::vector<tandem::progress_info> seen;
  std::vector<std::string> labels;
  std::atomic<int> inside = 0;
  bool overlapped = false;
  void update(tandem::progress_info const& info) {
    if (++inside != 1) overlapped = true;
    seen.push_back(info);
    labels.emplace_back(info.label);
    std::this_thread::sleep_for(2ms);
    --inside;
  }
};

struct throwing_sink {
  std::size_t at_update = 0;
  std::atomic<std::size_t> updates = 0;
  void update(tandem::progress_info const&) {
    if (updates++ == at_update) throw std::domain_error("the sink is full");
  }
};

void spin_for(std::chrono::nanoseconds time) {
  auto const end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {}
}

}  // namespace

// ---- each item once

TEST_CASE("Each item runs exactly once in every way") {
  tests::watchdog const guard("each item once");
  way const w = GENERATE(from_range(all_ways()));
  CAPTURE(text(w));
  options const chosen{.blocking = w.blocking};
  for (options const* given : {static_cast<options const*>(nullptr), &chosen}) {
    if (given == nullptr && w.blocking) continue;
    for (std::size_t n = 0; n <= 40; ++n)
      for (std::size_t grain = 1; grain <= 7; ++grain) {
        tally ran(n);
        std::atomic<bool> sound = true;
        run_chunks(name, split(n, grain, n % grain), w.jobs, given, w.when, [&](std::size_t begin, std::size_t end) {
          if (begin >= end || end > n) sound = false;
          else ran.count(begin, end);
        });
        if (!sound || !ran.each_is(1, 0, n)) FAIL("n " << n << ", grain " << grain);
      }
  }
}

TEST_CASE("Chunks are those of the split where several threads run them or options are given") {
  options const none;
  for (options const* chosen : {static_cast<options const*>(nullptr), &none})
    for (std::size_t jobs : {1u, 4u}) {
      split const cut(100, 7, 3);
      std::mutex mutex;
      std::set<std::pair<std::size_t, std::size_t>> seen, wanted;
      for (std::size_t i = 0; i < cut.chunks(); ++i) wanted.emplace(cut[i].begin, cut[i].end);
      if (chosen == nullptr && jobs == 1) wanted = {{0, 100}};  // alone and unwatched: all in one piece
      tandem::backend::for_chunks(name, cut, jobs, chosen, start::at_once, [&](std::size_t begin, std::size_t end) {
        std::lock_guard const lock(mutex);
        seen.emplace(begin, end);
      });
      CHECK(seen == wanted);
    }
}

TEST_CASE("One job runs the chunks in order on the thread that calls") {
  for (bool blocking : {false, true})
    for (start when : {start::at_once, start::measured}) {
      options const chosen{.blocking = blocking};
      std::vector<std::size_t> order;
      bool elsewhere = false;
      auto const caller = std::this_thread::get_id();
      run_chunks(name, split(50, 3), 1, &chosen, when, [&](std::size_t begin, std::size_t) {
        order.push_back(begin);
        elsewhere = elsewhere || std::this_thread::get_id() != caller;
      });
      CHECK(order.size() == 17);
      CHECK(std::ranges::is_sorted(order));
      CHECK_FALSE(elsewhere);
    }
}

TEST_CASE("A body need not be copied nor moved nor be constant") {
  struct summing {
    summing() = default;
    summing(summing const&) = delete;
    summing& operator=(summing const&) = delete;
    std::atomic<std::size_t> sum = 0;
    void operator()(std::size_t begin, std::size_t end) { sum += end - begin; }
  };
  way const w = GENERATE(from_range(all_ways()));
  options const chosen{.blocking = w.blocking};
  summing body;
  run_chunks(name, split(100, 3), w.jobs, &chosen, w.when, body);
  CHECK(body.sum == 100);
  std::atomic<std::size_t> moved_in = 0;
  run_chunks(name, split(100, 3), w.jobs, &chosen, w.when,
             [&moved_in, owned = std::make_unique<int>(1)](std::size_t begin, std::size_t end) {
               moved_in += (end - begin) * static_cast<std::size_t>(*owned);
             });
  CHECK(moved_in == 100);
}

TEST_CASE("More jobs than cores and than chunks do the same work") {
  tests::watchdog const guard("many jobs");
  for (std::size_t jobs : {std::size_t{64}, std::size_t{1000}, SIZE_MAX}) {
    tally ran(500);
    run_chunks(name, split(500, 1), jobs, nullptr, start::at_once,
               [&](std::size_t begin, std::size_t end) { ran.count(begin, end); });
    CHECK(ran.each_is(1, 0, 500));
  }
  options const blocking{.blocking = true};
  tally ran(100);
  run_chunks(name, split(100, 1), SIZE_MAX, &blocking, start::at_once,
             [&](std::size_t begin, std::size_t end) { ran.count(begin, end); });
  CHECK(ran.each_is(1, 0, 100));
}

TEST_CASE("A call of the most items there can be starts and can be stopped") {
  tests::watchdog const guard("the most items");
  for (std::size_t grain : {std::size_t{1}, SIZE_MAX / 2 + 1, SIZE_MAX}) {  // very many chunks, two, one
    std::stop_source stop;
    options const chosen{.stop = stop.get_token()};
    std::atomic<std::size_t> chunks = 0;
    auto const call = [&] {
      run_chunks(name, split(SIZE_MAX, grain), 3, &chosen, start::measured, [&](std::size_t, std::size_t) {
        if (++chunks == 2) stop.request_stop();
      });
    };
    if (grain == 1) CHECK_THROWS_AS(call(), tandem::cancelled);
    else CHECK_NOTHROW(call());
  }
}

// ---- exceptions

TEST_CASE("The exception is that of the item at which the serial loop would have thrown") {
  tests::watchdog const guard("an exception at every index");
  way const w = GENERATE(from_range(all_ways()));
  CAPTURE(text(w));
  options const chosen{.blocking = w.blocking};
  for (std::size_t n = 1; n <= 14; ++n)
    for (std::size_t grain = 1; grain <= 3; ++grain)
      for (std::size_t bad = 0; bad < n; ++bad) {
        tally ran(n);
        std::size_t caught = SIZE_MAX;
        try {
          run_chunks(name, split(n, grain), w.jobs, w.blocking ? &chosen : nullptr, w.when,
                     [&](std::size_t begin, std::size_t end) {
                       for (std::size_t i = begin; i < end; ++i) {
                         if (i == bad) throw thrown{i};
                         ran.count(i);
                       }
                     });
        } catch (thrown const& e) {
          caught = e.item;
        }
        std::size_t const end_of_chunk = std::min(n, (bad / grain + 1) * grain);
        bool const sound =
            caught == bad && ran.each_is(1, 0, bad) && ran.each_is(0, bad, end_of_chunk) && ran.none_is_more_than_once();
        if (!sound) FAIL("n " << n << ", grain " << grain << ", throws at " << bad << ", caught " << caught);
      }
}

TEST_CASE("Of two items that throw the lower one wins") {
  tests::watchdog const guard("two exceptions");
  way const w = GENERATE(from_range(all_ways()));
  CAPTURE(text(w));
  options const chosen{.blocking = w.blocking};
  constexpr std::size_t n = 8;
  for (std::size_t low = 0; low < n; ++low)
    for (std::size_t high = low + 1; high < n; ++high) {
      tally ran(n);
      std::size_t caught = SIZE_MAX;
      try {
        run_chunks(name, split(n, 1), w.jobs, &chosen, w.when, [&](std::size_t i, std::size_t) {
          if (i == low || i == high) throw thrown{i};
          ran.count(i);
        });
      } catch (thrown const& e) {
        caught = e.item;
      }
      if (caught != low || !ran.each_is(1, 0, low)) FAIL("throw at " << low << " and " << high << ", caught " << caught);
    }
}

TEST_CASE("The lower of two racing exceptions wins every time") {
  tests::watchdog const guard("racing exceptions");
  tests::crew crew(4);
  bool const blocking = GENERATE(false, true);
  options const chosen{.blocking = blocking};
  crew.run([&] {
    int wrong = 0, raced = 0;
    for (int repetition = 0; repetition < 1000; ++repetition) {
      tally ran(16);
      std::atomic<bool> higher_threw = false;
      try {
        run_chunks(name, split(16, 1), 4, &chosen, start::at_once, [&](std::size_t i, std::size_t) {
          if (i == 7) {
            higher_threw = true;
            throw thrown{i};
          }
          if (i == 3) {  // on every other turn, let the higher one go first if it is under way
            for (int wait = 0; repetition % 2 == 0 && wait < 200 && !higher_threw; ++wait) std::this_thread::yield();
            raced += higher_threw;
            throw thrown{i};
          }
          ran.count(i);
        });
        ++wrong;
      } catch (thrown const& e) {
        if (e.item != 3 || !ran.each_is(1, 0, 3) || !ran.none_is_more_than_once()) ++wrong;
      }
    }
    CHECK(wrong == 0);
    INFO(raced << " times the higher one threw first");
  });
}

TEST_CASE("Of exceptions thrown at the very same time the lowest wins whatever the order in which they arrive") {
  tests::watchdog const guard("exceptions at the same time");
  tests::crew crew(4);
  bool const blocking = GENERATE(false, true);
  options const chosen{.blocking = blocking};
  crew.run([&] {
    for (std::size_t first = 0; first < 4; ++first) {  // the one that throws first; the others follow it
      tests::rendezvous all(4);
      std::atomic<bool> first_is_gone = false;
      std::size_t caught = SIZE_MAX;
      try {
        run_chunks(name, split(4, 1), 4, &chosen, start::at_once, [&](std::size_t i, std::size_t) {
          all.arrive();
          if (i == first) first_is_gone = true;
          while (!first_is_gone) std::this_thread::yield();
          if (i != first) std::this_thread::sleep_for(1ms);
          throw thrown{i};
        });
      } catch (thrown const& e) {
        caught = e.item;
      }
      CHECK(all.happened());
      CHECK(caught == 0);
    }
  });
}

TEST_CASE("Chunks above a failed one that have not begun are dropped") {
  tests::watchdog const guard("dropped chunks");
  way const w = GENERATE(from_range(all_ways()));
  CAPTURE(text(w));
  options const chosen{.blocking = w.blocking};
  constexpr std::size_t n = 100'000;
  std::atomic<std::size_t> ran = 0;
  CHECK_THROWS_AS(run_chunks(name, split(n, 1), w.jobs, &chosen, w.when,
                             [&](std::size_t i, std::size_t) {
                               if (i == 5) throw thrown{i};
                               ++ran;
                               if (i > 5) std::this_thread::sleep_for(200us);  // all of them would take seconds
                             }),
                  thrown);
  CHECK(ran >= 5);
  CHECK(ran < n / 2);
  if (w.jobs == 1) CHECK(ran == 5);
}

TEST_CASE("After an exception the next call finds nothing left of it") {
  for (int repetition = 0; repetition < 100; ++repetition) {
    CHECK_THROWS_AS(
        run_chunks(name, split(10, 1), 4, nullptr, start::at_once, [](std::size_t i, std::size_t) { throw thrown{i}; }),
        thrown);
    tally ran(10);
    run_chunks(name, split(10, 1), 4, nullptr, start::at_once, [&](std::size_t i, std::size_t) { ran.count(i); });
    CHECK(ran.each_is(1, 0, 10));
  }
}

TEST_CASE("An exception is rethrown as the object that was thrown") {
  way const w = GENERATE(from_range(all_ways()));
  options const chosen{.blocking = w.blocking};
  auto const call = [&](auto what) {
    run_chunks(name, split(9, 1), w.jobs, &chosen, w.when, [&](std::size_t i, std::size_t) {
      if (i == 4) throw what;
    });
  };
  CHECK_THROWS_MATCHES(call(std::domain_error("of item 4")), std::domain_error, Message("of item 4"));
  CHECK_THROWS_AS(call(42), int);
  CHECK_THROWS_AS(call(std::unique_ptr<int>() == nullptr), bool);
}

// ---- stops and deadlines

TEST_CASE("A stop before the start leaves everything undone") {
  way const w = GENERATE(from_range(all_ways()));
  CAPTURE(text(w));
  std::stop_source stop;
  stop.request_stop();
  options const chosen{.stop = stop.get_token(), .blocking = w.blocking};
  std::atomic<int> ran = 0;
  CHECK_THROWS_MATCHES(run_chunks(name, split(10, 1), w.jobs, &chosen, w.when, [&](std::size_t, std::size_t) { ++ran; }),
                       tandem::cancelled, Message("tandem::test: a stop was requested when 0 of 10 items were done"));
  CHECK(ran == 0);
}

TEST_CASE("A stop on the way lets what has begun end and counts what was done") {
  tests::watchdog const guard("a stop on the way");
  way const w = GENERATE(from_range(all_ways()));
  CAPTURE(text(w));
  std::stop_source stop;
  options const chosen{.stop = stop.get_token(), .label = "fits", .blocking = w.blocking};
  constexpr std::size_t n = 100'000;
  tally ran(n);
  std::string said;
  try {
    run_chunks(name, split(n, 2), w.jobs, &chosen, w.when, [&](std::size_t begin, std::size_t end) {
      ran.count(begin, end);
      if (begin == 8) stop.request_stop();
      if (begin > 8) std::this_thread::sleep_for(200us);  // those that had begun; all of them would take seconds
    });
  } catch (tandem::cancelled const& e) {
    said = e.what();
  }
  CHECK(ran.each_is(1, 0, 10));
  CHECK(ran.none_is_more_than_once());
  CHECK(ran.total() < n / 2);
  CHECK(said == "tandem::test: a stop was requested when " + std::to_string(ran.total()) + " of 100000 items were done (fits)");
  if (w.jobs == 1) CHECK(ran.total() == 10);
}

TEST_CASE("A stop after the last item came too late") {
  tests::watchdog const guard("a late stop");
  way const w = GENERATE(from_range(all_ways()));
  CAPTURE(text(w));
  for (std::size_t n : {1u, 2u, 7u, 40u}) {
    std::stop_source stop;
    options const chosen{.stop = stop.get_token(), .blocking = w.blocking};
    std::atomic<std::size_t> ran = 0;
    CHECK_NOTHROW(run_chunks(name, split(n, 1), w.jobs, &chosen, w.when, [&](std::size_t, std::size_t) {
      if (++ran == n) stop.request_stop();
    }));
    CHECK(ran == n);
    CHECK(stop.stop_requested());
  }
}

TEST_CASE("Of no items nothing is left undone") {
  way const w = GENERATE(from_range(all_ways()));
  std::stop_source stop;
  stop.request_stop();
  options const stopped{.stop = stop.get_token(), .blocking = w.blocking};
  options const late{.deadline = std::chrono::steady_clock::now() - 1h, .blocking = w.blocking};
  auto const body = [](std::size_t, std::size_t) { throw thrown{0}; };
  CHECK_NOTHROW(run_chunks(name, split(0, 1), w.jobs, &stopped, w.when, body));
  CHECK_NOTHROW(run_chunks(name, split(0, 1), w.jobs, &late, w.when, body));
  CHECK_NOTHROW(run_chunks(name, split(0, 1), w.jobs, nullptr, w.when, body));
}

TEST_CASE("A deadline in the past leaves everything undone") {
  way const w = GENERATE(from_range(all_ways()));
  CAPTURE(text(w));
  options const chosen{.deadline = std::chrono::system_clock::now() - 1s, .label = "night run", .blocking = w.blocking};
  std::atomic<int> ran = 0;
  CHECK_THROWS_MATCHES(run_chunks(name, split(10, 3), w.jobs, &chosen, w.when, [&](std::size_t, std::size_t) { ++ran; }),
                       tandem::deadline_exceeded,
                       Message("tandem::test: the deadline had come when 0 of 10 items were done (night run)"));
  CHECK(ran == 0);
}

TEST_CASE("A deadline on the way lets what has begun end and counts what was done") {
  tests::watchdog const guard("a deadline on the way");
  way const w = GENERATE(from_range(all_ways()));
  CAPTURE(text(w));
  options const chosen{.deadline = std::chrono::steady_clock::now() + 10ms, .blocking = w.blocking};
  constexpr std::size_t n = 100'000;
  tally ran(n);
  std::string said;
  try {
    run_chunks(name, split(n, 1), w.jobs, &chosen, w.when, [&](std::size_t i, std::size_t) {
      ran.count(i);
      std::this_thread::sleep_for(1ms);  // all of them would take a minute and more
    });
  } catch (tandem::deadline_exceeded const& e) {
    said = e.what();
  }
  CHECK(ran.total() < n);
  CHECK(ran.none_is_more_than_once());
  CHECK(said == "tandem::test: the deadline had come when " + std::to_string(ran.total()) + " of 100000 items were done");
}

TEST_CASE("A deadline that has not come when all is done does not matter") {
  std::stop_source stop;
  options const chosen{.stop = stop.get_token(), .deadline = std::chrono::steady_clock::now() + 1h};
  tally ran(100);
  CHECK_NOTHROW(run_chunks(name, split(100, 3), 4, &chosen, start::at_once,
                           [&](std::size_t begin, std::size_t end) { ran.count(begin, end); }));
  CHECK(ran.each_is(1, 0, 100));
}

TEST_CASE("A stop outranks a deadline") {
  std::stop_source stop;
  stop.request_stop();
  options const chosen{.stop = stop.get_token(), .deadline = std::chrono::steady_clock::now() - 1s};
  CHECK_THROWS_AS(run_chunks(name, split(3, 1), 2, &chosen, start::at_once, [](std::size_t, std::size_t) {}),
                  tandem::cancelled);
}

TEST_CASE("An exception outranks a stop and a deadline") {
  way const w = GENERATE(from_range(all_ways()));
  std::stop_source stop;
  options const chosen{.stop = stop.get_token(), .blocking = w.blocking};
  CHECK_THROWS_AS(run_chunks(name, split(100, 1), w.jobs, &chosen, w.when,
                             [&](std::size_t i, std::size_t) {
                               if (i != 3) return;
                               stop.request_stop();
                               throw thrown{i};
                             }),
                  thrown);
  options const hasty{.deadline = std::chrono::steady_clock::now() + 1ms, .blocking = w.blocking};
  bool began = false;
  try {
    run_chunks(name, split(100, 100), w.jobs, &hasty, w.when, [&](std::size_t, std::size_t) {
      began = true;
      spin_for(2ms);
      throw thrown{0};
    });
    FAIL("nothing was thrown");
  } catch (thrown const&) {
  } catch (tandem::deadline_exceeded const&) {
    CHECK_FALSE(began);  // this machine was busy for the whole millisecond
  }
}

// ---- progress

TEST_CASE("Progress is told one update at a time and never goes back and ends at the total") {
  tests::watchdog const guard("progress");
  way const w = GENERATE(from_range(some_ways()));
  CAPTURE(text(w));
  recorder sink;
  options const chosen{.progress = &sink, .label = "fits", .blocking = w.blocking};
  constexpr std::size_t n = 100;
  tests::crew crew(4);
  crew.run([&] {
    run_chunks(name, split(n, 3), w.jobs, &chosen, w.when, [&](std::size_t begin, std::size_t end) {
      std::this_thread::sleep_for(4ms * static_cast<int>(w.jobs));  // more than 100 ms in all
      if (begin > end) throw thrown{begin};
    });
  });
  CHECK_FALSE(sink.overlapped);
  REQUIRE(sink.seen.size() >= 3);  // the beginning, at least one on the way, the end
  for (std::size_t i = 1; i < sink.seen.size(); ++i) {
    CHECK(sink.seen[i].done >= sink.seen[i - 1].done);
    CHECK(sink.seen[i].seconds >= sink.seen[i - 1].seconds);
  }
  for (std::size_t i = 0; i < sink.seen.size(); ++i) {
    CHECK(sink.seen[i].total == n);
    CHECK(sink.labels[i] == "fits");
    CHECK((sink.seen[i].done == n) == (i + 1 == sink.seen.size()));  // told once only
  }
  CHECK(sink.seen.front().done == 0);
  CHECK(sink.seen.back().seconds > 0);
}

TEST_CASE("That all is done is told once even if an update was due just then") {
  recorder sink;
  options const chosen{.progress = &sink};
  run_chunks(name, split(1, 1), 1, &chosen, start::at_once,
             [](std::size_t, std::size_t) { std::this_thread::sleep_for(110ms); });
  REQUIRE(sink.seen.size() == 2);
  CHECK(sink.seen[0].done == 0);
  CHECK(sink.seen[1].done == 1);
}

TEST_CASE("Updates come some times a second and not once an item") {
  way const w = GENERATE(from_range(all_ways()));
  CAPTURE(text(w));
  struct counting {
    std::size_t updates = 0;
    tandem::progress_info last;
    void update(tandem::progress_info const& info) { ++updates, last = info; }
  } sink;
  options const chosen{.progress = &sink, .blocking = w.blocking};
  run_chunks(name, split(20'000, 1), w.jobs, &chosen, w.when, [](std::size_t, std::size_t) {});
  CHECK(sink.last.done == 20'000);
  CHECK(static_cast<double>(sink.updates) <= 100 + 10 * sink.last.seconds);
}

TEST_CASE("Progress of nothing is done at once") {
  way const w = GENERATE(from_range(all_ways()));
  recorder sink;
  options const chosen{.progress = &sink, .blocking = w.blocking};
  run_chunks(name, split(0, 1), w.jobs, &chosen, w.when, [](std::size_t, std::size_t) {});
  REQUIRE(!sink.seen.empty());
  CHECK(sink.seen.back().done == 0);
  CHECK(sink.seen.back().total == 0);
}

TEST_CASE("A call that fails or is stopped never tells that all is done") {
  way const w = GENERATE(from_range(all_ways()));
  recorder sink;
  std::stop_source stop;
  options const chosen{.stop = stop.get_token(), .progress = &sink, .blocking = w.blocking};
  CHECK_THROWS_AS(run_chunks(name, split(20, 1), w.jobs, &chosen, w.when,
                             [](std::size_t i, std::size_t) {
                               if (i == 19) throw thrown{i};
                             }),
                  thrown);
  stop.request_stop();
  CHECK_THROWS_AS(run_chunks(name, split(20, 1), w.jobs, &chosen, w.when, [](std::size_t, std::size_t) {}), tandem::cancelled);
  CHECK(std::ranges::all_of(sink.seen, [](tandem::progress_info const& info) { return info.done < 20 && info.total == 20; }));
}

TEST_CASE("What a sink throws comes after all items have run and ends the updates") {
  tests::watchdog const guard("a sink that throws");
  way const w = GENERATE(from_range(some_ways()));
  std::size_t const at_update = GENERATE(0u, 1u);
  CAPTURE(text(w), at_update);
  throwing_sink sink{at_update};
  options const chosen{.progress = &sink, .blocking = w.blocking};
  tally ran(30);
  CHECK_THROWS_MATCHES(run_chunks(name, split(30, 1), w.jobs, &chosen, w.when,
                                  [&](std::size_t i, std::size_t) {
                                    ran.count(i);
                                    std::this_thread::sleep_for(at_update == 0 ? 0ms : 5ms * static_cast<int>(w.jobs));
                                  }),
                       std::domain_error, Message("the sink is full"));
  CHECK(ran.each_is(1, 0, 30));
  CHECK(sink.updates == at_update + 1);
}

TEST_CASE("What an item throws and a stop outrank what a sink throws") {
  way const w = GENERATE(from_range(all_ways()));
  throwing_sink sink;
  std::stop_source stop;
  options const chosen{.stop = stop.get_token(), .progress = &sink, .blocking = w.blocking};
  CHECK_THROWS_AS(run_chunks(name, split(30, 1), w.jobs, &chosen, w.when,
                             [](std::size_t i, std::size_t) {
                               if (i == 20) throw thrown{i};
                             }),
                  thrown);
  throwing_sink other;
  options const stopped{.stop = stop.get_token(), .progress = &other, .blocking = w.blocking};
  stop.request_stop();
  CHECK_THROWS_AS(run_chunks(name, split(30, 1), w.jobs, &stopped, w.when, [](std::size_t, std::size_t) {}), tandem::cancelled);
}

TEST_CASE("A sink that throws at the very end is heard too") {
  struct at_the_end {
    void update(tandem::progress_info const& info) {
      if (info.done == info.total) throw std::domain_error("the end");
    }
  } sink;
  options const chosen{.progress = &sink};
  CHECK_THROWS_MATCHES(run_chunks(name, split(5, 1), 2, &chosen, start::at_once, [](std::size_t, std::size_t) {}),
                       std::domain_error, Message("the end"));
}

// ---- how many threads

TEST_CASE("No more threads than jobs work on a call") {
  tests::watchdog const guard("jobs is a limit");
  tests::crew crew(8);
  std::size_t const jobs = GENERATE(1u, 2u, 3u, 5u);
  bool const blocking = GENERATE(false, true);
  start const when = GENERATE(start::at_once, start::measured);
  CAPTURE(jobs, blocking);
  options const chosen{.blocking = blocking};
  crew.run([&] {
    roll threads;
    gauge inside;
    run_chunks(name, split(60, 1), jobs, &chosen, when, [&](std::size_t, std::size_t) {
      gauge::visit const here(inside);
      threads.sign();
      std::this_thread::sleep_for(200us);
    });
    CHECK(static_cast<std::size_t>(inside.most()) <= jobs);
    CHECK(threads.size() <= jobs);
  });
}

TEST_CASE("As many threads as jobs work where each has something to do") {
  tests::watchdog const guard("all jobs are taken");
  tests::crew crew(8);
  std::size_t const jobs = GENERATE(2u, 3u, 7u);
  bool const blocking = GENERATE(false, true);
  options const chosen{.blocking = blocking};
  crew.run([&] {
    tests::rendezvous all(jobs);
    roll threads;
    run_chunks(name, split(jobs, 1), jobs, &chosen, start::at_once, [&](std::size_t, std::size_t) {
      all.arrive();
      threads.sign();
    });
    CHECK(all.happened());
    CHECK(threads.size() == jobs);
    CHECK(threads.holds(std::this_thread::get_id()));  // the caller works too
  });
}

TEST_CASE("Jobs that wait run at the same time however few cores there are") {
  tests::watchdog const guard("blocking jobs");
  for (start when : {start::at_once, start::measured}) {
    options const chosen{.blocking = true};
    tests::rendezvous all(20);
    gauge inside;
    run_chunks(name, split(100, 1), 20, &chosen, when, [&](std::size_t i, std::size_t) {
      gauge::visit const here(inside);
      if (i < 20) all.arrive();  // and hold nobody up afterwards
      std::this_thread::sleep_for(100us);
    });
    CHECK(all.happened());
    CHECK(inside.most() == 20);
  }
}

TEST_CASE("Measured work that takes long is shared") {
  tests::watchdog const guard("measured work");
  tests::crew crew(4);
  crew.run([&] {
    tests::rendezvous two(2);
    roll threads;
    run_chunks(name, split(20, 1), 4, nullptr, start::measured, [&](std::size_t i, std::size_t) {
      threads.sign();
      if (i == 0) spin_for(1ms);  // the caller alone: it finds that 19 ms are left
      else if (i <= 2) two.arrive();
    });
    CHECK(two.happened());
    CHECK(threads.size() >= 2);
  });
}

TEST_CASE("Measured work that is cheap calls no other thread") {
  tests::skip_where_foreign_tasks_look_like_races();
  // Workers that join the arena are counted. A burst of calls may be interrupted by the system in the middle of one, which
  // then looks expensive; so one quiet burst of several will do. If tasks were started, no burst would be quiet.
  struct counting final : oneapi::tbb::task_scheduler_observer {
    explicit counting(oneapi::tbb::task_arena& arena) : task_scheduler_observer(arena) { observe(true); }
    ~counting() override { observe(false); }
    void on_scheduler_entry(bool is_worker) override { workers += is_worker; }
    std::atomic<int> workers = 0;
  };
  bool quiet = false;
  for (int attempt = 0; attempt < 200 && !quiet; ++attempt) {
    tests::crew crew(4);
    counting observer(crew.arena());
    std::atomic<std::size_t> sum = 0;
    crew.run([&] {
      for (int call = 0; call < 100; ++call)
        run_chunks(name, split(4, 1), 4, nullptr, start::measured, [&](std::size_t i, std::size_t) { sum += i; });
      std::this_thread::sleep_for(5ms);  // time for workers that were called to come
    });
    quiet = observer.workers == 0;
    CHECK(sum == 600);
  }
  CHECK(quiet);
}

TEST_CASE("Tasks start at once where the grain was named and are measured else") {
  using tandem::backend::start_of;
  options const none, seven{.grain = 7}, jobs{.jobs = 7};
  CHECK(start_of(nullptr) == start::measured);
  CHECK(start_of(&none) == start::measured);
  CHECK(start_of(&jobs) == start::measured);
  CHECK(start_of(&seven) == start::at_once);
}

// ---- the floating-point state

TEST_CASE("Tasks round as their caller does and workers keep their own state") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("rounding");
  tests::crew crew(4);
  bool const blocking = GENERATE(false, true);
  options const chosen{.blocking = blocking};
  // Everybody must take part, so each chunk waits for the others.
  auto const modes = [&](auto run) {
    tests::rendezvous all(4);
    std::array<std::atomic<int>, 4> mode{};
    std::array<std::atomic<double>, 4> third{};
    run([&](std::size_t i) {
      all.arrive();
      mode[i] = std::fegetround();
      double volatile one = 1, three = 3;
      third[i] = one / three;
    });
    bool same = all.happened();
    for (std::size_t i = 1; i < 4; ++i) same = same && mode[i] == mode[0] && third[i] == third[0];
    return std::tuple(same, mode[0].load(), third[0].load());
  };
  auto const ours = [&](auto body) {
    run_chunks(name, split(4, 1), 4, &chosen, start::at_once, [&](std::size_t i, std::size_t) { body(i); });
  };
  auto const strangers = [&](auto body) {
    oneapi::tbb::task_group group;
    for (std::size_t i = 1; i < 4; ++i) group.run([&body, i] { body(i); });
    body(0);
    group.wait();
  };
  crew.run([&] {
    int const before = std::fegetround();
    REQUIRE(before == FE_TONEAREST);
    for (int mode : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
      std::fesetround(mode);
      auto const [same, seen, third] = modes(ours);
      int const after = std::fegetround();
      std::fesetround(before);
      CHECK(same);
      CHECK(seen == mode);
      CHECK(third == (mode == FE_UPWARD ? 0x1.5555555555556p-2 : 0x1.5555555555555p-2));
      CHECK(after == mode);  // the caller's own state is as it was

      auto const [nearest_again, seen_again, third_again] = modes(ours);
      CHECK(nearest_again);
      CHECK(seen_again == FE_TONEAREST);
      auto const [untouched, worker_mode, worker_third] = modes(strangers);
      CHECK(untouched);
      CHECK(worker_mode == FE_TONEAREST);
      CHECK(worker_third == 0x1.5555555555555p-2);
    }
  });
}

#if defined(__SSE2__)
TEST_CASE("Tasks flush denormals to zero when their caller does and only then") {
  tests::watchdog const guard("denormals");
  tests::crew crew(4);
  bool const blocking = GENERATE(false, true);
  options const chosen{.blocking = blocking};
  constexpr unsigned flush = 0x8000, denormals_are_zero = 0x0040;
  crew.run([&] {
    unsigned const before = _mm_getcsr();
    for (unsigned const wanted : {flush, denormals_are_zero, flush | denormals_are_zero, 0u}) {
      tests::rendezvous all(4);
      std::array<std::atomic<unsigned>, 4> seen{};
      std::array<std::atomic<double>, 4> half{};
      _mm_setcsr((before & ~(flush | denormals_are_zero)) | wanted);
      run_chunks(name, split(4, 1), 4, &chosen, start::at_once, [&](std::size_t i, std::size_t) {
        all.arrive();
        seen[i] = _mm_getcsr() & (flush | denormals_are_zero);
        double volatile least = std::numeric_limits<double>::min(), two = 2;
        half[i] = least / two;
      });
      _mm_setcsr(before);
      CHECK(all.happened());
      for (std::size_t i = 0; i < 4; ++i) {
        CHECK(seen[i] == wanted);
        CHECK((half[i] == 0) == ((wanted & flush) != 0));
      }
    }
  });
}
#endif

// ---- calls within calls

TEST_CASE("Calls nest in every combination of ways") {
  tests::watchdog const guard("nested calls");
  std::vector<way> const ways = {
      {1, start::at_once, false}, {3, start::at_once, false}, {3, start::measured, false}, {3, start::at_once, true}};
  tests::crew crew(4);
  crew.run([&] {
    for (way const& outer : ways)
      for (way const& middle : ways)
        for (way const& inner : ways) {
          options const of_outer{.blocking = outer.blocking}, of_middle{.blocking = middle.blocking},
              of_inner{.blocking = inner.blocking};
          tally ran(64);
          run_chunks(name, split(4, 1), outer.jobs, &of_outer, outer.when, [&](std::size_t i, std::size_t) {
            run_chunks(name, split(4, 1), middle.jobs, &of_middle, middle.when, [&](std::size_t j, std::size_t) {
              run_chunks(name, split(4, 1), inner.jobs, &of_inner, inner.when,
                         [&](std::size_t k, std::size_t) { ran.count(16 * i + 4 * j + k); });
            });
          });
          if (!ran.each_is(1, 0, 64)) FAIL(text(outer) << " > " << text(middle) << " > " << text(inner));
        }
  });
}

TEST_CASE("An exception of an inner call is that of the outer item") {
  tests::watchdog const guard("nested exceptions");
  way const w = GENERATE(from_range(all_ways()));
  options const chosen{.blocking = w.blocking};
  tests::crew crew(4);
  crew.run([&] {
    for (int repetition = 0; repetition < 20; ++repetition) {
      std::size_t caught = SIZE_MAX;
      try {
        run_chunks(name, split(8, 1), w.jobs, &chosen, w.when, [&](std::size_t i, std::size_t) {
          run_chunks(name, split(8, 1), w.jobs, &chosen, w.when, [&](std::size_t j, std::size_t) {
            if (i >= 2 && j >= 5) throw thrown{10 * i + j};
          });
        });
      } catch (thrown const& e) {
        caught = e.item;
      }
      CHECK(caught == 25);
    }
  });
}

TEST_CASE("A thread that waits for its call runs nothing of a stranger meanwhile") {
  // Three threads: one waits for its call, a worker of which dawdles, and a stranger offers a lot of tasks meanwhile.
  tests::watchdog const guard("waiting beside a stranger");
  tests::crew crew(3, 2);
  bool const under_a_lock = GENERATE(false, true);  // that the stranger wants as well: who runs him hangs
  std::mutex mutex;
  std::atomic<bool> waiting = false, stranger_began = false, disturbed = false;
  std::atomic<std::thread::id> waiter;
  tests::rendezvous two(2);
  tally ran(40);
  std::jthread const stranger([&] {
    while (!waiting) std::this_thread::yield();
    crew.run([&] {
      run_chunks(name, split(40, 1), 8, nullptr, start::at_once, [&](std::size_t i, std::size_t) {
        stranger_began = true;
        if (std::this_thread::get_id() == waiter && waiting) disturbed = true;
        if (under_a_lock) std::lock_guard const lock(mutex);
        std::this_thread::sleep_for(1ms);
        ran.count(i);
      });
    });
  });
  crew.run([&] {
    waiter = std::this_thread::get_id();
    std::unique_lock const lock = under_a_lock ? std::unique_lock(mutex) : std::unique_lock<std::mutex>();
    run_chunks(name, split(2, 1), 2, nullptr, start::at_once, [&](std::size_t, std::size_t) {
      two.arrive();
      if (std::this_thread::get_id() == waiter) return;
      waiting = true;
      auto const began = std::chrono::steady_clock::now();
      while (!stranger_began && std::chrono::steady_clock::now() - began < 20s) std::this_thread::yield();
      std::this_thread::sleep_for(30ms);
    });
    waiting = false;
  });
  CHECK(two.happened());
  CHECK(stranger_began);
  CHECK_FALSE(disturbed);
}

TEST_CASE("Waiting for an inner call leaves the thread-local data of the outer item alone") {
  // The program of oneTBB's user guide on work isolation, with outer loops of either library.
  tests::watchdog const guard("isolation");
  bool const outer_is_ours = GENERATE(false, true);
  if (!outer_is_ours) tests::skip_where_foreign_tasks_look_like_races();
  tests::crew crew(4);
  std::atomic<int> disturbed = 0;
  crew.run([&] {
    oneapi::tbb::enumerable_thread_specific<std::size_t> current;
    auto const item = [&](std::size_t i) {
      current.local() = i;
      auto const owner = std::this_thread::get_id();
      run_chunks(name, split(6, 1), 4, nullptr, start::at_once, [&](std::size_t, std::size_t) {
        std::this_thread::sleep_for(std::this_thread::get_id() == owner ? 20us : 200us);  // so that the owner has to wait
      });
      if (current.local() != i) ++disturbed;
    };
    if (outer_is_ours)
      run_chunks(name, split(300, 1), 4, nullptr, start::at_once, [&](std::size_t i, std::size_t) { item(i); });
    else
      oneapi::tbb::parallel_for(
          oneapi::tbb::blocked_range<std::size_t>(0, 300, 1),
          [&](auto const& r) {
            for (std::size_t i = r.begin(); i < r.end(); ++i) item(i);
          },
          oneapi::tbb::simple_partitioner());
  });
  CHECK(disturbed == 0);
}

TEST_CASE("A call under a lock does not run those who want the same lock") {
  tests::watchdog const guard("a nested call under a lock");
  bool const outer_is_ours = GENERATE(false, true);
  if (!outer_is_ours) tests::skip_where_foreign_tasks_look_like_races();
  tests::crew crew(4);
  crew.run([&] {
    std::mutex mutex;
    tally ran(200);
    auto const item = [&](std::size_t i) {
      if (i % 2 == 0) std::this_thread::sleep_for(100us);  // some are not under the lock, so that they can help
      std::unique_lock const lock = i % 4 == 0 ? std::unique_lock(mutex) : std::unique_lock<std::mutex>();
      auto const owner = std::this_thread::get_id();
      run_chunks(name, split(6, 1), 4, nullptr, start::at_once, [&](std::size_t, std::size_t) {
        std::this_thread::sleep_for(std::this_thread::get_id() == owner ? 20us : 200us);
      });
      ran.count(i);
    };
    if (outer_is_ours)
      run_chunks(name, split(200, 1), 4, nullptr, start::at_once, [&](std::size_t i, std::size_t) { item(i); });
    else
      oneapi::tbb::parallel_for(
          oneapi::tbb::blocked_range<std::size_t>(0, 200, 1),
          [&](auto const& r) {
            for (std::size_t i = r.begin(); i < r.end(); ++i) item(i);
          },
          oneapi::tbb::simple_partitioner());
    CHECK(ran.each_is(1, 0, 200));
  });
}

TEST_CASE("A recursion of thousands of calls ends") {
  tests::watchdog const guard("deep recursion");
  tests::crew crew(4);
  crew.run([&] {
    std::atomic<std::size_t> leaves = 0;
    std::function<void(std::size_t)> const descend = [&](std::size_t levels) {
      run_chunks(name, split(2, 1), 2, nullptr, start::at_once, [&](std::size_t i, std::size_t) {
        if (i == 1 || levels == 1) ++leaves;
        else descend(levels - 1);
      });
    };
#if defined(__OPTIMIZE__)
    constexpr std::size_t depth = tests::sanitized ? 200 : 2000;
#else
    constexpr std::size_t depth = 200;  // a level takes several kilobytes of stack then
#endif
    descend(depth);
    CHECK(leaves == depth + 1);
  });
}

// ---- among strangers

TEST_CASE("A call within an arena of one or of several threads does its work") {
  tests::watchdog const guard("arenas");
  for (int slots : {1, 4})
    for (way const& w : all_ways()) {
      tests::crew crew(slots);
      options const chosen{.blocking = w.blocking};
      tally ran(50);
      crew.run([&] {
        run_chunks(name, split(50, 3), w.jobs, &chosen, w.when,
                   [&](std::size_t begin, std::size_t end) { ran.count(begin, end); });
      });
      CHECK(ran.each_is(1, 0, 50));
    }
}

TEST_CASE("An arena of one thread keeps a call to that thread") {
  oneapi::tbb::task_arena arena(1);
  arena.execute([&] {
    roll threads;
    run_chunks(name, split(50, 1), 8, nullptr, start::at_once, [&](std::size_t, std::size_t) {
      threads.sign();
      std::this_thread::sleep_for(50us);
    });
    CHECK(threads.size() == 1);
  });
}

TEST_CASE("Eight threads may call at the same time") {
  tests::watchdog const guard("eight callers");
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> callers;
    for (std::size_t t = 0; t < 8; ++t)
      callers.emplace_back([&wrong, t] {
        std::vector<way> const ways = all_ways();
        for (std::size_t repetition = 0; repetition < 60; ++repetition) {
          way const& w = ways[(repetition + t) % ways.size()];
          options const chosen{.blocking = w.blocking};
          std::size_t const n = 1 + (7 * repetition + t) % 40, bad = repetition % 3 == 0 ? n / 2 : n;
          tally ran(n);
          std::size_t caught = n;
          try {
            run_chunks(name, split(n, 1), w.jobs, &chosen, w.when, [&](std::size_t i, std::size_t) {
              if (i == bad) throw thrown{i};
              ran.count(i);
            });
          } catch (thrown const& e) {
            caught = e.item;
          }
          if (caught != bad || !ran.each_is(1, 0, bad)) ++wrong;
        }
      });
  }
  CHECK(wrong == 0);
}

TEST_CASE("A call within a loop of oneTBB does its work") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("within parallel_for");
  std::vector<tally> ran;
  for (std::size_t i = 0; i < 50; ++i) ran.emplace_back(20);
  oneapi::tbb::parallel_for(std::size_t{0}, std::size_t{50}, [&](std::size_t i) {
    run_chunks(name, split(20, 3), 4, nullptr, start::at_once,
               [&](std::size_t begin, std::size_t end) { ran[i].count(begin, end); });
  });
  CHECK(std::ranges::all_of(ran, [](tally const& t) { return t.each_is(1, 0, 20); }));
}

TEST_CASE("A call within a group that is cancelled is neither cut short nor left alone") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("within a cancelled group");
  tests::crew crew(4);
  crew.run([&] {
    oneapi::tbb::task_group outer;
    tally ran(100);
    tests::rendezvous two(2);
    bool returned = false;
    outer.run_and_wait([&] {
      outer.cancel();
      run_chunks(name, split(100, 1), 4, nullptr, start::at_once, [&](std::size_t i, std::size_t) {
        if (i < 2) two.arrive();
        ran.count(i);
      });
      returned = true;
    });
    CHECK(returned);
    CHECK(ran.each_is(1, 0, 100));
    CHECK(two.happened());
  });
}

TEST_CASE("A call leaves the isolation and the cancellation of a stranger's task as they were") {
  tests::skip_where_foreign_tasks_look_like_races();
  tests::watchdog const guard("a stranger's task");
  tests::crew crew(4);
  crew.run([&] {
    oneapi::tbb::task_group outer;
    bool cancelled_before = true, cancelled_after = true;
    outer.run_and_wait([&] {
      cancelled_before = oneapi::tbb::is_current_task_group_canceling();
      try {
        run_chunks(name, split(20, 1), 4, nullptr, start::at_once, [](std::size_t i, std::size_t) { throw thrown{i}; });
      } catch (thrown const&) {
        cancelled_after = oneapi::tbb::is_current_task_group_canceling();
      }
    });
    CHECK_FALSE(cancelled_before);
    CHECK_FALSE(cancelled_after);
  });
}

TEST_CASE("An absurd number of jobs starts no more tasks than there are threads to run them") {
  tests::watchdog const guard("absurd jobs");
  std::atomic<std::size_t> ran = 0;
  auto const endless = split(std::numeric_limits<std::size_t>::max(), 1);
  CHECK_THROWS_AS(run_chunks(name, endless, std::numeric_limits<std::size_t>::max(), nullptr, start::at_once,
                             [&](std::size_t, std::size_t) {
                               if (++ran >= 100) throw std::runtime_error("enough");
                             }),
                  std::runtime_error);
}

// ---- many calls

TEST_CASE("A hundred thousand small calls are quick enough and leave no memory behind") {
  tests::watchdog const guard("many small calls");
  auto const pages = [] {  // of memory that this process uses now
    long total = 0, resident = 0;
    if (std::FILE* const file = std::fopen("/proc/self/statm", "r")) {
      if (std::fscanf(file, "%ld %ld", &total, &resident) != 2) resident = 0;
      std::fclose(file);
    }
    return resident;
  };
  std::atomic<std::size_t> sum = 0;
  auto const call = [&](int times) {
    for (int i = 0; i < times; ++i)
      run_chunks(name, split(4, 1), 4, nullptr, start::at_once, [&](std::size_t begin, std::size_t) { sum += begin; });
  };
  call(5000);
  long const before = pages();
  call(100'000);
  [[maybe_unused]] long const grown = pages() - before;
  CHECK(sum == 6 * 105'000);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(grown < 1024);  // 4 MiB: 42 bytes a call
#endif
}
