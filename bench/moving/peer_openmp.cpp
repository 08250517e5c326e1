// SPDX-License-Identifier: BSL-1.0
// What a Numba user writes: one sum a row that the next element enters and the last one leaves, rows in parallel. It drifts.
#include "problem.hpp"

namespace bench::moving {
namespace {

bool const added = add_variant<arrays>("moving", "peer_openmp", threads::all, [](arrays& d) -> std::function<void()> {
  return [&d, team = static_cast<int>(jobs())] {
    std::size_t const rows = d.rows, cols = d.cols;
    constexpr std::size_t width = arrays::width;
#pragma omp parallel for schedule(static) num_threads(team)
    for (std::size_t r = 0; r < rows; ++r) {
      double const* const x = d.x.data() + r * cols;
      double* const out = d.out.data() + r * cols;
      double total = 0;
      for (std::size_t i = 0; i < width; ++i) {
        total += x[i];
        out[i] = total / static_cast<double>(i + 1);
      }
      for (std::size_t i = width; i < cols; ++i) {
        total += x[i] - x[i - width];
        out[i] = total * (1. / width);
      }
    }
  };
});

}  // namespace
}  // namespace bench::moving
