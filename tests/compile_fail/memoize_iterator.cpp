// error: a smart pointer, an iterator
// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include <tandem/memoize.hpp>

using iterator = std::vector<int>::const_iterator;
static int value(iterator i) { return *i; }

int main() {
#if defined(TANDEM_COMPILE_FAIL)
  auto g = tandem::memoize(value);
#else
  auto g = tandem::memoize(value, tandem::keyed_by([](iterator i) { return *i; }));
#endif
  return g(std::vector<int>{1}.begin()) == 1 ? 0 : 1;
}
