// SPDX-License-Identifier: BSL-1.0
// The edit distance of two words: how many letters must be inserted, deleted or changed to get from one to the other.
//
// The recursion reads as the definition does. Without a cache it would take a number of calls that grows as 5^n; with one,
// every pair of prefixes is compared once.
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string_view>

#include <tandem/memoize.hpp>

std::size_t edit_distance(std::string_view a, std::string_view b) {
  auto between_prefixes = tandem::memoize_recursive<std::size_t(std::size_t, std::size_t)>(
      [&](auto& self, std::size_t i, std::size_t j) -> std::size_t {
        if (i == 0 || j == 0) return i + j;
        if (a[i - 1] == b[j - 1]) return self(i - 1, j - 1);
        return 1 + std::min({self(i - 1, j), self(i, j - 1), self(i - 1, j - 1)});
      });
  std::size_t const distance = between_prefixes(a.size(), b.size());
  auto const info = between_prefixes.info();
  std::printf("%-22.*s %-22.*s %zu edits, %llu pairs of prefixes compared\n", static_cast<int>(a.size()), a.data(),
              static_cast<int>(b.size()), b.data(), distance, static_cast<unsigned long long>(info.misses));
  return info.misses <= (a.size() + 1) * (b.size() + 1) ? distance : std::size_t(-1);
}

int main() {
  bool const right = edit_distance("kitten", "sitting") == 3 && edit_distance("memoization", "memorization") == 1 &&
                     edit_distance("", "four") == 4 && edit_distance("intention", "execution") == 5;
  return right ? 0 : 1;
}
