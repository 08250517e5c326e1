// error: deleted
// error: a matrix is no range: pass X.elements\(\)
// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/matrix.hpp>
#include <tandem/kernel/transform.hpp>

int main() {
  tandem::matrix<double> X(2, 3), Y(2, 3);
  auto const twice = [](auto v) { return v + v; };
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(tandem::par, X, Y, twice);
#else
  tandem::transform(tandem::par, X.elements(), Y.elements(), twice);
#endif
}
