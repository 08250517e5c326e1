// SPDX-License-Identifier: BSL-1.0
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <list>
#include <map>
#include <random>
#include <span>
#include <stdexcept>
#include <stop_token>
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
  auto const sums_by_truth = tandem::group_by(std::vector<bool>{true, false, true}, std::vector{1, 2, 4}, tandem::sum);
  CHECK(!sums_by_truth[0].key);
  CHECK(sums_by_truth[1].result == 5);
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

namespace {

// Remembers all it was given, in order.
template <class T> struct all_in_order {
  std::vector<T> seen;
  void fold(std::span<T const> x) { seen.insert(seen.end(), x.begin(), x.end()); }
  void merge(all_in_order const& following) { seen.insert(seen.end(), following.seen.begin(), following.seen.end()); }
  std::vector<T> result() const { return seen; }
};

// Every way in which keys are brought together, against a map: values in their order, whoever does the work.
template <class Key, class Value> void check_groups(std::vector<Key> const& keys, std::vector<Value> const& values) {
  std::map<Key, std::vector<Value>> expected;
  for (std::size_t i = 0; i < keys.size(); ++i) expected[keys[i]].push_back(values[i]);
  auto const check = [&](auto const& policy) {
    auto const groups = tandem::group_by(policy, keys, values, all_in_order<Value>());
    REQUIRE(groups.size() == expected.size());
    std::size_t wrong = 0, g = 0;
    for (auto const& [key, seen] : expected) {
      wrong += !(groups[g].key == key) || groups[g].result != seen;
      ++g;
    }
    CHECK(wrong == 0);
  };
  check(tandem::seq);
  check(tandem::par.with({.jobs = 4, .grain = 1}));
}

}  // namespace

TEST_CASE("Few keys and many, close together and far apart, of any kind: the values of each in their order") {
  std::mt19937_64 random(7);
  for (std::size_t const n : {100u, 70'000u, 300'000u})
    for (std::uint64_t const distinct : {2u, 2000u, 5000u, 100'000u}) {
      CAPTURE(n, distinct);
      std::vector<std::uint64_t> drawn(n);
      std::vector<int> order(n);
      for (std::size_t i = 0; i < n; ++i) drawn[i] = random() % distinct, order[i] = static_cast<int>(i);
      auto const keys_by = [&](auto const& make) {
        std::vector<std::decay_t<decltype(make(drawn[0]))>> keys;
        for (std::uint64_t const d : drawn) keys.push_back(make(d));
        return keys;
      };
      check_groups(keys_by([](std::uint64_t d) { return static_cast<int>(d) - 1000; }), order);
      check_groups(keys_by([](std::uint64_t d) { return d << 40; }), order);
      check_groups(keys_by([](std::uint64_t d) { return 0.1 * static_cast<double>(d); }), order);
      check_groups(keys_by([](std::uint64_t d) { return "customer " + std::to_string(d); }), order);
    }
  std::vector<std::int64_t> const ends{INT64_MAX, INT64_MIN, 0, INT64_MAX};
  check_groups(ends, std::vector{1, 2, 3, 4});
  std::vector<std::string> const values{"a value that is long", "b", "c", "d"};
  check_groups(std::vector<signed char>{1, -1, 1, 1}, values);
  std::vector<std::string> many(70'000);
  std::vector<std::uint64_t> keys(many.size());
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = "value " + std::to_string(i), keys[i] = random() % 30'000 << 30;
  check_groups(keys, many);
}

TEST_CASE("A stop ends the bringing together as well") {
  std::stop_source source;
  source.request_stop();
  CHECK_THROWS_AS(tandem::group_by(tandem::par.with({.stop = source.get_token()}), std::vector<int>(1000, 1),
                                   std::vector<double>(1000), tandem::sum),
                  tandem::cancelled);
}

TEST_CASE("Few groups that are folded as they come have the bits of a reduction of their values alone") {
  std::mt19937_64 random(11);
  auto const how = tandem::fused(tandem::sum, tandem::variance, tandem::minmax);
  for (std::size_t const n : {5000u, 300'000u})
    for (std::uint64_t const distinct : {1u, 40u, 1500u}) {
      CAPTURE(n, distinct);
      std::vector<double> values(n);
      std::vector<std::uint64_t> drawn(n);
      for (std::size_t i = 0; i < n; ++i) {
        values[i] = std::ldexp(std::sin(static_cast<double>(i)), static_cast<int>(random() % 100));
        drawn[i] = random() % distinct * 3;
      }
      auto const check = [&](auto const& make) {
        std::map<std::decay_t<decltype(make(drawn[0]))>, std::vector<double>> expected;
        std::vector<std::decay_t<decltype(make(drawn[0]))>> keys;
        for (std::size_t i = 0; i < n; ++i) keys.push_back(make(drawn[i])), expected[keys[i]].push_back(values[i]);
        auto const compare = [&](auto const& policy) {
          auto const groups = tandem::group_by(policy, keys, values, how);
          REQUIRE(groups.size() == expected.size());
          std::size_t wrong = 0, g = 0;
          for (auto const& [key, alone] : expected) {
            wrong += groups[g].key != key || groups[g].result != how(alone);
            ++g;
          }
          CHECK(wrong == 0);
        };
        compare(tandem::seq);
        compare(tandem::unseq);
        compare(tandem::par_unseq.with({.jobs = 4, .grain = 100}));
      };
      check([](std::uint64_t d) { return static_cast<short>(static_cast<int>(d) - 2000); });
      check([](std::uint64_t d) { return d << 40; });
      check([](std::uint64_t d) { return "customer " + std::to_string(d); });
    }
}

namespace {
// Minds no order, and refuses what is negative.
struct refuses_negative {
  static constexpr bool order_independent = true;
  double total = 0;
  void fold(std::span<double const> x) {
    for (double v : x) {
      if (v < 0) throw std::runtime_error(std::to_string(static_cast<int>(v)));
      total += v;
    }
  }
  void merge(refuses_negative const& other) { total += other.total; }
  double result() const { return total; }
};
}  // namespace

TEST_CASE("What folds or results throw is that of the lowest key, also where values are folded as they come") {
  std::vector<int> keys(100'000);
  std::vector<double> values(keys.size(), 1.);
  std::vector<std::int64_t> whole(keys.size(), 1);
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = static_cast<int>(i % 10);
  values[13] = -3, values[99'992] = -2;
  whole[5] = whole[15] = INT64_MAX;
  try {
    (void)tandem::group_by(keys, values, refuses_negative());
    FAIL();
  } catch (std::runtime_error const& e) {
    CHECK(std::string(e.what()) == "-2");
  }
  CHECK_THROWS_AS(tandem::group_by(keys, whole, tandem::sum), std::overflow_error);
  whole[5] = 1;
  last_update sink;
  CHECK(tandem::group_by(tandem::par.with({.progress = &sink}), keys, whole, tandem::max)[5].result == INT64_MAX);
  CHECK(sink.last.done == 10);
}

namespace {

// Sums and means have a way of their own; their bits are those of a reduction of each group alone.
template <class Key, class Value> void check_sums(std::vector<Key> const& keys, std::vector<Value> const& values) {
  std::map<Key, std::vector<Value>> expected;
  for (std::size_t i = 0; i < keys.size(); ++i) expected[keys[i]].push_back(values[i]);
  auto const check = [&](auto const& policy, auto const& how) {
    auto const groups = tandem::group_by(policy, keys, values, how);
    REQUIRE(groups.size() == expected.size());
    std::size_t wrong = 0, g = 0;
    for (auto const& [key, of_key] : expected) {
      auto const right = tandem::reduce(tandem::seq, of_key, how);
      wrong += !(groups[g].key == key) || std::memcmp(&groups[g].result, &right, sizeof right) != 0;
      ++g;
    }
    CHECK(wrong == 0);
  };
  for (std::size_t const grain : {std::size_t{0}, std::size_t{1000}}) {
    check(tandem::par_unseq.with({.jobs = 3, .grain = grain}), tandem::sum);
    check(tandem::par.with({.jobs = 2, .grain = grain}), tandem::mean);
  }
  check(tandem::seq, tandem::sum);
}

template <class Value> void check_sums_of(std::size_t n, std::uint64_t distinct, auto const& value) {
  CAPTURE(n, distinct);
  std::mt19937_64 random(n + distinct);
  std::vector<std::int64_t> near_by(n), far_apart(n);
  std::vector<Value> values(n);
  for (std::size_t i = 0; i < n; ++i) {
    std::uint64_t const drawn = random() % distinct;
    near_by[i] = static_cast<std::int64_t>(drawn) - 7;
    far_apart[i] = static_cast<std::int64_t>(drawn * 0x9e3779b97f4a7c15);
    values[i] = value(random(), i);
  }
  check_sums(near_by, values);
  check_sums(far_apart, values);
}

double between(std::uint64_t bits, double low, double high) {
  return low + (high - low) * static_cast<double>(bits >> 11) * 0x1p-53;
}

}  // namespace

TEST_CASE("Sums of groups are exact, whatever the sizes of values: alike, a few of them apart, all apart") {
  auto const alike = [](std::uint64_t r, std::size_t) { return between(r, -1, 1); };
  auto const few_apart = [](std::uint64_t r, std::size_t i) {
    if (i % 5000 == 1) return between(r, -1e300, 1e300);
    if (i % 5000 == 2) return between(r, -1e-300, 1e-300);
    return i % 5000 == 3 ? 5e-324 : between(r, -1, 1);
  };
  auto const all_apart = [](std::uint64_t r, std::size_t) {
    return std::ldexp(between(r, -1, 1), static_cast<int>(r % 1900) - 1000);
  };
  auto const zeros = [](std::uint64_t r, std::size_t) {
    return r % 3 == 0 ? -0. : r % 3 == 1 ? 0. : std::copysign(0.25, static_cast<double>(r % 5) - 2);
  };
  for (std::size_t const n : {1u, 500u, 100'000u})
    for (std::uint64_t const distinct : {1u, 300u, 5000u}) {
      check_sums_of<double>(n, distinct, alike);
      check_sums_of<double>(n, distinct, few_apart);
      check_sums_of<double>(n, distinct, zeros);
      if (n < 1000) check_sums_of<double>(n, distinct, all_apart);
      check_sums_of<float>(n, distinct, [&](std::uint64_t r, std::size_t i) { return static_cast<float>(alike(r, i)); });
    }
  check_sums_of<double>(20'000, 300, all_apart);
  check_sums_of<float>(20'000, 300, [](std::uint64_t r, std::size_t) {
    return std::ldexp(static_cast<float>(between(r, -1, 1)), static_cast<int>(r % 250) - 148);
  });
  // The largest that fit where the unit is chosen for some others: what is added up must carry before it overflows.
  std::size_t const many = 600'000;
  check_sums_of<double>(many, 1,
                        [](std::uint64_t, std::size_t i) { return i % (many / 1024 + 1) == 0 ? 1. : 127.99999999999999; });
}

TEST_CASE("Sums of groups of integers are exact, and one that does not fit is an error of its key") {
  for (std::size_t const n : {500u, 100'000u})
    for (std::uint64_t const distinct : {1u, 5000u}) {
      check_sums_of<int>(n, distinct, [](std::uint64_t r, std::size_t) { return static_cast<int>(r); });
      check_sums_of<std::uint8_t>(n, distinct, [](std::uint64_t r, std::size_t) { return static_cast<std::uint8_t>(r); });
      check_sums_of<std::int64_t>(n, distinct, [](std::uint64_t r, std::size_t) { return static_cast<std::int64_t>(r) >> 20; });
      check_sums_of<std::uint64_t>(n, distinct, [](std::uint64_t r, std::size_t) { return r >> 20; });
    }
  auto const large = std::numeric_limits<std::int64_t>::max();
  CHECK(tandem::group_by(std::vector{1, 1, 1}, std::vector{large, large, -large}, tandem::sum)[0].result == large);
  CHECK_THROWS_AS(tandem::group_by(std::vector{1, 2, 2}, std::vector{large, large, large}, tandem::sum), std::overflow_error);
  auto const most = std::numeric_limits<std::uint64_t>::max();
  CHECK_THROWS_AS(tandem::group_by(std::vector{1, 1}, std::vector<std::uint64_t>{most, 1}, tandem::sum), std::overflow_error);
}

TEST_CASE("Sums of groups with infinities, NaN and zeros of either sign") {
  double const inf = std::numeric_limits<double>::infinity(), nan = std::nan("");
  std::vector<int> const keys{0, 0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6};
  std::vector<double> const values{inf, 1, inf, -inf, nan, 1, -0., -0., 0., -1, 1, 5e-324};
  auto const groups = tandem::group_by(keys, values, tandem::sum);
  REQUIRE(groups.size() == 7);
  CHECK(groups[0].result == inf);
  CHECK(std::isnan(groups[1].result));
  CHECK(std::isnan(groups[2].result));
  for (int const g : {3, 4, 5}) CHECK(groups[static_cast<std::size_t>(g)].result == 0);
  CHECK(std::signbit(groups[3].result));
  CHECK(!std::signbit(groups[4].result));
  CHECK(!std::signbit(groups[5].result));
  CHECK(groups[6].result == 5e-324);
  std::vector<double> const all_nan(5, nan);
  CHECK(std::isnan(tandem::group_by(std::vector(5, 1), all_nan, tandem::mean)[0].result));
}

TEST_CASE("Sums of groups stop when they are asked to") {
  std::stop_source source;
  source.request_stop();
  std::vector<int> const keys(100'000, 1);
  std::vector<double> const values(100'000, 1);
  CHECK_THROWS_AS(tandem::group_by(tandem::par.with({.stop = source.get_token()}), keys, values, tandem::sum),
                  tandem::cancelled);
}
