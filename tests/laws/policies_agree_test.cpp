// SPDX-License-Identifier: BSL-1.0
// The law of the four policies: `par` gives what `seq` gives and `par_unseq` what `unseq` gives, always; `seq` and `unseq`
// agree wherever the compiler fuses no multiplications and additions. A build that lets it fuse them defines
// TANDEM_TEST_CONTRACTS, and only the last part is left out there.
#include <tandem/kernel/transform.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/kernel/math.hpp>

#include "../support/kernel_values.hpp"

using kernel_test::all_same;
using tandem::where;

namespace {

#if defined(TANDEM_TEST_CONTRACTS)
constexpr bool compiler_fuses = true;
#else
constexpr bool compiler_fuses = false;
#endif

/// How a call is cut, and where its arrays begin.
struct layout {
  std::size_t n, offset;
  int jobs, grain;
};

std::vector<layout> layouts() {
  std::vector<layout> all;
  for (std::size_t const n : {1u, 2u, 5u, 16u, 31u, 64u, 257u, 1000u})
    for (std::size_t const offset : {0u, 1u, 3u})
      for (int const jobs : {1, 2, 3, 8}) {
        all.push_back({n, offset, jobs, 0});
        all.push_back({n, offset, jobs, 7});
        if (jobs == 2) all.push_back({n, offset, jobs, 64});
      }
  for (std::size_t const n : {5'000u, 40'001u}) all.push_back({n, 1, 2, 0}), all.push_back({n, 2, 4, 777});
  return all;
}

constexpr std::size_t most = 40'010;

// Elements of an array at an offset, and the results of one policy in arrays at an offset.
template <class Results, class Policy, class In, class F>
Results results_of(Policy const& policy, In const& in, layout const& how, F const& f) {
  Results results;
  std::apply([&](auto&... out) { (out.assign(how.offset + how.n, {}), ...); }, results);
  std::apply([&](auto&... out) { tandem::transform(policy, in, tandem::zip(std::span(out).subspan(how.offset)...), f); },
             results);
  return results;
}

template <class... Vectors> bool agree(std::tuple<Vectors...> const& a, std::tuple<Vectors...> const& b) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    return (all_same(std::get<i>(a), std::get<i>(b)) && ...);
  }(std::index_sequence_for<Vectors...>());
}

// The law for one kernel; `input(how)` gives the input of a call, `Results` are the vectors it writes.
template <class Results, class Input, class F> void check_law(Input const& input, F const& f) {
  for (layout const& how : layouts()) {
    auto const in = input(how);
    Results const serial = results_of<Results>(tandem::seq, in, how, f),
                  in_lanes = results_of<Results>(tandem::unseq, in, how, f);
    tandem::options const options{.jobs = how.jobs, .grain = how.grain};
    bool const par_is_seq = agree(results_of<Results>(tandem::par.with(options), in, how, f), serial);
    bool const par_unseq_is_unseq = agree(results_of<Results>(tandem::par_unseq.with(options), in, how, f), in_lanes);
    bool const seq_is_unseq = compiler_fuses || agree(serial, in_lanes);
    if (par_is_seq && par_unseq_is_unseq && seq_is_unseq) continue;
    CAPTURE(how.n, how.offset, how.jobs, how.grain);
    CHECK(par_is_seq);
    CHECK(par_unseq_is_unseq);
    CHECK(seq_is_unseq);
    return;
  }
  SUCCEED();
}

template <class T> std::vector<T> const& any_numbers() {
  static std::vector<T> const values = kernel_test::mixed_values<T>(most, 51);
  return values;
}
template <class T> std::vector<T> const& moderate_numbers() {
  static std::vector<T> const values = [] {
    kernel_test::random_bits next(52);
    std::vector<T> some(most);
    for (T& v : some) v = static_cast<T>(next.uniform(-90, 90));
    return some;
  }();
  return values;
}

template <class T> auto part(std::vector<T> const& values, layout const& how) {
  return std::span(values).subspan(how.offset, how.n);
}
template <class T> auto of_any_numbers() {
  return [](layout const& how) { return tandem::zip(part(any_numbers<T>(), how)); };
}

template <class... T> using results = std::tuple<std::vector<T>...>;

}  // namespace

TEST_CASE("The policies agree on a polynomial", "[laws]") {
  check_law<results<double>>(of_any_numbers<double>(), [](auto v) { return ((v + 3.) * v - 0.5) * v + 1.; });
  check_law<results<float>>(of_any_numbers<float>(), [](auto v) { return ((v + 3) * v - 0.5f) * v + 1; });
}

TEST_CASE("The policies agree on choices", "[laws]") {
  check_law<results<double>>(of_any_numbers<double>(),
                             [](auto v) { return where(v > -1. && !(v >= 1.), v / 3., where(v == v, -v, 0.)); });
  check_law<results<float>>(of_any_numbers<float>(),
                            [](auto v) { return tandem::minimum(tandem::maximum(v, -2), 2) + tandem::clamp(v, -9, 9); });
}

TEST_CASE("The policies agree on roots, rounding, signs and absolute values", "[laws]") {
  check_law<results<double>>(of_any_numbers<double>(), [](auto v) {
    return tandem::copysign(tandem::sqrt(tandem::abs(v)), v) + tandem::floor(v) / tandem::round(v);
  });
}

TEST_CASE("The policies agree on the sign of zero after rounding", "[laws]") {
  check_law<results<double>>(of_any_numbers<double>(),
                             [](auto v) { return 1 / tandem::trunc(v) + 1 / tandem::ceil(v) + 1 / tandem::floor(v); });
}

TEST_CASE("The policies agree on exponentials and logarithms", "[laws]") {
  check_law<results<double>>(of_any_numbers<double>(), [](auto v) { return tandem::exp(v) + tandem::log1p(tandem::abs(v)); });
  check_law<results<float>>(of_any_numbers<float>(),
                            [](auto v) { return tandem::pow(tandem::abs(v), 0.3f) - tandem::tanh(v); });
}

TEST_CASE("The policies agree on trigonometric functions", "[laws]") {
  check_law<results<double>>(
      [](layout const& how) { return tandem::zip(part(moderate_numbers<double>(), how), part(any_numbers<double>(), how)); },
      [](auto v, auto any) { return tandem::sin(v) - tandem::cos(where(any > 0., any, v)) * tandem::atan(any); });
  check_law<results<float>>([](layout const& how) { return tandem::zip(part(moderate_numbers<float>(), how)); },
                            [](auto v) { return tandem::sin(v) - tandem::cos(v); });
}

TEST_CASE("The policies agree on fma, which fuses by name", "[laws]") {
  check_law<results<double>>(of_any_numbers<double>(), [](auto v) { return tandem::fma(v, v, tandem::fma(v, 0.1, -1)); });
}

TEST_CASE("The policies agree on integers", "[laws]") {
  check_law<results<std::uint64_t>>(of_any_numbers<std::uint64_t>(),
                                    [](auto v) { return ((v ^ (v >> 30)) * 0xbf58476d1ce4e5b9u) / 3; });
  check_law<results<std::uint32_t>>(of_any_numbers<std::uint32_t>(), [](auto v) { return (v * v + 7) % ((v | 1) & 1023); });
}

TEST_CASE("The policies agree on two inputs of different types and two outputs", "[laws]") {
  check_law<results<double, float>>(
      [](layout const& how) {
        return tandem::zip(part(any_numbers<double>(), how), part(any_numbers<std::int32_t>(), how), 0.5);
      },
      [](auto a, auto b, auto c) { return std::pair(a * c + b, where(tandem::abs(a) < 1e30, a - b * c, 0.)); });
}

TEST_CASE("The policies agree on truths", "[laws]") {
  check_law<results<std::uint8_t, double>>(of_any_numbers<double>(), [](auto v) { return std::pair(v > 0.5, !(v < 2.)); });
}

TEST_CASE("f(x) does not depend on where x stands in an array", "[laws]") {
  auto const kernel = [](auto v) { return tandem::exp(v / 10) * v + 1. / v; };
  std::vector<double> const& x = moderate_numbers<double>();
  std::vector<double> whole(1000);
  tandem::transform(tandem::par_unseq, std::span(x).first(1000), whole, kernel);
  std::size_t different = 0;
  for (std::size_t begin = 0; begin < 40; ++begin)
    for (std::size_t n = 1; n < 100; ++n) {
      std::vector<double> some(n);
      tandem::transform(tandem::unseq, std::span(x).subspan(begin, n), some, kernel);
      for (std::size_t i = 0; i < n; ++i) different += !kernel_test::same(some[i], whole[begin + i]);
    }
  CHECK(different == 0);
}
