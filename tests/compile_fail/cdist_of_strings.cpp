// error: matrix_of_numbers
// SPDX-License-Identifier: BSL-1.0
#include <string>

#include <tandem/core/matrix.hpp>
#include <tandem/distance/cdist.hpp>
#include <tandem/distance/metrics.hpp>

int main() {
#if defined(TANDEM_COMPILE_FAIL)
  tandem::matrix<std::string> X(2, 3);
#else
  tandem::matrix<double> X(2, 3);
#endif
  (void)tandem::cdist(X, X, tandem::euclidean);
}
