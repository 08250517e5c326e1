// error: static.assert.*failed.*tandem: the callable must return a value that converts to the elements of the output
// SPDX-License-Identifier: BSL-1.0
#include <string>
#include <utility>
#include <vector>

#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<double> x(10), y(10), z(10);
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(tandem::par, x, tandem::zip(y, z), [](double v) { return std::pair(v, std::to_string(v)); });
#else
  tandem::transform(tandem::par, x, tandem::zip(y, z), [](double v) { return std::pair(v, -v); });
#endif
}
