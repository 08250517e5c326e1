// SPDX-License-Identifier: BSL-1.0
#include "tandem_call.hpp"

namespace bench::transform_reduce {
namespace {
bool const added = add_tandem("unseq", threads::one, tandem::unseq);
}  // namespace
}  // namespace bench::transform_reduce
