# SPDX-License-Identifier: BSL-1.0
"""Writes the report: one HTML file that needs nothing else, from the report.json of a run.

    python3 report.py report.json report.html [--no-plots REASON]

Without matplotlib the report has its tables and says why there are no plots.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from figures import (
    bytes_text,
    duration,
    factor,
    is_limit,
    is_peer,
    label,
    level,
    percent,
    rate_text,
    scaled,
    significant,
    size_text,
)

Json = dict[str, Any]

PEER_COLOURS = 4


def anchor(*words: str) -> str:
    return "-".join("".join(c if c.isalnum() else "-" for c in word) for word in words)


def colour_of(name: str, peers: list[str]) -> str:
    role = "limit" if is_limit(name) else f"peer-{peers.index(name) % PEER_COLOURS}" if is_peer(name) else name.replace("_", "-")
    return f"var(--{role})"


def chip(name: str, peers: list[str]) -> str:
    return f'<span class="chip" style="background: {colour_of(name, peers)}"></span>{escape(label(name))}'


def cell(text: str, kind: str = "number", title: str = "") -> str:
    hint = f' title="{escape(title)}"' if title else ""
    return f'<td class="{kind}"{hint}>{text}</td>'


def row_of(variant: Json, peers: list[str], best: float, longest: float, item: str) -> str:
    """One variant in the table of a case."""
    name = variant["name"]
    first = f"<td>{chip(name, peers)}</td>"
    if variant["status"] != "ok":
        word = "wrong result, not timed" if variant["status"] == "wrong" else "failed"
        return f'<tr class="wrong">{first}<td colspan="8"><b>{word}</b>: {escape(variant.get("reason", ""))}</td></tr>'
    kinds = ["is-limit"] if is_limit(name) else ["best"] if variant["median_ns"] == best else []
    speed_up = variant.get("speed_up")
    bar = f'<i style="width: {100 * speed_up / longest:.1f}%"></i>' if speed_up else ""
    ratio, share, memory = variant.get("ratio_to_best_peer"), variant.get("share_of_limit"), variant.get("memory")
    extremes = f"{duration(variant['min_ns'])} to {duration(variant['max_ns'])} in {len(variant['times_ns'])} repetitions"
    cells = [
        first,
        cell(duration(variant["median_ns"])),
        cell(f"± {percent(variant['mad_ns'] / variant['median_ns'])}", "number minor", extremes),
        cell(rate_text(variant["items_per_second"]), "number minor", f"{item} per second"),
        cell(significant(variant["bytes_per_second"] / 1e9), "number minor"),
        cell(bar + factor(speed_up), "number barred") if speed_up else cell("", "number"),
        cell(factor(ratio)) if ratio and not is_peer(name) else cell(f'<span class="minor">{factor(ratio)}</span>') if ratio else cell(""),
        cell(percent(share), "number", f"of {variant['limit']}: {duration(variant['limit_ns'])}") if share else cell(""),
        cell(memory_text(memory), "number minor", memory_title(memory)),
    ]
    return f'<tr class="{" ".join(kinds)}">{"".join(cells)}</tr>'


def memory_text(memory: Json | None) -> str:
    return scaled(memory["peak_bytes"], [(2**30, "GiB"), (2**20, "MiB")]) if memory and memory.get("peak_bytes") else ""


def memory_title(memory: Json | None) -> str:
    return f"the call added {bytes_text(max(0.0, memory['added_bytes']))}" if memory and "added_bytes" in memory else ""


def peers_of(cases: list[Json]) -> list[str]:
    return sorted({v["name"] for c in cases for v in c["variants"] if is_peer(v["name"])})


def table_of(case: Json, peers: list[str], item: str) -> str:
    """The variants of a case side by side."""
    timed = [v for v in case["variants"] if v["status"] == "ok"]
    best = min((v["median_ns"] for v in timed if not is_limit(v["name"])), default=0)
    longest = max((v.get("speed_up", 0) for v in timed), default=1) or 1
    rows: list[str] = []
    group = 0
    for variant in case["variants"]:
        now = 2 if is_limit(variant["name"]) else 1 if is_peer(variant["name"]) else 0
        row = row_of(variant, peers, best, longest, item)
        if rows and now != group:
            row = row.replace('<tr class="', '<tr class="first-limit ' if now == 2 else '<tr class="first-peer ', 1)
        group = now
        rows.append(row)
    heads = [
        "Time",
        "Spread",
        f"{escape(item.capitalize())}/s",
        "GB/s",
        "Speed-up<br>over serial",
        "Against the<br>best peer",
        "Share of<br>the limit",
        "Peak<br>memory",
    ]
    head = "<th>Variant</th>" + "".join(f'<th class="number">{h}</th>' for h in heads)
    return f'<div class="scroll"><table class="variants"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def find(case: Json, name: str) -> Json | None:
    return next((v for v in case["variants"] if v["name"] == name and v["status"] == "ok"), None)


def headline(case: Json) -> str:
    """What a case says in one line: how fast the best of ours is."""
    ours = (
        find(case, "par_unseq")
        or find(case, "unseq")
        or next((v for v in case["variants"] if v["status"] == "ok" and not is_limit(v["name"])), None)
    )
    if ours is None:
        return "nothing timed"
    words = [f"{escape(label(ours['name']))} {duration(ours['median_ns'])}"]
    if "speed_up" in ours and ours["name"] != "serial":
        words.append(f"{factor(ours['speed_up'])} serial")
    if "ratio_to_best_peer" in ours:
        words.append(f"{factor(ours['ratio_to_best_peer'])} the best peer")
    if "share_of_limit" in ours:
        words.append(f"{percent(ours['share_of_limit'])} of the limit")
    return " · ".join(words)


def case_title(case: Json, caches: list[Json]) -> str:
    where = level(case["footprint"], caches)
    return f"{size_text(case['size'])}" + (f" ({where})" if where else "")


class Plotter:
    """Draws, or explains why not. Whatever goes wrong with a plot, the tables stand."""

    def __init__(self, why_not: str) -> None:
        self.why_not = why_not
        self.plots: Any = None
        if why_not:
            return
        try:
            import plots

            self.plots = plots
        except Exception as error:  # an import can fail in any way
            self.why_not = f"matplotlib could not be used ({type(error).__name__})"

    def draw(self, what: Callable[[Any], str]) -> str:
        if self.plots is None:
            return ""
        try:
            return what(self.plots)
        except Exception as error:
            print(f"report: a plot is left out: {type(error).__name__}: {error}", file=sys.stderr)
            return f'<p class="note">A plot could not be drawn: {escape(type(error).__name__)}.</p>'


def legend(names: list[str], peers: list[str], with_limit: bool) -> str:
    entries = [f"<span>{chip(name, peers)}</span>" for name in names]
    if with_limit:
        entries.append('<span><span class="chip" style="background: var(--limit)"></span>the fastest limit of memory (dotted)</span>')
    return f'<div class="legend">{"".join(entries)}</div>'


def section_of(problem: Json, cases: list[Json], caches: list[Json], plotter: Plotter) -> str:
    """A problem: what it is, then for each element type the plots and a table a size."""
    name = problem["name"]
    out = [f'<h2 id="{anchor(name)}"><a href="#{anchor(name)}">{escape(name)}</a></h2>', f"<p>{escape(problem['sentence'])}</p>"]
    for type_ in dict.fromkeys(c["type"] for c in cases):
        these = [c for c in cases if c["type"] == type_]
        peers = peers_of(these)
        out.append(f'<h3 id="{anchor(name, type_)}"><a href="#{anchor(name, type_)}">{escape(name)}, {escape(type_)}</a></h3>')
        line = [c for c in these if "-" not in c["size"] and any(v["status"] == "ok" for v in c["variants"])]
        timed = [c for c in these if any(v.get("speed_up") for v in c["variants"])]
        if len(line) >= 3:
            drawing = plotter.draw(lambda plots: plots.draw_over_sizes(f"{name} {type_}", line, peers, caches))
            names = [v["name"] for v in line[0]["variants"] if v["status"] == "ok" and not is_limit(v["name"])]
            with_limit = any(is_limit(v["name"]) for c in line for v in c["variants"])
            out.append(f"<figure>{drawing}{legend(names, peers, with_limit)}</figure>" if drawing else "")
        if timed:
            titles = [case_title(c, caches) for c in timed]
            drawing = plotter.draw(lambda plots: plots.draw_speed_ups(f"{name} {type_}", timed, titles, peers))
            out.append(f"<figure>{drawing}<figcaption>Speed-up over serial (dashed line).</figcaption></figure>" if drawing else "")
        for case in these:
            is_open = (
                case is max(these, key=lambda c: c["footprint"]) or len(these) <= 2 or any(v["status"] != "ok" for v in case["variants"])
            )
            where = f'<span class="minor">{bytes_text(case["footprint"])}</span> · '
            out.append(
                f'<details id="{anchor(name, type_, case["size"])}"{" open" if is_open else ""}>'
                f"<summary><b>{case_title(case, caches)}</b> {where}{headline(case)}</summary>{table_of(case, peers, problem['item'])}</details>"
            )
    return "\n".join(part for part in out if part)


def glance(report: Json, caches: list[Json]) -> str:
    """The largest size of every problem and type in one table."""
    rows = []
    for problem in report["problems"]:
        for type_ in dict.fromkeys(c["type"] for c in problem["cases"]):
            case = max((c for c in problem["cases"] if c["type"] == type_), key=lambda c: c["footprint"])
            serial, best = find(case, "serial"), find(case, "par_unseq")
            if best is None:
                continue
            rows.append(
                "<tr>"
                f'<td><a href="#{anchor(problem["name"], type_)}">{escape(problem["name"])}</a></td><td>{escape(type_)}</td>'
                + cell(case_title(case, caches))
                + cell(duration(serial["median_ns"]) if serial else "–", "number minor")
                + cell(duration(best["median_ns"]))
                + cell(factor(best["speed_up"]) if "speed_up" in best else "–")
                + cell(factor(best["ratio_to_best_peer"]) if "ratio_to_best_peer" in best else "–")
                + cell(percent(best["share_of_limit"]) if "share_of_limit" in best else "–", "number", f"of {best.get('limit', '')}")
                + "</tr>"
            )
    if not rows:
        return ""
    heads = ["Largest size", "Serial", "par_unseq", "Speed-up", "Against the<br>best peer", "Share of<br>the limit"]
    head = "<th>Problem</th><th>Type</th>" + "".join(f'<th class="number">{h}</th>' for h in heads)
    return f'<h2 id="glance">At a glance</h2><div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


RATE_ROWS = [
    ("fma", "fused multiply-add, flop/s"),
    ("separate", "add, subtract, multiply, op/s"),
    ("sqrt", "square root, 1/s"),
    ("division", "division, 1/s"),
]


def rates_table(limits: Json) -> str:
    columns = sorted({(r["type"], r["threads"]) for r in limits["rates"]})
    found = {(r["name"], r["type"], r["threads"]): r["per_second"] for r in limits["rates"]}
    head = "<th>Arithmetic in registers</th>" + "".join(
        f'<th class="number">{escape(type_)}<br>{threads:.0f} thread{"s" if threads > 1 else ""}</th>' for type_, threads in columns
    )
    rows = []
    for name, words in RATE_ROWS:
        cells = [cell(rate_text(found[name, t, n])) if (name, t, n) in found else cell("–") for t, n in columns]
        rows.append(f"<tr><td>{words}</td>{''.join(cells)}</tr>")
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def ladder_table(limits: Json, caches: list[Json]) -> str:
    """Bandwidth and latency well within each level: at the largest measured size that uses at most half of it."""
    sizes = sorted({b["bytes"] for b in limits["bandwidths"]})
    levels = sorted({(c["level"], c["size"]) for c in caches if c["type"] in ("Data", "Unified")})
    at = {f"L{number}": max((s for s in sizes if s <= size / 2), default=None) for number, size in levels} | {"DRAM": sizes[-1]}
    columns = list(dict.fromkeys((b["name"], b["threads"]) for b in limits["bandwidths"] if b["name"] != "fill"))
    columns.sort(key=lambda c: c[1])
    speed = {(b["name"], b["threads"], b["bytes"]): b["per_second"] for b in limits["bandwidths"]}
    latency = {t["bytes"]: t["nanoseconds"] for t in limits["latencies"]}
    head = (
        "<th>Memory</th>"
        + '<th class="number">Bytes</th>'
        + "".join(
            f'<th class="number">{escape(name)}, GB/s<br>{threads:.0f} thread{"s" if threads > 1 else ""}</th>' for name, threads in columns
        )
        + '<th class="number">latency</th>'
    )
    rows = []
    for name, size in at.items():
        if size is None:
            continue
        cells = []
        for kind, threads in columns:
            # All threads may have been measured at fewer sizes.
            largest = max((s for k, n, s in speed if k == kind and n == threads and s <= size), default=None)
            cells.append(cell(significant(speed[kind, threads, largest] / 1e9)) if largest else cell("–"))
        ns = cell(duration(latency[size])) if size in latency else cell("–")
        rows.append(f"<tr><td>{name}</td>{cell(bytes_text(size), 'number minor')}{''.join(cells)}{ns}</tr>")
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


LADDER_LEGEND = [
    ("read", "par-unseq"),
    ("copy (read + written)", "unseq"),
    ("fill", "peer-0"),
    ("streaming copy, past the caches", "peer-2"),
]


def load_text(load: float | None) -> str:
    if load is None:
        return ""
    return f"{load:.2f}" + (" (others were at work: expect noise)" if load >= 0.5 else "")


def machine_section(report: Json, plotter: Plotter) -> str:
    machine, build, limits = report["machine"], report["build"], report["limits"]
    caches = machine["caches"]
    entries = {
        "Processor": machine["processor"],
        "Cores available": f"{machine['cores']:.0f}, of which the suite uses {machine['jobs']:.0f}",
        "Caches": ", ".join(f"L{c['level']} {bytes_text(c['size'])}" for c in caches if c["type"] in ("Data", "Unified")),
        "Memory": bytes_text(machine["memory_bytes"]) if machine.get("memory_bytes") else "",
        "System": machine["system"],
        "Instruction set": f"{build['instruction_set']} ({build['register_bits']:.0f}-bit registers)",
        "Compiler": f"{build['compiler']}, <code>{escape(build['flags'])}</code>",
        "Versions": ", ".join(f"{name} {version}" for name, version in build["versions"].items() if version),
        "Load before the run": load_text(machine.get("load")),
    }
    card = "".join(f"<dt>{k}</dt><dd>{v if k == 'Compiler' else escape(v)}</dd>" for k, v in entries.items() if v)
    out = [f'<h2 id="machine">The machine and its limits</h2><dl class="card">{card}</dl>']
    if limits:
        drawing = plotter.draw(lambda plots: plots.draw_ladder(limits, caches))
        chips = "".join(f'<span><span class="chip" style="background: var(--{role})"></span>{name}</span>' for name, role in LADDER_LEGEND)
        out += [
            "<p>What this machine can do at best, measured in this run. The shares below are shares of these and of copies of the problem’s own arrays.</p>",
            rates_table(limits),
            ladder_table(limits, caches),
            f'<figure>{drawing}<div class="legend">{chips}</div></figure>' if drawing else "",
        ]
    return "\n".join(out)


READING = """<h2 id="reading">How to read this</h2>
<p><b>Time</b> is the median of the repetitions; <b>spread</b> is the median distance from it, and pointing at it shows the extremes. The variants of a
size take turns in random order, so that whatever else the machine does meets all of them; ratios compare medians of one run.</p>
<p><b>Serial</b> is <code>tandem::seq</code> as the compiler vectorizes it; “not vectorized” is the same source without the compiler’s vectorization.
<b>unseq</b> uses vector registers, <b>par</b> all threads, <b>par_unseq</b> both. Every variant was checked against a reference before it was timed.</p>
<p><b>Share of the limit</b> compares with what cannot be undercut by as many threads: the arithmetic of the problem at the measured rate, or the fastest
copy or read of the same arrays, whichever takes longer. Arithmetic is counted without fusing, as tandem computes; a peer that fuses may pass 100&nbsp;%.</p>
<p><b>Peak memory</b> is the largest resident memory (<code>VmHWM</code>) of a process of its own that makes the inputs and calls the variant once, program and
libraries included; pointing at it shows what the call itself added. <b>GB/s</b> count each input byte and each output byte once.</p>"""


def problems_found(report: Json) -> list[str]:
    found = [f"{c['problem']} {c['type']} {c['size']}: {c['error']}" for p in report["problems"] for c in p["cases"] if c.get("error")]
    for problem in report["problems"]:
        for case in problem["cases"]:
            for v in case["variants"]:
                if v["status"] != "ok":
                    found.append(f"{problem['name']} {case['type']} {case['size']}, {label(v['name'])}: {v.get('reason', v['status'])}")
    return found


def page(report: Json, plotter: Plotter) -> str:
    caches = report["machine"]["caches"]
    style = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
    kind = "quick run" if report["quick"] else "full run"
    if report.get("chosen"):
        kind += f", chosen by hand: {report['chosen']}"
    subtitle = f"{report['date']} · {kind} · {duration(1e9 * report['seconds'])}"
    contents = [("glance", "At a glance"), ("machine", "Machine and limits")]
    contents += [(anchor(p["name"]), p["name"]) for p in report["problems"]] + [("reading", "How to read this")]
    toc = "".join(f'<li><a href="#{where}">{escape(text)}</a></li>' for where, text in contents)
    wrong = problems_found(report)
    alarm = ""
    if wrong:
        alarm = f'<div class="alarm"><b>Not everything is right.</b><ul>{"".join(f"<li>{escape(w)}</li>" for w in wrong)}</ul></div>'
    no_plots = (
        f'<p class="note">This report has no plots: {escape(plotter.why_not)}. Its tables are complete.</p>' if plotter.why_not else ""
    )
    body = [
        f'<header><h1>tandem benchmarks</h1><p class="subtitle">{escape(subtitle)}</p></header>',
        f"<nav><ul>{toc}</ul></nav>",
        alarm,
        no_plots,
        glance(report, caches),
        machine_section(report, plotter),
        *(section_of(p, p["cases"], caches, plotter) for p in report["problems"] if p["cases"]),
        READING,
        "<footer>All measurements stand in <code>report.json</code> beside this file.</footer>",
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>tandem benchmarks</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body>\n</html>\n"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes the HTML report of a benchmark run.")
    parser.add_argument("json", type=Path)
    parser.add_argument("html", type=Path)
    parser.add_argument("--no-plots", default="", metavar="REASON", help="tables alone, and this reason in the report")
    arguments = parser.parse_args()
    report = json.loads(arguments.json.read_text(encoding="utf-8"))
    arguments.html.write_text(page(report, Plotter(arguments.no_plots)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
