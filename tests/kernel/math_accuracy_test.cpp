// SPDX-License-Identifier: BSL-1.0
// The largest errors of the functions of kernel/math.hpp. The table below is the one of docs/math.md: `[.accuracy]` prints
// what this build measures, `[.accuracy-table]` prints the table for the document.
#include <tandem/kernel/math.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include "../support/kernel_values.hpp"
#include "../support/math_functions.hpp"

namespace {

// Units in the last place, for SSE2, AVX2 with FMA and AVX-512: what was measured, rounded up. A domain within another says no
// more than the wider one.
struct limits {
  double sse2, avx2, avx512;
};
struct row {
  std::string_view name, domain;
  limits for_float, for_double;
};

constexpr double none = std::numeric_limits<double>::infinity();

constexpr row table[] = {
    {"sqrt", "positive", {0.5, 0.5, 0.5}, {0.5, 0.5, 0.5}},
    {"cbrt", "all", {0.8, 0.8, 0.8}, {0.8, 0.8, 0.8}},
    {"exp", "result normal, below max / 1.42", {1.5, 1.6, 1.6}, {0.9, 0.9, 0.9}},
    {"exp", "result finite", {none, none, none}, {none, none, 0.9}},
    {"exp2", "result normal, below max / 2", {1.6, 1.6, 1.6}, {1.3, 1.3, 1.3}},
    {"expm1", "x > -87 (-708), result below max / 1.42", {2.1, 2.1, 2.1}, {2.1, 2.1, 2.1}},
    {"log", "positive", {0.8, 0.8, 0.8}, {0.8, 0.8, 0.8}},
    {"log2", "positive", {1.7, 1.6, 1.6}, {0.7, 0.7, 0.7}},
    {"log10", "positive", {0.8, 0.8, 0.8}, {0.7, 0.7, 0.7}},
    {"log1p", "x > -0.99999", {0.9, 0.9, 0.9}, {0.8, 0.8, 0.8}},
    {"sin", "|x| <= 100", {1.5, 1.5, 1.5}, {1.5, 1.5, 1.5}},
    {"sin", "|x| <= 1e5", {2.1, 2.1, 2.1}, {2.3, 2.2, 2.2}},
    {"sin", "|x| <= 1e9", {2.1, 2.1, 2.1}, {2.3, 2.2, 2.2}},
    {"sin", "all", {2.1, 2.1, 2.1}, {2.3, 2.2, 2.2}},
    {"cos", "|x| <= 100", {1.5, 1.5, 1.5}, {1.5, 1.5, 1.5}},
    {"cos", "|x| <= 1e5", {2.2, 2.2, 2.2}, {2.2, 2.2, 2.2}},
    {"cos", "|x| <= 1e9", {2.2, 2.2, 2.2}, {2.2, 2.2, 2.2}},
    {"cos", "all", {2.2, 2.2, 2.2}, {2.2, 2.2, 2.2}},
    {"tan", "|x| <= 100", {3.4, 3.4, 3.4}, {3.1, 3.1, 3.1}},
    {"tan", "|x| <= 1e5", {3.4, 3.4, 3.4}, {3.3, 3.3, 3.3}},
    {"tan", "|x| <= 1e9", {3.4, 3.4, 3.4}, {3.3, 3.3, 3.3}},
    {"tan", "all", {3.4, 3.4, 3.4}, {3.3, 3.3, 3.3}},
    {"asin", "[-1, 1]", {2.3, 2.3, 2.3}, {1.2, 1.2, 1.2}},
    {"acos", "[-1, 1]", {1.3, 1.3, 1.3}, {1.2, 1.2, 1.2}},
    {"atan", "all", {2.3, 2.3, 2.3}, {2.1, 2.2, 2.2}},
    {"sinh", "result finite", {2.8, 2.7, 2.7}, {2.1, 2.1, 2.1}},
    {"cosh", "result finite", {2.8, 2.7, 2.7}, {2.1, 2.1, 2.1}},
    {"tanh", "all", {1.4, 1.4, 1.4}, {1.4, 1.4, 1.4}},
    {"erf", "|x| <= 6", {2.5, 2.4, 2.4}, {70, 70, 70}},
    {"pow", "x in [0.5, 2], |y| <= 10", {8.6, 8.6, 8.6}, {8.5, 8.5, 8.5}},
    {"pow", "x > 0, result normal", {140, 140, 140}, {1010, 1010, 1010}},
    {"atan2", "|x|, |y| <= 1e6, result normal", {2.4, 2.4, 2.4}, {2.4, 2.4, 2.4}},
    {"hypot", "|x|, |y| in [1e-15, 1e15]", {1.2, 1.2, 1.2}, {1.2, 1.2, 1.2}},
    {"hypot", "all", {none, none, none}, {none, none, none}},
};

#if defined(__AVX512F__)
constexpr double limits::*instruction_set = &limits::avx512;
#elif defined(__AVX2__) && defined(__FMA__)
constexpr double limits::*instruction_set = &limits::avx2;
#else
constexpr double limits::*instruction_set = &limits::sse2;
#endif

// What is computed in to judge a T, with many more digits.
template <class T> using exact_type = std::conditional_t<std::is_same_v<T, float>, double, long double>;

constexpr std::size_t points = 300'000;

/// Where a function is tried: uniformly, over all exponents, over those of ordinary numbers, and close to the values in `near`.
struct domain {
  double low, high;
  std::vector<double> near = {};
};

/// Exponents from `least` to `most` that the domain has.
template <class T> T log_uniform(kernel_test::random_bits& next, domain const& d, int least, int most) {
  int const lowest = d.low > 0 ? std::max(least, std::ilogb(d.low)) : least;
  int const highest = std::min(most, std::ilogb(std::max(std::fabs(d.low), std::fabs(d.high))));
  int const exponent = lowest + static_cast<int>(next() % static_cast<std::uint64_t>(highest - lowest + 1));
  T const x = static_cast<T>(std::ldexp(next.uniform(1, 2), exponent));
  return d.low < 0 && (next() & 1u) ? -x : x;
}

template <class T> T some_ulps_from(kernel_test::random_bits& next, double anchor) {
  T const x = static_cast<T>(anchor);
  T const spacing = std::nextafter(std::fabs(x), std::numeric_limits<T>::infinity()) - std::fabs(x);
  double const most = next() & 1u ? 8 : 2000;
  return static_cast<T>(x + static_cast<T>(std::floor(next.uniform(-most, most))) * spacing);
}

template <class T> T point_of_kind(std::size_t kind, kernel_test::random_bits& next, domain const& d) {
  if (kind == 0) return static_cast<T>(next.uniform(d.low, d.high));
  if (kind <= 2) return log_uniform<T>(next, d, -6, 13);
  if (kind == 3 || d.near.empty())
    return log_uniform<T>(next, d, std::numeric_limits<T>::min_exponent, std::numeric_limits<T>::max_exponent - 1);
  return some_ulps_from<T>(next, d.near[next() % d.near.size()]);
}

template <class T> std::vector<T> points_in(domain const& d) {
  kernel_test::random_bits next(31);
  std::vector<T> x;
  x.reserve(points);
  while (x.size() < points) {
    std::size_t const kind = x.size() % 5;
    T const candidate = point_of_kind<T>(kind, next, d);
    if (static_cast<double>(candidate) >= d.low && static_cast<double>(candidate) <= d.high &&
        (candidate == 0 || std::isnormal(candidate)))
      x.push_back(candidate);
    else if (kind == 4) x.push_back(point_of_kind<T>(0, next, d));
  }
  return x;
}

/// The distance of `got` from the exact result, in the spacing of T there.
template <class T> double ulps(T got, exact_type<T> exact) {
  using R = exact_type<T>;
  if (exact != exact) return got != got ? 0 : std::numeric_limits<double>::infinity();
  if (std::isinf(static_cast<T>(exact)) || exact == 0)
    return static_cast<R>(got) == static_cast<R>(static_cast<T>(exact)) ? 0 : std::numeric_limits<double>::infinity();
  if (!std::isfinite(got)) return std::numeric_limits<double>::infinity();
  int const exponent = std::max(std::ilogb(exact), std::numeric_limits<T>::min_exponent - 1);
  return static_cast<double>(std::fabs(static_cast<R>(got) - exact) /
                             std::ldexp(R(1), exponent - std::numeric_limits<T>::digits + 1));
}

template <class T> struct worst {
  double error = 0;
  T x = 0, y = 0;
  void meet(double found, T at_x, T at_y = 0) {
    if (!(found <= error)) error = found, x = at_x, y = at_y;
  }
};

template <class T> worst<T> measure(std::string_view name, exact_type<T> (*reference)(exact_type<T>), domain const& d) {
  worst<T> result;
  std::vector<T> x = points_in<T>(d);
  x.resize(x.size() / tandem::lanes<T>::size * tandem::lanes<T>::size);
  std::vector<T> y(x.size()), z(x.size());
  for (auto const& f : kernel_test::functions_of_one<T>)
    if (f.name == name) {
      for (std::size_t i = 0; i < x.size(); i += tandem::lanes<T>::size) f.lanes(&x[i], &y[i]);
      for (std::size_t i = 0; i < x.size(); ++i) z[i] = f.scalar(x[i]);
    }
  for (std::size_t i = 0; i < x.size(); ++i) {
    auto const exact = reference(static_cast<exact_type<T>>(x[i]));
    result.meet(std::max(ulps<T>(y[i], exact), ulps<T>(z[i], exact)), x[i]);
  }
  return result;
}

// Pairs whose exact result is an ordinary number.
template <class T> worst<T> measure(std::string_view name, exact_type<T> (*reference)(exact_type<T>, exact_type<T>),
                                    domain const& dx, domain const& dy) {
  using R = exact_type<T>;
  worst<T> result;
  std::vector<T> const some_x = points_in<T>(dx);
  std::vector<T> some_y = points_in<T>(dy);
  kernel_test::random_bits next(32);
  for (std::size_t i = some_y.size(); i > 1; --i) std::swap(some_y[i - 1], some_y[next() % i]);
  std::vector<T> x, y;
  std::vector<R> exact;
  for (std::size_t i = 0; i < some_x.size(); ++i) {
    R const r = reference(static_cast<R>(some_x[i]), static_cast<R>(some_y[i]));
    if (std::fabs(r) >= static_cast<R>(std::numeric_limits<T>::min()) &&
        std::fabs(r) <= static_cast<R>(std::numeric_limits<T>::max() / 2))
      x.push_back(some_x[i]), y.push_back(some_y[i]), exact.push_back(r);
  }
  std::size_t const n = x.size() / tandem::lanes<T>::size * tandem::lanes<T>::size;
  std::vector<T> out(n);
  for (auto const& f : kernel_test::functions_of_two<T>)
    if (f.name == name)
      for (std::size_t i = 0; i < n; i += tandem::lanes<T>::size) f.lanes(&x[i], &y[i], &out[i]);
  for (std::size_t i = 0; i < n; ++i) result.meet(ulps<T>(out[i], exact[i]), x[i], y[i]);
  return result;
}

// Multiples of pi/2 up to `most`, where sines and cosines vanish.
std::vector<double> quarters(double most) {
  std::vector<double> values;
  for (double k = 1; k * M_PI_2 <= most && values.size() < 2000; k += 1 + std::floor(k / 200))
    values.push_back(k * M_PI_2), values.push_back(-k * M_PI_2);
  return values;
}

/// The worst error of one row of the table.
template <class T> worst<T> measure(row const& r) {
  using R = exact_type<T>;
  using numbers = std::numeric_limits<T>;
  bool const is_float = std::is_same_v<T, float>;
  double const least = static_cast<double>(numbers::min()), most = static_cast<double>(numbers::max());
  double const log_least = is_float ? -87.3 : -708.3, log_most = is_float ? 88.7 : 709.7;
  double const hyperbolic_most = is_float ? 89.41 : 710.47;
  domain const all{-most / 2, most / 2}, positive{least, most / 2, {1, 2, 0.5, 10}};
  std::string_view const f = r.name, where = r.domain;
  if (f == "sqrt") return measure<T>(f, [](R x) { return std::sqrt(x); }, positive);
  if (f == "cbrt") return measure<T>(f, [](R x) { return std::cbrt(x); }, {-most / 2, most / 2, {1, 8, 27, -64}});
  if (f == "exp" && where != "result finite")
    return measure<T>(f, [](R x) { return std::exp(x); },
                      {log_least, is_float ? 88.37 : 709.43, {0, 1, M_LN2, -M_LN2, M_LN2 / 2}});
  if (f == "exp") return measure<T>(f, [](R x) { return std::exp(x); }, {log_least, log_most, {0, 1, log_most}});
  if (f == "exp2")
    return measure<T>(f, [](R x) { return std::exp2(x); },
                      {is_float ? -126. : -1022., is_float ? 127. : 1023., {0, 0.5, -0.5, 1, 10}});
  if (f == "expm1")
    return measure<T>(f, [](R x) { return std::expm1(x); },
                      {log_least, is_float ? 88.37 : 709.43, {0, 1, M_LN2, -M_LN2, M_LN2 / 2, -M_LN2 / 2}});
  if (f == "log") return measure<T>(f, [](R x) { return std::log(x); }, positive);
  if (f == "log2") return measure<T>(f, [](R x) { return std::log2(x); }, positive);
  if (f == "log10") return measure<T>(f, [](R x) { return std::log10(x); }, positive);
  if (f == "log1p")
    return measure<T>(f, [](R x) { return std::log1p(x); }, {-1 + 1e-5, most / 2, {-1, -0.5, 1, M_SQRT2 - 1, M_SQRT1_2 - 1}});
  double const reach = where == "|x| <= 100" ? 100 : where == "|x| <= 1e5" ? 1e5 : where == "|x| <= 1e9" ? 1e9 : most / 2;
  if (f == "sin") return measure<T>(f, [](R x) { return std::sin(x); }, {-reach, reach, quarters(reach)});
  if (f == "cos") return measure<T>(f, [](R x) { return std::cos(x); }, {-reach, reach, quarters(reach)});
  if (f == "tan") return measure<T>(f, [](R x) { return std::tan(x); }, {-reach, reach, quarters(reach)});
  if (f == "asin") return measure<T>(f, [](R x) { return std::asin(x); }, {-1, 1, {-1, -0.5, 0.5, 1}});
  if (f == "acos") return measure<T>(f, [](R x) { return std::acos(x); }, {-1, 1, {-1, -0.5, 0.5, 1}});
  if (f == "atan")
    return measure<T>(f, [](R x) { return std::atan(x); }, {-most / 2, most / 2, {1, -1, M_SQRT2 - 1, M_SQRT2 + 1}});
  if (f == "sinh")
    return measure<T>(f, [](R x) { return std::sinh(x); },
                      {-hyperbolic_most, hyperbolic_most, {0, 1, -1, M_LN2, 88.7, 89.4, 710}});
  if (f == "cosh")
    return measure<T>(f, [](R x) { return std::cosh(x); },
                      {-hyperbolic_most, hyperbolic_most, {0, 1, -1, M_LN2, 88.7, 89.4, 710}});
  if (f == "tanh") return measure<T>(f, [](R x) { return std::tanh(x); }, {-most / 2, most / 2, {0, 1, -1, 0.625, 20}});
  if (f == "erf") return measure<T>(f, [](R x) { return std::erf(x); }, {-6, 6, {0, 0.5, -0.5, 0.65, 1, 2.2}});
  if (f == "pow" && where == "x in [0.5, 2], |y| <= 10")
    return measure<T>(f, [](R x, R y) { return std::pow(x, y); }, {0.5, 2, {1}}, {-10, 10, {2, 3, 0.5}});
  if (f == "pow") return measure<T>(f, [](R x, R y) { return std::pow(x, y); }, positive, {-1000, 1000, {2, 3, 0.5}});
  if (f == "atan2")
    return measure<T>(f, [](R x, R y) { return std::atan2(x, y); }, {-1e6, 1e6, {0.5, -1}}, {-1e6, 1e6, {1, -1}});
  if (f == "hypot" && where == "|x|, |y| in [1e-15, 1e15]")
    return measure<T>(f, [](R x, R y) { return std::hypot(x, y); }, {1e-15, 1e15, {3}}, {1e-15, 1e15, {4}});
  if (f == "hypot") return measure<T>(f, [](R x, R y) { return std::hypot(x, y); }, all, all);
  FAIL("no domain for " << f);
  return {};
}

std::string text(double ulp) {
  if (std::isinf(ulp)) return "no bound";
  char digits[32];
  std::snprintf(digits, sizeof digits, ulp < 10 ? "%.1f" : "%.0f", ulp);
  return digits;
}

std::string markdown(row const& r) {
  std::string line = "| `" + std::string(r.name) + "` | " + std::string(r.domain) + " |";
  for (limits const& l : {r.for_float, r.for_double})
    line += ' ' + text(l.sse2) + " | " + text(l.avx2) + " | " + text(l.avx512) + " |";
  for (std::size_t bar = line.find("|x|"); bar != std::string::npos; bar = line.find("|x|", bar + 5))
    line.replace(bar, 3, "\\|x\\|");
  for (std::size_t bar = line.find("|y|"); bar != std::string::npos; bar = line.find("|y|", bar + 5))
    line.replace(bar, 3, "\\|y\\|");
  return line;
}

template <class T> constexpr bool has_more_digits =
    std::numeric_limits<exact_type<T>>::digits >= std::numeric_limits<T>::digits + 10;

}  // namespace

#if defined(__x86_64__)
TEMPLATE_TEST_CASE("No function errs by more than docs/math.md says", "[math][accuracy]", float, double) {
  if constexpr (!has_more_digits<TestType>) {
    SKIP("long double has no more digits than double here");
  } else {
    for (row const& r : table) {
      worst<TestType> const found = measure<TestType>(r);
      limits const& stated = std::is_same_v<TestType, float> ? r.for_float : r.for_double;
      INFO(r.name << ", " << r.domain << ": " << found.error << " ulp at " << kernel_test::exactly(found.x) << ", "
                  << kernel_test::exactly(found.y));
      CHECK(found.error <= stated.*instruction_set);
    }
  }
}
#endif

TEST_CASE("The errors that this build measures", "[.accuracy]") {
  for (row const& r : table) {
    double errors[2] = {measure<float>(r).error, 0};
    if constexpr (has_more_digits<double>) errors[1] = measure<double>(r).error;
    std::printf("%s|%s|%.9g|%.9g\n", std::string(r.name).c_str(), std::string(r.domain).c_str(), errors[0], errors[1]);
  }
}

TEST_CASE("The table of docs/math.md", "[.accuracy-table]") {
  for (row const& r : table) std::puts(markdown(r).c_str());
}

TEST_CASE("docs/math.md holds the table that is tested here", "[math]") {
  std::ifstream file(std::filesystem::path(__FILE__).parent_path() / "../../docs/math.md");
  if (!file) SKIP("the source tree is not here");
  std::stringstream document;
  document << file.rdbuf();
  for (row const& r : table) {
    INFO(markdown(r));
    CHECK(document.str().find(markdown(r)) != std::string::npos);
  }
}
