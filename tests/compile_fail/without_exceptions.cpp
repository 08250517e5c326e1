// SPDX-License-Identifier: BSL-1.0
// error: tandem reports errors by exceptions and cannot be used with -fno-exceptions
// options: -fno-exceptions
#include <tandem/core.hpp>
