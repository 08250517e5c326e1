// SPDX-License-Identifier: BSL-1.0
#include <cstddef>
#include <cstdint>
#include <stdexcept>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <tandem/backend/split.hpp>

using tandem::backend::chunk, tandem::backend::split;

namespace {

// Whether the chunks follow one another from 0 to n, none empty.
bool tiles(split const& cut) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < cut.chunks(); ++i) {
    chunk const part = cut[i];
    if (part.begin != next || part.end <= part.begin) return false;
    next = part.end;
  }
  return next == cut.items();
}

}  // namespace

TEST_CASE("Chunks tile the items exactly and in order") {
  for (std::size_t items = 0; items <= 40; ++items)
    for (std::size_t grain = 1; grain <= 45; ++grain)
      for (std::size_t first = 0; first <= grain; ++first) {
        split const cut(items, grain, first);
        if (cut.items() == items && tiles(cut)) continue;
        FAIL("items " << items << ", grain " << grain << ", first " << first);
      }
}

TEST_CASE("All chunks have the grain but the first and the last") {
  for (std::size_t items = 1; items <= 40; ++items)
    for (std::size_t grain = 1; grain <= 12; ++grain)
      for (std::size_t first = 0; first <= grain; ++first) {
        split const cut(items, grain, first);
        std::size_t const begin = first == 0 ? grain : first;
        CAPTURE(items, grain, first);
        if (cut[0].end != (items < begin ? items : begin)) FAIL("the first chunk");
        for (std::size_t i = 1; i + 1 < cut.chunks(); ++i)
          if (cut[i].end - cut[i].begin != grain) FAIL("chunk " << i);
        if (std::size_t const last = cut.chunks() - 1; cut[last].end - cut[last].begin > grain) FAIL("the last chunk");
      }
}

TEST_CASE("No items are no chunks and few items are one") {
  STATIC_REQUIRE(split(0, 5).chunks() == 0);
  STATIC_REQUIRE(split(0, 5, 2).chunks() == 0);
  STATIC_REQUIRE(split(5, 5).chunks() == 1);
  STATIC_REQUIRE(split(5, SIZE_MAX).chunks() == 1);
  STATIC_REQUIRE(split(5, SIZE_MAX)[0].end == 5);
  STATIC_REQUIRE(split(6, 5).chunks() == 2);
  STATIC_REQUIRE(split(6, 5)[1].begin == 5);
  STATIC_REQUIRE(split(6, 5)[1].end == 6);
}

TEST_CASE("Sizes near the largest do not overflow") {
  constexpr std::size_t most = SIZE_MAX;
  STATIC_REQUIRE(split(most, 1).chunks() == most);
  STATIC_REQUIRE(split(most, 1)[most - 1].begin == most - 1);
  STATIC_REQUIRE(split(most, 1)[most - 1].end == most);
  STATIC_REQUIRE(split(most, most).chunks() == 1);
  STATIC_REQUIRE(split(most, most - 1).chunks() == 2);
  STATIC_REQUIRE(split(most, most - 1)[1].begin == most - 1);
  STATIC_REQUIRE(split(most, most - 1)[1].end == most);
  STATIC_REQUIRE(split(most, most, 1).chunks() == 2);
  STATIC_REQUIRE(split(most, most, 1)[1].end == most);
  STATIC_REQUIRE(split(most, 1000).chunks() == most / 1000 + 1);
  STATIC_REQUIRE(split(most, 1000)[most / 1000].end == most);
  STATIC_REQUIRE(split(most, 1000, 7)[split(most, 1000, 7).chunks() - 1].end == most);
}

TEST_CASE("The grain of the options is taken as it is") {
  using tandem::backend::grain_of;
  tandem::options const none, seven{.grain = 7}, negative{.grain = -7};
  CHECK(grain_of(nullptr) == 0);
  CHECK(grain_of(&none) == 0);
  CHECK(grain_of(&seven) == 7);
  CHECK_THROWS_AS(grain_of(&negative), std::invalid_argument);
}

TEST_CASE("Element-wise loops are cut by the number of items alone") {
  using tandem::backend::element_split;
  tandem::options const defaults, many_jobs{.jobs = 100, .label = "x"};
  for (std::size_t items :
       {std::size_t{0}, std::size_t{1}, std::size_t{1000}, std::size_t{100'000}, std::size_t{10'000'000}, SIZE_MAX}) {
    split const cut = element_split(items, nullptr, 0);
    for (tandem::options const* chosen : {&defaults, &many_jobs}) {
      split const other = element_split(items, chosen, 0);
      CHECK(other.chunks() == cut.chunks());
      if (items > 0) CHECK(other[cut.chunks() - 1].begin == cut[cut.chunks() - 1].begin);
    }
  }
}

TEST_CASE("Elements that wait are handed out one by one") {
  tandem::options const waiting{.blocking = true};
  CHECK(tandem::backend::element_split(1000, &waiting, 3).chunks() == 1000);
}

TEST_CASE("Element-wise chunks fit the cache and all but the first begin aligned") {
  using tandem::backend::element_split;
  std::size_t const items = GENERATE(1u, 511u, 1024u, 5000u, 65536u, 1'000'003u, 3'000'000u);
  for (std::size_t lead : {0u, 1u, 7u, 63u}) {
    split const cut = element_split(items, nullptr, lead);
    CAPTURE(items, lead, cut.chunks());
    CHECK(tiles(cut));
    for (std::size_t i = 1; i < cut.chunks(); ++i)
      if ((cut[i].begin - lead) % 64 != 0) FAIL("chunk " << i << " begins at " << cut[i].begin);
    for (std::size_t i = 0; i < cut.chunks(); ++i)
      if (cut[i].end - cut[i].begin > 32768) FAIL("chunk " << i << " is too long");
    if (items < 1'000'000) CHECK(cut.chunks() <= 130);
  }
}

TEST_CASE("The option grain overrides the cut of an element-wise loop") {
  tandem::options const chosen{.grain = 3};
  split const cut = tandem::backend::element_split(10, &chosen, 5);
  CHECK(cut.chunks() == 4);
  CHECK(cut[0].end == 3);
  CHECK(cut[3].begin == 9);
  CHECK(tiles(cut));
}
