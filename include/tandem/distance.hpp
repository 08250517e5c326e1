// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Pairwise distances: `cdist` (distance/cdist.hpp) with the metrics of distance/metrics.hpp, `euclidean` and `sqeuclidean`,
/// or with metrics of one's own (distance/metric.hpp says how).

#include <tandem/distance/cdist.hpp>
#include <tandem/distance/metric.hpp>
#include <tandem/distance/metrics.hpp>
#include <tandem/kernel.hpp>
