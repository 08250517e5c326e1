// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The inputs of the map family: any range, or a zip, as items that can be asked for by number.

#include <concepts>
#include <cstddef>
#include <exception>
#include <iterator>
#include <ranges>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/core/error.hpp>
#include <tandem/core/zip.hpp>

namespace tandem::detail {

template <class Input>
concept map_input = is_zipped<std::remove_cvref_t<Input>> || std::ranges::input_range<Input>;

/// Items that have a place: `first[i]` by any thread.
template <class Range> class indexed_items {
 public:
  explicit indexed_items(Range& range)
      : first_(std::ranges::begin(range)), size_(static_cast<std::size_t>(std::ranges::size(range))) {}

  std::size_t size() const noexcept { return size_; }
  decltype(auto) operator[](std::size_t i) const { return first_[static_cast<std::ranges::range_difference_t<Range>>(i)]; }
  decltype(auto) again(std::size_t i) const { return (*this)[i]; }
  std::exception_ptr error() const noexcept { return nullptr; }

 private:
  std::ranges::iterator_t<Range> first_;
  std::size_t size_;
};

/// What a single pass leaves of an item: the iterator where the range can be walked again, else the value.
template <class Range> using kept_item =
    std::conditional_t<std::ranges::forward_range<Range>, std::ranges::iterator_t<Range>, std::ranges::range_value_t<Range>>;

/// A range whose elements are its own to give away, as the results of a stream are.
template <class Range> inline constexpr bool gives_away = false;

/// Keeps the item at which an iterator is.
template <class Range> kept_item<Range> keep_item(std::ranges::iterator_t<Range>& at) {
  if constexpr (std::ranges::forward_range<Range>) return at;
  else if constexpr (gives_away<Range>) return std::ranges::iter_move(at);
  else return *at;
}

/// A kept item as the range itself would have given it.
template <class Range> decltype(auto) give(kept_item<Range>& kept) {
  using Reference = std::ranges::range_reference_t<Range>;
  if constexpr (std::ranges::forward_range<Range>) return *kept;
  else if constexpr (!std::is_lvalue_reference_v<Reference>) return std::move(kept);
  else if constexpr (std::is_const_v<std::remove_reference_t<Reference>>) return std::as_const(kept);
  else return (kept);
}

/// The same for an attempt that may not be the last: a value that would be moved is copied, if it can be.
template <class Range> decltype(auto) give_again(kept_item<Range>& kept) {
  if constexpr (std::is_rvalue_reference_v<decltype(give<Range>(kept))> && std::copy_constructible<kept_item<Range>>)
    return kept_item<Range>(kept);
  else return give<Range>(kept);
}

/// Items of a range that can only be walked. What the range throws on the way ends them; it counts after all of them.
template <class Range> class walked_items {
 public:
  explicit walked_items(Range& range) {
    if constexpr (std::ranges::sized_range<Range>) kept_.reserve(static_cast<std::size_t>(std::ranges::size(range)));
    try {
      auto const end = std::ranges::end(range);
      for (auto at = std::ranges::begin(range); at != end; ++at) kept_.push_back({keep_item<Range>(at)});
    } catch (...) {
      error_ = std::current_exception();
    }
  }

  std::size_t size() const noexcept { return kept_.size(); }
  decltype(auto) operator[](std::size_t i) { return give<Range>(kept_[i].item); }
  decltype(auto) again(std::size_t i) { return give_again<Range>(kept_[i].item); }
  std::exception_ptr error() const noexcept { return error_; }

 private:
  struct holder {  // a vector of bool alone would be one of bits
    kept_item<Range> item;
  };
  std::vector<holder> kept_;
  std::exception_ptr error_;
};

/// One input of a zip.
template <class Part> auto items_of(Part const& part) {
  if constexpr (is_scalar_part<Part>) return part;
  else return part.span();
}

/// The items of a zip: tuples of references.
template <class... Parts> class zipped_items {
  static_assert((!is_scalar_part<Parts> || ...), "tandem: a zip of numbers alone has no length");

 public:
  zipped_items(std::string_view function, zipped<Parts...> const& input)
      : parts_(std::apply([](auto const&... parts) { return std::tuple(items_of(parts)...); }, input.parts)) {
    std::apply([&](auto const&... parts) { (measure(function, parts), ...); }, parts_);
  }

  std::size_t size() const noexcept { return size_; }
  auto operator[](std::size_t i) const {
    return std::apply([i](auto const&... parts) { return std::tuple<decltype(at(parts, i))...>(at(parts, i)...); }, parts_);
  }
  auto again(std::size_t i) const { return (*this)[i]; }
  std::exception_ptr error() const noexcept { return nullptr; }

 private:
  template <class Part> static decltype(auto) at(Part const& part, std::size_t i) {
    if constexpr (is_scalar_part<Part>) return (part.value);
    else return part[i];
  }

  template <class Part> void measure(std::string_view function, Part const& part) {
    if constexpr (!is_scalar_part<Part>) {
      if (counted_ && part.size() != size_)
        throw_invalid_argument(function, ": one input of the zip has ", size_, " items but another has ", part.size());
      size_ = part.size(), counted_ = true;
    }
  }

  std::tuple<decltype(items_of(std::declval<Parts const&>()))...> parts_;
  std::size_t size_ = 0;
  bool counted_ = false;
};

/// The items of an input, which must outlive them.
template <class Input> auto open_items(std::string_view function, Input& input) {
  if constexpr (is_zipped<std::remove_const_t<Input>>) {
    return [&]<class... Parts>(zipped<Parts...> const& z) { return zipped_items<Parts...>(function, z); }(input);
  } else {
    static_assert(!std::same_as<std::ranges::sentinel_t<Input>, std::unreachable_sentinel_t>,
                  "tandem: a range without an end has no vector of results; tandem::imap takes it");
    if constexpr (std::ranges::random_access_range<Input> && std::ranges::sized_range<Input>)
      return indexed_items<Input>(input);
    else return walked_items<Input>(input);
  }
}

}  // namespace tandem::detail
