// SPDX-License-Identifier: BSL-1.0
// Nobody reduces arrays faster than they can be read.
#include <vector>

#include "../limits/streams.hpp"
#include "problem.hpp"

namespace bench::sum {
namespace {

bool const added = for_each_problem([](auto problem) {
  using Problem = decltype(problem);
  auto const read = [](threads count) {
    return [count](arrays<Problem>& d) {
      std::vector<double const*> inputs{d.x.data()};
      if constexpr (Problem::inputs == 2) inputs.push_back(d.y.data());
      return limits::read_call(inputs, d.x.size(), count);
    };
  };
  add_variant<arrays<Problem>>(Problem::name, "limit_read_one", threads::one, read(threads::one));
  add_variant<arrays<Problem>>(Problem::name, "limit_read_all", threads::all, read(threads::all));
});

}  // namespace
}  // namespace bench::sum
