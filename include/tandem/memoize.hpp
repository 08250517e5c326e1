// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Memoization: functions that remember their results, `memoize` and `memoize_recursive` (memoize/memoize.hpp), with their options
/// (memoize/options.hpp) and what they return (memoize/memoized.hpp).

#include <tandem/memoize/memoize.hpp>
#include <tandem/memoize/memoized.hpp>
#include <tandem/memoize/options.hpp>
