// error: no matching function for call to .*matrix_view|no matching constructor for initialization of .*matrix_view
// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include <tandem/core/matrix_view.hpp>

// In the manner of Eigen: the order of the elements is a constant of the type.
template <bool RowMajor> struct other_matrix {
  static constexpr bool IsRowMajor = RowMajor;
  std::vector<double> elements = std::vector<double>(6);
  double* data() { return elements.data(); }
  long rows() const { return 2; }
  long cols() const { return 3; }
};

int main() {
#if defined(TANDEM_COMPILE_FAIL)
  other_matrix<false> m;
#else
  other_matrix<true> m;
#endif
  tandem::matrix_view<double> const view(m);
  return view.rows() == 2 ? 0 : 1;
}
