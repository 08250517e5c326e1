// SPDX-License-Identifier: BSL-1.0
#include <chrono>
#include <limits>
#include <optional>
#include <ratio>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <type_traits>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/core/options.hpp>

using Catch::Matchers::Message;
using tandem::count, tandem::deadline_option, tandem::options;
using namespace std::chrono_literals;

namespace {

using steady = std::chrono::steady_clock;
using wall = std::chrono::system_clock;
using real_seconds = std::chrono::duration<double>;
using float_seconds = std::chrono::duration<float>;
using long_real_seconds = std::chrono::duration<long double>;
using real_milliseconds = std::chrono::duration<double, std::milli>;
using int_hours = std::chrono::duration<int, std::ratio<3600>>;
using femtoseconds = std::chrono::duration<long, std::femto>;

struct sink {
  void update(tandem::progress_info const&) {}
};

}  // namespace

TEST_CASE("No deadline never passes") {
  STATIC_REQUIRE(!deadline_option().has_value());
  STATIC_REQUIRE(!deadline_option(std::nullopt).has_value());
  CHECK_FALSE(deadline_option().passed());
  CHECK_FALSE(deadline_option(std::nullopt).passed());
}

TEMPLATE_TEST_CASE("A deadline comes from the steady and the system clock in any unit", "", std::chrono::nanoseconds,
                   std::chrono::microseconds, std::chrono::seconds, std::chrono::hours, real_seconds, float_seconds,
                   real_milliseconds, int_hours, femtoseconds) {
  // Far from now by a margin that every one of these units can tell; a femtosecond's clock ends after two hours.
  using target = std::chrono::duration<long double>;
  constexpr bool short_range = std::ratio_less_v<typename TestType::period, std::pico>;
  auto const check = [&]<class Clock>(std::type_identity<Clock>) {
    auto const at = [](target since_epoch) {
      return std::chrono::time_point<Clock, TestType>(std::chrono::duration_cast<TestType>(since_epoch));
    };
    target const now = std::chrono::duration_cast<target>(Clock::now().time_since_epoch());
    CHECK(deadline_option(at(target(-1))).has_value());
    if constexpr (short_range) {
      CHECK(deadline_option(at(target(-1))).passed());
    } else {
      CHECK(deadline_option(at(now - 3h)).passed());
      CHECK_FALSE(deadline_option(at(now + 3h)).passed());
    }
  };
  check(std::type_identity<steady>());
  if constexpr (!short_range) check(std::type_identity<wall>());
}

TEST_CASE("A deadline of now has passed and one soon passes by itself") {
  CHECK(deadline_option(steady::now()).passed());
  CHECK(deadline_option(wall::now() - 1ms).passed());
  auto const began = steady::now();
  deadline_option const soon = began + 20ms;
  while (!soon.passed() && steady::now() - began < 30s) {}
  CHECK(soon.passed());
  CHECK(steady::now() - began >= 19ms);
}

TEMPLATE_TEST_CASE("The first and the last moment of a clock do not overflow", "", std::chrono::nanoseconds,
                   std::chrono::milliseconds, std::chrono::seconds, std::chrono::hours, std::chrono::duration<double>,
                   std::chrono::duration<long double>) {
  CHECK_FALSE(deadline_option(std::chrono::time_point<steady, TestType>::max()).passed());
  CHECK(deadline_option(std::chrono::time_point<steady, TestType>::min()).passed());
  CHECK_FALSE(deadline_option(std::chrono::time_point<wall, TestType>::max()).passed());
  CHECK(deadline_option(std::chrono::time_point<wall, TestType>::min()).passed());
}

TEST_CASE("An infinite deadline is never and the moment just below the last one is far away") {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  using seconds = std::chrono::duration<double>;
  CHECK_FALSE(deadline_option(std::chrono::time_point<steady, seconds>(seconds(infinity))).passed());
  CHECK(deadline_option(std::chrono::time_point<steady, seconds>(seconds(-infinity))).passed());
  CHECK_FALSE(deadline_option(steady::time_point::max() - 1ns).passed());
  CHECK(deadline_option(steady::time_point::min() + 1ns).passed());
}

TEST_CASE("Other clocks and bare durations are no deadlines") {
  STATIC_REQUIRE(!std::is_constructible_v<deadline_option, std::chrono::seconds>);
  STATIC_REQUIRE(!std::is_constructible_v<deadline_option, int>);
  STATIC_REQUIRE(!std::is_constructible_v<deadline_option, std::chrono::time_point<std::chrono::file_clock>>);
}

TEST_CASE("Options left alone ask for nothing") {
  options const chosen;
  CHECK(chosen.jobs == count(0));
  CHECK(chosen.grain == count(0));
  CHECK_FALSE(chosen.stop.stop_possible());
  CHECK_FALSE(chosen.deadline.has_value());
  CHECK_FALSE(chosen.progress);
  CHECK(chosen.label.empty());
  CHECK_FALSE(chosen.blocking);
}

TEST_CASE("Options are named in their order and the numbers may be of any integer type") {
  STATIC_REQUIRE(std::is_aggregate_v<options>);
  std::stop_source stop;
  sink bar;
  unsigned char const jobs = 3;
  long long const grain = 1000;
  options const chosen{.jobs = jobs,
                       .grain = grain,
                       .stop = stop.get_token(),
                       .deadline = wall::now() + 1h,
                       .progress = &bar,
                       .label = "distances",
                       .blocking = true};
  CHECK(chosen.jobs == count(3));
  CHECK(chosen.grain == count(1000));
  CHECK(chosen.stop == stop.get_token());
  CHECK(chosen.deadline.has_value());
  CHECK_FALSE(chosen.deadline.passed());
  CHECK(chosen.progress);
  CHECK(chosen.label == "distances");
  CHECK(chosen.blocking);
}

TEST_CASE("Numbers that make no sense are refused with a sentence") {
  using tandem::detail::checked;
  CHECK_THROWS_MATCHES(checked({.jobs = -2}), std::invalid_argument,
                       Message("tandem::with: jobs must be -1 (all), 0 (default) or positive, got -2"));
  CHECK_THROWS_MATCHES(checked({.jobs = std::numeric_limits<long long>::min()}), std::invalid_argument,
                       Message("tandem::with: jobs must be -1 (all), 0 (default) or positive, got -9223372036854775808"));
  CHECK_THROWS_MATCHES(checked({.grain = -1}), std::invalid_argument,
                       Message("tandem::with: grain must not be negative, got -1"));
  CHECK_THROWS_MATCHES(checked({.jobs = -1, .grain = std::numeric_limits<long long>::min()}), std::invalid_argument,
                       Message("tandem::with: grain must not be negative, got -9223372036854775808"));
  CHECK(checked({.jobs = -1}).jobs == count(-1));
  CHECK(checked({.jobs = 0}).jobs == count(0));
  CHECK(checked({.jobs = 1000, .grain = std::numeric_limits<unsigned long long>::max(), .label = "kept"}).label == "kept");
}
