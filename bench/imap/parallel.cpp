// SPDX-License-Identifier: BSL-1.0
#include <ranges>

#include <tandem/map.hpp>

#include "problem.hpp"

namespace bench::imap {
namespace {

bool const added = add_variant<items>("imap", "par", threads::all, [](items& d) {
  auto at = d.out.begin();
  for (double const r :
       tandem::imap(tandem::par, std::views::iota(0, d.count), [steps = d.steps](int i) { return chain(steps, i); }))
    *at++ = r;
});

}  // namespace
}  // namespace bench::imap
