// SPDX-License-Identifier: BSL-1.0
// Memory: how much an entry takes, that hits take none, and what happens when there is none, at every step.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <new>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <malloc.h>

#include <catch2/catch_test_macros.hpp>

#include <tandem/memoize.hpp>

#include "support/sanitized.hpp"

namespace {

// What this thread allocates is counted; the n-th allocation from now on fails. Negative: none does.
constinit thread_local long allocations = 0, failing = -1;
constinit thread_local long long bytes = 0;  // that it holds

void* allocate(std::size_t size, std::size_t alignment) {
  ++allocations;
  if (failing >= 0 && failing-- == 0) throw std::bad_alloc();
  void* const p = alignment <= alignof(std::max_align_t)
                      ? std::malloc(size == 0 ? 1 : size)
                      : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (p == nullptr) throw std::bad_alloc();
  bytes += static_cast<long long>(::malloc_usable_size(p));
  return p;
}

void release(void* p) {
  bytes -= static_cast<long long>(::malloc_usable_size(p));
  std::free(p);
}

struct fragile_key {
  explicit fragile_key(int n) : value(n) {}
  fragile_key(fragile_key const&) : value(0) { throw std::runtime_error("copy"); }
  bool operator==(fragile_key const&) const = default;
  int value;
};

}  // namespace

template <> struct std::hash<fragile_key> {
  std::size_t operator()(fragile_key const& k) const noexcept { return static_cast<std::size_t>(k.value); }
};

[[gnu::noinline]] void* operator new(std::size_t size) { return allocate(size, 1); }
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void* operator new(std::size_t size, std::nothrow_t const&) noexcept {
  try {
    return allocate(size, 1);
  } catch (...) {
    return nullptr;
  }
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment, std::nothrow_t const&) noexcept {
  try {
    return allocate(size, static_cast<std::size_t>(alignment));
  } catch (...) {
    return nullptr;
  }
}
[[gnu::noinline]] void operator delete(void* p) noexcept { release(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { release(p); }
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept { release(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept { release(p); }

namespace {

template <class Key> double bytes_an_entry(std::size_t entries, std::size_t capacity) {
  auto g = tandem::memoize([](Key k) { return 0.5 * static_cast<double>(k); }, {.capacity = capacity});
  (void)g(Key(0));  // what every cache has, however small
  long long const before = bytes;
  for (std::size_t k = 1; k <= entries; ++k) (void)g(static_cast<Key>(k));
  return static_cast<double>(bytes - before) / static_cast<double>(entries) - sizeof(Key) - sizeof(double);
}

}  // namespace

TEST_CASE("An entry takes 24 bytes or less beyond its key and value") {
  for (std::size_t n : {std::size_t{4000}, std::size_t{100'000}, std::size_t{262'144}, std::size_t{300'000}}) {
    if (tests::sanitized && n > 100'000) break;
    for (std::size_t capacity : {n, SIZE_MAX}) {
      INFO(n << " entries, capacity " << capacity);
      CHECK(bytes_an_entry<int>(n, capacity) <= 24);
      CHECK(bytes_an_entry<long>(n, capacity) <= 24);
    }
  }
}

TEST_CASE("Hits allocate nothing, whatever the key") {
  auto text = tandem::memoize([](std::string const& s, int n) { return s.size() + static_cast<std::size_t>(n); });
  auto numbers = tandem::memoize([](std::span<double const> x) { return std::accumulate(x.begin(), x.end(), 0.); });
  auto vectors =
      tandem::memoize([](std::vector<int> const& x) { return x.size(); }, {.capacity = 4, .policy = tandem::eviction::lru});
  char const* const key = "a string that is longer than what fits into a std::string itself";
  std::vector<double> const x(100, 0.5);
  std::vector<int> const v(100, 3);
  auto const call = [&] { return static_cast<double>(text(key, 1)) + numbers(x) + static_cast<double>(vectors(v)); };
  double const first = call();
  (void)call();  // this thread's first hits make room for its counts
  long const before = allocations;
  bool const right = call() == first && text.contains(std::string_view(key), 1);
  long const after = allocations;
  CHECK(right);
  CHECK(after == before);
}

TEST_CASE("Evictions need no memory") {
  auto g = tandem::memoize([](int k) { return k; }, {.capacity = 100});
  for (int k = 0; k < 1000; ++k) (void)g(k), (void)g(k);
  long const before = allocations;
  for (int k = 0; k < 10'000; ++k) (void)g(k);
  long const after = allocations;
  CHECK(after == before);
}

TEST_CASE("Out of memory at any step, a call throws or returns the right result, and the cache stays whole") {
  for (auto policy : {tandem::eviction::adaptive, tandem::eviction::lru})
    for (std::size_t capacity : {std::size_t{3}, SIZE_MAX}) {
      int thrown = 0;
      for (long step = 0; step < 60; ++step) {
        int computed = 0;
        auto g = tandem::memoize_recursive<std::string(std::string const&)>(
            [&](auto& self, std::string const& s) -> std::string {
              ++computed;
              return s.size() <= 40 ? s : self(std::string_view(s).substr(1)) + s[0];
            },
            {.capacity = capacity, .policy = policy});
        std::string const key = "0123456789012345678901234567890123456789xyzuvw";
        std::string const right = "1234567890123456789012345678901234567890";
        bool failed = false;
        std::string first;
        failing = step;
        try {
          first = g(key);
        } catch (std::bad_alloc const&) {
          failed = true;
        }
        failing = -1;
        thrown += failed;
        auto const info = g.info();
        CHECK(info.misses ==
              static_cast<std::uint64_t>(computed) + (failed ? info.misses - static_cast<std::uint64_t>(computed) : 0));
        std::string const again = g(key);
        CHECK((failed || again == first));
        CHECK(again.size() == key.size());
        CHECK(g.info().size <= capacity);
        g.clear();
        CHECK(g.info().size == 0);
        CHECK(g(key) == again);
      }
      CHECK(thrown > 0);
      CHECK(thrown < 60);
    }
}

TEST_CASE("What is thrown while a result is copied or moved into the cache is not thrown at the caller") {
  struct fragile {
    explicit fragile(int* c) : copies(c) {}
    fragile(fragile const& other) : copies(other.copies) {
      if (--*copies == 0) throw std::runtime_error("copy");
    }
    int* copies;
  };
  for (int step = 1; step < 8; ++step) {
    int copies = step, computed = 0;
    auto g = tandem::memoize([&](int) { return ++computed, fragile(&copies); });
    int failures = 0;
    for (int call = 0; call < 4; ++call) try {
        (void)g(1);
      } catch (std::runtime_error const&) {
        ++failures;  // the caller's own copy
      }
    CHECK(failures <= 1);
    CHECK(computed <= 2);
    CHECK(g.info().hits + g.info().misses == 4);
    CHECK(g.info().size == 1);
  }
}

TEST_CASE("What is forgotten or dropped is destroyed at once where no thread reads") {
  static int alive = 0;
  struct counted {
    explicit counted(int k) : key(k) { ++alive; }
    counted(counted const& other) : key(other.key) { ++alive; }
    ~counted() { --alive; }
    int key;
  };
  for (auto policy : {tandem::eviction::adaptive, tandem::eviction::lru})
    for (std::size_t capacity : {std::size_t{1}, std::size_t{5}, std::size_t{1000}}) {
      auto g = tandem::memoize([](int k) { return counted(k); }, {.capacity = capacity, .policy = policy});
      int most = 0;
      for (int k = 0; k < 5000; ++k) {
        (void)g(k);
        if (alive > most) most = alive;
      }
      CHECK(static_cast<std::size_t>(most) <= capacity + (capacity < 32 ? capacity : 32));
      g.clear();
      CHECK(alive <= 32);
    }
  CHECK(alive == 0);
  auto g = tandem::memoize([](int k) { return counted(k); });
  for (int k = 0; k < 1000; ++k) (void)g(k);
  bool right = true;
  for (int k = 0; k < 1000; ++k) right = g.forget(k) && alive == 999 - k && right;
  CHECK(right);
}

TEST_CASE("Where there is no memory for the key the result is computed, counted, returned and not kept") {
  int computed = 0;
  auto g = tandem::memoize_recursive<std::size_t(std::string_view, int)>(
      [&](auto& self, std::string_view s, int n) -> std::size_t { return ++computed, n > 0 ? self(s, n - 1) + 1 : s.size(); });
  std::string const text(100, 'x');
  (void)tandem::memoize([](int k) { return k; })(0);  // what a thread's first call makes
  failing = 0;
  std::size_t const size = g(text, 3);
  failing = -1;
  CHECK(size == 103);
  CHECK(computed == 4);
  CHECK(g.info().misses == 4);
  CHECK(g.info().size == 3);
  CHECK(g(text, 3) == 103);
  CHECK(g.info().size == 4);
}

TEST_CASE("A call whose key cannot be copied throws what the copy throws, and is counted") {
  auto g = tandem::memoize([](fragile_key const& k) { return k.value; });
  CHECK_THROWS_AS(g(fragile_key(1)), std::runtime_error);
  CHECK(g.info().misses == 1);
  CHECK(g.info().size == 0);
}

TEST_CASE("An exception at every step of a recursion leaves the keys below remembered and the others to be tried again") {
  for (int bad = 0; bad <= 10; ++bad) {
    bool armed = true;
    auto g = tandem::memoize_recursive<int(int)>([&](auto& self, int n) -> int {
      int const below = n == 0 ? 0 : self(n - 1);
      if (armed && n == bad) throw std::runtime_error("step");
      return below + 1;
    });
    CHECK_THROWS_AS(g(10), std::runtime_error);
    CHECK(g.info().size == static_cast<std::size_t>(bad));
    CHECK(g.info().misses == 11);
    armed = false;
    CHECK(g(10) == 11);
    CHECK(g.info().hits == (bad == 0 ? 0u : 1u));
  }
}
