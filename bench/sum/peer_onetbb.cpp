// SPDX-License-Identifier: BSL-1.0
// oneTBB's two reductions over a plain sum that the compiler may reorder: the deterministic one with a sane grain.
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_reduce.h>
#include <oneapi/tbb/task_arena.h>

#include <functional>

#include "problem.hpp"

namespace bench::sum {
namespace {

double plain(double const* x, std::size_t begin, std::size_t end, double total) {
#pragma GCC ivdep
  for (; begin + 8 <= end; begin += 8)
    total += ((x[begin] + x[begin + 1]) + (x[begin + 2] + x[begin + 3])) +
             ((x[begin + 4] + x[begin + 5]) + (x[begin + 6] + x[begin + 7]));
  for (; begin < end; ++begin) total += x[begin];
  return total;
}

template <bool deterministic> std::function<void()> call(arrays<sum>& d) {
  auto const arena = std::make_shared<oneapi::tbb::task_arena>(static_cast<int>(jobs()));
  return [&d, arena] {
    using range = oneapi::tbb::blocked_range<std::size_t>;
    auto const body = [x = d.x.data()](range const& r, double total) { return plain(x, r.begin(), r.end(), total); };
    range const all(0, d.x.size(), 16'384);
    arena->execute([&] {
      if constexpr (deterministic) d.out[0] = oneapi::tbb::parallel_deterministic_reduce(all, 0., body, std::plus<>());
      else d.out[0] = oneapi::tbb::parallel_reduce(all, 0., body, std::plus<>());
    });
  };
}

bool const added = add_variant<arrays<sum>>("sum", "peer_onetbb", threads::all, call<false>) &&
                   add_variant<arrays<sum>>("sum", "peer_onetbb_deterministic", threads::all, call<true>);

}  // namespace
}  // namespace bench::sum
