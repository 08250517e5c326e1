// SPDX-License-Identifier: BSL-1.0
#include <catch2/catch_test_macros.hpp>
#include <cfenv>
#include <tandem/backend/floating_point.hpp>

static double third(double x) {
  double volatile dividend = x, divisor = 3;
  double volatile const quotient = dividend / divisor;
  return quotient;
}

TEST_CASE("Under nearest_rounding divisions round to nearest, and the caller's mode and flags come back") {
  double const nearest = third(1);
  std::fesetround(FE_UPWARD);
  std::feclearexcept(FE_ALL_EXCEPT);
  double guarded = 0;
  {
    tandem::backend::nearest_rounding const guard;
    guarded = third(1);
  }
  bool const clean = std::fetestexcept(FE_INEXACT) == 0;
  double const upward = third(1);
  std::fesetround(FE_TONEAREST);
  CHECK(guarded == nearest);
  CHECK(upward > nearest);
  CHECK(clean);
}

TEST_CASE("A barrier leaves a value as it is") {
  double x = 0.1;
  tandem::backend::barrier(x);
  CHECK(x == 0.1);
}
