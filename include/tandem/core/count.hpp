// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `count`: a size, or a number in the options, that may come from any integer type.
///
/// Scientists' sizes are `int`, `long` or `Py_ssize_t` as often as `std::size_t`. A parameter of type `count` takes them
/// all without a warning and remembers the sign, so that the function can refuse a negative one by name instead of
/// reserving 2^64 elements.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <tandem/core/error.hpp>

namespace tandem {

/// An integer of any type, checked where it is used. Floating-point numbers and `bool` do not convert to it.
///
/// Example: `void resize(tandem::count rows) { rows_ = rows.checked("resize", "rows"); }`
class count {
 public:
  /// Zero.
  constexpr count() noexcept = default;

  /// Takes the value as it is; nothing is thrown before `checked`.
  template <std::integral Integer> requires(!std::same_as<Integer, bool> && sizeof(Integer) <= sizeof(std::uint64_t))
  constexpr count(Integer value) noexcept
      : magnitude_(value < Integer{} ? std::uint64_t{} - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value)),
        negative_(value < Integer{}) {}

  /// The value as a size. Throws `std::invalid_argument`, "function: argument must not be negative, got -3".
  std::size_t checked(std::string_view function, std::string_view argument) const {
    if (negative_) detail::throw_invalid_argument(function, ": ", argument, " must not be negative, got ", text());
    if (magnitude_ > (std::numeric_limits<std::size_t>::max)())
      detail::throw_invalid_argument(function, ": ", argument, " must fit into a size, got ", text());
    return static_cast<std::size_t>(magnitude_);
  }

  constexpr bool negative() const noexcept { return negative_; }
  std::string text() const {
    std::string digits = std::to_string(magnitude_);
    if (negative_) digits.insert(digits.begin(), '-');
    return digits;
  }
  friend constexpr bool operator==(count const&, count const&) = default;

 private:
  std::uint64_t magnitude_ = 0;
  bool negative_ = false;
};

namespace detail {

/// Throws unless `rows * cols` elements of `element_bytes` each can be addressed; called before anything is allocated.
inline std::size_t checked_elements(std::string_view function, std::size_t rows, std::size_t cols, std::size_t element_bytes) {
  std::size_t const most = static_cast<std::size_t>((std::numeric_limits<std::ptrdiff_t>::max)()) / element_bytes;
  if (cols != 0 && rows > most / cols)
    throw_invalid_argument(function, ": ", rows, " rows of ", cols, " columns are more elements than memory can address");
  return rows * cols;
}

}  // namespace detail
}  // namespace tandem
