// error: deleted
// error: elements must lie side by side: copy them to a vector
// SPDX-License-Identifier: BSL-1.0
#include <list>
#include <vector>

#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<double> y(10);
  auto const twice = [](auto v) { return v + v; };
#if defined(TANDEM_COMPILE_FAIL)
  std::list<double> x(10);
#else
  std::vector<double> x(10);
#endif
  tandem::transform(x, y, twice);
}
