// SPDX-License-Identifier: BSL-1.0
// A*x*x + B*x + C in one pass over memory. NumPy makes an array for each of its five operations; a kernel makes none.
#include <chrono>
#include <cstdio>
#include <vector>

#include <tandem/kernel.hpp>

static double milliseconds(auto const& work) {
  auto const start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

int main() {
  std::size_t const n = 5'000'000;
  double const A = 3, B = 2, C = 1;
  std::vector<double> x(n), one_pass(n), many_passes(n), square(n), scaled(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = 1e-6 * static_cast<double>(i);

  double const fused = milliseconds([&] { tandem::transform(x, one_pass, [=](auto v) { return A * v * v + B * v + C; }); });

  // The same by the way of whole arrays, with the same operations in the same order.
  double const arrays = milliseconds([&] {
    tandem::transform(x, square, [=](auto v) { return A * v; });
    tandem::transform(tandem::zip(square, x), square, [](auto a, auto v) { return a * v; });
    tandem::transform(x, scaled, [=](auto v) { return B * v; });
    tandem::transform(tandem::zip(square, scaled), many_passes, [](auto a, auto b) { return a + b; });
    tandem::transform(many_passes, many_passes, [=](auto v) { return v + C; });
  });

  bool const same = one_pass == many_passes && one_pass[1'000'000] == 6.;
  std::printf("A*x*x + B*x + C for %zu elements: %.1f ms in one pass, %.1f ms array by array; results %s\n", n, fused, arrays,
              same ? "are the same" : "DIFFER");
  return same ? 0 : 1;
}
