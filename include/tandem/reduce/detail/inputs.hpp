// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What reductions read: elements in a row, sources of chunks, other ranges, whole matrices; each led to the fold engine.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <ranges>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tandem/backend/tasks.hpp>
#include <tandem/core/detail/zeroed_buffer.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/core/reducer.hpp>
#include <tandem/core/zip.hpp>
#include <tandem/execution.hpp>
#include <tandem/reduce/detail/fold_engine.hpp>
#include <tandem/reduce/detail/fold_lanes.hpp>
#include <tandem/source/source.hpp>

namespace tandem::detail {

template <class X>
concept whole_matrix = !std::ranges::range<X> && requires(std::remove_reference_t<X>& m) { matrix_view(m); };

/// Everything that can be reduced.
template <class X>
concept reducible = std::ranges::input_range<X> || whole_matrix<X>;

template <class X> auto element_of_input() {
  if constexpr (whole_matrix<X>)
    return std::type_identity<typename decltype(matrix_view(std::declval<std::remove_reference_t<X>&>()))::value_type>();
  else if constexpr (source<X>) return std::type_identity<chunk_element_of<X>>();
  else return std::type_identity<std::ranges::range_value_t<X>>();
}
/// The type of the elements behind an input.
template <class X> using input_element = typename decltype(element_of_input<X>())::type;

inline namespace TANDEM_ABI {

/// Reads all chunks of a source, gathers short ones, and folds so many at a time that threads have enough to do.
template <bool vectorized, class T, class Source, class Folding>
void fold_source(crew const& who, Source& in, Folding& whole, std::size_t block) {
  std::size_t const batch = 32 * block;
  auto const fold_run = [&](std::span<T const> x) {
    whole.run(who, x.size(),
              [x](auto& a, std::size_t begin, std::size_t end) { fold_span<vectorized>(a, x.subspan(begin, end - begin)); });
  };
  zeroed_buffer<T> gathered;
  std::size_t count = 0;
  for (auto&& chunk : in) {
    std::span<T const> x(chunk);
    while (!x.empty()) {
      if (count == 0 && x.size() >= batch) {
        std::size_t const count_now = x.size() / block * block;
        fold_run(x.first(count_now));
        x = x.subspan(count_now);
        continue;
      }
      if (gathered.size() == 0) gathered = zeroed_buffer<T>(batch);
      std::size_t const taken = (std::min)(batch - count, x.size());
      std::copy_n(x.data(), taken, gathered.data() + count);
      x = x.subspan(taken);
      count += taken;
      if (count == batch) {
        fold_run({gathered.data(), count});
        count = 0;
      }
    }
  }
  if (count > 0) fold_run({gathered.data(), count});
}

/// The elements of a matrix whose rows lie apart, numbered row after row.
template <bool vectorized, class A, class T>
void fold_matrix_part(A& a, matrix_view<T const> const& m, std::size_t begin, std::size_t end) {
  std::size_t const cols = m.cols();
  if (order_independent<A> || begin / cols == (end - 1) / cols) {
    while (begin < end) {
      std::size_t const row = begin / cols, from = begin % cols, n = (std::min)(cols - from, end - begin);
      if constexpr (requires { a.start_at(begin); }) a.start_at(begin);
      fold_span<vectorized>(a, m.row(row).subspan(from, n));
      begin += n;
    }
  } else {  // a block is folded as one, wherever the rows end
    zeroed_buffer<T> gathered(end - begin);
    for (std::size_t i = begin; i < end; ++i) gathered.data()[i - begin] = m(i / cols, i % cols);
    fold_span<vectorized>(a, std::span<T const>(gathered.data(), end - begin));
  }
}

/// The accumulator of everything in `x`.
template <bool vectorized, class X, class Make>
auto fold_input(std::string_view function, crew const& who, X&& x, Make const& make) {
  using T = input_element<X>;
  constexpr std::size_t block = block_elements<T>;
  auto const of_span = [&](std::span<T const> elements) {
    return fold_all(function, who, elements.size(), block, make, [elements](auto& a, std::size_t begin, std::size_t end) {
      fold_span<vectorized>(a, elements.subspan(begin, end - begin));
    });
  };
  if constexpr (whole_matrix<X>) {
    matrix_view<T const> const m = matrix_view(x);
    if (m.rows() <= 1 || m.cols() == 0 || m.stride() == m.cols())
      return of_span({m.data(), m.cols() == 0 ? 0 : m.rows() * m.cols()});
    return fold_all(function, who, m.rows() * m.cols(), block, make,
                    [&m](auto& a, std::size_t begin, std::size_t end) { fold_matrix_part<vectorized>(a, m, begin, end); });
  } else if constexpr (contiguous<X> && !source<X>) {
    return of_span({std::ranges::data(x), std::ranges::size(x)});
  } else {
    folding<Make> whole(function, make, block);
    quiet_crew const quiet(who);
    if constexpr (source<X>) {
      fold_source<vectorized, T>(quiet, x, whole, block);
    } else {
      // Looked at, because x may be a view that cannot be copied.
      auto chunked_input = chunks(std::ranges::ref_view(x), 32 * block);
      fold_source<vectorized, T>(quiet, chunked_input, whole, block);
    }
    backend::progress_meter(who.chosen, whole.done()).finish();
    return whole.merged();
  }
}

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
