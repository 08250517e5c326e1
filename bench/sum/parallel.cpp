// SPDX-License-Identifier: BSL-1.0
#include "tandem_call.hpp"

namespace bench::sum {
namespace {
bool const added = add_tandem("par", threads::all, tandem::par) && add_tandem("par_unseq", threads::all, tandem::par_unseq) &&
                   add_variant<arrays<sum>>("sum", "par_unseq_fast", threads::all,
                                            [](arrays<sum>& d) { d.out[0] = tandem::fast_sum(tandem::par_unseq, d.x.span()); });
}  // namespace
}  // namespace bench::sum
