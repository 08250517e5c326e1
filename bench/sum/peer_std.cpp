// SPDX-License-Identifier: BSL-1.0
// The standard library: std::accumulate adds in order, std::reduce in any.
#include <algorithm>
#include <functional>
#include <numeric>

#include "problem.hpp"

namespace bench::sum {
namespace {

bool const added =
    add_variant<arrays<sum>>("sum", "peer_accumulate", threads::one,
                             [](arrays<sum>& d) { d.out[0] = std::accumulate(d.x.data(), d.x.data() + d.x.size(), 0.); }) &&
    add_variant<arrays<sum>>("sum", "peer_reduce", threads::one,
                             [](arrays<sum>& d) { d.out[0] = std::reduce(d.x.data(), d.x.data() + d.x.size()); }) &&
    add_variant<arrays<dot>>(
        "dot", "peer_std", threads::one,
        [](arrays<dot>& d) { d.out[0] = std::transform_reduce(d.x.data(), d.x.data() + d.x.size(), d.y.data(), 0.); }) &&
    add_variant<arrays<argmin>>("argmin", "peer_std", threads::one, [](arrays<argmin>& d) {
      d.out[0] = static_cast<double>(std::min_element(d.x.data(), d.x.data() + d.x.size()) - d.x.data());
    });

}  // namespace
}  // namespace bench::sum
