// SPDX-License-Identifier: BSL-1.0
// error: tandem cannot keep its promises about numbers under -ffast-math or -ffinite-math-only
// options: -ffinite-math-only
#include <tandem/kernel.hpp>
