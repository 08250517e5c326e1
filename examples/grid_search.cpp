// SPDX-License-Identifier: BSL-1.0
// One model under many settings: which frequency and damping explain a measured oscillation best? Every pair is tried, by all
// cores, with a bar that shows how far it is. Settings under which the model cannot be evaluated get a score that never wins.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <stdexcept>
#include <vector>

#include <tandem/map.hpp>

struct setting {
  double frequency, damping;
};

static double model(setting const& s, double t) { return std::exp(-s.damping * t) * std::cos(s.frequency * t); }

int main() {
  std::vector<double> times, measured;
  for (int i = 0; i < 400; ++i) {
    times.push_back(0.02 * i);
    measured.push_back(model({2.5, 0.3}, times.back()) + 0.01 * std::sin(37. * i));  // what was measured is never exact
  }

  std::vector<setting> grid;
  for (int f = 0; f <= 100; ++f)
    for (int d = -5; d <= 50; ++d) grid.push_back({0.05 * f, 0.02 * d});

  tandem::progress_bar bar("grid search");
  auto const policy =
      tandem::par.with({.progress = &bar, .on_error = tandem::substitute{std::numeric_limits<double>::infinity()}});
  std::vector<double> const errors = tandem::map(policy, grid, [&](setting const& s) {
    if (s.damping < 0) throw std::domain_error("this oscillation would grow");
    double sum = 0;
    for (std::size_t i = 0; i < times.size(); ++i) sum += std::pow(model(s, times[i]) - measured[i], 2);
    return sum;
  });

  setting const best = grid[static_cast<std::size_t>(std::min_element(errors.begin(), errors.end()) - errors.begin())];
  std::printf("%zu settings, the best: frequency %.2f, damping %.2f\n", grid.size(), best.frequency, best.damping);
  return std::abs(best.frequency - 2.5) < 1e-9 && std::abs(best.damping - 0.3) < 1e-9 ? 0 : 1;
}
