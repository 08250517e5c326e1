// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/core/matrix.hpp>

using Catch::Matchers::Message;
using tandem::matrix;

namespace {

matrix<int> numbered(std::size_t rows, std::size_t cols) {
  matrix<int> X(rows, cols);
  std::iota(X.elements().begin(), X.elements().end(), 0);
  return X;
}

bool is_aligned(void const* address) { return reinterpret_cast<std::uintptr_t>(address) % 64 == 0; }

// Counts how many of it live, and throws when the countdown ends: at construction or when it is copied.
struct counted {
  static inline int alive = 0, until_throw = -1;
  static void tick() {
    if (until_throw >= 0 && until_throw-- == 0) throw std::domain_error("no more");
  }

  counted() {
    tick();
    ++alive;
  }
  counted(counted const& other) : value(other.value) {
    tick();
    ++alive;
  }
  counted& operator=(counted const& other) {
    tick();
    value = other.value;
    return *this;
  }
  ~counted() { --alive; }

  bool operator==(counted const&) const = default;
  int value = 1;
};

constexpr std::size_t large = std::size_t{1} << 20;  // doubles in more than 4 MiB when there are two rows of them

}  // namespace

TEST_CASE("A matrix is made of zeros row after row") {
  matrix<double> X(5, 3);
  CHECK(X.rows() == 5);
  CHECK(X.cols() == 3);
  CHECK(X.elements().size() == 15);
  CHECK(std::ranges::count(X.elements(), 0.) == 15);
  X(2, 1) = 21;
  CHECK(X.elements()[7] == 21);
  CHECK(X.data()[7] == 21);
  CHECK(&X(2, 0) == X.data() + 6);
  CHECK(X.row(2).data() == X.data() + 6);
  CHECK(X.row(2).size() == 3);
  X.row(4)[2] = 42;
  CHECK(X(4, 2) == 42);
}

TEST_CASE("A matrix gives no more than it may") {
  using X = matrix<double>;
  STATIC_REQUIRE(std::is_same_v<X::value_type, double>);
  STATIC_REQUIRE(std::is_same_v<decltype(std::declval<X&>()(0, 0)), double&>);
  STATIC_REQUIRE(std::is_same_v<decltype(std::declval<X const&>()(0, 0)), double const&>);
  STATIC_REQUIRE(std::is_same_v<decltype(std::declval<X const&>().data()), double const*>);
  STATIC_REQUIRE(std::is_same_v<decltype(std::declval<X const&>().row(0)), std::span<double const>>);
  STATIC_REQUIRE(std::is_same_v<decltype(std::declval<X&>().row(0)), std::span<double>>);
  STATIC_REQUIRE(std::is_same_v<decltype(std::declval<X const&>().elements()), std::span<double const>>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<X>);
  STATIC_REQUIRE(std::is_nothrow_move_assignable_v<X>);
  STATIC_REQUIRE(std::is_nothrow_default_constructible_v<X>);
  STATIC_REQUIRE(!std::is_constructible_v<X, int>);
  STATIC_REQUIRE(!std::is_constructible_v<X, double, double>);
  STATIC_REQUIRE(!std::is_constructible_v<X, bool, bool>);
  STATIC_REQUIRE(!std::is_constructible_v<X, matrix<float>>);
}

TEST_CASE("A matrix without elements has a shape and no address") {
  auto const [rows, cols] =
      GENERATE(std::pair<std::size_t, std::size_t>{0, 0}, std::pair<std::size_t, std::size_t>{0, 7},
               std::pair<std::size_t, std::size_t>{7, 0}, std::pair<std::size_t, std::size_t>{0, SIZE_MAX},
               std::pair<std::size_t, std::size_t>{SIZE_MAX, 0});
  matrix<double> X(rows, cols);
  CHECK(X.rows() == rows);
  CHECK(X.cols() == cols);
  CHECK(X.data() == nullptr);
  CHECK(X.elements().empty());
  matrix<double> const copy = X;
  CHECK(copy == X);
  CHECK(copy.rows() == rows);
  if (rows > 0) CHECK(X.row(rows - 1).empty());
}

TEST_CASE("Default is zero by zero and shapes without elements differ all the same") {
  CHECK(matrix<int>() == matrix<int>(0, 0));
  CHECK_FALSE(matrix<int>(0, 3) == matrix<int>(3, 0));
  CHECK_FALSE(matrix<int>(0, 3) == matrix<int>());
}

TEST_CASE("Sizes of a matrix are any integers and negative ones are refused") {
  CHECK(matrix<int>(2, 3u).cols() == 3);
  CHECK(matrix<int>(static_cast<unsigned char>(2), 3ll).rows() == 2);
  CHECK_THROWS_MATCHES(matrix<int>(-1, 3), std::invalid_argument, Message("tandem::matrix: rows must not be negative, got -1"));
  CHECK_THROWS_MATCHES(matrix<int>(3, -2), std::invalid_argument, Message("tandem::matrix: cols must not be negative, got -2"));
  CHECK_THROWS_MATCHES(matrix<int>(0, std::numeric_limits<long long>::min()), std::invalid_argument,
                       Message("tandem::matrix: cols must not be negative, got -9223372036854775808"));
}

TEST_CASE("Sizes whose product overflows are refused before anything is allocated") {
  // An allocation would throw std::bad_alloc, or succeed with what is left of the product.
  constexpr std::size_t two_to_61 = std::size_t{1} << 61, two_to_62 = std::size_t{1} << 62;
  CHECK_THROWS_MATCHES(
      matrix<double>(two_to_62, two_to_62), std::invalid_argument,
      Message(
          "tandem::matrix: 4611686018427387904 rows of 4611686018427387904 columns are more elements than memory can address"));
  CHECK_THROWS_MATCHES(
      matrix<char>(SIZE_MAX, 2), std::invalid_argument,
      Message("tandem::matrix: 18446744073709551615 rows of 2 columns are more elements than memory can address"));
  CHECK_THROWS_AS(matrix<char>(2, SIZE_MAX), std::invalid_argument);
  CHECK_THROWS_AS(matrix<char>(SIZE_MAX, 1), std::invalid_argument);
  CHECK_THROWS_AS(matrix<double>(two_to_61, 1), std::invalid_argument);
  CHECK_THROWS_AS(matrix<double>(1, two_to_61), std::invalid_argument);
  CHECK_THROWS_AS(matrix<double>(two_to_61, 8), std::invalid_argument);
  CHECK_THROWS_AS(matrix<std::string>(two_to_61, 8), std::invalid_argument);
  CHECK_THROWS_AS(matrix<counted>(two_to_62, 4), std::invalid_argument);
  CHECK(counted::alive == 0);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they end the program instead
TEST_CASE("More elements than there is memory is std::bad_alloc") {
  CHECK_THROWS_AS(matrix<char>(PTRDIFF_MAX, 1), std::bad_alloc);
  CHECK_THROWS_AS(matrix<double>(std::size_t{1} << 59, 1), std::bad_alloc);
  CHECK_THROWS_AS(matrix<std::complex<double>>(std::size_t{1} << 30, std::size_t{1} << 28), std::bad_alloc);
}
#endif

TEMPLATE_TEST_CASE("Elements of any type begin as their zero and are aligned to a cache line", "", char, bool, short, float,
                   double, long double, std::complex<double>, std::string, void*, std::shared_ptr<int>) {
  std::size_t const cols = GENERATE(1u, 3u, 1000u);
  matrix<TestType> X(3, cols);
  CHECK(is_aligned(X.data()));
  CHECK(std::ranges::all_of(X.elements(), [](TestType const& x) { return x == TestType(); }));
  CHECK(X == matrix<TestType>(3, cols));
}

TEST_CASE("Elements aligned to more than a cache line get it") {
  struct alignas(256) page {
    double values[32];
  };
  matrix<page> X(3, 1);
  CHECK(reinterpret_cast<std::uintptr_t>(X.data()) % 256 == 0);
  CHECK(X(2, 0).values[31] == 0);
}

TEST_CASE("Booleans have addresses") {
  matrix<bool> flags(2, 2);
  flags(1, 1) = true;
  std::span<bool> const row = flags.row(1);
  CHECK_FALSE(row[0]);
  CHECK(row[1]);
  bool* const first = &flags(0, 0);
  *first = true;
  CHECK(flags.elements()[0]);
  CHECK_FALSE(flags == matrix<bool>(2, 2));
}

TEST_CASE("Strings are copied and moved as a whole") {
  matrix<std::string> X(2, 2);
  X(0, 1) = "a string too long for its small buffer, which is on the heap";
  matrix<std::string> copy = X;
  copy(0, 1) += '!';
  CHECK(X(0, 1).back() == 'p');
  CHECK_FALSE(copy == X);
  matrix<std::string> const moved = std::move(copy);
  CHECK(moved(0, 1).back() == '!');
  CHECK(moved(1, 1).empty());
}

TEST_CASE("A copy is a matrix of its own") {
  matrix<int> X = numbered(3, 4);
  matrix<int> const copy = X;
  CHECK(copy == X);
  CHECK(copy.data() != X.data());
  X(1, 1) = -1;
  CHECK(copy(1, 1) == 5);
  CHECK_FALSE(copy == X);
}

TEST_CASE("Moving takes the elements along and leaves nothing behind") {
  matrix<int> X = numbered(3, 4);
  int const* const where = X.data();
  matrix<int> taken = std::move(X);
  CHECK(taken.data() == where);
  CHECK(taken == numbered(3, 4));
  CHECK(X == matrix<int>());  // NOLINT: what is left is part of the contract
  CHECK(X.data() == nullptr);
  CHECK(X.elements().empty());

  matrix<int> other = numbered(2, 2);
  other = std::move(taken);
  CHECK(other.data() == where);
  CHECK(taken == matrix<int>());
  taken = numbered(1, 2);  // and it can be used again
  CHECK(taken(0, 1) == 1);
}

TEST_CASE("Assignment replaces shape and elements") {
  matrix<int> const X = numbered(3, 4);
  matrix<int> same = matrix<int>(3, 4), other = numbered(7, 1), none;
  int const* const where = same.data();
  same = X;
  other = X;
  none = X;
  CHECK(same == X);
  CHECK(same.data() == where);  // no allocation where the shape fits
  CHECK(other == X);
  CHECK(none == X);
  other = matrix<int>();
  CHECK(other == matrix<int>(0, 0));
  matrix<int> transposed(4, 3);  // as many elements, another shape
  transposed = X;
  CHECK(transposed.rows() == 3);
  CHECK(transposed == X);
}

TEST_CASE("A matrix may be assigned to itself") {
  matrix<int> X = numbered(3, 4);
  matrix<int>& alias = X;
  X = alias;
  CHECK(X == numbered(3, 4));
  X = std::move(alias);
  CHECK(X == numbered(3, 4));
  std::swap(X, alias);
  CHECK(X == numbered(3, 4));
}

TEST_CASE("Matrices are equal when shapes and elements are") {
  CHECK(numbered(2, 3) == numbered(2, 3));
  CHECK_FALSE(numbered(2, 3) == numbered(3, 2));
  CHECK_FALSE(numbered(2, 3) == numbered(2, 2));
  matrix<int> X = numbered(2, 3);
  ++X(1, 2);
  CHECK(X != numbered(2, 3));
  matrix<double> nan(1, 1);
  nan(0, 0) = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(nan == nan);  // as the elements are
}

TEST_CASE("Large matrices are zeroed and aligned and copied and moved as small ones") {
  matrix<double> X(2, large);
  CHECK(is_aligned(X.data()));
  CHECK(std::ranges::all_of(X.elements(), [](double x) { return x == 0; }));
  X(0, 0) = 1;
  X(1, large - 1) = 2;
  matrix<double> copy = X;
  CHECK(copy.data() != X.data());
  CHECK(copy == X);
  copy(0, 0) = 3;
  CHECK(X(0, 0) == 1);
  double const* const where = copy.data();
  matrix<double> moved = std::move(copy);
  CHECK(moved.data() == where);
  CHECK(copy.data() == nullptr);
  X = std::move(moved);
  CHECK(X(0, 0) == 3);
  CHECK(X(1, large - 1) == 2);
  X = matrix<double>(1, 1);  // from the large to the small storage
  CHECK(X(0, 0) == 0);
}

TEST_CASE("Every element can be written on both sides of the size from which matrices are mapped") {
  static constexpr std::size_t limit = std::size_t{4} << 20, page = 4096;
  std::size_t const bytes =
      GENERATE(limit - page, limit - 1, limit, limit + 1, limit + page - 1, limit + page, limit + page + 1);
  for (int i = 0; i < 3; ++i) {  // the memory of the one before may come back: it must be zero again
    matrix<unsigned char> X(1, bytes);
    CHECK(is_aligned(X.data()));
    CHECK(std::ranges::count(X.elements(), 0) == static_cast<std::ptrdiff_t>(bytes));
    std::ranges::fill(X.elements(), static_cast<unsigned char>(255));
    CHECK(std::ranges::count(X.elements(), 255) == static_cast<std::ptrdiff_t>(bytes));
  }
}

TEST_CASE("Large matrices of objects are constructed one by one") {
  matrix<std::string> X(1000, 300);
  REQUIRE(X.elements().size_bytes() > (std::size_t{4} << 20));
  X(999, 299) = "the last one";
  CHECK(X(0, 0).empty());
  CHECK(matrix<std::string>(X)(999, 299) == "the last one");
}

TEST_CASE("Every element that was constructed is destroyed") {
  counted::alive = 0;
  {
    matrix<counted> X(3, 4);
    CHECK(counted::alive == 12);
    matrix<counted> copy = X;
    CHECK(counted::alive == 24);
    matrix<counted> const moved = std::move(copy);
    CHECK(counted::alive == 24);
    X = matrix<counted>(1, 1);
    CHECK(counted::alive == 13);
    X = moved;
    CHECK(counted::alive == 24);
  }
  CHECK(counted::alive == 0);
}

TEST_CASE("An exception of an element leaks nothing and spoils nothing") {
  int const when = GENERATE(range(0, 13));
  counted::alive = 0;
  SECTION("when it is constructed") {
    counted::until_throw = when;
    if (when < 12) CHECK_THROWS_AS(matrix<counted>(3, 4), std::domain_error);
    else CHECK_NOTHROW(matrix<counted>(3, 4));
    CHECK(counted::alive == 0);
  }
  SECTION("when a matrix is copied") {
    matrix<counted> X(3, 4);
    counted::until_throw = 12 + when;  // the copies are constructed first
    if (when < 12) CHECK_THROWS_AS(matrix<counted>(X), std::domain_error);
    else CHECK_NOTHROW(matrix<counted>(X));
    CHECK(counted::alive == 12);
  }
  SECTION("when a matrix of another shape is assigned") {
    matrix<counted> X(2, 2);
    matrix<counted> Y(3, 4);
    X(1, 1).value = 7;
    counted::until_throw = when;
    CHECK_THROWS_AS(X = Y, std::domain_error);  // 12 are constructed and then 12 assigned
    CHECK(X.rows() == 2);
    CHECK(X(1, 1).value == 7);
    CHECK(counted::alive == 16);
  }
  counted::until_throw = -1;
}
