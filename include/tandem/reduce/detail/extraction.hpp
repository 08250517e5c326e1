// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The brick of exact sums: a block of numbers is cut, lane by lane and without error, into parts that are multiples of fixed
/// powers of two, and the parts are added where no addition can round.
///
/// With S = 1.5 * 2^k, t = S + x is x rounded to a multiple of 2^(k - 52), added to S; q = t - S is that multiple and x - q
/// what is left of x, both exact. S = t goes on as the running sum: it stays exact as long as it stays between 2^k and
/// 2^(k + 1), which holds for 2^9 additions of |x| <= 2^(k - 10). What is left goes to the next sum, 43 powers below.
///
/// Where no number is below 2^(k - 43) nothing can be left after the second sum, which then takes a plain addition: numbers
/// that are close in size, which the block shows by their bits. Others are cut at the second sum too (products, whose parts reach
/// farther, at a third one), and the block counts if nothing was left. A block that does not count is tried again as its own
/// largest and smallest number suggest, and then added number by number. Whether and how a block succeeded never shows in the sum.
///
/// Source: Ogita, Rump, Oishi, Accurate sum and dot product, 2005 (error-free extraction); Demmel, Nguyen, 2015 (binned sums).

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
  static constexpr int none = -100000, least = -840, most = 1022, headroom = 10, step = 43;
  /// How many numbers a sum takes.
  static constexpr std::size_t most_numbers = 512;
  int k = none;
  int doubts = 0;  // of how many blocks to come it is not expected that their numbers are close in size
  // 2^(k - headroom): the largest number that may be added.
  double limit() const noexcept { return power(k - headroom); }
  // Numbers from this one on and below 2^32 times as much, which is `limit()`, are close in size.
  double least_close() const noexcept { return power(k - headroom - 32); }
  static double power(int exponent) noexcept {
    return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
  }
  static double start(int k) noexcept { return 1.5 * power(k); }
  /// An exponent with largest < 2^exponent, for a finite number that is not negative; half of 2^exponent at least if it is normal.
  static int exponent_above(double largest) noexcept {
    return static_cast<int>(std::bit_cast<std::uint64_t>(largest) >> 52) - 1022;
  }
  /// The anchor for numbers from `smallest` up to `largest`, with some room for larger ones to come; `none` where there is none.
  static anchor of(double largest, double smallest) noexcept {
    if (!(largest < power(most - headroom))) return {};
    int const wanted = exponent_above(largest) + headroom + 2;
    anchor at{wanted < least ? least : wanted < most ? wanted : most};
    if (!(smallest >= at.least_close())) at.doubts = 16;
    return at;
  }
  /// Whether both say the same about the next numbers.
  bool same(anchor other) const noexcept { return k == other.k && (doubts == 0) == (other.doubts == 0); }
};

/// How numbers are cut: those that are close in size, or any.
enum class sizes { close, any };

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

/// What is seen of numbers in passing, to know whether their sums count.
template <class Unit, sizes how> struct seen_sizes;

/// Whether they are close in size, of either sign. Counted from those of the least one such a number's bits are below 2^57, but
/// for the sign; those of others are not, nor are zero's, infinity's and NaN's.
template <class Unit> struct seen_sizes<Unit, sizes::close> {
  using reg = typename Unit::reg;
  TANDEM_INLINE explicit seen_sizes(anchor at) noexcept : least_(Unit::repeated(at.least_close())) {}
  TANDEM_INLINE void note(reg x) noexcept { bits_ = bits_ | Unit::bits_above(x, least_); }
  TANDEM_INLINE bool fit(anchor) const noexcept { return !Unit::any_bit_of(bits_, std::int64_t{63} << 57); }

 private:
  reg least_;
  typename Unit::integers bits_ = typename Unit::integers(std::int64_t{0});
};

/// The largest and the smallest one, without its sign, and what was left of them.
template <class Unit> struct seen_sizes<Unit, sizes::any> {
  using reg = typename Unit::reg;
  reg largest = Unit::repeated(0), smallest = Unit::repeated(std::numeric_limits<double>::infinity()), rest = largest;
  seen_sizes() = default;
  TANDEM_INLINE explicit seen_sizes(anchor) noexcept {}
  TANDEM_INLINE void note(reg size) noexcept {
    largest = Unit::larger(largest, size);
    smallest = Unit::smaller(smallest, size);
  }
  anchor fitting() const noexcept { return anchor::of(Unit::largest(largest), Unit::smallest(smallest)); }
  // A -0 does not: something is left of it, its sign.
  bool fit(anchor at) const noexcept { return Unit::largest(largest) <= at.limit() && !Unit::any_bit_at_all(rest); }
};

/// Adds a number to two running sums.
template <class Unit> TANDEM_INLINE void add_number(typename Unit::reg x, running_sum<Unit>& high, running_sum<Unit>& low,
                                                    seen_sizes<Unit, sizes::close>& seen) noexcept {
  backend::barrier(x);  // loaded once
  seen.note(x);
  low.add(high.take(x));
}
template <class Unit> TANDEM_INLINE void add_number(typename Unit::reg x, running_sum<Unit>& high, running_sum<Unit>& low,
                                                    seen_sizes<Unit, sizes::any>& seen) noexcept {
  seen.largest = Unit::larger(seen.largest, Unit::abs(x));
  seen.rest = Unit::either(seen.rest, low.take(high.take(x)));
}

/// a * b as two numbers, high + low; exact as long as low is not subnormal.
template <class Unit> TANDEM_INLINE void two_product(typename Unit::reg a, typename Unit::reg b, typename Unit::reg& high,
                                                     typename Unit::reg& low) noexcept {
  using backend::barrier;
  using reg = typename Unit::reg;
  high = a * b;
  barrier(high);
  if constexpr (backend::fuses) {
    reg hidden = high;  // lest the product be taken for the one above
    barrier(hidden);
    low = Unit::fused_minus(a, b, hidden);
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
template <class Unit, class Terms> class extraction {
 public:
  using reg = typename Unit::reg;

  /// Adds all n terms, behind which `ahead` more lie in memory. Called under `nearest_rounding`.
  [[gnu::noinline]] static void add(exact_accumulator& sum, anchor& at, Terms terms, std::size_t n, std::size_t ahead) {
    extraction e(sum, at);
    for (std::size_t i = 0; i < n; i += block) e.add_block(offset(terms, i), n - i < block ? n - i : block, n - i + ahead);
    e.flush();
    at = e.at_;
  }

 private:
  using integers = typename Unit::integers;
  static constexpr double low_parts_exact = 0x1p-960;
  // Sets of sums, one in so many registers each, hide the latency of additions. Products have enough to do between two of them.
  static constexpr std::size_t w = Unit::size, sets = Terms::are_products ? 1 : 2;
  static constexpr std::size_t block = sets * w * anchor::most_numbers < 4096 ? sets * w * anchor::most_numbers : 4096;

  extraction(exact_accumulator& sum, anchor at) : sum_(sum), at_(at) {}

  template <class T> static numbers_of<T> offset(numbers_of<T> t, std::size_t i) { return {t.x + i}; }
  template <class T> static products_of<T> offset(products_of<T> t, std::size_t i) { return {t.x + i, t.y + i}; }

  void add_block(Terms terms, std::size_t n, std::size_t left) {
    if (n < 2 * w) return add_each(terms, 0, n);
    std::size_t const most = n - n % w;
    if (at_.k == anchor::none) fit(terms, most < 256 ? most : 256);
    anchor const tried = at_;
    if (at_.k != anchor::none && fits(terms, most, left)) return add_each(terms, most, n);
    // The block's own sizes may tell of a better way than the one just tried.
    fit(terms, most);
    bool const done = at_.k != anchor::none && !at_.same(tried) && fits(terms, most, left);
    add_each(terms, done ? most : 0, n);
  }

  // Chooses the anchor by the next terms.
  void fit(Terms terms, std::size_t n) {
    seen_sizes<Unit, sizes::any> const seen = seen_of(terms, n);
    anchor const wanted = seen.fitting();
    if (wanted.k != at_.k) flush();
    at_ = wanted;
  }
  [[gnu::noinline]] static seen_sizes<Unit, sizes::any> seen_of(Terms terms, std::size_t n) {
    seen_sizes<Unit, sizes::any> seen;
    for (std::size_t i = 0; i < n; i += w) seen.note(size_of_term(terms, i));
    return seen;
  }
  template <class T> static reg size_of_term(numbers_of<T> t, std::size_t i) { return Unit::abs(Unit::load(t.x + i)); }
  template <class T> static reg size_of_term(products_of<T> t, std::size_t i) {
    return Unit::abs(Unit::load(t.x + i) * Unit::load(t.y + i));
  }

  // Of all sums there may be, where they stand below the first. Those of any size: 0, 1, 2 take numbers and the high parts of
  // products, one after the other, and 1, 2, 3 the low parts, which are 53 powers smaller. Close ones: 0, 1 and 4, 5.
  static constexpr std::size_t places = Terms::are_products ? 6 : 2;
  static constexpr int powers_below[6] = {0, anchor::step, 2 * anchor::step, 3 * anchor::step, 53, 53 + anchor::step};
  template <sizes how> static constexpr std::size_t place(std::size_t sum) {
    if (how == sizes::close) return sum < 2 ? sum : sum + 2;
    return sum < 3 ? sum : sum - 2;
  }
  template <sizes how> static constexpr std::size_t sums_of = !Terms::are_products ? 2 : how == sizes::any ? 6 : 4;

  // A set.
  template <sizes how> struct running : seen_sizes<Unit, how> {
    running_sum<Unit> of[sums_of<how>];
    TANDEM_INLINE explicit running(anchor at) noexcept : running(at, std::make_index_sequence<sums_of<how>>()) {}

   private:
    template <std::size_t... sum> TANDEM_INLINE running(anchor at, std::index_sequence<sum...>) noexcept
        : seen_sizes<Unit, how>(at), of{running_sum<Unit>(anchor::start(at.k - powers_below[place<how>(sum)]))...} {}
  };

  template <class T, sizes how> TANDEM_INLINE static void step(numbers_of<T> t, std::size_t i, running<how>& to) {
    add_number<Unit>(Unit::load(t.x + i), to.of[0], to.of[1], to);
  }
  // The product of two floats is a double: there is no low part.
  TANDEM_INLINE static void step(products_of<float> t, std::size_t i, running<sizes::close>& to) {
    add_number<Unit>(product(t, i), to.of[0], to.of[1], to);
  }
  TANDEM_INLINE static void step(products_of<float> t, std::size_t i, running<sizes::any>& to) {
    reg const x = product(t, i);
    to.largest = Unit::larger(to.largest, Unit::abs(x));
    to.rest = Unit::either(to.rest, to.of[2].take(to.of[1].take(to.of[0].take(x))));
  }
  TANDEM_INLINE static reg product(products_of<float> t, std::size_t i) {
    reg x = Unit::load(t.x + i) * Unit::load(t.y + i);
    backend::barrier(x);
    return x;
  }
  // The low part is a multiple of the product of its factors' units, which is 2^-105 of the high part's power of two or more:
  // the largest factors below 2 have a product that is not rounded to 4.
  template <class T> TANDEM_INLINE static void step(products_of<T> t, std::size_t i, running<sizes::close>& to) {
    reg high, low;
    two_product<Unit>(Unit::load(t.x + i), Unit::load(t.y + i), high, low);
    to.note(high);
    to.of[1].add(to.of[0].take(high));
    to.of[3].add(to.of[2].take(low));
  }
  template <class T> TANDEM_INLINE static void step(products_of<T> t, std::size_t i, running<sizes::any>& to) {
    reg high, low;
    two_product<Unit>(Unit::load(t.x + i), Unit::load(t.y + i), high, low);
    to.note(Unit::abs(high));
    reg const rest_of_high = to.of[2].take(to.of[1].take(to.of[0].take(high)));
    reg const rest_of_low = to.of[5].take(to.of[4].take(to.of[3].take(low)));
    to.rest = Unit::either(to.rest, Unit::either(rest_of_high, rest_of_low));
  }

  template <sizes how>
  TANDEM_INLINE static void step_twice(Terms terms, std::size_t i, running<how>& first, running<how>& second) {
    step(terms, i, first);
    if constexpr (sets > 1) step(terms, i + w, second);
    else step(terms, i + w, first);
  }
  // A function of its own, so that compilers keep the sums in registers: in memory each of their additions takes three times as
  // long. Two loops, because to ask at each turn whether to fetch costs a quarter of the time.
  template <sizes how>
  [[gnu::noinline]] static void step_all(Terms terms, std::size_t n, std::size_t left, anchor at, running<how>* sums) {
    running<how> first(at), second = first;
    std::size_t const fetched = left <= fetch_margin ? 0 : left - fetch_margin < n ? left - fetch_margin : n;
    std::size_t i = 0;
    for (; i + 2 * w <= fetched; i += 2 * w) {
      prefetch(terms, i + fetch_distance);
      step_twice(terms, i, first, second);
    }
    for (; i + 2 * w <= n; i += 2 * w) step_twice(terms, i, first, second);
    if (i < n) step(terms, i, first);
    sums[0] = first;
    sums[1] = second;
  }

  // Adds a block, if it fits to this anchor; as one of numbers that are close in size, unless that was in vain lately.
  bool fits(Terms terms, std::size_t n, std::size_t left) {
    if (at_.doubts == 0) return try_block<sizes::close>(terms, n, left);
    --at_.doubts;
    return try_block<sizes::any>(terms, n, left);
  }

  template <sizes how> bool try_block(Terms terms, std::size_t n, std::size_t left) {
    running<how> sums[2] = {running<how>(at_), running<how>(at_)};
    auto& [first, second] = sums;
    step_all(terms, n, left, at_, sums);

    bool zeros = false;
    if constexpr (how == sizes::close) {
      if (!first.fit(at_) || !second.fit(at_)) return false;
      // A low part that Dekker's product gave up is NaN, and so is the sum.
      if constexpr (Terms::are_products && !backend::fuses)
        if (Unit::any_bit(difference(first.of[2].s, first.of[2].s))) return false;
    } else {
      double const top = Unit::largest(Unit::larger(first.largest, second.largest));
      if (!(top <= at_.limit()) || Unit::any_bit(Unit::either(first.rest, second.rest))) return false;
      if constexpr (Terms::are_products)
        if (!(Unit::smallest(first.smallest) >= low_parts_exact) && !small_ones_are_zero(terms, n)) return false;
      zeros = top == 0;
    }
    if (zeros) add_each(terms, 0, n);  // the sign of the sum depends on theirs
    else sum_.note(exact_accumulator::finite);
    collect(sums, std::make_index_sequence<sums_of<how>>());
    if (++blocks_ == most_blocks) flush();
    return true;
  }

  static TANDEM_INLINE reg difference(reg a, reg b) noexcept {
    backend::barrier(a);
    return a - b;
  }

  template <sizes how, std::size_t... sum> void collect(running<how> const (&sums)[2], std::index_sequence<sum...>) {
    ((units_[place<how>(sum)] += Unit::total(grown<how, sum>(sums))), ...);
  }
  // The difference of two doubles between the same powers of two, counted in the last place, is that of their bits.
  template <sizes how, std::size_t sum> integers grown(running<how> const (&sums)[2]) const {
    integers const base = Unit::bits(Unit::repeated(anchor::start(at_.k - powers_below[place<how>(sum)])));
    integers const first = Unit::bits(sums[0].of[sum].s) - base;
    if constexpr (sets > 1) return first + (Unit::bits(sums[1].of[sum].s) - base);
    else return first;
  }

  template <class T> TANDEM_INLINE static void prefetch(numbers_of<T> t, std::size_t i) { prefetch_pair<Unit>(t.x + i); }
  template <class T> TANDEM_INLINE static void prefetch(products_of<T> t, std::size_t i) {
    prefetch_pair<Unit>(t.x + i);
    if (t.x != t.y) prefetch_pair<Unit>(t.y + i);
  }

  // Where every high part is of a size whose low part is exact, or zero because of a factor, nothing was lost.
  template <class T> [[gnu::noinline]] static bool small_ones_are_zero(products_of<T> t, std::size_t n) {
    reg smallest = Unit::repeated(std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < n; i += w) {
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
    blocks_ = 0;
    for (std::size_t i = 0; i < places; ++i)
      if (std::int64_t const total = std::exchange(units_[i], 0); total != 0)
        sum_.add_scaled(total, at_.k - 52 - powers_below[i]);
  }

  // A block of 2^12 numbers adds at most 2^54 units of 2^(k - 52) to a total, as each is below 2^(k - 10); to that of both parts
  // of products half as much again.
  static constexpr int most_blocks = 256;

  exact_accumulator& sum_;
  anchor at_;
  std::int64_t units_[places] = {};
  int blocks_ = 0;
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
