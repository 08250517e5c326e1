// SPDX-License-Identifier: BSL-1.0
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/core/error.hpp>

using Catch::Matchers::Message;
using namespace std::string_literals;

TEMPLATE_TEST_CASE("Cancelled and deadline_exceeded are runtime errors that say what happened", "", tandem::cancelled,
                   tandem::deadline_exceeded) {
  STATIC_REQUIRE(std::is_base_of_v<std::runtime_error, TestType>);
  STATIC_REQUIRE(std::is_nothrow_copy_constructible_v<TestType>);
  CHECK_THROWS_MATCHES(throw TestType("3 of 5"), std::runtime_error, Message("3 of 5"));
  CHECK_THROWS_MATCHES(throw TestType("3 of 5"s), TestType, Message("3 of 5"));
}

TEST_CASE("Cancelled and deadline_exceeded are told apart") {
  STATIC_REQUIRE(!std::is_convertible_v<tandem::cancelled*, tandem::deadline_exceeded*>);
  STATIC_REQUIRE(!std::is_convertible_v<tandem::deadline_exceeded*, tandem::cancelled*>);
}

TEST_CASE("A parse error keeps its four parts and puts them into one line") {
  tandem::parse_error const error("data/huge.csv", 12, 34, "\"abc\" is not a number");
  CHECK(error.path() == "data/huge.csv");
  CHECK(error.line() == 12);
  CHECK(error.column() == 34);
  CHECK(error.reason() == "\"abc\" is not a number");
  CHECK(error.what() == "data/huge.csv:12:34: \"abc\" is not a number"s);
  tandem::parse_error const empty("", 0, 0, "");
  CHECK(empty.what() == ":0:0: "s);
}

TEST_CASE("A copy of a parse error holds all that the first one held and outlives it") {
  std::exception_ptr kept;
  {
    tandem::parse_error first("a path too long for the small buffer of a string", 1, 2, "a reason too long for it as well");
    tandem::parse_error second = first;
    tandem::parse_error third("x", 0, 0, "y");
    third = second;
    first = tandem::parse_error("gone", 9, 9, "gone");
    kept = std::make_exception_ptr(third);
  }
  try {
    std::rethrow_exception(kept);
  } catch (tandem::parse_error const& error) {
    CHECK(error.path() == "a path too long for the small buffer of a string");
    CHECK(error.line() == 1);
    CHECK(error.column() == 2);
    CHECK(error.reason() == "a reason too long for it as well");
    CHECK(error.what() == "a path too long for the small buffer of a string:1:2: a reason too long for it as well"s);
  }
}

TEST_CASE("A sentence is put together from strings and numbers") {
  CHECK_THROWS_MATCHES(
      tandem::detail::throw_invalid_argument("tandem::f", ": ", "rows"s, " are ", -1, ", not ", 18446744073709551615ull),
      std::invalid_argument, Message("tandem::f: rows are -1, not 18446744073709551615"));
  CHECK_THROWS_MATCHES(tandem::detail::throw_invalid_argument(1e-310, " ", 0.1f, " ", 3., " ", -1e300), std::invalid_argument,
                       Message("1e-310 0.1 3 -1e+300"));
  CHECK_THROWS_MATCHES(tandem::detail::throw_invalid_argument(std::string_view("one part")), std::invalid_argument,
                       Message("one part"));
}
