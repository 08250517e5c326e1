// SPDX-License-Identifier: BSL-1.0
#include <tandem/distance/metrics.hpp>

#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/distance/cdist.hpp>

using tandem::matrix;

namespace {

// Reference data by others, read where the build found it.
std::vector<double> numbers_of([[maybe_unused]] std::string const& name) {
  std::vector<double> numbers;
#if defined(TANDEM_REFERENCE_DATA)
  std::ifstream file(TANDEM_REFERENCE_DATA "/scipy/" + name);
  for (double value; file >> value;) numbers.push_back(value);
#endif
  return numbers;
}

}  // namespace

TEST_CASE("sqeuclidean and euclidean of small rows are exact") {
  matrix<double> X(1, 2), Y(1, 2);
  Y(0, 0) = 3, Y(0, 1) = 4;
  CHECK(tandem::cdist(X, Y, tandem::sqeuclidean)(0, 0) == 25);
  CHECK(tandem::cdist(X, Y, tandem::euclidean)(0, 0) == 5);
}

TEST_CASE("squares underflow where the documentation says so") {
  matrix<double> X(1, 2), Y(1, 2);
  Y(0, 1) = 1e-162;
  CHECK(tandem::cdist(X, Y, tandem::euclidean)(0, 0) == 0);
  Y(0, 1) = 1e-150;
  CHECK(tandem::cdist(X, Y, tandem::euclidean)(0, 0) == 1e-150);
  matrix<float> A(1, 2), B(1, 2);
  B(0, 1) = 1e-23f;
  CHECK(tandem::cdist(A, B, tandem::euclidean)(0, 0) == 0);
}

TEST_CASE("a metric called by hand on scalars gives the bits of the engine") {
  matrix<double> X(1, 5), Y(1, 5);
  double sum = tandem::sqeuclidean.init(0.);
  for (std::size_t k = 0; k < 5; ++k) {
    X(0, k) = 0.1 * static_cast<double>(k), Y(0, k) = 1. / static_cast<double>(k + 3);
    sum = tandem::sqeuclidean.step(sum, X(0, k), Y(0, k));
  }
  CHECK(tandem::cdist(X, Y, tandem::sqeuclidean)(0, 0) == tandem::sqeuclidean.finish(sum, 5));
  CHECK(tandem::cdist(X, Y, tandem::euclidean)(0, 0) == tandem::euclidean.finish(sum, 5));
}

TEST_CASE("euclidean agrees with SciPy's reference data", "[reference]") {
  auto const input = numbers_of("pdist-double-inp.txt"), expected = numbers_of("pdist-euclidean-ml.txt");
  if (input.empty() || expected.empty()) SKIP("no reference data: configure with TANDEM_REFERENCE_DATA");
  REQUIRE(input.size() == 20 * 100);
  REQUIRE(expected.size() == 190);
  tandem::matrix_view<double const> const X(input.data(), 20, 100);
  auto const D = tandem::cdist(X, X, tandem::euclidean);
  std::size_t pair = 0;
  for (std::size_t i = 0; i < 20; ++i)
    for (std::size_t j = i + 1; j < 20; ++j, ++pair) CHECK(std::abs(D(i, j) / expected[pair] - 1) < 1e-7);
}
