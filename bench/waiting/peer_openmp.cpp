// SPDX-License-Identifier: BSL-1.0
// A team of as many threads as asked for.
#include "problem.hpp"

namespace bench::waiting {
namespace {

bool const added = add_variant<naps>("waiting", "peer_openmp", threads::all, [](naps& d) {
  int const team = d.threads;
#pragma omp parallel for schedule(dynamic) num_threads(team)
  for (std::size_t i = 0; i < d.out.size(); ++i) d.out[i] = naps::nap(i);
});

}  // namespace
}  // namespace bench::waiting
