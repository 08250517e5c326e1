// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Sums of integers and of their products, in 192 bits.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include <tandem/reduce/detail/wide_number.hpp>
#include <tandem/reduce/exact_accumulator.hpp>

namespace tandem::detail {

/// An exact sum of 2^63 integers, or products of two of them: the lower 64 bits of each added up, and what is above.
class integer_sum {
 public:
  template <std::integral T> void add(T const* x, std::size_t n) {
    if constexpr (sizeof(T) < 8) {
      // 2^31 numbers of 32 bits cannot overflow 64.
      using wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
      constexpr std::size_t most = std::size_t{1} << 30;
      for (std::size_t i = 0; i < n; i += most) {
        std::size_t const end = n - i < most ? n : i + most;
        wide part[4] = {};
        std::size_t j = i;
        for (; end - j >= 4; j += 4)
          for (std::size_t k = 0; k < 4; ++k) part[k] += static_cast<wide>(x[j + k]);
        for (; j < end; ++j) part[0] += static_cast<wide>(x[j]);
        for (wide const p : part) add(static_cast<int128>(p));
      }
    } else {
      int128 part = 0;
      for (std::size_t i = 0; i < n; ++i) part += static_cast<int128>(x[i]);
      add(part);
    }
  }

  template <std::integral X, std::integral Y> void add_products(X const* x, Y const* y, std::size_t n) {
    using wide = std::conditional_t<std::is_signed_v<X> || std::is_signed_v<Y>, int128, uint128>;
    for (std::size_t i = 0; i < n; ++i) add(static_cast<wide>(x[i]) * static_cast<wide>(y[i]));
  }

  template <class Wide> void add(Wide x) {
    low_ += static_cast<std::uint64_t>(x);
    high_ += static_cast<int128>(x >> 64);
  }

  void merge(integer_sum const& other) {
    low_ += other.low_;
    high_ += other.high_;
  }

  /// The sum, where it fits into the 64-bit type of T's sign; else throws `std::overflow_error`.
  template <std::integral T> auto value(std::string_view function) const {
    using R = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
    int128 const high = high_ + static_cast<int128>(low_ >> 64);
    R const low = static_cast<R>(low_);
    if (high != (low < R{} ? -1 : 0))
      throw std::overflow_error(std::string(function) + ": the sum of the integers does not fit into 64 bits");
    return low;
  }

  /// The sum as an exact accumulator, for quotients.
  exact_accumulator exact() const {
    exact_accumulator result;
    int128 const high = high_ + static_cast<int128>(low_ >> 64);
    result.add(static_cast<std::uint64_t>(low_));
    uint128 const size = high < 0 ? uint128{} - static_cast<uint128>(high) : static_cast<uint128>(high);
    for (int i = 0; i < 4; ++i) {
      std::int64_t const digit = static_cast<std::uint32_t>(size >> (32 * i));
      result.add_scaled(high < 0 ? -digit : digit, 64 + 32 * i);
    }
    return result;
  }

 private:
  uint128 low_ = 0;
  int128 high_ = 0;
};

}  // namespace tandem::detail
