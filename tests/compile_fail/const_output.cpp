// error: no match for call to .*transform_fn|no matching function for call to object of type .*transform_fn
// error: element_output
// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<double> const x(10);
#if defined(TANDEM_COMPILE_FAIL)
  std::vector<double> const y(10);
#else
  std::vector<double> y(10);
#endif
  tandem::transform(tandem::seq, x, y, [](double v) { return -v; });
}
