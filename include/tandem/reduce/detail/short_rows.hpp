// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Exact sums of rows that are so short that an accumulator for each would take longest: one row a lane.
///
/// Two sums a row: one of its elements, and one of what each of those additions rounded away, which Knuth's two-sum tells. Where the
/// second sum loses nothing, both together are the exact sum, and adding them rounds it once.
///
/// Source: Knuth, The Art of Computer Programming 2, 4.2.2, theorem B.

#include <cstddef>

#include <tandem/backend/floating_point.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/reduce/detail/units.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

template <class Unit, class T> class short_rows {
 public:
  static constexpr std::size_t most_columns = 64;
  static constexpr std::size_t group = Unit::size;

  /// Writes the sums of rows [begin, end) to the places of that number in `out`, and returns `end`; or an earlier row, one in the
  /// next `group` of which is for others: something was lost, or is not finite. Rows have 1 to `most_columns` columns.
  static std::size_t sum(matrix_view<T const> m, std::size_t begin, std::size_t end, T* out) {
    backend::nearest_rounding const guard;
    return sum_to_nearest(m, begin, end, out);
  }

 private:
  using reg = typename Unit::reg;
  static constexpr std::size_t batch = 4 * group;

  [[gnu::noinline]] static std::size_t sum_to_nearest(matrix_view<T const> m, std::size_t begin, std::size_t end, T* out) {
    std::size_t const columns = m.cols();
    alignas(64) double turned[most_columns * batch], sums[group];
    for (std::size_t row = begin; row < end; row += batch) {
      std::size_t const rows = end - row < batch ? end - row : batch;
      for (std::size_t r = 0; r < batch; ++r) {  // where there are too few the last one repeats
        T const* const from = m.data() + (row + (r < rows ? r : rows - 1)) * m.stride();
        for (std::size_t j = 0; j < columns; ++j) turned[j * batch + r] = static_cast<double>(from[j]);
      }
      for (std::size_t r = 0; r < rows; r += group) {
        if (!add(turned + r, columns, sums)) return row + r;
        for (std::size_t k = 0; k < group && r + k < rows; ++k) out[row + r + k] = static_cast<T>(sums[k]);
      }
    }
    return end;
  }

  static TANDEM_INLINE bool add(double const* x, std::size_t columns, double* sums) {
    using backend::barrier;
    reg total = Unit::load(x), rounded_away = Unit::repeated(0);
    // A single number that is not finite is found by this; among several the first sum's error is NaN.
    reg lost = total;
    barrier(lost);
    lost = lost - total;
    for (std::size_t j = 1; j < columns; ++j) {
      reg error, lost_now;
      two_sum(total, Unit::load(x + j * batch), total, error);
      two_sum(rounded_away, error, rounded_away, lost_now);
      lost = Unit::either(lost, lost_now);
    }
    if constexpr (sizeof(T) < sizeof(double)) lost = Unit::either(lost, rounded_away);  // it will be rounded to T
    if (Unit::any_bit(lost)) return false;
    Unit::store(sums, Unit::sum_of_parts(total, rounded_away));
    return true;
  }

  /// total + error is a + b, and total is a + b rounded.
  static TANDEM_INLINE void two_sum(reg a, reg b, reg& total, reg& error) {
    using backend::barrier;
    reg t = a + b;
    barrier(t);
    reg of_b = t - a;
    barrier(of_b);
    reg of_a = t - of_b;
    barrier(of_a);
    reg error_of_a = a - of_a, error_of_b = b - of_b;
    barrier(error_of_a);
    barrier(error_of_b);
    error = error_of_a + error_of_b;
    barrier(error);
    total = t;
  }
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
