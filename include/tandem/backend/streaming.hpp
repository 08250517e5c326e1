// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Stores past the caches: when they pay, and how they end.

#include <cstddef>

#include <tandem/backend/caches.hpp>
#include <tandem/backend/simd.hpp>

namespace tandem::backend {
inline namespace TANDEM_ABI {

/// How registers go to memory.
enum class store_mode { cached, streaming };

/// Streaming pays when `bytes` of output would drive everything else out of the cache; not where somebody has just read what
/// is written to, which the caller knows.
inline store_mode store_mode_for(std::size_t bytes) {
  return has_streaming_stores && bytes > last_level_cache_bytes() / 2 ? store_mode::streaming : store_mode::cached;
}

/// Orders the streaming stores of a chunk before what follows it, also when the chunk ends by an exception.
struct fence_at_end {
  store_mode mode;
  ~fence_at_end() {
    if (mode == store_mode::streaming) streaming_fence();
  }
};

}  // namespace TANDEM_ABI
}  // namespace tandem::backend
