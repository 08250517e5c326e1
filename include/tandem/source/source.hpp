// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Sources, what reductions read data from that need not fit into memory, and the first of them: `chunks(range, size)`.

#include <concepts>
#include <cstddef>
#include <iterator>
#include <memory>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>

#include <tandem/core/count.hpp>
#include <tandem/core/detail/zeroed_buffer.hpp>
#include <tandem/core/error.hpp>

namespace tandem {

namespace detail {

template <class Chunk> struct chunk_element;
template <class T> struct chunk_element<std::span<T>> {
  using type = std::remove_const_t<T>;
};
template <class Range> using chunk_element_of =
    typename chunk_element<std::remove_cvref_t<std::ranges::range_reference_t<Range>>>::type;

}  // namespace detail

/// What yields chunks: an input range whose elements are spans. A chunk is good until the iterator moves on; `begin()` reads
/// again from the start.
///
/// Example: `for (std::span<const double> chunk : source) ...`
template <class Source>
concept source = std::ranges::input_range<Source> && requires { typename detail::chunk_element_of<Source>; };

/// A range in chunks of `size` elements, the last one shorter; made by `chunks`.
///
/// Elements in a row are looked at where they lie; those of other ranges are copied, chunk by chunk, by each iterator for
/// itself. Copies share nothing but the range that a view looks at.
template <std::ranges::view View> class chunked : public std::ranges::view_interface<chunked<View>> {
 public:
  using value_type = std::ranges::range_value_t<View>;

  /// `chunks` checks the size.
  chunked(View range, std::size_t size) : range_(std::move(range)), size_(size) {}

  auto begin() const requires std::ranges::range<View const>
  {
    return iterator(range_, size_);
  }
  auto begin() requires(!std::ranges::range<View const>)
  {
    return iterator(range_, size_);
  }
  std::default_sentinel_t end() const noexcept { return {}; }

  /// The range behind the chunks.
  View const& base() const noexcept { return range_; }

 private:
  static constexpr bool in_a_row = std::ranges::contiguous_range<View> && std::ranges::sized_range<View>;
  using range_type = std::conditional_t<std::ranges::range<View const>, View const, View>;

  class looking {
   public:
    using value_type = std::span<chunked::value_type const>;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;
    looking(range_type& range, std::size_t size) : all_(std::ranges::data(range), std::ranges::size(range)), size_(size) {}
    value_type operator*() const { return all_.first(all_.size() < size_ ? all_.size() : size_); }
    looking& operator++() {
      all_ = all_.subspan(all_.size() < size_ ? all_.size() : size_);
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return all_.empty(); }

   private:
    value_type all_;
    std::size_t size_;
  };

  class copying {
    static_assert(
        std::is_default_constructible_v<chunked::value_type>,
        "tandem: elements that do not lie in a row are copied, chunk by chunk, and need a default constructor for that");

   public:
    using value_type = std::span<chunked::value_type const>;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;
    copying(range_type& range, std::size_t size)
        : next_(std::ranges::begin(range)), end_(std::ranges::end(range)), size_(size) {
      ++*this;
    }
    value_type operator*() const { return {elements_.data(), count_}; }
    copying& operator++() {
      // The buffer grows with what there is: a size may be far larger than the range.
      for (count_ = 0; count_ < size_ && next_ != end_; ++next_) {
        if (count_ == elements_.size()) grow();
        elements_.data()[count_++] = *next_;
      }
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return count_ == 0; }

   private:
    void grow() {
      std::size_t const doubled = count_ < 512 ? 1024 : 2 * count_;
      detail::zeroed_buffer<chunked::value_type> larger(doubled < size_ ? doubled : size_);
      std::move(elements_.data(), elements_.data() + count_, larger.data());
      elements_ = std::move(larger);
    }
    std::ranges::iterator_t<range_type> next_;
    std::ranges::sentinel_t<range_type> end_;
    detail::zeroed_buffer<chunked::value_type> elements_;
    std::size_t count_ = 0, size_;
  };
  using iterator = std::conditional_t<in_a_row, looking, copying>;

  View range_;
  std::size_t size_;
};

struct chunks_fn {
  template <std::ranges::input_range Range> requires std::ranges::viewable_range<Range>
  auto operator()(Range&& range, count size) const {
    std::size_t const elements = size.checked(name, "size");
    if (elements == 0) detail::throw_invalid_argument(name, ": size must be positive, got 0");
    using View = std::views::all_t<Range>;
    return chunked<View>(std::views::all(std::forward<Range>(range)), elements);
  }
  // Views that cannot be copied are looked at, as containers are.
  template <std::ranges::input_range View> requires(!std::ranges::viewable_range<View&>)
  auto operator()(View& view, count size) const {
    return (*this)(std::ranges::ref_view(view), size);
  }

 private:
  static constexpr char const* name = "tandem::chunks";
};

/// `chunks(range, size)`: a range as a source of chunks of `size` elements, the last one with what is left.
///
/// - `range`: any input range. An lvalue is looked at and must outlive the source; a temporary is kept. Elements that do not lie
///   in a row have a default constructor.
/// - Returns a range of `std::span<const T>`. Elements in a row are not copied.
/// - Errors: `std::invalid_argument` when size is not positive. Thread-safety: one thread an iterator.
/// - Determinism: a reduction of the source has the bits of the reduction of the range, for any size.
///
/// Example: `for (std::span<const double> chunk : tandem::chunks(x, 1000)) ...`
inline constexpr chunks_fn chunks{};

}  // namespace tandem
