// SPDX-License-Identifier: BSL-1.0
// Eigen's reductions, by one thread in lanes.
#include <Eigen/Core>

#include "problem.hpp"

namespace bench::sum {
namespace {

using column = Eigen::Map<Eigen::ArrayXd const>;
column of(array<double> const& x) { return {x.data(), static_cast<Eigen::Index>(x.size())}; }

template <class Data> auto matrix(Data& d) {
  using row_major = Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<row_major const>(d.x.data(), static_cast<Eigen::Index>(d.rows()), static_cast<Eigen::Index>(d.cols));
}
template <class Data> Eigen::Map<Eigen::ArrayXd> out(Data& d) {
  return {d.out.data(), static_cast<Eigen::Index>(d.out.size())};
}

bool const added =
    add_variant<arrays<sum>>("sum", "peer_eigen", threads::one, [](arrays<sum>& d) { d.out[0] = of(d.x).sum(); }) &&
    add_variant<arrays<dot>>("dot", "peer_eigen", threads::one, [](arrays<dot>& d) { d.out[0] = (of(d.x) * of(d.y)).sum(); }) &&
    add_variant<arrays<variance>>("variance", "peer_eigen", threads::one,
                                  [](arrays<variance>& d) {
                                    double const mean = of(d.x).mean();
                                    d.out[0] = (of(d.x) - mean).square().mean();
                                  }) &&
    add_variant<arrays<argmin>>("argmin", "peer_eigen", threads::one,
                                [](arrays<argmin>& d) {
                                  Eigen::Index at = 0;
                                  of(d.x).minCoeff(&at);
                                  d.out[0] = static_cast<double>(at);
                                }) &&
    add_variant<arrays<row_sums>>("row_sums", "peer_eigen", threads::one,
                                  [](arrays<row_sums>& d) { out(d) = matrix(d).rowwise().sum(); }) &&
    add_variant<arrays<column_sums>>("column_sums", "peer_eigen", threads::one,
                                     [](arrays<column_sums>& d) { out(d) = matrix(d).colwise().sum().transpose(); });

}  // namespace
}  // namespace bench::sum
