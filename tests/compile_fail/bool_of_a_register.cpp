// error: a mask, not a bool
// SPDX-License-Identifier: BSL-1.0
// `any` speaks of a register: as a result it would depend on where an element stands.
#include <vector>

#include <tandem/kernel.hpp>

int main() {
  std::vector<double> in(10), out(10);
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(tandem::unseq, in, out, [](auto v) { return tandem::any(v > 1.); });
#else
  tandem::transform(tandem::unseq, in, out, [](auto v) { return v > 1.; });
#endif
}
