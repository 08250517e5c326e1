// SPDX-License-Identifier: BSL-1.0
// The plain loop under `omp parallel for simd`, with as many threads as tandem takes.
#include "problem.hpp"

namespace bench::transform {
namespace {

bool const added = for_each_kernel([](auto kernel) {
  using Kernel = decltype(kernel);
  using data = arrays<Kernel>;
  add_variant<data>(Kernel::name, "peer_openmp", threads::all, [](data& d) -> std::function<void()> {
    auto const* const in = d.in.data();
    auto* const out = d.out.data();
    std::size_t const n = d.in.size();
    int const team = static_cast<int>(jobs());
    return [=] {
#pragma omp parallel for simd schedule(static) num_threads(team)
      for (std::size_t i = 0; i < n; ++i) out[i] = Kernel()(in[i]);
    };
  });
});

}  // namespace
}  // namespace bench::transform
