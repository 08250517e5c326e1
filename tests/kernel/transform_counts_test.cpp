// SPDX-License-Identifier: BSL-1.0
// Counts of elements and their places in memory: transform against a plain loop.
#include <tandem/kernel/transform.hpp>

#include <cstdint>
#include <span>
#include <vector>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include "../support/every_policy.hpp"
#include "../support/kernel_values.hpp"

using kernel_test::same;
using kernel_test::with_every_policy;
using tandem::lanes;

namespace {

constexpr auto polynomial = [](auto v) { return (3 * v + 2) * v + 1; };

template <class T> std::vector<T> counting(std::size_t n) {
  std::vector<T> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<T>(i % 97) - static_cast<T>(48);
  return values;
}

// All counts up to four registers, and around those from which on outputs are aligned first.
template <class T> std::vector<std::size_t> counts() {
  constexpr std::size_t w = lanes<T>::size;
  std::vector<std::size_t> all;
  for (std::size_t n = 0; n <= 4 * w + 3; ++n) all.push_back(n);
  for (std::size_t const n :
       {5 * w + 1, 6 * w - 1, 7 * w + 2, 8 * w, 9 * w - 1, 16 * w - 1, 16 * w, 16 * w + 1, 17 * w - 1, 33 * w + 3})
    all.push_back(n);
  return all;
}

}  // namespace

TEMPLATE_TEST_CASE("transform agrees with a loop for every count at every offset and touches nothing else", "[transform]",
                   float, double, std::uint64_t) {
  using T = TestType;
  constexpr std::size_t w = lanes<T>::size, margin = w;
  T const sentinel = static_cast<T>(123);
  std::vector<T> const numbers = counting<T>(40 * w);
  with_every_policy([&](char const* name, auto const& policy) {
    INFO(name);
    std::size_t wrong = 0;
    for (std::size_t const n : counts<T>())
      for (std::size_t offset = 0; offset < w; ++offset)
        for (std::size_t const out_offset : {offset, (offset + 1) % w, std::size_t{0}}) {
          std::vector<T> y(n + 2 * margin + w, sentinel);
          T* const out = y.data() + margin + out_offset;
          tandem::transform(policy, std::span(numbers).subspan(offset, n), std::span(out, n), polynomial);
          for (std::size_t i = 0; i < n; ++i) wrong += !same<T>(out[i], polynomial(numbers[offset + i]));
          for (T const* p = y.data(); p != out; ++p) wrong += *p != sentinel;
          for (T const* p = out + n; p != y.data() + y.size(); ++p) wrong += *p != sentinel;
        }
    CHECK(wrong == 0);
  });
}

TEMPLATE_TEST_CASE("transform in place agrees with a loop for every count at every offset and touches nothing else",
                   "[transform]", float, double) {
  using T = TestType;
  constexpr std::size_t w = lanes<T>::size;
  std::vector<T> const numbers = counting<T>(40 * w);
  with_every_policy([&](char const* name, auto const& policy) {
    INFO(name);
    std::size_t wrong = 0;
    for (std::size_t const n : counts<T>())
      for (std::size_t offset = 0; offset < w; ++offset) {
        std::vector<T> y = numbers;
        std::span<T> const part = std::span(y).subspan(offset, n);
        tandem::transform(policy, part, part, polynomial);
        for (std::size_t i = 0; i < y.size(); ++i)
          wrong += !same<T>(y[i], i >= offset && i < offset + n ? polynomial(numbers[i]) : numbers[i]);
      }
    CHECK(wrong == 0);
  });
}
