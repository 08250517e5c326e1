// SPDX-License-Identifier: BSL-1.0
// What is kept and what is dropped: exact where it is exact, better than the floors where it is not.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <list>
#include <random>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/memoize.hpp>
#include <tandem/memoize/cache_table.hpp>

namespace {

/// The plainest LRU there is.
class reference_lru {
 public:
  explicit reference_lru(std::size_t capacity) : capacity_(capacity) {}
  bool hit(int k) {
    auto const found = where_.find(k);
    bool const there = found != where_.end();
    if (there) order_.erase(found->second);
    order_.push_front(k);
    where_[k] = order_.begin();
    if (order_.size() > capacity_) where_.erase(order_.back()), order_.pop_back();
    return there;
  }

 private:
  std::size_t capacity_;
  std::list<int> order_;
  std::unordered_map<int, std::list<int>::iterator> where_;
};

std::vector<int> web_trace() {
#if defined(TANDEM_REFERENCE_DATA)
  std::ifstream in(TANDEM_REFERENCE_DATA "/traces/web12.trace", std::ios::binary);
  std::vector<int> keys;
  unsigned char b[4];
  while (in.read(reinterpret_cast<char*>(b), 4)) keys.push_back(b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3]);
  return keys;
#else
  return {};
#endif
}

double percent_hits(std::vector<int> const& keys, std::size_t capacity, tandem::eviction policy) {
  auto g = tandem::memoize([](int k) { return k + 0.5; }, {.capacity = capacity, .policy = policy});
  bool right = true;
  for (int k : keys) right = g(k) == k + 0.5 && right;
  CHECK(right);
  CHECK(g.info().size <= capacity);
  CHECK(g.info().hits + g.info().misses == keys.size());
  return 100. * static_cast<double>(g.info().hits) / static_cast<double>(keys.size());
}

struct same_hash {
  int x;
  bool operator==(same_hash const&) const = default;
};

constexpr std::size_t sizes[] = {200, 300, 400, 800, 1200, 3000};

}  // namespace

template <> struct std::hash<same_hash> {
  std::size_t operator()(same_hash const&) const { return 1; }
};

TEST_CASE("lru hits exactly when a plain LRU does, forget included") {
  std::mt19937 random(3);
  for (int capacity : {1, 2, 3, 10, 100}) {
    reference_lru reference(static_cast<std::size_t>(capacity));
    int computed = 0;
    auto g = tandem::memoize([&](int k) { return ++computed, k; }, {.capacity = capacity, .policy = tandem::eviction::lru});
    int different = 0;
    for (int i = 0; i < 20'000; ++i) {
      int const k = static_cast<int>(random() % static_cast<unsigned>(1 + random() % static_cast<unsigned>(3 * capacity)));
      int const before = computed;
      (void)g(k);
      different += reference.hit(k) != (computed == before);
    }
    CHECK(different == 0);
  }
}

TEST_CASE("lru on the web trace gives the published figures", "[reference]") {
  auto const keys = web_trace();
  if (keys.empty()) SKIP("the trace is not here");
  REQUIRE(keys.size() == 95'607);
  char const* const published[] = {"44.04", "49.01", "52.83", "61.95", "66.85", "76.48"};
  for (std::size_t i = 0; i < 6; ++i) {
    char text[16];
    std::snprintf(text, sizeof text, "%.2f", percent_hits(keys, sizes[i], tandem::eviction::lru));
    CHECK(std::string(text) == published[i]);
  }
}

TEST_CASE("adaptive on the web trace is above its floors", "[reference]") {
  auto const keys = web_trace();
  if (keys.empty()) SKIP("the trace is not here");
  double const floors[] = {46, 52.5, 57, 66, 70, 77.5};
  for (std::size_t i = 0; i < 6; ++i) CHECK(percent_hits(keys, sizes[i], tandem::eviction::adaptive) > floors[i]);
}

TEST_CASE("adaptive keeps a part of a sweep larger than the cache, where lru keeps nothing") {
  for (auto [keys, capacity, floor] : {std::tuple{1011, 512, 30.}, std::tuple{300, 100, 20.}, std::tuple{5000, 4096, 50.}}) {
    std::vector<int> sweep;
    for (int i = 0; i < 30 * keys; ++i) sweep.push_back(i % keys);
    CHECK(percent_hits(sweep, static_cast<std::size_t>(capacity), tandem::eviction::adaptive) > floor);
    CHECK(percent_hits(sweep, static_cast<std::size_t>(capacity), tandem::eviction::lru) == 0);
  }
}

TEST_CASE("A scan does not flush what is used") {
  auto g = tandem::memoize([](int k) { return k; }, {.capacity = 1000});
  for (int round = 0; round < 5; ++round)
    for (int k = 0; k < 500; ++k) (void)g(k);
  for (int k = 0; k < 8000; ++k) (void)g(1000 + k);
  int kept = 0;
  for (int k = 0; k < 500; ++k) kept += g.contains(k);
  CHECK(kept > 450);
}

TEST_CASE("adaptive follows when what is used changes") {
  auto g = tandem::memoize([](int k) { return k; }, {.capacity = 1000});
  std::mt19937 random(5);
  for (int phase = 0; phase < 4; ++phase) {
    for (int i = 0; i < 50'000; ++i) (void)g(10'000 * phase + static_cast<int>(random() % 800));
    int kept = 0;
    for (int k = 0; k < 800; ++k) kept += g.contains(10'000 * phase + k);
    CHECK(kept > 700);
  }
}

TEST_CASE("Nothing is dropped before the cache is full, and a full one is kept full") {
  for (int capacity : {1, 7, 100, 5000, 50'000}) {
    auto g = tandem::memoize([](int k) { return k; }, {.capacity = capacity});
    for (int round = 0; round < 2; ++round)
      for (int k = 0; k < capacity; ++k) (void)g(k);
    CHECK(g.info().evictions == 0);
    CHECK(g.info().hits == static_cast<std::uint64_t>(capacity));
    for (int k = 0; k < capacity; ++k) (void)g(capacity + k);
    CHECK(g.info().size == static_cast<std::size_t>(capacity));
    CHECK(g.info().evictions == g.info().misses - static_cast<std::uint64_t>(capacity));
    for (int k = 0; k < 2 * capacity; ++k) (void)g.forget(k);
    CHECK(g.info().size == 0);
    for (int k = 0; k < capacity; ++k) (void)g(k);
    CHECK(g.info().size == static_cast<std::size_t>(capacity));
  }
}

TEST_CASE("Keys whose hashes are all the same are told apart") {
  auto g = tandem::memoize([](same_hash k) { return k.x; }, {.capacity = 300});
  bool right = true;
  for (int k = 0; k < 2000; ++k) right = g(same_hash{k % 400}) == k % 400 && right;
  CHECK(right);
  CHECK(g.info().size == 300);
}

TEST_CASE("The sketch counts no key too low before it forgets, and few too high") {
  tandem::detail::frequency_sketch sketch;
  sketch.add(5);
  CHECK(sketch.count(5) == 0);  // not ready: counts nothing
  sketch.prepare(1000);
  for (std::uint32_t k = 0; k < 1000; ++k)
    for (std::uint32_t i = 0; i < k % 8; ++i) sketch.add(k * 2654435761u);
  int low = 0, high = 0;
  for (std::uint32_t k = 0; k < 1000; ++k) {
    low += sketch.count(k * 2654435761u) < k % 8;
    high += sketch.count(k * 2654435761u) > k % 8 + 1;
  }
  CHECK(low == 0);
  CHECK(high < 50);
  for (int i = 0; i < 100; ++i) sketch.add(77);
  CHECK(sketch.count(77) == 15);
}
