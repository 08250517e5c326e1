// SPDX-License-Identifier: BSL-1.0
// What a kernel may return, and how it becomes elements of an output.
#include <tandem/kernel/transform.hpp>

#include <array>
#include <cstdint>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "../support/check_transform.hpp"

using kernel_test::check_policies;
using kernel_test::n;
using kernel_test::numbers;

TEST_CASE("Results convert to the type of their output, truths to 1 and 0", "[transform]") {
  auto const a = numbers<double>(-10, 1);
  auto const half = [](auto v) { return v / 2; };
  check_policies<float>(a, [](auto v) { return v / 3; }, [&](std::size_t i) { return static_cast<float>(a[i] / 3); });
  check_policies<int>(a, half, [&](std::size_t i) { return static_cast<int>(a[i] / 2); });
  check_policies<std::int8_t>(a, half, [&](std::size_t i) { return static_cast<std::int8_t>(a[i] / 2); });
  check_policies<std::int64_t>(a, half, [&](std::size_t i) { return static_cast<std::int64_t>(a[i] / 2); });
  check_policies<bool>(a, half, [&](std::size_t i) { return a[i] != 0; });
  auto const positive = [](auto v) { return v > 0.; };
  check_policies<bool>(a, positive, [&](std::size_t i) { return a[i] > 0; });
  check_policies<std::uint8_t>(a, positive, [&](std::size_t i) { return a[i] > 0 ? 1 : 0; });
  check_policies<int>(a, positive, [&](std::size_t i) { return a[i] > 0 ? 1 : 0; });
  check_policies<double>(a, positive, [&](std::size_t i) { return a[i] > 0 ? 1. : 0.; });
  auto const ints = numbers<int>(1);
  check_policies<double>(ints, [](auto v) { return v * 3; }, [&](std::size_t i) { return 3. * ints[i]; });
  check_policies<double>(ints, [](auto v) { return 7 / v; }, [&](std::size_t i) { return 7 / ints[i]; });
}

TEST_CASE("A kernel may return a plain number, which repeats", "[transform]") {
  auto const a = numbers<double>(1);
  check_policies<double>(a, [](auto) { return 4; }, [](std::size_t) { return 4.; });
  check_policies<float>(a, [](auto) { return 0.5; }, [](std::size_t) { return 0.5f; });
}

TEST_CASE("A plain number that the inputs' type cannot hold arrives whole under every policy", "[transform]") {
  check_policies<double>(numbers<int>(1), [](auto) { return 0.5; }, [](std::size_t) { return 0.5; });
  check_policies<double>(numbers<float>(1), [](auto) { return 0.1; }, [](std::size_t) { return 0.1; });
}
