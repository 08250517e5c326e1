// error: static.assert.*failed.*tandem: elements that do not lie in a row are copied, chunk by chunk, and need a default constructor for that
// SPDX-License-Identifier: BSL-1.0
#include <list>
#include <vector>

#include <tandem/reduce/fold.hpp>

struct length {
  int value;
  explicit length(int given) : value(given) {}
};
int main() {
#if defined(TANDEM_COMPILE_FAIL)
  std::list<length> const lengths{length(1), length(2)};
#else
  std::vector<length> const lengths{length(1), length(2)};
#endif
  return tandem::reduce(lengths, tandem::monoid([](length a, length b) { return length(a.value + b.value); }, length(0))).value;
}
