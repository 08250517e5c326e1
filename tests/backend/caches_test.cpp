// SPDX-License-Identifier: BSL-1.0
#include <cstddef>

#include <catch2/catch_test_macros.hpp>

#include <tandem/backend/caches.hpp>

TEST_CASE("The last-level cache has a plausible size and keeps it") {
  std::size_t const bytes = tandem::backend::last_level_cache_bytes();
  CHECK(bytes >= std::size_t{64} << 10);
  CHECK(bytes <= std::size_t{1} << 36);
  CHECK(tandem::backend::last_level_cache_bytes() == bytes);
}
