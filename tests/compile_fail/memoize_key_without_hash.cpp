// error: an argument's type is no key
// SPDX-License-Identifier: BSL-1.0
#include <tandem/memoize.hpp>

struct point {
  double x, y;
};

int main() {
  auto const f = [](point const& p) { return p.x + p.y; };
#if defined(TANDEM_COMPILE_FAIL)
  auto g = tandem::memoize(f);
#else
  auto g = tandem::memoize(f, tandem::keyed_by([](point const& p) { return std::pair(p.x, p.y); }));
#endif
  return g({1, 2}) == 3 ? 0 : 1;
}
