# SPDX-License-Identifier: BSL-1.0
"""A file that must compile, and with -DTANDEM_COMPILE_FAIL must not, for the reason that it gives.

Its lines `// error: <regular expression>` are searched for in what the compiler prints; each must be found, and there
must be one. Options in a line `// options: ...` are added to the compilation that must fail.
"""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cmake"))
import compiler


def main(flags, path):
    expected = re.findall(r"^// error: (.+)$", pathlib.Path(path).read_text(), re.M)
    if not expected:
        print(f"{path}:1: says no text that the error must contain; add a line `// error: <regular expression>`")
        return 1
    command = [*compiler.read_flags(flags), "-fsyntax-only", path]
    succeeded, output = compiler.run(command)
    if not succeeded:
        print(f"{path}:1: must compile without TANDEM_COMPILE_FAIL, but does not:\n{output}")
        return 1
    options = " ".join(re.findall(r"^// options: (.+)$", pathlib.Path(path).read_text(), re.M)).split()
    succeeded, output = compiler.run([*command, "-DTANDEM_COMPILE_FAIL", *options])
    if succeeded:
        print(f"{path}:1: must not compile with TANDEM_COMPILE_FAIL, but does")
        return 1
    missing = [text for text in expected if not re.search(text, output)]
    for text in missing:
        print(f"{path}:1: the error does not contain: {text}")
    if missing:
        print(output)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
