// SPDX-License-Identifier: BSL-1.0
// Nobody writes as many means faster than a copy of the same arrays does.
#include "../limits/streams.hpp"
#include "problem.hpp"

namespace bench::moving {
namespace {

using limits::store;
bool const added =
    add_variant<arrays>(
        "moving", "limit_copy_one", threads::one,
        [](arrays& d) { return limits::copy_call<store::cached>(d.x.data(), d.out.data(), d.x.size(), threads::one); }) &&
    add_variant<arrays>("moving", "limit_copy_all", threads::all, [](arrays& d) {
      return limits::copy_call<store::cached>(d.x.data(), d.out.data(), d.x.size(), threads::all);
    });

}  // namespace
}  // namespace bench::moving
