// SPDX-License-Identifier: BSL-1.0
// The plain loops under `omp parallel for simd reduction`. Two passes for the variance: one pass loses digits.
#include "problem.hpp"

namespace bench::sum {
namespace {

double sum_of(double const* x, std::size_t n, int team) {
  double total = 0;
#pragma omp parallel for simd schedule(static) num_threads(team) reduction(+ : total)
  for (std::size_t i = 0; i < n; ++i) total += x[i];
  return total;
}

struct call {
  int team;
  void operator()(arrays<sum>& d) const { d.out[0] = sum_of(d.x.data(), d.x.size(), team); }
  void operator()(arrays<dot>& d) const {
    double const *const x = d.x.data(), *const y = d.y.data();
    double total = 0;
    std::size_t const n = d.x.size();
#pragma omp parallel for simd schedule(static) num_threads(team) reduction(+ : total)
    for (std::size_t i = 0; i < n; ++i) total += x[i] * y[i];
    d.out[0] = total;
  }
  void operator()(arrays<variance>& d) const {
    double const* const x = d.x.data();
    std::size_t const n = d.x.size();
    double const mean = sum_of(x, n, team) / static_cast<double>(n);
    double total = 0;
#pragma omp parallel for simd schedule(static) num_threads(team) reduction(+ : total)
    for (std::size_t i = 0; i < n; ++i) total += (x[i] - mean) * (x[i] - mean);
    d.out[0] = total / static_cast<double>(n);
  }
  void operator()(arrays<fused>& d) const {
    double const* const x = d.x.data();
    std::size_t const n = d.x.size();
    double total = 0, least = x[0], greatest = x[0];
#pragma omp parallel for simd schedule(static) num_threads(team) reduction(+ : total) reduction(min : least) \
    reduction(max : greatest)
    for (std::size_t i = 0; i < n; ++i) {
      total += x[i];
      least = x[i] < least ? x[i] : least;
      greatest = x[i] > greatest ? x[i] : greatest;
    }
    d.out = {total, total / static_cast<double>(n), least, greatest};
  }
  void operator()(arrays<row_sums>& d) const {
    double const* const x = d.x.data();
    std::vector<double> out(d.rows());  // a result of its own, as everyone returns
    std::size_t const rows = d.rows(), cols = d.cols;
#pragma omp parallel for schedule(static) num_threads(team)
    for (std::size_t r = 0; r < rows; ++r) {
      double total = 0;
#pragma omp simd reduction(+ : total)
      for (std::size_t c = 0; c < cols; ++c) total += x[r * cols + c];
      out[r] = total;
    }
    d.out = std::move(out);
  }
  void operator()(arrays<column_sums>& d) const {
    double const* const x = d.x.data();
    std::size_t const rows = d.rows(), cols = d.cols;
    std::vector<double> out(cols);
    double* const totals = out.data();
#pragma omp parallel for schedule(static) num_threads(team) reduction(+ : totals[ : cols])
    for (std::size_t r = 0; r < rows; ++r) {
#pragma omp simd
      for (std::size_t c = 0; c < cols; ++c) totals[c] += x[r * cols + c];
    }
    d.out = std::move(out);
  }
};

template <class Problem> bool add() {
  return add_variant<arrays<Problem>>(
      Problem::name, "peer_openmp", threads::all,
      [](arrays<Problem>& d) -> std::function<void()> { return [&d, plain = call{static_cast<int>(jobs())}] { plain(d); }; });
}

bool const added = add<sum>() && add<dot>() && add<variance>() && add<fused>() && add<row_sums>() && add<column_sums>();

}  // namespace
}  // namespace bench::sum
