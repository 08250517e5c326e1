// error: what the function takes by value must be copyable
// SPDX-License-Identifier: BSL-1.0
#include <memory>
#include <vector>

#include <tandem/memoize.hpp>

using pointer = std::unique_ptr<int>;
#if defined(TANDEM_COMPILE_FAIL)
using parameter = pointer;
#else
using parameter = pointer const&;
#endif

int main() {
  auto g = tandem::memoize([](parameter p) { return *p; }, tandem::keyed_by([](pointer const& p) { return *p; }));
  std::vector<pointer> items;
  items.push_back(std::make_unique<int>(1));
  return g.map(items)[0] - 1;
}
