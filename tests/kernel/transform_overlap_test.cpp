// SPDX-License-Identifier: BSL-1.0
// Outputs that share memory with inputs: the results are always those of separate arrays.
#include <tandem/kernel/transform.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include "../support/every_policy.hpp"

using Catch::Matchers::Message;
using kernel_test::with_every_policy;
using tandem::zip;

namespace {

constexpr std::size_t n = 45;

/// Bytes in which arrays of several types may lie on top of each other.
class memory {
 public:
  memory() : bytes_(new(std::align_val_t(64)) std::byte[size]) {}
  ~memory() { ::operator delete[](bytes_, std::align_val_t(64)); }
  memory(memory const&) = delete;
  template <class T> std::span<T> at(std::size_t byte) { return {std::launder(reinterpret_cast<T*>(bytes_ + byte)), n}; }

 private:
  static constexpr std::size_t size = 4096;
  std::byte* bytes_;
};

// An array of In at byte `from`, transformed to an array of Out at byte `to`; whether all is as in separate arrays.
template <class In, class Out, class Policy> bool as_if_separate(Policy const& policy, std::size_t from, std::size_t to) {
  memory shared;
  std::span<In> const in = shared.at<In>(from);
  for (std::size_t i = 0; i < n; ++i) in[i] = static_cast<In>(i + 1);
  std::span<Out> const out = shared.at<Out>(to);
  tandem::transform(policy, in, out, [](auto v) { return v * 2; });
  for (std::size_t i = 0; i < n; ++i)
    if (out[i] != static_cast<Out>(2 * (i + 1))) return false;
  return true;
}

}  // namespace

TEST_CASE("An output may overlap its input by any shift in either direction", "[transform]") {
  with_every_policy([](char const* name, auto const& policy) {
    INFO(name);
    std::size_t wrong = 0;
    for (std::size_t shift = 0; shift <= n + 2; ++shift) {
      wrong += !as_if_separate<double, double>(policy, 512, 512 + 8 * shift);
      wrong += !as_if_separate<double, double>(policy, 512, 512 - 8 * shift);
      wrong += !as_if_separate<float, float>(policy, 512, 512 + 4 * shift);
      wrong += !as_if_separate<float, float>(policy, 512, 512 - 4 * shift);
    }
    CHECK(wrong == 0);
  });
}

TEST_CASE("Inputs and outputs of different element sizes may overlap", "[transform]") {
  auto const check = [](char const* name, auto const& policy) {
    INFO(name);
    std::size_t wrong = 0;
    for (std::size_t shift = 0; shift <= n + 2; shift += 3) {
      wrong += !as_if_separate<double, float>(policy, 512, 512 + 8 * shift);
      wrong += !as_if_separate<double, float>(policy, 512, 512 - 8 * shift);
      wrong += !as_if_separate<float, double>(policy, 512, 512 + 8 * shift);
      wrong += !as_if_separate<float, double>(policy, 512, 512 - 8 * shift);
      wrong += !as_if_separate<int, std::uint8_t>(policy, 512, 512 + shift);
      wrong += !as_if_separate<double, std::int64_t>(policy, 512, 512 + 8 * shift);
    }
    CHECK(wrong == 0);
  };
  check("seq", tandem::seq);
  check("unseq", tandem::unseq);
  check("par_unseq, 3 jobs, grain 7", tandem::par_unseq.with({.jobs = 3, .grain = 7}));
}

TEST_CASE("Each of several inputs may overlap each of several outputs", "[transform]") {
  with_every_policy([](char const* name, auto const& policy) {
    INFO(name);
    std::size_t wrong = 0;
    for (std::size_t a = 0; a <= 60; a += 4)
      for (std::size_t b = 0; b <= 60; b += 5)
        for (std::size_t const gap : {n, n + 9}) {
          std::vector<double> all(60 + 2 * n + 20);
          for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<double>(i * i);
          std::span<double> const x = std::span(all).subspan(a, n), y = std::span(all).subspan(b, n);
          std::span<double> const sum = std::span(all).subspan(3, n), difference = std::span(all).subspan(3 + gap, n);
          std::vector<double> const p(x.begin(), x.end()), q(y.begin(), y.end());
          tandem::transform(policy, zip(x, y), zip(sum, difference), [](auto v, auto w) { return std::pair(v + w, v - w); });
          for (std::size_t i = 0; i < n; ++i) wrong += sum[i] != p[i] + q[i] || difference[i] != p[i] - q[i];
        }
    CHECK(wrong == 0);
  });
}

TEST_CASE("Objects may overlap in part too", "[transform]") {
  std::vector<std::string> words;
  for (int i = 0; i < 12; ++i) words.push_back(std::to_string(i) + " is long enough for the heap");
  std::vector<std::string> const before = words;
  tandem::transform(tandem::seq, std::span(words).first(10), std::span(words).subspan(1, 10),
                    [](std::string const& s) { return s + "!"; });
  CHECK((words[0] == before[0] && words[11] == before[11]));
  for (std::size_t i = 1; i <= 10; ++i) CHECK(words[i] == before[i - 1] + "!");
}

TEST_CASE("Objects that cannot be copied are refused when they overlap in part, and fine in place", "[transform]") {
  struct token {
    int value = 0;
    token() = default;
    explicit token(int v) : value(v) {}
    token(token&&) = default;
    token& operator=(token&&) = default;
  };
  std::vector<token> tokens(6);
  auto const next = [](token const& t) { return token(t.value + 1); };
  std::span<token> const all(tokens);
  tandem::transform(tandem::seq, all, all, next);
  CHECK((tokens[0].value == 1 && tokens[5].value == 1));
  CHECK_THROWS_MATCHES(tandem::transform(tandem::seq, all.first(5), all.subspan(1), next), std::invalid_argument,
                       Message("tandem::transform: an output overlaps an input in part, and the elements cannot be copied"));
  CHECK((tokens[0].value == 1 && tokens[5].value == 1));
}

TEST_CASE("Outputs that overlap each other are refused by a sentence, and nothing is written", "[transform]") {
  std::vector<double> const x(10, 1.);
  std::vector<double> y(30, 7.);
  std::span<double> const all(y);
  auto const two = [](auto v) { return std::pair(v, -v); };
  auto const three = [](auto v) { return std::tuple(v, -v, v); };
  with_every_policy([&](char const* name, auto const& policy) {
    INFO(name);
    CHECK_THROWS_MATCHES(tandem::transform(policy, x, zip(all.first(10), all.first(10)), two), std::invalid_argument,
                         Message("tandem::transform: outputs 0 and 1 overlap"));
    CHECK_THROWS_MATCHES(tandem::transform(policy, x, zip(all.first(10), all.subspan(9, 10)), two), std::invalid_argument,
                         Message("tandem::transform: outputs 0 and 1 overlap"));
    CHECK_THROWS_MATCHES(tandem::transform(policy, x, zip(all.subspan(20, 10), all.first(10), all.subspan(3, 10)), three),
                         std::invalid_argument, Message("tandem::transform: outputs 1 and 2 overlap"));
    CHECK(y == std::vector<double>(30, 7.));
    CHECK_NOTHROW(tandem::transform(policy, x, zip(all.first(10), all.subspan(10, 10)), two));
    std::fill(y.begin(), y.end(), 7.);
  });
}
