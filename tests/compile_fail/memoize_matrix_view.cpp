// error: a smart pointer, an iterator
// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/matrix.hpp>
#include <tandem/memoize.hpp>

using view = tandem::matrix_view<double const>;
static double corner(view const& x) { return x(0, 0); }

int main() {
  double const one = 1;
#if defined(TANDEM_COMPILE_FAIL)
  auto g = tandem::memoize(corner);
#else
  auto g = tandem::memoize(corner, tandem::keyed_by([](view const& x) { return x(0, 0); }));
#endif
  return g(view(&one, 1, 1, 1)) == 1 ? 0 : 1;
}
