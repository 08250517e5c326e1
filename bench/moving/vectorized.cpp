// SPDX-License-Identifier: BSL-1.0
#include "tandem_call.hpp"

namespace bench::moving {
namespace {
bool const added = add_tandem("unseq", threads::one, tandem::unseq);
}  // namespace
}  // namespace bench::moving
