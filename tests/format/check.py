# SPDX-License-Identifier: BSL-1.0
"""Every C++ file is as clang-format would have it. Versions differ, so only the pinned one is asked; others skip the test.

    python3 tests/format/check.py <project>         says what differs
    python3 tests/format/check.py <project> --fix   formats in place
    python3 tests/format/check.py <project> --get   brings the pinned version into build/tools, by pip
"""
import pathlib
import re
import shutil
import subprocess
import sys

VERSION = "18.1.8"
MAJOR = VERSION.partition(".")[0]


def clang_format(tools):
    for name in (str(tools / "bin" / "clang-format"), f"clang-format-{MAJOR}", "clang-format"):
        path = shutil.which(name)
        if path:
            said = subprocess.run([path, "--version"], stdout=subprocess.PIPE, text=True).stdout
            if re.search(rf"version {MAJOR}\.", said):
                return path
    return None


def get(tools):
    subprocess.run([sys.executable, "-m", "venv", str(tools)], check=True)
    subprocess.run([str(tools / "bin" / "pip"), "install", "--quiet", f"clang-format=={VERSION}"], check=True)


def main(project, *options):
    project = pathlib.Path(project).resolve()
    tools = project / "build" / "tools"
    if "--get" in options:
        if not clang_format(tools):
            get(tools)
        return 0
    tool = clang_format(tools)
    if not tool:
        print(f"skipped: clang-format {MAJOR} is not installed; tests/format/check.py --get brings it")
        return 77
    files = sorted(str(path) for room in ("include", "tests", "examples", "bench")
                   for pattern in ("*.hpp", "*.cpp") for path in (project / room).rglob(pattern))
    if not files:
        print(f"{project} has no C++ files")
        return 1
    how = ["-i"] if "--fix" in options else ["--dry-run", "--Werror"]
    return subprocess.run([tool, "--style=file", *how, *files]).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
