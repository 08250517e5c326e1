# SPDX-License-Identifier: BSL-1.0
"""Looks for code of a larger instruction set where a linker could put it in the way of a smaller processor.

A function that several objects define (a weak symbol: an inline function, a template, std's too) is taken from the first object
that has it. So of each object for a larger set, every such function that has instructions beyond the baseline must either carry the
set in its name or be defined by the baseline's object as well, which is linked first.

    lint.py --nm NM --objdump OBJDUMP BASELINE.o SET.o...
    lint.py --nm NM --objdump OBJDUMP --program PROGRAM      no weak function but those with a set in their names may have such instructions
"""
import argparse
import re
import subprocess
import sys

TAG = re.compile(r"abi_sse\w*avx")  # the tags of sets beyond the baseline
BEYOND = re.compile(r"v(?!err|erw)[a-z]")  # AVX and later: all mnemonics begin with a v


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def weak_functions(nm, path):
    fields = (line.split() for line in output(nm, "-f", "posix", path).splitlines())
    return {f[0] for f in fields if len(f) >= 2 and f[1] in "WVu"}


def functions_beyond(objdump, path):
    """Names of functions with instructions beyond the baseline, and one of these."""
    found, name = {}, None
    for line in output(objdump, "-d", "--no-show-raw-insn", path).splitlines():
        if begin := re.match(r"[0-9a-f]+ <(.*)>:$", line):
            name = begin.group(1)
        elif (instruction := re.match(r"\s+[0-9a-f]+:\s+(\S+.*)", line)) and BEYOND.match(instruction.group(1)):
            found.setdefault(name, instruction.group(1))
    return found


def main():
    parser = argparse.ArgumentParser()
    for option in ("--nm", "--objdump"):
        parser.add_argument(option, required=True)
    parser.add_argument("--program", action="store_true")
    parser.add_argument("files", nargs="+")
    given = parser.parse_args()
    wrong = []
    if given.program:
        weak = weak_functions(given.nm, given.files[0])  # local clones (.isra) serve the object that they came with
        for name, instruction in functions_beyond(given.objdump, given.files[0]).items():
            if name in weak and not TAG.search(name):
                wrong.append((given.files[0], name, instruction))
    else:
        shared = weak_functions(given.nm, given.files[0])
        for path in given.files[1:]:
            weak, beyond = weak_functions(given.nm, path), functions_beyond(given.objdump, path)
            print(f"{path}: {len(weak)} weak symbols, {sum(name in weak for name in beyond)} with instructions beyond the baseline")
            if not beyond:
                wrong.append((path, "the object", "no instructions beyond the baseline: was it compiled for a set?"))
            wrong += [(path, name, i) for name, i in beyond.items() if name in weak - shared and not TAG.search(name)]
    for path, name, instruction in wrong:
        print(f"{path}: {output('c++filt', name).strip() if ' ' not in name else name}: {instruction}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
