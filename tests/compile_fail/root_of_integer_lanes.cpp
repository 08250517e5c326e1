// error: static.assert.*failed.*tandem: mathematical functions of lanes need lanes of float or double: give the algorithm such elements, or use seq or par
// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include <tandem/kernel/math.hpp>
#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<int> x(10), y(10);
  auto const root = [](auto v) { return tandem::sqrt(v); };
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(x, y, root);
#else
  tandem::transform(tandem::par, x, y, root);
#endif
}
