// SPDX-License-Identifier: BSL-1.0
// Python's Pool.starmap: a function of several arguments over a list of tuples, or over several lists at once.
#include <cmath>
#include <cstdio>
#include <string>
#include <tuple>
#include <vector>

#include <tandem/map.hpp>

int main() {
  auto const compound = [](double capital, double rate, int years) { return capital * std::pow(1 + rate, years); };

  // One tuple an item.
  std::vector<std::tuple<double, double, int>> const savings{{1000, 0.02, 10}, {1000, 0.03, 10}, {500, 0.05, 30}};
  std::vector<double> const worth = tandem::starmap(savings, compound);

  // One list an argument; a number stands for all items.
  std::vector<double> const rates{0.02, 0.03, 0.05};
  std::vector<double> const same_capital = tandem::map(tandem::zip(1000., rates, 10), compound);

  for (std::size_t i = 0; i < worth.size(); ++i) std::printf("%8.2f %8.2f\n", worth[i], same_capital[i]);
  return worth[0] == same_capital[0] && std::abs(worth[2] - 2160.97) < 0.01 && std::abs(same_capital[2] - 1628.89) < 0.01 ? 0
                                                                                                                          : 1;
}
