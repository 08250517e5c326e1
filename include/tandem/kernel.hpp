// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Vectorized kernels: one body for scalars and lanes, run over whole arrays.

#include <tandem/core.hpp>
#include <tandem/execution.hpp>
#include <tandem/kernel/lanes.hpp>
#include <tandem/kernel/math.hpp>
#include <tandem/kernel/transform.hpp>
