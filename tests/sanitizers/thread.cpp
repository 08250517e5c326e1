// SPDX-License-Identifier: BSL-1.0
// A race in a user's callable, on purpose: the lecture's sum that all threads add to.
#include <cstdio>
#include <vector>

#include <tandem/kernel.hpp>

int main() {
  std::vector<double> x(100'000, 1.), y(x.size());
  long sum = 0;
  for (int times = 0; times < 20; ++times)
    tandem::transform(tandem::par.with({.jobs = 2, .grain = 100}), x, y, [&](double v) {
      sum += 1;
      return v;
    });
  std::printf("%ld\n", sum);
}
