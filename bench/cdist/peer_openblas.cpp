// SPDX-License-Identifier: BSL-1.0
// OpenBLAS, by its matrix product with all threads: |x|^2 + |y|^2 - 2 x.y. Fast, and wrong where rows are close: it takes no
// part where a row meets itself.
#include <cblas.h>

#include <algorithm>
#include <vector>

#include "problem.hpp"

namespace bench::cdist {
namespace {

void product(int n, int m, int d, double const* x, double const* y, double* out) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, m, d, -2, x, d, y, d, 0, out, m);
}
void product(int n, int m, int d, float const* x, float const* y, float* out) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, m, d, -2, x, d, y, d, 0, out, m);
}

template <class T> std::vector<T> squared_norms(T const* rows, std::size_t n, std::size_t d) {
  std::vector<T> norms(n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < d; ++k) norms[i] += rows[i * d + k] * rows[i * d + k];
  return norms;
}

template <class T> void expand(matrices<T>& data) {
  std::vector<T> const x_norms = squared_norms(data.x.data(), data.n, data.d),
                       y_norms = squared_norms(data.y.data(), data.m, data.d);
  T* const out = data.out.data();
  std::size_t const n = data.n, m = data.m;
  product(static_cast<int>(n), static_cast<int>(m), static_cast<int>(data.d), data.x.data(), data.y.data(), out);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j) out[i * m + j] = std::sqrt(std::max(T(0), out[i * m + j] + x_norms[i] + y_norms[j]));
}

template <class T> bool add() {
  return add_variant<matrices<T>>("cdist", "peer_openblas", threads::all, [](matrices<T>& data) -> std::function<void()> {
    if (data.special != kind::warm) return {};
    openblas_set_num_threads(static_cast<int>(jobs()));
    return [&data] { expand(data); };
  });
}

bool const added = add<double>() && add<float>();

}  // namespace
}  // namespace bench::cdist
