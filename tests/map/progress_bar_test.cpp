// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <tandem/map.hpp>

using Catch::Matchers::ContainsSubstring;
using tandem::progress_bar;

namespace {

// What `f(file)` writes to a file that is no terminal.
template <class F> std::string written(F f) {
  std::FILE* const file = std::tmpfile();
  f(file);
  std::rewind(file);
  std::string text;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) text += static_cast<char>(c);
  std::fclose(file);
  return text;
}

// What it writes to a terminal.
template <class F> std::string shown(F f) {
  int const master = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0) return "no terminal";
  std::FILE* const file = std::fopen(::ptsname(master), "w");
  if (file == nullptr) return "no terminal";
  f(file);
  std::fflush(file);
  // What was written may come in several pieces; the last one ends the line.
  std::string text;
  char buffer[4096];
  while (text.empty() || text.back() != '\n') {
    ssize_t const n = ::read(master, buffer, sizeof buffer);
    if (n <= 0) break;
    text.append(buffer, static_cast<std::size_t>(n));
  }
  std::fclose(file);
  ::close(master);
  return text;
}

}  // namespace

TEST_CASE("Where there is no terminal, a line now and then and one at the end") {
  std::string const text = written([](std::FILE* file) {
    progress_bar bar("fits", file);
    for (int second = 0; second <= 40; ++second)
      bar.update({static_cast<std::uint64_t>(second), 40, static_cast<double>(second), ""});
  });
  CHECK(text ==
        "fits  25% |#####               | 10/40 [00:10 < 00:30, 1/s]\n"
        "fits  50% |##########          | 20/40 [00:20 < 00:20, 1/s]\n"
        "fits  75% |###############     | 30/40 [00:30 < 00:10, 1/s]\n"
        "fits 100% |####################| 40/40 [00:40, 1/s]\n");
}

TEST_CASE("On a terminal the line is drawn in place and fits its width") {
  setenv("COLUMNS", "60", 1);
  std::string const text = shown([](std::FILE* file) {
    progress_bar bar("", file);
    bar.update({0, 200, 0, "options"});
    bar.update({90, 200, 12, "options"});
    bar.update({200, 200, 20, "options"});
  });
  setenv("COLUMNS", "20", 1);
  std::string const narrow = shown([](std::FILE* file) {
    progress_bar bar("a very long label of a call", file);
    bar.update({90, 200, 12, ""});
  });
  unsetenv("COLUMNS");
  if (text == "no terminal") SKIP("there is no terminal to be had");
  CHECK_THAT(text, ContainsSubstring("\roptions  45% |") && ContainsSubstring("| 90/200 [00:12 < 00:15, 7.5/s]\033[K"));
  CHECK(text.substr(text.size() - 2) == "\r\n");
  CHECK_THAT(narrow, ContainsSubstring("\ra very long label o\033[K"));  // and the line is ended when the bar goes
  CHECK(narrow.back() == '\n');
}

TEST_CASE("An unknown total, long times, slow rates and nothing at all have a line too") {
  auto const line = [](tandem::progress_info const& info) {
    return written([&](std::FILE* file) { progress_bar("x", file).update(info); });
  };
  CHECK(line({50, 0, 100, ""}) == "x 50 [01:40, 2 s each]\n");
  CHECK(line({1, 3, 3700, ""}) == "x  33% |######              | 1/3 [1:01:40 < 2:03:20, 3.7e+03 s each]\n");
  CHECK(line({0, 3, 11, ""}) == "x   0% |                    | 0/3 [00:11 < ?, 0/s]\n");
  CHECK(line({0, 0, 0, ""}).empty());
}

TEST_CASE("A bar follows calls, one after the other") {
  std::string const text = written([](std::FILE* file) {
    progress_bar bar("calls", file);
    for (int call = 0; call < 2; ++call) tandem::map(tandem::par.with({.progress = &bar}), std::vector<int>(10), [](int) {});
  });
  CHECK_THAT(text, ContainsSubstring("calls 100%"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
}
