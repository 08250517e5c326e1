// error: static.assert.*failed.*tandem: the callable cannot be called with one element of every input
// SPDX-License-Identifier: BSL-1.0
#include <string>
#include <vector>

#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<double> x(10), y(10);
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(tandem::seq, x, y, [](std::string const& s) { return static_cast<double>(s.size()); });
#else
  tandem::transform(tandem::seq, x, y, [](double v) { return v; });
#endif
}
