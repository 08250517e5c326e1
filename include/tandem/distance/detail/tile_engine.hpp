// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The tile engine: a metric between all rows of X and all rows of Y.
///
/// Rows are packed so that one lane is one pair: a block of X has the elements of its rows for one column side by side, a
/// panel of Y likewise, as many as fill a few registers. A tile keeps an accumulator for each of its pairs in registers and
/// walks down the columns: an element of X is spread over all lanes and meets the registers of Y. There is no horizontal
/// sum and no remainder within a row, and each pair's steps come in the order of the columns, so that its value does not
/// depend on the tile, on the other rows or on the thread. (The shape is that of the matrix products of Goto and van de
/// Geijn, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34(3), 2008.)

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <utility>

#include <tandem/backend/simd.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/distance/metric.hpp>
#include <tandem/kernel/lanes.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

template <class V> inline constexpr std::size_t lane_count = 1;
template <class T> inline constexpr std::size_t lane_count<lanes<T>> = lanes<T>::size;

template <class V, class T> TANDEM_INLINE V load_as(T const* from) {
  if constexpr (std::is_same_v<V, T>) return *from;
  else return V::load(from);
}
/// The value, which the compiler keeps in a register from here on instead of loading it again.
template <class T> TANDEM_INLINE T in_register(T value) { return value; }
template <class T> TANDEM_INLINE lanes<T> in_register(lanes<T> value) {
  xsimd::batch<T> batch = value;
  backend::barrier(batch);
  return batch;
}
template <class T> TANDEM_INLINE void store_to(T* to, T value) { *to = value; }
template <class T> TANDEM_INLINE void store_to(T* to, lanes<T> value) { value.store(to); }

/// The value, but for every NaN the canonical one: which NaN arithmetic gives differs between processors and compilers.
template <class T, class V> TANDEM_INLINE V with_one_nan(V value) {
  V const nan(std::numeric_limits<T>::quiet_NaN());
  if constexpr (std::is_same_v<V, T>) return value == value ? value : nan;
  else return where(value == value, value, nan);
}

/// Columns that one accumulator takes before it is joined to those before it.
inline constexpr std::size_t columns_a_block = 256;

/// How many rows of X and how many registers of Y a tile has, and how many columns it takes in one turn of its loop. `V` is a
/// scalar or lanes, `Accumulator` what a pair needs.
template <class V, class Accumulator> struct tile_shape {
  static constexpr std::size_t each = (sizeof(Accumulator) + sizeof(V) - 1) / sizeof(V);
  static constexpr std::size_t vectors = 2;
  static constexpr std::size_t width = vectors * lane_count<V>;
#if defined(__AVX512F__) || defined(__aarch64__) || defined(__VSX__)
  // 32 registers. A branch costs a turn up to half the time of a column where it falls badly on a line of instructions.
  static constexpr std::size_t rows = each == 1 ? 8 : each == 2 ? 4 : 2, columns = 4;
#elif defined(__FMA__)
  // 16 registers: ten accumulators, two for Y, one for X, three for a step. With more columns a turn GCC spills them.
  static constexpr std::size_t rows = each == 1 ? 5 : 2, columns = 1;
#else
  // 16 (or fewer: 32-bit Arm and x86), and steps that need more of them.
  static constexpr std::size_t rows = each == 1 ? 4 : 2, columns = 1;
#endif
};

/// Rows [first, first + count) side by side: element k of row r at `to[k * width + r]`. Where count is below width, the
/// last row repeats.
template <class T, class U>
void pack_rows(matrix_view<U const> rows, std::size_t first, std::size_t count, std::size_t width, T* to) {
  for (std::size_t r = 0; r < width; ++r) {
    U const* const row = rows.data() + (first + (r < count ? r : count - 1)) * rows.stride();
    for (std::size_t k = 0; k < rows.cols(); ++k) to[k * width + r] = static_cast<T>(row[k]);
  }
}

/// Computes tile after tile. The end of a tile, a square root perhaps, is left for the walk of the next one: roots and
/// divisions then run beside the steps instead of after them.
template <class V, class T, class Metric> class tile_runner {
  using accumulator = accumulator_of<Metric, V>;

 public:
  using shape = tile_shape<V, accumulator>;
  static constexpr std::size_t pairs = shape::rows * shape::vectors;  // of a row of X and a register of Y

  tile_runner(Metric const& metric, std::size_t columns)
      : metric_(metric), columns_(columns), beside_(std::clamp<std::size_t>(columns / shape::rows, 1, 4)) {}

  /// The distances of a packed block of X and a packed panel of Y, to `out` with rows `stride` apart; they are there after
  /// the next run or flush.
  void run(T const* x, T const* y, T* out, std::size_t stride) {
    run(x, y, std::make_index_sequence<pairs>());
    out_ = out;
    stride_ = stride;
    finished_ = 0;
  }

  /// Writes what is not written yet.
  void flush() {
    while (finished_ < shape::rows) finish_row();
  }

 private:
  // Written out over the pairs p... of a row and a register, so that every accumulator has a register of its own; and a
  // function of its own, so that nothing else asks for registers.
  template <std::size_t... p> [[gnu::noinline]] void run(T const* x, T const* y, std::index_sequence<p...> each) {
    constexpr bool in_blocks = joins<Metric, accumulator>;
    std::size_t left = columns_;
    do {
      std::size_t const now = in_blocks && left > columns_a_block ? columns_a_block : left;
      std::array<accumulator, pairs> sums{(static_cast<void>(p), metric_.init(V(T{})))...};
      walk(sums, x, y, now, each);
      if (left == columns_) {
        flush();
        ((waiting_[p] = sums[p]), ...);
      } else if constexpr (in_blocks) {
        ((waiting_[p] = metric_.join(waiting_[p], sums[p])), ...);
      }
      left -= now;
    } while (left > 0);
  }

  // While the tile before is not finished, a row of it is finished beside some columns, which take as long as its roots.
  template <std::size_t... p> TANDEM_INLINE void walk(std::array<accumulator, pairs>& sums, T const*& x, T const*& y,
                                                      std::size_t columns, std::index_sequence<p...> each) {
    while (columns > 0 && finished_ < shape::rows) {
      std::size_t const some = columns < beside_ ? columns : beside_;
      add_columns(sums, x, y, some, each);
      columns -= some;
      finish_row();
    }
    add_columns(sums, x, y, columns, each);
  }

  template <std::size_t... p> TANDEM_INLINE void add_columns(std::array<accumulator, pairs>& sums, T const*& x, T const*& y,
                                                             std::size_t columns, std::index_sequence<p...> each) {
    for (; columns >= shape::columns; columns -= shape::columns)
      for (std::size_t k = 0; k < shape::columns; ++k) add_column(sums, x, y, each);
    if constexpr (shape::columns > 1)
      for (; columns > 0; --columns) add_column(sums, x, y, each);
  }

  // An element of X is spread over a register, and so are the elements of Y loaded, once for all that need them: a compiler
  // that made them operands in memory would load them each time, and loads would take longer than the arithmetic.
  template <std::size_t... p>
  TANDEM_INLINE void add_column(std::array<accumulator, pairs>& sums, T const*& x, T const*& y, std::index_sequence<p...>) {
    std::array<V, shape::vectors> panel;
    for (std::size_t v = 0; v < shape::vectors; ++v) panel[v] = in_register(load_as<V>(y + v * lane_count<V>));
    V element;
    ((p % shape::vectors == 0 ? static_cast<void>(element = in_register(V(x[p / shape::vectors]))) : void(),
      sums[p] = metric_.step(sums[p], element, panel[p % shape::vectors])),
     ...);
    x += shape::rows;
    y += shape::width;
  }

  // A row of the tile: its address is worked out once for all its registers.
  TANDEM_INLINE void finish_row() {
    T* const to = out_ + finished_ * stride_;
    accumulator const* const from = waiting_.data() + finished_ * shape::vectors;
    ++finished_;
    for (std::size_t v = 0; v < shape::vectors; ++v)
      store_to<T>(to + v * lane_count<V>, with_one_nan<T>(static_cast<V>(metric_.finish(from[v], columns_))));
  }

  Metric const& metric_;
  std::size_t columns_, beside_;  // all columns; those beside which a row is finished
  std::array<accumulator, pairs> waiting_{};
  T* out_ = nullptr;
  std::size_t stride_ = 0, finished_ = shape::rows;
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
