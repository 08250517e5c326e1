// error: static.assert.*failed.*tandem: unseq and par_unseq need elements that have lanes: float, double, or integers of 32 or 64 bits; use seq or par
// SPDX-License-Identifier: BSL-1.0
#include <cstdint>
#include <vector>

#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<std::int8_t> bytes(10);
  std::vector<int> twice(10);
  auto const add = [](auto v) { return v + v; };
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(tandem::unseq, bytes, twice, add);
#else
  tandem::transform(tandem::seq, bytes, twice, add);
#endif
}
