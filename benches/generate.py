#!/usr/bin/env python3
"""Writes the networks of the benchmark: two layers, noisy-OR with leaks, each with the findings of one case.

Usage: generate.py FOLDER [SEED]           standard library only; the same seed writes the same files

A file is {"network": {"causes": [{"name", "prior"}], "findings": [{"name", "leak", "links": [{"cause", "strength"}]}]},
           "case": {"present": [name], "absent": [name]}}.

small_0 … 4     25 causes,    60 findings,  8 links a cause;  6 findings present, 20 absent
medium_0 … 2   100 causes,   300 findings, 20 links a cause;  8 present, 40 absent
FAMILY_K       570 causes, 4,000 findings, 70 links a cause (the published size of QMR-DT: Shwe et al. 1991); K present, 50 absent
large_12     1,000 causes, 10,000 findings, 70 links a cause; family cause, 12 present, 50 absent

The families differ in which findings are present. leak: sampled from the whole model, so half of them are background and few causes share
one. cause: only what two true causes switched on. hub: of those, the ones with most links, so that nearly every cause touches several.
Strengths are the five frequencies of QMR. How hard a case is shows in the width of its reduced network, not in K.
"""
import json
import sys
from math import prod
from pathlib import Path
from random import Random

STRENGTHS = (0.025, 0.2, 0.5, 0.8, 0.985)
SIZES = (5, 8, 10, 12, 15, 18, 20, 22, 24, 28, 40)
FAMILIES = ("leak", "cause", "hub")


def rare(random, count):
    return [random.uniform(0.001, 0.05) for _ in range(count)]


def network(random, causes, findings, links):
    """Priors, leaks, and for each finding its links; the first findings are the best connected."""
    priors, leaks = rare(random, causes), rare(random, findings)
    weights = [(1 + at) ** -0.6 for at in range(findings)]
    linked = [{} for _ in range(findings)]
    for cause in range(causes):
        number = max(1, int(random.gauss(links, links / 3)))
        for finding in set(random.choices(range(findings), weights=weights, k=number)):
            linked[finding][cause] = random.choice(STRENGTHS)
    return priors, leaks, linked


def case(random, net, family, present, absent):
    """The findings that are present and absent, by index."""
    priors, leaks, linked = net
    enough = max(present, 0 if family == "leak" else 40)
    while True:
        true = set(random.sample(range(len(priors)), 2))
        on, off = [], []
        for finding, (leak, links) in enumerate(zip(leaks, linked)):
            silent = prod(1 - strength for cause, strength in sorted(links.items()) if cause in true)
            silent *= 1 - leak if family == "leak" else 1
            (on if random.random() < 1 - silent else off).append(finding)
        if len(on) >= enough:
            break
    if family == "hub":
        on.sort(key=lambda finding: -len(linked[finding]))
    else:
        random.shuffle(on)
    return on[:present], random.sample(off, min(absent, len(off)))


def written(net, observed):
    priors, leaks, linked = net
    causes = [{"name": f"c{at}", "prior": prior} for at, prior in enumerate(priors)]
    links = lambda by: [{"cause": f"c{cause}", "strength": strength} for cause, strength in sorted(by.items())]
    findings = [{"name": f"f{at}", "leak": leak, "links": links(by)} for at, (leak, by) in enumerate(zip(leaks, linked))]
    present, absent = ([f"f{at}" for at in part] for part in observed)
    return {"network": {"causes": causes, "findings": findings}, "case": {"present": present, "absent": absent}}


def main(folder, seed=1):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    put = lambda name, net, observed: (folder / f"{name}.json").write_text(json.dumps(written(net, observed)))
    start = lambda stream: Random(int(seed) * 1000 + stream)
    for at in range(5):
        random = start(at)
        net = network(random, 25, 60, 8)
        put(f"small_{at}", net, case(random, net, "leak", 6, 20))
    for at in range(3):
        random = start(100 + at)
        net = network(random, 100, 300, 20)
        put(f"medium_{at}", net, case(random, net, "leak", 8, 40))
    net = network(start(200), 570, 4000, 70)
    for family in FAMILIES:
        for size in SIZES:
            put(f"{family}_{size}", net, case(start(7), net, family, size, 50))
    random = start(300)
    net = network(random, 1000, 10000, 70)
    put("large_12", net, case(random, net, "cause", 12, 50))


if __name__ == "__main__":
    main(*sys.argv[1:3])
