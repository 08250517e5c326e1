# SPDX-License-Identifier: BSL-1.0
"""Files that must compile, and with -DTANDEM_COMPILE_FAIL must not, each for the reason that it gives.

    check.py FLAGS compile HEADER FILES  all of them must without: so nothing else is wrong with them; before that, what they
                                         include goes precompiled into HEADER
    check.py FLAGS fails HEADER FILE     FILE must not compile with -DTANDEM_COMPILE_FAIL

Lines `// error: <regular expression>` of a file are searched for in what the compiler prints; each must be found, and there
must be one. Options in a line `// options: ...` are added to the compilation that must fail, which does without HEADER then.
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cmake"))
import compiler


def includes(paths):
    return "\n".join(sorted({line for path in paths for line in re.findall(r"^#include .+$", path.read_text(), re.M)}))


def fails(flags, header, path):
    text = path.read_text()
    expected = re.findall(r"^// error: (.+)$", text, re.M)
    if not expected:
        print(f"{path}:1: says no text that the error must contain; add a line `// error: <regular expression>`")
        return 1
    options = " ".join(re.findall(r"^// options: (.+)$", text, re.M)).split() or ["-include", str(header)]
    succeeded, output = compiler.run([*flags, "-fsyntax-only", "-DTANDEM_COMPILE_FAIL", *options, str(path)])
    if succeeded:
        print(f"{path}:1: must not compile with TANDEM_COMPILE_FAIL, but does")
        return 1
    missing = [text for text in expected if not re.search(text, output)]
    for text in missing:
        print(f"{path}:1: the error does not contain: {text}")
    if missing:
        print(output)
    return 1 if missing else 0


def compile_all(flags, header, paths):
    """All in one go, since most of the time goes into headers: these come first, then each file in a namespace of its own,
    where main is a function as others and must return."""
    header.write_text(includes(paths) + "\n")
    succeeded, output = compiler.run([*flags, "-x", "c++-header", str(header), "-o", f"{header}.gch"])
    if succeeded:
        parts = [f'namespace {path.stem} {{\n#include "{path}"\n}}' for path in paths]
        succeeded, output = compiler.check_syntax([*flags, "-Wno-return-type", "-include", str(header)], "\n".join(parts))
    if not succeeded:
        print(f"all must compile without TANDEM_COMPILE_FAIL, but do not:\n{output}")
    return 0 if succeeded else 1


def main(flags, what, header, *files):
    paths = [pathlib.Path(file).resolve() for file in files]
    command, header = compiler.read_flags(flags), pathlib.Path(header)
    return fails(command, header, paths[0]) if what == "fails" else compile_all(command, header, paths)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
