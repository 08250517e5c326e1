// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The brick of exact sums: a block of numbers is cut, lane by lane and without error, into parts that are multiples of fixed
/// powers of two, and the parts are added where no addition can round.
///
/// With S = 1.5 * 2^k, t = S + x is x rounded to a multiple of 2^(k - 52), added to S; q = t - S is that multiple and x - q
/// what is left of x, both exact. S = t goes on as the running sum: it stays exact as long as it stays between 2^k and
/// 2^(k + 1), which holds for 2^11 additions of |x| <= 2^(k - 12). What is left goes to the next sum, 41 powers below. A block
/// counts if nothing was left after the last one; else it is tried again for its own largest number, and then added number
/// by number. Where no number is below 2^(k - 41) nothing can be left after the second sum, which then takes a plain addition.
/// Whether and how a block succeeded never shows in the sum.
///
/// Source: Ogita, Rump, Oishi, Accurate sum and dot product, 2005 (error-free extraction); Demmel, Nguyen, 2015 (binned sums).

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

#include <tandem/backend/floating_point.hpp>
#include <tandem/backend/simd.hpp>
#include <tandem/reduce/detail/units.hpp>
#include <tandem/reduce/exact_accumulator.hpp>

namespace tandem::detail {

/// The elements whose sums are exact in double's units: what converts to double without rounding.
template <class T>
concept exact_in_double = std::same_as<T, float> || std::same_as<T, double>;

/// Where a sum's S stands: 1.5 * 2^k.
struct anchor {
  static constexpr int none = -100000, least = -840, most = 1023, headroom = 12, step = 41;
  int k = none;
  int doubts = 0;  // of how many blocks to come it is not expected that their numbers are close in size
  // 2^(k - headroom): the largest number that may be added.
  double limit() const noexcept { return power(k - headroom); }
  // 2^(k - 41): where nothing is smaller, two sums take all there is of numbers with 53 bits, and two all of low parts.
  double close() const noexcept { return power(k - step); }
  static double power(int exponent) noexcept {
    return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
  }
  static double start(int k) noexcept { return 1.5 * power(k); }
  /// An exponent with largest < 2^exponent, for a finite number that is not negative; half of 2^exponent at least if it is normal.
  static int exponent_above(double largest) noexcept {
    return static_cast<int>(std::bit_cast<std::uint64_t>(largest) >> 52) - 1022;
  }
  /// The anchor for numbers up to `largest`, with some room for larger ones to come; `none` where there is none.
  static anchor of(double largest) noexcept {
    if (!(largest <= power(most - headroom))) return {};
    int const exponent = exponent_above(largest);
    int const wanted = exponent + headroom + 2 < most ? exponent + headroom + 2 : most;
    return {wanted < least ? least : wanted};
  }
};

/// How numbers are cut: those that are close in size, or any.
enum class sizes { close, any };

/// What came of it.
enum class cut { fits, too_large, too_small };

inline namespace TANDEM_ABI {

/// One running sum S of the extraction.
template <class Unit> struct running_sum {
  using reg = typename Unit::reg;
  reg s;
  TANDEM_INLINE explicit running_sum(double start) noexcept : s(Unit::repeated(start)) {}
  TANDEM_INLINE explicit running_sum(reg const& so_far) noexcept requires(Unit::size > 1)
      : s(so_far) {}

  /// Adds what is known to be a multiple of the sum's unit.
  TANDEM_INLINE void add(reg x) noexcept {
    s = s + x;
    backend::barrier(s);
  }
  /// Adds what of x is a multiple of the sum's unit, and returns the rest.
  TANDEM_INLINE reg take(reg x) noexcept {
    reg taken;
    return take(x, taken);
  }
  TANDEM_INLINE reg take(reg x, reg& taken) noexcept {
    using backend::barrier;
    reg t = s + x;
    barrier(t);
    taken = t - s;
    barrier(taken);
    reg rest = x - taken;
    barrier(rest);
    s = t;
    return rest;
  }
};

/// a * b as two numbers, high + low; exact as long as low is not subnormal.
template <class Unit> TANDEM_INLINE void two_product(typename Unit::reg a, typename Unit::reg b, typename Unit::reg& high,
                                                     typename Unit::reg& low) noexcept {
  using backend::barrier;
  using reg = typename Unit::reg;
  high = a * b;
  barrier(high);
  if constexpr (backend::fuses) {
    reg minus = high;  // hidden, lest the product be taken for the one above
    low = Unit::fused(a, b, -minus);
  } else {
    // Dekker's: each factor is cut into two halves whose products are exact. A factor above 2^996 gives NaN, which is found.
    auto const cut = [](reg x, reg& upper, reg& lower) {
      reg scaled = x * Unit::repeated(134217729.);
      barrier(scaled);
      reg rest = scaled - x;
      barrier(rest);
      upper = scaled - rest;
      barrier(upper);
      lower = x - upper;
      barrier(lower);
    };
    reg au, al, bu, bl;
    cut(a, au, al);
    cut(b, bu, bl);
    auto const less = [](reg x, reg y) {
      barrier(y);
      reg difference = x - y;
      barrier(difference);
      return difference;
    };
    low = less(less(less(high, au * bu), al * bu), au * bl);
    reg last = al * bl;
    barrier(last);
    low = last - low;
  }
  barrier(low);
}

/// The elements of one range, for their sum.
template <class T> struct numbers_of {
  static constexpr bool are_products = false;
  T const* x;
};
/// The elements of two ranges, for the sum of their products.
template <class T> struct products_of {
  static constexpr bool are_products = true;
  T const* x;
  T const* y;
};

/// Feeds blocks of numbers or of products to an `exact_accumulator`.
template <class Unit> class extraction {
 public:
  using reg = typename Unit::reg;
  // No sum takes more than 2^11 numbers.
  static constexpr std::size_t block = Unit::size >= 4 ? 4096 : 2048;

  /// Adds all n terms, behind which `ahead` more lie in memory. Called under `nearest_rounding`.
  template <class Terms>
  [[gnu::noinline]] static void add(exact_accumulator& sum, anchor& at, Terms terms, std::size_t n, std::size_t ahead) {
    extraction e(sum, at);
    for (std::size_t i = 0; i < n; i += block) e.add_block(offset(terms, i), n - i < block ? n - i : block, n - i + ahead);
    e.flush();
    at = e.at_;
  }

 private:
  using integers = typename Unit::integers;
  static constexpr double low_parts_exact = 0x1p-960;

  static TANDEM_INLINE integers zero() noexcept { return integers(std::int64_t{0}); }

  extraction(exact_accumulator& sum, anchor at) : sum_(sum), at_(at) {}

  template <class T> static numbers_of<T> offset(numbers_of<T> t, std::size_t i) { return {t.x + i}; }
  template <class T> static products_of<T> offset(products_of<T> t, std::size_t i) { return {t.x + i, t.y + i}; }

  template <class Terms> void add_block(Terms terms, std::size_t n, std::size_t left) {
    if (n < 2 * Unit::size) return add_each(terms, 0, n);
    std::size_t const most = n - n % Unit::size;
    if (at_.k == anchor::none) {
      extent const some = extent_of(terms, most < 256 ? most : 256);
      move_to(Unit::largest(some.largest));
      if (at_.k == anchor::none) return add_each(terms, 0, n);
      if (!(Unit::smallest(some.smallest) >= at_.close())) at_.doubts = 16;
    }
    if (!fits(terms, most, left)) {
      // The block's own anchor may fit better, unless it is the one just tried.
      int const before = at_.k;
      move_to(Unit::largest(extent_of(terms, most).largest));
      if (at_.k == anchor::none || at_.k == before || !fits(terms, most, left)) return add_each(terms, 0, n);
    }
    add_each(terms, most, n);
  }

  template <class T> static reg size_of_term(numbers_of<T> t, std::size_t i) { return Unit::abs(Unit::load(t.x + i)); }
  template <class T> static reg size_of_term(products_of<T> t, std::size_t i) {
    return Unit::abs(Unit::load(t.x + i) * Unit::load(t.y + i));
  }
  // The largest and the smallest number seen, lane by lane and without its sign.
  struct extent {
    reg largest = Unit::repeated(0), smallest = Unit::repeated(std::numeric_limits<double>::infinity());
    TANDEM_INLINE void note(reg size) noexcept {
      largest = Unit::larger(largest, size);
      smallest = Unit::smaller(smallest, size);
    }
  };
  template <class Terms> [[gnu::noinline]] static extent extent_of(Terms terms, std::size_t n) {
    extent seen;
    for (std::size_t i = 0; i < n; i += Unit::size) seen.note(size_of_term(terms, i));
    return seen;
  }
  void move_to(double largest) {
    anchor const wanted = anchor::of(largest);
    if (wanted.k == at_.k) return;
    flush();
    at_.k = wanted.k;
  }

  // What one in `sets` registers goes to: the running sums, and what is seen in passing to know whether the block counts.
  template <sizes how, std::size_t count> struct running : extent {
    running_sum<Unit> of[count];
    reg rest = Unit::repeated(0);
    template <std::size_t... i> TANDEM_INLINE running(anchor at, std::index_sequence<i...>) noexcept
        : of{running_sum<Unit>(anchor::start(at.k - powers_below[place<how>(i)]))...} {}
  };
  // Of all sums there may be, where they stand below the first. Those of any size: 0, 1, 2 take numbers and the high parts of
  // products, one after the other, and 1, 2, 3 the low parts, which are 53 powers smaller. Close ones: 0, 1 and 4, 5.
  static constexpr std::size_t places = 6;
  static constexpr int powers_below[places] = {0, anchor::step, 2 * anchor::step, 3 * anchor::step, 53, 53 + anchor::step};
  template <sizes how> static constexpr std::size_t place(std::size_t sum) {
    if (how == sizes::close) return sum < 2 ? sum : sum + 2;
    return sum < 3 ? sum : sum - 2;
  }

  template <class T> TANDEM_INLINE static void step(numbers_of<T> t, std::size_t i, running<sizes::any, 2>& to) {
    reg const x = Unit::load(t.x + i);
    to.largest = Unit::larger(to.largest, Unit::abs(x));
    to.rest = Unit::either(to.rest, to.of[1].take(to.of[0].take(x)));
  }
  // The product of two floats is a double: there is no low part.
  TANDEM_INLINE static void step(products_of<float> t, std::size_t i, running<sizes::any, 6>& to) {
    reg const x = product(t, i);
    to.largest = Unit::larger(to.largest, Unit::abs(x));
    to.rest = Unit::either(to.rest, to.of[2].take(to.of[1].take(to.of[0].take(x))));
  }
  TANDEM_INLINE static void step(products_of<float> t, std::size_t i, running<sizes::close, 4>& to) {
    reg const x = product(t, i);
    to.note(Unit::abs(x));
    to.of[1].add(to.of[0].take(x));
  }
  TANDEM_INLINE static reg product(products_of<float> t, std::size_t i) {
    reg x = Unit::load(t.x + i) * Unit::load(t.y + i);
    backend::barrier(x);
    return x;
  }
  // The low part is a multiple of the product of its factors' units, which is 2^-105 of the high part's power of two or more:
  // the largest factors below 2 have a product that is not rounded to 4. Zero is not close: it may be what is left of two tiny
  // numbers.
  template <class T> TANDEM_INLINE static void step(products_of<T> t, std::size_t i, running<sizes::close, 4>& to) {
    reg high, low;
    two_product<Unit>(Unit::load(t.x + i), Unit::load(t.y + i), high, low);
    to.note(Unit::abs(high));
    to.of[1].add(to.of[0].take(high));
    to.of[3].add(to.of[2].take(low));
  }
  template <class T> TANDEM_INLINE static void step(products_of<T> t, std::size_t i, running<sizes::any, 6>& to) {
    reg high, low;
    two_product<Unit>(Unit::load(t.x + i), Unit::load(t.y + i), high, low);
    to.note(Unit::abs(high));
    reg const rest_of_high = to.of[2].take(to.of[1].take(to.of[0].take(high)));
    reg const rest_of_low = to.of[5].take(to.of[4].take(to.of[3].take(low)));
    to.rest = Unit::either(to.rest, Unit::either(rest_of_high, rest_of_low));
  }

  // Sets hide the latency of additions. Products have enough to do between two additions to a sum.
  template <class Terms, sizes how> static constexpr std::size_t sums_of = !Terms::are_products ? 2 : how == sizes::any ? 6 : 4;
  template <class Terms> static constexpr std::size_t sets_of = Terms::are_products ? 1 : 2;

  // At least `sets` registers of terms. A function of its own, with a turn before the first question, so that compilers keep
  // the sums in registers: in memory each of their additions takes three times as long.
  template <class Terms, class Sums>
  [[gnu::noinline]] static void step_all(Terms terms, std::size_t n, std::size_t left, Sums& sums) {
    constexpr std::size_t w = Unit::size, sets = sets_of<Terms>;
    Sums to = sums;
    std::size_t i = 0;
    do {
      if (left - i > fetch_margin) prefetch(terms, i + fetch_distance);
      for (std::size_t set = 0; set < sets; ++set) step(terms, i + set * w, to[set]);
      i += sets * w;
    } while (i + sets * w <= n);
    if constexpr (sets > 1)
      if (i < n) step(terms, i, to[0]);
    sums = to;
  }

  // Adds a block, if it fits to this anchor. Products are tried as close ones first, which takes half the operations, unless
  // that was in vain for a block lately. Of numbers it would save two operations of nine, and no time.
  template <class Terms> bool fits(Terms terms, std::size_t n, std::size_t left) {
    if constexpr (Terms::are_products) {
      if (at_.doubts > 0) {
        --at_.doubts;
      } else {
        cut const close = try_block<sizes::close>(terms, n, left);
        if (close != cut::too_small) return close == cut::fits;
        at_.doubts = 16;
      }
    }
    return try_block<sizes::any>(terms, n, left) == cut::fits;
  }

  template <sizes how, class Terms> cut try_block(Terms terms, std::size_t n, std::size_t left) {
    constexpr std::size_t count = sums_of<Terms, how>;
    running<how, count> const fresh(at_, std::make_index_sequence<count>());
    auto sums = [&] {
      if constexpr (sets_of<Terms> == 2) return std::array{fresh, fresh};
      else return std::array{fresh};
    }();
    step_all(terms, n, left, sums);

    running<how, count> const &first = sums.front(), &last = sums.back();
    double const top = Unit::largest(Unit::larger(first.largest, last.largest));
    if (!(top <= at_.limit())) return cut::too_large;
    if constexpr (how == sizes::close) {
      // Sums tell of what is no number or infinite, and whose low part is: largest and smallest may have passed over it.
      for (auto const& sum : first.of)
        if (Unit::any_bit(difference(sum.s, sum.s))) return cut::too_large;
      if (!(Unit::smallest(first.smallest) >= at_.close())) return cut::too_small;
    } else {
      if (Unit::any_bit(Unit::either(first.rest, last.rest))) return cut::too_small;
      if constexpr (Terms::are_products)
        if (!(Unit::smallest(first.smallest) >= low_parts_exact) && !small_ones_are_zero(terms, n)) return cut::too_small;
    }
    if (top == 0) add_each(terms, 0, n);  // the sign of the sum depends on theirs
    else sum_.note(exact_accumulator::finite);
    for (std::size_t sum = 0; sum < count; ++sum) {
      // The difference of two doubles between the same powers of two, counted in the last place, is that of their bits.
      std::size_t const to = place<how>(sum);
      integers const base = Unit::bits(Unit::repeated(anchor::start(at_.k - powers_below[to])));
      for (auto const& set : sums) collected_[to] = collected_[to] + (Unit::bits(set.of[sum].s) - base);
    }
    if (++blocks_ == most_blocks) flush();
    return cut::fits;
  }

  static TANDEM_INLINE reg difference(reg a, reg b) noexcept {
    backend::barrier(a);
    return a - b;
  }

  template <class T> TANDEM_INLINE static void prefetch(numbers_of<T> t, std::size_t i) { prefetch_pair<Unit>(t.x + i); }
  template <class T> TANDEM_INLINE static void prefetch(products_of<T> t, std::size_t i) {
    prefetch_pair<Unit>(t.x + i);
    if (t.x != t.y) prefetch_pair<Unit>(t.y + i);
  }

  // Where every high part is of a size whose low part is exact, or zero because of a factor, nothing was lost.
  template <class T> [[gnu::noinline]] static bool small_ones_are_zero(products_of<T> t, std::size_t n) {
    reg smallest = Unit::repeated(std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < n; i += Unit::size) {
      reg const factor = Unit::smaller(Unit::abs(Unit::load(t.x + i)), Unit::abs(Unit::load(t.y + i)));
      smallest = Unit::smaller(smallest, Unit::infinite_where_zero(size_of_term(t, i), factor));
    }
    return Unit::smallest(smallest) >= low_parts_exact;
  }

  template <class T> [[gnu::noinline]] void add_each(numbers_of<T> t, std::size_t i, std::size_t end) {
    for (; i < end; ++i) sum_.add(t.x[i]);
  }
  template <class T> [[gnu::noinline]] void add_each(products_of<T> t, std::size_t i, std::size_t end) {
    for (; i < end; ++i) sum_.add_product(t.x[i], t.y[i]);
  }

  void flush() {
    if (blocks_ == 0) return;
    blocks_ = 0;
    int const unit = at_.k - 52;
    for (std::size_t i = 0; i < places; ++i) {
      if (std::int64_t const total = Unit::total(collected_[i]); total != 0) sum_.add_scaled(total, unit - powers_below[i]);
      collected_[i] = zero();
    }
  }

  // Of a lane each block adds less than 2^53 to `collected`; of eight lanes 2^56.
  static constexpr int most_blocks = 64;

  exact_accumulator& sum_;
  anchor at_;
  integers collected_[places] = {zero(), zero(), zero(), zero(), zero(), zero()};
  int blocks_ = 0;
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
