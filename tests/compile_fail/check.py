# SPDX-License-Identifier: BSL-1.0
"""Files that must compile, and with -DTANDEM_COMPILE_FAIL must not, each for the reason that it gives.

    check.py FLAGS fails FILE     FILE must not compile with -DTANDEM_COMPILE_FAIL
    check.py FLAGS compile FILES  all of them must without: so nothing else is wrong with them

Lines `// error: <regular expression>` of a file are searched for in what the compiler prints; each must be found, and there
must be one. Options in a line `// options: ...` are added to the compilation that must fail.
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cmake"))
import compiler


def fails(flags, path):
    text = path.read_text()
    expected = re.findall(r"^// error: (.+)$", text, re.M)
    if not expected:
        print(f"{path}:1: says no text that the error must contain; add a line `// error: <regular expression>`")
        return 1
    options = " ".join(re.findall(r"^// options: (.+)$", text, re.M)).split()
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


def compile_all(flags, paths):
    """All in one go, since most of the time goes into headers: these come first, then each file in a namespace of its own,
    where main is a function as others and must return."""
    includes = {line for path in paths for line in re.findall(r"^#include .+$", path.read_text(), re.M)}
    parts = [f'namespace {path.stem} {{\n#include "{path}"\n}}' for path in paths]
    succeeded, output = compiler.check_syntax([*flags, "-Wno-return-type"], "\n".join([*sorted(includes), *parts]))
    if not succeeded:
        print(f"all must compile without TANDEM_COMPILE_FAIL, but do not:\n{output}")
    return 0 if succeeded else 1


def main(flags, what, *files):
    paths = [pathlib.Path(file).resolve() for file in files]
    command = compiler.read_flags(flags)
    return fails(command, paths[0]) if what == "fails" else compile_all(command, paths)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
