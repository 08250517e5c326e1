// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The brick of variances and norms: the sum and the sum of squares of numbers in one pass, both exact.
///
/// Each number is cut into three digits of base 2^23, x = a + b + c, multiples of three fixed powers of two (by running sums,
/// as extraction.hpp says; so their sums come for nothing). Products of two digits have 44 bits: a double holds the sum of 512 of them
/// exactly, and x^2 = aa + 2ab + (2ac + bb) + 2bc + cc. Where something is left of a number, or it is too large, it is added by
/// itself; where that is frequent, all go through the extraction.

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <tandem/backend/floating_point.hpp>
#include <tandem/backend/simd.hpp>
#include <tandem/reduce/detail/extraction.hpp>
#include <tandem/reduce/detail/units.hpp>
#include <tandem/reduce/exact_accumulator.hpp>

namespace tandem::detail {
inline namespace TANDEM_ABI {

template <class Unit> class power_sums {
 public:
  using reg = typename Unit::reg;

  /// Adds n numbers to `first` and their squares to `second`, and returns how many of them: the first ones, up to where numbers
  /// are of too different size. `top`: numbers up to 2^top are expected, or `unknown`. Called under `nearest_rounding`.
  template <class T> [[gnu::noinline]] static std::size_t add(exact_accumulator& first, exact_accumulator& second, int& top,
                                                              T const* x, std::size_t n) {
    power_sums sums(first, second, top);
    std::size_t const pairs_end = n - n % pair;
    std::size_t done = 0;
    for (int fits = 0; done < pairs_end;) {
      if (sums.top_ == unknown && !sums.fit(x + done, pairs_end - done)) break;
      std::size_t const length = pairs_end - done < block ? pairs_end - done : block;
      std::size_t const ran = sums.add_block(x + done, length, n - done);
      done += ran;
      if (ran == length) continue;
      int const before = sums.top_;
      if (++fits > 4 || !sums.fit(x + done, pairs_end - done) || sums.top_ == before) break;
    }
    sums.flush();
    top = done < pairs_end ? unknown : sums.top_;
    if (done == pairs_end)
      for (; done < n; ++done) sums.add_one(x[done]);
    return done;
  }

  static constexpr int unknown = -100000;

 private:
  static constexpr std::size_t pair = 2 * Unit::size, block = 512 * Unit::size;
  // Digit i is a multiple of 2^(top - 22 - 23 i), and at most 2^22 of them.
  static constexpr int digit_bits = 23, least = -460, most = 500;

  power_sums(exact_accumulator& first, exact_accumulator& second, int top) : first_(first), second_(second), top_(top) {}

  int unit_of(int digit) const noexcept { return top_ - (digit_bits - 1) - digit * digit_bits; }

  /// Chooses `top` by the next numbers; false where there is none for them.
  template <class T> [[gnu::noinline]] bool fit(T const* x, std::size_t n) {
    flush();
    double largest = 0;
    bool finite = true;
    for (std::size_t i = 0; i < n && i < 256; ++i) {
      double const size = std::abs(static_cast<double>(x[i]));
      finite = finite && size <= anchor::power(most);
      if (size > largest) largest = size;
    }
    int const exponent = anchor::exponent_above(largest);
    top_ = exponent < least ? least : exponent;
    return finite && top_ <= most;
  }

  template <class T> [[gnu::noinline]] void add_one(T x) {
    first_.add(x);
    second_.add_product(x, x);
  }

  // The sums of each digit.
  struct digit_sums {
    running_sum<Unit> a, b, c;
    explicit digit_sums(power_sums const& of) noexcept
        : a(anchor::start(of.unit_of(0) + 52)), b(anchor::start(of.unit_of(1) + 52)), c(anchor::start(of.unit_of(2) + 52)) {}
  };
  // The sums of the digits' products.
  struct product_sums {
    reg aa = Unit::repeated(0), ab = aa, bb = aa, ac = aa, bc = aa, cc = aa;
    TANDEM_INLINE void add(reg a, reg b, reg c) noexcept {
      aa = plus_product(aa, a, a);
      ab = plus_product(ab, a, b);
      bb = plus_product(bb, b, b);
      ac = plus_product(ac, a, c);
      bc = plus_product(bc, b, c);
      cc = plus_product(cc, c, c);
    }
  };

  // Where the processor does not fuse, product and sum are exact one by one.
  TANDEM_INLINE static reg plus_product(reg so_far, reg x, reg y) noexcept {
    if constexpr (backend::fuses) return Unit::fused(x, y, so_far);
    else return so_far + x * y;
  }

  /// Adds n numbers, a multiple of `pair`, and returns n; or less, where it gave up.
  template <class T> std::size_t add_block(T const* x, std::size_t n, std::size_t left) {
    digit_sums const start(*this);
    digit_sums sums = start;
    product_sums products;
    reg const limit = Unit::repeated(anchor::power(top_));
    std::size_t i = 0, alone = 0;
    for (; i < n; i += pair) {
      if (left - i > fetch_margin) prefetch_pair<Unit>(x + i + fetch_distance);
      reg const even = Unit::load(x + i), odd = Unit::load(x + i + Unit::size);
      reg a[2], b[2], c[2];
      digit_sums next = sums;
      reg const rest_of_even = next.c.take(next.b.take(next.a.take(even, a[0]), b[0]), c[0]);
      reg const rest_of_odd = next.c.take(next.b.take(next.a.take(odd, a[1]), b[1]), c[1]);
      reg const rest = Unit::either(rest_of_even, rest_of_odd);
      if (Unit::any_above(Unit::larger(Unit::abs(even), Unit::abs(odd)), limit, rest)) [[unlikely]] {
        if (++alone > 8 + i / (24 * pair)) break;
        for (std::size_t k = 0; k < pair; ++k) add_one(x[i + k]);
        continue;
      }
      sums = next;
      products.add(a[0], b[0], c[0]);
      products.add(a[1], b[1], c[1]);
    }
    first_total_[0] += grown(start.a, sums.a);
    first_total_[1] += grown(start.b, sums.b);
    first_total_[2] += grown(start.c, sums.c);
    std::int64_t const square = count(products.aa, 0, 0);
    second_total_[0] += square;
    second_total_[1] += 2 * count(products.ab, 0, 1);
    std::int64_t const middle = count(products.bb, 1, 1);
    second_total_[2] += 2 * count(products.ac, 0, 2) + middle;
    second_total_[3] += 2 * count(products.bc, 1, 2);
    std::int64_t const last = count(products.cc, 2, 2);
    second_total_[4] += last;
    if (square == 0 && middle == 0 && last == 0) note_zeros(x, i);
    else first_.note(exact_accumulator::finite);
    second_.note(exact_accumulator::finite);
    if (++blocks_ == most_blocks) flush();
    return i;
  }

  // Both lie between the same powers of two: their difference in units is that of their bits.
  static std::int64_t grown(running_sum<Unit> const& from, running_sum<Unit> const& to) {
    return Unit::total(Unit::bits(to.s) - Unit::bits(from.s));
  }

  /// How many units of two digits' products the lanes of a sum hold together.
  std::int64_t count(reg products, int one, int other) const {
    double lane[Unit::size];
    Unit::store(lane, products);
    std::int64_t total = 0;
    for (double in_units : lane) {
      in_units *= anchor::power(-unit_of(one));
      backend::barrier(in_units);  // the product of both powers may be none
      total += static_cast<std::int64_t>(in_units * anchor::power(-unit_of(other)));
    }
    return total;
  }

  // The sign of a sum of zeros depends on theirs.
  template <class T> [[gnu::noinline]] void note_zeros(T const* x, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      // By its bits: where zeros need no sign, a number that equals 0 may be taken for +0.
      std::uint64_t const bits = std::bit_cast<std::uint64_t>(static_cast<double>(x[i]));
      if (bits << 1 == 0) first_.note(bits == 0 ? exact_accumulator::finite : exact_accumulator::minus_zero);
    }
  }

  void flush() {
    if (blocks_ == 0) return;
    blocks_ = 0;
    // Zero totals are left out: they would take the sign from a sum of -0.
    for (int i = 0; i < 3; ++i)
      if (first_total_[i] != 0) first_.add_scaled(std::exchange(first_total_[i], 0), unit_of(i));
    for (int i = 0; i < 5; ++i)
      if (second_total_[i] != 0) second_.add_scaled(std::exchange(second_total_[i], 0), 2 * unit_of(0) - i * digit_bits);
  }

  // A block adds less than 2^58 to any total.
  static constexpr int most_blocks = 16;

  exact_accumulator& first_;
  exact_accumulator& second_;
  int top_;
  std::int64_t first_total_[3] = {}, second_total_[5] = {};
  int blocks_ = 0;
};

}  // namespace TANDEM_ABI
}  // namespace tandem::detail
