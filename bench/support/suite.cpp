// SPDX-License-Identifier: BSL-1.0
#include "suite.hpp"

#include <cstdio>

#include <tandem/execution.hpp>

namespace bench {

std::size_t jobs() { return tandem::default_jobs(); }

namespace detail {

registry& the_registry() {
  static registry all;
  return all;
}

std::string describe_error(std::size_t i, double got, double expected, double tolerance) {
  char sentence[200];
  std::snprintf(sentence, sizeof sentence, "result %zu is %.17g, expected %.17g within a relative %.2g", i, got, expected,
                tolerance);
  return sentence;
}

}  // namespace detail
}  // namespace bench
