// SPDX-License-Identifier: BSL-1.0
// solve(problem): if it is small, do it; else split it in two, solve both halves at the same time, and join. Here: merge sort,
// and the number of pairs that stand in the wrong order, which falls out of the merging.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <span>
#include <vector>

#include <tandem/map.hpp>

// Sorts, and returns the number of pairs i < j with values[i] > values[j].
static std::uint64_t solve(std::span<int> values, std::span<int> space) {
  std::size_t const n = values.size(), half = n / 2;
  std::uint64_t inversions = 0;
  if (n <= 32) {
    for (std::size_t i = 1; i < n; ++i)
      for (std::size_t j = i; j > 0 && values[j - 1] > values[j]; --j, ++inversions) std::swap(values[j - 1], values[j]);
    return inversions;
  }
  // No depth at which to stop forking need be chosen: forks that nobody comes for are plain calls.
  auto const [left, right] = tandem::invoke([&] { return solve(values.first(half), space.first(half)); },
                                            [&] { return solve(values.subspan(half), space.subspan(half)); });
  std::size_t i = 0, j = half;
  for (std::size_t k = 0; k < n; ++k) {
    bool const from_left = j == n || (i < half && values[i] <= values[j]);
    if (!from_left) inversions += half - i;
    space[k] = values[from_left ? i++ : j++];
  }
  std::copy(space.begin(), space.end(), values.begin());
  return left + right + inversions;
}

int main() {
  std::size_t const n = 200'000;
  std::vector<int> values(n), space(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<int>(n - i);  // backwards: every pair is in the wrong order
  std::uint64_t const inversions = solve(values, space);
  std::printf("%zu numbers sorted, %llu pairs were in the wrong order\n", n, static_cast<unsigned long long>(inversions));
  return std::is_sorted(values.begin(), values.end()) && inversions == std::uint64_t{n} * (n - 1) / 2 ? 0 : 1;
}
