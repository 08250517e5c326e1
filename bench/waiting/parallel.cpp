// SPDX-License-Identifier: BSL-1.0
#include <ranges>

#include <tandem/map.hpp>

#include "problem.hpp"

namespace bench::waiting {
namespace {

bool const added = add_variant<naps>("waiting", "par", threads::all, [](naps& d) -> std::function<void()> {
  auto const policy = tandem::par.with({.jobs = d.threads, .blocking = true});
  return [policy, &d] { d.out = tandem::map(policy, std::views::iota(std::size_t{0}, d.out.size()), naps::nap); };
});

}  // namespace
}  // namespace bench::waiting
