// error: static.assert.*failed.*tandem: unseq and par_unseq need elements that have lanes: float, double, or integers of 32 or 64 bits; use seq or par
// SPDX-License-Identifier: BSL-1.0
#include <string>
#include <vector>

#include <tandem/kernel/transform.hpp>

int main() {
  std::vector<std::string> words(10);
  std::vector<std::size_t> lengths(10);
  auto const length = [](auto const& word) { return word.size(); };
#if defined(TANDEM_COMPILE_FAIL)
  tandem::transform(tandem::par_unseq, words, lengths, length);
#else
  tandem::transform(tandem::par, words, lengths, length);
#endif
}
