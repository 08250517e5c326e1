// SPDX-License-Identifier: BSL-1.0
// A callable that overflows, on purpose.
#include <cstdio>
#include <limits>
#include <vector>

#include <tandem/kernel.hpp>

int main() {
  std::vector<int> x(1000, std::numeric_limits<int>::max());
  tandem::transform(tandem::seq, x, x, [](int v) { return v + 1; });
  std::printf("%d\n", x[0]);
}
