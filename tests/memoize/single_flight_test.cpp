// SPDX-License-Identifier: BSL-1.0
// The parts of single flight by themselves; race_test.cpp and deadlock_test.cpp have the whole.
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/memoize/single_flight.hpp>

using namespace tandem::detail;
using namespace std::chrono_literals;

TEST_CASE("Whoever would wait for itself, over any number of others, is told so") {
  auto& graph = wait_graph::get();
  // a thread computes `low` and above it `high`; another computes `far`; a third `last`
  flight_links low, high, far, last;
  high.below = &low;
  waiting_call from_high{&high, &high, nullptr, nullptr}, from_far{&far, &far, nullptr, nullptr},
      from_last{&last, &last, nullptr, nullptr};
  CHECK_FALSE(graph.wait(from_high, high));
  CHECK_FALSE(graph.wait(from_high, low));
  CHECK(graph.wait(from_high, far));
  CHECK_FALSE(graph.wait(from_far, high));
  CHECK_FALSE(graph.wait(from_far, low));
  CHECK(graph.wait(from_far, last));
  CHECK_FALSE(graph.wait(from_last, low));
  graph.done(far);  // far is over: high waits no more
  CHECK(from_high.target == nullptr);
  CHECK(graph.wait(from_last, low));
  graph.leave(from_last);
  graph.leave(from_far);
  graph.leave(from_far);
  CHECK(low.waiting == nullptr);
  CHECK(last.waiting == nullptr);
}

TEST_CASE("A task on another thread holds up the flight that it works for") {
  auto& graph = wait_graph::get();
  flight_links parent, other;
  waiting_call in_task{&parent, nullptr, nullptr, nullptr}, from_other{&other, &other, nullptr, nullptr};
  CHECK(graph.wait(in_task, other));
  CHECK_FALSE(graph.wait(from_other, parent));
  graph.leave(in_task);
  CHECK(graph.wait(from_other, parent));
  CHECK_FALSE(graph.wait(in_task, other));
  graph.leave(from_other);
}

TEST_CASE("Two wait for the same, one leaves") {
  auto& graph = wait_graph::get();
  flight_links target, a, b;
  waiting_call first{&a, &a, nullptr, nullptr}, second{&b, &b, nullptr, nullptr}, back{&target, &target, nullptr, nullptr};
  CHECK(graph.wait(first, target));
  CHECK(graph.wait(second, target));
  graph.leave(first);
  CHECK(graph.wait(back, a));
  CHECK_FALSE(graph.wait(back, b));
  graph.leave(back);
  graph.leave(second);
}

TEST_CASE("A mailbox hands on a value, an error, or that there is neither") {
  mailbox<std::string> with_value, with_error;
  CHECK_FALSE(with_value.wait_for(1ms));
  std::string const text = "text";
  {
    std::jthread const sender([&] {
      std::this_thread::sleep_for(5ms);
      with_value.deliver(&text, nullptr);
      with_error.deliver(nullptr, std::make_exception_ptr(std::runtime_error("bad")));
    });
    CHECK(with_value.wait_for(20s));
    CHECK(with_error.wait_for(20s));
  }
  CHECK(with_value.value() == "text");
  CHECK(with_value.error() == nullptr);
  CHECK_FALSE(with_error.value().has_value());
  CHECK_THROWS_AS(std::rethrow_exception(with_error.error()), std::runtime_error);
  struct uncopyable_now {
    uncopyable_now() = default;
    uncopyable_now(uncopyable_now const&) { throw std::bad_alloc(); }
  };
  mailbox<uncopyable_now> without;
  uncopyable_now const value;
  without.deliver(&value, nullptr);
  CHECK(without.wait_for(0ms));
  CHECK_FALSE(without.value().has_value());
  CHECK(without.error() == nullptr);
}

TEST_CASE("The table of flights finds those on their way, the newest before outdated ones, however many") {
  using table = flight_table<int, int>;
  table flights;
  std::vector<std::unique_ptr<table::flight_type>> all;
  for (int k = 0; k < 1000; ++k) {
    all.push_back(std::make_unique<table::flight_type>(static_cast<std::uint64_t>(k) << 32, int(k)));
    flights.add(*all.back());
  }
  auto const find = [&](int k) { return flights.find(static_cast<std::uint64_t>(k) << 32, k); };
  bool right = true;
  for (int k = 0; k < 1000; ++k) right = right && find(k) == all[static_cast<std::size_t>(k)].get();
  CHECK(right);
  CHECK(find(1000) == nullptr);
  flights.remove(*all[500]);
  CHECK(find(500) == nullptr);
  CHECK(find(501) == all[501].get());
  flights.outdate_all();
  CHECK(find(7)->outdated);
  table::flight_type newer(std::uint64_t{7} << 32, 7);
  flights.add(newer);
  CHECK(find(7) == &newer);
  flights.remove(newer);
  CHECK(find(7) == all[7].get());
}
