// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The front door: all of tandem. A program that uses one primitive includes that primitive's header instead.

#include <tandem/core.hpp>
#include <tandem/distance.hpp>
#include <tandem/execution.hpp>
#include <tandem/kernel.hpp>
#include <tandem/map.hpp>
#include <tandem/memoize.hpp>
#include <tandem/reduce.hpp>
#include <tandem/source.hpp>
