# SPDX-License-Identifier: BSL-1.0
"""The price of an include: <tandem/kernel.hpp> against only the headers that the two backend files include.

What is compared is the front end's work, -fsyntax-only, which is what every file of a user pays whether or not it calls
anything. Both files are compiled in turns and the least user time of each is taken, so that a busy machine changes little.
"""
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cmake"))
import compiler

ROUNDS = 5
GOAL, LIMIT = 1.4, 2.0


def backend_includes(include):
    """Read from the two files, with the conditions around them, so that it stays true. tandem's own are left out."""
    lines = []
    for name in ("simd.hpp", "tasks.hpp"):
        for line in (include / "tandem" / "backend" / name).read_text().splitlines():
            if re.match(r"\s*#\s*include\s*<(?!tandem/)", line) and line not in lines:
                lines.append(line)
    return "".join(line + "\n" for line in lines)


def main(flags, include):
    command = [*compiler.read_flags(flags), "-fsyntax-only"]
    texts = {"tandem/kernel.hpp": "#include <tandem/kernel.hpp>\n", "what the backend includes": backend_includes(pathlib.Path(include))}
    least = {}
    with tempfile.TemporaryDirectory() as folder:
        for round in range(ROUNDS):
            for number, (name, text) in enumerate(texts.items()):
                path = pathlib.Path(folder, f"includes{number}.cpp")
                path.write_text(text)
                seconds = compiler.user_seconds([*command, str(path)])
                least[name] = min(seconds, least.get(name, seconds))
    for name, seconds in least.items():
        print(f"{seconds:.2f} s  {name}")
    ours, theirs = least.values()
    ratio = ours / theirs
    judgement = f"within the goal of {GOAL}" if ratio <= GOAL else f"beyond the goal of {GOAL}"
    print(f"ratio {ratio:.2f}, {judgement}; fails beyond {LIMIT}")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
