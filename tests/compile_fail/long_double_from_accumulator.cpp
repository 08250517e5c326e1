// error: static.assert.*failed.*tandem::exact_accumulator gives float and double
// SPDX-License-Identifier: BSL-1.0
#include <tandem/reduce/exact_accumulator.hpp>

int main() {
  tandem::exact_accumulator sum;
  sum.add(1.);
#if defined(TANDEM_COMPILE_FAIL)
  return sum.value<long double>() == 1 ? 0 : 1;
#else
  return sum.value() == 1 ? 0 : 1;
#endif
}
