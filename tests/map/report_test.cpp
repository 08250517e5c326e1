// SPDX-License-Identifier: BSL-1.0
// TANDEM_REPORT=1. It is read once a process, so that the calls are made by another process: this program again, with only the
// hidden test case below.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <tandem/map.hpp>

using Catch::Matchers::ContainsSubstring;
using tandem::seq;

namespace {

std::string said(std::string const& setting) {
  std::array<char, 4096> self{};
  if (::readlink("/proc/self/exe", self.data(), self.size() - 1) <= 0) return "who am I?";
  std::FILE* const child = ::popen((setting + " '" + self.data() + "' 'Some calls to report' 2>&1 >/dev/null").c_str(), "r");
  if (child == nullptr) return "no child";
  std::string text;
  for (int c = std::fgetc(child); c != EOF; c = std::fgetc(child)) text += static_cast<char>(c);
  ::pclose(child);
  return text;
}

}  // namespace

TEST_CASE("Some calls to report", "[.]") {
  tandem::map(seq.with({.grain = 1, .label = "fits"}), std::vector<int>{1, 30, 1},
              [](int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); });
  for ([[maybe_unused]] auto&& r : tandem::imap(seq, std::vector<int>(3), [](int i) { return i; })) {}
  CHECK_THROWS_AS(tandem::map(seq, std::vector<int>(3), [](int) { throw 1; }), int);
  tandem::map(std::vector<int>(100), [](int i) { return i; });
}

TEST_CASE("With TANDEM_REPORT=1 every call says in a line what became of it") {
  std::string const text = said("TANDEM_REPORT=1");
  CHECK_THAT(text, ContainsSubstring("tandem::map \"fits\": 3 items in "));
  CHECK_THAT(text, ContainsSubstring("on 1 of 1 threads, utilisation "));
  CHECK_THAT(text, ContainsSubstring("imbalance 1, grain 1, slowest item 1: 3"));
  CHECK_THAT(text, ContainsSubstring("tandem::imap: 3 items in "));
  CHECK_THAT(text, ContainsSubstring("tandem::map: 100 items in "));
  CHECK(std::count(text.begin(), text.end(), '\n') == 4);
}

TEST_CASE("Without it, or with 0, nothing is said") {
  CHECK(said("TANDEM_REPORT=0").empty());
  CHECK(said("env -u TANDEM_REPORT").empty());
}
