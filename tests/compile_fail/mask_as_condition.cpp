// error: could not convert .*mask<double>.* to .bool.|(mask<double>.* is not contextually convertible to|no viable conversion from .mask<double>. to) .bool.
// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include <tandem/kernel/math.hpp>
#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<double> x(10), y(10);
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(tandem::unseq, x, y, [](auto v) {
    if (v > 0.) return v;
    return -v;
  });
#else
  tandem::transform(tandem::unseq, x, y, [](auto v) { return tandem::where(v > 0., v, -v); });
#endif
}
