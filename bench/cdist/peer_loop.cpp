// SPDX-License-Identifier: BSL-1.0
// The loop that everybody writes first: for each pair, over the columns.
#include "problem.hpp"

namespace bench::cdist {
namespace {

template <class T> void loop(matrices<T>& data) {
  T const* const x = data.x.data();
  T const* const y = data.other();
  for (std::size_t i = 0; i < data.n; ++i)
    for (std::size_t j = 0; j < data.m; ++j) {
      T sum = 0;
      for (std::size_t k = 0; k < data.d; ++k) {
        T const difference = x[i * data.d + k] - y[j * data.d + k];
        sum += difference * difference;
      }
      data.out[i * data.m + j] = std::sqrt(sum);
    }
}

template <class T> bool add() {
  return add_variant<matrices<T>>("cdist", "peer_loop", threads::one, [](matrices<T>& data) -> std::function<void()> {
    if (data.special == kind::fresh) return {};
    return [&data] { loop(data); };
  });
}

bool const added = add<double>() && add<float>();

}  // namespace
}  // namespace bench::cdist
