// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <list>
#include <memory>
#include <ranges>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/core/matrix.hpp>
#include <tandem/core/zip.hpp>

using tandem::detail::borrowed_part, tandem::detail::owned_part, tandem::detail::scalar_part;

namespace {

// A container that can be moved and not copied.
struct move_only {
  std::unique_ptr<int[]> elements = std::make_unique<int[]>(3);
  int* begin() { return elements.get(); }
  int* end() { return elements.get() + 3; }
  int const* begin() const { return elements.get(); }
  int const* end() const { return elements.get() + 3; }
};

template <std::size_t I, class Zip> using part_of = std::remove_cvref_t<decltype(std::get<I>(std::declval<Zip>().parts))>;
template <class... Arguments>
concept zips = requires(Arguments&&... arguments) { tandem::zip(std::forward<Arguments>(arguments)...); };

}  // namespace

TEST_CASE("Zip looks at lvalues and writes through to them") {
  std::vector<double> x{1, 2, 3};
  std::array<int, 2> y{4, 5};
  float z[4] = {6, 7, 8, 9};
  auto const zipped = tandem::zip(x, y, z);
  STATIC_REQUIRE(std::is_same_v<part_of<0, decltype(zipped)>, borrowed_part<double>>);
  STATIC_REQUIRE(std::is_same_v<part_of<1, decltype(zipped)>, borrowed_part<int>>);
  STATIC_REQUIRE(std::is_same_v<part_of<2, decltype(zipped)>, borrowed_part<float>>);
  CHECK(std::get<0>(zipped.parts).span().data() == x.data());
  CHECK(std::get<1>(zipped.parts).span().size() == 2);
  CHECK(std::get<2>(zipped.parts).span().size() == 4);
  std::get<0>(zipped.parts).span()[1] = 20;
  CHECK(x[1] == 20);
}

TEST_CASE("Zip keeps const as const") {
  std::vector<double> const x{1, 2, 3};
  auto const zipped = tandem::zip(x, std::span<int const>(), std::string_view("abc"));
  STATIC_REQUIRE(std::is_same_v<part_of<0, decltype(zipped)>, borrowed_part<double const>>);
  STATIC_REQUIRE(std::is_same_v<part_of<1, decltype(zipped)>, borrowed_part<int const>>);
  STATIC_REQUIRE(std::is_same_v<part_of<2, decltype(zipped)>, borrowed_part<char const>>);
}

TEST_CASE("Zip looks through temporary views at what they show") {
  std::vector<double> x{1, 2, 3, 4};
  tandem::matrix<double> X(2, 3);
  auto const zipped =
      tandem::zip(std::span(x).subspan(1, 2), X.row(1), std::span(x) | std::views::take(3), std::as_const(X).row(0));
  STATIC_REQUIRE(std::is_same_v<part_of<0, decltype(zipped)>, borrowed_part<double>>);
  STATIC_REQUIRE(std::is_same_v<part_of<3, decltype(zipped)>, borrowed_part<double const>>);
  CHECK(std::get<0>(zipped.parts).span().data() == x.data() + 1);
  CHECK(std::get<0>(zipped.parts).span().size() == 2);
  CHECK(std::get<1>(zipped.parts).span().data() == X.data() + 3);
  CHECK(std::get<2>(zipped.parts).span().size() == 3);
}

TEST_CASE("Zip keeps temporaries and moves them in without a copy") {
  std::vector<int> x{1, 2, 3};
  int const* const where = x.data();
  auto zipped = tandem::zip(std::move(x), std::array<float, 2>{4, 5});
  STATIC_REQUIRE(std::is_same_v<part_of<0, decltype(zipped)>, owned_part<std::vector<int>>>);
  STATIC_REQUIRE(std::is_same_v<part_of<1, decltype(zipped)>, owned_part<std::array<float, 2>>>);
  STATIC_REQUIRE(std::is_same_v<decltype(std::get<0>(zipped.parts).span()), std::span<int const>>);
  CHECK(std::get<0>(zipped.parts).span().data() == where);
  CHECK(std::ranges::equal(std::get<0>(zipped.parts).span(), std::array{1, 2, 3}));
  auto const moved = std::move(zipped);
  CHECK(std::get<0>(moved.parts).span().data() == where);
  CHECK(std::get<1>(moved.parts).span()[1] == 5);
}

TEST_CASE("A copy of a zip copies what it keeps and looks at what it looks at") {
  std::vector<int> x{1, 2, 3};
  auto const first = tandem::zip(x, std::vector<int>{4, 5, 6}, 7);
  auto const second = first;
  CHECK(std::get<0>(second.parts).span().data() == x.data());
  CHECK(std::get<1>(second.parts).span().data() != std::get<1>(first.parts).span().data());
  CHECK(std::ranges::equal(std::get<1>(second.parts).span(), std::get<1>(first.parts).span()));
  CHECK(std::get<2>(second.parts).value == 7);
}

TEST_CASE("A constant temporary is copied and kept") {
  std::vector<int> const x{1, 2, 3};
  auto const zipped = tandem::zip(std::move(x));
  STATIC_REQUIRE(std::is_same_v<part_of<0, decltype(zipped)>, owned_part<std::vector<int>>>);
  CHECK(std::get<0>(zipped.parts).span().data() != x.data());
  CHECK(x.size() == 3);
}

TEST_CASE("Containers that only move are kept and looked at") {
  auto kept = tandem::zip(move_only{}, 1.5);
  STATIC_REQUIRE(std::is_same_v<part_of<0, decltype(kept)>, owned_part<move_only>>);
  auto const moved = std::move(kept);
  CHECK(std::get<0>(moved.parts).span().size() == 3);
  CHECK(std::get<0>(moved.parts).span()[2] == 0);
  move_only lvalue;
  auto const looked = tandem::zip(lvalue);
  CHECK(std::get<0>(looked.parts).span().data() == lvalue.begin());
}

TEST_CASE("Numbers repeat in their own type and are copied") {
  double factor = 2;
  bool const flag = true;
  auto const zipped = tandem::zip(factor, flag, 3, 'c', 4.f);
  STATIC_REQUIRE(std::is_same_v<part_of<0, decltype(zipped)>, scalar_part<double>>);
  STATIC_REQUIRE(std::is_same_v<part_of<1, decltype(zipped)>, scalar_part<bool>>);
  STATIC_REQUIRE(std::is_same_v<part_of<2, decltype(zipped)>, scalar_part<int>>);
  STATIC_REQUIRE(std::is_same_v<part_of<4, decltype(zipped)>, scalar_part<float>>);
  factor = 5;
  CHECK(std::get<0>(zipped.parts).value == 2);
  CHECK(std::get<1>(zipped.parts).value);
}

TEST_CASE("Empty ranges have their place") {
  std::vector<double> nothing;
  auto const zipped = tandem::zip(nothing, std::vector<int>(), std::span<float>());
  CHECK(std::get<0>(zipped.parts).span().empty());
  CHECK(std::get<1>(zipped.parts).span().empty());
  CHECK(std::get<2>(zipped.parts).span().empty());
}

TEST_CASE("A zip can be made at compile time") {
  constexpr auto zipped = tandem::zip(std::array<int, 2>{1, 2}, 3);
  STATIC_REQUIRE(std::get<0>(zipped.parts).span()[1] == 2);
  STATIC_REQUIRE(std::get<1>(zipped.parts).value == 3);
}

TEST_CASE("What has no elements in a row and no number does not zip") {
  STATIC_REQUIRE(zips<std::vector<int>&, double>);
  STATIC_REQUIRE(!zips<>);
  STATIC_REQUIRE(!zips<std::list<int>&>);
  STATIC_REQUIRE(!zips<std::vector<bool>&>);
  STATIC_REQUIRE(!zips<std::vector<int>&, std::list<int>>);
  STATIC_REQUIRE(!zips<int*>);
  STATIC_REQUIRE(!zips<std::nullptr_t>);
  STATIC_REQUIRE(!zips<std::ranges::iota_view<int, int>>);
  STATIC_REQUIRE(!zips<std::initializer_list<int>>);  // its elements die with the statement
}
