"""pgmpy, variable elimination, a query a cause, each noisy-OR as a chain of small tables."""
import logging
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

from pgmpy.factors.discrete import TabularCPD
from pgmpy.inference import VariableElimination
from pgmpy.models import DiscreteBayesianNetwork

from common import run


def build(case):
    net, evidence = DiscreteBayesianNetwork(), {}

    def root(name, p):
        net.add_node(name)
        net.add_cpds(TabularCPD(name, 2, [[1 - p], [p]]))

    for cause, prior in case.priors.items():
        root(cause, prior)
    for finding, (leak, links) in case.present.items():
        last = f"{finding}_leak"
        root(last, leak)
        for cause, strength in links:
            now = f"{finding}_{cause}"
            net.add_edges_from([(last, now), (cause, now)])
            silent = [1, 1 - strength, 0, 0]
            net.add_cpds(TabularCPD(now, 2, [silent, [1 - p for p in silent]], [last, cause], [2, 2]))
            last = now
        evidence[last] = 1
    return net, evidence, list(case.priors)


def query(built):
    net, evidence, causes = built
    engine = VariableElimination(net)
    one = lambda cause: engine.query([cause], evidence=evidence, show_progress=False).values[1]
    return {cause: float(one(cause)) for cause in causes}


run("pgmpy", build, query)
