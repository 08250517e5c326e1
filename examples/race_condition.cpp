// SPDX-License-Identifier: BSL-1.0
// The wrong sum: all threads add to one variable, as a Numba loop does when `prange` meets a total it cannot recognise.
// Each thread reads the total, adds, and writes it back; what others wrote in between is lost.
//
// The race is played with an atomic that is read and written in two steps, so that this program is wrong only in its
// arithmetic; with a plain variable its behaviour would not even be defined.
#include <atomic>
#include <cstdio>
#include <numeric>
#include <thread>
#include <vector>

#include <tandem/execution.hpp>
#include <tandem/kernel.hpp>

int main() {
  std::size_t const n = 200'000, chunk = 1'000;
  std::vector<long> numbers(n);
  std::iota(numbers.begin(), numbers.end(), 1L);
  long const expected = static_cast<long>(n * (n + 1) / 2);

  // Wrong: one total for all.
  std::atomic<long> total = 0;
  std::vector<long> chunk_starts(n / chunk), unused(n / chunk);
  for (std::size_t c = 0; c < chunk_starts.size(); ++c) chunk_starts[c] = static_cast<long>(c * chunk);
  tandem::transform(tandem::par.with({.jobs = 4, .grain = 1}), chunk_starts, unused, [&](long first) {
    for (std::size_t i = 0; i < chunk; ++i) {
      long const seen = total.load();
      if (i % 64 == 0) std::this_thread::yield();  // somebody else's turn: on a quiet machine the race would hide
      total.store(seen + numbers[static_cast<std::size_t>(first) + i]);
    }
    return 0L;
  });

  // Right: every chunk has a total of its own, and the totals are added when all chunks are done. No thread writes where
  // another reads, and the result does not depend on who came first.
  std::vector<long> totals(chunk_starts.size());
  tandem::transform(tandem::par.with({.jobs = 4, .grain = 1}), chunk_starts, totals, [&](long first) {
    auto const begin = numbers.begin() + first;
    return std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(chunk), 0L);
  });
  long const right = std::accumulate(totals.begin(), totals.end(), 0L);

  std::printf("expected            %ld\n", expected);
  std::printf("one shared total    %ld%s\n", total.load(), total == expected ? " (lucky)" : " (updates were lost)");
  std::printf("a total for each    %ld\n", right);
  return right == expected && total <= expected ? 0 : 1;
}
