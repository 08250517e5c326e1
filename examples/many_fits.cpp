// SPDX-License-Identifier: BSL-1.0
// The same model on many data sets: a straight line through each of a thousand series. Some cannot be fitted; none of the
// others is lost for that. Every thread keeps a buffer of its own between the fits.
#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <vector>

#include <tandem/map.hpp>

struct line {
  double slope, intercept;
};

static line fit(std::vector<double> const& y, tandem::context& c) {
  if (y.size() < 2) throw std::invalid_argument("a line needs two points");
  std::vector<double>& x = c.scratch<std::vector<double>>();  // allocated once a thread, not once a fit
  x.resize(y.size());
  double mean_x = 0, mean_y = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    x[i] = static_cast<double>(i);
    mean_x += x[i] / static_cast<double>(y.size());
    mean_y += y[i] / static_cast<double>(y.size());
  }
  double xy = 0, xx = 0;
  for (std::size_t i = 0; i < y.size(); ++i) xy += (x[i] - mean_x) * (y[i] - mean_y), xx += (x[i] - mean_x) * (x[i] - mean_x);
  return {xy / xx, mean_y - xy / xx * mean_x};
}

int main() {
  std::vector<std::vector<double>> series(1000);
  for (std::size_t s = 0; s < series.size(); ++s)
    for (std::size_t i = 0; i < s % 50; ++i) series[s].push_back(static_cast<double>(s) + 0.5 * static_cast<double>(i));

  std::vector<tandem::outcome<line>> const fits = tandem::try_map(tandem::par.with({.label = "fits"}), series, fit);

  int fitted = 0, failed = 0;
  bool right = true;
  for (std::size_t s = 0; s < fits.size(); ++s) {
    if (!fits[s]) {
      ++failed;
      continue;
    }
    ++fitted;
    right = right && std::abs(fits[s].value().slope - 0.5) < 1e-9 &&
            std::abs(fits[s].value().intercept - static_cast<double>(s)) < 1e-6;
  }
  std::printf("%d series fitted, %d too short\n", fitted, failed);
  return right && fitted == 960 && failed == 40 ? 0 : 1;
}
