// SPDX-License-Identifier: BSL-1.0
// Nobody reduces arrays faster than they can be read.
#include <vector>

#include "../limits/streams.hpp"
#include "problem.hpp"

namespace bench::transform_reduce {
namespace {

auto read(threads count) {
  return
      [count](arrays& d) { return limits::read_call(std::vector<double const*>{d.x.data(), d.y.data()}, d.x.size(), count); };
}
bool const added = add_variant<arrays>("transform_reduce", "limit_read_one", threads::one, read(threads::one)) &&
                   add_variant<arrays>("transform_reduce", "limit_read_all", threads::all, read(threads::all));

}  // namespace
}  // namespace bench::transform_reduce
