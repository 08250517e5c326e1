// SPDX-License-Identifier: BSL-1.0
// Eigen, by its matrix product: |x|^2 + |y|^2 - 2 x.y. Fast, and wrong where rows are close: it takes no part where a row
// meets itself. One thread: Eigen's products use OpenMP only where the whole program does.
#include <Eigen/Core>

#include "problem.hpp"

namespace bench::cdist {
namespace {

template <class T> bool add() {
  using rows = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using column = Eigen::Matrix<T, Eigen::Dynamic, 1>;
  return add_variant<matrices<T>>("cdist", "peer_eigen", threads::one, [](matrices<T>& data) -> std::function<void()> {
    if (data.special != kind::warm) return {};
    return [&data] {
      auto const n = static_cast<Eigen::Index>(data.n), m = static_cast<Eigen::Index>(data.m),
                 d = static_cast<Eigen::Index>(data.d);
      Eigen::Map<rows const> const x(data.x.data(), n, d), y(data.y.data(), m, d);
      Eigen::Map<rows> out(data.out.data(), n, m);
      column const x_norms = x.rowwise().squaredNorm(), y_norms = y.rowwise().squaredNorm();
      out.noalias() = T(-2) * x * y.transpose();
      out.colwise() += x_norms;
      out.rowwise() += y_norms.transpose();
      out = out.cwiseMax(T(0)).cwiseSqrt();
    };
  });
}

bool const added = add<double>() && add<float>();

}  // namespace
}  // namespace bench::cdist
