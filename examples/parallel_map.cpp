// SPDX-License-Identifier: BSL-1.0
// Python's Pool.map: a function over a list, by all cores. How many steps does the Collatz sequence of each number take?
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ranges>
#include <vector>

#include <tandem/map.hpp>

static int collatz_steps(std::uint64_t n) {
  int steps = 0;
  for (; n != 1; ++steps) n = n % 2 == 0 ? n / 2 : 3 * n + 1;
  return steps;
}

int main() {
  // Results stand where their items stood, however many threads there were.
  auto const numbers = std::views::iota(std::uint64_t{1}, std::uint64_t{1'000'001});
  std::vector<int> const steps = tandem::map(numbers, collatz_steps);
  auto const longest = std::max_element(steps.begin(), steps.end());
  std::printf("below a million, %td takes longest: %d steps\n", longest - steps.begin() + 1, *longest);

  // The exception is the one that the loop would have thrown.
  try {
    tandem::map(std::vector<int>{3, 0, 2, -1}, [](int n) {
      if (n <= 0) throw n;
      return collatz_steps(static_cast<std::uint64_t>(n));
    });
    return 1;
  } catch (int first_bad) {
    std::printf("the first number without a sequence: %d\n", first_bad);
    return longest - steps.begin() + 1 == 837'799 && *longest == 524 && first_bad == 0 ? 0 : 1;
  }
}
