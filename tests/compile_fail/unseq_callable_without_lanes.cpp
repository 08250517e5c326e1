// error: static.assert.*failed.*tandem: unseq and par_unseq need a callable that takes tandem::lanes: give it auto parameters, or use seq or par
// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<double> x(10), y(10);
  auto const half = [](double v) { return v / 2; };
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(tandem::unseq, x, y, half);
#else
  tandem::transform(tandem::par, x, y, half);
#endif
}
