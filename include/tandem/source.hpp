// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Sources of chunks, for data larger than memory: the concept `source` and `chunks(range, size)` (source/source.hpp).

#include <tandem/source/source.hpp>
