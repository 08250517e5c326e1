// SPDX-License-Identifier: BSL-1.0
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <list>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tandem/reduce/extrema.hpp>
#include <tandem/reduce/fold.hpp>
#include <tandem/reduce/group_by.hpp>
#include <tandem/reduce/moments.hpp>
#include <tandem/reduce/sum.hpp>
#include <vector>

TEST_CASE("Groups have the bits of a reduction of their values alone, keys ascending") {
  std::mt19937_64 random(1);
  for (std::size_t const n : {0u, 1u, 1000u, 200'000u})
    for (int const distinct : {1, 3, 1000}) {
      CAPTURE(n, distinct);
      std::vector<int> keys(n);
      std::vector<double> values(n);
      std::map<int, std::vector<double>> expected;
      for (std::size_t i = 0; i < n; ++i) {
        keys[i] = static_cast<int>(random() % static_cast<unsigned>(distinct)) - 500;
        values[i] = std::sin(static_cast<double>(i)) * 1e6;
        expected[keys[i]].push_back(values[i]);
      }
      auto const how = tandem::fused(tandem::sum, tandem::fast_sum);
      auto const check = [&](auto const& groups) {
        REQUIRE(groups.size() == expected.size());
        auto next = expected.begin();
        for (auto const& [key, result] : groups) {
          REQUIRE(key == next->first);
          REQUIRE(result == how(next->second));
          ++next;
        }
      };
      check(tandem::group_by(keys, values, how));
      check(tandem::group_by(tandem::par_unseq.with({.jobs = 3, .grain = 1}), keys, values, how));
      check(tandem::group_by(tandem::seq, tandem::chunks(keys, 100), std::list<double>(values.begin(), values.end()), how));
    }
}

TEST_CASE("Keys may be text, numbers of any kind, NaN") {
  std::vector<std::string_view> const words{"b", "a", "b"};
  std::vector<int> const ones{1, 1, 1};
  auto const by_text = tandem::group_by(words, ones, tandem::sum);
  static_assert(std::is_same_v<std::remove_cvref_t<decltype(by_text[0].key)>, std::string>);
  CHECK(by_text[0].key == "a");
  CHECK(by_text[1].result == 2);
  double const nan = std::nan("");
  auto const by_number = tandem::group_by(std::vector{nan, -0., 0., -nan, -1.}, std::vector{1, 2, 3, 4, 5}, tandem::sum);
  REQUIRE(by_number.size() == 3);
  CHECK(by_number[0].key == -1);
  CHECK(by_number[1].result == 5);
  CHECK(std::isnan(by_number[2].key));
  CHECK(by_number[2].result == 5);
  auto const by_truth = tandem::group_by(std::vector<bool>{true, false, true}, std::vector{1, 2, 4}, tandem::max);
  CHECK(by_truth[1].result == 4);
}

namespace {
struct refuses_all {
  int first = 0;
  void fold(std::span<int const> x) {
    first = x[0];
    throw std::runtime_error(std::to_string(first));
  }
  void merge(refuses_all const&) {}
  int result() const { return first; }
};
struct last_update {
  tandem::progress_info last;
  void update(tandem::progress_info const& now) { last = now; }
};
}  // namespace

TEST_CASE("The exception is that of the lowest key, however long its group") {
  for (int const short_key : {0, 2}) {
    std::vector<int> keys(200'000, 1), values(200'000, 1);
    keys[777] = values[777] = short_key;
    try {
      (void)tandem::group_by(keys, values, refuses_all());
      FAIL();
    } catch (std::runtime_error const& e) {
      CHECK(std::string(e.what()) == (short_key == 0 ? "0" : "1"));
    }
  }
  last_update sink;
  (void)tandem::group_by(tandem::par.with({.progress = &sink}), std::vector<int>(200'000, 1), std::vector<int>(200'000, 1),
                         tandem::sum);
  CHECK(sink.last.total == 1);
  CHECK(sink.last.done == 1);
}

TEST_CASE("There must be as many keys as values") {
  try {
    (void)tandem::group_by(std::vector{1}, std::vector{1., 2.}, tandem::sum);
    FAIL();
  } catch (std::invalid_argument const& e) {
    CHECK(std::string(e.what()) == "tandem::group_by: there are 1 keys but 2 values");
  }
}
