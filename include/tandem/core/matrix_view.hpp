// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `matrix_view`: a look at row-major 2-D data that somebody else owns, as NumPy's basic slices are.
///
/// Functions that read or write matrices take views. A view is made from a pointer with a row stride, from `matrix`, from
/// any type with `data()`, `rows()` and `cols()` that is row-major, and from types in the shape of `std::mdspan`.

#include <cassert>
#include <concepts>
#include <cstddef>
#include <functional>
#include <span>
#include <type_traits>
#include <utility>

#include <tandem/core/config.hpp>
#include <tandem/core/count.hpp>
#include <tandem/core/error.hpp>

namespace tandem {

template <class T> class matrix_view;

namespace detail {

// Libraries that know both orders say which one a type has by one of these constants.
template <class Matrix> constexpr bool declared_column_major() {
  if constexpr (requires { bool(Matrix::is_row_major()); }) return !bool(Matrix::is_row_major());
  else if constexpr (requires { bool(Matrix::IsRowMajor); }) return !bool(Matrix::IsRowMajor);
  else if constexpr (requires { bool(Matrix::is_row_major); }) return !bool(Matrix::is_row_major);
  else if constexpr (requires { bool(Matrix::row_major); }) return !bool(Matrix::row_major);
  else return false;
}

// Elements may gain const on the way into a view; their type must stay.
template <class From, class To>
concept same_elements = std::is_pointer_v<From> && std::convertible_to<std::remove_pointer_t<From> (*)[], To (*)[]>;

template <class Matrix, class T>
concept other_matrix =
    !std::same_as<std::remove_cvref_t<Matrix>, matrix_view<std::remove_const_t<T>>> &&
    !std::same_as<std::remove_cvref_t<Matrix>, matrix_view<std::remove_const_t<T> const>> && requires(Matrix& m) {
      { m.data() } -> same_elements<T>;
      { m.rows() } -> std::integral;
      { m.cols() } -> std::integral;
    } && !declared_column_major<std::remove_cvref_t<Matrix>>();

// Never binds to an owner that dies at the end of the statement.
template <class Matrix, class T>
concept owning_matrix = std::is_lvalue_reference_v<Matrix> && other_matrix<Matrix, T>;

template <class View, class T>
concept mdspan_like = requires(View& v, std::size_t i) {
  { v.data_handle() } -> same_elements<T>;
  { v.extent(i) } -> std::integral;
  { v.stride(i) } -> std::integral;
  requires std::remove_cvref_t<View>::rank() == 2;
};

// The names that libraries give to the distance of rows, and of neighbours in a row.
template <class Matrix>
concept with_eigen_strides = requires(Matrix& m) {
  { m.rowStride() } -> std::integral;
  { m.colStride() } -> std::integral;
};
template <class Matrix>
concept with_row_stride = requires(Matrix& m) {
  { m.row_stride() } -> std::integral;
};
template <class Matrix>
concept with_stride = requires(Matrix& m) {
  { m.stride() } -> std::integral;
};

template <class Matrix> count row_stride(Matrix& m) {
  if constexpr (with_eigen_strides<Matrix>) return m.rowStride();
  else if constexpr (with_row_stride<Matrix>) return m.row_stride();
  else if constexpr (with_stride<Matrix>) return m.stride();
  else return m.cols();
}

template <class Matrix> count element_stride(Matrix& m) {
  if constexpr (with_eigen_strides<Matrix>) return m.colStride();
  else return 1;
}

}  // namespace detail

/// Looks at `rows` x `cols` elements, row i starting `i * stride` elements after `data`; `T` is const for reading only. Copying a view copies no element. Any number of threads may read through views.
///
/// Example: `matrix_view<const double> block{X.data() + 4, 2, 2, 3};`  // the 2 x 2 block at (1, 1) of a 5 x 3 matrix
template <class T> class matrix_view {
 public:
  using value_type = std::remove_const_t<T>;

  /// Looks at nothing.
  constexpr matrix_view() noexcept = default;

  /// `rows` x `cols` elements, the rows `stride` apart. Throws `std::invalid_argument` when a size is negative, when the
  /// pointer is null but the view has elements, when rows to be written overlap, or when the sizes overflow.
  matrix_view(T* data, count rows, count cols, count stride)
      : data_(data), rows_(rows.checked(name, "rows")), cols_(cols.checked(name, "cols")),
        stride_(stride.checked(name, "stride")) {
    check();
  }

  /// `rows` x `cols` elements, one row right after the other.
  matrix_view(T* data, count rows, count cols) : matrix_view(data, rows, cols, cols) {}

  /// A view of elements that may be written is a view of elements that may be read.
  template <class U> requires(detail::same_elements<U*, T> && !std::same_as<U, T>)
  constexpr matrix_view(matrix_view<U> other) noexcept
      : data_(other.data()), rows_(other.rows()), cols_(other.cols()), stride_(other.stride()) {}

  /// Looks at a matrix with `data()`, `rows()`, `cols()` and perhaps `stride()`. Column-major types do not compile, nor
  /// do temporaries, which would take their elements with them.
  template <class Matrix> requires detail::owning_matrix<Matrix, T>
  matrix_view(Matrix&& m)
      : matrix_view(m.data(), m.rows(), m.cols(),
                    with_neighbours(detail::row_stride(m), detail::element_stride(m), m.rows(), m.cols())) {}

  /// Looks at what an object in the shape of a two-dimensional `std::mdspan` looks at.
  template <class View> requires detail::mdspan_like<View, T>
  matrix_view(View&& v)
      : matrix_view(v.data_handle(), v.extent(0), v.extent(1),
                    with_neighbours(v.stride(0), v.stride(1), v.extent(0), v.extent(1))) {}

  constexpr T* data() const noexcept { return data_; }
  constexpr std::size_t rows() const noexcept { return rows_; }
  constexpr std::size_t cols() const noexcept { return cols_; }
  constexpr std::size_t stride() const noexcept { return stride_; }

  /// Element (i, j); the indices are asserted.
  constexpr T& operator()(std::size_t i, std::size_t j) const {
    assert(i < rows_ && j < cols_);
    return data_[i * stride_ + j];
  }

  /// Row i as a span; the index is asserted.
  constexpr std::span<T> row(std::size_t i) const {
    assert(i < rows_);
    return {data_ + i * stride_, cols_};
  }

 private:
  static constexpr char const* name = "tandem::matrix_view";

  void check() const {
    if (rows_ == 0 || cols_ == 0) return;
    if (data_ == nullptr)
      detail::throw_invalid_argument(name, ": the pointer is null but the view has ", rows_, " rows and ", cols_, " columns");
    if (!std::is_const_v<T> && rows_ > 1 && stride_ < cols_)
      detail::throw_invalid_argument(name, ": rows of ", cols_, " columns overlap when they are ", stride_, " elements apart");
    (void)detail::checked_elements(name, rows_, stride_ < cols_ ? cols_ : stride_, sizeof(T));
  }

  // The stride of the rows, if the elements of a row are neighbours.
  static count with_neighbours(count stride, count distance, count rows, count cols) {
    if (rows != count(0) && cols != count(0) && cols != count(1) && distance != count(1))
      detail::throw_invalid_argument(name, ": the elements of a row must be neighbours, but are ", distance.text(), " apart");
    return stride;
  }

  T* data_ = nullptr;
  std::size_t rows_ = 0, cols_ = 0, stride_ = 0;
};

namespace detail {

/// Whether two views may share memory: whether the spans from their first to their last elements meet.
template <class T, class U> bool overlap(matrix_view<T> a, matrix_view<U> b) {
  if (a.rows() == 0 || a.cols() == 0 || b.rows() == 0 || b.cols() == 0) return false;
  auto const before = [](auto* first, auto* second) {
    return std::less<void const*>()(static_cast<void const*>(first), static_cast<void const*>(second));
  };
  return before(a.data(), b.data() + (b.rows() - 1) * b.stride() + b.cols()) &&
         before(b.data(), a.data() + (a.rows() - 1) * a.stride() + a.cols());
}

}  // namespace detail

template <class T> matrix_view(T*, count, count) -> matrix_view<T>;
template <class T> matrix_view(T*, count, count, count) -> matrix_view<T>;
template <class Matrix> requires std::is_pointer_v<decltype(std::declval<Matrix&>().data())>
matrix_view(Matrix&) -> matrix_view<std::remove_pointer_t<decltype(std::declval<Matrix&>().data())>>;
template <class View> requires std::is_pointer_v<decltype(std::declval<View&>().data_handle())>
matrix_view(View&&) -> matrix_view<std::remove_pointer_t<decltype(std::declval<View&>().data_handle())>>;

}  // namespace tandem
