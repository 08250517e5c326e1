// SPDX-License-Identifier: BSL-1.0
// error: tandem is for 64-bit programs
// options: -m32
#include <tandem/core.hpp>
