// error: a smart pointer, an iterator
// SPDX-License-Identifier: BSL-1.0
#include <initializer_list>

#include <tandem/memoize.hpp>

static int first(std::initializer_list<int> x) { return *x.begin(); }

int main() {
#if defined(TANDEM_COMPILE_FAIL)
  auto g = tandem::memoize(first);
#else
  auto g = tandem::memoize(first, tandem::keyed_by([](std::initializer_list<int> x) { return *x.begin(); }));
#endif
  return g({1, 2}) == 1 ? 0 : 1;
}
