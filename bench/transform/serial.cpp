// SPDX-License-Identifier: BSL-1.0
// Compiled twice: as it is, and without the compiler's own vectorization (see bench/CMakeLists.txt).
#include <tandem/kernel/transform.hpp>

#include "problem.hpp"

namespace bench::transform {
namespace {

bool const added = for_each_kernel([](auto kernel) {
  using Kernel = decltype(kernel);
  using data = arrays<Kernel>;
  add_variant<data>(Kernel::name, BENCH_SERIAL, threads::one,
                    [](data& d) { tandem::transform(tandem::seq, d.in.span(), d.out.span(), Kernel()); });
});

}  // namespace
}  // namespace bench::transform
