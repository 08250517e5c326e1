// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The nouns of tandem: `matrix` and `matrix_view`, `zip` (several ranges as one), `options`, errors and progress, each in the
/// header of its name in core/.

#include <tandem/core/config.hpp>
#include <tandem/core/count.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/error_policy.hpp>
#include <tandem/core/matrix.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/core/options.hpp>
#include <tandem/core/progress.hpp>
#include <tandem/core/zip.hpp>
