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

/// Memory that the call needs, made before the clock starts.
template <class T> struct norms {
  std::vector<T> x, y;
};

template <class T> void squared_norms(T const* rows, std::size_t d, std::vector<T>& out) {
#if defined(_OPENMP)
#pragma omp parallel for schedule(static)
#endif
  for (std::size_t i = 0; i < out.size(); ++i) {
    T sum = 0;
    for (std::size_t k = 0; k < d; ++k) sum += rows[i * d + k] * rows[i * d + k];
    out[i] = sum;
  }
}

template <class T> void expand(matrices<T>& data, norms<T>& squares) {
  squared_norms(data.x.data(), data.d, squares.x);
  squared_norms(data.y.data(), data.d, squares.y);
  T* const out = data.out.data();
  std::size_t const n = data.n, m = data.m;
  product(static_cast<int>(n), static_cast<int>(m), static_cast<int>(data.d), data.x.data(), data.y.data(), out);
#if defined(_OPENMP)
#pragma omp parallel for schedule(static)
#endif
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j)
      out[i * m + j] = std::sqrt(std::max(T(0), out[i * m + j] + squares.x[i] + squares.y[j]));
}

template <class T> bool add() {
  return add_variant<matrices<T>>("cdist", "peer_openblas", threads::all, [](matrices<T>& data) -> std::function<void()> {
    if (data.special != kind::warm) return {};
    openblas_set_num_threads(static_cast<int>(jobs()));
    auto const squares = std::make_shared<norms<T>>(norms<T>{std::vector<T>(data.n), std::vector<T>(data.m)});
    return [&data, squares] { expand(data, *squares); };
  });
}

bool const added = add<double>() && add<float>();

}  // namespace
}  // namespace bench::cdist
