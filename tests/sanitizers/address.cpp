// SPDX-License-Identifier: BSL-1.0
// A callable that reads behind the end of a matrix, on purpose.
#include <cstdio>
#include <vector>

#include <tandem/core/matrix.hpp>
#include <tandem/kernel.hpp>

int main() {
  tandem::matrix<double> table(7, 3);
  double const* const end = table.data() + 21;
  std::vector<double> x(1000, 1.);
  tandem::transform(tandem::par, x, x, [&](double v) { return v + *end; });
  std::printf("%g\n", x[0]);
}
