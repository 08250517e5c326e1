// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Where the results of a map are written by many threads at a time, each in its place, before they become a vector.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/core/detail/large_pages.hpp>

namespace tandem::detail {

/// Plain data: the vector itself.
template <class R> class plain_results {
 public:
  explicit plain_results(std::size_t n) : values_(vector_of<R>(n)), first_(values_.data()) {}
  template <class Make> void put(std::size_t i, Make&& make) { std::construct_at(first_ + i, make()); }
  std::vector<R> take() { return std::move(values_); }

 private:
  std::vector<R> values_;
  R* first_;
};

/// Truth: a byte for each, because neighbours in a `std::vector<bool>` share one.
class bool_results {
 public:
  explicit bool_results(std::size_t n) : values_(n) {}
  template <class Make> void put(std::size_t i, Make&& make) { values_[i] = make() ? 1 : 0; }
  std::vector<bool> take() { return std::vector<bool>(values_.begin(), values_.end()); }

 private:
  std::vector<unsigned char> values_;
};

/// Objects that can only be moved: memory in which they are made, and which of them exist.
template <class R> class object_results {
  static_assert(std::is_move_constructible_v<R>, "tandem: results are moved into a vector; this type cannot be moved");
  static_assert(std::is_nothrow_destructible_v<R>, "tandem: the destructor of a result must not throw");

 public:
  explicit object_results(std::size_t n) : exists_(n), first_(std::allocator<R>().allocate(n)) {}
  object_results(object_results const&) = delete;
  object_results& operator=(object_results const&) = delete;

  ~object_results() {
    for (std::size_t i = 0; i < exists_.size(); ++i)
      if (exists_[i]) std::destroy_at(first_ + i);
    std::allocator<R>().deallocate(first_, exists_.size());
  }

  template <class Make> void put(std::size_t i, Make&& make) {
    ::new (static_cast<void*>(first_ + i)) R(make());
    exists_[i] = 1;
  }

  /// The same for every place that is empty; returns how many were.
  template <class Make> std::size_t fill(Make&& make) {
    std::size_t filled = 0;
    for (std::size_t i = 0; i < exists_.size(); ++i)
      if (!exists_[i]) put(i, make), ++filled;
    return filled;
  }

  /// Only when every place is filled.
  std::vector<R> take() {
    std::vector<R> out;
    out.reserve(exists_.size());
    for (std::size_t i = 0; i < exists_.size(); ++i) out.push_back(std::move(first_[i]));
    return out;
  }

 private:
  std::vector<unsigned char> exists_;
  R* first_;
};

/// Nothing to keep.
class no_results {
 public:
  explicit no_results(std::size_t) {}
  template <class Make> void put(std::size_t, Make&& make) { make(); }
  void take() {}
};

template <class R> struct results_for {
  static constexpr bool plain = std::is_trivially_copyable_v<R> && std::is_nothrow_default_constructible_v<R>;
  using type = std::conditional_t<plain, plain_results<R>, object_results<R>>;
};
template <> struct results_for<bool> {
  using type = bool_results;
};
template <> struct results_for<void> {
  using type = no_results;
};

}  // namespace tandem::detail
