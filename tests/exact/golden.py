# SPDX-License-Identifier: BSL-1.0
"""Writes golden.hpp: numbers with their exactly rounded sum, mean, sum of squares, variance and norm, by rational arithmetic.

Run by hand when cases are added: python3 golden.py > golden.hpp, then format. The sums are checked against math.fsum where that has no overflow.
"""
import math
import random
import struct
from fractions import Fraction

random.seed(20261121)
PRECISION, LEAST, MOST = 53, -1074, 1023


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def nearest(exact):
    """The double nearest to a fraction, halfway cases to even; infinite where it is too large."""
    if exact == 0:
        return 0.0
    size = abs(exact)
    top = size.numerator.bit_length() - size.denominator.bit_length()
    if Fraction(2) ** top > size:
        top -= 1
    unit = max(top - PRECISION + 1, LEAST)
    steps = size / Fraction(2) ** unit
    whole = steps.numerator // steps.denominator
    rest = steps - whole
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1):
        whole += 1
    if whole * Fraction(2) ** unit >= Fraction(2) ** (MOST + 1):
        result = math.inf
    else:
        result = math.ldexp(whole, unit)
    return -result if exact < 0 else result


def root(exact):
    """The square root of a fraction, to the nearest double."""
    if exact == 0:
        return 0.0
    shift = 2400
    scaled = exact * Fraction(4) ** shift
    return nearest(Fraction(math.isqrt(scaled.numerator // scaled.denominator)) / Fraction(2) ** shift)


def any_exponent(least, most):
    return math.ldexp(random.uniform(0.5, 1) * random.choice((-1, 1)), random.randint(least, most))


def cases():
    yield []
    yield [1e100, 1.0, -1e100]
    yield [0.1] * 10
    yield [1e308, 1e308, -1e308]
    yield [1.7e308, 1.7e308]
    yield [-1.7e308, -1.7e308, 1.0]
    yield [5e-324] * 3
    yield [5e-324, -5e-324, 2.2e-308]
    yield [2.0**53, 1.0, 2.0**-60]          # just above halfway
    yield [2.0**53, 1.0, -(2.0**-60)]       # just below
    yield [2.0**53, 1.0]                    # halfway, to even: down
    yield [2.0**53 + 2, 1.0]                # halfway, to even: up
    yield [-(2.0**53), -1.0, -(2.0**-1000)]
    yield [-(2.0**53), -1.0, 2.0**-1000]
    yield [1.7976931348623157e308, 2.0**969]            # below halfway to infinity
    yield [1.7976931348623157e308, 2.0**970]            # halfway: infinite
    yield [1.7976931348623157e308, 2.0**970, -5e-324]
    yield [float(i) * (-1) ** i for i in range(1, 60)]
    yield [(-1) ** i / (2 * i + 1) for i in range(80)]
    yield [3e300, 4e300]
    yield [3e-300, 4e-300]
    yield [1e15, 1e15 + 1, 1e15 + 2]
    yield [1e-200, 1e-200, 1.0]
    yield [0.1] * 33
    for _ in range(6):
        yield [random.gauss(0, 1) for _ in range(random.randint(1, 70))]
    for spread in (5, 30, 60, 100, 300, 1000):
        yield [any_exponent(-spread, min(spread, 1023)) for _ in range(40)]
    for _ in range(6):
        values = [any_exponent(-200, 200) for _ in range(20)]
        values += [-v for v in values] + [any_exponent(-150, -100)]
        random.shuffle(values)
        yield values
    for _ in range(3):
        yield [any_exponent(-1073, -1040) for _ in range(30)]
    for _ in range(3):
        yield [any_exponent(1010, 1023) for _ in range(30)]
    for _ in range(10):  # halfway cases with something far below
        top = random.randint(-900, 900)
        yield [math.ldexp(2 * random.getrandbits(51) + 2**52 + random.randint(0, 1), top - 52), math.ldexp(0.5, top - 52),
               random.choice((-1, 0, 1)) * math.ldexp(1, top - 150)]


def main():
    print("""// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Exactly rounded results, by rational arithmetic. Written by golden.py; do not edit.

#include <cstdint>
#include <vector>

namespace exact_test {

/// Numbers and their results, all as the bits of doubles. The mean and the moments of nothing are not asked for.
struct golden_case {
  std::vector<std::uint64_t> numbers;
  std::uint64_t sum, mean, squares, variance, norm;
};

inline std::vector<golden_case> golden_cases() {
  return {""")
    for values in cases():
        exact = [Fraction(v) for v in values]
        n, total, squares = len(values), sum(exact), sum(v * v for v in exact)
        try:
            assert math.fsum(values) == nearest(total)
        except OverflowError:
            pass
        mean = nearest(Fraction(total) / n) if n else 0.0
        variance = nearest(Fraction(n * squares - total * total) / (n * n)) if n else 0.0
        results = [nearest(total), mean, nearest(squares), variance, root(Fraction(squares))]
        text = "{" + ", ".join(f"0x{bits(v):x}" for v in values) + "}"
        print(f"      {{{text}, " + ", ".join(f"0x{bits(r):x}" for r in results) + "},")
    print("""  };
}

}  // namespace exact_test""")


main()
