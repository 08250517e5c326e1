// SPDX-License-Identifier: BSL-1.0
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/execution.hpp>
#include "support/child_process.hpp"

using Catch::Matchers::Message;
using tandem::count, tandem::execution_policy;
using namespace std::chrono_literals;

namespace {

using seq_t = std::remove_cvref_t<decltype(tandem::seq)>;
using unseq_t = std::remove_cvref_t<decltype(tandem::unseq)>;
using par_t = std::remove_cvref_t<decltype(tandem::par)>;
using par_unseq_t = std::remove_cvref_t<decltype(tandem::par_unseq)>;

struct sink {
  int updates = 0;
  void update(tandem::progress_info const&) { ++updates; }
};

template <execution_policy Policy> constexpr std::string_view kind_of(Policy const&) {
  if constexpr (Policy::parallel) return Policy::vectorized ? "par_unseq" : "par";
  else return Policy::vectorized ? "unseq" : "seq";
}

struct looks_alike {
  static constexpr bool parallel [[maybe_unused]] = true, vectorized [[maybe_unused]] = true;
  tandem::options const* options() const { return nullptr; }
};
struct derived : par_t {};

}  // namespace

TEST_CASE("The four policies are four types that say who does the work") {
  STATIC_REQUIRE(!std::same_as<seq_t, unseq_t>);
  STATIC_REQUIRE(!std::same_as<par_t, par_unseq_t>);
  STATIC_REQUIRE(!std::same_as<seq_t, par_t>);
  STATIC_REQUIRE(!std::same_as<unseq_t, par_unseq_t>);
  STATIC_REQUIRE(kind_of(tandem::seq) == "seq");
  STATIC_REQUIRE(kind_of(tandem::unseq) == "unseq");
  STATIC_REQUIRE(kind_of(tandem::par) == "par");
  STATIC_REQUIRE(kind_of(tandem::par_unseq) == "par_unseq");
}

TEMPLATE_TEST_CASE("A policy without options is an empty constant without cost", "", seq_t, unseq_t, par_t, par_unseq_t) {
  STATIC_REQUIRE(std::is_empty_v<TestType>);
  STATIC_REQUIRE(std::is_trivially_copyable_v<TestType>);
  STATIC_REQUIRE(std::is_nothrow_default_constructible_v<TestType>);
  STATIC_REQUIRE(std::is_nothrow_copy_constructible_v<TestType>);
  STATIC_REQUIRE(noexcept(TestType::options()));
  constexpr TestType policy{};
  constexpr TestType copy = policy;
  STATIC_REQUIRE(copy.options() == nullptr);
  STATIC_REQUIRE(TestType::options() == nullptr);
}

TEMPLATE_TEST_CASE("With options a policy is of another type and of the same kind", "", seq_t, unseq_t, par_t, par_unseq_t) {
  auto const with = TestType{}.with({.jobs = 4});
  using with_t = std::remove_const_t<decltype(with)>;
  STATIC_REQUIRE(execution_policy<with_t>);
  STATIC_REQUIRE(!std::same_as<with_t, TestType>);
  STATIC_REQUIRE(with_t::parallel == TestType::parallel);
  STATIC_REQUIRE(with_t::vectorized == TestType::vectorized);
  STATIC_REQUIRE(std::same_as<decltype(with.with({})), with_t>);
  STATIC_REQUIRE(std::is_copy_constructible_v<with_t>);
  STATIC_REQUIRE(std::is_copy_assignable_v<with_t>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<with_t>);
  STATIC_REQUIRE(!std::is_convertible_v<tandem::options, with_t>);
  REQUIRE(with.options() != nullptr);
  CHECK(with.options()->jobs == count(4));
}

TEST_CASE("Policies in any dress are policies and nothing else is") {
  STATIC_REQUIRE(execution_policy<par_t>);
  STATIC_REQUIRE(execution_policy<par_t const>);
  STATIC_REQUIRE(execution_policy<par_t&>);
  STATIC_REQUIRE(execution_policy<par_t const&>);
  STATIC_REQUIRE(execution_policy<par_t&&>);
  STATIC_REQUIRE(execution_policy<decltype(tandem::par.with({}))&>);
  STATIC_REQUIRE(!execution_policy<par_t*>);
  STATIC_REQUIRE(!execution_policy<int>);
  STATIC_REQUIRE(!execution_policy<int&>);
  STATIC_REQUIRE(!execution_policy<std::string const&>);
  STATIC_REQUIRE(!execution_policy<tandem::options>);
  STATIC_REQUIRE(!execution_policy<void>);
  STATIC_REQUIRE(!execution_policy<looks_alike>);
  STATIC_REQUIRE(!execution_policy<derived>);
}

TEST_CASE("All options arrive") {
  std::stop_source stop;
  sink bar;
  auto const policy = tandem::par.with({.jobs = 4,
                                        .grain = 1024,
                                        .stop = stop.get_token(),
                                        .deadline = std::chrono::steady_clock::now() + 1h,
                                        .progress = &bar,
                                        .label = "distances",
                                        .blocking = true});
  tandem::options const& chosen = *policy.options();
  CHECK(chosen.jobs == count(4));
  CHECK(chosen.grain == count(1024));
  CHECK(chosen.stop == stop.get_token());
  CHECK(chosen.deadline.has_value());
  CHECK_FALSE(chosen.deadline.passed());
  CHECK(chosen.label == "distances");
  CHECK(chosen.blocking);
  chosen.progress.update({});
  CHECK(bar.updates == 1);
}

TEST_CASE("Options left out are at their defaults") {
  auto const policy = tandem::par_unseq.with({.label = "x"});
  CHECK(policy.options()->jobs == count(0));
  CHECK(policy.options()->grain == count(0));
  CHECK_FALSE(policy.options()->stop.stop_possible());
  CHECK_FALSE(policy.options()->deadline.has_value());
  CHECK_FALSE(policy.options()->progress);
  CHECK_FALSE(policy.options()->blocking);
}

TEST_CASE("With replaces all options and not only those it names") {
  sink bar;
  auto const first = tandem::par.with({.jobs = 4, .grain = 10, .progress = &bar, .label = "first", .blocking = true});
  auto const second = first.with({.grain = 20});
  CHECK(second.options()->jobs == count(0));
  CHECK(second.options()->grain == count(20));
  CHECK_FALSE(second.options()->progress);
  CHECK(second.options()->label.empty());
  CHECK_FALSE(second.options()->blocking);
  CHECK(first.options()->jobs == count(4));  // the first one is what it was
  CHECK(first.options()->label == "first");
}

TEST_CASE("A policy owns its label and its share of the stop") {
  std::string label = "a label too long for the small buffer of a string";
  auto stop = std::make_unique<std::stop_source>();
  auto const policy = tandem::seq.with({.stop = stop->get_token(), .label = label});
  label = "overwritten overwritten overwritten overwritten!!";
  CHECK(policy.options()->label == "a label too long for the small buffer of a string");
  stop->request_stop();
  stop.reset();  // a request outlives the source
  CHECK(policy.options()->stop.stop_requested());
}

TEST_CASE("Copies of a policy are policies of their own") {
  std::stop_source stop, other_stop;
  auto const original = [&] {
    auto const temporary =
        tandem::par.with({.jobs = 2, .stop = stop.get_token(), .label = "a label too long for the small buffer of a string"});
    return decltype(temporary)(temporary);
  }();
  auto copy = original;
  auto assigned = tandem::par.with({.jobs = 9, .stop = other_stop.get_token(), .label = "other"});
  CHECK(copy.options() != original.options());
  assigned = copy;
  copy = tandem::par.with({.jobs = 5, .label = "replaced"});
  CHECK(assigned.options()->label == "a label too long for the small buffer of a string");
  CHECK(assigned.options()->jobs == count(2));
  CHECK(assigned.options()->stop == stop.get_token());
  CHECK(copy.options()->label == "replaced");
  CHECK_FALSE(copy.options()->stop.stop_possible());
  auto const& alias = assigned;
  assigned = alias;
  CHECK(assigned.options()->label == "a label too long for the small buffer of a string");
  stop.request_stop();
  CHECK(original.options()->stop.stop_requested());
  CHECK(assigned.options()->stop.stop_requested());
  auto const moved = std::move(assigned);
  CHECK(moved.options()->label == "a label too long for the small buffer of a string");
}

TEMPLATE_TEST_CASE("Numbers that make no sense are refused by every policy with the same sentence", "", seq_t, unseq_t, par_t,
                   par_unseq_t) {
  constexpr long long least = std::numeric_limits<long long>::min();
  TestType const policy;
  CHECK_THROWS_MATCHES(policy.with({.jobs = -2}), std::invalid_argument,
                       Message("tandem::with: jobs must be -1 (all), 0 (default) or positive, got -2"));
  CHECK_THROWS_MATCHES(policy.with({.jobs = least}), std::invalid_argument,
                       Message("tandem::with: jobs must be -1 (all), 0 (default) or positive, got -9223372036854775808"));
  CHECK_THROWS_MATCHES(policy.with({.grain = -1}), std::invalid_argument,
                       Message("tandem::with: grain must not be negative, got -1"));
  CHECK_THROWS_MATCHES(policy.with({.grain = least}), std::invalid_argument,
                       Message("tandem::with: grain must not be negative, got -9223372036854775808"));
  CHECK_THROWS_AS(policy.with({.jobs = 1}).with({.jobs = -3}), std::invalid_argument);
  CHECK_NOTHROW(policy.with({.jobs = -1, .grain = 0}));
  CHECK_NOTHROW(
      policy.with({.jobs = std::numeric_limits<unsigned long long>::max(), .grain = std::numeric_limits<long long>::max()}));
}

TEST_CASE("The jobs of a policy are one for the serial ones and those asked for by the parallel ones") {
  using tandem::detail::jobs_of;
  CHECK(jobs_of(tandem::seq) == 1);
  CHECK(jobs_of(tandem::unseq) == 1);
  CHECK(jobs_of(tandem::seq.with({.jobs = 8})) == 1);
  CHECK(jobs_of(tandem::unseq.with({.jobs = -1, .blocking = true})) == 1);
  CHECK(jobs_of(tandem::par.with({.jobs = 8})) == 8);
  CHECK(jobs_of(tandem::par_unseq.with({.jobs = 1})) == 1);
  CHECK(jobs_of(tandem::par.with({.jobs = -1})) == tandem::backend::available_cores());
}

// In a process of its own: default_jobs() is found out once.
TEST_CASE("Without a number the parallel policies take the default of jobs") {
  ::setenv("TANDEM_JOBS", "3", 1);
  CHECK(tests::said_by_child([] {
          std::string said = std::to_string(tandem::default_jobs());
          said += ' ' + std::to_string(tandem::detail::jobs_of(tandem::par));
          said += ' ' + std::to_string(tandem::detail::jobs_of(tandem::par_unseq.with({.jobs = 0})));
          said += ' ' + std::to_string(tandem::detail::jobs_of(tandem::par.with({.blocking = true})));
          return said + ' ' + std::to_string(tandem::detail::jobs_of(tandem::seq));
        }) == "3 3 3 7 1");
  ::setenv("TANDEM_JOBS", "a few", 1);
  CHECK(tests::said_by_child([] { return std::to_string(tandem::default_jobs()); }) ==
        "threw: tandem::default_jobs: TANDEM_JOBS must be a number of threads, or -1 for all, got \"a few\"");
  ::unsetenv("TANDEM_JOBS");
  CHECK(tests::said_by_child([] {
          return std::string(tandem::default_jobs() >= 1 && tandem::default_jobs() <= tandem::backend::available_cores()
                                 ? "granted"
                                 : "not granted");
        }) == "granted");
}

TEST_CASE("Many threads that ask for the default at once get the same answer") {
  ::setenv("TANDEM_JOBS", "5", 1);
  CHECK(tests::said_by_child([] {
          std::size_t answers[4] = {};
          {
            std::jthread const threads[] = {std::jthread([&] { answers[0] = tandem::default_jobs(); }),
                                            std::jthread([&] { answers[1] = tandem::default_jobs(); }),
                                            std::jthread([&] { answers[2] = tandem::default_jobs(); }),
                                            std::jthread([&] { answers[3] = tandem::default_jobs(); })};
          }
          std::string said;
          for (std::size_t answer : answers) said += std::to_string(answer);
          return said;
        }) == "5555");
  ::unsetenv("TANDEM_JOBS");
}
