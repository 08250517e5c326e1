// SPDX-License-Identifier: BSL-1.0
#include "limits.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <iterator>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include <tandem/backend/simd.hpp>

#include "../support/array.hpp"
#include "../support/json.hpp"
#include "../support/suite.hpp"
#include "../support/team.hpp"
#include "streams.hpp"

namespace bench::limits {
namespace {

using clock = std::chrono::steady_clock;

template <class Call> double seconds_of(Call const& call) {
  auto const begin = clock::now();
  call();
  return std::chrono::duration<double>(clock::now() - begin).count();
}

/// Calls per second at best. Each round makes enough calls to last `round_seconds`. Many short rounds rather than few long
/// ones: on a machine that others use as well some of them are left alone. Goes on until `enough()` but counts `rounds`.
template <class Call, class Enough> double best_rate(Call const& call, double round_seconds, int rounds, Enough const& enough) {
  call();
  double const once = std::max(std::min({seconds_of(call), seconds_of(call), seconds_of(call)}), 1e-8);
  auto const calls = static_cast<std::size_t>(std::max(1.0, round_seconds / once));
  double best = 0;
  for (int i = 0; i < rounds || !enough(); ++i) {
    double const spent = seconds_of([&] {
      for (std::size_t k = 0; k < calls; ++k) call();
    });
    if (i < rounds) best = std::max(best, static_cast<double>(calls) / spent);
    if (i + 1 == rounds) enough.one_more();
  }
  return best;
}

/// Counts those who have measured; enough when all have.
struct all_measured {
  std::size_t size;
  std::atomic<std::size_t>& measured;
  bool operator()() const { return measured.load(std::memory_order_relaxed) >= size; }
  void one_more() const { measured.fetch_add(1, std::memory_order_relaxed); }
};

/// The sum of what the threads reach at best while all of them are at it. No thread waits for another within a round: where
/// cores are shared, such a wait would be what is measured.
double best_rate_of_all(team& crew, double round_seconds, int rounds, std::function<void(std::size_t)> const& call) {
  std::vector<double> rates(crew.size());
  std::atomic<std::size_t> measured = 0;
  crew.run([&](std::size_t i) {
    rates[i] = best_rate([&] { call(i); }, round_seconds, rounds, all_measured{crew.size(), measured});
  });
  return std::accumulate(rates.begin(), rates.end(), 0.0);
}

// Enough chains to hide the latency of any operation here behind two units; with what else is needed they fit 16 registers.
constexpr std::size_t chains = 12;
constexpr std::size_t steps = 2000;

/// Runs `step` over independent chains and keeps the results alive. Returns the number of steps, all lanes counted.
template <class T, class Step> double run_chains(Step step) {
  using batch = xsimd::batch<T>;
  batch values[chains];
  for (std::size_t c = 0; c < chains; ++c) values[c] = batch(T(0.01) * static_cast<T>(c + 1));
  for (std::size_t i = 0; i < steps; ++i)
    for (std::size_t c = 0; c < chains; ++c) values[c] = step(values[c]);
  for (std::size_t c = 0; c < chains; ++c) asm volatile("" : : "m"(values[c]));
  return static_cast<double>(steps * chains * batch::size);
}

/// A number that the compiler cannot know.
template <class T> T opaque(T value) {
  asm volatile("" : "+m"(value));
  return value;
}

// Every chain converges to a number that is neither zero nor subnormal.
template <class T> double run_fma() {
  xsimd::batch<T> const a(opaque(T(0.99))), b(opaque(T(0.005)));
  return 2 * run_chains<T>([=](auto v) { return xsimd::fma(v, a, b); });
}

template <class T> double run_separate() {  // a squared difference added up, as a distance does
  xsimd::batch<T> const x(opaque(T(0.5)));
  return 3 * run_chains<T>([=](auto v) {
           auto const difference = x - v;
           return v + difference * difference;
         });
}

template <class T> double run_sqrt() {
  xsimd::batch<T> const x(opaque(T(1.3)));
  return run_chains<T>([=](auto v) { return xsimd::sqrt(v + x); });
}

template <class T> double run_division() {
  xsimd::batch<T> const x(opaque(T(1.3)));
  return run_chains<T>([=](auto v) { return x / (v + x); });
}

void progress(char const* what) { std::fprintf(stderr, "limits: %s\n", what); }

template <class T> void measure_rates(json::writer& out, char const* type, std::size_t count, int rounds) {
  std::pair<char const*, double (*)()> const kernels[] = {
      {"fma", run_fma<T>}, {"separate", run_separate<T>}, {"sqrt", run_sqrt<T>}, {"division", run_division<T>}};
  team crew(count);
  for (auto const& [name, kernel] : kernels) {
    double const once = kernel();
    double const rate = once * best_rate_of_all(crew, 2e-4, rounds, [call = kernel](std::size_t) { call(); });
    out.item(json::writer('{')
                 .add("name", name)
                 .add("type", type)
                 .add("threads", static_cast<double>(count))
                 .add("per_second", rate)
                 .str());
  }
}

void measure_bandwidths(json::writer& out, std::vector<std::size_t> const& sizes, std::size_t count, int rounds) {
  team crew(count);
  std::size_t const most = sizes.back();
  // Each thread has its own memory and touches it first, so that its pages lie near it.
  std::vector<std::unique_ptr<array<std::byte>>> memory(count);
  crew.run([&](std::size_t i) { memory[i] = std::make_unique<array<std::byte>>(most); });
  for (std::size_t const size : sizes) {
    // A working set of `size` bytes: all of it read or filled, or its first half copied to its second.
    std::size_t const half = size / 2;
    std::pair<char const*, std::function<void(std::size_t)>> const kinds[] = {
        {"read",
         [&](std::size_t i) {
           std::uint64_t const value = read(memory[i]->data(), size);
           asm volatile("" : : "r"(value) : "memory");
         }},
        {"fill", [&](std::size_t i) { fill(memory[i]->data(), size); }},
        {"copy", [&](std::size_t i) { copy<store::cached>(memory[i]->data(), memory[i]->data() + half, half); }},
        {"streaming copy", [&](std::size_t i) { copy<store::streaming>(memory[i]->data(), memory[i]->data() + half, half); }}};
    int const enough_rounds = size <= (std::size_t{4} << 20) ? 5 * rounds : rounds;  // short ones cost little
    for (auto const& [name, kind] : kinds) {
      double const rate = static_cast<double>(size) * best_rate_of_all(crew, 5e-4, enough_rounds, kind);
      out.item(json::writer('{')
                   .add("name", name)
                   .add("threads", static_cast<double>(count))
                   .add("bytes", static_cast<double>(size))
                   .add("per_second", rate)
                   .str());
    }
  }
}

/// Nanoseconds from one load to the next that needs its result, over all cache lines of `size` bytes in random order.
double chase(std::size_t size, int rounds) {
  struct alignas(64) line {
    line const* next;
  };
  std::size_t const lines = size / sizeof(line);
  array<line> memory(lines);
  std::vector<std::uint32_t> order(lines);
  std::iota(order.begin(), order.end(), 0u);
  std::uint64_t state = 42;
  for (std::size_t i = lines - 1; i > 0; --i) {  // Sattolo's shuffle: one cycle through all
    state = state * 6364136223846793005u + 1442695040888963407u;
    std::swap(order[i], order[(state >> 33) % i]);
  }
  for (std::size_t i = 0; i < lines; ++i) memory[i].next = &memory[order[i]];
  line const* at = &memory[0];
  std::size_t const hops = 20'000;
  double const warm = static_cast<double>(lines) / static_cast<double>(hops);
  auto const walk = [&] {
    for (std::size_t i = 0; i < hops; ++i) at = at->next;
    asm volatile("" : "+r"(at));
  };
  for (double k = 0; k < std::min(warm, 50.0); ++k) walk();
  std::atomic<std::size_t> measured = 0;
  return 1e9 / (best_rate(walk, 2e-3, rounds, all_measured{1, measured}) * static_cast<double>(hops));
}

}  // namespace

std::string measure(bool quick) {
  int const rounds = quick ? 4 : 10;
  std::size_t const largest = std::size_t{256} << 20, most_in_all = std::size_t{1} << 30;
  std::vector<std::size_t> sizes;
  for (std::size_t size = std::size_t{16} << 10; size <= largest; size *= quick ? 4 : 2) sizes.push_back(size);

  json::writer rates('['), bandwidths('['), latencies('[');
  progress("arithmetic");
  for (std::size_t const count : {std::size_t{1}, jobs()}) {
    measure_rates<double>(rates, "double", count, 20 * rounds);
    measure_rates<float>(rates, "float", count, 20 * rounds);
    if (jobs() == 1) break;
  }
  progress("bandwidth, 1 thread");
  measure_bandwidths(bandwidths, sizes, 1, rounds);
  if (jobs() > 1) {
    progress("bandwidth, all threads");
    std::vector<std::size_t> shares;
    std::copy_if(sizes.begin(), sizes.end(), std::back_inserter(shares),
                 [&](std::size_t size) { return size * jobs() <= most_in_all; });
    measure_bandwidths(bandwidths, shares, jobs(), rounds);
  }
  progress("latency");
  for (std::size_t const size : sizes)
    latencies.item(json::writer('{').add("bytes", static_cast<double>(size)).add("nanoseconds", chase(size, rounds)).str());
  return json::writer('{')
      .raw("rates", rates.str())
      .raw("bandwidths", bandwidths.str())
      .raw("latencies", latencies.str())
      .str();
}

}  // namespace bench::limits
