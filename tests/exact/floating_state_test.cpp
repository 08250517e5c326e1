// SPDX-License-Identifier: BSL-1.0
// What the caller's floating-point state must not change: every result has the bits that it has in the usual state, also where
// the caller rounds in another direction or has switched off subnormal numbers.
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cfenv>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <tandem/reduce/exact_accumulator.hpp>
#include <tandem/reduce/extrema.hpp>
#include <tandem/reduce/group_by.hpp>
#include <tandem/reduce/histogram.hpp>
#include <tandem/reduce/moments.hpp>
#include <tandem/reduce/moving.hpp>
#include <tandem/reduce/sum.hpp>
#include <tandem/reduce/weighted.hpp>
#include <vector>

#include "support.hpp"
#include "support/every_policy.hpp"
#include "support/floating_state.hpp"

using namespace exact_test;
using floating_test::rounding;
using floating_test::without_subnormals;
using kernel_test::with_every_policy;

namespace {

template <class T> auto bits_of(T x) {
  if constexpr (sizeof(T) == 4) return std::bit_cast<std::uint32_t>(x);
  else return std::bit_cast<std::uint64_t>(x);
}

// So many times the least subnormal number, by its bits: the whole program may run without subnormal numbers.
template <class T> T units(int number) {
  constexpr int least = std::numeric_limits<T>::min_exponent - std::numeric_limits<T>::digits;
  return tandem::detail::assembled<T>(static_cast<std::uint64_t>(std::abs(number)), least, number < 0);
}

// Subnormal numbers of both signs and zeros; the extremes stand in the middle and at the end.
template <class T> std::vector<T> subnormals(std::size_t n) {
  std::vector<T> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = units<T>(static_cast<int>(i * 7919 % 199) - 99);
  x[n / 2] = units<T>(-500);
  x[n - 1] = units<T>(500);
  return x;
}

template <class T> void check_extrema(std::size_t n) {
  std::vector<T> const x = subnormals<T>(n);
  with_every_policy([&](char const* name, auto const& policy) {
    CAPTURE(name, n);
    T low{}, high{};
    std::size_t low_at = 0, high_at = 0;
    tandem::extremes<T> both{};
    std::vector<tandem::ranked<T>> best;
    {
      [[maybe_unused]] without_subnormals const state;
      low = tandem::min(policy, x), high = tandem::max(policy, x);
      low_at = tandem::argmin(policy, x), high_at = tandem::argmax(policy, x);
      both = tandem::minmax(policy, x);
      best = tandem::top_k(2)(policy, x);
    }
    REQUIRE(bits_of(low) == bits_of(x[n / 2]));
    REQUIRE(bits_of(high) == bits_of(x[n - 1]));
    REQUIRE(low_at == n / 2);
    REQUIRE(high_at == n - 1);
    REQUIRE(bits_of(both.min) == bits_of(low));
    REQUIRE(bits_of(both.max) == bits_of(high));
    REQUIRE(best.size() == 2);
    REQUIRE(bits_of(best[0].value) == bits_of(high));
    REQUIRE(best[0].index == n - 1);
    REQUIRE(bits_of(best[1].value) == bits_of(units<T>(99)));
  });
}

}  // namespace

TEST_CASE("Extrema are elements, and the same by every policy, where subnormal numbers count as zero") {
  for (std::size_t const n : {300u, 20'000u}) {
    check_extrema<double>(n);
    check_extrema<float>(n);
  }
}

TEST_CASE("Products of mixed types depend on no rounding mode, and keep subnormal numbers") {
  std::vector<std::int64_t> const wide{(std::int64_t{1} << 53) + 1, -(std::int64_t{1} << 62) - 1, 7};
  std::vector<int> const whole{16'777'217, -16'777'219, 3};
  std::vector<float> const floats{1, 0.5f, 0x1p-149f};
  std::vector<double> const doubles{1, 0.25, 0.1};
  auto const all = [&](auto const& policy) {
    return std::vector<double>{tandem::dot(policy, wide, doubles),
                               tandem::dot(policy, doubles, wide),
                               tandem::dot(policy, wide, floats),
                               tandem::dot(policy, whole, floats),
                               tandem::dot(policy, std::vector<float>{0x1p-149f}, std::vector<double>{3}),
                               tandem::weighted_sum(policy, floats, doubles),
                               tandem::weighted_mean(policy, wide, doubles),
                               tandem::weighted_mean(policy, doubles, wide),
                               tandem::weighted_mean(policy, floats, doubles)};
  };
  std::vector<double> const wanted = all(tandem::seq);
  with_every_policy([&](char const* name, auto const& policy) {
    CAPTURE(name);
    for (int const mode : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO, FE_TONEAREST}) {
      std::vector<double> found;
      {
        rounding const state(mode);
        found = all(policy);
      }
      REQUIRE(found == wanted);
    }
    std::vector<double> found;
    {
      [[maybe_unused]] without_subnormals const state;
      found = all(policy);
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      CAPTURE(i);
      REQUIRE(bits(found[i]) == bits(wanted[i]));
    }
  });
}

TEST_CASE("An accumulator and moving sums keep subnormal floats") {
  float const least = std::numeric_limits<float>::denorm_min();
  tandem::exact_accumulator sum, product;
  std::vector<float> const x(3000, least);
  std::vector<float> sums(x.size()), means(x.size()), by_blocks(x.size()), upward(1);
  std::vector<double> wide(x.size());
  {
    [[maybe_unused]] without_subnormals const state;
    sum.add(least);
    product.add_product(least, 1.f);
    tandem::moving(tandem::seq, x, sums, 3, tandem::sum);
    tandem::moving(tandem::unseq, x, means, 3, tandem::mean);
    tandem::moving(x, wide, 3, tandem::sum);
    tandem::moving(x, by_blocks, 3, tandem::max);
  }
  {
    rounding const state(FE_UPWARD);
    tandem::moving(std::vector<double>{0.1}, upward, 1, tandem::sum);
  }
  CHECK(bits(sum.value()) == bits(0x1p-149));
  CHECK(bits(product.value()) == bits(0x1p-149));
  CHECK(bits_of(sums[2000]) == bits_of(units<float>(3)));
  CHECK(bits_of(means[2000]) == bits_of(least));
  CHECK(bits(wide[2000]) == bits(0x3p-149));
  CHECK(bits_of(by_blocks[2000]) == bits_of(least));
  CHECK(upward[0] == 0.1f);
}

TEST_CASE("Histograms and groups tell subnormal numbers apart in every state") {
  std::vector<double> x, keys;
  for (int i = 0; i < 5000; ++i) x.push_back(i % 2 == 0 ? 5e-311 : 2e-310), keys.push_back(units<double>(i % 3 * 1000));
  with_every_policy([&](char const* name, auto const& policy) {
    CAPTURE(name);
    std::vector<std::size_t> counts, few;
    std::vector<tandem::group<double, double>> groups;
    {
      [[maybe_unused]] without_subnormals const state;
      auto const bins = tandem::histogram(std::vector{0., 1e-310, 1.});
      counts = bins(policy, x);
      few = bins(policy, std::vector{2e-310});
      groups = tandem::group_by(policy, keys, x, tandem::max);
    }
    REQUIRE(counts == std::vector<std::size_t>{2500, 2500});
    REQUIRE(few == std::vector<std::size_t>{0, 1});
    REQUIRE(groups.size() == 3);
    for (std::size_t g = 0; g < 3; ++g) REQUIRE(bits(groups[g].key) == bits(units<double>(static_cast<int>(g) * 1000)));
  });
}
