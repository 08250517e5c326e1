// SPDX-License-Identifier: BSL-1.0
// Which elements of one list are not in another? Searching the list for each is n * m steps; a hash set makes it n + m. That
// is the lesson, and no number of cores makes up for it. With the set, the n lookups can still be shared: nobody writes to it.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <unordered_set>
#include <vector>

#include <tandem/map.hpp>

using number = std::uint64_t;

template <class F> double milliseconds(F f) {
  auto const begin = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

int main() {
  std::vector<number> a(20'000), b(10'000);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = i * 2654435761u % 1'000'003;
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = a[2 * i];
  std::unordered_set<number> const in_b(b.begin(), b.end());

  auto const in_list = [&](number x) { return std::find(b.begin(), b.end(), x) != b.end(); };
  auto const in_set = [&](number x) { return in_b.count(x) > 0; };
  auto const difference = [&](std::vector<bool> const& found) {
    std::vector<number> rest;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!found[i]) rest.push_back(a[i]);
    return rest;
  };

  std::vector<number> slow, slow_by_all, fast, fast_by_all;
  double const times[] = {
      milliseconds([&] { slow = difference(tandem::map(tandem::seq, a, in_list)); }),
      milliseconds([&] { slow_by_all = difference(tandem::map(a, in_list)); }),
      milliseconds([&] { fast = difference(tandem::map(tandem::seq, a, in_set)); }),
      milliseconds([&] { fast_by_all = difference(tandem::map(a, in_set)); }),
  };
  std::printf("             one thread    all\n");
  std::printf("list     %11.2f ms %7.2f ms\n", times[0], times[1]);
  std::printf("hash set %11.2f ms %7.2f ms\n", times[2], times[3]);
  return slow == slow_by_all && slow == fast && slow == fast_by_all && slow.size() == 10'000 ? 0 : 1;
}
