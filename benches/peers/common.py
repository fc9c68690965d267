"""What the scripts of the peers share: a case, the reductions that are fair to all of them, the line that is printed.

Every peer gets the relevant causes only (those that a present finding is linked to), the absent findings counted into their priors, which
is exact. `fused` also folds causes that touch one present finding into its leak: a reduction of ours that other programs do not make, given to
the strongest of them to see what it would be worth.
"""
import json
import resource
import sys
import time
from collections import Counter
from math import prod


class Case:
    """`priors`: cause -> chance; `present`: finding -> (leak, [(cause, strength)])."""

    def __init__(self, path):
        with open(path) as file:
            written = json.load(file)
        findings = {f["name"]: f for f in written["network"]["findings"]}
        links = lambda name: [(l["cause"], l["strength"]) for l in findings[name]["links"]]
        absent = {}
        for name in written["case"]["absent"]:
            for cause, strength in links(name):
                absent.setdefault(cause, []).append(1 - strength)
        self.present = {name: (findings[name]["leak"], links(name)) for name in written["case"]["present"]}
        relevant = {cause for _, links in self.present.values() for cause, _ in links}
        priors = {c["name"]: c["prior"] for c in written["network"]["causes"] if c["name"] in relevant}
        self.priors = {c: odds(p, prod(absent.get(c, []))) for c, p in priors.items()}

    def fuse(self):
        degree = Counter(cause for _, links in self.present.values() for cause, _ in links)
        for name, (leak, links) in self.present.items():
            silent = (1 - leak) * prod(1 - self.priors[c] * s for c, s in links if degree[c] == 1)
            self.present[name] = (1 - silent, [(c, s) for c, s in links if degree[c] > 1])
        self.priors = {c: p for c, p in self.priors.items() if degree[c] > 1}


def odds(prior, weight):
    """The prior of a cause that weighs so much where it is there."""
    return prior * weight / (prior * weight + 1 - prior)


def run(peer, build, query):
    """build(case) makes what query(built) answers: cause -> posterior. One line of JSON; the driver compares."""
    case = Case(sys.argv[1])
    if peer.endswith("fused"):
        case.fuse()
    began = time.perf_counter()
    built = build(case)
    between = time.perf_counter()
    posteriors = query(built)
    ended = time.perf_counter()
    print(json.dumps({
        "peer": peer, "build_s": between - began, "query_s": ended - between,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "posteriors": posteriors,
    }), flush=True)


def clauses(case, variable, neutral):
    """The case as clauses with weights, noisy-OR as or-of-ands: variables of the causes, and the list of clauses.

    variable(p): a new variable that is true with weight p and false with 1 - p; neutral(): one with weight 1 either way.
    """
    there, listed = {c: variable(p) for c, p in case.priors.items()}, []
    for leak, links in case.present.values():
        shown = [variable(leak)]
        for cause, strength in links:
            shows, strong = neutral(), variable(strength)
            listed += [[-shows, there[cause]], [-shows, strong], [shows, -there[cause], -strong]]
            shown.append(shows)
        listed.append(shown)
    return there, listed
