#!/usr/bin/env python3
"""Runs every peer and ruleout side by side on the cases of a folder, one process a case, and draws what came out.

Usage: run.py CASES [--out results] [--peers a,b] [--cases x,y] [--limit 40] [--memory 20] [--budget 2100] [--draw-only]

CASES: a folder of `generate.py`, or of files like those. Peers need `pip install -r requirements.txt` in the python that runs this.
Each line that a peer prints is kept in OUT/lines.jsonl; a run that was stopped goes on where it was. Then a table (OUT/table.md), times.svg
and cost.svg are made anew; with --readme they come to stand in and beside README.md.

A peer that exceeds the time limit (seconds, a case) or the memory limit (GB of address space) on a case is not tried on the larger ones of the
same family. When the whole budget (seconds) is used up, what is left is not tried, and a later run goes on with it.
"""
import argparse
import json
import math
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
OURS = "ruleout"
PEERS = {
    "pyagrum chain": ["pyagrum_chain.py"],
    "pyagrum chain fused": ["pyagrum_chain.py", "fused"],
    "pgmpy": ["pgmpy_ve.py"],
    "problog": ["problog_ddnnf.py"],
    "pysdd": ["pysdd_balanced.py"],
    "pyganak": ["pyganak_counts.py"],
}
FAMILIES = ["small", "medium", "leak", "cause", "hub", "large"]


def place(case):
    family, size = re.match(r"(.*?)_?(\d+)$", case).groups()
    return (FAMILIES.index(family) if family in FAMILIES else len(FAMILIES), family, int(size))


def program():
    """ruleout-bench, built as it is released, unless RULEOUT_BENCH names one."""
    if "RULEOUT_BENCH" in os.environ:
        return os.environ["RULEOUT_BENCH"]
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=HERE, check=True)
    told = subprocess.run(["cargo", "metadata", "--format-version", "1", "--no-deps"], cwd=HERE, capture_output=True, check=True).stdout
    return str(Path(json.loads(told)["target_directory"]) / "release" / "ruleout-bench")


def run(command, limit, memory):
    """The line that a process prints, or why there is none."""
    bound = lambda: resource.setrlimit(resource.RLIMIT_AS, (memory << 30, memory << 30))
    began = time.time()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, preexec_fn=bound)
    except subprocess.TimeoutExpired:
        return {"failed": f"over {limit:g} s"}
    last = done.stdout.strip().splitlines()[-1:]
    if done.returncode == 0 and last and last[0].startswith("{"):
        return json.loads(last[0])
    said = done.stderr[-4000:]
    out_of_memory = done.returncode in (-9, -6) or re.search(r"memory|bad_alloc|MemoryError|OutOfMemory", said, re.I)
    why = f"over {memory} GB" if out_of_memory else f"exit {done.returncode}: {(said.strip().splitlines() or ['nothing said'])[-1][:120]}"
    return {"failed": why, "after_s": round(time.time() - began, 1)}


def measure(a, lines):
    cases = sorted((p.stem for p in Path(a.folder).glob("*.json") if not p.name.endswith(".post.json")), key=place)
    cases = [c for c in cases if not a.cases or c in a.cases.split(",")]
    peers = [OURS, *(p for p in PEERS if not a.peers or p in a.peers.split(","))]
    done, given_up = {(l["peer"], l["case"]) for l in lines}, {}
    for line in lines:
        if "failed" in line:
            given_up.setdefault((line["peer"], place(line["case"])[1]), line["case"])
    ours, began = program(), time.time()
    with open(a.out / "lines.jsonl", "a") as log:
        for case in cases:
            for peer in peers:
                if (peer, case) in done:
                    continue
                if time.time() - began > a.budget:
                    print("the budget is used up; run again to go on", file=sys.stderr)
                    return
                path, family = str(Path(a.folder) / f"{case}.json"), place(case)[1]
                before = given_up.get((peer, family))
                if before and family not in ("small", "medium") and place(before) < place(case):
                    line = {"failed": f"not tried: failed at {before}"}
                else:
                    command = [ours, path] if peer == OURS else [sys.executable, str(HERE / "peers" / PEERS[peer][0]), path, *PEERS[peer][1:]]
                    line = run(command, a.limit, a.memory)
                line = {**line, "peer": peer, "case": case}
                if "failed" in line:
                    given_up.setdefault((peer, family), case)
                log.write(json.dumps(line) + "\n")
                log.flush()
                lines.append(line)
                print(case, peer, line.get("failed") or f"{line['query_s']:.6f} s", file=sys.stderr, flush=True)


def difference(line, reference):
    """The worst difference of the marginals that both have."""
    pairs = [(p, reference["posteriors"][c]) for c, p in line["posteriors"].items() if c in reference["posteriors"]]
    return max((abs(a - b) for a, b in pairs), default=math.nan)


def seconds(s):
    return f"{s * 1e6:.0f} µs" if s < 1e-3 else f"{s * 1e3:.3g} ms" if s < 1 else f"{s:.3g} s"


def table(a, lines):
    by = {(l["peer"], l["case"]): l for l in lines}
    cases = sorted({l["case"] for l in lines}, key=place)
    shown = [p for p in PEERS if any(l["peer"] == p for l in lines)]
    head = ["case", "width", "C", "build", "**ruleout**", "peak", *shown, "worst difference"]
    rows = []
    for case in cases:
        us = by.get((OURS, case), {"failed": "not run"})
        good = "failed" not in us
        row = [case] + ([us["width"], f"{us['cost']:.2g}", seconds(us["build_s"]), f"**{seconds(us['query_s'])}**", f"{us['peak_bytes'] / 1e6:.0f} MB"]
                        if good else ["", "", "", us["failed"], ""])
        worst = []
        for peer in shown:
            line = by.get((peer, case))
            if line is None:
                row.append("")
            elif "failed" in line:
                row.append("–" if line["failed"].startswith("not tried") else line["failed"])
            else:
                times = f" (×{line['query_s'] / us['query_s']:,.0f})" if good else ""
                row.append(f"{seconds(line['query_s'])}{times}")
                worst += [difference(line, us)] if good else []
        row.append(f"{max(worst):.1e}" if worst else "")
        rows.append(row)
    text = "\n".join("| " + " | ".join(map(str, row)) + " |" for row in [head, ["---"] * len(head), *rows])
    (a.out / "table.md").write_text(text + "\n")
    readme = HERE / "README.md"
    if a.readme and readme.exists():
        told = re.sub(r"(?s)(<!-- table -->\n).*?(<!-- end -->)", lambda m: m[1] + text + "\n" + m[2], readme.read_text())
        readme.write_text(told)


def draw(a, lines):
    plots = HERE if a.readme else a.out
    import matplotlib
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "ruleout"
    import matplotlib.pyplot as plt

    good = [l for l in lines if "failed" not in l]
    cases = sorted({l["case"] for l in lines}, key=place)
    figure, axes = plt.subplots(figsize=(12, 5.5))
    colours = plt.get_cmap("tab10").colors
    for at, peer in enumerate([OURS, *PEERS]):
        points = [(cases.index(l["case"]), l["query_s"]) for l in good if l["peer"] == peer]
        if points:
            ours = peer == OURS
            axes.scatter(*zip(*points), label=peer, s=60 if ours else 34, marker="D" if ours else "o", color="black" if ours else colours[at], zorder=3 if ours else 2)
    axes.set_yscale("log")
    axes.set_xticks(range(len(cases)), cases, rotation=60, ha="right", fontsize=8)
    axes.set_ylabel("all relevant marginals, seconds")
    axes.set_title("Time to answer a case (nothing where a program did not finish within the limits)")
    axes.grid(axis="y", which="major", alpha=.4)
    axes.grid(axis="x", alpha=.15)
    axes.legend(ncols=7, fontsize=8, loc="upper center", bbox_to_anchor=(.5, -.2), frameon=False)
    figure.tight_layout()
    figure.savefig(plots / "times.svg", metadata={"Date": None})
    figure.savefig(a.out / "times.png", dpi=110)

    points = sorted((l["cost"], l["query_s"], l["case"]) for l in good if l["peer"] == OURS)
    figure, axes = plt.subplots(figsize=(7.5, 5.5))
    if points:
        for at, family in enumerate(FAMILIES):
            part = [(c, s) for c, s, case in points if place(case)[1] == family]
            if part:
                axes.scatter(*zip(*part), label=family, color=colours[at], zorder=3)
        ends = [points[0][0], points[-1][0]]
        for ns, style in ((1, "-"), (3, ":")):
            axes.plot(ends, [c * ns * 1e-9 for c in ends], style, color="grey", label=f"{ns} ns × C")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("C, known before the run")
    axes.set_ylabel("query, seconds")
    axes.set_title("What ruleout takes against what it said it would")
    axes.grid(alpha=.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(plots / "cost.svg", metadata={"Date": None})
    figure.savefig(a.out / "cost.png", dpi=110)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folder")
    p.add_argument("--out", type=Path, default=HERE / "results")
    p.add_argument("--peers")
    p.add_argument("--cases")
    p.add_argument("--limit", type=float, default=40)
    p.add_argument("--memory", type=int, default=20)
    p.add_argument("--budget", type=float, default=2100)
    p.add_argument("--draw-only", action="store_true")
    p.add_argument("--readme", action="store_true", help="put table and plots into and beside README.md")
    a = p.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    kept = a.out / "lines.jsonl"
    lines = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    if not a.draw_only:
        measure(a, lines)
    table(a, lines)
    draw(a, lines)


if __name__ == "__main__":
    main()
