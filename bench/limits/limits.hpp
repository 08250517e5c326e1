// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What this machine can do at best, measured in the same run as the variants: arithmetic in registers, and the ladder of
/// its memory from the first cache to DRAM.

#include <string>

namespace bench::limits {

/// Measures all limits by one thread and by all, and returns them as JSON. Takes a few seconds, less when `quick`.
std::string measure(bool quick);

}  // namespace bench::limits
