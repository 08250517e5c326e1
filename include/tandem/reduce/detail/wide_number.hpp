// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// A number of up to 9000 bits, for what is done once at the end of an exact reduction: products, quotients, roots and the one
/// rounding. All of it is integer arithmetic, so that no rounding mode and no compiler flag reaches it.

#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

namespace tandem::detail {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

/// A floating-point number of type T from an integer and an exponent of 2: integer * 2^exponent, which must fit.
template <class T> T assembled(std::uint64_t integer, int exponent, bool negative) {
  using bits_type = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  constexpr int mantissa = std::numeric_limits<T>::digits - 1, least = std::numeric_limits<T>::min_exponent - 1 - mantissa;
  bits_type bits = 0;
  if (integer != 0) {
    int const width = static_cast<int>(std::bit_width(integer));
    if (width - 1 + exponent >= std::numeric_limits<T>::max_exponent) {
      bits = static_cast<bits_type>(2 * std::numeric_limits<T>::max_exponent - 1) << mantissa;  // infinity
    } else if (width - 1 + exponent < std::numeric_limits<T>::min_exponent - 1) {
      bits = static_cast<bits_type>(integer << (exponent - least));
    } else {
      int const up = mantissa + 1 - width;
      bits = static_cast<bits_type>(up >= 0 ? integer << up : integer >> -up);
      bits = static_cast<bits_type>(bits + (static_cast<bits_type>(exponent - up - least) << mantissa));
    }
  }
  if (negative) bits |= bits_type{1} << (8 * sizeof(T) - 1);
  return std::bit_cast<T>(bits);
}

/// Whether the sign bit is set, also of a zero, also under flags that let a compiler forget the signs of zeros.
template <class T> bool has_sign_bit(T x) {
  using bits_type = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  return std::bit_cast<bits_type>(x) >> (8 * sizeof(T) - 1) != 0;
}

/// The floating-point types that are taken apart by their bits.
template <class T>
concept of_known_bits = std::floating_point<T> && sizeof(T) <= 8;

/// An integer for each number, in their order: +0 is 0 and -0 is -1, a NaN lies outside of both infinities. So numbers can be
/// compared where the processor takes subnormal ones for zero, and a compiler -0 for +0.
template <of_known_bits T> auto ordered_bits(T x) {
  using bits_type = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
  bits_type const bits = std::bit_cast<bits_type>(x);
  return bits < 0 ? bits ^ (std::numeric_limits<bits_type>::max)() : bits;
}

/// Sign and magnitude: digits of 32 bits, digit 0 weighing 2^exponent. Something smaller than a unit of digit 0 may have been
/// cut off; `inexact` remembers it.
class wide_number {
 public:
  wide_number() noexcept {}  // zero; the digits are not written

  bool is_zero() const noexcept { return count_ == 0 && !inexact_; }
  bool negative() const noexcept { return negative_; }
  std::span<std::uint32_t const> digits() const noexcept { return {digits_.data(), count_}; }

  /// Drops zeros at the upper end.
  void trim() noexcept {
    while (count_ > 0 && digits_[count_ - 1] == 0) --count_;
  }

  /// Zero again, to which digits are pushed.
  void restart(int exponent, bool negative) noexcept { count_ = 0, exponent_ = exponent, negative_ = negative; }
  void push(std::uint32_t digit) noexcept { digits_[count_++] = digit; }

  static wide_number product(wide_number const& a, wide_number const& b) {
    wide_number result;
    result.exponent_ = a.exponent_ + b.exponent_;
    result.negative_ = a.negative_ != b.negative_;
    result.count_ = a.count_ + b.count_;
    for (std::size_t i = 0; i < result.count_; ++i) result.digits_[i] = 0;
    for (std::size_t i = 0; i < a.count_; ++i) {
      std::uint64_t carry = 0;
      for (std::size_t j = 0; j < b.count_; ++j) {
        carry += std::uint64_t{a.digits_[i]} * b.digits_[j] + result.digits_[i + j];
        result.digits_[i + j] = static_cast<std::uint32_t>(carry);
        carry >>= 32;
      }
      result.digits_[i + b.count_] = static_cast<std::uint32_t>(carry);
    }
    result.trim();
    return result;
  }

  void multiply(std::uint64_t factor) {
    uint128 carry = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      carry += static_cast<uint128>(digits_[i]) * factor;
      digits_[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    for (; carry != 0; carry >>= 32) push(static_cast<std::uint32_t>(carry));
  }

  /// a / b, of which at least 128 bits are kept and the rest is cut off. Neither may be inexact, b must not be zero.
  static wide_number quotient(wide_number a, wide_number const& b) {
    a.trim();
    a.negative_ = a.negative_ != b.negative_;
    std::span<std::uint32_t const> divisor = b.digits();
    while (divisor.back() == 0) divisor = divisor.first(divisor.size() - 1);
    if (a.count_ < divisor.size() + 5) a.lower_by(divisor.size() + 5 - a.count_);
    a.exponent_ -= b.exponent_;
    if (divisor.size() == 1) {
      a.divide(divisor[0]);
      return a;
    }
    // Knuth's algorithm D: each digit of the quotient is guessed from the leading digits, and is one too large at most when
    // the guess has been compared with a further digit. Both numbers are shifted until the divisor's first bit is set.
    std::size_t const n = divisor.size(), m = a.count_ - n;
    int const shift = std::countl_zero(divisor.back());
    std::array<std::uint32_t, capacity> v;
    for (std::size_t i = 0; i < n; ++i)
      v[i] = static_cast<std::uint32_t>((std::uint64_t{divisor[i]} << shift) |
                                        (i > 0 ? std::uint64_t{divisor[i - 1]} << shift >> 32 : 0));
    auto& u = a.digits_;
    u[a.count_] = 0;
    for (std::size_t i = a.count_ + 1; i-- > 0;)
      u[i] = static_cast<std::uint32_t>((std::uint64_t{u[i]} << shift) | (i > 0 ? std::uint64_t{u[i - 1]} << shift >> 32 : 0));
    wide_number result;
    result.exponent_ = a.exponent_;
    result.negative_ = a.negative_;
    result.count_ = m + 1;
    for (std::size_t j = m + 1; j-- > 0;) {
      std::uint64_t const leading = std::uint64_t{u[j + n]} << 32 | u[j + n - 1];
      std::uint64_t guess = leading / v[n - 1], rest = leading % v[n - 1];
      while (rest >> 32 == 0 && (guess >> 32 != 0 || guess * v[n - 2] > (rest << 32 | u[j + n - 2]))) {
        --guess;
        rest += v[n - 1];
      }
      std::uint64_t carry = 0;
      std::int64_t borrow = 0;
      for (std::size_t i = 0; i <= n; ++i) {
        carry += i < n ? guess * v[i] : 0;
        borrow += std::int64_t{u[i + j]} - static_cast<std::int64_t>(carry & 0xFFFFFFFF);
        u[i + j] = static_cast<std::uint32_t>(borrow);
        carry >>= 32;
        borrow >>= 32;
      }
      if (borrow < 0) {
        --guess;
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i <= n; ++i) {
          sum += std::uint64_t{u[i + j]} + (i < n ? v[i] : 0);
          u[i + j] = static_cast<std::uint32_t>(sum);
          sum >>= 32;
        }
      }
      result.digits_[j] = static_cast<std::uint32_t>(guess);
    }
    for (std::size_t i = 0; i < n; ++i) result.inexact_ |= u[i] != 0;
    result.trim();
    return result;
  }

  /// Takes away `other`, which has the same sign and is not larger. The exponents differ by a multiple of 32.
  void subtract(wide_number const& other) {
    if (other.count_ == 0) return;
    if (other.exponent_ < exponent_) lower_by(static_cast<std::size_t>(exponent_ - other.exponent_) / 32);
    std::size_t const shift = static_cast<std::size_t>(other.exponent_ - exponent_) / 32;
    std::int64_t borrow = 0;
    for (std::size_t i = shift; i < count_; ++i) {
      std::int64_t const digit = i - shift < other.count_ ? other.digits_[i - shift] : 0;
      borrow += std::int64_t{digits_[i]} - digit;
      digits_[i] = static_cast<std::uint32_t>(borrow);
      borrow >>= 32;
    }
    trim();
  }

  /// Divides by a positive integer and keeps at least 128 bits of the quotient, cut off.
  void divide(std::uint64_t divisor) {
    if (count_ == 0) return;
    if (count_ < 8) lower_by(8 - count_);
    if (divisor >> 32 == 0) {
      std::uint64_t remainder = 0;
      for (std::size_t i = count_; i-- > 0;) {
        remainder = remainder << 32 | digits_[i];
        digits_[i] = static_cast<std::uint32_t>(remainder / divisor);
        remainder %= divisor;
      }
      inexact_ |= remainder != 0;
    } else {
      uint128 remainder = 0;
      for (std::size_t i = count_; i-- > 0;) {
        remainder = remainder << 32 | digits_[i];
        digits_[i] = static_cast<std::uint32_t>(remainder / divisor);
        remainder %= divisor;
      }
      inexact_ |= remainder != 0;
    }
    trim();
  }

  /// The nearest T, halfway cases to even, in one rounding; infinite where it is too large.
  template <class T> T rounded() const {
    constexpr int digits = std::numeric_limits<T>::digits, least = std::numeric_limits<T>::min_exponent - digits;
    int const top = highest_bit();
    int const unit = top - digits + 1 > least ? top - digits + 1 : least;
    return assembled<T>(nearest(unit), unit, negative_);
  }

  /// The square root, within one unit in the last place. The number must not be negative.
  template <class T> T root() const {
    if (count_ == 0) return T{0};
    // The number is m * 2^(2 * half) with m a double in [1, 4).
    int const top = highest_bit(), half = top >> 1, unit = top - std::numeric_limits<double>::digits + 1;
    double const m = assembled<double>(nearest(unit), unit - 2 * half, false);
    double const r = std::sqrt(m);
    // r is in [1, 2]: its bits as an integer times 2^-52, rounded once more where T is narrower or the result is subnormal.
    wide_number wide;
    std::uint64_t const integer = static_cast<std::uint64_t>(r * 4503599627370496.);
    wide.push(static_cast<std::uint32_t>(integer));
    wide.push(static_cast<std::uint32_t>(integer >> 32));
    wide.exponent_ = half - 52;
    return wide.rounded<T>();
  }

 private:
  static constexpr std::size_t capacity = 288;

  int highest_bit() const noexcept {
    if (count_ == 0) return exponent_;
    return exponent_ + 32 * static_cast<int>(count_ - 1) + static_cast<int>(std::bit_width(digits_[count_ - 1])) - 1;
  }

  /// Appends `digits` zeros at the lower end.
  void lower_by(std::size_t digits) {
    for (std::size_t i = count_; i-- > 0;) digits_[i + digits] = digits_[i];
    for (std::size_t i = 0; i < digits; ++i) digits_[i] = 0;
    count_ += digits;
    exponent_ -= 32 * static_cast<int>(digits);
  }

  std::uint32_t digit_at(int index) const noexcept {
    return index >= 0 && static_cast<std::size_t>(index) < count_ ? digits_[static_cast<std::size_t>(index)] : 0;
  }

  bool bit_at(int position) const noexcept {
    int const offset = position - exponent_;
    return offset >= 0 && (digit_at(offset / 32) >> (offset % 32) & 1) != 0;
  }

  /// The number over 2^unit, cut off; it must fit.
  std::uint64_t whole_part(int unit) const noexcept {
    int const offset = unit - exponent_, index = offset >> 5, shift = offset & 31;
    uint128 const window = static_cast<uint128>(digit_at(index)) | static_cast<uint128>(digit_at(index + 1)) << 32 |
                           static_cast<uint128>(digit_at(index + 2)) << 64;
    return static_cast<std::uint64_t>(window >> shift);
  }

  bool any_bit_below(int position) const noexcept {
    if (inexact_) return true;
    int const offset = position - exponent_;
    for (int i = 0; i < static_cast<int>(count_) && 32 * i < offset; ++i) {
      int const left = offset - 32 * i;
      std::uint32_t const kept = left >= 32 ? ~std::uint32_t{0} : (std::uint32_t{1} << left) - 1;
      if ((digits_[static_cast<std::size_t>(i)] & kept) != 0) return true;
    }
    return false;
  }

  /// The number over 2^unit, rounded to the nearest integer, halfway cases to even.
  std::uint64_t nearest(int unit) const noexcept {
    std::uint64_t const whole = whole_part(unit);
    bool const up = bit_at(unit - 1) && ((whole & 1) != 0 || any_bit_below(unit - 1));
    return whole + (up ? 1 : 0);
  }

  std::array<std::uint32_t, capacity> digits_;
  std::size_t count_ = 0;
  int exponent_ = 0;
  bool negative_ = false, inexact_ = false;
};

}  // namespace tandem::detail
