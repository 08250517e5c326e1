// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// How a memoized function remembers, and what it tells of itself: `memo_options`, `keyed_by`, `memo_info`, `memo_cycle_error`.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>

#include <tandem/core/count.hpp>

namespace tandem {

/// Which result is dropped when the cache is full.
enum class eviction {
  /// What proves useful stays: a newcomer must be asked for again soon, or more often than what it would replace. A sweep over
  /// more keys than the capacity still finds a good part of them. Hits write nothing that threads share once a key is hot.
  adaptive,
  /// What was used longest ago is dropped, exactly, as by `functools.lru_cache`. Hits take a lock; sweeps beyond the capacity
  /// find nothing.
  lru,
};

/// What a caller gets who waited for a computation that threw. The one who computed gets the exception in either case, and
/// no error is remembered.
enum class memo_errors {
  propagate,  ///< the same exception
  retry,      ///< a try of its own: one of those who waited computes, the others wait again
};

/// A key that needs its own result to be computed: the function is not well defined there.
///
/// Example: `catch (tandem::memo_cycle_error const& e) { std::cerr << e.what(); }`
class [[gnu::visibility("default")]] memo_cycle_error : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// The option `key` left out: all arguments are the key.
struct all_arguments {};

/// How to remember. Aggregate: name what you want to set, in this order.
///
/// A key of one's own is named by `keyed_by`.
///
/// Example: `tandem::memoize(f, {.capacity = 4096, .policy = tandem::eviction::lru})`
template <class Key = all_arguments> struct memo_options {
  /// The most results kept. Left out: all. 0: none.
  count capacity = (std::numeric_limits<std::size_t>::max)();
  /// Which one is dropped when there are more.
  eviction policy = eviction::adaptive;
  /// Who gets an exception.
  memo_errors errors = memo_errors::propagate;
  /// The key of a call, from its arguments; see `keyed_by`.
  Key key = {};
};

/// Options with a key of one's own: `key` is a function of the arguments whose result is the key instead of them. It says what is
/// meant where an argument is a pointer or a mutable reference, or does not matter.
///
/// Example: `tandem::memoize(f, tandem::keyed_by([](config const& c, std::ostream&) { return c.id; }, {.capacity = 100}))`
template <class Key> memo_options<Key> keyed_by(Key key, memo_options<> const& others = {}) {
  return {others.capacity, others.policy, others.errors, std::move(key)};
}

/// What a cache has seen since it was made or cleared. hits + misses is the number of calls. Exact when no call is running.
struct memo_info {
  std::uint64_t hits = 0;       ///< calls that got a remembered result, or waited for one (or for its exception)
  std::uint64_t misses = 0;     ///< calls that ran the function, those that threw too; and those refused by `memo_cycle_error`
  std::uint64_t evictions = 0;  ///< results dropped because the cache was full
  std::size_t size = 0;         ///< results in the cache
  std::size_t capacity = 0;     ///< the bound; the largest `std::size_t` for none
  std::uint64_t waits = 0;      ///< hits that waited for another thread to compute
};

}  // namespace tandem
