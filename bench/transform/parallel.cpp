// SPDX-License-Identifier: BSL-1.0
#include <tandem/kernel/transform.hpp>

#include "problem.hpp"

namespace bench::transform {
namespace {

bool const added = for_each_kernel([](auto kernel) {
  using Kernel = decltype(kernel);
  using data = arrays<Kernel>;
  add_variant<data>(Kernel::name, "par", threads::all,
                    [](data& d) { tandem::transform(tandem::par, d.in.span(), d.out.span(), Kernel()); });
  add_variant<data>(Kernel::name, "par_unseq", threads::all,
                    [](data& d) { tandem::transform(tandem::par_unseq, d.in.span(), d.out.span(), Kernel()); });
});

}  // namespace
}  // namespace bench::transform
