# SPDX-License-Identifier: BSL-1.0
"""From measurements to figures: medians, ratios, shares of a limit, and how they are written. Pure functions only."""

from __future__ import annotations

import math
from statistics import median
from typing import Any

Json = dict[str, Any]

OWN_VARIANTS = ["serial_novec", "serial", "unseq", "par", "par_progress", "par_unseq"]

# The names that readers see.
LABELS = {
    "serial_novec": "serial, not vectorized",
    "serial": "serial",
    "unseq": "unseq",
    "par": "par",
    "par_progress": "par, with progress",
    "par_unseq": "par_unseq",
}
PEER_LABELS = {"openmp": "OpenMP", "std": "std algorithm", "eigen": "Eigen", "openblas": "OpenBLAS", "tbb": "oneTBB", "loop": "plain loop"}


def is_peer(name: str) -> bool:
    return name.startswith("peer_")


def is_limit(name: str) -> bool:
    return name.startswith("limit_")


def variant_order(name: str) -> tuple[int, int, str]:
    """Our own variants in the order in which they grow, then the peers, then the limits."""
    if name in OWN_VARIANTS:
        return (0, OWN_VARIANTS.index(name), name)
    return (2 if is_limit(name) else 1, 0, name)


def label(name: str) -> str:
    if is_peer(name):
        word = name.removeprefix("peer_")
        return PEER_LABELS.get(word, word.replace("_", " "))
    if is_limit(name):
        words = name.removeprefix("limit_").split("_")
        threads = {"one": ", 1 thread", "all": ", all threads"}.get(words[-1], "")
        return " ".join(words[:-1] if threads else words) + threads
    return LABELS.get(name, name)


def spread(times: list[float]) -> Json:
    """The median of repetitions, how far they usually lie from it, and the extremes."""
    middle = median(times)
    return {
        "median_ns": middle,
        "mad_ns": median(abs(t - middle) for t in times),
        "min_ns": min(times),
        "max_ns": max(times),
    }


def rate_of(limits: Json, name: str, type_: str, all_threads: bool) -> float | None:
    """The measured rate of an operation by one thread, or by as many as there are."""
    found = [r for r in limits.get("rates", []) if r["name"] == name and r["type"] == type_]
    if not all_threads:
        found = [r for r in found if r["threads"] == 1]
    return max((r["per_second"] for r in found), default=None)


def binding_limit(case: Json, variant: Json, limits: Json) -> tuple[str, float] | None:
    """The limit that allows the least: its name and the nanoseconds that nobody with these threads can undercut.

    Arithmetic, roots and divisions at the machine's measured rates; memory by the fastest `limit_*` variant of this case.
    """
    all_threads = variant["threads"] == "all"
    candidates: list[tuple[str, float]] = []
    for amount, rate_name, reader_name in (
        ("arithmetic", "separate", "arithmetic"),
        ("roots", "sqrt", "square roots"),
        ("divisions", "division", "divisions"),
    ):
        rate = rate_of(limits, rate_name, case["type"], all_threads)
        if case["work"].get(amount) and rate:
            candidates.append((reader_name, 1e9 * case["work"][amount] / rate))
    memory = [
        (label(v["name"]), v["median_ns"])
        for v in case["variants"]
        if is_limit(v["name"]) and v["status"] == "ok" and (all_threads or v["threads"] == "one")
    ]
    if memory:
        candidates.append(min(memory, key=lambda limit: limit[1]))
    return max(candidates, key=lambda limit: limit[1], default=None)


def derive(case: Json, limits: Json) -> None:
    """Adds to each variant that was timed what follows from its times."""
    case["variants"].sort(key=lambda v: variant_order(v["name"]))
    timed = [v for v in case["variants"] if v["status"] == "ok" and v.get("times_ns")]
    for variant in timed:
        variant.update(spread(variant["times_ns"]))
    serial = next((v["median_ns"] for v in timed if v["name"] == "serial"), None)
    peer = min((v["median_ns"] for v in timed if is_peer(v["name"])), default=None)
    work = case["work"]
    for variant in timed:
        seconds = variant["median_ns"] * 1e-9
        variant["items_per_second"] = work["items"] / seconds
        variant["bytes_per_second"] = (work["bytes_read"] + work["bytes_written"]) / seconds
        if is_limit(variant["name"]):
            continue
        if serial:
            variant["speed_up"] = serial / variant["median_ns"]
        if peer:
            variant["ratio_to_best_peer"] = peer / variant["median_ns"]
        limit = binding_limit(case, variant, limits)
        if limit:
            variant["limit"], variant["limit_ns"] = limit
            variant["share_of_limit"] = limit[1] / variant["median_ns"]


def level(footprint: float, caches: list[Json]) -> str:
    """The smallest cache of one core that holds so many bytes, or DRAM; nothing where caches are unknown."""
    sizes = sorted((c["size"], c["level"]) for c in caches if c["type"] in ("Data", "Unified"))
    if not sizes:
        return ""
    return next((f"L{number}" for size, number in sizes if footprint <= size), "DRAM")


def significant(value: float, digits: int = 3) -> str:
    """So many significant digits, without an exponent: 0.0123, 1.23, 12.3, 123, 1 230."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "–"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    if len(text.replace(",", "").replace(".", "").lstrip("0-")) > digits and decimals > 0:  # 9.996 became 10.00
        text = f"{value:,.{decimals - 1}f}"
    return text.replace(",", "\u202f")


def scaled(value: float, units: list[tuple[float, str]], digits: int = 3) -> str:
    """With the largest unit that leaves at least 1 before the point; the smallest below that."""
    for size, unit in units:
        if value >= size * 0.9995:
            return f"{significant(value / size, digits)}\u202f{unit}"
    size, unit = units[-1]
    return f"{significant(value / size, digits)}\u202f{unit}"


def duration(nanoseconds: float) -> str:
    return scaled(nanoseconds, [(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1, "ns")])


def bytes_text(count: float) -> str:
    """As caches are built: KiB, MiB, GiB; whole numbers of them without decimals."""
    for size, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if count >= size and count % size == 0 and count < 1024 * size:
            return f"{count / size:.0f}\u202f{unit}"
    return scaled(count, [(2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"), (1, "B")])


def rate_text(per_second: float, what: str = "") -> str:
    text = scaled(per_second, [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, "")])
    return text + what


def factor(value: float) -> str:
    return f"{significant(value)}×"


def percent(value: float) -> str:
    return f"{100 * value:.0f}\u202f%" if value >= 0.0995 else f"{100 * value:.1f}\u202f%"


def size_text(size: str) -> str:
    """50000000 as 50 000 000 and 1000x1000x100 as 1000 × 1000 × 100; words behind a hyphen stay."""
    number, hyphen, words = size.partition("-")
    parts = number.split("x")
    if all(part.isdigit() for part in parts):
        number = " × ".join(f"{int(p):,}".replace(",", "\u202f") if len(p) > 4 else p for p in parts)
    return number + (f", {words}" if hyphen else "")
