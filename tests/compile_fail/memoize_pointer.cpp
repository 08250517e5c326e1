// error: a pointer is no key
// SPDX-License-Identifier: BSL-1.0
#include <cstdint>

#include <tandem/memoize.hpp>

int main() {
  auto const f = [](double* p) { return *p; };
  double x = 1;
#if defined(TANDEM_COMPILE_FAIL)
  auto g = tandem::memoize(f);
#else
  auto g = tandem::memoize(f, tandem::keyed_by([](double* p) { return reinterpret_cast<std::uintptr_t>(p); }));
#endif
  return g(&x) == 1 ? 0 : 1;
}
