// SPDX-License-Identifier: BSL-1.0
// Sums of short rows and of columns, one a lane, against the sum of each row and column by itself.
#include <algorithm>
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <tandem/core/matrix.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/reduce/moments.hpp>
#include <tandem/reduce/sum.hpp>
#include <vector>

#include "support.hpp"

using namespace exact_test;

namespace {

template <class T> std::vector<T> column_by_column(tandem::matrix_view<T const> m, auto const& reduce) {
  std::vector<T> results;
  for (std::size_t j = 0; j < m.cols(); ++j) {
    std::vector<T> column(m.rows());
    for (std::size_t i = 0; i < m.rows(); ++i) column[i] = m(i, j);
    results.push_back(reduce(tandem::seq, column));
  }
  return results;
}

template <class T> void check(tandem::matrix_view<T const> m) {
  std::vector<T> const by_column = column_by_column(m, tandem::sum);
  std::vector<T> by_row;
  for (std::size_t i = 0; i < m.rows(); ++i) by_row.push_back(tandem::sum(tandem::seq, m.row(i)));
  auto const test = [&](auto const& policy) {
    for (tandem::axis const along : {tandem::axis::rows, tandem::axis::columns}) {
      std::vector<T> const sums = tandem::sum(policy, m, along), &wanted = along == tandem::axis::rows ? by_row : by_column;
      REQUIRE(sums.size() == wanted.size());
      CAPTURE(along, m.rows(), m.cols());
      REQUIRE(difference(sums, wanted) == sums.size());
    }
  };
  test(tandem::seq);
  test(tandem::unseq);
  test(tandem::par_unseq.with({.jobs = 3, .grain = 5}));
}

}  // namespace

TEST_CASE("Few and many rows and columns of numbers of any size") {
  for (std::size_t const columns : {0u, 1u, 2u, 3u, 5u, 8u, 17u, 63u, 64u, 65u, 300u})
    for (int const spread : {0, 3, 20, 48, 60, 200})
      for (std::size_t const rows : {1u, 7u, 8u, 9u, 100u}) {
        CAPTURE(spread);
        std::vector<double> const x = wild(rows * (columns + 2), -spread / 2, spread - spread / 2, 11);
        check(tandem::matrix_view<double const>(x.data(), rows, columns, columns + 2));
        std::vector<float> const floats(x.begin(), x.end());
        check(tandem::matrix_view<float const>(floats.data(), rows, columns, columns + 2));
      }
}

TEST_CASE("Halfway cases, cancelled numbers, zeros of both signs, and what is not finite, next to ordinary ones") {
  double const inf = std::numeric_limits<double>::infinity(), most = std::numeric_limits<double>::max();
  double const nan = std::bit_cast<double>(std::uint64_t{0xFFF8000000001234});  // sums of it are the canonical one
  double const numbers[] = {0.,       -0.,      1.,        -1.,       0x1p-24, 0x1p-53, -0x1p-53,
                            0x1p-54,  0x1p-106, 0x1p-1074, 0x1p52,    0x1p53,  -0x1p53, 0x1p100,
                            -0x1p100, most,     -most,     0x1p-1022, inf,     -inf,    nan};
  std::mt19937_64 random(12);
  for (std::size_t const known : {2u, 12u, 14u, 17u, 21u})  // the first so many of them
    for (std::size_t const columns : {1u, 2u, 3u, 4u, 7u}) {
      CAPTURE(known);
      tandem::matrix<double> m(600, columns);
      tandem::matrix<float> narrow(600, columns);
      for (std::size_t i = 0; i < 600; ++i)
        for (std::size_t j = 0; j < columns; ++j) {
          m(i, j) = numbers[random() % known];
          narrow(i, j) = static_cast<float>(m(i, j));
        }
      check(tandem::matrix_view<double const>(m));
      check(tandem::matrix_view<float const>(narrow));
    }
}

TEST_CASE("Columns longer than a running sum takes, of numbers that grow, and one of them of nothing but -0") {
  tandem::matrix<double> m(9000, 19);
  for (std::size_t i = 0; i < m.rows(); ++i)
    for (std::size_t j = 0; j < m.cols(); ++j) m(i, j) = 2 - 0x1p-50 * static_cast<double>(i % 13 + j);
  check(tandem::matrix_view<double const>(m));
  for (std::size_t i = 3000; i < m.rows(); ++i) m(i, i % 19) *= 1e6;
  check(tandem::matrix_view<double const>(m));
  for (std::size_t i = 0; i < m.rows(); ++i) m(i, 2) = -0.;
  check(tandem::matrix_view<double const>(m));
}

TEST_CASE("Columns of the largest numbers that a running sum takes, which are taken away again") {
  for (std::size_t const columns : {19u, 40u})  // several rows at a time, and one by one
    for (int const power : {1010, 1011, 1012, 1013}) {
      CAPTURE(columns, power);
      tandem::matrix<double> m(16384 + 100, columns);
      double const large = std::ldexp(2 - 0x1p-52, power);
      for (std::size_t i = 0; i < m.rows(); ++i) std::ranges::fill(m.row(i), i < 8192 ? large : i < 16384 ? -large : 1.);
      std::vector<double> const sums = tandem::sum(tandem::unseq, m, tandem::axis::columns);
      REQUIRE(std::ranges::count(sums, 100.) == static_cast<std::ptrdiff_t>(columns));
    }
}

TEST_CASE("Long columns of narrow matrices, of numbers that fit together, that do not, and of both") {
  for (std::size_t const columns : {1u, 2u, 3u, 7u, 16u, 31u, 32u, 33u})
    for (int const spread : {3, 34, 200}) {
      CAPTURE(columns, spread);
      std::size_t const rows = 70'000 / columns;
      std::vector<double> x = wild(rows * columns, 0, spread, 16);
      check(tandem::matrix_view<double const>(x.data(), rows, columns));
      std::vector<double> const small = wild(x.size() / 3, 0, 3, 17);
      std::copy(small.begin(), small.end(), x.begin() + 40'000);
      check(tandem::matrix_view<double const>(x.data(), rows, columns));
      for (std::size_t i = 0; i < rows; ++i) x[i * columns] = -0.;
      check(tandem::matrix_view<double const>(x.data(), rows, columns));
    }
}

TEST_CASE("Columns lose nothing, however far apart their numbers are in size") {
  constexpr std::size_t rows = 600, columns = 19;
  for (int spread = 20; spread < 50; ++spread)
    for (int const power : {0, -870, 1000}) {
      CAPTURE(spread, power);
      std::vector<double> x = two_sizes(rows * columns, spread, power, 15);
      // Each sum, rounded, is taken away, until nothing is left.
      for (bool nothing = false; !nothing;) {
        tandem::matrix_view<double const> const m(x.data(), x.size() / columns, columns);
        check(m);
        REQUIRE(m.rows() < rows + 8);
        std::vector<double> const sums = tandem::sum(tandem::unseq, m, tandem::axis::columns);
        nothing = std::all_of(sums.begin(), sums.end(), [](double sum) { return sum == 0; });
        for (double const sum : sums) x.push_back(-sum);
      }
    }
}

TEST_CASE("Long columns whose rows change in size on the way, and some that do not fill registers") {
  for (std::size_t const columns : {63u, 300u})
    for (std::size_t const later : {3000u, 8704u}) {
      CAPTURE(columns, later);
      std::size_t const rows = 9000;
      std::vector<double> x = wild(rows * columns, 0, 3, 18);
      for (std::size_t i = later * columns; i < x.size(); ++i) x[i] *= 0x1p60;
      check(tandem::matrix_view<double const>(x.data(), rows, columns));
    }
}

TEST_CASE("Columns of more numbers than a total holds, eight times as large as those it was chosen for") {
  std::size_t const rows = 3'000'000, small_ones = 10'000;
  std::vector<double> x(rows, 4 - 0x1p-51);
  std::fill_n(x.begin(), small_ones, 0.5);
  tandem::matrix_view<double const> const m(x.data(), rows, 1);
  std::vector<double> const wanted(1, tandem::sum(x));
  CHECK(tandem::sum(tandem::unseq, m, tandem::axis::columns) == wanted);
  CHECK(tandem::sum(tandem::par_unseq, m, tandem::axis::columns) == wanted);
}

TEST_CASE("Means of columns, of which several rows are taken as one") {
  for (std::size_t const columns : {1u, 3u, 100u, 300u}) {
    std::size_t const rows = 20'011;
    std::vector<double> const x = wild(rows * columns, 0, 3, 19);
    tandem::matrix_view<double const> const m(x.data(), rows, columns);
    std::vector<double> const wanted = column_by_column(m, tandem::mean);
    CAPTURE(columns);
    REQUIRE(difference(tandem::mean(tandem::unseq, m, tandem::axis::columns), wanted) == columns);
    REQUIRE(difference(tandem::mean(tandem::par_unseq, m, tandem::axis::columns), wanted) == columns);
  }
}

TEST_CASE("Wide matrices, where some panels of columns hold numbers that do not fit together") {
  std::size_t const columns = 2531;
  std::vector<double> x = wild(9 * columns, -2, 2, 13);
  check(tandem::matrix_view<double const>(x.data(), 9, columns));
  for (std::size_t const at : {5u, 300u, 1030u, 2530u}) x[4 * columns + at] = 0x1p200;
  for (std::size_t i = 0; i < 9; ++i) x[i * columns + 1500] = -0.;
  x[8 * columns + 2200] = std::numeric_limits<double>::infinity();
  check(tandem::matrix_view<double const>(x.data(), 9, columns));
}

TEST_CASE("More threads than a number holds four times are asked for") {
  std::vector<double> const x = wild(3 * 300, -2, 2, 14);
  tandem::matrix_view<double const> const m(x.data(), 3, 300);
  auto const policy = tandem::par_unseq.with({.jobs = std::size_t{1} << 62});
  CHECK(tandem::sum(policy, m, tandem::axis::columns) == tandem::sum(tandem::seq, m, tandem::axis::columns));
}
