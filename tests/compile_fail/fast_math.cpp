// SPDX-License-Identifier: BSL-1.0
// error: tandem cannot keep its promises about numbers under -ffast-math
// options: -ffast-math
#include <tandem/kernel.hpp>
