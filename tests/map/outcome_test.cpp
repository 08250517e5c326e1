// SPDX-License-Identifier: BSL-1.0
#include <exception>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <catch2/catch_test_macros.hpp>

#include <tandem/map/outcome.hpp>

using tandem::outcome;

TEST_CASE("An outcome holds a result or an exception") {
  outcome<int> const good(std::in_place, 7), bad(std::make_exception_ptr(std::out_of_range("no")));
  CHECK(good.has_value());
  CHECK(good);
  CHECK(good.value() == 7);
  CHECK(good.error() == nullptr);
  CHECK_FALSE(bad.has_value());
  CHECK_THROWS_AS(bad.value(), std::out_of_range);
  CHECK_THROWS_AS(std::rethrow_exception(bad.error()), std::out_of_range);
}

TEST_CASE("A result can be changed and moved out") {
  outcome<std::unique_ptr<int>> o(std::in_place, std::make_unique<int>(3));
  *o.value() = 4;
  std::unique_ptr<int> const mine = std::move(o).value();
  CHECK(*mine == 4);
  static_assert(std::is_same_v<decltype(std::declval<outcome<int> const&>().value()), int const&>);
}

TEST_CASE("An outcome of nothing says whether it happened, and one of an exception keeps it as a result") {
  CHECK(outcome<void>(std::in_place).has_value());
  CHECK_NOTHROW(outcome<void>(std::in_place).value());
  CHECK_THROWS_AS(outcome<void>(std::make_exception_ptr(1)).value(), int);
  outcome<std::exception_ptr> const kept(std::in_place, std::make_exception_ptr(1));
  CHECK(kept.has_value());
  CHECK(kept.error() == nullptr);
}
