// error: leaves nothing to remember
// SPDX-License-Identifier: BSL-1.0
#include <tandem/memoize.hpp>

int main() {
#if defined(TANDEM_COMPILE_FAIL)
  auto g = tandem::memoize([](int) {});
#else
  auto g = tandem::memoize([](int k) { return k; });
#endif
  (void)g(1);
}
