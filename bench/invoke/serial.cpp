// SPDX-License-Identifier: BSL-1.0
// Compiled twice: as it is, and without the compiler's own vectorization (see bench/CMakeLists.txt). The plain recursion.
#include "problem.hpp"

namespace bench::invoke {
namespace {

bool const added = add_variant<number>("fibonacci", BENCH_SERIAL, threads::one,
                                       [](number& d) { d.out[0] = static_cast<double>(fibonacci(d.n)); });

}  // namespace
}  // namespace bench::invoke
