# SPDX-License-Identifier: BSL-1.0
"""The plots of the report, by matplotlib, as SVG that takes its colours from the page.

matplotlib knows fixed colours only. So every role gets a colour that stands for it, and the finished SVG names the page's
variable in its place; light and dark then need one drawing.
"""

from __future__ import annotations

import io
import re
from typing import Any

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.layout_engine import ConstrainedLayoutEngine  # noqa: E402
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator  # noqa: E402

from figures import bytes_text, factor, is_limit, is_peer, label  # noqa: E402

Json = dict[str, Any]

PEER_COLOURS = 4
ROLES = ["ink", "muted", "grid", "limit", "serial_novec", "serial", "unseq", "par", "par_unseq"] + [
    f"peer_{i}" for i in range(PEER_COLOURS)
]
STANDS_FOR = {role: f"#{0xFE1200 + i:06x}" for i, role in enumerate(ROLES)}
INK, MUTED, GRID, LIMIT = (STANDS_FOR[role] for role in ("ink", "muted", "grid", "limit"))
MARKERS = {"serial_novec": "v", "serial": "^", "unseq": "s", "par": "D", "par_unseq": "o"}
PEER_MARKERS = ["P", "X", "h", "*"]

matplotlib.rcParams.update(
    {
        "svg.fonttype": "none",
        "svg.hashsalt": "tandem",
        "font.size": 10,
        "text.color": INK,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": MUTED,
        "axes.titlecolor": INK,
        "axes.titlesize": 10.5,
        "axes.titlelocation": "left",
        "axes.titlepad": 20,
        "axes.linewidth": 0.7,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelsize": 9,
        "ytick.labelsize": 9,
        "xtick.minor.visible": False,
        "ytick.minor.visible": False,
        "grid.color": GRID,
        "grid.linewidth": 0.7,
        "lines.linewidth": 1.6,
        "lines.markersize": 5,
    }
)


def role_of(name: str, peers: list[str]) -> str:
    if is_limit(name):
        return "limit"
    if is_peer(name):
        return f"peer_{peers.index(name) % PEER_COLOURS}"
    return name if name in ROLES else "muted"


def to_svg(figure: Figure, title: str) -> str:
    """The figure as an element for a page: no fixed size, the page's colours, identifiers of its own."""
    out = io.StringIO()
    figure.savefig(out, format="svg", transparent=True, bbox_inches="tight", pad_inches=0.05, metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    for role, colour in STANDS_FOR.items():
        text = text.replace(colour, f"var(--{role.replace('_', '-')})")
    own = re.sub(r"[^a-z0-9]+", "-", title.lower())
    text = re.sub(r'\bid="', f'id="{own}-', text)
    text = re.sub(r'href="#', f'href="#{own}-', text)
    text = re.sub(r"url\(#", f"url(#{own}-", text)
    text = re.sub(r'(<svg[^>]*?) width="([\d.]+)pt"', rf'\1 style="max-width: calc(\2px * 1.34)"', text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[\d.]+pt"', r"\1", text, count=1)
    return text.replace("<svg", f'<svg class="plot" role="img" aria-label="{title}"', 1)


def over_sizes(axes: Axes, sizes: list[float]) -> None:
    """A logarithmic axis of bytes, labelled at powers of 16."""
    axes.set_xscale("log", base=2)
    low, high = min(sizes), max(sizes)
    axes.set_xlim(low / 1.5, high * 1.5)
    axes.xaxis.set_major_locator(
        FixedLocator([2.0**k for k in range(10, 60, 4 if high / low > 2**8 else 2) if low / 1.5 <= 2.0**k <= high * 1.5])
    )
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: bytes_text(x)))


def mark_caches(axes: Axes, caches: list[Json]) -> None:
    low, high = axes.get_xlim()
    for cache in caches:
        if cache["type"] in ("Data", "Unified") and low < cache["size"] < high:
            axes.axvline(cache["size"], color=GRID, linewidth=1, zorder=0)
            axes.annotate(
                f"L{cache['level']}",
                (cache["size"], 1),
                xycoords=("data", "axes fraction"),
                xytext=(0, 2),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=8.5,
                color=MUTED,
            )


def plain_log_axis(axes: Axes, low: float, high: float) -> None:
    axes.set_yscale("log")
    ticks = [m * 10.0**k for k in range(-3, 8) for m in (1, 2, 5)]
    axes.set_ylim(low / 1.3, high * 1.3)
    axes.yaxis.set_major_locator(FixedLocator([t for t in ticks if low / 1.3 <= t <= high * 1.3]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    axes.grid(axis="y")


LADDER_STYLE = {"read": ("par_unseq", "o"), "copy": ("unseq", "s"), "fill": ("peer_0", "^"), "streaming copy": ("peer_2", "D")}


def draw_ladder(limits: Json, caches: list[Json]) -> str:
    """Bandwidth by one thread and by all, and latency, from the first cache to DRAM."""
    bandwidths = limits["bandwidths"]
    counts = sorted({b["threads"] for b in bandwidths})
    figure, panels = pyplot.subplots(1, len(counts) + 1, figsize=(3.45 * (len(counts) + 1), 2.9), layout="constrained")
    speeds = [b["per_second"] / 1e9 for b in bandwidths]
    for axes, count in zip(panels, counts):
        for name, (role, marker) in LADDER_STYLE.items():
            points = [(b["bytes"], b["per_second"] / 1e9) for b in bandwidths if b["name"] == name and b["threads"] == count]
            axes.plot(*zip(*points), color=STANDS_FOR[role], marker=marker, markersize=3.8)
        over_sizes(axes, [b["bytes"] for b in bandwidths])
        plain_log_axis(axes, min(speeds), max(speeds))
        mark_caches(axes, caches)
        axes.set_title("GB/s, 1 thread" if count == 1 else f"GB/s, {count:.0f} threads")
        axes.set_xlabel("bytes in use by each thread")
    latencies = [(at["bytes"], at["nanoseconds"]) for at in limits["latencies"]]
    panels[-1].plot(*zip(*latencies), color=INK, marker="o", markersize=3.8)
    over_sizes(panels[-1], [size for size, _ in latencies])
    plain_log_axis(panels[-1], min(t for _, t in latencies), max(t for _, t in latencies))
    mark_caches(panels[-1], caches)
    panels[-1].set_title("ns from one load to the next")
    panels[-1].set_xlabel("bytes in use")
    return to_svg(figure, "memory ladder")


def best_limit(case: Json) -> float | None:
    rates = [v["bytes_per_second"] for v in case["variants"] if is_limit(v["name"]) and v["status"] == "ok"]
    return max(rates, default=None)


def draw_over_sizes(title: str, cases: list[Json], peers: list[str], caches: list[Json]) -> str:
    """Bytes per second of every variant over the sizes of a problem; the fastest copy or read behind them."""
    figure, axes = pyplot.subplots(figsize=(8.2, 3.7), layout="constrained")
    cases = sorted(cases, key=lambda c: c["footprint"])
    names = [v["name"] for v in cases[0]["variants"] if v["status"] == "ok" and not is_limit(v["name"])]
    limit = [(c["footprint"], best_limit(c)) for c in cases]
    rates = [r / 1e9 for _, r in limit if r]
    if rates:
        axes.plot([x for x, r in limit if r], rates, color=LIMIT, linestyle=(0, (1, 1.6)), linewidth=2)
    for name in names:
        points = [
            (c["footprint"], v["bytes_per_second"] / 1e9) for c in cases for v in c["variants"] if v["name"] == name and v["status"] == "ok"
        ]
        rates += [y for _, y in points]
        marker = PEER_MARKERS[peers.index(name) % len(PEER_MARKERS)] if is_peer(name) else MARKERS.get(name, "o")
        axes.plot(
            *zip(*points),
            color=STANDS_FOR[role_of(name, peers)],
            marker=marker,
            linestyle="--" if is_peer(name) else "-",
            linewidth=2.2 if name == "par_unseq" else 1.5,
        )
    over_sizes(axes, [c["footprint"] for c in cases])
    plain_log_axis(axes, min(rates), max(rates))
    mark_caches(axes, caches)
    axes.set_title("GB/s, read and written")
    axes.set_xlabel("bytes of input and output")
    return to_svg(figure, title + " over sizes")


def draw_speed_ups(title: str, cases: list[Json], titles: list[str], peers: list[str]) -> str:
    """A panel a size: bars of the speed-up over serial. Serial is where the line is."""
    names = [v["name"] for v in max(cases, key=lambda c: len(c["variants"]))["variants"] if not is_limit(v["name"])]
    columns = {1: 1, 2: 2, 4: 2}.get(len(cases), 3)
    rows = -(-len(cases) // columns)
    width = {1: 5.2, 2: 8.0, 3: 10.4}[columns]
    figure, grid = pyplot.subplots(
        rows,
        columns,
        figsize=(width, rows * (0.6 + 0.24 * len(names))),
        layout=ConstrainedLayoutEngine(h_pad=0.14, w_pad=0.08),
        squeeze=False,
        sharey=True,
    )
    for axes in grid.flat[len(cases) :]:
        axes.set_visible(False)
    for axes, case, panel_title in zip(grid.flat, cases, titles):
        found = {v["name"]: v for v in case["variants"]}
        values = [found.get(name, {}).get("speed_up", 0) for name in names]
        axes.barh(range(len(names)), values, color=[STANDS_FOR[role_of(name, peers)] for name in names], height=0.72)
        longest = max(values, default=1) or 1
        for row, (name, value) in enumerate(zip(names, values)):
            text = factor(value) if value else "–"
            axes.annotate(
                text,
                (value, row),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
                fontweight="bold" if name == "par_unseq" else "normal",
                color=INK,
            )
        axes.axvline(1, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
        axes.set_xlim(0, longest * 1.24)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_yticks(range(len(names)), [label(name) for name in names])
        axes.tick_params(axis="y", length=0, labelcolor=INK)
        axes.xaxis.set_major_locator(NullLocator())
        axes.spines["bottom"].set_visible(False)
        axes.spines["left"].set_visible(False)
        axes.set_title(panel_title, pad=6)
    return to_svg(figure, title + " speed-up")
