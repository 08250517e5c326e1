// error: the function cannot be called with the arguments of this signature
// SPDX-License-Identifier: BSL-1.0
#include <string>

#include <tandem/memoize.hpp>

int main() {
#if defined(TANDEM_COMPILE_FAIL)
  auto g = tandem::memoize<int(int)>([](std::string const&) { return 1; });
#else
  auto g = tandem::memoize<int(int)>([](long) { return 1; });
#endif
  return g(1) - 1;
}
