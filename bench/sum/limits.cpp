// SPDX-License-Identifier: BSL-1.0
// Nobody reduces an array faster than it can be read.
#include "../limits/streams.hpp"
#include "problem.hpp"

namespace bench::sum {
namespace {

bool const added = for_each_problem([](auto problem) {
  using Problem = decltype(problem);
  if constexpr (Problem::inputs == 1) {
    add_variant<arrays<Problem>>(Problem::name, "limit_read_one", threads::one,
                                 [](arrays<Problem>& d) { return limits::read_call(d.x.data(), d.x.size(), threads::one); });
    add_variant<arrays<Problem>>(Problem::name, "limit_read_all", threads::all,
                                 [](arrays<Problem>& d) { return limits::read_call(d.x.data(), d.x.size(), threads::all); });
  }
});

}  // namespace
}  // namespace bench::sum
