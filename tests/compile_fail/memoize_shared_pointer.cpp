// error: a smart pointer, an iterator
// SPDX-License-Identifier: BSL-1.0
#include <memory>

#include <tandem/memoize.hpp>

static int value(std::shared_ptr<int> const& p) { return *p; }

int main() {
#if defined(TANDEM_COMPILE_FAIL)
  auto g = tandem::memoize(value);
#else
  auto g = tandem::memoize(value, tandem::keyed_by([](std::shared_ptr<int> const& p) { return *p; }));
#endif
  return g(std::make_shared<int>(1)) == 1 ? 0 : 1;
}
