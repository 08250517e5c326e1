// SPDX-License-Identifier: BSL-1.0
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/core/error_policy.hpp>
#include <tandem/execution.hpp>

using tandem::error_policy;
using kind = tandem::error_policy::kind;
using namespace std::chrono_literals;

TEST_CASE("A policy for errors is fail_fast unless another is named") {
  CHECK(error_policy().what() == kind::failing_fast);
  CHECK(error_policy(tandem::fail_fast).what() == kind::failing_fast);
  CHECK(error_policy(tandem::collect).what() == kind::collecting);
  CHECK(error_policy(tandem::retry{3, 10ms}).what() == kind::retrying);
  CHECK(error_policy(tandem::retry{3, 10ms}).retrying().backoff == 10ms);
  CHECK(error_policy(tandem::substitute{1}).what() == kind::substituting);
}

TEST_CASE("It is the last of the options") {
  auto const policy = tandem::par.with({.jobs = 2, .blocking = true, .on_error = tandem::retry{2}});
  CHECK(policy.options()->on_error.what() == kind::retrying);
  CHECK(tandem::par.with({}).options()->on_error.what() == kind::failing_fast);
  CHECK_THROWS_MATCHES(tandem::par.with({.on_error = tandem::retry{-1}}), std::invalid_argument,
                       Catch::Matchers::Message("tandem::with: the times of on_error's retry must not be negative, got -1"));
}

TEST_CASE("A substitute is a result where it can be one") {
  CHECK(error_policy(tandem::substitute{7}).replacement<int>() == 7);
  CHECK(error_policy(tandem::substitute{7}).replacement<double>() == 7.);
  CHECK(error_policy(tandem::substitute{0.5}).replacement<float>() == 0.5f);
  CHECK(std::isnan(*error_policy(tandem::substitute{std::nan("")}).replacement<double>()));
  CHECK(error_policy(tandem::substitute{std::numeric_limits<std::uint64_t>::max()}).replacement<std::uint64_t>() ==
        std::numeric_limits<std::uint64_t>::max());
  CHECK(error_policy(tandem::substitute{"none"}).replacement<std::string>() == "none");
  CHECK(error_policy(tandem::substitute{true}).replacement<bool>() == true);
  CHECK(error_policy(tandem::substitute{1}).replacement<bool>() == true);
  CHECK(error_policy(tandem::substitute{3.}).replacement<int>() == 3);
  // The same type, whatever else it could be.
  CHECK(error_policy(tandem::substitute{std::string_view("none")}).replacement<std::string_view>() == "none");
  CHECK(*error_policy(tandem::substitute{"none"}).replacement<char const*>() == std::string("none"));
}

TEST_CASE("A substitute that cannot be a result is none") {
  CHECK_FALSE(error_policy(tandem::substitute{std::nan("")}).replacement<int>());
  CHECK_FALSE(error_policy(tandem::substitute{300}).replacement<unsigned char>());
  CHECK_FALSE(error_policy(tandem::substitute{-1}).replacement<unsigned>());
  CHECK_FALSE(error_policy(tandem::substitute{2.7}).replacement<int>());
  CHECK_FALSE(error_policy(tandem::substitute{0.5}).replacement<bool>());
  CHECK_FALSE(error_policy(tandem::substitute{1e300}).replacement<float>());
  CHECK_FALSE(error_policy(tandem::substitute{1}).replacement<std::string>());
  CHECK_FALSE(error_policy(tandem::substitute{1}).replacement<std::unique_ptr<int>>());
}

TEST_CASE("Collected errors are a copyable exception that keeps its entries") {
  tandem::collected_errors const error("two failed", {{1, std::make_exception_ptr(1)}, {5, std::make_exception_ptr(2)}});
  tandem::collected_errors const copy = error;
  CHECK(std::string(copy.what()) == "two failed");
  REQUIRE(copy.errors().size() == 2);
  CHECK(copy.errors()[1].index == 5);
  CHECK_THROWS_AS(std::rethrow_exception(copy.errors()[0].error), int);
}
