// SPDX-License-Identifier: BSL-1.0
// A reducer of one's own: three members make it work on ranges, sources, rows and columns, in parallel, fused with others, and with
// the same bits for any number of threads.
#include <cmath>
#include <cstdio>
#include <span>
#include <vector>

#include <tandem/reduce.hpp>

/// The longest run of consecutive ones: order matters, so that no plain parallel sum can do it.
struct longest_run {
  std::size_t length = 0, prefix = 0, suffix = 0, best = 0;

  void fold(std::span<const int> x) {
    for (int const v : x) {
      ++length;
      suffix = v == 1 ? suffix + 1 : 0;
      if (suffix == length) prefix = length;
      best = suffix > best ? suffix : best;
    }
  }
  void merge(longest_run const& next) {
    std::size_t const across = suffix + next.prefix, longer = next.best > best ? next.best : best;
    best = across > longer ? across : longer;
    prefix = prefix == length ? length + next.prefix : prefix;
    suffix = next.suffix == next.length ? suffix + next.length : next.suffix;
    length += next.length;
  }
  std::size_t result() const { return best; }
};

/// One with a parameter makes its accumulator: the mean of x to the power p.
struct power_mean {
  double p;
  struct accumulator_type {
    double p, total = 0;
    std::size_t count = 0;
    void fold(std::span<const double> x) {
      for (double const v : x) total += std::pow(v, p);
      count += x.size();
    }
    void merge(accumulator_type const& next) { total += next.total, count += next.count; }
    double result() const { return std::pow(total / static_cast<double>(count), 1 / p); }
  };
  template <class T> accumulator_type accumulator() const { return {p}; }
};

int main() {
  std::vector<int> bits(1'000'000);
  for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = i % 1000 != 0;
  for (std::size_t i = 500'000; i < 504'321; ++i) bits[i] = 1;
  std::size_t const longest = tandem::reduce(bits, longest_run{});

  std::vector<double> x(100'000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 1 + static_cast<double>(i % 10);
  auto const [cubic, total] = tandem::reduce(x, tandem::fused(power_mean{3}, tandem::sum));
  bool const same = tandem::reduce(tandem::par.with({.jobs = 7, .grain = 1}), x, power_mean{3}) ==
                    tandem::reduce(tandem::seq, x, power_mean{3});

  // An operation that is associative is a reducer already: composing linear functions a * x + b, which does not commute.
  struct linear {
    double a, b;
  };
  std::vector<linear> const steps(64, {0.5, 1});
  linear const composed = tandem::reduce(
      steps, tandem::monoid([](linear f, linear g) { return linear{g.a * f.a, g.a * f.b + g.b}; }, linear{1, 0}));

  std::printf("longest run %zu, cubic mean %.6f of a total of %.0f, fixed point %.6f\n", longest, cubic, total, composed.b);
  return longest == 5999 && same && total == 550'000 && std::abs(composed.b - 2) < 1e-12 ? 0 : 1;
}
