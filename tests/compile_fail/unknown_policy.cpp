// error: no match for call to .*transform_fn|no matching function for call to object of type .*transform_fn
// error: execution_policy
// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<double> x(10), y(10);
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(4, x, y, [](double v) { return -v; });
#else
  tandem::transform(tandem::par.with({.jobs = 4}), x, y, [](double v) { return -v; });
#endif
}
