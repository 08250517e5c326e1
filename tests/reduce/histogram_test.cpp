// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <tandem/reduce/histogram.hpp>
#include <vector>

using counts = std::vector<std::size_t>;

// NumPy's rule by a search from the left.
static counts by_search(std::vector<double> const& edges, std::vector<double> const& x) {
  counts found(edges.size() - 1);
  for (double const v : x)
    for (std::size_t b = 0; b + 1 < edges.size(); ++b)
      if (v >= edges[b] && (v < edges[b + 1] || (b + 2 == edges.size() && v == edges[b + 1]))) ++found[b];
  return found;
}

TEST_CASE("Histograms follow NumPy: half-open bins, the last one closed, the rest left out") {
  double const inf = std::numeric_limits<double>::infinity();
  CHECK(tandem::histogram(std::vector{0., 1., 2.})(std::vector{0.5, 1., 1.5, 2., -1., 3., std::nan("")}) == counts{1, 3});
  CHECK(tandem::histogram(std::vector{0, 10})(std::vector{0, 10, 11, -1, 5}) == counts{3});
  CHECK(tandem::histogram(std::vector{-inf, 0., inf})(std::vector{-inf, -1., 0., inf}) == counts{2, 2});
  CHECK(tandem::histogram(std::vector{-1e308, 0., 1e308})(std::vector{-1e308, -1., 0., 1e307, 1e308}) == counts{2, 3});
}

TEST_CASE("Neighbours of edges fall on the right side, in lanes too, wherever the edges begin and nearly equal as they are") {
  double const inf = std::numeric_limits<double>::infinity();
  std::mt19937_64 random(3);
  for (double const first : {0., -7.3, 1e6, 1e15, -1e-300})
    for (double const step : {1., 0.1, 1. / 3})
      for (double const shaken : {0., 1e-13, 1e-3, 0.2, 0.45}) {
        CAPTURE(first, step, shaken);
        std::uniform_real_distribution<double> some(-shaken, shaken);
        std::vector<double> edges;
        for (int i = 0; i <= 40; ++i)
          if (double const e = first + step * (i + (shaken > 0 ? some(random) : 0)); edges.empty() || e > edges.back())
            edges.push_back(e);
        std::uniform_real_distribution<double> near(edges.front() - 2 * step, edges.back() + 2 * step);
        std::vector<double> x;
        for (int i = 0; i < 4000; ++i) {
          double const e = edges[random() % edges.size()];
          double const choices[] = {near(random),
                                    near(random),
                                    near(random),
                                    e,
                                    std::nextafter(e, inf),
                                    std::nextafter(e, -inf),
                                    e + (near(random) - first) * 1e-9};
          for (double const c : choices) x.push_back(c);
          if (i % 50 == 0) x.insert(x.end(), {inf, -inf, std::nan(""), 1e308, -1e308});
        }
        counts const wanted = by_search(edges, x);
        CHECK(tandem::histogram(edges)(tandem::seq, x) == wanted);
        CHECK(tandem::histogram(edges)(tandem::unseq, x) == wanted);
        for (int i = 0; i < 20'000; ++i) x.push_back(near(random));  // registers without a doubtful number
        std::vector<float> floats(x.begin(), x.end());
        counts const expected = by_search(edges, std::vector<double>(floats.begin(), floats.end()));
        CHECK(tandem::histogram(edges)(tandem::unseq, floats) == expected);
      }
}

TEST_CASE("Bins are found for edges at equal and at wild distances, by any policy") {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> uniform(-2, 12);
  for (std::size_t const bins : {1u, 2u, 3u, 10u, 100u})
    for (bool const even : {true, false}) {
      CAPTURE(bins, even);
      std::vector<double> edges(bins + 1);
      for (std::size_t i = 0; i <= bins; ++i)
        edges[i] = even ? 10. * static_cast<double>(i) / static_cast<double>(bins) : std::exp(static_cast<double>(i) / 9.) - 1;
      std::vector<double> x(5000);
      for (double& v : x) v = uniform(random);
      x.insert(x.end(), edges.begin(), edges.end());
      for (double const e : edges) x.push_back(std::nextafter(e, -1.)), x.push_back(std::nextafter(e, 1e9));
      counts const expected = by_search(edges, x);
      CHECK(tandem::histogram(edges)(tandem::seq, x) == expected);
      CHECK(tandem::histogram(edges)(tandem::par_unseq.with({.jobs = 3, .grain = 100}), x) == expected);
    }
}

TEST_CASE("Edges may be given as a list") { CHECK(tandem::histogram({0., 1., 2.})(std::vector{0.5, 1., 2.}) == counts{1, 2}); }

TEST_CASE("Edges must be two or more and ascend") {
  CHECK_THROWS_AS(tandem::histogram(std::vector{1.}), std::invalid_argument);
  CHECK_THROWS_AS(tandem::histogram(std::vector{1., std::nan("")}), std::invalid_argument);
  try {
    (void)tandem::histogram(std::vector{0., 2., 2.});
    FAIL();
  } catch (std::invalid_argument const& e) {
    CHECK(std::string(e.what()) == "tandem::histogram: edges must ascend, but edge 1 is 2 and edge 2 is 2");
  }
}

TEST_CASE("count_if counts in lanes and one by one") {
  std::vector<double> x(10'007);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i) - 5000;
  auto const positive = tandem::count_if([](auto v) { return v > 0.; });
  CHECK(positive(x) == 5006);
  CHECK(positive(tandem::seq, x) == 5006);
  CHECK(positive(tandem::par_unseq.with({.jobs = 2, .grain = 7}), x) == 5006);
  CHECK(tandem::count_if([](double v) { return v > 0; })(x) == 5006);
  CHECK(tandem::count_if([](std::string const& s) { return s.empty(); })(std::vector<std::string>{"", "a"}) == 1);
  CHECK(positive(std::vector<double>()) == 0);
}
