// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

namespace bench::transform_reduce {
namespace {

bool const added = add_variant<arrays>("transform_reduce", "peer_openmp", threads::all, [](arrays& d) -> std::function<void()> {
  return [&d, team = static_cast<int>(jobs())] {
    double const *const x = d.x.data(), *const y = d.y.data();
    std::size_t const n = d.x.size();
    double total = 0;
#pragma omp parallel for simd schedule(static) num_threads(team) reduction(+ : total)
    for (std::size_t i = 0; i < n; ++i) total += (x[i] - y[i]) * (x[i] - y[i]);
    d.out[0] = total;
  };
});

}  // namespace
}  // namespace bench::transform_reduce
