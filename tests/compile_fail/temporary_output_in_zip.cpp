// error: no match for call to .*transform_fn|no matching function for call to object of type .*transform_fn
// error: element_output
// SPDX-License-Identifier: BSL-1.0
#include <utility>
#include <vector>

#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<double> x(10), y(10), z(10);
  auto const two = [](double v) { return std::pair(v, -v); };
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(tandem::seq, x, tandem::zip(y, std::vector<double>(10)), two);
#else
  tandem::transform(tandem::seq, x, tandem::zip(y, z), two);
#endif
}
