"""pyAgrum, lazy propagation, each noisy-OR as a chain of small tables. With `fused` as second argument, causes of one finding are folded."""
import sys

import pyagrum

from common import run


def build(case):
    net, evidence = pyagrum.BayesNet(), {}

    def add(name, parents=()):
        net.add(pyagrum.LabelizedVariable(name, name, 2))
        for parent in parents:
            net.addArc(parent, name)
        return net.cpt(name)

    for cause, prior in case.priors.items():
        add(cause)[:] = [1 - prior, prior]
    for finding, (leak, links) in case.present.items():
        last = f"{finding}_leak"
        add(last)[:] = [1 - leak, leak]
        for cause, strength in links:
            now = f"{finding}_{cause}"
            table = add(now, [last, cause])
            for shown in (0, 1):
                table[{last: shown, cause: 0}] = [1 - shown, shown]
                table[{last: shown, cause: 1}] = [0, 1] if shown else [1 - strength, strength]
            last = now
        evidence[last] = 1
    return net, evidence, list(case.priors)


def query(built):
    net, evidence, causes = built
    engine = pyagrum.LazyPropagation(net)
    engine.setEvidence(evidence)
    engine.setTargets(set(causes))
    engine.makeInference()
    return {cause: engine.posterior(cause)[1] for cause in causes}


run(" ".join(["pyagrum", *sys.argv[2:]]), build, query)
