// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Sizes of the caches, where the system tells them.

#include <charconv>
#include <cstddef>
#include <string_view>
#include <system_error>

#if defined(__linux__)
#include <unistd.h>
#include <cstdio>
#endif

namespace tandem::backend {

/// The bytes of a size as Linux writes it, such as 32768K; 0 if it is none.
inline std::size_t cache_size_in(std::string_view text) {
  std::size_t size = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc()) return 0;
  char const unit = end != text.data() + text.size() ? *end : ' ';
  return unit == 'K' ? size << 10 : unit == 'M' ? size << 20 : size;
}

/// Bytes of the last-level cache; 32 MiB where the system does not say.
///
/// Of two answers the smaller one: of processors whose cores share several caches the C library tells the sum of all, or more.
inline std::size_t last_level_cache_bytes() {
  static std::size_t const bytes = [] {
    std::size_t found = 0;
#if defined(__linux__)
    if (std::FILE* const file = std::fopen("/sys/devices/system/cpu/cpu0/cache/index3/size", "r")) {
      char text[32];
      found = cache_size_in({text, std::fread(text, 1, sizeof text, file)});
      std::fclose(file);
    }
#if defined(_SC_LEVEL3_CACHE_SIZE)
    long const told = ::sysconf(_SC_LEVEL3_CACHE_SIZE);
    if (told > 0 && (found == 0 || static_cast<std::size_t>(told) < found)) found = static_cast<std::size_t>(told);
#endif
#endif
    return found > 0 ? found : std::size_t{32} << 20;
  }();
  return bytes;
}

}  // namespace tandem::backend
