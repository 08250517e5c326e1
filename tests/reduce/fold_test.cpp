// SPDX-License-Identifier: BSL-1.0
// The engine: which blocks a reducer sees, in which order they are merged, and what comes of errors, stops and progress.
#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <list>
#include <mutex>
#include <numeric>
#include <ranges>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <tandem/core/matrix.hpp>
#include <tandem/reduce/extrema.hpp>
#include <tandem/reduce/fold.hpp>
#include <tandem/reduce/group_by.hpp>
#include <tandem/reduce/moments.hpp>
#include <tandem/reduce/sum.hpp>
#include <vector>

namespace {

/// Writes down the tree: "(block block)" for a merge.
struct scribe {
  std::string text;
  void fold(std::span<int const> x) { text += std::to_string(x.front()) + ".." + std::to_string(x.back()); }
  void merge(scribe const& next) { text = "(" + text + " " + next.text + ")"; }
  std::string result() const { return text; }
};

/// Throws at one element.
struct refuses {
  int bad;
  struct state {
    int bad;
    void fold(std::span<int const> x) {
      for (int const v : x)
        if (v >= bad) throw std::runtime_error(std::to_string(v / 4096));
    }
    void merge(state const&) {}
    int result() const { return 0; }
  };
  template <class T> state accumulator() const { return {bad}; }
};

struct meter {
  std::vector<tandem::progress_info> seen = {};
  void update(tandem::progress_info const& info) { seen.push_back(info); }
};

std::vector<int> counting(std::size_t n) {
  std::vector<int> x(n);
  std::iota(x.begin(), x.end(), 0);
  return x;
}

}  // namespace

TEST_CASE("Blocks are merged by one tree that depends on the number of elements alone") {
  CHECK(tandem::reduce(tandem::seq, counting(3), scribe{}) == "0..2");
  CHECK(tandem::reduce(tandem::seq, counting(4096 * 2 + 1), scribe{}) == "((0..4095 4096..8191) 8192..8192)");
  for (std::size_t const n : {4096u, 4096u * 7u, 4096u * 100u + 5u, 4096u * 257u}) {
    std::vector<int> const x = counting(n);
    std::string const tree = tandem::reduce(tandem::seq, x, scribe{});
    for (int jobs = 1; jobs <= 8; ++jobs)
      for (int const grain : {0, 1, 7, 4096, 40'000}) {
        CAPTURE(n, jobs, grain);
        CHECK(tandem::reduce(tandem::par.with({.jobs = jobs, .grain = grain}), x, scribe{}) == tree);
      }
    CHECK(tandem::reduce(tandem::par, x, scribe{}) == tree);
    for (std::size_t const size : {1000u, 4096u, 4097u, 200'000u}) {
      CAPTURE(n, size);
      CHECK(tandem::reduce(tandem::par.with({.jobs = 3}), tandem::chunks(x, size), scribe{}) == tree);
    }
    CHECK(tandem::reduce(std::list<int>(x.begin(), x.end()), scribe{}) == tree);
    tandem::matrix<int> m(n / 4096, 4096 + 3);
    std::iota(m.elements().begin(), m.elements().end(), 0);
    CHECK(tandem::reduce(tandem::par, tandem::matrix_view<int const>(m.data(), m.rows(), m.cols() - 1, m.cols()), scribe{})
              .size() > 0);
  }
}

TEST_CASE("A fold never sees the end of a row where the block goes on") {
  tandem::matrix<int> m(1000, 10);
  std::vector<int> in_a_row;
  for (std::size_t i = 0; i < 1000; ++i)
    for (std::size_t j = 0; j < 10; ++j) {
      m(i, j) = static_cast<int>(i * 10 + j);
      if (j < 9) in_a_row.push_back(m(i, j));
    }
  tandem::matrix_view<int const> const part(m.data(), 1000, 9, 10);
  CHECK(tandem::reduce(tandem::par, part, scribe{}) == tandem::reduce(tandem::seq, in_a_row, scribe{}));
  CHECK(tandem::argmax(part) == 8999);
  CHECK(tandem::sum(part) == tandem::sum(in_a_row));
}

TEST_CASE("A view that owns what it looks at, and so cannot be copied, is reduced as others are") {
  auto const doubled = [](int v) { return 2 * v; };
  auto const odd = [](int v) { return v % 2 == 1; };
  CHECK(tandem::sum(counting(1000) | std::views::transform(doubled)) == 999'000);
  CHECK(tandem::sum(tandem::par, counting(1000) | std::views::filter(odd)) == 250'000);
  auto kept = counting(10'000) | std::views::filter(odd);
  CHECK(tandem::reduce(kept, tandem::max) == 9999);
  CHECK(tandem::sum(tandem::chunks(kept, 7)) == 25'000'000);
  CHECK(tandem::sum(tandem::chunks(counting(10'000) | std::views::filter(odd), 7)) == 25'000'000);
  CHECK(tandem::group_by(counting(10) | std::views::transform(odd), counting(10) | std::views::filter([](int) { return true; }),
                         tandem::sum)[1]
            .result == 25);
}

TEST_CASE("The exception is that of the lowest block") {
  std::vector<int> const x = counting(4096 * 50);
  for (auto const& how : {tandem::par.with({}), tandem::par.with({.jobs = 4, .grain = 1})}) try {
      (void)tandem::reduce(how, x, refuses{4096 * 20});
      FAIL();
    } catch (std::runtime_error const& e) {
      CHECK(std::string(e.what()) == "20");
    }
}

TEST_CASE("A reducer of one's own keeps the values that it was given") {
  struct counts_above {
    double limit = 0;
    std::size_t n = 0;
    void fold(std::span<double const> x) {
      for (double const v : x) n += v > limit ? 1u : 0u;
    }
    void merge(counts_above const& next) { n += next.n; }
    std::size_t result() const { return n; }
  };
  std::vector<double> x(100'000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i);
  CHECK(tandem::reduce(x, counts_above{89'999.5}) == 10'000);
  CHECK(std::get<0>(tandem::reduce(x, tandem::fused(counts_above{89'999.5}, tandem::sum))) == 10'000);
}

TEST_CASE("A reducer that is called takes an axis as well") {
  tandem::matrix<double> m(3, 2);
  for (std::size_t i = 0; i < 6; ++i) m.elements()[i] = static_cast<double>(i);
  CHECK(tandem::mean(m, tandem::axis::columns) == std::vector{2., 3.});
  CHECK(tandem::sum(tandem::seq, m, tandem::axis::rows) == std::vector{1., 5., 9.});
  CHECK(tandem::fused(tandem::min, tandem::max)(m, tandem::axis::rows)[2] == std::tuple(4., 5.));
}

TEST_CASE("A grain may be larger than the input") {
  std::vector<double> const x(10'000, 1.);
  for (std::size_t const grain : {SIZE_MAX, SIZE_MAX - 4000, std::size_t{10'001}}) {
    CHECK(tandem::reduce(tandem::par.with({.grain = grain}), x, tandem::monoid(std::plus<>(), 0.)) == 10'000);
    CHECK(tandem::sum(tandem::par_unseq.with({.jobs = 3, .grain = grain}), x) == 10'000);
    CHECK(tandem::reduce(tandem::par.with({.grain = grain}), std::vector<double>(), tandem::monoid(std::plus<>(), 0.)) == 0);
  }
}

TEST_CASE("Stops, deadlines and progress reach reductions of ranges and of sources") {
  std::vector<double> const x(300'000, 1.);
  std::stop_source source;
  source.request_stop();
  CHECK_THROWS_AS(tandem::sum(tandem::par.with({.stop = source.get_token()}), x), tandem::cancelled);
  CHECK_THROWS_AS(tandem::sum(tandem::par.with({.stop = source.get_token()}), tandem::chunks(x, 1000)), tandem::cancelled);
  meter seen;
  CHECK(tandem::sum(tandem::par.with({.progress = &seen}), x) == 300'000);
  REQUIRE(!seen.seen.empty());
  CHECK(seen.seen.back().done == 300'000);
  CHECK(seen.seen.back().total == 300'000);
  seen.seen.clear();
  CHECK(tandem::sum(tandem::par.with({.progress = &seen}), tandem::chunks(x, 1000)) == 300'000);
  CHECK(seen.seen.back().done == 300'000);
}

TEST_CASE("fused gives each reducer's own bits, indices and results") {
  std::vector<double> x(20'000);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<double>(i * i));
  auto const many = tandem::fused(tandem::sum, tandem::mean, tandem::argmax, tandem::fused(tandem::fast_sum, tandem::min));
  auto const expected =
      std::tuple(tandem::sum(x), tandem::mean(x), tandem::argmax(x), std::tuple(tandem::fast_sum(x), tandem::min(x)));
  CHECK(many(x) == expected);
  CHECK(many(tandem::seq, x) == expected);
  CHECK(many(tandem::par_unseq.with({.jobs = 3, .grain = 100}), x) == expected);
  CHECK(tandem::reduce(tandem::par, tandem::chunks(x, 777), many) == expected);
}

TEST_CASE("Rows and columns give what a reduction of each alone gives") {
  for (auto const& [rows, cols] : {std::pair(3, 70'000), std::pair(70'000, 3), std::pair(200, 100), std::pair(5000, 40),
                                   std::pair(4, 0), std::pair(0, 4)}) {
    CAPTURE(rows, cols);
    tandem::matrix<double> m(rows, cols);
    for (std::size_t i = 0; i < m.elements().size(); ++i) m.elements()[i] = std::sin(static_cast<double>(i)) * 1e3;
    auto const how = tandem::fused(tandem::sum, tandem::fast_sum, tandem::mean);
    using result = std::tuple<double, double, double>;
    std::vector<result> by_row, by_column;
    for (std::size_t i = 0; i < m.rows(); ++i) by_row.push_back(how(m.row(i)));
    for (std::size_t j = 0; j < m.cols(); ++j) {
      std::vector<double> column(m.rows());
      for (std::size_t i = 0; i < m.rows(); ++i) column[i] = m(i, j);
      by_column.push_back(how(column));
    }
    auto const same = [](std::vector<result> const& a, std::vector<result> const& b) {
      return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](result const& x, result const& y) {
               return x == y || (std::isnan(std::get<2>(x)) && std::isnan(std::get<2>(y)));
             });
    };
    for (auto const& policy : {tandem::par_unseq.with({}), tandem::par_unseq.with({.jobs = 3, .grain = 2})}) {
      CHECK(same(tandem::reduce(policy, m, tandem::axis::rows, how), by_row));
      CHECK(same(tandem::reduce(policy, m, tandem::axis::columns, how), by_column));
    }
    CHECK(same(tandem::reduce(tandem::seq, m, tandem::axis::columns, how), by_column));
  }
  tandem::matrix<double> wide(2, 20);
  wide(1, 7) = 5;
  CHECK(tandem::reduce(wide, tandem::axis::rows, tandem::argmax) == std::vector<std::size_t>{0, 7});
  CHECK(tandem::reduce(wide, tandem::axis::columns, tandem::argmax)[7] == 1);
}
