// SPDX-License-Identifier: BSL-1.0
// Multiply a vector by two: the first kernel of every lecture. One body, four variants; only the policy changes.
#include <cstdio>
#include <vector>

#include <tandem/kernel.hpp>

int main() {
  std::vector<double> v(1'000'003);
  for (std::size_t i = 0; i < v.size(); ++i) v[i] = 0.5 * static_cast<double>(i);

  auto const twice = [](auto x) { return 2. * x; };  // x is a double, or several doubles in one register

  std::vector<double> serial(v.size()), vectorized(v.size()), parallel(v.size()), both(v.size());
  tandem::transform(tandem::seq, v, serial, twice);
  tandem::transform(tandem::unseq, v, vectorized, twice);
  tandem::transform(tandem::par, v, parallel, twice);
  tandem::transform(tandem::par_unseq, v, both, twice);  // what a call without a policy does

  bool const right = serial[3] == 3. && serial.back() == 1'000'002.;
  bool const same = serial == vectorized && serial == parallel && serial == both;
  std::printf("2 * v for %zu elements: %s, and the four variants %s\n", v.size(), right ? "right" : "WRONG",
              same ? "agree to the last bit" : "DIFFER");
  return right && same ? 0 : 1;
}
