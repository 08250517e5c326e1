// error: static.assert.*failed.*tandem: for lanes the callable must return one value an output .a tuple or pair for several.: lanes, a number, or a mask
// SPDX-License-Identifier: BSL-1.0
#include <utility>
#include <vector>

#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<double> x(10), y(10);
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(x, y, [](auto v) { return std::pair(v, -v); });
#else
  tandem::transform(x, y, [](auto v) { return -v; });
#endif
}
