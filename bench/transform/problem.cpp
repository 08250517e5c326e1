// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <memory>
#include <string>
#include <type_traits>

namespace bench::transform {
namespace {

struct size {
  std::size_t n, offset;
  bool full, quick;
};

// The first cache, aligned and not; the second; the third; DRAM. An array is read and another of the same size written.
constexpr size sizes[] = {
    {2'000, 0, true, true},    {2'001, 1, true, false},      {16'384, 0, true, false},
    {500'000, 0, true, false}, {10'000'000, 0, false, true}, {50'000'000, 0, true, false},
};

template <class Kernel> void add_cases(Kernel) {
  using T = typename Kernel::value_type;
  for (size const s : sizes) {
    double const n = static_cast<double>(s.n), bytes = n * sizeof(T);
    bool const floats = std::is_same_v<T, float>, doubling = Kernel::operations == 1;
    add_case<arrays<Kernel>>(
        {.problem = Kernel::name,
         .type = floats ? "float" : "double",
         .size = std::to_string(s.n) + (s.offset > 0 ? "-misaligned" : ""),
         .work = {.items = n, .bytes_read = bytes, .bytes_written = bytes, .arithmetic = Kernel::operations * n},
         .full = s.full,
         // Floats and doubling show it where memory is all, and not both at once.
         .quick = s.quick && !(floats && doubling) && (s.n > 1'000'000 || !(floats || doubling))},
        [s] { return std::make_unique<arrays<Kernel>>(s.n, s.offset); });
  }
}

bool const stated =
    add_problem({.name = "polynomial",
                 .sentence =
                     "A*x*x + B*x + C for every element of an array: five operations for each number read and each written. "
                     "In the caches arithmetic decides, beyond them memory.",
                 .item = "elements"}) &&
    add_problem({.name = "scale",
                 .sentence =
                     "2*x for every element of an array: one operation for each number read and each written, so that it is "
                     "a copy that happens to multiply.",
                 .item = "elements"}) &&
    for_each_kernel([](auto kernel) { add_cases(kernel); });

}  // namespace
}  // namespace bench::transform
