// error: static.assert.*failed.*tandem: the callable must return one value an output: a tuple or pair for several
// SPDX-License-Identifier: BSL-1.0
#include <utility>
#include <vector>

#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<double> x(10), y(10), z(10);
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(tandem::seq, x, tandem::zip(y, z), [](double v) { return v; });
#else
  tandem::transform(tandem::seq, x, tandem::zip(y, z), [](double v) { return std::pair(v, -v); });
#endif
}
