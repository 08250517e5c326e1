// SPDX-License-Identifier: BSL-1.0
#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <fstream>
#include <string>
#include <tandem/backend/caches.hpp>

TEST_CASE("The size of the last-level cache is plausible and does not change") {
  std::size_t const bytes = tandem::backend::last_level_cache_bytes();
  CHECK(bytes >= std::size_t{256} << 10);
  CHECK(bytes <= std::size_t{4} << 30);
  CHECK(tandem::backend::last_level_cache_bytes() == bytes);
}

TEST_CASE("It is not larger than what the system says of one cache") {
  std::ifstream file("/sys/devices/system/cpu/cpu0/cache/index3/size");
  std::string text;
  std::getline(file, text);
  std::size_t const one = tandem::backend::cache_size_in(text);
  if (one > 0) CHECK(tandem::backend::last_level_cache_bytes() <= one);
}

TEST_CASE("Sizes are read as Linux writes them") {
  CHECK(tandem::backend::cache_size_in("32768K\n") == std::size_t{32} << 20);
  CHECK(tandem::backend::cache_size_in("16M") == std::size_t{16} << 20);
  CHECK(tandem::backend::cache_size_in("4096") == 4096);
  CHECK(tandem::backend::cache_size_in("") == 0);
  CHECK(tandem::backend::cache_size_in("unknown") == 0);
}
