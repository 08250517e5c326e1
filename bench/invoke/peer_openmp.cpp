// SPDX-License-Identifier: BSL-1.0
// Tasks of OpenMP.
#include "problem.hpp"

namespace bench::invoke {
namespace {

long forked(int n) {
  if (n < 2) return n;
  long a = 0, b = 0;
#pragma omp task shared(a)
  a = forked(n - 1);
  b = forked(n - 2);
#pragma omp taskwait
  return a + b;
}

bool const added = add_variant<number>("fibonacci", "peer_openmp", threads::all, [](number& d) {
  int const team = static_cast<int>(jobs());
#pragma omp parallel num_threads(team)
#pragma omp single
  d.out[0] = static_cast<double>(forked(d.n));
});

}  // namespace
}  // namespace bench::invoke
