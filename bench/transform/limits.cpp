// SPDX-License-Identifier: BSL-1.0
// Nobody writes the output faster than a copy of the same arrays does: through the caches where they hold, past them else.
#include "../limits/streams.hpp"
#include "problem.hpp"

namespace bench::transform {
namespace {

template <limits::store Mode, class Data> std::function<void()> copy_of(Data& data, threads count) {
  return limits::copy_call<Mode>(data.in.data(), data.out.data(), data.in.size(), count);
}

bool const added = for_each_kernel([](auto kernel) {
  using Kernel = decltype(kernel);
  using data = arrays<Kernel>;
  using limits::store;
  add_variant<data>(Kernel::name, "limit_copy_one", threads::one,
                    [](data& d) { return copy_of<store::cached>(d, threads::one); });
  add_variant<data>(Kernel::name, "limit_copy_all", threads::all,
                    [](data& d) { return copy_of<store::cached>(d, threads::all); });
  add_variant<data>(Kernel::name, "limit_streaming_copy_one", threads::one,
                    [](data& d) { return copy_of<store::streaming>(d, threads::one); });
  add_variant<data>(Kernel::name, "limit_streaming_copy_all", threads::all,
                    [](data& d) { return copy_of<store::streaming>(d, threads::all); });
});

}  // namespace
}  // namespace bench::transform
