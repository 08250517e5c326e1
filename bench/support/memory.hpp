// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The resident memory of this process, as the Linux kernel counts it. Elsewhere all numbers are 0: unknown.

#include <cstdio>
#include <cstring>

namespace bench {

struct resident_memory {
  double now = 0, peak = 0;  // bytes
};

inline resident_memory read_resident_memory() {
  resident_memory found;
  std::FILE* const status = std::fopen("/proc/self/status", "r");
  if (status == nullptr) return found;
  char line[256];
  while (std::fgets(line, sizeof line, status) != nullptr) {
    double kibibytes = 0;
    if (std::sscanf(line, "VmHWM: %lf", &kibibytes) == 1) found.peak = kibibytes * 1024;
    if (std::sscanf(line, "VmRSS: %lf", &kibibytes) == 1) found.now = kibibytes * 1024;
  }
  std::fclose(status);
  return found;
}

/// Lets the peak start again from what is resident now. False where the system does not allow it.
inline bool reset_peak_memory() {
  std::FILE* const file = std::fopen("/proc/self/clear_refs", "w");
  if (file == nullptr) return false;
  bool const written = std::fputs("5", file) >= 0;
  return std::fclose(file) == 0 && written;
}

}  // namespace bench
