// SPDX-License-Identifier: BSL-1.0
// One column of ten million amounts, summed in many ways. A plain sum depends on the order in which it is added: on threads,
// chunks and how the file was sorted. An exact sum is rounded once and cannot change; from memory it costs nothing.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <random>
#include <set>
#include <vector>

#include <tandem/reduce.hpp>

int main() {
  std::vector<double> amounts(10'000'000);
  std::mt19937_64 random(7);
  for (double& a : amounts) a = 0.01 * static_cast<double>(random() % 10'000);  // cents, none of them exact in binary

  // What n threads would do: a sum of each part, then the sum of those.
  auto const in_parts = [&](std::size_t parts) {
    double total = 0;
    for (std::size_t p = 0; p < parts; ++p)
      total += std::accumulate(amounts.begin() + static_cast<std::ptrdiff_t>(amounts.size() * p / parts),
                               amounts.begin() + static_cast<std::ptrdiff_t>(amounts.size() * (p + 1) / parts), 0.);
    return total;
  };
  std::set<double> plain, exact;
  for (std::size_t const parts : {1u, 2u, 3u, 4u, 8u, 16u, 64u}) plain.insert(in_parts(parts));
  for (int const jobs : {1, 2, 3, 8}) exact.insert(tandem::sum(tandem::par_unseq.with({.jobs = jobs}), amounts));
  exact.insert(tandem::sum(tandem::seq, amounts));
  exact.insert(tandem::sum(tandem::chunks(amounts, 1000)));
  std::shuffle(amounts.begin(), amounts.end(), random);
  exact.insert(tandem::sum(amounts));

  std::printf("plain sums, by the number of parts:\n");
  for (double const total : plain) std::printf("  %.9f\n", total);
  std::printf("tandem::sum, by one thread and many, in chunks, shuffled:\n");
  for (double const total : exact) std::printf("  %.9f\n", total);

  auto const milliseconds = [&](auto const& reducer) {
    auto const start = std::chrono::steady_clock::now();
    double const total = reducer(amounts);
    auto const time = std::chrono::steady_clock::now() - start;
    return std::pair(total, std::chrono::duration<double, std::milli>(time).count());
  };
  std::printf("fast_sum took %.1f ms, sum %.1f ms\n", milliseconds(tandem::fast_sum).second, milliseconds(tandem::sum).second);

  bool const right = plain.size() > 1 && exact.size() == 1 && tandem::sum(std::vector{1e100, 1., -1e100}) == 1;
  return right ? 0 : 1;
}
