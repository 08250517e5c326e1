// SPDX-License-Identifier: BSL-1.0
// What a newcomer writes first; each way to consume tandem builds and runs it.
#include <cstdio>
#include <vector>

#include <tandem/tandem.hpp>

int main() {
  std::vector<double> x(1000, 2.), y(1000);
  tandem::transform(tandem::par, x, y, [](auto v) { return 3. * v; });
  tandem::matrix<double> rows(3, 2);
  rows(1, 0) = y[999];
  double const distance = tandem::cdist(rows, rows, tandem::euclidean)(0, 1);
  std::printf("distance %g\n", distance);
  return distance == 6 ? 0 : 1;
}
