// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Reductions, exact and reproducible: `sum`, `dot`, `mean`, `variance`, extrema, histograms, one's own reducers; over ranges,
/// sources, matrices, their rows and columns, windows and groups.

#include <tandem/core/reducer.hpp>
#include <tandem/kernel.hpp>
#include <tandem/reduce/exact_accumulator.hpp>
#include <tandem/reduce/extrema.hpp>
#include <tandem/reduce/fold.hpp>
#include <tandem/reduce/group_by.hpp>
#include <tandem/reduce/histogram.hpp>
#include <tandem/reduce/moments.hpp>
#include <tandem/reduce/moving.hpp>
#include <tandem/reduce/sum.hpp>
#include <tandem/reduce/transform_reduce.hpp>
#include <tandem/reduce/weighted.hpp>
