// SPDX-License-Identifier: BSL-1.0
// What throws, what is left undone on request, and calls within calls.
#include <tandem/kernel/transform.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/kernel/math.hpp>

#include "../support/every_policy.hpp"

using Catch::Matchers::Message;
using kernel_test::with_every_policy;
using kernel_test::with_lane_policies;
using kernel_test::with_scalar_policies;
using tandem::lanes;

namespace {

constexpr double untouched = -7;

std::vector<double> indices(std::size_t n) {
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<double>(i);
  return values;
}

/// Thrown by the kernels below: the first element that the throwing call was given.
struct refusal {
  std::size_t first;
};

// Throws from the element `limit` on, or from the register that holds it.
auto throws_from(std::size_t limit) {
  return [limit](auto v) {
    if (tandem::any(v >= static_cast<double>(limit))) {
      if constexpr (std::is_arithmetic_v<decltype(v)>) throw refusal{static_cast<std::size_t>(v)};
      else throw refusal{static_cast<std::size_t>(v.get(0))};
    }
    return v * 2;
  };
}

/// Remembers what a call said about its progress.
struct recorder {
  std::vector<tandem::progress_info> seen;
  std::vector<std::string> labels;
  void update(tandem::progress_info const& info) {
    seen.push_back(info);
    labels.emplace_back(info.label);
  }
};

}  // namespace

TEST_CASE("The exception is that of the lowest element that throws, and all before it have been written", "[transform]") {
  std::vector<double> const x = indices(45);
  with_scalar_policies([&](char const* name, auto const& policy) {
    for (std::size_t limit = 0; limit < x.size(); ++limit) {
      CAPTURE(name, limit);
      std::vector<double> y(x.size(), untouched);
      std::size_t thrown = x.size();
      try {
        tandem::transform(policy, x, y, throws_from(limit));
      } catch (refusal const& e) {
        thrown = e.first;
      }
      REQUIRE(thrown == limit);
      for (std::size_t i = 0; i < limit; ++i) REQUIRE(y[i] == 2 * x[i]);
      REQUIRE(std::count(y.begin() + static_cast<std::ptrdiff_t>(limit), y.end(), untouched) ==
              static_cast<std::ptrdiff_t>(x.size() - limit));
    }
  });
}

TEST_CASE("In lanes the exception is that of the lowest register that throws, and all before it have been written",
          "[transform]") {
  std::vector<double> const x = indices(17 * lanes<double>::size + 3);
  with_lane_policies([&](char const* name, auto const& policy) {
    for (std::size_t limit = 0; limit < x.size(); ++limit) {
      CAPTURE(name, limit);
      std::vector<double> y(x.size(), untouched);
      std::size_t thrown = x.size();
      try {
        tandem::transform(policy, x, y, throws_from(limit));
      } catch (refusal const& e) {
        thrown = e.first;
      }
      REQUIRE(thrown <= limit);
      REQUIRE(limit - thrown < lanes<double>::size);
      for (std::size_t i = 0; i < thrown; ++i) REQUIRE(y[i] == 2 * x[i]);
      for (std::size_t i = thrown; i < x.size(); ++i) REQUIRE(y[i] == untouched);
    }
  });
}

TEST_CASE("A late exception of a low element outranks an early one of a high element", "[transform]") {
  std::vector<double> const x = indices(400);
  std::vector<double> y(x.size());
  std::atomic<bool> high_threw = false;
  for (int round = 0; round < 5; ++round) {
    high_threw = false;
    std::size_t thrown = 0;
    try {
      tandem::transform(tandem::par.with({.jobs = 4, .grain = 10}), x, y, [&](double v) -> double {
        if (v == 3) {  // gives the others the time to be first, but does not count on them
          for (int i = 0; i < 50 && !high_threw; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
          throw refusal{3};
        }
        if (v >= 25) {
          high_threw = true;
          throw refusal{static_cast<std::size_t>(v)};
        }
        return v;
      });
    } catch (refusal const& e) {
      thrown = e.first;
    }
    CHECK(thrown == 3);
  }
}

TEST_CASE("An exception outranks a stop", "[transform]") {
  std::vector<double> const x = indices(100);
  std::vector<double> y(x.size());
  std::stop_source stop;
  with_scalar_policies([&](char const* name, auto const& policy) {
    INFO(name);
    CHECK_THROWS_AS(tandem::transform(policy.with({.jobs = 2, .grain = 5, .stop = stop.get_token()}), x, y,
                                      [&](double v) {
                                        if (v > 0) return v;
                                        stop.request_stop();
                                        throw refusal{0};
                                      }),
                    refusal);
    stop = std::stop_source();
  });
}

TEST_CASE("A stopped token leaves everything undone and says so", "[transform]") {
  std::vector<double> const x = indices(100);
  std::stop_source stop;
  stop.request_stop();
  with_every_policy([&](char const* name, auto const& policy) {
    INFO(name);
    std::vector<double> y(x.size(), untouched);
    CHECK_THROWS_MATCHES(tandem::transform(policy.with({.stop = stop.get_token()}), x, y, [](auto v) { return v; }),
                         tandem::cancelled, Message("tandem::transform: a stop was requested when 0 of 100 items were done"));
    CHECK(y == std::vector<double>(x.size(), untouched));
    std::vector<double> none;
    CHECK_NOTHROW(tandem::transform(policy.with({.stop = stop.get_token()}), none, none, [](auto v) { return v; }));
  });
}

TEST_CASE("A stop in the middle leaves whole chunks undone", "[transform]") {
  std::vector<double> const x = indices(100);
  std::vector<double> y(x.size(), untouched);
  std::stop_source stop;
  CHECK_THROWS_MATCHES(tandem::transform(tandem::seq.with({.grain = 10, .stop = stop.get_token(), .label = "fits"}), x, y,
                                         [&](double v) {
                                           if (v == 35) stop.request_stop();
                                           return v * 2;
                                         }),
                       tandem::cancelled,
                       Message("tandem::transform: a stop was requested when 40 of 100 items were done (fits)"));
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(y[i] == (i < 40 ? 2 * x[i] : untouched));
}

TEST_CASE("A stop that comes during the last chunk changes nothing", "[transform]") {
  std::vector<double> const x = indices(100);
  std::vector<double> y(x.size());
  std::stop_source stop;
  CHECK_NOTHROW(tandem::transform(tandem::seq.with({.grain = 10, .stop = stop.get_token()}), x, y, [&](double v) {
    if (v == 95) stop.request_stop();
    return v;
  }));
  CHECK(y == x);
}

TEST_CASE("A deadline in the past leaves everything undone, one in the future nothing", "[transform]") {
  using namespace std::chrono_literals;
  std::vector<double> const x = indices(100);
  with_every_policy([&](char const* name, auto const& policy) {
    INFO(name);
    std::vector<double> y(x.size(), untouched);
    auto const identity = [](auto v) { return v; };
    CHECK_THROWS_MATCHES(
        tandem::transform(policy.with({.deadline = std::chrono::steady_clock::now() - 1s, .label = "late"}), x, y, identity),
        tandem::deadline_exceeded, Message("tandem::transform: the deadline had come when 0 of 100 items were done (late)"));
    CHECK(y == std::vector<double>(x.size(), untouched));
    CHECK_NOTHROW(tandem::transform(policy.with({.deadline = std::chrono::system_clock::now() + 1h}), x, y, identity));
    CHECK(y == x);
  });
}

TEST_CASE("Progress never goes back, and ends with all elements done", "[transform]") {
  std::vector<double> const x = indices(1003);
  with_every_policy([&](char const* name, auto const& policy) {
    INFO(name);
    std::vector<double> y(x.size());
    recorder sink;
    tandem::transform(policy.with({.jobs = 3, .grain = 64, .progress = &sink, .label = "steps"}), x, y,
                      [](auto v) { return v; });
    REQUIRE_FALSE(sink.seen.empty());
    CHECK((sink.seen.back().done == x.size() && sink.labels.back() == "steps"));
    for (std::size_t i = 0; i < sink.seen.size(); ++i)
      CHECK((sink.seen[i].total == x.size() && (i == 0 || sink.seen[i - 1].done <= sink.seen[i].done)));
  });
}

TEST_CASE("A kernel may call transform", "[transform]") {
  std::vector<double> const x = indices(60);
  with_scalar_policies([&](char const* name, auto const& policy) {
    INFO(name);
    std::vector<double> y(x.size());
    tandem::transform(policy, x, y, [](double v) {
      std::vector<double> inner(50, v);
      tandem::transform(tandem::par_unseq.with({.jobs = 3, .grain = 8}), inner, inner, [](auto w) { return w + 1; });
      tandem::transform(tandem::par.with({.jobs = 3, .grain = 8}), inner, inner, [](auto w) { return w * 2; });
      return *std::ranges::max_element(inner) + *std::ranges::min_element(inner);
    });
    for (std::size_t i = 0; i < x.size(); ++i) REQUIRE(y[i] == 4 * (x[i] + 1));
  });
}

TEST_CASE("A kernel may call transform under a lock that all its threads want", "[transform]") {
  std::vector<double> const x = indices(64);
  std::vector<double> y(x.size()), shared(40);
  std::mutex mutex;
  tandem::transform(tandem::par.with({.jobs = 4, .grain = 1}), x, y, [&](double v) {
    std::lock_guard const lock(mutex);
    tandem::transform(tandem::par.with({.jobs = 4, .grain = 1}), shared, shared, [](double w) { return w + 1; });
    return v;
  });
  CHECK(y == x);
  CHECK(shared == std::vector<double>(40, 64.));
}

TEST_CASE("An exception leaves a call within a call as it is", "[transform]") {
  std::vector<double> const x = indices(30);
  std::vector<double> y(x.size());
  with_scalar_policies([&](char const* name, auto const& policy) {
    INFO(name);
    std::size_t thrown = 0;
    try {
      tandem::transform(policy, x, y, [&](double v) {
        std::vector<double> inner = x;
        tandem::transform(tandem::par.with({.jobs = 2, .grain = 4}), inner, inner, throws_from(v == 12 ? 5 : 1000));
        return v;
      });
    } catch (refusal const& e) {
      thrown = e.first;
    }
    CHECK(thrown == 5);
    for (std::size_t i = 0; i < 12; ++i) CHECK(y[i] == x[i]);
  });
}
