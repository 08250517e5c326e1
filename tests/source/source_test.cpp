// SPDX-License-Identifier: BSL-1.0
#include <catch2/catch_test_macros.hpp>
#include <list>
#include <numeric>
#include <ranges>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tandem/source/source.hpp>
#include <vector>

static std::vector<std::size_t> sizes_of(auto const& source) {
  std::vector<std::size_t> sizes;
  for (auto chunk : source) sizes.push_back(chunk.size());
  return sizes;
}

TEST_CASE("Chunks of a range in a row look at it") {
  std::vector<int> x(10);
  std::iota(x.begin(), x.end(), 0);
  auto const by_four = tandem::chunks(x, 4);
  static_assert(tandem::source<decltype(by_four)>);
  static_assert(std::ranges::input_range<decltype(by_four)>);
  CHECK(sizes_of(by_four) == std::vector<std::size_t>{4, 4, 2});
  CHECK((*by_four.begin()).data() == x.data());
  CHECK(sizes_of(tandem::chunks(x, 10)) == std::vector<std::size_t>{10});
  CHECK(sizes_of(tandem::chunks(x, std::size_t{1} << 60)) == std::vector<std::size_t>{10});
  CHECK(sizes_of(tandem::chunks(std::vector<int>(), 3)).empty());
}

TEST_CASE("Chunks of other ranges hold copies, also of bools, strings and what is read once") {
  for (std::size_t const size : {1u, 3u, 1000u, 5000u}) {
    std::vector<int> all;
    auto const numbers = tandem::chunks(std::views::iota(0, 4000), size);
    for (int round = 0; round < 2; ++round, all.resize(round == 1 ? 0 : all.size()))
      for (std::span<int const> chunk : numbers) all.insert(all.end(), chunk.begin(), chunk.end());
    CHECK(all.size() == 4000);
    CHECK(all.back() == 3999);
  }
  std::list<std::string> const words{"to", "be", "or"};
  std::string text;
  for (auto chunk : tandem::chunks(words, 2))
    for (auto const& word : chunk) text += word;
  CHECK(text == "tobeor");
  CHECK(sizes_of(tandem::chunks(std::vector<bool>(5), 2)) == std::vector<std::size_t>{2, 2, 1});
  std::istringstream file("1 2 3 4 5");
  int total = 0;
  for (auto chunk : tandem::chunks(std::views::istream<int>(file), 2))
    total = std::accumulate(chunk.begin(), chunk.end(), total);
  CHECK(total == 15);
}

TEST_CASE("A temporary container is kept by its chunks") {
  auto const kept = tandem::chunks(std::vector<double>(1000, 1.), 300);
  CHECK(sizes_of(kept) == std::vector<std::size_t>{300, 300, 300, 100});
}

TEST_CASE("Chunks refuse sizes that are not positive, with a sentence") {
  std::vector<int> const x(3);
  CHECK_THROWS_AS(tandem::chunks(x, -1), std::invalid_argument);
  try {
    tandem::chunks(x, 0);
    FAIL();
  } catch (std::invalid_argument const& e) {
    CHECK(std::string(e.what()) == "tandem::chunks: size must be positive, got 0");
  }
}
