// error: takes a mutable reference
// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include <tandem/memoize.hpp>

int main() {
#if defined(TANDEM_COMPILE_FAIL)
  auto g = tandem::memoize([](std::vector<int>& x) { return x.size(); });
#else
  auto g = tandem::memoize([](std::vector<int> const& x) { return x.size(); });
#endif
  std::vector<int> x(3);
  return g(x) == 3 ? 0 : 1;
}
