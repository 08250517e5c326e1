// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Vectorized kernels, one body for scalars and lanes: `transform` (kernel/transform.hpp) runs them over whole arrays,
/// kernel/math.hpp has the functions they call, kernel/lanes.hpp what they see.

#include <tandem/core.hpp>
#include <tandem/execution.hpp>
#include <tandem/kernel/lanes.hpp>
#include <tandem/kernel/math.hpp>
#include <tandem/kernel/transform.hpp>
