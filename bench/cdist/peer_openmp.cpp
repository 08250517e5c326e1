// SPDX-License-Identifier: BSL-1.0
// The same loop with OpenMP: rows in parallel, the sum over the columns in lanes.
#include "problem.hpp"

namespace bench::cdist {
namespace {

template <class T> void loop(matrices<T>& data, int team) {
  T const* const x = data.x.data();
  T const* const y = data.other();
  T* const out = data.out.data();
  std::size_t const n = data.n, m = data.m, d = data.d;
#pragma omp parallel for schedule(static) num_threads(team)
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j) {
      T sum = 0;
#pragma omp simd reduction(+ : sum)
      for (std::size_t k = 0; k < d; ++k) {
        T const difference = x[i * d + k] - y[j * d + k];
        sum += difference * difference;
      }
      out[i * m + j] = std::sqrt(sum);
    }
}

template <class T> bool add() {
  return add_variant<matrices<T>>("cdist", "peer_openmp", threads::all, [](matrices<T>& data) -> std::function<void()> {
    if (data.special == kind::fresh) return {};
    return [&data, team = static_cast<int>(jobs())] { loop(data, team); };
  });
}

bool const added = add<double>() && add<float>();

}  // namespace
}  // namespace bench::cdist
