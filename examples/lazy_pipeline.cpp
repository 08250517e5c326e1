// SPDX-License-Identifier: BSL-1.0
// Stages chained by imap: lines are read, parsed and reduced to features while the last stage prints, and never more than a few
// are in memory, however long the input is. Here it has no end at all; leaving the loop stops every stage.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <numeric>
#include <ranges>
#include <sstream>
#include <string>
#include <vector>

#include <tandem/map.hpp>

int main() {
  // A source of measurements, one line each, for ever.
  auto lines = std::views::iota(1) | std::views::transform([](int n) {
                 std::string line;
                 for (int k = 0; k < 50; ++k) line += std::to_string(n * k % 17) + ' ';
                 return line;
               });

  auto const parse = [](std::string const& line) {
    std::istringstream words(line);
    return std::vector<double>(std::istream_iterator<double>(words), {});
  };
  auto const norm = [](std::vector<double> const& v) {
    return std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.));
  };

  auto parsed = tandem::imap(lines, parse, {.window = 8});
  int count = 0;
  double largest = 0;
  for (double const length : tandem::imap(parsed, norm, {.window = 8})) {
    largest = std::max(largest, length);
    if (++count == 1000) break;
  }
  std::printf("the longest of the first %d vectors: %.3f\n", count, largest);

  // The same by a plain loop.
  double expected = 0;
  for (int n = 1; n <= 1000; ++n) expected = std::max(expected, norm(parse(lines[n - 1])));
  return count == 1000 && largest == expected ? 0 : 1;
}
