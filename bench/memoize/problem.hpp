// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Calls of a function that remembers: a sequence of keys, and a cheap function of them.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "../support/suite.hpp"
#include "../support/team.hpp"

namespace bench::memoize {

/// What is remembered: so cheap that only remembering counts.
inline double compute(int k) { return 2.5 * k; }
inline double compute(std::string const& k) { return static_cast<double>(k.size()) + k.back(); }

/// Numbers below 2^31 that look random; the same everywhere.
class numbers {
 public:
  std::uint32_t operator()() {
    return static_cast<std::uint32_t>((state_ = state_ * 6364136223846793005u + 1442695040888963407u) >> 33);
  }

 private:
  std::uint64_t state_ = 42;
};

/// A key by its number.
template <class Key> Key key_of(int i) {
  if constexpr (std::is_same_v<Key, std::string>) return "parameters of run " + std::to_string(i);
  else return i;
}

/// Calls in the order in which they are made, and the number of results that may be kept.
template <class Key> struct calls {
  static constexpr double tolerance = 0;

  /// `keys` different ones; drawn at random, or by a zipf law, of which few are wanted often.
  calls(std::size_t n, std::size_t keys, std::size_t most, double zipf, bool in_turn)
      : capacity(most), known(most >= keys ? keys : 0), out(n) {
    std::vector<double> sums;
    double sum = 0;
    if (zipf > 0)
      for (std::size_t k = 1; k <= keys; ++k) sums.push_back(sum += std::pow(static_cast<double>(k), -zipf));
    numbers random;
    for (std::size_t i = 0; i < n; ++i) {
      std::size_t k = in_turn ? i % keys : random() % keys;
      if (zipf > 0)
        k = static_cast<std::size_t>(std::lower_bound(sums.begin(), sums.end(), sum * (random() / 2147483648.)) - sums.begin());
      in.push_back(key_of<Key>(static_cast<int>(k)));
    }
  }

  std::span<double> result() { return out; }
  double expected(std::size_t i) const { return compute(in[i]); }

  /// Calls for all keys, where all are kept.
  template <class Cached> void fill(Cached& cached) const {
    for (std::size_t k = 0; k < known; ++k) (void)cached(key_of<Key>(static_cast<int>(k)));
  }

  std::size_t capacity;  // the largest size for all
  std::size_t known;
  std::vector<Key> in;
  std::vector<double> out;
};

/// Calls `cached` for all keys, by one thread or by parts of all threads, over and over. What it remembers stays from one
/// repetition to the next, and is filled before the clock starts.
template <class Key, class Cached> std::function<void()> by_one(calls<Key>& data, Cached cached) {
  auto const shared = std::make_shared<Cached>(std::move(cached));
  data.fill(*shared);
  auto const run = [&data, shared] {
    for (std::size_t i = 0; i < data.in.size(); ++i) data.out[i] = (*shared)(data.in[i]);
  };
  run();
  return run;
}

template <class Key, class Cached> std::function<void()> by_all(calls<Key>& data, Cached cached) {
  auto const shared = std::make_shared<Cached>(std::move(cached));
  auto const crew = std::make_shared<team>(jobs());
  data.fill(*shared);
  auto const run = [&data, shared, crew] {
    crew->run([&](std::size_t t) {
      auto const [begin, end] = crew->part(data.in.size(), t, 1024);
      for (std::size_t i = begin; i < end; ++i) data.out[i] = (*shared)(data.in[i]);
    });
  };
  run();
  return run;
}

/// Adds a cache as a variant with one thread and as one with all. `make(data)` returns a callable. It is not asked to know more
/// than `most` keys.
template <class Key, class Make>
bool add_cache(std::string const& one, std::string const& all, Make make, std::size_t most = static_cast<std::size_t>(-1)) {
  return add_variant<calls<Key>>("memoize", one, threads::one,
                                 [make, most](calls<Key>& d) -> std::function<void()> {
                                   if (d.known > most) return {};
                                   return by_one(d, make(d));
                                 }) &&
         add_variant<calls<Key>>("memoize", all, threads::all, [make, most](calls<Key>& d) -> std::function<void()> {
           if (d.known > most) return {};
           return by_all(d, make(d));
         });
}

}  // namespace bench::memoize
