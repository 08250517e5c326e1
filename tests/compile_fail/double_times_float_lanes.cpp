// error: no match for .operator\*. \(operand types are .double. and .*lanes<float>|invalid operands to binary expression \('double' and '.*lanes<float>
// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<float> x(10), y(10);
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(tandem::unseq, x, y, [](auto v) { return 3.0 * v; });
#else
  tandem::transform(tandem::unseq, x, y, [](auto v) { return 3.0f * v; });
#endif
}
