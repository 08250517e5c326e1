# SPDX-License-Identifier: BSL-1.0
"""The rules of the house that a machine can see. Prints each violation as file:line: and a sentence.

A rule is a function that takes the tree and yields violations; check_test.py shows of each that it can fail.
"""
import pathlib
import re
import statistics
import sys

# Floors from the ground up. A header includes from lower floors or from its own room.
FLOORS = [["core"], ["backend"], ["execution"], ["kernel", "map", "source"], ["reduce", "memoize"], ["distance", "random"], ["tandem"]]
PRIMITIVES = {room for floor in FLOORS[3:6] for room in floor}
SOLE_INCLUDERS = {"xsimd/": "backend/simd.hpp", "tbb/": "backend/tasks.hpp", "oneapi/": "backend/tasks.hpp"}
FORBIDDEN = {
    "tbb.h": "the umbrella of oneTBB is slow to compile; include what is used",
    "tbb/tbb.h": "the umbrella of oneTBB is slow to compile; include what is used",
    "oneapi/tbb.h": "the umbrella of oneTBB is slow to compile; include what is used",
    "iostream": "it runs code before main in every file of the user",
    "regex": "it is slow to compile and to run",
    "execution": "libstdc++'s links oneTBB behind the user's back",
    "bits/stdc++.h": "it is not a standard header",
}
LONGEST, MEDIAN = 500, 200
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME)\b|\bfor" r" now\b")
TEXT = {".hpp", ".cpp", ".cmake", ".txt", ".md", ".py", ".in", ".json", ".html", ".css", ".js", ""}


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.include = self.root / "include" / "tandem"
        self.headers = [Header(path, self.include) for path in sorted(self.include.rglob("*.hpp"))]

    def algorithms(self):
        """(header, line, name): <primitive>/<name>.hpp that defines a function object, or a function template, of that name."""
        for header in self.headers:
            if header.room in PRIMITIVES and header.path.parent.name == header.room:
                for found in DECLARATIONS.finditer(header.code):
                    if header.path.stem in (found.group("variable"), found.group("function")):
                        yield header, header.line_of(found.start()), header.path.stem
                        break


class Header:
    def __init__(self, path, include):
        self.path = path
        self.name = path.relative_to(include).as_posix()
        self.text = path.read_text()
        self.lines = self.text.splitlines()
        self.code = blank_comments(self.text)
        self.room = self.name.removesuffix(".hpp").split("/")[0]
        self.is_door = "/" not in self.name
        self.is_detail = "detail" in pathlib.PurePath(self.name).parts
        self.includes = [(self.line_of(m.start()), m.group(1)) for m in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', self.code, re.M)]

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def has_code(self):
        return any(line.strip() and not re.match(r"\s*#\s*(include|pragma)\b", line) for line in self.code.splitlines())


def blank_comments(text):
    """The same text with comments and literals, but not includes, turned to spaces; offsets stay."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|(?<!include )"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', re.S)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def floor_of(room):
    return next((number for number, rooms in enumerate(FLOORS) if room in rooms), None)


def includes_go_down(tree):
    for header in tree.headers:
        here = floor_of(header.room)
        if here is None:
            yield header.path, 1, f"the room '{header.room}' has no floor; tests/house/check.py lists them"
            continue
        for line, name in header.includes:
            if not name.startswith("tandem/"):
                continue
            if not (tree.include.parent / name).exists():
                yield header.path, line, f"includes <{name}>, which does not exist"
                continue
            room = name.removeprefix("tandem/").removesuffix(".hpp").split("/")[0]
            there = floor_of(room)
            if room != header.room and (there is None or there >= here):
                yield header.path, line, f"includes <{name}>, which is not on a lower floor than {header.room}"
            elif header.room == room and name == f"tandem/{room}.hpp":
                yield header.path, line, f"includes <{name}>, the front door of its own room; include what is used"


def sole_includers(tree):
    for header in tree.headers:
        for line, name in header.includes:
            for prefix, owner in SOLE_INCLUDERS.items():
                if name.startswith(prefix) and header.name != owner:
                    yield header.path, line, f"includes <{name}>; only tandem/{owner} may"


def no_forbidden_includes(tree):
    for header in tree.headers:
        for line, name in header.includes:
            if name in FORBIDDEN:
                yield header.path, line, f"includes <{name}>: {FORBIDDEN[name]}"


def own_headers_in_angle_brackets(tree):
    for header in tree.headers:
        for number, text in enumerate(header.lines, 1):
            if re.match(r'\s*#\s*include\s*"', text):
                yield header.path, number, "includes with quotes; headers are named as users name them, <tandem/...>"


def begins_as_agreed(tree):
    for header in tree.headers:
        lines = header.lines + [""] * 4
        if lines[0] != "// SPDX-License-Identifier: BSL-1.0":
            yield header.path, 1, "the first line must be: // SPDX-License-Identifier: BSL-1.0"
        if lines[1] != "#pragma once":
            yield header.path, 2, "the second line must be: #pragma once"
        if lines[2] != "/// @file" or not re.match(r"/// \S", lines[3]):
            yield header.path, 3, "the third line must be `/// @file`, with a paragraph on what the header is for"


def sources_have_a_licence(tree):
    for room in ("tests", "examples", "bench"):
        for path in sorted((tree.root / room).rglob("*.[hc]pp")):
            if not re.match(r"(//.*\n)*// SPDX-License-Identifier: BSL-1.0\n", path.read_text()):
                yield path, 1, "the comment at the top must have the line: // SPDX-License-Identifier: BSL-1.0"


def headers_are_short(tree):
    for header in tree.headers:
        if len(header.lines) > LONGEST:
            yield header.path, LONGEST + 1, f"has {len(header.lines)} lines, more than {LONGEST}; split it"
    if tree.headers:
        median = statistics.median(len(header.lines) for header in tree.headers)
        if median >= MEDIAN:
            yield tree.include, 1, f"half of the headers have {median:g} lines or more; the median must stay below {MEDIAN}"


def headers_have_tests(tree):
    for header in tree.headers:
        if header.is_detail or not header.has_code():
            continue
        test = tree.root / "tests" / header.name.replace(".hpp", "_test.cpp")
        if not test.exists():
            yield header.path, 1, f"has no test; write {test.relative_to(tree.root)}"


# What stands at the beginning of a line: the library does not indent inside namespaces. A forward declaration declares
# nothing new, a function object's type is documented at the object, a deduction guide with its class.
TEMPLATE = r"(?:template <[^{};]*?>\s*(?:requires [^{};]*?\s)?)?"
DECLARATIONS = re.compile(
    rf"^(?P<template>{TEMPLATE})(?:"
    r"(?:struct|class|union)\s+(?:\[\[[^\]]*\]\]\s*|alignas\([^)]*\)\s*)*(?P<type>\w+)(?P<special><[^;{]*>)?(?:\s+final)?\s*(?::[^;{]*)?\{"
    r"|enum\s+(?:class\s+|struct\s+)?(?P<enumeration>\w+)[^;{]*\{"
    r"|concept\s+(?P<concept>\w+)\s*="
    r"|using\s+(?P<alias>\w+)\s*="
    r"|(?:inline |constexpr |constinit )+(?!namespace\b)[^=;(){}]*?\b(?P<variable>\w+)\s*(?P<special2><[^;{=]*>)?\s*(?:=|\{[^;]*\}\s*;)"
    r"|(?!using\b|namespace\b|return\b|struct\b|class\b|enum\b|concept\b|friend\b|static_assert\b|extern\b|requires\b|if\b|else\b|for\b|while\b|template\b)"
    r"[A-Za-z_\[][^;{}()=#]*?\b(?P<function>operator\s*\S+?|\w+)\s*\((?:[^;{}]|\{\})*\)[^;{}=#]*\{"
    r")", re.M)
NAMESPACE = re.compile(r"^(?:inline )?namespace (?P<name>[\w:]*)\s*\{", re.M)


def hidden_parts(code):
    """Ranges of the text in a namespace detail or backend, and in classes and functions."""
    ends = {}
    opened = []
    for offset, mark in ((m.start(), m.group()) for m in re.finditer(r"[{}]", code)):
        if mark == "{":
            opened.append(offset)
        elif opened:
            ends[opened.pop()] = offset
    return [(m.start(), ends.get(m.end() - 1, len(code))) for m in NAMESPACE.finditer(code)
            if {"detail", "backend"} & set(m.group("name").split("::"))]


def public_names_are_documented(tree):
    for header in tree.headers:
        if header.is_detail:
            continue
        hidden = hidden_parts(header.code)
        documented = set()
        for found in DECLARATIONS.finditer(header.code):
            if any(begin <= found.start() < end for begin, end in hidden):
                continue
            name = next(value for key in ("type", "enumeration", "concept", "alias", "variable", "function") if (value := found.group(key)))
            line = header.line_of(found.start())
            above = line - 2
            while above >= 0 and header.lines[above].startswith("#"):
                above -= 1
            if above >= 0 and header.lines[above].lstrip().startswith("///"):
                documented.add(name)
                continue
            if name.endswith("_fn") or found.group("special") or found.group("special2") or name in documented:
                continue
            yield header.path, line, f"'{name}' is public and has no doc block; begin it with ///"


def algorithms_are_shown(tree):
    examples = "\n".join(path.read_text() for path in sorted((tree.root / "examples").rglob("*.cpp")))
    readme = tree.root / "README.md"
    table = "\n".join(line for line in (readme.read_text() if readme.exists() else "").splitlines() if line.lstrip().startswith("|"))
    for header, line, name in tree.algorithms():
        if not (tree.root / "bench" / name).is_dir():
            yield header.path, line, f"the algorithm '{name}' has no benchmark; make a folder bench/{name}"
        if not re.search(rf"\btandem::{name}\b", examples):
            yield header.path, line, f"the algorithm '{name}' is in no example; call tandem::{name} in a file of examples/"
        if not re.search(rf"\b{name}\b", table):
            yield header.path, line, f"the algorithm '{name}' is not in README.md's table"


def nothing_is_unfinished(tree):
    for path in sorted(tree.root.rglob("*")):
        parts = path.relative_to(tree.root).parts
        if parts[0] in (".git", "build") or not path.is_file() or path.suffix not in TEXT:
            continue
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, 1):
            found = UNFINISHED.search(line)
            if found:
                yield path, number, f"says '{found.group()}'; finish it, or say in an issue what is missing"


RULES = [includes_go_down, sole_includers, no_forbidden_includes, own_headers_in_angle_brackets, begins_as_agreed,
         sources_have_a_licence, headers_are_short, headers_have_tests, public_names_are_documented, algorithms_are_shown,
         nothing_is_unfinished]


def violations(root):
    tree = Tree(root)
    if not tree.headers:
        yield tree.include, 1, "holds no headers"
    for rule in RULES:
        yield from rule(tree)


def main(root):
    count = 0
    for path, line, sentence in violations(root):
        print(f"{path}:{line}: {sentence}")
        count += 1
    print(f"{count} violations of the rules of the house" if count else "the house is in order")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
