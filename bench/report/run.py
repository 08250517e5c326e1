# SPDX-License-Identifier: BSL-1.0
"""Runs the benchmark suite and writes its report.

    python3 bench/report/run.py                                     everything
    python3 bench/report/run.py --quick                             about a minute
    python3 bench/report/run.py --problem cdist --variant par_unseq --size 1000x1000x100
    python3 bench/report/run.py --list                              what there is to choose from

Needs only Python's standard library. Exits with 1 when a variant is wrong or fails; the report is written all the same.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from figures import derive, duration, factor, is_limit, label, percent, size_text

Json = dict[str, Any]

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build" / "bench"
REQUIREMENTS = HERE / "requirements.txt"


# ---- matplotlib, where it can be had -------------------------------------------------------------------------------


def environment_python(plotting: Path) -> Path:
    return plotting / "environment" / "bin" / "python"


def prepare_plots(plotting: Path) -> None:
    """Makes a virtual environment with matplotlib. Never fails: `state.txt` says `ready`, or why not."""
    plotting.mkdir(parents=True, exist_ok=True)
    state = plotting / "state.txt"
    state.unlink(missing_ok=True)
    folder = plotting / "environment"
    shutil.rmtree(folder, ignore_errors=True)
    install = [
        str(environment_python(plotting)),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--only-binary",
        ":all:",
    ]
    install += ["--timeout", "10", "--retries", "1", "--requirement", str(REQUIREMENTS)]
    steps = [
        ([sys.executable, "-m", "venv", str(folder)], "this Python cannot make virtual environments"),
        (install, "matplotlib could not be installed"),
        ([str(environment_python(plotting)), "-c", "import matplotlib.pyplot"], "the installed matplotlib cannot be imported"),
    ]
    result = "ready"
    for command, complaint in steps:
        try:
            subprocess.run(command, check=True, timeout=300, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except (OSError, subprocess.SubprocessError):
            result = complaint
            break
    state.write_text(result + "\n", encoding="utf-8")
    if result != "ready":
        print(f"The report will have no plots: {result}.", flush=True)


def can_plot(python: str) -> bool:
    try:
        return subprocess.run([python, "-c", "import matplotlib.pyplot"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def write_report(json_path: Path, html_path: Path, plotting: Path) -> None:
    """With plots from the environment of the build or from this Python; whatever fails, with tables alone."""
    state = plotting / "state.txt"
    reason = state.read_text(encoding="utf-8").strip() if state.exists() else "matplotlib was not installed for it"
    command = [str(HERE / "report.py"), str(json_path), str(html_path)]
    for python in ([str(environment_python(plotting))] if reason == "ready" else []) + [sys.executable]:
        if can_plot(python) and subprocess.run([python, *command]).returncode == 0:
            return
    if reason == "ready":
        reason = "drawing them failed"
    subprocess.run([sys.executable, *command, "--no-plots", reason], check=True)


# ---- the machine ---------------------------------------------------------------------------------------------------


def first_line(path: str, key: str) -> str:
    """The value of the first `key: value` or `key=value` line."""
    try:
        for line in Path(path).read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition("=" if "=" in line and ":" not in line else ":")
            if name.strip() == key:
                return value.strip().strip('"')
    except OSError:
        pass
    return ""


def describe_machine(jobs: float, load: float | None, context: Json) -> Json:
    system = first_line("/etc/os-release", "PRETTY_NAME") or platform.system()
    memory = first_line("/proc/meminfo", "MemTotal").split()
    return {
        "processor": first_line("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "jobs": jobs,
        "caches": [{"type": c["type"], "level": c["level"], "size": c["size"]} for c in context.get("caches", [])],
        "memory_bytes": 1024 * int(memory[0]) if memory else None,
        "system": f"{system}, {platform.system()} {platform.release()}, {platform.machine()}",
        "load": load,
    }


# ---- measuring -----------------------------------------------------------------------------------------------------


def matches(name: str, patterns: list[str]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def choose(cases: list[Json], arguments: argparse.Namespace) -> list[Json]:
    """The cases that were asked for by name, or those of the full or the quick run; each with its chosen variants.

    With a variant by name come `serial` and the limits: what it is compared with.
    """
    chosen = []
    for case in cases:
        if arguments.size:
            wanted = matches(case["size"], arguments.size)
        else:
            wanted = case["quick"] if arguments.quick else case["full"]
        if not (wanted and matches(case["problem"], arguments.problem) and matches(case["type"], arguments.type)):
            continue
        named = [v for v in case["variants"] if matches(v["name"], arguments.variant)]
        if not named:
            continue
        beside = [v for v in case["variants"] if v not in named and (v["name"] == "serial" or is_limit(v["name"]))]
        chosen.append(case | {"variants": named + beside})
    return chosen


def call(program: Path, *options: str, quiet: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(program), *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE if quiet else None, text=True)


def ending(code: int) -> str:
    return f"the program was ended by signal {-code}" if code < 0 else f"the program ended with {code}"


def run_case(program: Path, key: str, names: list[str], options: list[str]) -> tuple[Json, list[str], int]:
    """One process that checks and times these variants: Google Benchmark's JSON, the lines on the way, the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "times.json"
        done = call(program, f"--case={key}", f"--variants={','.join(names)}", f"--benchmark_out={out}", *options)
        try:
            return json.loads(out.read_text(encoding="utf-8")), done.stdout.splitlines(), done.returncode
        except (OSError, ValueError):
            return {}, done.stdout.splitlines(), done.returncode


def time_case(program: Path, case: Json, min_time: float, repetitions: int) -> Json:
    """Checks and times the variants of a case, in turns by one process; returns Google Benchmark's context.

    A variant that ends the process while it is checked is left out, and the others begin again.
    """
    options = [
        f"--benchmark_min_time={min_time}",
        f"--benchmark_repetitions={repetitions}",
        "--benchmark_enable_random_interleaving=true",
        "--benchmark_out_format=json",
    ]
    left = {v["name"]: v for v in case["variants"]}
    measured: Json = {}
    while left:
        measured, lines, code = run_case(program, f"{case['problem']}/{case['type']}/{case['size']}", list(left), options)
        last = lines[-1].split() if lines else []
        if code >= 0 or not last or last[0] != "checking" or last[1] not in left:
            break
        left.pop(last[1]).update(status="failed", reason=ending(code), times_ns=[])
    if not left:
        return {}
    for variant in left.values():
        variant.update(status="failed", reason=ending(code), times_ns=[])
    for line in lines:
        state, _, rest = line.partition(" ")
        name, _, reason = rest.partition(" ")
        if name in left and state in ("ok", "skipped", "wrong"):
            left[name].update(status=state, reason=reason)
    for run in measured.get("benchmarks", []):
        if run["run_type"] == "iteration":
            left[run["name"].split("/")[3]]["times_ns"].append(run["real_time"])
    for variant in left.values():
        if variant["status"] == "ok" and not variant["times_ns"]:
            variant.update(status="failed", reason=ending(code))
    case["variants"] = [v for v in case["variants"] if v["status"] != "skipped"]
    return measured.get("context", {})


def measure_memory(program: Path, case: Json) -> None:
    """Each variant once, in a process of its own."""
    key = f"{case['problem']}/{case['type']}/{case['size']}"
    for variant in case["variants"]:
        if variant["status"] == "ok" and not is_limit(variant["name"]):
            done = call(program, f"--memory={key}", f"--variants={variant['name']}")
            if done.returncode == 0:
                variant["memory"] = json.loads(done.stdout)


def footprint(case: Json) -> float:
    return case["work"]["bytes_read"] + case["work"]["bytes_written"]


def summary(case: Json) -> str:
    """What the terminal shows of a case when it is done."""
    own = [v for v in case["variants"] if not is_limit(v["name"])]
    wrong = [v for v in own if v["status"] != "ok"]
    if wrong:
        return "WRONG: " + ", ".join(v["name"] for v in wrong)
    serial = next((v for v in own if v["name"] == "serial"), None)
    best = min((v for v in own if not v["name"].startswith("peer_")), key=lambda v: v["median_ns"], default=None)
    if best is None:
        return f"{len(own)} variants"
    words = [f"{best['name']} {duration(best['median_ns'])}"]
    if serial and best is not serial:
        words.append(f"{factor(best['speed_up'])} serial")
    if "ratio_to_best_peer" in best:
        words.append(f"{factor(best['ratio_to_best_peer'])} best peer")
    if "share_of_limit" in best:
        words.append(f"{percent(best['share_of_limit'])} of the limit")
    return ", ".join(words)


def print_table(problems: list[Json]) -> None:
    """The largest size of every problem and type, all variants."""
    for problem in problems:
        for type_ in dict.fromkeys(c["type"] for c in problem["cases"]):
            case = max((c for c in problem["cases"] if c["type"] == type_), key=footprint)
            print(f"\n{problem['name']} {type_} {size_text(case['size'])}")
            for v in case["variants"]:
                if v["status"] != "ok":
                    print(f"  {label(v['name']):32} {v['status'].upper()}: {v.get('reason', '')}")
                    continue
                speed_up = factor(v["speed_up"]) if "speed_up" in v else ""
                share = percent(v["share_of_limit"]) if "share_of_limit" in v else ""
                print(f"  {label(v['name']):32} {duration(v['median_ns']):>10} {speed_up:>9} {share:>7}")


def list_choices(cases: list[Json]) -> None:
    for case in cases:
        runs = " ".join(word for word in ("full", "quick") if case[word])
        print(f"--problem {case['problem']} --type {case['type']} --size {case['size']}   ({runs})")
        print("    --variant " + " | ".join(v["name"] for v in case["variants"]))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Runs the benchmark suite and writes its report.", epilog="Names may hold * and ?; options may be repeated."
    )
    for option in ("problem", "type", "size", "variant"):
        parser.add_argument(f"--{option}", action="append", default=[], metavar="NAME", help=f"only this {option}")
    parser.add_argument("--quick", action="store_true", help="fewer sizes and repetitions: about a minute")
    parser.add_argument("--list", action="store_true", help="show what there is to choose from, and stop")
    parser.add_argument("--repetitions", type=int, help="of each variant (default: 9, quick 3)")
    parser.add_argument("--min-time", type=float, help="seconds of each repetition (default: 0.02, quick 0.01)")
    parser.add_argument("--program", type=Path, default=BUILD / "bench" / "tandem-bench", help="the benchmark program")
    parser.add_argument("--output", type=Path, default=BUILD, help="the folder for report.json and report.html")
    parser.add_argument("--plotting", type=Path, default=BUILD / "plotting", help="the folder of the plots' virtual environment")
    parser.add_argument("--prepare-plots", action="store_true", help="only make that environment")
    return parser.parse_args()


def main() -> int:
    arguments = parse()
    if arguments.prepare_plots:
        prepare_plots(arguments.plotting)
        return 0
    if not arguments.program.exists():
        print(
            f"There is no {arguments.program}: build it by `cmake --workflow --preset bench`, or name another by --program.",
            file=sys.stderr,
        )
        return 1
    begin = time.monotonic()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    described = call(arguments.program, "--describe", quiet=False)
    if described.returncode != 0:
        return 1
    suite = json.loads(described.stdout)
    if arguments.list:
        list_choices(suite["cases"])
        return 0
    cases = choose(suite["cases"], arguments)
    if not cases:
        print("Nothing has these names; --list shows what there is.", file=sys.stderr)
        return 1

    print("The machine's limits ...", flush=True)
    measured = call(arguments.program, "--limits", *(["--quick"] if arguments.quick else []), quiet=False)
    limits = json.loads(measured.stdout) if measured.returncode == 0 else {}

    repetitions = arguments.repetitions or (3 if arguments.quick else 9)
    min_time = arguments.min_time or (0.01 if arguments.quick else 0.02)
    context: Json = {}
    for number, case in enumerate(cases, 1):
        case["footprint"] = footprint(case)
        name = f"{case['problem']} {case['type']} {size_text(case['size'])}"
        print(f"[{number:{len(str(len(cases)))}}/{len(cases)}] {name:44}", end="", flush=True)
        context = time_case(arguments.program, case, min_time, repetitions) or context
        measure_memory(arguments.program, case)
        derive(case, limits)
        print(summary(case), flush=True)

    problems = [p | {"cases": [c for c in cases if c["problem"] == p["name"]]} for p in suite["problems"]]
    names = [f"{option} {value}" for option in ("problem", "type", "size", "variant") for value in getattr(arguments, option)]
    report = {
        "schema": 1,
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "seconds": time.monotonic() - begin,
        "quick": arguments.quick,
        "chosen": ", ".join(names),
        "repetitions": repetitions,
        "min_time_seconds": min_time,
        "machine": describe_machine(suite["jobs"], load, context),
        "build": suite["build"],
        "limits": limits,
        "problems": [p for p in problems if p["cases"]],
    }
    arguments.output.mkdir(parents=True, exist_ok=True)
    json_path, html_path = arguments.output / "report.json", arguments.output / "report.html"
    json_path.write_text(json.dumps(report, indent=1), encoding="utf-8")
    print_table(report["problems"])
    write_report(json_path, html_path, arguments.plotting)
    print(f"\n{html_path}\n{json_path}")
    wrong = [v for c in cases for v in c["variants"] if v["status"] != "ok"]
    if wrong:
        print(f"\n{len(wrong)} variants are wrong or failed; the report says which.", file=sys.stderr)
    return 1 if wrong or not limits else 0


if __name__ == "__main__":
    sys.exit(main())
