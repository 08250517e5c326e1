// SPDX-License-Identifier: BSL-1.0
// Mixed types of numbers as inputs, and what stands in the lanes that a tail leaves over.
#include <tandem/kernel/transform.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/kernel/math.hpp>

#include "../support/check_transform.hpp"
#include "../support/every_policy.hpp"

using kernel_test::check_policies;
using kernel_test::n;
using kernel_test::numbers;
using kernel_test::with_lane_policies;
using tandem::transform;
using tandem::zip;

TEST_CASE("Mixed inputs meet in their common type before the kernel sees them", "[transform]") {
  auto const check_type = []<class T>(std::type_identity<T>) {
    return [](auto a, auto b) {
      using V = decltype(a);
      static_assert(std::is_same_v<V, decltype(b)>);
      static_assert(std::is_same_v<V, T> || std::is_same_v<V, tandem::lanes<T>>);
      return a + b;
    };
  };
  auto const doubles = numbers<double>(1);
  auto floats = numbers<float>(2);
  for (float& v : floats) v += 0.25f;
  auto const ints = numbers<int>(-5, 2);
  auto const bytes = numbers<std::int8_t>(-60, 3);
  auto const unsigned_longs = numbers<std::uint64_t>(9);
  auto const longs = numbers<std::int64_t>(-3);
  auto const shorts = numbers<std::uint16_t>(65000);
  std::array<bool, n> truths{};
  for (std::size_t i = 0; i < n; ++i) truths[i] = i % 3 == 0;
  check_policies<double>(zip(ints, doubles), check_type(std::type_identity<double>()),
                         [&](std::size_t i) { return ints[i] + doubles[i]; });
  check_policies<double>(zip(floats, doubles), check_type(std::type_identity<double>()),
                         [&](std::size_t i) { return static_cast<double>(floats[i]) + doubles[i]; });
  check_policies<float>(zip(floats, ints), check_type(std::type_identity<float>()),
                        [&](std::size_t i) { return floats[i] + static_cast<float>(ints[i]); });
  check_policies<int>(zip(bytes, ints), check_type(std::type_identity<int>()),
                      [&](std::size_t i) { return bytes[i] + ints[i]; });
  check_policies<std::uint64_t>(zip(unsigned_longs, longs), check_type(std::type_identity<std::uint64_t>()),
                                [&](std::size_t i) { return unsigned_longs[i] + static_cast<std::uint64_t>(longs[i]); });
  check_policies<unsigned>(zip(shorts, 3u), check_type(std::type_identity<unsigned>()),
                           [&](std::size_t i) { return shorts[i] + 3u; });
  check_policies<double>(zip(truths, doubles), check_type(std::type_identity<double>()),
                         [&](std::size_t i) { return doubles[i] + truths[i]; });
}

TEST_CASE("Integer division never sees a zero that is not in the data", "[transform]") {
  auto const ints = numbers<int>(1);
  auto const longs = numbers<std::int64_t>(3);
  auto const unsigned_longs = numbers<std::uint64_t>(5);
  check_policies<int>(ints, [](auto v) { return 1000 / v; }, [&](std::size_t i) { return 1000 / ints[i]; });
  check_policies<std::int64_t>(
      longs, [](auto v) { return 1000 / v + 7 % v; }, [&](std::size_t i) { return 1000 / longs[i] + 7 % longs[i]; });
  check_policies<std::uint64_t>(
      unsigned_longs, [](auto v) { return 1000 / v; }, [&](std::size_t i) { return 1000 / unsigned_longs[i]; });
  check_policies<std::int64_t>(
      zip(longs, ints), [](auto v, auto w) { return v / w; }, [&](std::size_t i) { return longs[i] / ints[i]; });
}

TEST_CASE("No lane sees a value that is not in the data", "[transform]") {
  std::vector<double> const a(n, 3.);
  with_lane_policies([&](char const* name, auto const& policy) {
    INFO(name);
    for (std::size_t count = 1; count <= n; ++count) {
      std::vector<double> out(count);
      bool others = false;
      transform(policy.with({.jobs = 1}), std::span(a).first(count), out,
                [&](auto v) { return others |= tandem::any(v != 3.), v; });
      CHECK_FALSE(others);
    }
  });
}
