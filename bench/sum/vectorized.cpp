// SPDX-License-Identifier: BSL-1.0
#include "tandem_call.hpp"

namespace bench::sum {
namespace {
bool const added = add_tandem("unseq", threads::one, tandem::unseq) &&
                   add_variant<arrays<sum>>("sum", "unseq_fast", threads::one, [](arrays<sum>& d) {
                     d.out[0] = tandem::fast_sum(tandem::unseq, d.x.span());  // a plain sum in lanes
                   });
}  // namespace
}  // namespace bench::sum
