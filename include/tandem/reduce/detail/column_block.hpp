// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Exact sums of neighbouring columns of a matrix, read row by row: one column a lane, cut as in extraction.hpp.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <tandem/backend/floating_point.hpp>
#include <tandem/core/detail/zeroed_buffer.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/reduce/detail/extraction.hpp>
#include <tandem/reduce/detail/units.hpp>
#include <tandem/reduce/exact_accumulator.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// Sums of columns that wait to be added to accumulators: each high * 2^(k - 52) + low * 2^(k - 52 - step), k as `at` says.
struct column_totals {
  std::vector<std::int64_t> highs, lows;
  anchor at;              // of the latest rows
  std::size_t width = 0;  // of how many columns
  std::size_t rows = 0;   // so many of each
  std::size_t numbers = 0;
  zeroed_buffer<double> running;  // of the rows that are being added

  explicit column_totals(std::size_t columns) : highs(columns), lows(columns) {}
  void add_to(exact_accumulator& sum, std::size_t column) const {
    sum.add_scaled(highs[column], at.k - 52);
    sum.add_scaled(lows[column], at.k - 52 - anchor::step);
  }
  /// A number is less than 2^42 units.
  bool has_room_for(std::size_t more) const { return numbers + more <= std::size_t{1} << 20; }
  /// Adds others, if they are of the same columns and in the same units.
  bool add(column_totals const& others) {
    if (others.rows == 0) return true;
    if (others.at.k != at.k || others.width != width || !has_room_for(others.numbers)) return false;
    for (std::size_t c = 0; c < width; ++c) highs[c] += others.highs[c], lows[c] += others.lows[c];
    rows += others.rows;
    numbers += others.numbers;
    return true;
  }
  void empty() {
    std::ranges::fill(highs, 0);
    std::ranges::fill(lows, 0);
    rows = numbers = 0;
  }
};

/// Rows [begin, end) of a matrix; at most as many as a running sum takes.
template <class Unit, class T> class column_block {
 public:
  static constexpr std::size_t most_rows = anchor::most_numbers;

  column_block(matrix_view<T const> m, std::size_t begin, std::size_t end) : m_(m), begin_(begin), end_(end) {}

  /// Adds columns from `first` on, as many as fill registers; returns how many. None, if their numbers are too far apart in size, not
  /// finite, or -0. If there are more than the totals have, these take several of them in turn. `flush()`, which empties the totals,
  /// is called before what cannot be added to them as they are.
  template <class Flush> std::size_t add(std::size_t first, std::size_t columns, column_totals& to, Flush const& flush) const {
    backend::nearest_rounding const guard;
    columns -= columns % Unit::size;
    if (columns == 0) return 0;
    std::size_t const width = (std::min)(columns, to.highs.size()), numbers = (end_ - begin_) * (columns / width);
    if (width != to.width || !to.has_room_for(numbers)) flush();
    to.width = width;
    auto const stand = [&](anchor at) {
      if (at.k != to.at.k) flush();
      to.at = at;
    };
    if (to.at.k == anchor::none) stand(fitting(first, columns, end_ - begin_ < 16 ? end_ : begin_ + 16));
    std::size_t const whole_lines = (columns + 7) / 8 * 8;
    if (to.running.size() < 2 * whole_lines) to.running = zeroed_buffer<double>(2 * whole_lines);
    double *const highs = to.running.data(), *const lows = highs + whole_lines;
    if (anchor const tried = to.at; !try_rows(first, columns, to.at, highs, lows)) {
      stand(fitting(first, columns, end_));
      if (to.at.same(tried) || !try_rows(first, columns, to.at, highs, lows)) return 0;
    }
    // Doubles between the same powers of two are as many units apart as their bits, taken as integers.
    std::int64_t const high_start = one_number::bits(anchor::start(to.at.k));
    std::int64_t const low_start = one_number::bits(anchor::start(to.at.k - anchor::step));
    for (std::size_t j = 0; j < columns; j += width)
      for (std::size_t c = 0; c < width; ++c) {
        to.highs[c] += one_number::bits(highs[j + c]) - high_start;
        to.lows[c] += one_number::bits(lows[j + c]) - low_start;
      }
    to.rows += end_ - begin_;
    to.numbers += numbers;
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
  bool try_rows(std::size_t first, std::size_t columns, anchor& where, double* highs, double* lows) const {
    if (where.k == anchor::none) return false;
    double const high_start = anchor::start(where.k), low_start = anchor::start(where.k - anchor::step);
    for (std::size_t j = 0; j < columns; ++j) highs[j] = high_start, lows[j] = low_start;
    if (where.doubts == 0) return add_rows<sizes::close>(first, columns, where, highs, lows);
    --where.doubts;
    return add_rows<sizes::any>(first, columns, where, highs, lows);
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
