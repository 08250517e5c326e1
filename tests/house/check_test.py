# SPDX-License-Identifier: BSL-1.0
"""Shows that each rule of check.py holds on a good tree and fails, at the right place, when the tree is broken."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check

HEAD = "// SPDX-License-Identifier: BSL-1.0\n#pragma once\n/// @file\n/// What it is for.\n\n"
GOOD = {
    "include/tandem/tandem.hpp": HEAD + "#include <tandem/kernel.hpp>\n",
    "include/tandem/core.hpp": HEAD + "#include <tandem/core/error.hpp>\n",
    "include/tandem/core/error.hpp": HEAD + "#include <stdexcept>\n\nnamespace tandem {\n\n/// Work was left undone on request.\nclass cancelled : public std::exception {\n  int undocumented();\n};\n\n}  // namespace tandem\n",
    "include/tandem/backend/simd.hpp": HEAD + "#include <xsimd/xsimd.hpp>\n\nnamespace tandem::backend {\n\nint width();\ninline int twice() { return 2; }\n\n}\n",
    "include/tandem/backend/tasks.hpp": HEAD + "#include <oneapi/tbb/task_group.h>\n",
    "include/tandem/kernel.hpp": HEAD + "#include <tandem/core.hpp>\n#include <tandem/kernel/transform.hpp>\n",
    "include/tandem/kernel/detail/bricks.hpp": HEAD + "namespace tandem::detail {\ninline int brick() { return 1; }\n}\n",
    "include/tandem/kernel/transform.hpp": HEAD + "#include <tandem/backend/simd.hpp>\n#include <tandem/core/error.hpp>\n\nnamespace tandem {\n\nstruct transform_fn {\n  int operator()() const { return 0; }\n};\n\n/// Element by element.\ninline constexpr transform_fn transform{};\n\n}  // namespace tandem\n",
    "tests/core/error_test.cpp": "// SPDX-License-Identifier: BSL-1.0\n",
    "tests/backend/simd_test.cpp": "// SPDX-License-Identifier: BSL-1.0\n",
    "tests/kernel/transform_test.cpp": "// SPDX-License-Identifier: BSL-1.0\n",
    "bench/transform/problem.hpp": "// SPDX-License-Identifier: BSL-1.0\n",
    "examples/scale_vector.cpp": "// SPDX-License-Identifier: BSL-1.0\nint main() { tandem::transform(); }\n",
    "README.md": "# tandem\n\n| primitive | what |\n|---|---|\n| `transform` | element by element |\n",
}
ERROR, TRANSFORM = "include/tandem/core/error.hpp", "include/tandem/kernel/transform.hpp"


def found_in(tree):
    """{'path:line: sentence'} of a tree given as {path: text}."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in tree.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return [f"{path.relative_to(folder)}:{line}: {sentence}" for path, line, sentence in check.violations(folder)]


class House(unittest.TestCase):
    def breaks(self, changes, *expected):
        """The good tree with changes (None removes a file) gives exactly the expected violations, in any order."""
        tree = {name: text for name, text in {**GOOD, **changes}.items() if text is not None}
        found = found_in(tree)
        self.assertEqual(len(found), len(expected), found)
        for beginning in expected:
            self.assertTrue(any(violation.startswith(beginning) for violation in found), (beginning, found))

    def in_header(self, code, *expected, header=ERROR):
        """`code` comes after line 5 of a header that is otherwise in order."""
        self.breaks({header: GOOD[header].replace("\n\n", "\n\n" + code, 1)}, *expected)

    def in_namespace(self, code, *names):
        """`code` in namespace tandem makes each of the names a public name without a doc block."""
        text = HEAD + "namespace tandem {\n\n" + code + "\n}  // namespace tandem\n"
        self.breaks({ERROR: text}, *(f"{ERROR}:{line}: '{name}' is public" for line, name in names))

    def test_a_good_tree_is_in_order(self):
        self.breaks({})

    def test_an_empty_tree_is_not(self):
        self.assertEqual(len(found_in({"README.md": ""})), 1)

    def test_includes_go_down(self):
        self.in_header("#include <tandem/kernel/transform.hpp>\n", f"{ERROR}:6: includes <tandem/kernel/transform.hpp>, which is not on a lower floor")
        self.in_header("#include <tandem/execution.hpp>\n", f"{ERROR}:6: includes <tandem/execution.hpp>, which does not exist")
        self.in_header("#include <tandem/core.hpp>\n", f"{ERROR}:6: includes <tandem/core.hpp>, the front door of its own room")
        self.in_header("#include <tandem/tandem.hpp>\n", f"{TRANSFORM}:6: includes <tandem/tandem.hpp>, which is not", header=TRANSFORM)

    def test_rooms_of_one_floor_do_not_include_each_other(self):
        self.breaks({"include/tandem/map/map.hpp": HEAD + "#include <tandem/kernel/transform.hpp>\n"},
                    "include/tandem/map/map.hpp:6: includes <tandem/kernel/transform.hpp>, which is not on a lower floor")

    def test_every_room_has_a_floor(self):
        self.breaks({"include/tandem/misc/odd.hpp": HEAD}, "include/tandem/misc/odd.hpp:1: the room 'misc' has no floor")

    def test_sole_includers(self):
        self.in_header("#include <xsimd/xsimd.hpp>\n", f"{TRANSFORM}:6: includes <xsimd/xsimd.hpp>; only tandem/backend/simd.hpp", header=TRANSFORM)
        self.in_header("#  include <tbb/task_group.h>\n", f"{TRANSFORM}:6: includes <tbb/task_group.h>; only tandem/backend/tasks.hpp", header=TRANSFORM)
        self.in_header("#include <oneapi/tbb/task_arena.h>\n", f"{TRANSFORM}:6: includes <oneapi/tbb/task_arena.h>; only", header=TRANSFORM)

    def test_forbidden_includes(self):
        for name in ("iostream", "regex", "execution", "tbb.h"):
            self.in_header(f"#include <{name}>\n", f"{ERROR}:6: includes <{name}>")
        self.in_header("// #include <iostream>\n")

    def test_own_headers_in_angle_brackets(self):
        self.in_header('#include "error.hpp"\n', f"{ERROR}:6: includes with quotes")

    def test_a_header_begins_as_agreed(self):
        lines = GOOD[ERROR].splitlines(keepends=True)
        for number, text in ((1, "// SPDX-License-Identifier: MIT\n"), (2, "#ifndef TANDEM\n"), (3, "/// What it is for.\n")):
            self.breaks({ERROR: "".join(lines[:number - 1] + [text] + lines[number:])}, f"{ERROR}:{number}: the ")
        self.breaks({ERROR: "".join(lines[:3] + ["\n"] + lines[4:])}, f"{ERROR}:3: the third line")

    def test_sources_have_a_licence(self):
        self.breaks({"examples/other.cpp": "int main() {}\n"}, "examples/other.cpp:1: the comment at the top must have")

        self.breaks({"tests/compile_fail/a.cpp": "// error: text\n// SPDX-License-Identifier: BSL-1.0\n"})

    def test_headers_are_short(self):
        self.in_header("//\n" * 600, f"{ERROR}:501: has ")
        long = {name: text + "//\n" * 300 for name, text in GOOD.items() if name.startswith("include/")}
        self.breaks(long, "include/tandem:1: half of the headers have")

    def test_headers_have_tests(self):
        self.breaks({"tests/core/error_test.cpp": None}, f"{ERROR}:1: has no test; write tests/core/error_test.cpp")
        self.breaks({"include/tandem/core.hpp": HEAD + "#define TANDEM_X 1\n"}, "include/tandem/core.hpp:1: has no test")

    def test_public_names_are_documented(self):
        self.in_namespace("struct point { int x; };\n", (8, "point"))
        self.in_namespace("template <class T>\nclass box final : base<T> {\n};\n", (8, "box"))
        self.in_namespace("template <class T> requires std::integral<T>\nstruct box {};\n", (8, "box"))
        self.in_namespace("enum class colour { red };\n", (8, "colour"))
        self.in_namespace("template <class T>\nconcept number = std::integral<T>;\n", (8, "number"))
        self.in_namespace("using size = unsigned;\n", (8, "size"))
        self.in_namespace("inline constexpr int five = 5;\n", (8, "five"))
        self.in_namespace("struct f_fn {};\ninline constexpr f_fn f{};\n", (9, "f"))
        self.in_namespace("inline int jobs(int wanted) {\n  return wanted;\n}\n", (8, "jobs"))
        self.in_namespace("template <class T, class U = box<T>>\nstd::vector<T> map(T const& x, U y = {}) {\n}\n", (8, "map"))
        self.in_namespace("[[nodiscard]] auto f(int a) -> int {\n}\n", (8, "f"))
        self.in_namespace("// An ordinary comment.\nstruct point {};\n", (9, "point"))
        self.in_namespace("inline namespace TANDEM_ABI {\nstruct lanes {};\n}\n", (9, "lanes"))
        self.in_namespace("namespace detail {\nstruct a {};\n}\nstruct b {};\n", (11, "b"))

    def test_what_needs_no_doc_block(self):
        self.in_namespace("struct point;\ntemplate <class T> class box;\n")
        self.in_namespace("/// A point.\nstruct point { int x; };\n")
        self.in_namespace("/// A box.\ntemplate <class T>\nstruct box {};\ntemplate <> struct box<int> {};\n")
        self.in_namespace("/// A box.\n#if defined(__linux__)\nstruct box {};\n#endif\n")
        self.in_namespace("namespace detail {\nstruct a {};\ninline int f() { return 1; }\n}\n")
        self.in_namespace("/// A box.\nstruct box {\n  int f() {\n    return 1;\n  }\n};\n")
        self.in_namespace("/// Adds.\ninline int add(int a) { return a; }\ninline int add(long a) { return 1; }\n")

    def test_algorithms_are_shown(self):
        self.breaks({"bench/transform/problem.hpp": None}, f"{TRANSFORM}:16: the algorithm 'transform' has no benchmark")
        self.breaks({"examples/scale_vector.cpp": "// SPDX-License-Identifier: BSL-1.0\n"}, f"{TRANSFORM}:16: the algorithm 'transform' is in no example")
        memoize = HEAD + "namespace tandem {\n\n/// Remembers.\ntemplate <class F>\nauto memoize(F f) {\n  return f;\n}\n\n}\n"
        self.breaks({"include/tandem/memoize/memoize.hpp": memoize, "tests/memoize/memoize_test.cpp": HEAD},
                    *["include/tandem/memoize/memoize.hpp:9: the algorithm 'memoize'"] * 3)
        self.breaks({"README.md": "transform\n"}, f"{TRANSFORM}:16: the algorithm 'transform' is not in README.md's table")

    def test_nothing_is_unfinished(self):
        for words in ("TO" "DO", "FIX" "ME", "for" " now"):
            self.in_header(f"// {words}\n", f"{ERROR}:6: says '{words}'")
        self.breaks({"cmake/x.cmake": "# TO" "DO: more\n"}, "cmake/x.cmake:1: says")


if __name__ == "__main__":
    unittest.main()
