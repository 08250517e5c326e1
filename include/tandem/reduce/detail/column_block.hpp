// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Exact sums of neighbouring columns of a matrix, read row by row: one column a lane, cut as in extraction.hpp.

#include <cstddef>
#include <utility>

#include <tandem/backend/floating_point.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/reduce/detail/extraction.hpp>
#include <tandem/reduce/detail/units.hpp>
#include <tandem/reduce/exact_accumulator.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// Rows [begin, end) of a matrix; at most as many as a running sum takes.
template <class Unit, class T> class column_block {
 public:
  static constexpr std::size_t most_rows = anchor::most_numbers, most_columns = 1024;

  column_block(matrix_view<T const> m, std::size_t begin, std::size_t end) : m_(m), begin_(begin), end_(end) {}

  /// Adds columns from `first` on, of at most `most_columns` as many as fill registers, to `sum_of(0)`, `sum_of(1)` and so on;
  /// returns how many. None, if their numbers are too far apart in size, not finite, or -0.
  template <class SumOf> std::size_t add(std::size_t first, std::size_t columns, SumOf const& sum_of) const {
    backend::nearest_rounding const guard;
    columns -= columns % Unit::size;
    if (columns == 0) return 0;
    std::size_t const some = end_ - begin_ < 16 ? end_ : begin_ + 16;
    anchor at = fitting(first, columns, some);
    alignas(64) double highs[most_columns], lows[most_columns];
    if (!try_rows(first, columns, at, highs, lows)) {
      anchor const tried = std::exchange(at, fitting(first, columns, end_));
      if (at.same(tried) || !try_rows(first, columns, at, highs, lows)) return 0;
    }
    // Doubles between the same powers of two are as many units apart as their bits, taken as integers.
    auto const units = [](double sum, double start) { return one_number::bits(sum) - one_number::bits(start); };
    int const high_unit = at.k - 52, low_unit = high_unit - anchor::step;
    for (std::size_t j = 0; j < columns; ++j) {
      exact_accumulator& sum = sum_of(j);
      sum.add_scaled(units(highs[j], anchor::start(at.k)), high_unit);
      sum.add_scaled(units(lows[j], anchor::start(at.k - anchor::step)), low_unit);
    }
    return columns;
  }

 private:
  using reg = typename Unit::reg;
  static constexpr std::size_t rows_at_once = 4;

  [[gnu::noinline]] anchor fitting(std::size_t first, std::size_t columns, std::size_t end) const {
    seen_sizes<Unit, sizes::any> seen;
    for (std::size_t i = begin_; i < end; ++i)
      for (std::size_t j = 0; j < columns; j += Unit::size) seen.note(Unit::abs(Unit::load(at(i, first + j))));
    return seen.fitting();
  }

  // The running sums after all rows; false if a number does not fit.
  bool try_rows(std::size_t first, std::size_t columns, anchor where, double* highs, double* lows) const {
    if (where.k == anchor::none) return false;
    double const high_start = anchor::start(where.k), low_start = anchor::start(where.k - anchor::step);
    for (std::size_t j = 0; j < columns; ++j) highs[j] = high_start, lows[j] = low_start;
    return where.doubts == 0 ? add_rows<sizes::close>(first, columns, where, highs, lows)
                             : add_rows<sizes::any>(first, columns, where, highs, lows);
  }

  template <sizes how>
  [[gnu::noinline]] bool add_rows(std::size_t first, std::size_t columns, anchor where, double* highs, double* lows) const {
    seen_sizes<Unit, how> seen(where);
    std::size_t i = begin_;
    for (; end_ - i >= rows_at_once; i += rows_at_once) add<rows_at_once>(at(i, first), columns, highs, lows, seen);
    for (; i < end_; ++i) add<1>(at(i, first), columns, highs, lows, seen);
    return seen.fit(where);
  }

  // Two registers at a time, for which one line of the cache is fetched, where there are so many.
  template <std::size_t rows, sizes how>
  TANDEM_INLINE void add(T const* x, std::size_t columns, double* highs, double* lows, seen_sizes<Unit, how>& seen) const {
    std::size_t j = 0;
    for (; columns - j >= 2 * Unit::size; j += 2 * Unit::size) {
      running_sum<Unit> high(Unit::load(highs + j)), low(Unit::load(lows + j));
      running_sum<Unit> next_high(Unit::load(highs + j + Unit::size)), next_low(Unit::load(lows + j + Unit::size));
      for (std::size_t r = 0; r < rows; ++r) {
        T const* const p = x + r * m_.stride() + j;
        prefetch_beyond(p, rows * m_.stride() * sizeof(T));  // the processor guesses nothing beyond a row's end
        add_number<Unit>(Unit::load(p), high, low, seen);
        add_number<Unit>(Unit::load(p + Unit::size), next_high, next_low, seen);
      }
      Unit::store(highs + j, high.s);
      Unit::store(lows + j, low.s);
      Unit::store(highs + j + Unit::size, next_high.s);
      Unit::store(lows + j + Unit::size, next_low.s);
    }
    if (j == columns) return;
    running_sum<Unit> high(Unit::load(highs + j)), low(Unit::load(lows + j));
    for (std::size_t r = 0; r < rows; ++r) add_number<Unit>(Unit::load(x + r * m_.stride() + j), high, low, seen);
    Unit::store(highs + j, high.s);
    Unit::store(lows + j, low.s);
  }

  T const* at(std::size_t row, std::size_t column) const { return m_.data() + row * m_.stride() + column; }

  matrix_view<T const> m_;
  std::size_t begin_, end_;
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
