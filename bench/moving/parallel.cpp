// SPDX-License-Identifier: BSL-1.0
#include "tandem_call.hpp"

namespace bench::moving {
namespace {
bool const added = add_tandem("par", threads::all, tandem::par) && add_tandem("par_unseq", threads::all, tandem::par_unseq);
}  // namespace
}  // namespace bench::moving
