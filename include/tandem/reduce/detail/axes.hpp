// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Reductions of every row or every column of a matrix.

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/backend/caches.hpp>
#include <tandem/backend/tasks.hpp>
#include <tandem/core/detail/large_pages.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/core/reducer.hpp>
#include <tandem/execution.hpp>
#include <tandem/reduce/detail/column_block.hpp>
#include <tandem/reduce/detail/exact_fold.hpp>
#include <tandem/reduce/detail/extraction.hpp>
#include <tandem/reduce/detail/fold_engine.hpp>
#include <tandem/reduce/detail/fold_lanes.hpp>
#include <tandem/reduce/detail/inputs.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

/// Results that several threads write, each its own; a vector once all are there.
template <class R> class results {
 public:
  explicit results(std::size_t n) : all_(n) {}
  void set(std::size_t i, R value) { all_[i].emplace(std::move(value)); }
  std::vector<R> take() {
    std::vector<R> out;
    out.reserve(all_.size());
    for (auto& r : all_) out.push_back(std::move(*r));
    return out;
  }

 private:
  std::vector<std::optional<R>> all_;
};
template <class R> requires(std::is_arithmetic_v<R> && !std::same_as<R, bool>)
class results<R> {
 public:
  explicit results(std::size_t n) : all_(vector_of<R>(n)) {}
  void set(std::size_t i, R value) { all_[i] = value; }
  R* data() noexcept { return all_.data(); }
  std::vector<R> take() { return std::move(all_); }

 private:
  std::vector<R> all_;
};

/// Accumulators made of an exact sum, `total`, and a count.
template <class A>
concept sums_exactly = requires(A a) { requires std::same_as<decltype(a.total), exact_sum>; };

/// From so many elements on a single row or column is worth several threads.
inline constexpr std::size_t long_line = 65536;

template <bool vectorized, class T, class Reducer>
auto reduce_rows(std::string_view function, crew const& who, matrix_view<T const> m, Reducer const& how) {
  using A = accumulator_for<Reducer, T>;
  // Where rows come from memory, without gaps, the next one is fetched at the end of one.
  bool const go_on = m.stride() == m.cols() && m.rows() * m.cols() * sizeof(T) > backend::last_level_cache_bytes();
  auto const row = [&](crew const& by, std::size_t i, auto const& make) {
    std::span<T const> const x = m.row(i);
    std::size_t const behind = go_on ? (m.rows() - 1 - i) * m.cols() : 0;
    return fold_all(function, by, x.size(), block_elements<T>, make, [=](auto& a, std::size_t begin, std::size_t end) {
      fold_span<vectorized>(a, x.subspan(begin, end - begin), x.size() - end + behind);
    });
  };
  auto const make = [&how] { return make_accumulator<T>(how); };
  results<result_of<Reducer, T>> out(m.rows());
  if (m.cols() >= long_line) {
    quiet_crew const quiet(who);
    for (std::size_t i = 0; i < m.rows(); ++i) out.set(i, row(quiet, i, make).result());
    backend::progress_meter(who.chosen, m.rows()).finish();
  } else {
    constexpr bool at_once = requires { typename A::template short_rows_at_once<vectorized>; };
    auto const one_by_one = [&](std::size_t begin, std::size_t end) {
      if constexpr (sums_exactly<A>) {
        anchor expected;  // a row is probably like the one before
        auto const make_alike = [&] {
          A a = make();
          a.total.at = expected;
          return a;
        };
        for (; begin < end; ++begin) {
          A const folded = row(one_thread, begin, make_alike);
          expected = folded.total.at;
          out.set(begin, folded.result());
        }
      } else {
        for (; begin < end; ++begin) out.set(begin, row(one_thread, begin, make).result());
      }
    };
    auto const body = [&](std::size_t begin, std::size_t end) {
      if constexpr (at_once) {
        using many = typename A::template short_rows_at_once<vectorized>;
        while (m.cols() > 0 && m.cols() <= many::most_columns && begin < end) {
          begin = many::sum(m, begin, end, out.data());
          std::size_t const stop = (std::min)(end, begin + many::group);
          one_by_one(begin, stop);
          begin = stop;
        }
      }
      one_by_one(begin, end);
    };
    std::size_t const wanted = backend::grain_of(who.chosen), most = at_once ? 8192 : 1024;
    std::size_t const grain = std::clamp<std::size_t>(16 * most / (m.cols() + 1), 1, most);
    run_parts(function, backend::split(m.rows(), wanted > 0 ? wanted : grain), who, body);
  }
  return out.take();
}

/// The accumulators of neighbouring columns that are read together, from when one is asked for, and what waits to be added to them.
template <class A, class Make> class panel_state {
 public:
  static constexpr bool order_independent = detail::order_independent<A>;
  std::size_t next = 0;
  column_totals totals;

  panel_state(std::size_t count, Make const& make) : totals(sums_exactly<A> ? count : 0), make_(&make), count_(count) {}
  void start_at(std::size_t row) { next = row; }
  A& column(std::size_t j) {
    if (columns_.empty()) {
      columns_.reserve(count_);
      for (std::size_t i = 0; i < count_; ++i) columns_.push_back((*make_)());
    }
    return columns_[j];
  }
  void flush() {
    if (totals.rows == 0) return;
    for (std::size_t j = 0; j < totals.width; ++j) add_totals(column(j), j);
    totals.empty();
  }
  void merge(panel_state&& following) {
    if (!totals.add(following.totals)) following.flush();
    for (std::size_t j = 0; j < following.columns_.size(); ++j) column(j).merge(following.columns_[j]);
  }
  auto result(std::size_t j) {
    if (!columns_.empty()) {
      flush();
      return columns_[j].result();
    }
    A alone = (*make_)();
    if (totals.rows > 0 && j < totals.width) add_totals(alone, j);
    return alone.result();
  }

 private:
  void add_totals(A& to, std::size_t j) const {
    if constexpr (sums_exactly<A>) {
      totals.add_to(to.total.sum, j);
      to.count += totals.rows;
    }
  }

  Make const* make_;
  std::size_t count_;
  std::vector<A> columns_;
};

/// Neighbouring columns of a matrix, and how their elements get to the accumulators.
template <bool vectorized, class T, class A> class panel {
 public:
  static constexpr bool at_once = requires { typename A::template columns_at_once<vectorized>; };
  static constexpr std::size_t turned_at_once = 8, lines = order_independent<A> ? anchor::most_numbers : block_elements<T>;

  panel(matrix_view<T const> m, std::size_t first, std::size_t count) : m_(m), first_(first), count_(count) {
    if (count == m.cols() && m.stride() == count && count <= 256)
      unfold_ = (std::max)(std::size_t{16}, std::bit_ceil(512 / count));
  }

  /// Folds rows [begin, end).
  template <class State> void fold(State& state, std::size_t begin, std::size_t end) const {
    std::unique_ptr<T[]> turned;
    for (std::size_t n = 0, in_vain_until = begin; begin < end; begin += n, state.next += n) {
      if (begin >= in_vain_until) {
        if (n = add_unfolded(state, begin, end); n > 0) continue;
        in_vain_until = begin + lines * unfold_;
      }
      n = (std::min)(lines, end - begin);
      std::size_t const done = add_at_once(state, begin, n);
      if (done < count_) add_turned(state, begin, n, done, turned);
    }
  }

 private:
  // Rows of a few columns without gaps, as fewer and longer ones that fill registers and that memory gives in order; returns how many,
  // none if that is nothing for their numbers.
  template <class State> std::size_t add_unfolded(State& state, std::size_t begin, std::size_t end) const {
    std::size_t const longer = (std::min)(lines, (end - begin) / unfold_), n = longer * unfold_;
    if constexpr (at_once) {
      if (unfold_ == 1 || longer == 0) return 0;
      matrix_view<T const> const long_rows(m_.data() + begin * count_, longer, unfold_ * count_);
      typename A::template columns_at_once<vectorized> const rows(long_rows, 0, longer);
      if (rows.add(0, unfold_ * count_, state.totals, [&] { state.flush(); }) > 0) {
        state.totals.rows += n - longer;  // a row of these is several
        return n;
      }
    }
    return 0;
  }

  // The first columns of n rows, as many as fill registers; returns how many.
  template <class State> std::size_t add_at_once(State& state, std::size_t begin, std::size_t n) const {
    std::size_t done = 0;
    if constexpr (at_once) {
      static_assert(lines <= A::template columns_at_once<vectorized>::most_rows);
      typename A::template columns_at_once<vectorized> const rows(m_, begin, begin + n);
      done = rows.add(first_, count_, state.totals, [&] { state.flush(); });
    }
    return done;
  }

  // Columns from `done` on of n rows, each as a range.
  template <class State>
  void add_turned(State& state, std::size_t begin, std::size_t n, std::size_t done, std::unique_ptr<T[]>& turned) const {
    if (turned == nullptr) turned = std::make_unique_for_overwrite<T[]>(turned_at_once * lines);
    for (std::size_t last; done < count_; done = last) {
      last = (std::min)(done + turned_at_once, count_);
      for (std::size_t i = 0; i < n; ++i) {
        T const* const row = m_.data() + (begin + i) * m_.stride() + first_;
        for (std::size_t j = done; j < last; ++j) turned[(j - done) * n + i] = row[j];
      }
      for (std::size_t j = done; j < last; ++j) {
        A& column = state.column(j);
        if constexpr (requires { column.start_at(begin); }) column.start_at(state.next);
        fold_span<vectorized>(column, std::span<T const>(turned.get() + (j - done) * n, n));
      }
    }
  }

  matrix_view<T const> m_;
  std::size_t first_, count_, unfold_ = 1;
};

template <bool vectorized, class T, class Reducer>
auto reduce_columns(std::string_view function, crew const& who, matrix_view<T const> m, Reducer const& how) {
  using A = accumulator_for<Reducer, T>;
  using panel = detail::panel<vectorized, T, A>;
  // Wide panels read memory in long pieces. Each thread has two where columns suffice; of long ones all threads work on one.
  bool const is_long = m.rows() >= long_line / 8;
  std::size_t width = panel::turned_at_once;
  if constexpr (panel::at_once) {
    constexpr std::size_t least = 256, most = 8192;
    width = is_long ? most : std::clamp<std::size_t>((m.cols() / 2 / who.jobs + 63) / 64 * 64, least, most);
  }
  std::size_t const panels = m.cols() / width + (m.cols() % width != 0);
  results<result_of<Reducer, T>> out(m.cols());

  auto const make_one = [&how] { return make_accumulator<T>(how); };
  auto const reduce = [&](crew const& by, std::size_t number) {
    std::size_t const first = number * width, count = (std::min)(width, m.cols() - first);
    panel const columns(m, first, count);
    auto const make = [&] { return panel_state<A, decltype(make_one)>(count, make_one); };
    auto const fold = [&](auto& state, std::size_t begin, std::size_t end) { columns.fold(state, begin, end); };
    // Rows of a block: the order of accumulators that mind it is that of any reduction.
    constexpr std::size_t lines = panel::lines, elements = std::size_t{1} << 16;
    std::size_t const block = order_independent<A> ? std::clamp(elements / count / lines * lines, lines, 8 * lines) : lines;
    auto folded = fold_all(function, by, m.rows(), block, make, fold);
    for (std::size_t j = 0; j < count; ++j) out.set(first + j, folded.result(j));
  };

  if (is_long) {
    quiet_crew const quiet(who);
    for (std::size_t p = 0; p < panels; ++p) reduce(quiet, p);
    backend::progress_meter(who.chosen, m.cols()).finish();
  } else {
    std::size_t const wanted = backend::grain_of(who.chosen);
    auto const body = [&](std::size_t begin, std::size_t end) {
      for (std::size_t p = begin; p < end; ++p) reduce(one_thread, p);
    };
    // The first of a few panels is a large part of the work, and what it takes is known where there is so much.
    bool const much = m.rows() * m.cols() >= std::size_t{1} << 18;
    run_parts(function, backend::split(panels, wanted > width ? wanted / width : 1), who,
              much ? backend::start::at_once : backend::start_of(who.chosen), body);
  }
  return out.take();
}

/// One result for each row, or one for each column.
template <bool vectorized, class T, class Reducer>
auto reduce_axis(std::string_view function, crew const& who, matrix_view<T const> m, axis along, Reducer const& how) {
  return along == axis::rows ? reduce_rows<vectorized>(function, who, m, how)
                             : reduce_columns<vectorized>(function, who, m, how);
}

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
