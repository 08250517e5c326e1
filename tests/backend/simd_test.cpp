// SPDX-License-Identifier: BSL-1.0
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <type_traits>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <tandem/backend/simd.hpp>

TEMPLATE_TEST_CASE("A streaming store writes its register and nothing beside it", "", float, double, std::int32_t,
                   std::uint32_t, std::int64_t, std::uint64_t) {
  using batch = xsimd::batch<TestType>;
  constexpr std::size_t n = batch::size;
  alignas(64) TestType memory[3 * n];
  for (TestType& x : memory) x = TestType{7};
  alignas(64) TestType wanted[n];
  for (std::size_t i = 0; i < n; ++i) wanted[i] = static_cast<TestType>(i + 1);
  tandem::backend::store_streaming(memory + n, batch::load_aligned(wanted));
  tandem::backend::streaming_fence();
  for (std::size_t i = 0; i < 3 * n; ++i) CHECK(memory[i] == (i < n || i >= 2 * n ? TestType{7} : wanted[i - n]));
}

TEST_CASE("What was streamed before the fence is seen by a thread that is started after it") {
  constexpr std::size_t n = xsimd::batch<double>::size;
  alignas(64) double memory[8 * n] = {};
  for (std::size_t i = 0; i < 8; ++i)
    tandem::backend::store_streaming(memory + i * n, xsimd::batch<double>(static_cast<double>(i + 1)));
  tandem::backend::streaming_fence();
  double sum = 0;
  std::jthread([&] {
    for (double x : memory) sum += x;
  }).join();
  CHECK(sum == 36. * static_cast<double>(n));
}

TEST_CASE("Whether lanes fuse is what a multiply-add shows") {
  // (1 + e)(1 - e) - 1 is -e^2 when it is rounded once, and 0 when the product is rounded first.
  double volatile const e = std::ldexp(1., -30);
  xsimd::batch<double> const a(1 + e), b(1 - e), c(-1.);
  bool const fused = xsimd::fma(a, b, c).get(0) != 0;
  if (tandem::backend::fuses) CHECK(fused);
}
