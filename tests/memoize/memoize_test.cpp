// SPDX-License-Identifier: BSL-1.0
#include <cmath>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/memoize.hpp>

namespace {

int plain(int k) { return k + 1; }
int quiet(int k) noexcept { return k + 2; }
struct functor {
  int operator()(int k) const { return k + 3; }
};
struct shape {
  int side;
  int area() const { return side * side; }
  int scaled(int by) const noexcept { return side * by; }
  bool operator==(shape const&) const = default;
};
/// Its == throws when it is told to.
struct touchy {
  static inline bool armed = false;
  int value;
  bool operator==(touchy const& other) const {
    if (armed) throw std::runtime_error("==");
    return value == other.value;
  }
};
struct quiet_functor {
  int operator()(int k) noexcept { return k + 4 + calls++ * 0; }
  int calls = 0;
};

}  // namespace

template <> struct std::hash<touchy> {
  std::size_t operator()(touchy const&) const { return 1; }
};

TEST_CASE("The signature of anything with one is found") {
  CHECK(tandem::memoize(plain)(1) == 2);
  CHECK(tandem::memoize(&plain)(1) == 2);
  CHECK(tandem::memoize(quiet)(1) == 3);
  CHECK(tandem::memoize(functor())(1) == 4);
  CHECK(tandem::memoize(quiet_functor())(1) == 5);
  CHECK(tandem::memoize(std::function<int(int)>(plain))(1) == 2);
  CHECK(tandem::memoize([](int k) mutable noexcept { return k + 5; })(1) == 6);
  functor const kept;
  CHECK(tandem::memoize(kept)(1) == 4);
  CHECK(tandem::memoize([] { return 7; })() == 7);
  CHECK(tandem::memoize<int(int)>([](auto k) { return k + 6; })(1) == 7);
  CHECK(tandem::memoize<int(int) noexcept(false)>(plain)(1) == 2);
  CHECK(tandem::memoize<int(int) noexcept>(quiet)(1) == 3);
  CHECK(tandem::memoize_recursive<int(int) noexcept>([](auto& self, int k) -> int { return k > 0 ? self(k - 1) : 9; })(2) == 9);
  CHECK(tandem::memoize(&shape::area)(shape{3}) == 9);
  CHECK(tandem::memoize(&shape::scaled)(shape{3}, 4) == 12);
}

TEST_CASE("Calls return values, whatever the function returns") {
  std::string const kept = "kept";
  auto by_reference = tandem::memoize([&](int) -> std::string const& { return kept; });
  static_assert(std::is_same_v<decltype(by_reference(1)), std::string>);
  CHECK(by_reference(1) == "kept");
  auto flags = tandem::memoize([](int k) { return k % 2 == 0; });
  CHECK(flags(2));
  CHECK_FALSE(flags(3));
  auto shared = tandem::memoize([](int k) { return std::make_shared<int const>(k); });
  CHECK(shared(1) == shared(1));
  auto maybe = tandem::memoize([](int k) { return k > 0 ? std::optional(k) : std::nullopt; });
  CHECK(maybe(0) == std::nullopt);
  CHECK(maybe(0) == std::nullopt);
  CHECK(maybe.info().hits == 1);
}

TEST_CASE("Arguments convert as in a call") {
  auto half = tandem::memoize([](double x) { return x / 2; });
  CHECK(half(3) == 1.5);
  CHECK(half(3.f) == 1.5);
  CHECK(half.info().hits == 1);
  auto length = tandem::memoize([](std::string const& s) { return s.size(); });
  CHECK(length("four") == 4);
  CHECK(length(std::string("four")) == 4);
  CHECK(length(std::string_view("fourteen").substr(0, 4)) == 4);
  CHECK(length.info().hits == 2);
  auto taken = tandem::memoize([](std::string s, std::vector<int>&& v) {
    s += "!";
    return s + std::to_string(std::move(v).size());
  });
  std::vector<int> const three(3);
  CHECK(taken("a", three) == "a!3");
  CHECK(taken("a", {0, 0, 0}) == "a!3");
  CHECK(taken.info().hits == 1);
}

TEST_CASE("Keys are owned: what was passed may change or go") {
  auto sum = tandem::memoize([](std::span<int const> x) {
    int all = 0;
    for (int i : x) all += i;
    return all;
  });
  std::vector<int> x = {1, 2, 3};
  CHECK(sum(x) == 6);
  x[0] = 10;
  CHECK(sum(x) == 15);
  x[0] = 1;
  CHECK(sum(x) == 6);
  CHECK(sum.info().misses == 2);
  auto view = tandem::memoize([](std::string_view s) { return s.size(); });
  {
    std::string gone(100, 'x');
    (void)view(gone);
    gone.assign(100, 'y');
  }
  CHECK(view(std::string(100, 'x')) == 100);
  CHECK(view.info().hits == 1);
}

TEST_CASE("Keys are owned wherever in an argument, or in what the option key returns, there is a view or a reference") {
  using std::string, std::string_view;
  auto const check = [](auto g, auto const& argument) {
    string text = "a text that is longer than a string is without memory of its own: a";
    string const same = text;
    CHECK(g(argument(text)) == 'a');
    text.back() = 'b';
    CHECK(g(argument(same)) == 'a');
    CHECK(g.info().hits == 1);
    CHECK(g(argument(text)) == 'b');
  };
  using pair = std::pair<string_view, int>;
  check(tandem::memoize([](pair p) { return p.first.back(); }), [](string const& s) { return pair(s, 1); });
  using optional = std::optional<string_view>;
  check(tandem::memoize([](optional p) { return p->back(); }), [](string const& s) { return optional(s); });
  using vector = std::vector<string_view>;
  check(tandem::memoize([](vector const& p) { return p[0].back(); }), [](string const& s) { return vector{s}; });
  using deque = std::deque<string_view>;
  check(tandem::memoize([](deque const& p) { return p[0].back(); }), [](string const& s) { return deque{s}; });
  using variant = std::variant<int, string_view>;
  check(tandem::memoize([](variant const& p) { return std::get<1>(p).back(); }),
        [](string const& s) { return variant(string_view(s)); });
  struct config {
    string const& name;
    int n;
  };
  check(tandem::memoize([](config const& c) { return c.name.back(); },
                        tandem::keyed_by([](config const& c) { return std::tie(c.name, c.n); })),
        [](string const& s) { return config{s, 1}; });
  auto flags = tandem::memoize([](std::span<bool const> x) { return x[0]; });
  bool both[] = {true, false};
  CHECK(flags(both));
  both[0] = false;
  CHECK_FALSE(flags(both));
  CHECK(flags.info().misses == 2);
}

TEST_CASE("Variants, sets and maps are keys") {
  auto inverse = tandem::memoize([](std::variant<int, double> v) { return std::visit([](auto x) { return 1. / x; }, v); });
  CHECK(inverse(0.) > 0);
  CHECK(inverse(-0.) < 0);
  for (int i = 0; i < 5; ++i) (void)inverse(std::nan(""));
  CHECK(inverse.info().size == 3);
  auto sum = tandem::memoize(
      [](std::set<int> const& a, std::map<std::string, double> const& b) { return static_cast<double>(a.size()) + b.at("x"); });
  CHECK(sum({1, 2}, {{"x", 0.5}}) == 2.5);
  CHECK(sum({2, 1}, {{"x", 0.5}}) == 2.5);
  CHECK(sum({2, 1}, {{"x", 1.5}}) == 3.5);
  CHECK(sum.info().hits == 1);
}

TEST_CASE("The option key says what the key is") {
  struct config {
    int id;
    double* data;
  };
  double data[] = {1, 2};
  int calls = 0;
  auto f = [&](config const& c, std::vector<int>& log) {
    ++calls;
    log.push_back(c.id);
    return c.data[0];
  };
  auto g = tandem::memoize(f, tandem::keyed_by([](config const& c, std::vector<int>&) { return c.id; }, {.capacity = 2}));
  std::vector<int> log;
  CHECK(g({1, data}, log) == 1);
  CHECK(g({1, data + 1}, log) == 1);
  CHECK(g({2, data + 1}, log) == 2);
  CHECK(log == std::vector<int>{1, 2});
  CHECK(calls == 2);
  CHECK(g.contains({2, nullptr}, log));
  CHECK(g.forget({2, nullptr}, log));
  auto address = tandem::memoize<double(double*)>(
      [](double* p) { return *p; }, tandem::keyed_by([](double* p) { return reinterpret_cast<std::uintptr_t>(p); }));
  CHECK(address(data) == 1);
  CHECK(address(data + 1) == 2);
  auto owner = tandem::memoize<int(std::unique_ptr<int>)>([](std::unique_ptr<int> p) { return *p; },
                                                          tandem::keyed_by([](std::unique_ptr<int> const& p) { return *p; }));
  CHECK(owner(std::make_unique<int>(4)) == 4);
  CHECK(owner(std::make_unique<int>(4)) == 4);
  CHECK(owner.info().hits == 1);
}

TEST_CASE("What a comparison of keys throws arrives, or costs no more than the remembering") {
  auto g = tandem::memoize([](touchy const& t) {
    touchy::armed = t.value == 3;
    return t.value;
  });
  CHECK(g(touchy{1}) == 1);
  touchy::armed = true;
  CHECK_THROWS_AS(g(touchy{2}), std::runtime_error);
  CHECK_THROWS_AS(g.contains(touchy{2}), std::runtime_error);
  CHECK_THROWS_AS(g.forget(touchy{1}), std::runtime_error);
  touchy::armed = false;
  CHECK(g(touchy{3}) == 3);  // == throws while the result is to be kept
  touchy::armed = false;
  CHECK(g.info().size == 1);
  CHECK_FALSE(g.contains(touchy{3}));
  CHECK(g.forget(touchy{1}));
}

TEST_CASE("Recursion with several arguments, options and a key") {
  auto binomial = tandem::memoize_recursive<long(int, int)>(
      [](auto& self, int n, int k) -> long { return k == 0 || k == n ? 1 : self(n - 1, k - 1) + self(n - 1, k); });
  CHECK(binomial(40, 20) == 137846528820);
  auto bounded =
      tandem::memoize_recursive<long(int)>([](auto& self, int n) -> long { return n < 2 ? n : self(n - 1) + self(n - 2); },
                                           {.capacity = 3, .policy = tandem::eviction::lru});
  CHECK(bounded(50) == 12586269025);
  CHECK(bounded.info().size == 3);
  auto absolute = tandem::memoize_recursive<long(long)>(
      [](auto& self, long n) -> long { return n == 0 ? 0 : 1 + self(n > 0 ? n - 1 : n + 1); },
      tandem::keyed_by([](long n) { return n < 0 ? -n : n; }));
  CHECK(absolute(5) == 5);
  CHECK(absolute(-5) == 5);
  CHECK(absolute.info().hits == 1);
}

TEST_CASE("What a cache of nothing, of one, and a bad capacity do") {
  int calls = 0;
  auto none = tandem::memoize([&](int k) { return ++calls, k; }, {.capacity = 0});
  CHECK(none(1) + none(1) == 2);
  CHECK(calls == 2);
  CHECK(none.info().misses == 2);
  CHECK(none.info().size == 0);
  CHECK(none.info().capacity == 0);
  for (auto policy : {tandem::eviction::adaptive, tandem::eviction::lru}) {
    auto one = tandem::memoize([](int k) { return k; }, {.capacity = 1, .policy = policy});
    for (int k : {1, 1, 2, 2, 1}) CHECK(one(k) == k);
    CHECK(one.info().hits == 2);
    CHECK(one.info().size == 1);
    CHECK(one.info().evictions == 2);
  }
  try {
    (void)tandem::memoize(plain, {.capacity = -3});
    FAIL("took a negative capacity");
  } catch (std::invalid_argument const& e) {
    CHECK(std::string(e.what()) == "tandem::memoize: capacity must not be negative, got -3");
  }
  CHECK(tandem::memoize(plain).info().capacity == SIZE_MAX);
}

TEST_CASE("The cache may be asked, cleared and filled from inside the function") {
  std::function<int(int)> again;
  auto g = tandem::memoize([&](int k) { return again(k); }, {.capacity = 3});
  again = [&](int k) {
    if (k == 1) g.clear();
    if (k == 2) (void)g.forget(2), (void)g.contains(2), (void)g.info();
    if (k == 3)
      for (int other = 10; other < 30; ++other) (void)g(other);
    return 2 * k;
  };
  CHECK(g(5) == 10);
  CHECK(g(1) == 2);
  CHECK_FALSE(g.contains(5));
  CHECK_FALSE(g.contains(1));  // it was on its way when the cache was cleared
  CHECK(g(2) == 4);
  CHECK(g(3) == 6);
  CHECK(g.contains(3));
  CHECK(g.info().size == 3);
}

TEST_CASE("A handle may be dropped by the function that it holds") {
  std::optional<std::function<int(int)>> holder;
  {
    auto g = tandem::memoize([&](int k) { return k; });
    holder.emplace(g);
  }
  CHECK((*holder)(3) == 3);
  auto copy = *holder;
  holder.reset();
  CHECK(copy(3) == 3);
}
