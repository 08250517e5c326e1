// SPDX-License-Identifier: BSL-1.0
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/core/matrix.hpp>
#include <tandem/core/matrix_view.hpp>

using Catch::Matchers::Message;
using tandem::matrix, tandem::matrix_view;

namespace {

// Matrices by other people. All hold 2 x 3 elements, numbered in the order of memory.
struct owner {
  std::vector<double> elements = std::vector<double>(16);
  owner() { std::iota(elements.begin(), elements.end(), 0.); }
  double* data() { return elements.data(); }
  double const* data() const { return elements.data(); }
};
struct plain : owner {
  long rows() const { return 2; }
  long cols() const { return 3; }
};
struct with_stride : plain {
  int stride() const { return 5; }
};
struct with_row_stride : plain {
  std::size_t row_stride() const { return 4; }
};
// As Eigen's: the order of storage is an enumerator, strides have names of their own.
struct eigen_row_major : plain {
  enum { IsRowMajor = 1 };
  std::ptrdiff_t rowStride() const { return 6; }
  std::ptrdiff_t colStride() const { return neighbours; }
  std::ptrdiff_t neighbours = 1;
};
struct eigen_column_major : plain {
  enum { IsRowMajor = 0 };
};
struct flag_column_major : plain {
  static constexpr bool is_row_major = false;
};
struct word_column_major : plain {
  static constexpr bool row_major = false;
};
struct flag_row_major : plain {
  static constexpr bool is_row_major = true;
};
struct shape : owner {
  long r, c;
  shape(long rows, long cols) : r(rows), c(cols) {}
  long rows() const { return r; }
  long cols() const { return c; }
};
struct real_sizes : owner {
  double rows() const { return 2; }
  double cols() const { return 3; }
};
struct deep_const : owner {  // its rows() and cols() are there only for those who may write
  int rows() { return 2; }
  int cols() { return 3; }
};

// In the shape of std::mdspan: looks, and does not own.
template <class T, std::size_t Rank = 2> struct mdspan_like {
  T* pointer;
  std::size_t extents[2], strides[2];
  static constexpr std::size_t rank() { return Rank; }
  T* data_handle() const { return pointer; }
  std::size_t extent(std::size_t i) const { return extents[i]; }
  std::size_t stride(std::size_t i) const { return strides[i]; }
};

template <class T, class From> constexpr bool views =
    std::is_constructible_v<matrix_view<T>, From> && std::is_convertible_v<From, matrix_view<T>>;
template <class T, class From> constexpr bool never_views = !std::is_constructible_v<matrix_view<T>, From>;

}  // namespace

TEST_CASE("A view of nothing looks at nothing") {
  constexpr matrix_view<double> v;
  STATIC_REQUIRE(v.data() == nullptr);
  STATIC_REQUIRE(v.rows() == 0);
  STATIC_REQUIRE(v.cols() == 0);
  STATIC_REQUIRE(v.stride() == 0);
}

TEST_CASE("A view from a pointer looks at rows that are a stride apart") {
  std::vector<double> x(15);
  std::iota(x.begin(), x.end(), 0.);
  matrix_view<double> const block{x.data() + 4, 2, 2, 3};
  CHECK(block.rows() == 2);
  CHECK(block.cols() == 2);
  CHECK(block.stride() == 3);
  CHECK(block(0, 0) == 4);
  CHECK(block(1, 1) == 8);
  CHECK(block.row(1).data() == x.data() + 7);
  CHECK(block.row(1).size() == 2);
  block(1, 0) = -1;  // the view is constant, what it looks at is not
  CHECK(x[7] == -1);
  matrix_view<double const> const whole{x.data(), 5, 3};
  CHECK(whole.stride() == 3);
  CHECK(whole(4, 2) == 14);
  CHECK(&whole.row(4).back() == &x.back());
}

TEST_CASE("The type of a view follows from what it is made of") {
  int x[6] = {};
  int const y[6] = {};
  matrix<float> X(2, 3);
  plain const other;
  STATIC_REQUIRE(std::is_same_v<decltype(matrix_view(x + 0, 2, 3)), matrix_view<int>>);
  STATIC_REQUIRE(std::is_same_v<decltype(matrix_view(y + 0, 2, 2, 3)), matrix_view<int const>>);
  STATIC_REQUIRE(std::is_same_v<decltype(matrix_view(X)), matrix_view<float>>);
  STATIC_REQUIRE(std::is_same_v<decltype(matrix_view(std::as_const(X))), matrix_view<float const>>);
  STATIC_REQUIRE(std::is_same_v<decltype(matrix_view(other)), matrix_view<double const>>);
  STATIC_REQUIRE(std::is_same_v<matrix_view<double const>::value_type, double>);
}

TEST_CASE("Const is kept and may be gained") {
  using M = matrix<double>;
  STATIC_REQUIRE(views<double, M&>);
  STATIC_REQUIRE(views<double const, M&>);
  STATIC_REQUIRE(views<double const, M const&>);
  STATIC_REQUIRE(never_views<double, M const&>);
  STATIC_REQUIRE(views<double const, matrix_view<double>>);
  STATIC_REQUIRE(views<double const, matrix_view<double> const&>);
  STATIC_REQUIRE(never_views<double, matrix_view<double const>>);
  STATIC_REQUIRE(never_views<double, matrix_view<double const>&>);
  STATIC_REQUIRE(views<double, plain&>);
  STATIC_REQUIRE(never_views<double, plain const&>);
  STATIC_REQUIRE(views<double const, plain const&>);
  STATIC_REQUIRE(views<double const, mdspan_like<double>>);
  STATIC_REQUIRE(never_views<double, mdspan_like<double const>>);
  STATIC_REQUIRE(never_views<double, double const*>);
  STATIC_REQUIRE(std::is_same_v<decltype(std::declval<matrix_view<double> const&>()(0, 0)), double&>);
  STATIC_REQUIRE(std::is_same_v<decltype(std::declval<matrix_view<double const>&>().row(0)), std::span<double const>>);
}

TEST_CASE("No view is made of a temporary that owns its elements") {
  STATIC_REQUIRE(never_views<double, matrix<double>>);
  STATIC_REQUIRE(never_views<double const, matrix<double>>);
  STATIC_REQUIRE(never_views<double const, matrix<double> const>);
  STATIC_REQUIRE(never_views<double const, plain>);
  STATIC_REQUIRE(never_views<double const, with_stride>);
  STATIC_REQUIRE(views<double, mdspan_like<double>>);  // this one owns nothing
}

TEST_CASE("The element type stays what it is") {
  STATIC_REQUIRE(never_views<float, matrix<double>&>);
  STATIC_REQUIRE(never_views<double, matrix<float>&>);
  STATIC_REQUIRE(never_views<double const, matrix<int>&>);
  STATIC_REQUIRE(never_views<double const, matrix_view<float>>);
  STATIC_REQUIRE(never_views<double const, mdspan_like<float>>);
  STATIC_REQUIRE(never_views<unsigned, matrix<int>&>);
  struct animal {};
  struct cat : animal {
    int lives = 9;
  };
  STATIC_REQUIRE(never_views<animal, matrix<cat>&>);  // rows of cats are no rows of animals
  STATIC_REQUIRE(never_views<animal const, matrix_view<cat>>);
}

TEST_CASE("What is column-major or no matrix does not compile") {
  STATIC_REQUIRE(never_views<double const, eigen_column_major&>);
  STATIC_REQUIRE(never_views<double const, flag_column_major&>);
  STATIC_REQUIRE(never_views<double const, word_column_major&>);
  STATIC_REQUIRE(never_views<double const, eigen_column_major const&>);
  STATIC_REQUIRE(views<double const, eigen_row_major&>);
  STATIC_REQUIRE(views<double const, flag_row_major&>);
  STATIC_REQUIRE(never_views<double const, std::vector<double>&>);
  STATIC_REQUIRE(never_views<double const, real_sizes&>);
  STATIC_REQUIRE(never_views<double const, mdspan_like<double, 3>>);
  STATIC_REQUIRE(never_views<double const, mdspan_like<double, 1>>);
  STATIC_REQUIRE(never_views<double const, double*>);
  STATIC_REQUIRE(never_views<double const, int>);
}

TEST_CASE("Other people's matrices are looked at with their own strides") {
  plain p;
  matrix_view<double> const v = p;
  CHECK(v.stride() == 3);
  CHECK(v(1, 2) == 5);
  v(0, 0) = 9;
  CHECK(p.elements[0] == 9);

  with_stride s;
  CHECK(matrix_view<double>(s).stride() == 5);
  CHECK(matrix_view<double const>(s)(1, 2) == 7);
  with_row_stride r;
  CHECK(matrix_view<double>(r)(1, 0) == 4);
  eigen_row_major e;
  CHECK(matrix_view<double>(e)(1, 0) == 6);
  deep_const d;
  CHECK(matrix_view<double>(d)(1, 0) == 3);
  flag_row_major const f;
  CHECK(matrix_view<double const>(f)(1, 0) == 3);
}

TEST_CASE("A view of a matrix is a view of its elements") {
  matrix<int> X(2, 3);
  X(1, 2) = 5;
  matrix_view<int> const v = X;
  CHECK(v.data() == X.data());
  CHECK(v.stride() == 3);
  CHECK(v(1, 2) == 5);
  v.row(0)[1] = 7;
  CHECK(X(0, 1) == 7);
  matrix_view<int const> const read_only = v;
  CHECK(read_only.data() == X.data());
  CHECK(read_only.stride() == 3);
  matrix_view<int> copy = v;
  copy = matrix_view<int>();
  CHECK(copy.rows() == 0);
  CHECK(v.rows() == 2);
}

TEST_CASE("An mdspan is looked at by its extents and strides") {
  double x[10] = {1, 2, 3, 0, 0, 4, 5, 6, 0, 0};
  matrix_view<double const> const v = mdspan_like<double>{x, {2, 3}, {5, 1}};
  CHECK(v.rows() == 2);
  CHECK(v.cols() == 3);
  CHECK(v(0, 2) == 3);
  CHECK(v(1, 0) == 4);
  mdspan_like<double> named{x, {2, 3}, {5, 1}};
  matrix_view<double> const writable = named;
  writable(0, 0) = 7;
  CHECK(x[0] == 7);
}

TEST_CASE("A column-major mdspan is told so, whether it would be written or not") {
  double x[12] = {};
  auto const said = Message("tandem::matrix_view: the elements of a row must be neighbours, but are 2 apart");
  CHECK_THROWS_MATCHES((matrix_view<double>(mdspan_like<double>{x, {2, 3}, {1, 2}})), std::invalid_argument, said);
  CHECK_THROWS_MATCHES((matrix_view<double const>(mdspan_like<double>{x, {2, 3}, {1, 2}})), std::invalid_argument, said);
}

TEST_CASE("Neighbours in a row must be neighbours in memory") {
  double x[12] = {};
  CHECK_THROWS_MATCHES((matrix_view<double>(mdspan_like<double>{x, {2, 3}, {6, 2}})), std::invalid_argument,
                       Message("tandem::matrix_view: the elements of a row must be neighbours, but are 2 apart"));
  CHECK_THROWS_AS((matrix_view<double const>(mdspan_like<double>{x, {2, 3}, {1, 2}})), std::invalid_argument);  // column-major
  CHECK_THROWS_AS((matrix_view<double>(mdspan_like<double>{x, {2, 3}, {1, 2}})), std::invalid_argument);
  CHECK_THROWS_AS((matrix_view<double const>(mdspan_like<double>{x, {2, 3}, {0, 0}})), std::invalid_argument);
  eigen_row_major e;
  e.neighbours = 3;
  CHECK_THROWS_MATCHES(matrix_view<double>(e), std::invalid_argument,
                       Message("tandem::matrix_view: the elements of a row must be neighbours, but are 3 apart"));
  e.neighbours = -1;
  CHECK_THROWS_MATCHES(matrix_view<double>(e), std::invalid_argument,
                       Message("tandem::matrix_view: the elements of a row must be neighbours, but are -1 apart"));
  // A row of one element has no neighbours.
  CHECK(matrix_view<double>(mdspan_like<double>{x, {3, 1}, {2, 9}}).stride() == 2);
}

TEST_CASE("An mdspan without elements has no neighbours to look at") {
  double x[1] = {};
  CHECK(matrix_view<double const>(mdspan_like<double>{x, {0, 3}, {1, 0}}).cols() == 3);
}

TEST_CASE("Sizes of a view are any integers and negative ones are refused") {
  double x[6] = {};
  CHECK(matrix_view<double>(x, static_cast<short>(2), 3u).cols() == 3);
  CHECK_THROWS_MATCHES(matrix_view<double>(x, -1, 3), std::invalid_argument,
                       Message("tandem::matrix_view: rows must not be negative, got -1"));
  CHECK_THROWS_MATCHES(matrix_view<double>(x, 2, -1, 3), std::invalid_argument,
                       Message("tandem::matrix_view: cols must not be negative, got -1"));
  CHECK_THROWS_MATCHES(matrix_view<double>(x, 2, 3, -3), std::invalid_argument,
                       Message("tandem::matrix_view: stride must not be negative, got -3"));
  CHECK_THROWS_AS(matrix_view<double>(nullptr, 0, -1), std::invalid_argument);
  shape negative(-2, 3);
  CHECK_THROWS_MATCHES(matrix_view<double>(negative), std::invalid_argument,
                       Message("tandem::matrix_view: rows must not be negative, got -2"));
}

TEST_CASE("A null pointer will do for a view without elements only") {
  CHECK(matrix_view<double>(nullptr, 0, 0).rows() == 0);
  CHECK(matrix_view<double>(nullptr, 5, 0).rows() == 5);
  CHECK(matrix_view<double>(nullptr, 0, 5, 7).cols() == 5);
  CHECK_THROWS_MATCHES(matrix_view<double>(nullptr, 2, 3), std::invalid_argument,
                       Message("tandem::matrix_view: the pointer is null but the view has 2 rows and 3 columns"));
  CHECK_THROWS_AS(matrix_view<double const>(nullptr, 1, 1, 1), std::invalid_argument);
  matrix<double> none(0, 4);
  CHECK(matrix_view<double>(none).cols() == 4);
}

TEST_CASE("Rows may overlap for readers and not for writers") {
  double x[6] = {0, 1, 2, 3, 4, 5};
  matrix_view<double const> const windows(x, 4, 3, 1);  // a sliding window
  CHECK(windows(0, 2) == 2);
  CHECK(windows(3, 2) == 5);
  matrix_view<double const> const repeated(x, 100, 6, 0);  // one row, broadcast
  CHECK(repeated(99, 5) == 5);
  CHECK_THROWS_MATCHES(matrix_view<double>(x, 4, 3, 1), std::invalid_argument,
                       Message("tandem::matrix_view: rows of 3 columns overlap when they are 1 elements apart"));
  CHECK_THROWS_AS(matrix_view<double>(x, 2, 3, 2), std::invalid_argument);
  CHECK(matrix_view<double>(x, 2, 3, 3).rows() == 2);
  CHECK(matrix_view<double>(x, 1, 3, 0).rows() == 1);  // one row overlaps with none
}

TEST_CASE("Sizes of a view whose product overflows are refused") {
  double x[1] = {};
  constexpr std::size_t two_to_62 = std::size_t{1} << 62;
  CHECK_THROWS_MATCHES(matrix_view<double>(x, two_to_62, two_to_62), std::invalid_argument,
                       Message("tandem::matrix_view: 4611686018427387904 rows of 4611686018427387904 columns are more elements "
                               "than memory can address"));
  CHECK_THROWS_AS(matrix_view<double>(x, SIZE_MAX, 2), std::invalid_argument);
  CHECK_THROWS_AS(matrix_view<double>(x, std::size_t{1} << 61, 1), std::invalid_argument);
  CHECK_THROWS_AS(matrix_view<double>(x, 2, 1, SIZE_MAX), std::invalid_argument);  // the second row starts out of reach
  CHECK_THROWS_AS(matrix_view<double const>(x, two_to_62, 8, 0), std::invalid_argument);
}

TEST_CASE("Views overlap when the memory between their first and last elements meets") {
  using tandem::detail::overlap;
  double x[40] = {};
  matrix_view<double> const first(x, 2, 3, 5);  // elements 0 to 7
  CHECK(overlap(first, first));
  CHECK(overlap(first, matrix_view<double const>(x + 7, 1, 1)));
  CHECK_FALSE(overlap(first, matrix_view<double const>(x + 8, 1, 1)));
  CHECK_FALSE(overlap(matrix_view<double const>(x + 8, 1, 1), first));
  CHECK(overlap(matrix_view<double>(x + 2, 1, 1), first));
  CHECK(overlap(first, matrix_view<double const>(x + 3, 2, 2, 5)));  // side by side: they may be taken for overlapping
  CHECK_FALSE(overlap(matrix_view<double>(), first));
  CHECK_FALSE(overlap(first, matrix_view<double>(x, 0, 3)));
  CHECK_FALSE(overlap(matrix_view<double>(x, 3, 0), first));
}
