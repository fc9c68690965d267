"""pyganak, a weighted model counter: one count of all, one more for each cause."""
from pyganak import WeightedCounter

from common import clauses, run


def count(case, known=None):
    counter, made = WeightedCounter(), 0

    def variable(yes, no):
        nonlocal made
        made += 1
        counter.set_lit_weight(made, yes)
        counter.set_lit_weight(-made, no)
        return made

    there, listed = clauses(case, lambda p: variable(p, 1 - p), lambda: variable(1.0, 1.0))
    for clause in listed + ([[there[known]]] if known else []):
        counter.add_clause(clause)
    return counter.count()


def query(case):
    everything = count(case)
    return {cause: float(count(case, cause) / everything) for cause in case.priors}


run("pyganak", lambda case: case, query)
