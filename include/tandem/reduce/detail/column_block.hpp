// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Exact sums of neighbouring columns of a matrix, read row by row: one column a lane, cut as in extraction.hpp.

#include <cstddef>
#include <cstdint>

#include <tandem/backend/floating_point.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/reduce/detail/extraction.hpp>
#include <tandem/reduce/detail/units.hpp>
#include <tandem/reduce/exact_accumulator.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// Rows [begin, end) of a matrix; at most 2^11 of them, which is what a running sum takes.
template <class Unit, class T> class column_block {
 public:
  static constexpr std::size_t most_rows = 2048, most_columns = 1024;

  column_block(matrix_view<T const> m, std::size_t begin, std::size_t end) : m_(m), begin_(begin), end_(end) {}

  /// Adds columns from `first` on, of at most `most_columns` as many as fill registers, to `sum_of(0)`, `sum_of(1)` and so on;
  /// returns how many. None, if their numbers are too far apart in size, not finite, or -0.
  template <class SumOf> std::size_t add(std::size_t first, std::size_t columns, SumOf const& sum_of) const {
    backend::nearest_rounding const guard;
    columns -= columns % Unit::size;
    if (columns == 0) return 0;
    std::size_t const some = end_ - begin_ < 16 ? end_ : begin_ + 16;
    anchor at = anchor::of(largest(first, columns, some));
    alignas(64) double highs[most_columns], lows[most_columns];
    if (at.k == anchor::none || !try_rows(first, columns, at, highs, lows)) {
      anchor const own = anchor::of(largest(first, columns, end_));
      if (own.k == anchor::none || own.k == at.k || !try_rows(first, columns, own, highs, lows)) return 0;
      at = own;
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

  [[gnu::noinline]] double largest(std::size_t first, std::size_t columns, std::size_t end) const {
    reg top = Unit::repeated(0);
    for (std::size_t i = begin_; i < end; ++i)
      for (std::size_t j = 0; j < columns; j += Unit::size) top = Unit::larger(top, Unit::abs(Unit::load(at(i, first + j))));
    return Unit::largest(top);
  }

  // The running sums after all rows; false if a number does not fit.
  [[gnu::noinline]] bool try_rows(std::size_t first, std::size_t columns, anchor where, double* highs, double* lows) const {
    double const high_start = anchor::start(where.k), low_start = anchor::start(where.k - anchor::step);
    for (std::size_t j = 0; j < columns; ++j) highs[j] = high_start, lows[j] = low_start;
    reg top = Unit::repeated(0), rest = top;
    std::size_t i = begin_;
    for (; end_ - i >= rows_at_once; i += rows_at_once) add_rows<rows_at_once>(at(i, first), columns, highs, lows, top, rest);
    for (; i < end_; ++i) add_rows<1>(at(i, first), columns, highs, lows, top, rest);
    return Unit::largest(top) <= where.limit() && !Unit::any_bit_at_all(rest);
  }

  template <std::size_t rows>
  TANDEM_INLINE void add_rows(T const* x, std::size_t columns, double* highs, double* lows, reg& top, reg& rest) const {
    std::size_t const stride = m_.stride();
    for (std::size_t j = 0; j < columns; j += Unit::size) {
      running_sum<Unit> high(Unit::load(highs + j)), low(Unit::load(lows + j));
      for (std::size_t r = 0; r < rows; ++r) {
        T const* const p = x + r * stride + j;
        prefetch_beyond(p, rows * stride * sizeof(T));  // the processor guesses nothing beyond a row's end
        reg const value = Unit::load(p);
        top = Unit::larger(top, Unit::abs(value));
        rest = Unit::either(rest, low.take(high.take(value)));
      }
      Unit::store(highs + j, high.s);
      Unit::store(lows + j, low.s);
    }
  }

  T const* at(std::size_t row, std::size_t column) const { return m_.data() + row * m_.stride() + column; }

  matrix_view<T const> m_;
  std::size_t begin_, end_;
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
