// SPDX-License-Identifier: BSL-1.0
// Compiled twice: as it is, and without the compiler's own vectorization (see bench/CMakeLists.txt).
#include "tandem_call.hpp"

namespace bench::histogram {
namespace {
bool const added = add_tandem(BENCH_SERIAL, threads::one, tandem::seq);
}  // namespace
}  // namespace bench::histogram
