// SPDX-License-Identifier: BSL-1.0
#include "problem.hpp"

#include <algorithm>

#include <tandem/backend/simd.hpp>

#include "iris.hpp"

namespace bench::cdist {
namespace {

template <class T> std::unique_ptr<matrices<T>> make_iris() {
  auto data = std::make_unique<matrices<T>>(150, 150, 4, kind::self);
  std::ranges::transform(iris_tenths, data->x.data(), [](unsigned char tenths) { return static_cast<T>(tenths) / T(10); });
  return data;
}

// For each pair and column a subtraction and a multiply-add, which `euclidean` fuses by name where the instruction set can; for
// each pair a square root.
work work_of(std::size_t n, std::size_t m, std::size_t d, std::size_t bytes, bool half) {
  double const pairs = static_cast<double>(n * m), elements = static_cast<double>((n + m) * d), share = half ? 0.5 : 1;
  return {.items = pairs,
          .bytes_read = elements * static_cast<double>(bytes),
          .bytes_written = pairs * static_cast<double>(bytes),
          .arithmetic = share * (tandem::backend::fuses ? 2 : 3) * pairs * static_cast<double>(d),
          .roots = share * pairs};
}

template <class T>
bool add(char const* type, std::size_t n, std::size_t m, std::size_t d, kind how, char const* remark, bool quick) {
  std::string const size = std::to_string(n) + 'x' + std::to_string(m) + 'x' + std::to_string(d) + remark;
  return add_case<matrices<T>>(
      {.problem = "cdist", .type = type, .size = size, .work = work_of(n, m, d, sizeof(T), how == kind::self), .quick = quick},
      [=] { return std::make_unique<matrices<T>>(n, m, d, how); });
}

bool const stated =
    add_problem(
        {.name = "cdist",
         .sentence =
             "Euclidean distances of all pairs of rows, as scipy.spatial.distance.cdist: Fisher's irises with themselves "
             "(150 flowers, 4 measurements), and 1000 with 1000 random points in 100 dimensions. A fresh case makes "
             "its output anew in every call.",
         .item = "pairs"}) &&
    add_case<matrices<double>>(
        {.problem = "cdist", .type = "double", .size = "iris-150x150x4", .work = work_of(150, 150, 4, sizeof(double), true)},
        make_iris<double>) &&
    add<double>("double", 1000, 1000, 100, kind::warm, "", true) &&
    add<float>("float", 1000, 1000, 100, kind::warm, "", true) &&
    add<double>("double", 1000, 1000, 100, kind::fresh, "-fresh", false) &&
    add<double>("double", 1000, 1000, 100, kind::self, "-self", false) &&
    add<double>("double", 300, 300, 1000, kind::warm, "", false) && add<double>("double", 3000, 3000, 8, kind::warm, "", false);

}  // namespace
}  // namespace bench::cdist
