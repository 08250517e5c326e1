// SPDX-License-Identifier: BSL-1.0
// Fibonacci numbers as they are defined, in 91 steps instead of 10^19: the function calls itself through a cache.
#include <cstdint>
#include <cstdio>

#include <tandem/memoize.hpp>

int main() {
  auto fibonacci = tandem::memoize_recursive<std::uint64_t(unsigned)>(
      [](auto& self, unsigned n) -> std::uint64_t { return n < 2 ? n : self(n - 1) + self(n - 2); });

  std::uint64_t const result = fibonacci(90);
  tandem::memo_info const info = fibonacci.info();
  std::printf("fibonacci(90) = %llu\n", static_cast<unsigned long long>(result));
  std::printf("computed %llu numbers, remembered %llu times\n", static_cast<unsigned long long>(info.misses),
              static_cast<unsigned long long>(info.hits));

  // A definition that goes round in circles is told, where plain recursion would crash.
  auto circle = tandem::memoize_recursive<int(int)>([](auto& self, int n) -> int { return self((n + 1) % 3); });
  bool told = false;
  try {
    (void)circle(0);
  } catch (tandem::memo_cycle_error const& error) {
    std::printf("circle(0): %s\n", error.what());
    told = true;
  }
  return result == 2880067194370816120u && info.misses == 91 && info.hits == 88 && told ? 0 : 1;
}
