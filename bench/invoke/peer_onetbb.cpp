// SPDX-License-Identifier: BSL-1.0
#include <memory>

#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/task_arena.h>

#include "problem.hpp"

namespace bench::invoke {
namespace {

long forked(int n) {
  if (n < 2) return n;
  long a = 0, b = 0;
  oneapi::tbb::parallel_invoke([&] { a = forked(n - 1); }, [&] { b = forked(n - 2); });
  return a + b;
}

bool const added = add_variant<number>("fibonacci", "peer_onetbb", threads::all, [](number& d) -> std::function<void()> {
  auto const arena = std::make_shared<oneapi::tbb::task_arena>(static_cast<int>(jobs()));
  arena->initialize();
  return [arena, &d] { arena->execute([&] { d.out[0] = static_cast<double>(forked(d.n)); }); };
});

}  // namespace
}  // namespace bench::invoke
