// SPDX-License-Identifier: BSL-1.0
// The moving mean of 1000 arrays. A sum that elements enter and leave drifts: once a large number has passed through, its rounding
// error stays for ever. Differences of exact sums have nothing to keep.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

#include <tandem/reduce.hpp>

// As it is usually written.
static void move_mean(std::span<double const> x, std::span<double> out, std::size_t width) {
  double total = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    total += x[i];
    if (i >= width) total -= x[i - width];
    out[i] = total / static_cast<double>(i < width ? i + 1 : width);
  }
}

int main() {
  std::size_t const rows = 1000, cols = 10'000, width = 50;
  tandem::matrix<double> x(rows, cols), means(rows, cols);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < cols; ++j) x(i, j) = 1 + 0.1 * std::sin(static_cast<double>(i + j));
  x(0, 100) = 1e9;  // one spike

  auto const start = std::chrono::steady_clock::now();
  tandem::moving(x, means, width, tandem::mean);
  double const time = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();

  std::vector<double> usual(cols);
  move_mean(x.row(0), usual, width);
  double const last = tandem::mean(x.row(0).last(width));
  std::printf("1000 moving means of 10,000 elements in %.1f ms\n", time);
  std::printf("the last mean of the first array: %.17g, moving %.17g, the usual loop %.17g\n", last, means(0, cols - 1),
              usual.back());

  std::vector<double> lows(cols);
  tandem::moving(x.row(0), lows, width, tandem::min);
  return means(0, cols - 1) == last && usual.back() != last && lows[0] == x(0, 0) ? 0 : 1;
}
