// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `cdist`: the distance of every row of X to every row of Y, `scipy.spatial.distance.cdist`.
///
/// For the few nearest rows, or all within a radius, the whole matrix is not needed: `nearest` and `within` never make it.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include <tandem/backend/split.hpp>
#include <tandem/backend/tasks.hpp>
#include <tandem/core/matrix.hpp>
#include <tandem/core/matrix_view.hpp>
#include <tandem/distance/detail/tile_engine.hpp>
#include <tandem/distance/metric.hpp>
#include <tandem/execution.hpp>

namespace tandem {
namespace detail {

/// The elements of anything that a matrix_view looks at.
template <class Matrix> using view_of = decltype(matrix_view(std::declval<Matrix&>()));

}
}  // namespace tandem
