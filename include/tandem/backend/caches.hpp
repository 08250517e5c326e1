// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Sizes of the caches, where the system tells them.

#include <cstddef>

#if defined(__linux__)
#include <unistd.h>
#endif

namespace tandem::backend {

/// Bytes of the last-level cache; 32 MiB where the system does not say.
inline std::size_t last_level_cache_bytes() {
  static std::size_t const bytes = [] {
    long found = 0;
#if defined(__linux__) && defined(_SC_LEVEL3_CACHE_SIZE)
    found = ::sysconf(_SC_LEVEL3_CACHE_SIZE);
#endif
    return found > 0 ? static_cast<std::size_t>(found) : std::size_t{32} << 20;
  }();
  return bytes;
}

}  // namespace tandem::backend
