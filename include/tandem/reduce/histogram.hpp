// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `histogram(edges)` and `count_if(predicate)`: how many elements lie where, numpy.histogram and numpy.count_nonzero.

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/backend/floating_point.hpp>
#include <tandem/backend/simd.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/reducer.hpp>
#include <tandem/kernel/lanes.hpp>
#include <tandem/reduce/detail/callable_reducer.hpp>
#include <tandem/reduce/detail/units.hpp>

namespace tandem {
namespace detail {
inline namespace TANDEM_ABI {

/// The bins between ascending edges, and a guess of which bin an element falls in.
///
/// The guess is where x would lie, in steps from the first edge, if all edges were equally far apart. It never falls as x
/// grows. Where no edge is more than `margin` off its place, a guess that is farther than that from all whole numbers tells the
/// bin; else x is compared with edges.
struct bin_edges {
  std::vector<double> edges;
  double scale = 0, margin = 0;

  explicit bin_edges(std::vector<double> given) : edges(std::move(given)) {
    backend::nearest_rounding const guard;
    check_and_measure();
  }

  std::size_t bins() const noexcept { return edges.size() - 1; }
  /// Whether guesses tell anything.
  bool even() const noexcept { return margin < 0.25; }

  template <class Unit> TANDEM_INLINE typename Unit::reg guess(typename Unit::reg x) const noexcept {
    typename Unit::reg steps = x - Unit::repeated(edges[0]);
    backend::barrier(steps);
    return steps * Unit::repeated(scale);
  }

  /// The bin of x, or bins() for what lies outside.
  std::size_t bin_of(double x) const noexcept {
    double const at = guess<one_number>(x);
    std::size_t const number = bins();
    if (at > margin && at < static_cast<double>(number)) {
      auto const bin = static_cast<std::int64_t>(at);
      double const beyond = at - static_cast<double>(bin);
      if (beyond > margin && beyond < 1 - margin) return static_cast<std::size_t>(bin);
    }
    double const* const edge = edges.data();
    if (!(x >= edge[0] && x <= edge[number])) return number;
    // Of steps that are nearly equal it is the guess or a neighbour; else a search decides.
    std::size_t bin = at < static_cast<double>(number) ? static_cast<std::size_t>(static_cast<std::int64_t>(at)) : number - 1;
    bin -= bin > 0 && x < edge[bin] ? 1u : 0u;
    bin += bin + 1 < number && x >= edge[bin + 1] ? 1u : 0u;
    bool const found = x >= edge[bin] && (x < edge[bin + 1] || bin + 1 == number);
    return found ? bin : search(x);
  }

 private:
  [[gnu::noinline]] void check_and_measure() {
    constexpr char const* name = "tandem::histogram";
    if (edges.size() < 2) throw_invalid_argument(name, ": there must be at least 2 edges, got ", edges.size());
    for (std::size_t i = 1; i < edges.size(); ++i)
      if (!(edges[i - 1] < edges[i]))
        throw_invalid_argument(name, ": edges must ascend, but edge ", i - 1, " is ", edges[i - 1], " and edge ", i, " is ",
                               edges[i]);
    scale = static_cast<double>(bins()) / (edges.back() - edges.front());
    for (std::size_t i = 0; i < edges.size(); ++i) {
      double const off = std::abs(guess<one_number>(edges[i]) - static_cast<double>(i));
      margin = off <= margin ? margin : off;  // not a number where the edges are too far apart for their difference
    }
    margin += static_cast<double>(bins()) * 0x1p-50;  // for the roundings of these
  }

  std::size_t search(double x) const noexcept {
    auto const above = std::upper_bound(edges.begin(), edges.end() - 1, x);
    return static_cast<std::size_t>(above - edges.begin()) - 1;
  }
};

template <class T> struct histogram_state {
  static constexpr bool order_independent = true;
  std::shared_ptr<bin_edges const> edges;
  std::vector<std::size_t> counts;  // the last one counts what lies outside

  void fold(std::span<T const> x) {
    backend::nearest_rounding const guard;
    if (is_many(x)) fold_many<one_number>(x);
    else fold_few(x);
  }
  void fold_lanes(std::span<T const> x) requires std::floating_point<T>
  {
    if (!is_many(x) || !edges->even()) return fold(x);
    backend::nearest_rounding const guard;
    fold_many<one_register>(x);
  }
  void merge(histogram_state const& other) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  }
  std::vector<std::size_t> result() const { return {counts.begin(), counts.end() - 1}; }

 private:
  // Whether tables of one's own are worth it.
  bool is_many(std::span<T const> x) const noexcept { return x.size() >= 4 * counts.size(); }

  [[gnu::noinline]] void fold_few(std::span<T const> x) {
    for (T const& element : x) ++counts[edges->bin_of(static_cast<double>(element))];
  }

  template <class Unit> [[gnu::noinline]] void fold_many(std::span<T const> x) {
    bin_edges const bins = *edges;  // nobody else writes to it: it need not be read again for each element
    // Two tables in turns: neighbours in the same bin do not wait for each other.
    std::vector<std::size_t> both(2 * counts.size());
    std::size_t *const even = both.data(), *const odd = even + counts.size();
    std::size_t i = 0;
    if constexpr (Unit::size > 1) {
      for (; x.size() - i >= Unit::size; i += Unit::size) {
        std::int64_t found[Unit::size];
        if (guess_bins(bins, x.data() + i, found)) {
          for (std::size_t k = 0; k < Unit::size; k += 2) {
            ++even[static_cast<std::uint32_t>(found[k])];
            ++odd[static_cast<std::uint32_t>(found[k + 1])];
          }
        } else {
          fold_few(x.subspan(i, Unit::size));
        }
      }
    }
    for (; x.size() - i >= 2; i += 2) {
      ++even[bins.bin_of(static_cast<double>(x[i]))];
      ++odd[bins.bin_of(static_cast<double>(x[i + 1]))];
    }
    fold_few(x.subspan(i));
    for (i = 0; i < counts.size(); ++i) counts[i] += even[i] + odd[i];
  }

  // The bins of as many elements as there are in a register, in the low halves of `found`; false if a guess does not tell.
  static TANDEM_INLINE bool guess_bins(bin_edges const& bins, T const* x, std::int64_t* found) {
    using reg = one_register::reg;
    reg const at = bins.guess<one_register>(one_register::load(x)), bin = xsimd::floor(at), beyond = at - bin;
    if (!xsimd::all((beyond > reg(bins.margin)) & (beyond < reg(1 - bins.margin)))) return false;
    reg const number(static_cast<double>(bins.bins()));
    reg const found_bin = xsimd::select(bin < reg(0.), number, (xsimd::min)(bin, number));
    one_register::store(found, one_register::bits(found_bin + reg(0x1p52)));
    return true;
  }
};

struct histogram_reducer : callable_reducer<histogram_reducer> {
  static constexpr char const* name = "tandem::histogram";
  std::shared_ptr<bin_edges const> edges;
  explicit histogram_reducer(std::vector<double> given) : edges(std::make_shared<bin_edges const>(std::move(given))) {}
  template <class T> requires std::floating_point<T> || (std::integral<T> && sizeof(T) <= 8)
  auto accumulator() const {
    return histogram_state<T>{edges, std::vector<std::size_t>(edges->bins() + 1)};
  }
};

template <class T, class Predicate> struct count_state {
  static constexpr bool order_independent = true;
  Predicate predicate;
  std::size_t number = 0;

  void fold(std::span<T const> x) {
    for (T const& element : x) number += static_cast<bool>(std::invoke(predicate, element)) ? std::size_t{1} : std::size_t{0};
  }
  void fold_lanes(std::span<T const> x) requires(lane_type<T> && std::invocable<Predicate&, lanes<T>>)
  {
    constexpr std::size_t size = lanes<T>::size;
    std::size_t i = 0;
    for (; i + size <= x.size(); i += size) {
      xsimd::batch_bool<T> const found = mask<T>(predicate(lanes<T>::load(x.data() + i)));
      number += static_cast<std::size_t>(std::popcount(found.mask()));
    }
    fold(x.subspan(i));
  }
  void merge(count_state const& other) { number += other.number; }
  std::size_t result() const { return number; }
};

template <class Predicate> struct count_reducer : callable_reducer<count_reducer<Predicate>> {
  static constexpr char const* name = "tandem::count_if";
  Predicate predicate;
  explicit count_reducer(Predicate given) : predicate(std::move(given)) {}
  template <class T> requires std::predicate<Predicate const&, T const&>
  auto accumulator() const {
    return count_state<T, Predicate>{predicate};
  }
};

}  // namespace TANDEM_ABI
}  // namespace detail

inline namespace TANDEM_ABI {

struct histogram_fn {
  template <std::ranges::input_range Edges> requires std::convertible_to<std::ranges::range_reference_t<Edges>, double>
  auto operator()(Edges&& edges) const {
    std::vector<double> values;
    for (auto&& edge : edges) values.push_back(static_cast<double>(edge));
    return detail::histogram_reducer(std::move(values));
  }
  auto operator()(std::initializer_list<double> edges) const { return detail::histogram_reducer(edges); }
};

/// `histogram(edges)`: the reducer that counts elements between ascending edges, as numpy.histogram does.
///
/// - `edges`: at least two numbers, strictly ascending. Bin i holds edges[i] <= x < edges[i + 1], the last one its upper edge too.
/// - Returns a `std::vector<std::size_t>` of one count a bin. What lies outside, and NaN, is left out.
/// - Errors: `std::invalid_argument` when there are fewer than two edges or they do not ascend.
/// - Complexity: O(1) an element where the edges are about equally far apart, else O(log bins).
///
/// Example: `auto counts = tandem::histogram({0., 1., 2.})(x);`
inline constexpr histogram_fn histogram{};

struct count_if_fn {
  template <class Predicate> auto operator()(Predicate predicate) const {
    return detail::count_reducer<Predicate>(std::move(predicate));
  }
};

/// `count_if(predicate)`: the reducer that counts the elements for which the predicate holds.
///
/// - `predicate`: takes an element; a generic one takes `lanes` under the policies that vectorize, and returns a mask. Called by
///   several threads at a time, each with a copy.
/// - Returns `std::size_t`.
///
/// Example: `std::size_t positive = tandem::count_if([](auto v) { return v > 0.; })(x);`
inline constexpr count_if_fn count_if{};

}  // namespace TANDEM_ABI
}  // namespace tandem
