// SPDX-License-Identifier: BSL-1.0
// What transform reads and writes: nothing beside its arrays, wherever they lie and however large they are.
#include <tandem/kernel/transform.hpp>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/backend/caches.hpp>

#include "../support/every_policy.hpp"
#include "../support/guarded_array.hpp"

using kernel_test::guarded_array;
using kernel_test::with_every_policy;
using tandem::lanes;
using tandem::zip;

TEST_CASE("transform touches nothing before its arrays and nothing behind them", "[transform]") {
  constexpr std::size_t most = 20 * lanes<double>::size;
  guarded_array<double> const x(most), y(most);
  for (double& v : x.first(most)) v = 2;
  for (double& v : x.last(most)) v = 2;
  with_every_policy([&](char const* name, auto const& policy) {
    INFO(name);
    std::size_t wrong = 0;
    auto const run = [&](std::span<double const> in, std::span<double> out) {
      tandem::transform(policy, in, out, [](auto v) { return v * 3; });
      for (double& v : out) wrong += std::exchange(v, 0) != 6;
    };
    for (std::size_t n = 0; n <= most; n += n < 4 * lanes<double>::size ? 1 : 7) {
      run(x.first(n), y.first(n));
      run(x.first(n), y.last(n));
      run(x.last(n), y.first(n));
      run(x.last(n), y.last(n));
    }
    CHECK(wrong == 0);
  });
}

TEST_CASE("transform in place touches nothing before its array and nothing behind it", "[transform]") {
  constexpr std::size_t most = 20 * lanes<float>::size;
  guarded_array<float> const x(most);
  with_every_policy([&](char const* name, auto const& policy) {
    INFO(name);
    std::size_t wrong = 0;
    for (std::size_t n = 0; n <= most; n += n < 4 * lanes<float>::size ? 1 : 7)
      for (std::span<float> const part : {x.first(n), x.last(n)}) {
        for (float& v : part) v = 2;
        tandem::transform(policy, part, part, [](auto v) { return v * 3; });
        for (float const v : part) wrong += v != 6;
      }
    CHECK(wrong == 0);
  });
}

TEST_CASE("Conversions on the way in and out touch nothing beside the arrays", "[transform]") {
  constexpr std::size_t most = 4 * lanes<float>::size + 3;
  guarded_array<std::int8_t> const a(most);
  guarded_array<float> const b(most);
  guarded_array<double> const x(most);
  guarded_array<std::uint8_t> const y(most);
  for (bool const at_the_end : {false, true})
    with_every_policy([&](char const* name, auto const& policy) {
      INFO(name);
      auto const part = [at_the_end](auto const& array, std::size_t n) { return at_the_end ? array.last(n) : array.first(n); };
      std::size_t wrong = 0;
      for (std::size_t n = 0; n <= most; ++n) {
        for (std::int8_t& v : part(a, n)) v = -5;
        for (float& v : part(b, n)) v = 7;
        tandem::transform(policy, zip(part(a, n), part(b, n)), zip(part(x, n), part(y, n)),
                          [](auto p, auto q) { return std::pair(p * q, p < q); });
        for (double& v : part(x, n)) wrong += std::exchange(v, 0) != -35;
        for (std::uint8_t& v : part(y, n)) wrong += std::exchange(v, std::uint8_t{}) != 1;
      }
      CHECK(wrong == 0);
    });
}

namespace {

// Elements of which an output fills more than half of the last-level cache, so that it is written past the caches.
std::size_t many() { return tandem::backend::last_level_cache_bytes() / 2 / sizeof(double) + 12'345; }

bool too_many() { return many() > (std::size_t{1} << 25); }

}  // namespace

TEST_CASE("Outputs larger than the caches hold what small ones do, at odd counts and addresses", "[transform]") {
  if (too_many()) SKIP("the last-level cache is too large for a quick test");
  std::size_t const n = many();
  std::vector<double> x(n + 3), y(n + 16, -1.);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i % 1021);
  auto const kernel = [](auto v) { return v * 2 + 1; };
  auto const run = [&](char const* name, auto const& policy, std::size_t from, std::size_t to) {
    INFO(name << ", offsets " << from << " and " << to);
    std::fill(y.begin(), y.end(), -1.);
    tandem::transform(policy, std::span(x).subspan(from, n), std::span(y).subspan(to, n), kernel);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < y.size(); ++i) wrong += y[i] != (i >= to && i < to + n ? 2 * x[from + i - to] + 1 : -1.);
    CHECK(wrong == 0);
  };
  run("unseq", tandem::unseq, 0, 0);
  run("unseq", tandem::unseq, 1, 3);
  run("par_unseq", tandem::par_unseq, 3, 1);
  run("par_unseq, 4 jobs, grain 4099", tandem::par_unseq.with({.jobs = 4, .grain = 4099}), 0, 5);
  run("par_unseq, 2 jobs, grain 16", tandem::par_unseq.with({.jobs = 2, .grain = 333}), 2, 7);
}

TEST_CASE("Large arrays transform in place, and large outputs lie differently to a register", "[transform]") {
  if (too_many()) SKIP("the last-level cache is too large for a quick test");
  std::size_t const n = many();
  std::vector<double> x(n + 1), y(n + 2);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i % 1021);
  std::span<double> const in = std::span(x).subspan(1), alike = std::span(y).first(n), other = std::span(y).subspan(2);
  std::size_t wrong = 0;
  tandem::transform(tandem::par_unseq, in, in, [](auto v) { return v + 0.5; });
  for (std::size_t i = 0; i < n; ++i) wrong += in[i] != static_cast<double>((i + 1) % 1021) + 0.5;
  CHECK(wrong == 0);
  std::vector<double> z(n);
  for (std::span<double> const second : {alike, other}) {
    tandem::transform(tandem::par_unseq, in, zip(z, second), [](auto v) { return std::pair(v - 1, v * 2); });
    for (std::size_t i = 0; i < n; ++i) wrong += z[i] != in[i] - 1 || second[i] != in[i] * 2;
    CHECK(wrong == 0);
  }
}
