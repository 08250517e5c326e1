// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Pairwise distances with SciPy's metrics, or with metrics of one's own.

#include <tandem/distance/cdist.hpp>
#include <tandem/distance/metric.hpp>
#include <tandem/distance/metrics.hpp>
#include <tandem/kernel.hpp>
