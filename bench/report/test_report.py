# SPDX-License-Identifier: BSL-1.0
import argparse
import contextlib
import io
import unittest
from html.parser import HTMLParser

import figures
import report
import run

VOID = {"meta", "br", "img", "hr", "link"}


class Balanced(HTMLParser):
    """Fails on tags that do not match; keeps the text and the anchors."""

    def __init__(self):
        super().__init__()
        self.open, self.text, self.ids, self.targets = [], [], [], []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids += [found["id"]] if "id" in found else []
        self.targets += [found["href"]] if tag == "a" else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data):
        self.text.append(data)


def example():
    def variant(name, times, threads="one"):
        return {"name": name, "threads": threads, "status": "ok", "times_ns": times}

    case = {
        "problem": "scale",
        "type": "double",
        "size": "2000",
        "work": {"items": 2000, "bytes_read": 16000, "bytes_written": 16000, "arithmetic": 2000, "roots": 0, "divisions": 0},
        "footprint": 32000,
        "variants": [
            variant("serial", [400, 410]),
            variant("par_unseq", [100, 101], "all") | {"memory": {"peak_bytes": 2**23, "added_bytes": 2**12}},
            variant("peer_<b>", [200, 220]),
            {"name": "par", "threads": "all", "status": "wrong", "reason": "result 3 is 1 & not <2>", "times_ns": []},
        ],
    }
    figures.derive(case, {})
    return {
        "date": "2026-01-01 00:00 UTC",
        "seconds": 1.5,
        "quick": True,
        "chosen": "",
        "machine": {"processor": "P <1>", "cores": 2, "jobs": 2, "caches": [], "memory_bytes": None, "system": "S", "load": 0.1},
        "build": {"compiler": "C", "flags": "-O3", "instruction_set": "I", "register_bits": 256, "versions": {"tandem": "0.1.0"}},
        "limits": {},
        "problems": [{"name": "scale", "sentence": "2*x & nothing else.", "item": "elements", "cases": [case]}],
    }


class Page(unittest.TestCase):
    def test_the_page_is_whole_and_alone(self):
        html = report.page(example(), report.Plotter("there is no matplotlib"))
        parser = Balanced()
        parser.feed(html)
        self.assertEqual(parser.open, [])
        self.assertEqual(len(parser.ids), len(set(parser.ids)))
        self.assertEqual([t for t in parser.targets if t[1:] not in parser.ids], [])
        for outside in ("http:", "https:", "<script", "<link", "src="):
            self.assertNotIn(outside, html)
        text = " ".join(parser.text)
        self.assertIn("there is no matplotlib", text)
        self.assertIn("result 3 is 1 & not <2>", text)
        self.assertIn("4.03×", text)

    def test_a_plot_that_fails_costs_only_itself(self):
        class Broken:
            def __getattr__(self, name):
                raise RuntimeError("no")

        plotter = report.Plotter("later")
        plotter.plots = Broken()
        with contextlib.redirect_stderr(io.StringIO()):
            html = report.page(example(), plotter)
        self.assertIn("A plot could not be drawn", html)
        self.assertIn("par_unseq", html)


class Choice(unittest.TestCase):
    def choose(self, **given):
        names = ("serial", "par", "limit_copy_one", "peer_std")
        cases = [
            {"problem": p, "type": "double", "size": s, "full": s != "10", "quick": s == "10", "variants": [{"name": n} for n in names]}
            for p in ("a", "b")
            for s in ("10", "1000")
        ]
        arguments = argparse.Namespace(**({"problem": [], "type": [], "size": [], "variant": [], "quick": False} | given))
        return [(c["problem"], c["size"], [v["name"] for v in c["variants"]]) for c in run.choose(cases, arguments)]

    def test_runs(self):
        self.assertEqual([c[:2] for c in self.choose()], [("a", "1000"), ("b", "1000")])
        self.assertEqual([c[:2] for c in self.choose(quick=True)], [("a", "10"), ("b", "10")])

    def test_a_size_by_name_is_taken_from_either_run(self):
        self.assertEqual([c[:2] for c in self.choose(problem=["b"], size=["10*"])], [("b", "10"), ("b", "1000")])

    def test_a_variant_brings_what_it_is_compared_with(self):
        self.assertEqual(self.choose(problem=["a"], variant=["par"])[0][2], ["par", "serial", "limit_copy_one"])
        self.assertEqual(self.choose(variant=["nobody"]), [])


if __name__ == "__main__":
    unittest.main()
