// error: static.assert.*failed.*tandem: the callable must return a value that converts to the elements of the output
// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<double> x(10), y(10);
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(tandem::seq, x, y, [](double) {});
#else
  tandem::transform(tandem::seq, x, y, [](double v) { return v; });
#endif
}
