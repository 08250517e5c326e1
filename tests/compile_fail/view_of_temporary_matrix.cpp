// error: no matching function for call to .*matrix_view|no matching constructor for initialization of .*matrix_view|deleted (function|constructor)
// SPDX-License-Identifier: BSL-1.0
#include <tandem/core/matrix.hpp>

int main() {
#if defined(TANDEM_COMPILE_FAIL)
  tandem::matrix_view<double const> const view(tandem::matrix<double>(2, 3));
#else
  tandem::matrix<double> const X(2, 3);
  tandem::matrix_view<double const> const view(X);
#endif
  return view.rows() == 2 ? 0 : 1;
}
