# SPDX-License-Identifier: BSL-1.0
"""Compiles files that include tandem's headers: one header twice, all in some order, all under poisoned macros.

Poisoned: names that headers of real platforms define as macros expand to what no compiler accepts. External headers are
included first, since they cannot live with these macros; tandem's must.
"""
import argparse
import pathlib
import random
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cmake"))
import compiler

POISONED = {
    "windows.h": ["min(a, b)", "max(a, b)", "small", "near", "far", "interface", "IN", "OUT", "ERROR", "CONST", "TRUE",
                  "FALSE", "NO_ERROR", "STRICT", "VOID"],
    "complex.h": ["I"],
    "termios.h": ["B0", "B50", "B75", "B110", "ECHO", "VMIN", "VTIME"],
    "sys/sysmacros.h": ["major", "minor", "makedev"],
    "math.h": ["DOMAIN", "SING", "OVERFLOW", "UNDERFLOW", "PLOSS", "TLOSS"],
    "X.h, Xlib.h": ["None", "Bool", "Status", "Always", "Success", "True", "False", "Above", "Below", "Complex", "Unsorted"],
    "ctype.h of newlib": ["_U", "_L", "_N", "_S", "_P", "_C", "_X", "_B"],
    "curses.h": ["OK", "ERR"],
    "compilers in GNU mode": ["unix", "linux", "i386"],
}


def all_headers(include):
    return sorted(str(p.relative_to(include)) for p in include.rglob("*.hpp"))


def external_includes(include):
    pattern = re.compile(r"^\s*#\s*include\s*<(?!tandem/)([^>]+)>", re.M)
    return sorted({name for header in include.rglob("*.hpp") for name in pattern.findall(header.read_text())})


def source(variant, header, include, seed):
    headers = all_headers(include)
    before = ""
    if variant == "twice":
        headers = [header, header]
    elif variant == "reverse":
        headers.reverse()
    elif variant == "shuffled":
        random.Random(seed).shuffle(headers)
    elif variant == "poisoned":
        before = "".join(f"#if __has_include(<{name}>)\n#include <{name}>\n#endif\n" for name in external_includes(include))
        for macros in POISONED.values():
            before += "".join(f"#undef {macro.split('(')[0]}\n#define {macro} @ tandem uses {macro.split('(')[0]} @\n" for macro in macros)
    return before + "".join(f"#include <{name}>\n" for name in headers)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flags", required=True)
    parser.add_argument("--include", required=True, type=pathlib.Path)
    parser.add_argument("variant", choices=["twice", "alphabetical", "reverse", "shuffled", "poisoned"])
    parser.add_argument("header", nargs="?")
    arguments = parser.parse_args()
    failed = False
    for seed in range(4 if arguments.variant == "shuffled" else 1):
        succeeded, output = compiler.check_syntax(compiler.read_flags(arguments.flags),
                                                  source(arguments.variant, arguments.header, arguments.include, seed))
        failed = failed or not succeeded
        # A macro makes many errors; the first say enough.
        print("\n".join(output.splitlines()[:60]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
