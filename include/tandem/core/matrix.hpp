// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `matrix`: a row-major 2-D array that owns its elements, as a two-dimensional `numpy.zeros` does.
///
/// It is no linear-algebra type. It carries data into and out of the algorithms, which take `matrix_view` and therefore
/// other people's matrices as well.

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <span>
#include <utility>

#include <tandem/core/count.hpp>
#include <tandem/core/detail/zeroed_buffer.hpp>
#include <tandem/core/matrix_view.hpp>

namespace tandem {

/// Owns `rows` x `cols` elements, row after row without padding, zeroed (value-initialised). Every element has an address,
/// booleans too. The first element is aligned to 64 bytes; large matrices of numbers ask for large pages.
///
/// Copies copy the elements; a matrix that was moved from is 0 x 0. As the standard containers, it may be read by many
/// threads at a time.
/// Example: `tandem::matrix<double> X(1000, 3); X(0, 2) = 1.5; std::span<double> row = X.row(0);`
template <class T> class matrix {
 public:
  using value_type = T;

  /// 0 x 0.
  matrix() noexcept = default;

  /// `rows` x `cols` zeros. Throws `std::invalid_argument` before it allocates when a size is negative or when there
  /// would be more elements than memory can address, and `std::bad_alloc` when there is not that much memory.
  matrix(count rows, count cols)
      : rows_(rows.checked(name, "rows")), cols_(cols.checked(name, "cols")),
        elements_(detail::checked_elements(name, rows_, cols_, sizeof(T))) {}

  matrix(matrix const& other) : matrix(other.rows_, other.cols_) { std::ranges::copy(other.elements(), data()); }

  matrix(matrix&& other) noexcept
      : rows_(std::exchange(other.rows_, 0)), cols_(std::exchange(other.cols_, 0)), elements_(std::move(other.elements_)) {}

  matrix& operator=(matrix const& other) {
    if (this == &other) return *this;
    if (rows_ == other.rows_ && cols_ == other.cols_) std::ranges::copy(other.elements(), data());
    else *this = matrix(other);
    return *this;
  }

  matrix& operator=(matrix&& other) noexcept {
    matrix taken(std::move(other));
    std::swap(rows_, taken.rows_);
    std::swap(cols_, taken.cols_);
    std::swap(elements_, taken.elements_);
    return *this;
  }

  ~matrix() = default;

  std::size_t rows() const noexcept { return rows_; }
  std::size_t cols() const noexcept { return cols_; }

  /// The elements, row after row; null for a matrix without elements.
  T* data() noexcept { return elements_.data(); }
  T const* data() const noexcept { return elements_.data(); }

  /// All elements as one span, for element-wise algorithms: `transform(X.elements(), Y.elements(), f)`.
  std::span<T> elements() noexcept { return {data(), elements_.size()}; }
  std::span<T const> elements() const noexcept { return {data(), elements_.size()}; }

  /// Element (i, j); the indices are asserted.
  T& operator()(std::size_t i, std::size_t j) {
    assert(i < rows_ && j < cols_);
    return data()[i * cols_ + j];
  }
  T const& operator()(std::size_t i, std::size_t j) const {
    assert(i < rows_ && j < cols_);
    return data()[i * cols_ + j];
  }

  /// Row i as a span; the index is asserted.
  std::span<T> row(std::size_t i) {
    assert(i < rows_);
    return elements().subspan(i * cols_, cols_);
  }
  std::span<T const> row(std::size_t i) const {
    assert(i < rows_);
    return elements().subspan(i * cols_, cols_);
  }

  /// Same shape and equal elements.
  friend bool operator==(matrix const& a, matrix const& b) {
    return a.rows_ == b.rows_ && a.cols_ == b.cols_ && std::ranges::equal(a.elements(), b.elements());
  }

 private:
  static constexpr char const* name = "tandem::matrix";

  std::size_t rows_ = 0, cols_ = 0;
  detail::zeroed_buffer<T> elements_;
};

}  // namespace tandem
