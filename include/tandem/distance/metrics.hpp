// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Metrics of `scipy.spatial.distance`, by its names and conventions: `euclidean` and `sqeuclidean`.
///
/// All are computed by their direct formulas: no norms are expanded, so that nothing cancels, d(x, x) is 0, and distances
/// are never negative. A metric derived from one of them that is not symmetric must set `symmetric` to false (see metric.hpp).

#include <cstddef>

#include <tandem/core/config.hpp>
#include <tandem/kernel/math.hpp>

namespace tandem {
inline namespace TANDEM_ABI {

/// The type of `sqeuclidean`: sum of (x - y)^2, each square fused with the addition where the instruction set can.
struct sqeuclidean_metric {
  static constexpr bool symmetric = true;

  TANDEM_INLINE auto init(auto zero) const { return zero; }
  TANDEM_INLINE auto step(auto total, auto x, auto y) const {
    auto const difference = x - y;
    return tandem::fma(difference, difference, total);
  }
  TANDEM_INLINE auto join(auto total, auto following) const { return total + following; }
  TANDEM_INLINE auto finish(auto total, std::size_t) const { return total; }
};

/// The type of `euclidean`: the square root of `sqeuclidean`.
struct euclidean_metric : sqeuclidean_metric {
  TANDEM_INLINE auto finish(auto total, std::size_t) const { return tandem::sqrt(total); }
};

/// The squared Euclidean distance, sum of (x - y)^2.
///
/// Relative error at most (256 + n / 256 + 2) units of rounding for n columns, whatever the norms, where no square underflows:
/// squares of differences below 1e-154 (double) or 1e-19 (float) lose digits or vanish, and rows that differ by less than
/// 1e-162 (double) or 1e-23 (float) in every column are at distance 0. NaN in a row gives NaN; differences above 1e154 (double)
/// or 1e19 (float) overflow to infinity. Example: `tandem::cdist(X, Y, tandem::sqeuclidean)`
inline constexpr sqeuclidean_metric sqeuclidean{};

/// The Euclidean distance, sqrt of the sum of (x - y)^2. Errors as for `sqeuclidean`, halved by the root; underflow too.
/// Example: `tandem::cdist(X, Y, tandem::euclidean)`
inline constexpr euclidean_metric euclidean{};

}  // namespace TANDEM_ABI
}  // namespace tandem
