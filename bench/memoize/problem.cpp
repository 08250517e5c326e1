// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

namespace bench::memoize {
namespace {

constexpr std::size_t all = static_cast<std::size_t>(-1), calls_a_time = 50'000;

struct pattern {
  std::string size;
  std::size_t calls, keys, capacity;
  double zipf;
  bool in_turn, quick;
};

template <class Key> bool add(pattern const& p) {
  return add_case<calls<Key>>({.problem = "memoize",
                               .type = std::is_same_v<Key, int> ? "int" : "string",
                               .size = p.size,
                               .work = {.items = static_cast<double>(p.calls)},
                               .quick = p.quick},
                              [p] { return std::make_unique<calls<Key>>(p.calls, p.keys, p.capacity, p.zipf, p.in_turn); });
}

bool const stated =
    add_problem({.name = "memoize",
                 .sentence =
                     "Calls of a function that remembers its results, where looking up is all there is to do. The size is the "
                     "number of different keys; after a hyphen, how they come: one key from all threads; by a zipf law "
                     "(0.99) into a cache that holds all, 1200 or 150 of them, which makes about 100, 75 and 50 % hits; or "
                     "in turn, so that a cache for 1000 misses nearly always.",
                 .item = "calls"}) &&
    add<int>({"1000", calls_a_time, 1000, 1024, 0, false, true}) &&
    add<std::string>({"1000", calls_a_time, 1000, 1024, 0, false, false}) &&
    add<int>({"10000000", 1'000'000, 10'000'000, all, 0, false, false}) &&
    add<int>({"1-one-key", calls_a_time, 1, 1024, 0, false, false}) &&
    add<int>({"10000-zipf-100", calls_a_time, 10'000, 10'000, 0.99, false, true}) &&
    add<int>({"10000-zipf-75", calls_a_time, 10'000, 1200, 0.99, false, false}) &&
    add<int>({"10000-zipf-50", calls_a_time, 10'000, 150, 0.99, false, false}) &&
    add<int>({"100000-misses", calls_a_time, 100'000, 1000, 0, true, false});

}  // namespace
}  // namespace bench::memoize
