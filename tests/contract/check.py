# SPDX-License-Identifier: BSL-1.0
"""Compiles one program of the API contract as its README says, with warnings as errors, and runs it.

A room that lacks its front door, or a name that the program uses, is skipped. Of the kernel room, the sections whose headers
do not exist are cut out; of the reduce room, the lines about files where no CSV file can be read.
"""
import argparse
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cmake"))
import compiler

FLAGS = {"baseline": [], "native": ["-march=native", "-ffp-contract=off"]}
# The first words of a section's first line, and the header that the section is about.
SECTIONS = {"rows:": "kernel/rows.hpp", "iterate_until ": "kernel/iterate.hpp", "stencils:": "kernel/stencil.hpp"}

# The reduce room's lines about a CSV file, by the names in them, and the header that they need.
FILE_LINES, FILE_HEADER = r"^.*\b(?:path|table|by_user)\b.*\n", "source/csv.hpp"


def without_missing_sections(text, missing):
    """Cuts from a section's first line up to the next section or the last printf."""
    starts = "|".join(re.escape(f"  // {words}") for words in SECTIONS)
    for words in missing:
        text = re.sub(rf"^  // {re.escape(words)}.*?(?=^(?:{starts})|^  std::printf)", "", text, count=1, flags=re.M | re.S)
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flags", required=True)
    parser.add_argument("--include", required=True, type=pathlib.Path)
    parser.add_argument("--tbb", required=True, type=pathlib.Path)
    parser.add_argument("--set", required=True, choices=FLAGS)
    parser.add_argument("program", type=pathlib.Path)
    arguments = parser.parse_args()

    text = arguments.program.read_text()
    for door in re.findall(r"#include <(tandem/[^>]+)>", text):
        if not (arguments.include / door).exists():
            print(f"skipped: there is no {door}")
            return compiler.SKIPPED
    if arguments.program.stem == "reduce" and not (arguments.include / "tandem" / FILE_HEADER).exists():
        text = re.sub(FILE_LINES, "", text, flags=re.M)
        print(f"left out: the lines about files, since there is no tandem/{FILE_HEADER}")
    if arguments.program.stem != "kernel":
        code = "".join(header.read_text() for header in arguments.include.rglob("*.hpp"))
        unknown = sorted(name for name in set(re.findall(r"\btandem::(\w+)", text)) if not re.search(rf"\b{name}\b", code))
        if unknown:
            print(f"skipped: the room is not complete, it lacks {', '.join(unknown)}")
            return compiler.SKIPPED
    if arguments.program.stem == "kernel":
        missing = [words for words, header in SECTIONS.items() if not (arguments.include / "tandem" / header).exists()]
        text = without_missing_sections(text, missing)
        for words in missing:
            print(f"left out: the section '{words.strip(' :')}', since there is no tandem/{SECTIONS[words]}")

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, arguments.program.name)
        path.write_text(text)
        program = pathlib.Path(folder, "program")
        command = [*compiler.read_flags(arguments.flags), "-O1", "-Wall", "-Wextra", "-Werror", *FLAGS[arguments.set], str(path),
                   "-o", str(program), str(arguments.tbb), f"-Wl,-rpath,{arguments.tbb.parent}", "-pthread"]
        succeeded, output = compiler.run(command)
        if succeeded:
            succeeded, output = compiler.run([str(program)])
            succeeded = succeeded and "contract holds" in output
    print(output, end="")
    return 0 if succeeded else 1


if __name__ == "__main__":
    sys.exit(main())
