// SPDX-License-Identifier: BSL-1.0
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/core/count.hpp>

using Catch::Matchers::Message;
using tandem::count;

namespace {

enum plain_enum { one };
enum class scoped_enum { one };

}  // namespace

TEST_CASE("A count is zero until it is told otherwise") {
  STATIC_REQUIRE(count() == count(0));
  STATIC_REQUIRE(!count().negative());
  CHECK(count().checked("f", "n") == 0);
  CHECK(count().text() == "0");
}

TEMPLATE_TEST_CASE("A count comes from every integer type and keeps its sign", "", signed char, unsigned char, char, short,
                   unsigned short, int, unsigned, long, unsigned long, long long, unsigned long long, wchar_t, char8_t,
                   char16_t, char32_t) {
  using limits = std::numeric_limits<TestType>;
  STATIC_REQUIRE(std::is_convertible_v<TestType, count>);
  STATIC_REQUIRE(std::is_nothrow_constructible_v<count, TestType>);
  STATIC_REQUIRE(count(TestType{5}) == count(5));
  CHECK(count(TestType{0}).checked("f", "n") == 0);
  CHECK(count(limits::max()).checked("f", "n") == static_cast<std::uint64_t>(limits::max()));
  CHECK(count(limits::max()).text() == std::to_string(limits::max()));
  CHECK(count(limits::min()).negative() == (limits::min() < TestType{}));
  CHECK(count(limits::min()).text() == std::to_string(limits::min()));
  if constexpr (limits::is_signed) {
    CHECK(count(static_cast<TestType>(-1)) == count(-1));
    CHECK_THROWS_MATCHES(count(static_cast<TestType>(-3)).checked("resize", "rows"), std::invalid_argument,
                         Message("resize: rows must not be negative, got -3"));
  }
}

TEST_CASE("The extremes of the widest integers are told exactly") {
  CHECK_THROWS_MATCHES(count(std::numeric_limits<long long>::min()).checked("tandem::f", "size"), std::invalid_argument,
                       Message("tandem::f: size must not be negative, got -9223372036854775808"));
  CHECK(count(std::numeric_limits<unsigned long long>::max()).text() == "18446744073709551615");
  CHECK(count(std::numeric_limits<unsigned long long>::max()).checked("f", "n") == SIZE_MAX);
}

TEST_CASE("Counts of one value are equal whatever types they came from") {
  CHECK(count(7) == count(7ull));
  CHECK(count(static_cast<signed char>(-1)) == count(-1ll));
  CHECK_FALSE(count(1) == count(-1));
  CHECK_FALSE(count(-1) == count(std::numeric_limits<unsigned long long>::max()));
}

TEST_CASE("Numbers that are no sizes do not become counts") {
  STATIC_REQUIRE(!std::is_constructible_v<count, double>);
  STATIC_REQUIRE(!std::is_constructible_v<count, float>);
  STATIC_REQUIRE(!std::is_constructible_v<count, long double>);
  STATIC_REQUIRE(!std::is_constructible_v<count, bool>);
  STATIC_REQUIRE(!std::is_constructible_v<count, bool const&>);
  STATIC_REQUIRE(!std::is_constructible_v<count, scoped_enum>);
  STATIC_REQUIRE(!std::is_constructible_v<count, int*>);
  STATIC_REQUIRE(!std::is_constructible_v<count, std::nullptr_t>);
  STATIC_REQUIRE(!std::is_constructible_v<count, std::string>);
}

TEST_CASE("A product of sizes is computed where memory can hold it and refused where it cannot") {
  using tandem::detail::checked_elements;
  CHECK(checked_elements("f", 0, 0, 8) == 0);
  CHECK(checked_elements("f", SIZE_MAX, 0, 8) == 0);
  CHECK(checked_elements("f", 0, SIZE_MAX, 8) == 0);
  CHECK(checked_elements("f", 3, 4, 8) == 12);
  std::size_t const most = std::size_t{PTRDIFF_MAX} / 8;
  CHECK(checked_elements("f", most, 1, 8) == most);
  CHECK(checked_elements("f", 1, most, 8) == most);
  CHECK_THROWS_MATCHES(checked_elements("tandem::f", most + 1, 1, 8), std::invalid_argument,
                       Message("tandem::f: 1152921504606846976 rows of 1 columns are more elements than memory can address"));
  CHECK_THROWS_AS(checked_elements("f", 1, most + 1, 8), std::invalid_argument);
  CHECK_THROWS_AS(checked_elements("f", std::size_t{1} << 32, std::size_t{1} << 32, 1),
                  std::invalid_argument);                                                // the product is 0 mod 2^64
  CHECK_THROWS_AS(checked_elements("f", SIZE_MAX, SIZE_MAX, 1), std::invalid_argument);  // the product is 1 mod 2^64
}
