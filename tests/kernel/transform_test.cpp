// SPDX-License-Identifier: BSL-1.0
#include <tandem/kernel/transform.hpp>

#include <array>
#include <functional>
#include <list>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/core/matrix.hpp>
#include <tandem/kernel/math.hpp>

#include "../support/every_policy.hpp"
#include "../support/kernel_values.hpp"

using kernel_test::same;
using kernel_test::with_every_policy;
using tandem::lanes;

namespace {

double twice(double x) { return 2 * x; }

// Doubles where they lie: `data` and `size` of a range that is contiguous but no container.
struct samples {
  std::vector<double> values;
  auto begin() const { return values.begin(); }
  auto end() const { return values.end(); }
};

}  // namespace

TEST_CASE("f(x) has the same bits wherever x stands", "[transform]") {
  auto const kernel = [](auto v) { return tandem::exp(v) + tandem::log1p(v) / 3; };
  double const x = 0.7, others[] = {1e300, -5., 1e-310, 0., 3.};
  double const expected = kernel(x);
  with_every_policy([&](char const* name, auto const& policy) {
    INFO(name);
    std::size_t wrong = 0;
    for (std::size_t const n : {1u, 2u, 3u, 7u, 8u, 9u, 15u, 16u, 17u, 33u, 150u, 301u})
      for (std::size_t at = 0; at < n; at += n < 40 ? 1 : 13) {
        std::vector<double> in(n), out(n);
        for (std::size_t i = 0; i < n; ++i) in[i] = others[i % 5];
        in[at] = x;
        tandem::transform(policy, in, out, kernel);
        wrong += !same(out[at], expected);
      }
    CHECK(wrong == 0);
  });
}

TEST_CASE("jobs and grain never change a result", "[transform]") {
  std::vector<double> const x = kernel_test::random_values<double>(1003, 41);
  std::vector<double> expected(x.size());
  auto const kernel = [](auto v) { return tandem::where(v > 0., v / 3., 1. - v); };
  tandem::transform(tandem::seq, x, expected, kernel);
  for (int const jobs : {-1, 1, 2, 3, 4, 5, 6, 7, 8})
    for (int const grain : {1, 7, 64, 1000, 5000}) {
      CAPTURE(jobs, grain);
      std::vector<double> scalar(x.size()), lane(x.size());
      tandem::transform(tandem::par.with({.jobs = jobs, .grain = grain}), x, scalar, kernel);
      tandem::transform(tandem::par_unseq.with({.jobs = jobs, .grain = grain}), x, lane, kernel);
      CHECK(kernel_test::all_same(scalar, expected));
      CHECK(kernel_test::all_same(lane, expected));
    }
}

TEST_CASE("The policy that is left out takes lanes where the callable does", "[transform]") {
  std::vector<double> const x{1, 2, 3};
  std::vector<double> y(3);
  auto const saw_lanes = [](auto v) {
    if constexpr (std::is_arithmetic_v<decltype(v)>) return 0.;
    else return v / v;
  };
  tandem::transform(x, y, saw_lanes);
  CHECK(y == std::vector<double>{1, 1, 1});
  tandem::transform(tandem::par, x, y, saw_lanes);
  CHECK(y == std::vector<double>{0, 0, 0});
  tandem::transform(x, y, [](double v) { return -v; });  // takes no lanes
  CHECK(y == std::vector<double>{-1, -2, -3});
  std::vector<std::string> const words{"a", "bcd"};
  std::vector<std::size_t> lengths(2);
  tandem::transform(words, lengths, [](auto const& s) { return s.size(); });  // strings have none
  CHECK(lengths == std::vector<std::size_t>{1, 3});
  std::vector<std::int8_t> const small{100, 27};
  std::vector<int> sums(2);
  tandem::transform(small, sums, [](auto v) { return v + v; });  // nor have bytes; they add as int
  CHECK(sums == std::vector<int>{200, 54});
}

TEST_CASE("seq and par never instantiate lanes", "[transform]") {
  std::vector<double> const x{-1, 2};
  std::vector<double> y(2);
  auto const branches = [](auto v) {
    static_assert(std::is_arithmetic_v<decltype(v)>);
    if (v > 0.) return v;
    return -v;
  };
  tandem::transform(tandem::seq, x, y, branches);
  CHECK(y == std::vector<double>{1, 2});
  tandem::transform(tandem::par, x, y, branches);
  CHECK(y == std::vector<double>{1, 2});
}

TEST_CASE("Callables may be pointers, std::function, structs, virtual, or bound members", "[transform]") {
  struct base {
    virtual double operator()(double v) const = 0;
    virtual ~base() = default;
  };
  struct derived : base {
    double operator()(double v) const override { return v + 10; }
  };
  struct both {
    double operator()(double v) const { return v; }
    lanes<double> operator()(lanes<double> v) const { return -v; }
  };
  struct scaler {
    double factor;
    double scaled(double v) const { return factor * v; }
  };
  std::vector<double> const x{1, 2, 3};
  std::vector<double> y(3);
  tandem::transform(x, y, twice);
  CHECK(y == std::vector<double>{2, 4, 6});
  tandem::transform(tandem::seq, x, y, &twice);
  CHECK(y == std::vector<double>{2, 4, 6});
  tandem::transform(x, y, std::function<double(double)>([](double v) { return v * v; }));
  CHECK(y == std::vector<double>{1, 4, 9});
  derived const object;
  base const& seen = object;
  tandem::transform(x, y, seen);
  CHECK(y == std::vector<double>{11, 12, 13});
  tandem::transform(tandem::seq, x, y, both{});
  CHECK(y == std::vector<double>{1, 2, 3});
  tandem::transform(x, y, both{});
  CHECK(y == std::vector<double>{-1, -2, -3});
  tandem::transform(x, y, std::bind_front(&scaler::scaled, scaler{5}));
  CHECK(y == std::vector<double>{5, 10, 15});
  tandem::transform(x, y, tandem::sqrt);
  CHECK(y[0] == 1);
}

TEST_CASE("A callable with state is called in order under seq, and it is the caller's own object", "[transform]") {
  std::vector<double> const x(100, 1.);
  std::vector<double> y(100);
  auto counter = [calls = 0.](double v) mutable { return v * calls++; };
  tandem::transform(tandem::seq, x, y, counter);
  CHECK((y[0] == 0 && y[1] == 1 && y[99] == 99));
  tandem::transform(tandem::seq, x, y, counter);
  CHECK((y[0] == 100 && y[99] == 199));
}

TEST_CASE("Every contiguous range will do", "[transform]") {
  auto const negate = [](auto v) { return -v; };
  double const c_array[] = {1, 2, 3};
  std::array<double, 3> array{};
  tandem::transform(c_array, array, negate);
  CHECK(array == std::array<double, 3>{-1, -2, -3});
  double c_out[3] = {};
  tandem::transform(array, c_out, negate);
  CHECK((c_out[0] == 1 && c_out[2] == 3));
  std::vector<double> y(3);
  tandem::transform(std::span(c_array), std::span(y), negate);
  CHECK(y == std::vector<double>{-1, -2, -3});
  tandem::transform(std::vector<double>{4, 5, 6}, y, negate);
  CHECK(y == std::vector<double>{-4, -5, -6});
  tandem::transform(samples{{7, 8, 9}}, y, negate);
  CHECK(y == std::vector<double>{-7, -8, -9});
  tandem::matrix<double> X(2, 3), Z(2, 3);
  X(1, 2) = 5;
  tandem::transform(X.elements(), Z.elements(), [](auto v) { return v + 1; });
  CHECK((Z(0, 0) == 1 && Z(1, 2) == 6));
  tandem::transform(X.row(1), Z.row(0), negate);
  CHECK((Z(0, 2) == -5 && Z(1, 2) == 6));
  std::string text = "abc";
  tandem::transform(text, text, [](char c) { return static_cast<char>(c + 1); });
  CHECK(text == "bcd");
}

TEST_CASE("Nothing in gives nothing out", "[transform]") {
  with_every_policy([](char const* name, auto const& policy) {
    INFO(name);
    std::vector<double> const none;
    std::vector<double> out;
    int calls = 0;
    tandem::transform(policy, none, out, [&](auto v) { return ++calls, v; });
    tandem::transform(policy, std::span<double const>(), std::span<double>(), [&](auto v) { return ++calls, v; });
    tandem::transform(policy, tandem::zip(none, 2.), tandem::zip(out), [&](auto v, auto) { return ++calls, v; });
    CHECK(calls == 0);
  });
}

TEST_CASE("Lengths that differ are refused by a sentence, before anything is written", "[transform]") {
  std::vector<double> const two{1, 2}, three{1, 2, 3};
  std::vector<double> y(3, 7.), z(2, 7.);
  auto const f = [](auto v) { return v; };
  auto const add = [](auto a, auto b) { return a + b; };
  auto const both = [](auto a) { return std::pair(a, a); };
  using Catch::Matchers::Message;
  with_every_policy([&](char const*, auto const& policy) {
    CHECK_THROWS_MATCHES(tandem::transform(policy, two, y, f), std::invalid_argument,
                         Message("tandem::transform: input 0 has 2 elements but output 0 has 3"));
    CHECK_THROWS_MATCHES(tandem::transform(policy, tandem::zip(three, two), y, add), std::invalid_argument,
                         Message("tandem::transform: input 0 has 3 elements but input 1 has 2"));
    CHECK_THROWS_MATCHES(tandem::transform(policy, tandem::zip(2., two), y, add), std::invalid_argument,
                         Message("tandem::transform: input 1 has 2 elements but output 0 has 3"));
    CHECK_THROWS_MATCHES(tandem::transform(policy, three, tandem::zip(y, z), both), std::invalid_argument,
                         Message("tandem::transform: input 0 has 3 elements but output 1 has 2"));
  });
  CHECK_THROWS_MATCHES(tandem::transform(two, y, f), std::invalid_argument,
                       Message("tandem::transform: input 0 has 2 elements but output 0 has 3"));
  CHECK(y == std::vector<double>(3, 7.));
}

TEST_CASE("Null ranges with elements are refused by a sentence", "[transform]") {
  std::vector<double> y(5);
  double* volatile null = nullptr;
  auto const f = [](auto v) { return v; };
  using Catch::Matchers::Message;
  CHECK_THROWS_MATCHES(tandem::transform(std::span<double const>(null, 5), y, f), std::invalid_argument,
                       Message("tandem::transform: input 0 is null but has 5 elements"));
  CHECK_THROWS_MATCHES(tandem::transform(y, std::span<double>(null, 5), f), std::invalid_argument,
                       Message("tandem::transform: output 0 is null but has 5 elements"));
}

TEST_CASE("What cannot be written, or would be gone, is no output", "[transform]") {
  using In = std::vector<double>&;
  auto const f = [](auto v) { return v; };
  using F = decltype(f);
  using Transform = decltype(tandem::transform);
  STATIC_REQUIRE(std::is_invocable_v<Transform, In, std::vector<double>&, F>);
  STATIC_REQUIRE(std::is_invocable_v<Transform, In, std::span<double>, F>);
  STATIC_REQUIRE(std::is_invocable_v<Transform, std::vector<double>, std::vector<double>&, F>);
  STATIC_REQUIRE_FALSE(std::is_invocable_v<Transform, In, std::vector<double>, F>);
  STATIC_REQUIRE_FALSE(std::is_invocable_v<Transform, In, std::vector<double> const&, F>);
  STATIC_REQUIRE_FALSE(std::is_invocable_v<Transform, In, std::span<double const>, F>);
  STATIC_REQUIRE_FALSE(std::is_invocable_v<Transform, In, std::vector<bool>&, F>);
  STATIC_REQUIRE_FALSE(std::is_invocable_v<Transform, In, std::list<double>&, F>);
  STATIC_REQUIRE_FALSE(std::is_invocable_v<Transform, std::list<double>&, std::vector<double>&, F>);
  STATIC_REQUIRE_FALSE(std::is_invocable_v<Transform, double, std::vector<double>&, F>);
  STATIC_REQUIRE_FALSE(std::is_invocable_v<Transform, int, In, std::vector<double>&, F>);
  using owned = decltype(tandem::zip(std::declval<std::vector<double>>()));
  using scalars = decltype(tandem::zip(1.));
  STATIC_REQUIRE_FALSE((std::is_invocable_v<Transform, In, owned, F> || std::is_invocable_v<Transform, In, scalars, F>));
}
