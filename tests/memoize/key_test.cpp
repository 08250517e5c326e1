// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstring>
#include <deque>
#include <initializer_list>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>

#include <tandem/memoize/key.hpp>

using namespace tandem::detail;

namespace {

/// The same by comparison and by hash, or neither.
template <class A, class B> bool same(A const& a, B const& b) {
  bool const equal = key_same(a, b);
  if (equal) CHECK(key_hash(a) == key_hash(b));
  return equal;
}

enum class color : std::uint8_t { red, green };
struct packed {
  std::int32_t a, b;
  bool operator==(packed const&) const = default;
};
struct without_equality {
  std::int32_t a, b;
};
struct padded {
  char a;
  double b;
};
struct with_hash {
  double x;
  bool operator==(with_hash const&) const = default;
};

}  // namespace

template <> struct std::hash<with_hash> {
  std::size_t operator()(with_hash const& w) const { return std::hash<double>()(w.x); }
};

TEMPLATE_TEST_CASE("Floating-point keys are the same by their bits, with one NaN", "", float, double, long double) {
  using T = TestType;
  T const nan = std::numeric_limits<T>::quiet_NaN();
  CHECK(same(T(1.5), T(1.5)));
  CHECK_FALSE(same(T(0), -T(0)));
  CHECK(same(nan, nan));
  CHECK(same(nan, -nan));
  CHECK(same(nan, static_cast<T>(std::nan("0x123"))));
  CHECK_FALSE(same(nan, std::numeric_limits<T>::infinity()));
  CHECK_FALSE(same(T(1), std::nextafter(T(1), T(2))));
  CHECK_FALSE(same(std::numeric_limits<T>::denorm_min(), T(0)));
  CHECK(same(std::complex<T>(nan, 1), std::complex<T>(-nan, 1)));
  CHECK_FALSE(same(std::complex<T>(0, 0), std::complex<T>(0, -T(0))));
}

TEST_CASE("The padding of a long double is no part of it") {
  long double a, b;
  std::memset(&a, 0x00, sizeof a), std::memset(&b, 0xff, sizeof b);
  a = 1.25L, b = 1.25L;
  CHECK(same(a, b));
}

TEST_CASE("Strings and views, vectors and spans are the same by their elements") {
  CHECK(same(std::string("abc"), std::string_view("abc")));
  CHECK_FALSE(same(std::string("abc"), std::string_view("abd")));
  CHECK(same(std::string(), std::string_view()));
  CHECK_FALSE(same(std::string("a\0b", 3), std::string_view("a\0c", 3)));
  CHECK(same(std::u32string(U"abc"), std::u32string_view(U"abc")));
  std::vector<double> const x = {1, -0., std::nan("")};
  CHECK(same(x, std::span<double const>(x)));
  CHECK_FALSE(same(x, std::vector<double>{1, 0., std::nan("")}));
  CHECK_FALSE(same(std::vector<int>{1, 2}, std::vector<int>{1, 2, 0}));
  CHECK(same(std::vector<std::string>{"a", "b"}, std::vector<std::string>{"a", "b"}));
  CHECK(same(std::vector<bool>{true, false}, std::vector<bool>{true, false}));
}

TEST_CASE("Pairs, tuples, arrays and optionals are the same part by part") {
  CHECK(same(std::pair(1, std::nan("")), std::pair(1, -std::nan(""))));
  CHECK_FALSE(same(std::pair(1, 0.), std::pair(1, -0.)));
  CHECK(same(std::tuple(1, std::string("x")), std::tuple<int const&, std::string_view>(1, "x")));
  CHECK(same(std::array{1., 2.}, std::array{1., 2.}));
  CHECK_FALSE(same(std::array{1., 2.}, std::array{2., 1.}));
  CHECK(same(std::optional(std::nan("")), std::optional(std::nan(""))));
  CHECK_FALSE(same(std::optional(0), std::optional<int>()));
  CHECK(same(std::tuple<>(), std::tuple<>()));
}

TEST_CASE("Other types are the same by ==, or by their bytes where these say it all") {
  CHECK(same(color::green, color::green));
  CHECK_FALSE(same(color::red, color::green));
  CHECK(same(packed{1, 2}, packed{1, 2}));
  CHECK_FALSE(same(packed{1, 2}, packed{2, 1}));
  CHECK(same(with_hash{1}, with_hash{1}));
  static_assert(!is_key<padded>() && !is_key<without_equality>());
  static_assert(!is_key<int*>() && !is_key<std::reference_wrapper<int>>() && !is_key<std::span<int>>());
  static_assert(!is_key<std::vector<int*>>() && !is_key<std::pair<int, char const*>>());
  static_assert(is_key<std::vector<std::pair<int, double>>>() && is_key<std::vector<bool>>());
}

TEST_CASE("What refers to something elsewhere is no key") {
  static_assert(!is_key<std::shared_ptr<int>>() && !is_key<std::unique_ptr<int>>() && !is_key<std::weak_ptr<int>>());
  static_assert(!is_key<std::initializer_list<int>>() && !is_key<tandem::matrix_view<double const>>());
  static_assert(!is_key<std::vector<int>::const_iterator>() && !is_key<std::set<int>::iterator>());
  static_assert(!is_key<std::pair<int, std::shared_ptr<int>>>() && !is_key<std::vector<std::vector<int>::iterator>>());
  static_assert(!is_key<std::unordered_set<int>>());
}

TEST_CASE("Variants are the same by the bits of what they hold") {
  using either = std::variant<int, double, std::string_view>;
  CHECK(same(either(1), either(1)));
  CHECK_FALSE(same(either(1), either(1.)));
  CHECK_FALSE(same(either(0.), either(-0.)));
  CHECK(same(either(std::nan("")), either(-std::nan(""))));
  static_assert(!is_key<std::variant<int, int*>>() && is_key<std::variant<std::monostate, int>>());
}

TEST_CASE("Deques, lists, sets and maps are the same by their elements in order") {
  CHECK(same(std::deque{1., std::nan("")}, std::deque{1., -std::nan("")}));
  CHECK_FALSE(same(std::deque{0.}, std::deque{-0.}));
  CHECK_FALSE(same(std::deque{1}, std::deque{1, 1}));
  CHECK(same(std::set{2, 1}, std::set{1, 2}));
  CHECK(same(std::map<std::string, double>{{"a", 1.}}, std::map<std::string, double>{{"a", 1.}}));
  CHECK_FALSE(same(std::map<std::string, double>{{"a", 1.}}, std::map<std::string, double>{{"a", 2.}}));
}

TEST_CASE("What is kept owns all it is made of, and is the same as what it was made of") {
  std::string const text = "a text that is longer than a string is without memory of its own";
  bool const flags[] = {true, false};
  double const numbers[] = {1, -0.};
  auto const kept_as = [](auto const& x, auto&& expected) {
    auto const kept = own_key(x);
    static_assert(std::is_same_v<decltype(kept), std::remove_reference_t<decltype(expected)> const>);
    CHECK(kept == expected);
    CHECK(same(kept, x));
  };
  using std::string, std::string_view, std::vector;
  string_view const view = text;
  kept_as(std::pair(view, 1), std::pair(text, 1));
  kept_as(std::tie(text, numbers[0]), std::tuple(text, 1.));
  kept_as(std::optional(view), std::optional(text));
  kept_as(std::optional<string_view>(), std::optional<string>());
  kept_as(vector{view, view}, vector{text, text});
  kept_as(std::array{view}, std::array{text});
  kept_as(std::array<string_view, 0>(), std::array<string, 0>());
  kept_as(std::deque{view}, vector{text});
  kept_as(std::set{view}, vector{text});
  kept_as(std::map<string_view, int>{{view, 1}}, vector<std::pair<string, int>>{{text, 1}});
  kept_as(std::map<string, int>{{text, 1}}, vector<std::pair<string, int>>{{text, 1}});
  kept_as(std::set<string>{text}, std::set<string>{text});
  kept_as(std::variant<int, string_view>(view), std::variant<int, string>(text));
  kept_as(std::variant<string, string_view>(view), std::variant<string, string>(std::in_place_index<1>, text));
  kept_as(std::span<bool const>(flags), vector<unsigned char>{1, 0});
  kept_as(std::pair(std::span<double const>(numbers), std::tuple(std::optional(view))),
          std::pair(vector{1., -0.}, std::tuple(std::optional(text))));
  kept_as(std::span<string_view const>(&view, 1), vector{text});
}

TEST_CASE("Hashes of small integers, of doubles and of strings of any length spread over all bits") {
  // 65536 keys into 65536 buckets: about 41427 are filled by chance, by the top bits and by those eight below alike.
  auto const spread = [](auto const& key_of) {
    std::vector<char> top(65536), low(65536);
    for (int i = 0; i < 65536; ++i) {
      std::uint64_t const hash = key_hash(key_of(i));
      top[hash >> 48] = 1, low[hash >> 40 & 65535] = 1;
    }
    auto const filled = [](std::vector<char> const& b) { return std::count(b.begin(), b.end(), 1); };
    return std::min(filled(top), filled(low));
  };
  CHECK(spread([](int i) { return i; }) > 40'000);
  CHECK(spread([](int i) { return static_cast<long>(i) << 40; }) > 40'000);
  CHECK(spread([](int i) { return i * 0.25; }) > 40'000);
  CHECK(spread([](int i) { return std::to_string(i); }) > 40'000);
  CHECK(spread([](int i) { return std::string(40, 'x') + std::to_string(i); }) > 40'000);
  CHECK(spread([](int i) { return std::pair(i % 256, i / 256); }) > 40'000);
  CHECK(spread([](int i) { return std::vector<int>{i, 1, 2}; }) > 40'000);
  std::set<std::uint64_t> lengths;
  for (std::size_t n = 0; n < 300; ++n) lengths.insert(key_hash(std::string(n, '\0')));
  CHECK(lengths.size() == 300);
}

TEST_CASE("What is kept of a parameter, and what a look-up takes") {
  static_assert(std::is_same_v<owned_key_t<std::string_view>, std::string>);
  static_assert(std::is_same_v<owned_key_t<std::span<double const>>, std::vector<double>>);
  static_assert(std::is_same_v<argument_t<std::string const&>, std::string_view>);
  static_assert(std::is_same_v<argument_t<std::string>, std::string_view>);
  static_assert(std::is_same_v<argument_t<double const&>, double>);
  static_assert(std::is_same_v<argument_t<std::vector<int>>, std::vector<int> const&>);
  static_assert(hashes_quickly<std::tuple<int, double>>() && !hashes_quickly<std::string>());
}
