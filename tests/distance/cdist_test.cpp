// SPDX-License-Identifier: BSL-1.0
#include <tandem/distance/cdist.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <type_traits>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/distance/metrics.hpp>

#include "../support/distance_cases.hpp"
#include "../support/every_policy.hpp"
#include "../support/guarded_array.hpp"

using distance_test::exact_euclidean, distance_test::random_matrix;
using tandem::cdist, tandem::euclidean, tandem::matrix, tandem::matrix_view, tandem::sqeuclidean;

namespace {

std::string message(auto const& call) {
  try {
    call();
  } catch (std::invalid_argument const& e) {
    return e.what();
  }
  return "nothing thrown";
}

// Not symmetric: what belongs to x and what to y must not be mixed up.
struct one_sided {
  auto init(auto zero) const { return zero; }
  auto step(auto sum, auto x, auto y) const { return sum + 3. * x - y; }
  auto finish(auto sum, std::size_t n) const { return sum + decltype(sum)(n); }
};

// An accumulator of two numbers, which depends on the order of the columns.
struct alternating {
  template <class V> struct both {
    V sum, sign;
  };
  template <class V> both<V> init(V zero) const { return {zero, zero + V(1)}; }
  template <class V> both<V> step(both<V> a, V x, V y) const { return {a.sum * V(0.5) + a.sign * (x - y), -a.sign}; }
  template <class V> V finish(both<V> a, std::size_t) const { return tandem::abs(a.sum); }
};

// Takes no lanes.
struct scalar_only {
  double init(double zero) const { return zero; }
  double step(double sum, double x, double y) const { return x > y ? sum + 1 : sum; }
  double finish(double sum, std::size_t) const { return sum; }
};

struct throws_at_three {
  auto init(auto zero) const { return zero; }
  auto step(auto sum, auto x, auto y) const {
    if (tandem::any(x + y == 3.)) throw std::runtime_error("three");
    return sum + x;
  }
  auto finish(auto sum, std::size_t) const { return sum; }
};

template <class T> void check_all_policies(std::size_t n, std::size_t m, std::size_t d, auto const& metric,
                                           auto const& reference, double tolerance) {
  matrix<T> const X = random_matrix<T>(n, d, 1), Y = random_matrix<T>(m, d, 2);
  matrix<T> const first = cdist(tandem::seq, X, Y, metric);
  REQUIRE(first.rows() == n);
  REQUIRE(first.cols() == m);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j) {
      double const expected = static_cast<double>(reference(X.row(i), Y.row(j)));
      if (!(std::abs(static_cast<double>(first(i, j)) - expected) <= tolerance * (1 + std::abs(expected)))) {
        CAPTURE(n, m, d, i, j, first(i, j), expected);
        FAIL("differs from the plain computation");
      }
    }
  kernel_test::with_every_policy([&](char const* name, auto const& policy) {
    CAPTURE(name, n, m, d);
    CHECK(cdist(policy, X, Y, metric) == first);
  });
  CHECK(cdist(X, Y, metric) == first);
}

}  // namespace

TEST_CASE("cdist agrees with the plain computation, bit for bit under every policy, for every remainder of the tiles") {
  auto const plain = [](auto const& x, auto const& y) { return exact_euclidean(x, y); };
  for (std::size_t n : {1u, 2u, 7u, 8u, 9u, 17u})
    for (std::size_t m : {1u, 3u, 15u, 16u, 33u, 65u})
      for (std::size_t d : {1u, 2u, 5u}) {
        check_all_policies<double>(n, m, d, euclidean, plain, 1e-15);
        check_all_policies<float>(n, m, d, euclidean, plain, 1e-6);
      }
  check_all_policies<double>(150, 70, 33, euclidean, plain, 1e-15);
}

TEST_CASE("long rows are joined from blocks of 256 columns, and stay accurate") {
  auto const plain = [](auto const& x, auto const& y) { return exact_euclidean(x, y); };
  for (std::size_t d : {255u, 256u, 257u, 512u, 1000u}) check_all_policies<double>(5, 19, d, euclidean, plain, 2e-15);
  matrix<float> X(1, 1'000'000), Y(1, 1'000'000);
  for (float& v : X.elements()) v = 1.f;
  for (float& v : Y.elements()) v = 1.1f;
  double const expected = static_cast<double>(exact_euclidean(X.row(0), Y.row(0)));
  CHECK(std::abs(static_cast<double>(cdist(X, Y, euclidean)(0, 0)) / expected - 1) < 2e-5);
}

TEST_CASE("metrics of one's own keep x and y apart, take structs as accumulators and the columns in order") {
  check_all_policies<double>(
      11, 37, 6, one_sided{},
      [](auto const& x, auto const& y) {
        double sum = 0;
        for (std::size_t k = 0; k < x.size(); ++k) sum = sum + 3. * x[k] - y[k];
        return sum + static_cast<double>(x.size());
      },
      0);
  check_all_policies<double>(
      9, 35, 300, alternating{},
      [](auto const& x, auto const& y) {
        double sum = 0, sign = 1;
        for (std::size_t k = 0; k < x.size(); ++k) sum = sum * 0.5 + sign * (x[k] - y[k]), sign = -sign;
        return std::abs(sum);
      },
      0);
  auto const X = random_matrix<double>(20, 3, 1), Y = random_matrix<double>(30, 3, 2);
  CHECK(cdist(X, Y, scalar_only{}) == cdist(tandem::seq, X, Y, scalar_only{}));
  CHECK(cdist(X, X, one_sided{})(0, 1) != cdist(X, X, one_sided{})(1, 0));  // no symmetry is assumed
}

TEST_CASE("a set of rows with itself gives the bits of two equal sets: symmetric, with zeros on the diagonal") {
  for (std::size_t n : {1u, 2u, 8u, 9u, 15u, 16u, 17u, 40u, 130u})
    for (std::size_t d : {1u, 4u}) {
      matrix<double> const X = random_matrix<double>(n, d, 3), copy = X;
      matrix<double> const expected = cdist(tandem::seq, X, copy, euclidean);
      for (std::size_t i = 0; i < n; ++i) CHECK(expected(i, i) == 0);
      kernel_test::with_every_policy([&](char const* name, auto const& policy) {
        CAPTURE(name, n, d);
        CHECK(cdist(policy, X, X, euclidean) == expected);
        matrix<double> out(n, n);
        cdist(policy, X, X, euclidean, out);
        CHECK(out == expected);
      });
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j) REQUIRE(expected(i, j) == expected(j, i));
    }
}

TEST_CASE("a pair's value does not depend on the other rows") {
  auto const X = random_matrix<double>(40, 7, 1), Y = random_matrix<double>(50, 7, 2);
  auto const all = cdist(X, Y, euclidean);
  for (std::size_t i : {0u, 13u, 39u})
    for (std::size_t j : {0u, 1u, 31u, 49u}) {
      matrix_view<double const> const x(X.row(i).data(), 1, 7), y(Y.row(j).data(), 1, 7);
      CHECK(cdist(x, y, euclidean)(0, 0) == all(i, j));
    }
}

TEST_CASE("views with strides are read and written, and nothing beside them") {
  matrix<double> wide_x = random_matrix<double>(12, 10, 1), wide_y = random_matrix<double>(21, 9, 2);
  matrix_view<double const> const x(wide_x.data() + 2, 12, 5, 10), y(wide_y.data() + 1, 21, 5, 9);
  matrix<double> narrow_x(12, 5), narrow_y(21, 5);
  for (std::size_t i = 0; i < 12; ++i) std::ranges::copy(x.row(i), narrow_x.row(i).begin());
  for (std::size_t i = 0; i < 21; ++i) std::ranges::copy(y.row(i), narrow_y.row(i).begin());
  auto const expected = cdist(narrow_x, narrow_y, euclidean);
  CHECK(cdist(x, y, euclidean) == expected);
  matrix<double> wide(12, 30);
  for (double& v : wide.elements()) v = -7;
  cdist(x, y, euclidean, matrix_view<double>(wide.data() + 4, 12, 21, 30));
  for (std::size_t i = 0; i < 12; ++i)
    for (std::size_t j = 0; j < 30; ++j) REQUIRE(wide(i, j) == (j >= 4 && j < 25 ? expected(i, j - 4) : -7));
}

TEST_CASE("nothing is read or written outside of the matrices") {
  for (std::size_t n : {1u, 5u, 9u})
    for (std::size_t m : {1u, 7u, 17u, 31u}) {
      std::size_t const d = 3;
      kernel_test::guarded_array<double> x(n * d), y(m * d), out(n * m);
      for (bool at_end : {false, true}) {
        auto const place = [at_end](auto const& array, std::size_t size) {
          return at_end ? array.last(size) : array.first(size);
        };
        for (double& v : place(x, n * d)) v = 1;
        for (double& v : place(y, m * d)) v = 2;
        kernel_test::with_every_policy([&](char const*, auto const& policy) {
          cdist(policy, matrix_view<double const>(place(x, n * d).data(), n, d),
                matrix_view<double const>(place(y, m * d).data(), m, d), sqeuclidean,
                matrix_view<double>(place(out, n * m).data(), n, m));
          for (double const v : place(out, n * m)) REQUIRE(v == 3);
        });
      }
    }
}

TEST_CASE("float stays float, all other types are measured in double") {
  static_assert(std::is_same_v<decltype(cdist(matrix<float>(1, 1), matrix<float>(1, 1), euclidean)), matrix<float>>);
  static_assert(std::is_same_v<decltype(cdist(matrix<float>(1, 1), matrix<double>(1, 1), euclidean)), matrix<double>>);
  static_assert(std::is_same_v<decltype(cdist(matrix<int>(1, 1), matrix<bool>(1, 1), euclidean)), matrix<double>>);
  matrix<int> X(1, 2);
  matrix<std::uint8_t> Y(1, 2);
  X(0, 0) = -2, X(0, 1) = 1000;
  Y(0, 0) = 1, Y(0, 1) = 255;
  CHECK(cdist(X, Y, sqeuclidean)(0, 0) == 9 + 745 * 745);
  matrix<double> large(1, 1);
  large(0, 0) = 1e300;
  CHECK(cdist(matrix<float>(1, 1), large, euclidean)(0, 0) == std::numeric_limits<double>::infinity());  // its square overflows
}

TEST_CASE("nothing cancels, NaN stays where it is, infinities are far") {
  matrix<double> X(2, 2), Y(2, 2);
  X(0, 0) = 1e8 + 1, X(0, 1) = 1e8;
  Y(0, 0) = 1e8, Y(0, 1) = 1e8 + 1;
  X(1, 0) = std::nan(""), Y(1, 0) = std::numeric_limits<double>::infinity();
  auto const D = cdist(X, Y, euclidean);
  CHECK(D(0, 0) == std::sqrt(2.));
  CHECK(std::isnan(D(1, 0)));
  CHECK(D(0, 1) == std::numeric_limits<double>::infinity());
  // sums that the expansion by norms gets wrong in float: 109, not 0 (the rows differ in one element by 109)
  matrix<float> A(1, 3), B(1, 3);
  A(0, 0) = A(0, 1) = B(0, 0) = B(0, 1) = 512804.f;
  A(0, 2) = 512695.f, B(0, 2) = 512804.f;
  CHECK(cdist(A, B, euclidean)(0, 0) == 109.f);
}

// In the shape of std::mdspan.
struct looking {
  double* pointer;
  static constexpr std::size_t rank() { return 2; }
  double* data_handle() const { return pointer; }
  std::size_t extent(std::size_t) const { return 2; }
  std::size_t stride(std::size_t i) const { return i == 0 ? 3 : 1; }
};

TEST_CASE("whatever a view looks at can be measured, and a result needs a place to stay") {
  double values[5] = {0, 0, -1, 3, 4};
  CHECK(cdist(looking{values}, looking{values}, euclidean)(0, 1) == 5);
  using call = tandem::cdist_fn;
  STATIC_CHECK(std::is_invocable_v<call, matrix<double>&, matrix<double>&, tandem::euclidean_metric, matrix<double>&>);
  STATIC_CHECK_FALSE(std::is_invocable_v<call, matrix<double>&, matrix<double>&, tandem::euclidean_metric, matrix<double>>);
}

TEST_CASE("few rows against many give the bits of many against many") {
  auto const X = random_matrix<double>(40, 9, 1), Y = random_matrix<double>(700, 9, 2);
  auto const all = cdist(tandem::seq, X, Y, euclidean);
  for (std::size_t rows : {1u, 3u, 8u, 16u, 17u})
    kernel_test::with_every_policy([&](char const* name, auto const& policy) {
      CAPTURE(name, rows);
      auto const some = cdist(policy, matrix_view<double const>(X.data(), rows, 9), Y, euclidean);
      CHECK(std::ranges::equal(some.elements(), all.elements().first(rows * 700)));
    });
}

TEST_CASE("matrices without rows or columns have defined distances") {
  CHECK(cdist(matrix<double>(0, 3), matrix<double>(4, 3), euclidean).cols() == 4);
  CHECK(cdist(matrix<double>(4, 3), matrix<double>(0, 3), euclidean).rows() == 4);
  CHECK(cdist(matrix<double>(0, 0), matrix<double>(0, 0), euclidean).rows() == 0);
  kernel_test::with_every_policy([&](char const* name, auto const& policy) {
    CAPTURE(name);
    auto const D = cdist(policy, matrix<double>(3, 0), matrix<double>(2, 0), euclidean);
    CHECK((D.rows() == 3 && D.cols() == 2 && D(2, 1) == 0));
    CHECK(cdist(policy, matrix_view<double const>(), matrix_view<double const>(), euclidean).rows() == 0);
  });
}

TEST_CASE("wrong shapes and overlaps are named") {
  matrix<double> X(4, 3), Y(2, 3), out(4, 2);
  CHECK(message([&] { (void)cdist(X, matrix<double>(2, 4), euclidean); }) == "tandem::cdist: X has 3 columns but Y has 4");
  CHECK(message([&] { cdist(Y, X, euclidean, out); }) == "tandem::cdist: the output is 4 x 2 but the distances are 2 x 4");
  CHECK(message([&] { cdist(tandem::seq, X, Y, euclidean, matrix_view<double>(X.data(), 4, 2, 3)); }) ==
        "tandem::cdist: the memory of the output and of X overlap");
  CHECK(message([&] { cdist(Y, matrix_view<double const>(X.data(), 4, 3), euclidean, matrix_view<double>(X.data(), 2, 4)); }) ==
        "tandem::cdist: the memory of the output and of Y overlap");
}

TEST_CASE("shapes are checked before the result is made") {
  double const row[4] = {};
  auto const rows = [&](std::size_t n, int columns) { return matrix_view<double const>(row, n, columns, 0); };
  std::size_t const many = std::size_t{1} << 23;  // many times many numbers are more than any machine has
  CHECK(message([&] { (void)cdist(rows(many, 3), rows(many, 4), euclidean); }) == "tandem::cdist: X has 3 columns but Y has 4");
  CHECK(message([&] { (void)cdist(rows(1024 * many, 3), rows(1024 * many, 3), euclidean); }) ==
        "tandem::cdist: 8589934592 rows of 8589934592 columns are more elements than memory can address");
}

TEST_CASE("a distance that is NaN is the canonical quiet NaN") {
  double const infinity = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  // The first is what x86 makes of inf - inf; another sign, another payload; one that signals.
  double const kinds[] = {infinity, -nan, std::bit_cast<double>(0x7ff80000deadbeefu),
                          std::numeric_limits<double>::signaling_NaN()};
  matrix<double> X(9, 5), Y(21, 5);
  std::ranges::fill(Y.elements(), infinity);
  for (std::size_t i = 0; i < X.rows(); ++i) std::ranges::fill(X.row(i), kinds[i % 4]);
  kernel_test::with_every_policy([&](char const* name, auto const& policy) {
    CAPTURE(name);
    std::size_t other = 0;
    auto const D = cdist(policy, X, Y, euclidean);
    for (double const d : D.elements()) other += std::bit_cast<std::uint64_t>(d) != std::bit_cast<std::uint64_t>(nan);
    CHECK(other == 0);
    matrix<float> A(3, 2), B(5, 2);
    A(1, 1) = -std::numeric_limits<float>::quiet_NaN();
    CHECK(std::bit_cast<std::uint32_t>(cdist(policy, A, B, sqeuclidean)(1, 4)) == 0x7fc00000u);
    CHECK(cdist(policy, A, B, sqeuclidean)(2, 4) == 0);
  });
}

TEST_CASE("matrices of other things than numbers have no distances") {
  using call = tandem::cdist_fn;
  STATIC_CHECK_FALSE(std::is_invocable_v<call, matrix<std::string>&, matrix<std::string>&, tandem::euclidean_metric>);
}

TEST_CASE("what a metric throws comes out, and options are honoured") {
  matrix<double> X(50, 2), Y(60, 2);
  X(33, 1) = 3;
  kernel_test::with_every_policy([&](char const* name, auto const& policy) {
    CAPTURE(name);
    CHECK_THROWS_AS(cdist(policy, X, Y, throws_at_three{}), std::runtime_error);
  });
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(cdist(tandem::par_unseq.with({.stop = stop.get_token()}), X, Y, euclidean), tandem::cancelled);
  CHECK_THROWS_AS(
      cdist(tandem::seq.with({.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1)}), X, Y, euclidean),
      tandem::deadline_exceeded);
  for (int jobs : {1, 2, 5})
    for (int grain : {1, 3, 1000})
      CHECK(cdist(tandem::par_unseq.with({.jobs = jobs, .grain = grain}), X, Y, euclidean) ==
            cdist(tandem::seq, X, Y, euclidean));
}
