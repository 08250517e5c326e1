// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The nouns of tandem: matrices and views of them, several ranges as one, sizes, errors, progress.

#include <tandem/core/config.hpp>
#include <tandem/core/count.hpp>
#include <tandem/core/error.hpp>
#include <tandem/core/matrix.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/core/options.hpp>
#include <tandem/core/progress.hpp>
#include <tandem/core/zip.hpp>
