// SPDX-License-Identifier: BSL-1.0
#include <tandem/map/invoke.hpp>

#include "problem.hpp"

namespace bench::invoke {
namespace {

long forked(int n) {
  if (n < 2) return n;
  auto const [a, b] = tandem::invoke([n] { return forked(n - 1); }, [n] { return forked(n - 2); });
  return a + b;
}

bool const added =
    add_variant<number>("fibonacci", "par", threads::all, [](number& d) { d.out[0] = static_cast<double>(forked(d.n)); });

}  // namespace
}  // namespace bench::invoke
