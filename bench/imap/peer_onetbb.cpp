// SPDX-License-Identifier: BSL-1.0
// oneTBB's pipeline: a serial stage that reads, a parallel one that computes, and one that takes the results in order.
#include <memory>

#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include "problem.hpp"

namespace bench::imap {
namespace {

namespace tbb = oneapi::tbb;

bool const added = add_variant<items>("imap", "peer_onetbb", threads::all, [](items& d) -> std::function<void()> {
  auto const arena = std::make_shared<tbb::task_arena>(static_cast<int>(jobs()));
  arena->initialize();
  return [arena, &d] {
    arena->execute([&] {
      int next = 0;
      auto at = d.out.begin();
      tbb::parallel_pipeline(
          2 * jobs(), tbb::make_filter<void, int>(tbb::filter_mode::serial_in_order, [&](tbb::flow_control& flow) {
                        if (next == d.count) flow.stop();
                        return next++;
                      }) & tbb::make_filter<int, double>(tbb::filter_mode::parallel, [&](int i) {
                        return chain(d.steps, i);
                      }) & tbb::make_filter<double, void>(tbb::filter_mode::serial_in_order, [&](double r) { *at++ = r; }));
    });
  };
});

}  // namespace
}  // namespace bench::imap
