// SPDX-License-Identifier: BSL-1.0
// error: under -funsafe-math-optimizations the compiler may reorder sums
// options: -funsafe-math-optimizations
#include <tandem/kernel.hpp>

tandem::lanes<double> bell(tandem::lanes<double> x) { return tandem::exp(-x * x); }
