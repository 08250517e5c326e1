// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `outcome`: the result of an item or what it threw instead; what `try_map` returns for every item.

#include <exception>
#include <type_traits>
#include <utility>
#include <variant>

namespace tandem {

/// A T or an exception. `outcome<void>` holds nothing or an exception.
///
/// Example: `for (auto& o : tandem::try_map(xs, f)) if (o.has_value()) use(o.value());`
template <class T> class outcome {
  using stored = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

 public:
  /// A result; for void nothing.
  template <class... Arguments> explicit outcome(std::in_place_t, Arguments&&... arguments)
      : content_(std::in_place_index<0>, std::forward<Arguments>(arguments)...) {}
  /// What was thrown.
  explicit outcome(std::exception_ptr error) noexcept : content_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// The result; throws the item's exception where there is none.
  decltype(auto) value() & { return get(*this); }
  decltype(auto) value() const& { return get(*this); }
  decltype(auto) value() && { return get(std::move(*this)); }

  /// What the item threw; null where it has a result.
  std::exception_ptr error() const noexcept { return has_value() ? nullptr : std::get<1>(content_); }

 private:
  template <class Self> static decltype(auto) get(Self&& self) {
    if (!self.has_value()) std::rethrow_exception(std::get<1>(self.content_));
    if constexpr (!std::is_void_v<T>) return std::get<0>(std::forward<Self>(self).content_);
  }

  std::variant<stored, std::exception_ptr> content_;
};

}  // namespace tandem
