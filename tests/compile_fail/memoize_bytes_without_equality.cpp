// error: an argument's type is no key: it needs == and std::hash
// SPDX-License-Identifier: BSL-1.0
#include <cstddef>

#include <tandem/memoize.hpp>

struct view {
  double const* data;
  std::size_t n;
};
static double first(view x) { return x.data[0]; }
static constexpr double one = 1;

int main() {
#if defined(TANDEM_COMPILE_FAIL)
  auto g = tandem::memoize(first);
#else
  auto g = tandem::memoize(first, tandem::keyed_by([](view x) { return x.data[0]; }));
#endif
  return g(view{&one, 1}) == 1 ? 0 : 1;
}
