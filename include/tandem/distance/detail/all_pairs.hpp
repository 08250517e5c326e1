// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The pattern of the distances: how all pairs of rows are cut into cells, and how a cell runs its tiles.

#include <algorithm>
#include <cstddef>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tandem/backend/split.hpp>
#include <tandem/backend/tasks.hpp>
#include <tandem/core/count.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/distance/detail/tile_engine.hpp>
#include <tandem/execution.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// Memory for packed rows, aligned for any register and not written before it is used.
template <class T> class packed_rows {
 public:
  packed_rows(std::string_view function, std::size_t rows, std::size_t columns)
      : data_(static_cast<T*>(::operator new(checked_elements(function, rows, columns, sizeof(T)) * sizeof(T), alignment))) {}
  packed_rows(packed_rows const&) = delete;
  packed_rows& operator=(packed_rows const&) = delete;
  ~packed_rows() { ::operator delete(data_, alignment); }
  T* data() const noexcept { return data_; }

 private:
  static constexpr std::align_val_t alignment{64};
  T* data_;
};

constexpr std::size_t divide_up(std::size_t a, std::size_t b) { return a == 0 ? 0 : (a - 1) / b + 1; }

/// All pairs of `rows` and `panels`, cut into cells of neighbouring rows and panels: enough cells to keep many threads busy
/// to the end, each large enough to use a packed panel several times. Depends on the sizes alone.
struct cells {
  cells(std::size_t rows, std::size_t panels, std::size_t tile_rows) {
    constexpr std::size_t wanted = 64, least_blocks = 2, most_blocks = 8;
    std::size_t const blocks = divide_up(rows, tile_rows);
    std::size_t const blocks_a_cell = std::clamp(blocks / wanted, least_blocks, most_blocks);
    rows_a_cell = blocks_a_cell * tile_rows;
    down = divide_up(blocks, blocks_a_cell);
    panels_a_cell = down == 0 ? 1 : std::max<std::size_t>(1, divide_up(panels, divide_up(wanted, down)));
    across = divide_up(panels, panels_a_cell);
    number = down * across;
  }
  std::size_t rows_a_cell, panels_a_cell, down, across, number;
};

/// The metric of every row of x with every row of y, written to `out`, computed in V (a scalar or lanes of T).
template <class V, class T, class X, class Y, class Metric> class all_pairs {
  using runner = tile_runner<V, T, Metric>;
  static constexpr std::size_t tile_rows = runner::shape::rows, width = runner::shape::width;

 public:
  /// With `same`, x and y are the same rows and the metric is symmetric: a pair is computed once and written twice.
  all_pairs(std::string_view function, matrix_view<X const> x, matrix_view<Y const> y, Metric const& metric, matrix_view<T> out,
            bool same)
      : function_(function), x_(x), y_(y), out_(out), metric_(metric), same_(same), columns_(x.cols()),
        panels_(divide_up(y.rows(), width)), cut_(x.rows(), panels_, tile_rows),
        packed_y_(function, packs_once() ? panels_ * width : 0, columns_) {}

  template <class Policy> void run(Policy const& policy) {
    std::size_t const jobs = jobs_of(policy), grain = backend::grain_of(policy.options());
    if (packs_once()) {  // progress, stops and deadlines are about the distances only
      std::size_t const panels_a_chunk = std::clamp<std::size_t>(4096 / (width * (columns_ + 1)), 1, 64);
      backend::for_chunks(function_, backend::split(panels_, panels_a_chunk), jobs, nullptr, backend::start::measured,
                          [&](std::size_t begin, std::size_t end) {
                            for (std::size_t panel = begin; panel < end; ++panel)
                              pack_panel(panel * width, packed_y_.data() + panel * width * columns_);
                          });
    }
    // Work that is known to be large starts at once: its first cell need not be measured.
    bool const large = x_.rows() > (std::size_t{1} << 22) / (y_.rows() * (columns_ + 1) + 1);
    backend::for_chunks(function_, backend::split(cut_.number, grain > 0 ? grain : 1), jobs, policy.options(),
                        large || grain > 0 ? backend::start::at_once : backend::start::measured,
                        [&](std::size_t begin, std::size_t end) { run_cells(begin, end); });
  }

 private:
  // The panels of Y are packed once for all cells, unless each panel belongs to one cell only.
  bool packs_once() const { return cut_.down > 1; }

  void pack_panel(std::size_t first, T* to) const { pack_rows<T>(y_, first, (std::min)(width, y_.rows() - first), width, to); }

  void run_cells(std::size_t begin, std::size_t end) {
    packed_rows<T> const packed_x(function_, cut_.rows_a_cell, columns_), panel(function_, packs_once() ? 0 : width, columns_);
    runner tiles(metric_, columns_);
    for (std::size_t cell = begin; cell < end; ++cell) {
      std::size_t const row = cell / cut_.across * cut_.rows_a_cell, column = cell % cut_.across * cut_.panels_a_cell * width;
      rectangle const part{row, (std::min)(row + cut_.rows_a_cell, x_.rows()), column,
                           (std::min)(column + cut_.panels_a_cell * width, y_.rows())};
      if (same_ && part.last_column <= part.row) continue;  // written from the other side of the diagonal
      run_cell(part, tiles, packed_x.data(), panel.data());
    }
  }

  struct rectangle {
    std::size_t row, last_row, column, last_column;
  };

  void run_cell(rectangle const& part, runner& tiles, T* packed_x, T* panel) {
    for (std::size_t row = part.row; row < part.last_row; row += tile_rows)
      pack_rows<T>(x_, row, (std::min)(tile_rows, part.last_row - row), tile_rows, packed_x + (row - part.row) * columns_);
    for (std::size_t column = part.column; column < part.last_column; column += width) {
      T const* const packed_panel = packs_once() ? packed_y_.data() + column * columns_ : panel;
      if (!packs_once()) pack_panel(column, panel);
      for (std::size_t row = part.row; row < part.last_row; row += tile_rows) {
        rectangle const pairs{row, (std::min)(row + tile_rows, part.last_row), column,
                              (std::min)(column + width, part.last_column)};
        if (same_ && pairs.last_column <= row) continue;
        run_tile(pairs, tiles, packed_x + (row - part.row) * columns_, packed_panel);
      }
    }
    tiles.flush();
    if (same_)
      for (std::size_t j = part.column; j < part.last_column; ++j)
        for (std::size_t i = part.row; i < (std::min)(part.last_row, j); ++i) out_(j, i) = out_(i, j);
  }

  // Whole tiles go straight to the output; of others, and of those on the diagonal, only what is asked for is copied.
  void run_tile(rectangle const& pairs, runner& tiles, T const* x, T const* y) {
    bool const whole = pairs.last_row - pairs.row == tile_rows && pairs.last_column - pairs.column == width;
    if (whole && (!same_ || pairs.column >= pairs.last_row)) {
      tiles.run(x, y, out_.data() + pairs.row * out_.stride() + pairs.column, out_.stride());
      return;
    }
    alignas(64) T values[tile_rows * width];
    tiles.run(x, y, values, width);
    tiles.flush();
    for (std::size_t i = pairs.row; i < pairs.last_row; ++i)
      for (std::size_t j = same_ ? (std::max)(i, pairs.column) : pairs.column; j < pairs.last_column; ++j)
        out_(i, j) = values[(i - pairs.row) * width + (j - pairs.column)];
  }

  std::string_view function_;
  matrix_view<X const> x_;
  matrix_view<Y const> y_;
  matrix_view<T> out_;
  Metric const& metric_;
  bool same_;
  std::size_t columns_, panels_;
  cells cut_;
  packed_rows<T> packed_y_;
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
