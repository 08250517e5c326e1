// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `moving`: a reducer over a window that slides along a range, as pandas' `rolling(width, min_periods=1)` and bottleneck's
/// `move_mean`.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/backend/split.hpp>
#include <tandem/backend/streaming.hpp>
#include <tandem/backend/tasks.hpp>
#include <tandem/core/count.hpp>
#include <tandem/core/detail/zeroed_buffer.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/core/reducer.hpp>
#include <tandem/core/zip.hpp>
#include <tandem/execution.hpp>
#include <tandem/kernel/detail/columns.hpp>
#include <tandem/reduce/detail/axes.hpp>
#include <tandem/reduce/detail/fold_engine.hpp>
#include <tandem/reduce/detail/inputs.hpp>
#include <tandem/reduce/detail/sliding.hpp>

namespace tandem {
namespace detail {
inline namespace TANDEM_ABI {

/// Windows of any reducer, by van Herk's and Gil and Werman's way: the range is cut into blocks as long as the window, which is
/// then the end of one block and the beginning of the next: two merges an element, whatever the width.
template <class T, class U, class Reducer>
void slide_by_blocks(std::span<T const> in, U* out, std::size_t width, Reducer const& how, std::size_t begin, std::size_t end) {
  using A = accumulator_for<Reducer, T>;
  auto const fold_one = [&](A& a, std::size_t i) {
    if constexpr (requires { a.start_at(i); }) a.start_at(i);
    a.fold(in.subspan(i, 1));
  };
  std::vector<A> ends;  // ends[j]: the last j + 1 elements of the block before
  for (std::size_t block = begin; block < end; block += width) {
    std::size_t const stop = end - block < width ? end : block + width;
    ends.clear();
    for (std::size_t j = 0; block > 0 && j + 1 < width; ++j) {
      A a = make_accumulator<T>(how);
      fold_one(a, block - 1 - j);
      if (j > 0) a.merge(std::as_const(ends.back()));
      ends.push_back(std::move(a));
    }
    A front = make_accumulator<T>(how);
    for (std::size_t i = block; i < stop; ++i) {
      fold_one(front, i);
      std::size_t const before = block + width - 1 - i;  // elements of the window in the block before
      if (block == 0 || before == 0) {
        out[i] = static_cast<U>(front.result());
      } else {
        A& window = ends[before - 1];  // of no other window's use
        window.merge(std::as_const(front));
        out[i] = static_cast<U>(window.result());
      }
    }
  }
}

template <bool vectorized, class T, class U, class Reducer>
void run_moving(std::string_view function, crew const& who, std::span<T const> in, std::span<U> out, count window,
                Reducer const& how, [[maybe_unused]] backend::store_mode mode) {
  std::size_t const n = in.size(), asked = window.checked(function, "width");
  if (asked == 0) throw_invalid_argument(function, ": width must be positive, got 0");
  if (out.size() != n) throw_invalid_argument(function, ": the input has ", n, " elements but the output has ", out.size());
  if (n == 0) return;
  std::size_t const width = asked < n ? asked : n;

  zeroed_buffer<T> copy;  // what is read must not have been written
  if (overlap(matrix_view<T const>(in.data(), 1, n), matrix_view<U>(out.data(), 1, n))) {
    copy = zeroed_buffer<T>(n);
    std::copy_n(in.data(), n, copy.data());
    in = {copy.data(), n};
    mode = backend::store_mode::cached;
  }

  std::size_t const wanted = backend::grain_of(who.chosen);
  auto const cut = [&](std::size_t least) {  // in whole multiples of the width, so that no result depends on the grain
    std::size_t const grain = wanted > 0 ? wanted : least;
    return backend::split(n, grain > n ? n : (grain + width - 1) / width * width);
  };
  if constexpr (slides<Reducer, T>) {
    // Each chunk begins with a window of its own.
    auto const body = [&](std::size_t begin, std::size_t end) {
      slide_exactly<vectorized>(in, out.data(), width, how, begin, end, mode);
    };
    run_parts(function, cut((std::max<std::size_t>)(4096, 4 * width)), who, body);
  } else {
    auto const body = [&](std::size_t begin, std::size_t end) { slide_by_blocks(in, out.data(), width, how, begin, end); };
    run_parts(function, cut(2048), who, body);
  }
}

/// The same for every row of a matrix by itself.
template <bool vectorized, class T, class U, class Reducer> void run_moving_rows(std::string_view function, crew const& who,
                                                                                 matrix_view<T const> in, matrix_view<U> out,
                                                                                 count window, Reducer const& how) {
  if (in.rows() != out.rows() || in.cols() != out.cols())
    throw_invalid_argument(function, ": the input is ", in.rows(), " x ", in.cols(), " but the output is ", out.rows(), " x ",
                           out.cols());
  // A row of the output may lie in another row of the input.
  zeroed_buffer<T> copy;
  bool const same = static_cast<void const*>(in.data()) == out.data() && in.stride() * sizeof(T) == out.stride() * sizeof(U);
  if (overlap(in, out) && !same) {
    copy = zeroed_buffer<T>(in.rows() * in.cols());
    for (std::size_t i = 0; i < in.rows(); ++i) std::copy_n(in.row(i).data(), in.cols(), copy.data() + i * in.cols());
    in = matrix_view<T const>(copy.data(), in.rows(), in.cols(), in.cols());
  }
  backend::store_mode const mode = backend::store_mode_for(in.rows() * in.cols() * sizeof(U));
  auto const rows = [&](crew const& by, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) run_moving<vectorized>(function, by, in.row(i), out.row(i), window, how, mode);
  };
  if (in.cols() >= long_line) {
    quiet_crew const quiet(who);
    rows(quiet, 0, in.rows());
    backend::progress_meter(who.chosen, in.rows()).finish();
  } else {
    std::size_t const wanted = backend::grain_of(who.chosen), grain = 16384 / (in.cols() + 1) + 1;
    auto const body = [&](std::size_t begin, std::size_t end) { rows(one_thread, begin, end); };
    run_parts(function, backend::split(in.rows(), wanted > 0 ? wanted : grain), who, body);
  }
}

}  // namespace TANDEM_ABI
}  // namespace detail

inline namespace TANDEM_ABI {

struct moving_fn {
  template <execution_policy Policy, detail::contiguous In, detail::contiguous Out,
            reducer<std::ranges::range_value_t<In>> Reducer>
  requires detail::element_output<Out>
  void operator()(Policy const& policy, In&& in, Out&& out, count width, Reducer const& how) const {
    using T = std::ranges::range_value_t<In>;
    using U = std::ranges::range_value_t<Out>;
    detail::run_moving<Policy::vectorized>(name, detail::crew_of(policy),
                                           std::span<T const>(std::ranges::data(in), std::ranges::size(in)),
                                           std::span<U>(std::ranges::data(out), std::ranges::size(out)), width, how,
                                           backend::store_mode_for(std::ranges::size(out) * sizeof(U)));
  }
  template <detail::contiguous In, detail::contiguous Out, reducer<std::ranges::range_value_t<In>> Reducer>
  requires detail::element_output<Out>
  void operator()(In&& in, Out&& out, count width, Reducer const& how) const {
    (*this)(par_unseq, in, out, width, how);
  }

  template <execution_policy Policy, detail::whole_matrix In, detail::whole_matrix Out,
            reducer<detail::input_element<In>> Reducer>
  void operator()(Policy const& policy, In&& in, Out&& out, count width, Reducer const& how) const {
    using T = detail::input_element<In>;
    using U = detail::input_element<Out>;
    detail::run_moving_rows<Policy::vectorized>(name, detail::crew_of(policy), matrix_view<T const>(matrix_view(in)),
                                                matrix_view<U>(matrix_view(out)), width, how);
  }
  template <detail::whole_matrix In, detail::whole_matrix Out, reducer<detail::input_element<In>> Reducer>
  void operator()(In&& in, Out&& out, count width, Reducer const& how) const {
    (*this)(par_unseq, in, out, width, how);
  }

 private:
  static constexpr char const* name = "tandem::moving";
};

/// `moving([policy,] in, out, width, reducer)`: out[i] is the reducer's result over in[i - width + 1] to in[i].
///
/// - `in`, `out`: contiguous ranges, equally long, or two matrices of one shape, whose rows are taken one by one; they may share
///   memory. The first width - 1 windows are shorter: they begin with element 0. A width above n is n.
///   Results are converted to the elements of `out`: a mean written to integers loses its fraction.
/// - `reducer`: any; its accumulators need not be copyable. Nothing drifts: sums and means are differences of exact sums, and
///   other reducers fold and merge each window's own elements. An index (`argmin`) counts from the beginning of `in`.
/// - Errors: `std::invalid_argument` when lengths differ or the width is not positive; what the reducer throws.
/// - Determinism: the same bits for any policy, jobs and grain; of tandem's exact reducers those of a reduction of the window alone.
/// - Complexity: O(n), whatever the width. Sums and means of doubles and floats take some nanoseconds each, up to a width of
///   2^20 and where the numbers of a stretch lie within some 2^28 of each other (floats 2^22; for the widest 2^8); else some
///   hundred. Memory a thread: the accumulators of a window; for sums and means 50 KB to 32 MB, up to 80 bytes an element.
///
/// Example: `tandem::moving(x, averages, 50, tandem::mean);`
/// Source: van Herk 1992; Gil, Werman 1993.
inline constexpr moving_fn moving{};

}  // namespace TANDEM_ABI
}  // namespace tandem
