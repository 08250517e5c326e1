// SPDX-License-Identifier: BSL-1.0
// std::transform, vectorized by the compiler.
#include <algorithm>

#include "problem.hpp"

namespace bench::transform {
namespace {

bool const added = for_each_kernel([](auto kernel) {
  using Kernel = decltype(kernel);
  using data = arrays<Kernel>;
  add_variant<data>(Kernel::name, "peer_std", threads::one, [](data& d) {
    std::transform(d.in.data(), d.in.data() + d.in.size(), d.out.data(), [](auto x) { return Kernel()(x); });
  });
});

}  // namespace
}  // namespace bench::transform
