// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `exact_accumulator`: the exact sum of any floating-point numbers, integers and products of two of them, as `math.fsum`
/// keeps it. The reductions are built on it; use it by itself where numbers come one at a time, or from several machines.

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include <tandem/core/detail/strict_math.hpp>
#include <tandem/core/error.hpp>
#include <tandem/reduce/detail/wide_number.hpp>

namespace tandem {

/// A sum without rounding: an integer of 4352 bits in units of 2^-2176, wide enough for 2^64 products of any two doubles.
///
/// - `add`, `add_product`, `add_scaled` and `merge` in any order, grouping and number give the same sum; `value()` rounds it
///   once. Infinities and NaN follow IEEE 754: inf - inf is NaN. A sum of only -0 is -0, any other zero and the empty sum +0.
/// - Determinism: integer arithmetic; no rounding mode, instruction set or flag changes a bit.
/// - Complexity: some nanoseconds for `add`; `value()` less than a microsecond. 1.1 KB, no allocation.
/// - Thread-safety: as the standard containers'. One for each thread and a merge at the end is the way.
///
/// Example: `tandem::exact_accumulator a; a.add(1e100); a.add(1); a.add(-1e100); a.value() == 1;`
/// Source: Neal, Fast exact summation using small and large superaccumulators, arXiv:1505.05571.
class exact_accumulator {
 public:
  exact_accumulator() noexcept {}  // the limbs come into being as they are needed
  exact_accumulator(exact_accumulator const& other) noexcept { *this = other; }
  exact_accumulator& operator=(exact_accumulator const& other) noexcept {
    low_ = other.low_, high_ = other.high_, pending_ = other.pending_, kind_ = other.kind_;
    if (this != &other) std::copy(other.limbs_.begin() + low_, other.limbs_.begin() + high_, limbs_.begin() + low_);
    return *this;
  }
  ~exact_accumulator() = default;

  /// Adds a `float` or a `double`.
  template <std::floating_point T> void add(T x) noexcept {
    static_assert(sizeof(T) <= 8, "tandem::exact_accumulator takes float and double");
    parts const p(x);
    if (p.mantissa != 0 && p.finite) add_magnitude(p.mantissa, p.exponent, p.negative);
    note(p);
  }

  /// Adds an integer.
  template <std::integral T> requires(sizeof(T) <= 8)
  void add(T x) noexcept {
    add_magnitude(magnitude(x), 0, x < T{});
    note(finite);
  }

  /// Adds a * b without rounding it.
  template <class T> requires(std::is_arithmetic_v<T> && sizeof(T) <= 8)
  void add_product(T a, T b) noexcept {
    if constexpr (std::integral<T>) {
      add_magnitude(static_cast<detail::uint128>(magnitude(a)) * magnitude(b), 0, (a < T{}) != (b < T{}));
      note(finite);
    } else {
      parts const p(a), q(b);
      if (!p.finite || !q.finite) {
        bool const invalid = (p.finite && p.mantissa == 0) || (q.finite && q.mantissa == 0) || p.is_nan || q.is_nan;
        note(invalid ? nan : p.negative != q.negative ? minus_infinity : plus_infinity);
      } else if (p.mantissa == 0 || q.mantissa == 0) {
        note(p.negative != q.negative ? minus_zero : finite);
      } else {
        add_magnitude(static_cast<detail::uint128>(p.mantissa) * q.mantissa, p.exponent + q.exponent, p.negative != q.negative);
        note(finite);
      }
    }
  }

  /// Adds integer * 2^exponent, for -2176 <= exponent <= 2047.
  void add_scaled(std::int64_t integer, int exponent) noexcept {
    add_magnitude(magnitude(integer), exponent, integer < 0);
    note(finite);
  }

  /// Adds what another one holds.
  void merge(exact_accumulator const& other) noexcept {
    note(other.kind_);
    if (other.low_ == other.high_) return;
    cover(other.low_, other.high_);
    for (std::size_t i = other.low_; i < other.high_; ++i) limbs_[i] += other.limbs_[i];
    pending_ += other.pending_ + 1;
    if (pending_ >= most_pending) normalise();
  }

  /// The sum rounded once, to nearest, halfway cases to even; infinite where T cannot hold it.
  template <std::floating_point T = double> T value() const noexcept {
    static_assert(sizeof(T) <= 8, "tandem::exact_accumulator gives float and double");
    if (kind_ > finite) return special<T>();
    detail::wide_number const sum = number();
    return sum.is_zero() ? zero<T>() : sum.rounded<T>();
  }

  /// The sum divided by a positive integer, rounded once: with the number of elements, their mean. NaN when that is 0.
  template <std::floating_point T = double> T quotient(std::uint64_t divisor) const noexcept {
    static_assert(sizeof(T) <= 8, "tandem::exact_accumulator gives float and double");
    if (divisor == 0) return std::numeric_limits<T>::quiet_NaN();
    if (kind_ > finite) return special<T>();
    detail::wide_number sum = number();
    if (sum.is_zero()) return zero<T>();
    sum.divide(divisor);
    return sum.rounded<T>();
  }

  /// Whether the sum is neither infinite nor NaN.
  bool is_finite() const noexcept { return kind_ <= finite; }

  /// The finite part of the sum, for arithmetic with it.
  detail::wide_number number() const noexcept {
    detail::wide_number sum;
    if (!write_digits(1, sum)) write_digits(-1, sum);
    return sum;
  }

  /// The sum in bytes that another machine can read; equal sums give equal bytes (but the empty sum, +0 and -0 stay apart).
  std::vector<std::byte> bytes() const {
    std::vector<std::byte> out;
    auto const put = [&out](std::uint32_t value, int size) {
      for (int i = 0; i < size; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i) & 255));
    };
    put(kind_, 1);
    if (kind_ != finite) return out;
    detail::wide_number const sum = number();
    put(sum.negative() ? 1 : 0, 1);
    std::span<std::uint32_t const> digits = sum.digits();
    std::size_t first = low_;
    for (; !digits.empty() && digits.front() == 0; ++first) digits = digits.subspan(1);
    if (digits.empty()) first = 0;
    put(static_cast<std::uint32_t>(first), 2);
    put(static_cast<std::uint32_t>(digits.size()), 2);
    for (std::uint32_t const digit : digits) put(digit, 4);
    return out;
  }

  /// The accumulator that wrote these bytes. Throws `std::invalid_argument` when none did.
  static exact_accumulator from_bytes(std::span<std::byte const> given) {
    std::span<std::byte const> in = given;
    auto const take = [&in](std::size_t size) {
      if (in.size() < size) detail::throw_invalid_argument("tandem::exact_accumulator::from_bytes: the bytes end too early");
      std::uint32_t value = 0;
      for (std::size_t i = 0; i < size; ++i) value |= std::to_integer<std::uint32_t>(in[i]) << (8 * i);
      in = in.subspan(size);
      return value;
    };
    exact_accumulator result;
    std::uint32_t const kind = take(1);
    if (kind > nan) detail::throw_invalid_argument("tandem::exact_accumulator::from_bytes: ", kind, " is no kind of sum");
    result.kind_ = static_cast<std::uint8_t>(kind);
    if (result.kind_ == finite) {
      bool const negative = take(1) != 0;
      std::size_t const first = take(2), count = take(2);
      if (first + count > limbs) detail::throw_invalid_argument("tandem::exact_accumulator::from_bytes: the sum is too large");
      result.cover(first, first + count);
      for (std::size_t i = first; i < first + count; ++i) {
        std::int64_t const digit = take(4);
        result.limbs_[i] = negative ? -digit : digit;
      }
    }
    if (!in.empty())
      detail::throw_invalid_argument("tandem::exact_accumulator::from_bytes: ", in.size(), " bytes are left over");
    std::vector<std::byte> const canonical = result.bytes();
    if (!std::equal(canonical.begin(), canonical.end(), given.begin(), given.end()))
      detail::throw_invalid_argument("tandem::exact_accumulator::from_bytes: no sum is written as these bytes");
    return result;
  }

  /// Whether both hold the same sum.
  friend bool operator==(exact_accumulator const& a, exact_accumulator const& b) { return a.bytes() == b.bytes(); }

  /// What was added so far, as far as the sum's kind goes: for bricks that add many numbers by `add_scaled`.
  enum kind : std::uint8_t { empty, minus_zero, finite, plus_infinity, minus_infinity, nan };

  /// Takes note that something of this kind was added.
  void note(std::uint8_t added) noexcept {
    bool const opposite =
        (kind_ == plus_infinity && added == minus_infinity) || (kind_ == minus_infinity && added == plus_infinity);
    kind_ = opposite ? static_cast<std::uint8_t>(nan) : kind_ > added ? kind_ : added;
  }

 private:
  static constexpr int least_exponent = -2176;
  static constexpr std::size_t limbs = 136;
  static constexpr std::uint32_t most_pending = std::uint32_t{1} << 29;

  // A number is mantissa * 2^exponent. Its parts are taken from its own bits: to widen a subnormal float may give zero.
  struct parts {
    template <class T> explicit parts(T x) noexcept {
      using bits_type = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
      constexpr int width = std::numeric_limits<T>::digits - 1, most = 2 * std::numeric_limits<T>::max_exponent - 1;
      constexpr std::uint64_t one = std::uint64_t{1} << width;
      std::uint64_t const bits = std::bit_cast<bits_type>(x), field = bits >> width & most;
      negative = bits >> (8 * sizeof(T) - 1) != 0;
      finite = field != most;
      is_nan = !finite && (bits & (one - 1)) != 0;
      mantissa = (bits & (one - 1)) | (field != 0 ? one : 0);
      exponent = static_cast<int>(field != 0 ? field : 1) + std::numeric_limits<T>::min_exponent - 2 - width;
    }
    std::uint64_t mantissa;
    int exponent;
    bool negative, finite, is_nan;
  };

  template <class T> static std::uint64_t magnitude(T x) noexcept {
    return x < T{} ? std::uint64_t{} - static_cast<std::uint64_t>(x) : static_cast<std::uint64_t>(x);
  }

  void note(parts const& p) noexcept {
    if (!p.finite) note(p.is_nan ? nan : p.negative ? minus_infinity : plus_infinity);
    else note(p.mantissa == 0 && p.negative ? minus_zero : finite);
  }

  template <class T> T special() const noexcept {
    if (kind_ == nan) return std::numeric_limits<T>::quiet_NaN();
    return kind_ == plus_infinity ? std::numeric_limits<T>::infinity() : -std::numeric_limits<T>::infinity();
  }
  // Of bits: under -fno-signed-zeros a compiler may take one zero for the other.
  template <class T> T zero() const noexcept { return detail::assembled<T>(0, 0, kind_ == minus_zero); }

  /// Brings limbs [low, high) into being.
  void cover(std::size_t low, std::size_t high) noexcept {
    if (low_ == high_) low_ = high_ = low;
    for (; low < low_; --low_) limbs_[low_ - 1] = 0;
    for (; high > high_; ++high_) limbs_[high_] = 0;
  }

  /// Writes sign times the sum; false if that is negative.
  bool write_digits(std::int64_t sign, detail::wide_number& to) const noexcept {
    to.restart(least_exponent + 32 * static_cast<int>(low_), sign < 0);
    std::int64_t carry = 0;
    for (std::size_t i = low_; i < high_; ++i) {
      carry += sign * limbs_[i];
      to.push(static_cast<std::uint32_t>(carry));
      carry >>= 32;
    }
    if (carry < 0) return false;
    for (; carry != 0; carry >>= 32) to.push(static_cast<std::uint32_t>(carry));
    to.trim();
    return true;
  }

  void add_magnitude(std::uint64_t integer, int exponent, bool negative) noexcept {
    std::size_t const position = static_cast<std::size_t>(exponent - least_exponent), i = position / 32;
    if (i < low_ || i + 3 > high_) cover(i, i + 3);
    detail::uint128 const shifted = static_cast<detail::uint128>(integer) << (position % 32);
    std::int64_t const sign = negative ? -1 : 1;
    limbs_[i] += sign * static_cast<std::int64_t>(static_cast<std::uint32_t>(shifted));
    limbs_[i + 1] += sign * static_cast<std::int64_t>(static_cast<std::uint32_t>(shifted >> 32));
    limbs_[i + 2] += sign * static_cast<std::int64_t>(static_cast<std::uint32_t>(shifted >> 64));
    if (++pending_ >= most_pending) normalise();
  }
  void add_magnitude(detail::uint128 integer, int exponent, bool negative) noexcept {
    add_magnitude(static_cast<std::uint64_t>(integer), exponent, negative);
    add_magnitude(static_cast<std::uint64_t>(integer >> 64), exponent + 64, negative);
  }

  /// Hands carries upwards: all limbs but the highest become digits of 32 bits.
  [[gnu::noinline]] void normalise() noexcept {
    pending_ = 1;
    if (low_ == high_) return;
    for (std::size_t i = low_; i + 1 < high_; ++i) carry_from(i);
    for (; high_ < limbs && limbs_[high_ - 1] >> 32 != 0 && limbs_[high_ - 1] >> 32 != -1;) {
      cover(low_, high_ + 1);
      carry_from(high_ - 2);
    }
  }
  void carry_from(std::size_t i) noexcept {
    limbs_[i + 1] += limbs_[i] >> 32;
    limbs_[i] &= 0xFFFFFFFF;
  }

  std::array<std::int64_t, limbs> limbs_;
  std::size_t low_ = 0, high_ = 0;  // limbs outside of [low_, high_) are zero and not there
  std::uint32_t pending_ = 0;       // no limb is larger than this times 2^32
  std::uint8_t kind_ = empty;
};

}  // namespace tandem
