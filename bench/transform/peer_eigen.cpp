// SPDX-License-Identifier: BSL-1.0
// Eigen's arrays, with explicit vectorization by one thread: it has no parallel element-wise operations.
#include <Eigen/Core>

#include "problem.hpp"

namespace bench::transform {
namespace {

std::string eigen_version() {
  return std::to_string(EIGEN_WORLD_VERSION) + '.' + std::to_string(EIGEN_MAJOR_VERSION) + '.' +
         std::to_string(EIGEN_MINOR_VERSION);
}

bool const added = add_version("Eigen", eigen_version()) && for_each_kernel([](auto kernel) {
                     using Kernel = decltype(kernel);
                     using data = arrays<Kernel>;
                     using T = typename Kernel::value_type;
                     using column = Eigen::Array<T, Eigen::Dynamic, 1>;
                     add_variant<data>(Kernel::name, "peer_eigen", threads::one, [](data& d) {
                       auto const n = static_cast<Eigen::Index>(d.in.size());
                       Eigen::Map<column const> const in(d.in.data(), n);
                       Eigen::Map<column>(d.out.data(), n) = Kernel()(in);
                     });
                   });

}  // namespace
}  // namespace bench::transform
