// SPDX-License-Identifier: BSL-1.0
#include <catch2/catch_test_macros.hpp>
#include <tandem/backend/streaming.hpp>

using tandem::backend::store_mode;

TEST_CASE("Stores pass by the caches where the output is more than half of the last one") {
  std::size_t const half = tandem::backend::last_level_cache_bytes() / 2;
  CHECK(tandem::backend::store_mode_for(0) == store_mode::cached);
  CHECK(tandem::backend::store_mode_for(half) == store_mode::cached);
  CHECK(tandem::backend::store_mode_for(half + 1) ==
        (tandem::backend::has_streaming_stores ? store_mode::streaming : store_mode::cached));
}

TEST_CASE("A fence may end either kind of chunk") {
  alignas(64) double to[16] = {};
  for (store_mode const mode : {store_mode::cached, store_mode::streaming}) {
    tandem::backend::fence_at_end const fence{mode};
    tandem::backend::store_streaming<double>(to, xsimd::batch<double>(mode == store_mode::cached ? 1. : 2.));
  }
  CHECK(to[0] == 2);
}
