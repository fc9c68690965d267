"""PySDD: clauses compiled to a sentential decision diagram over a balanced tree, one weighted count gives all marginals."""
import tempfile

from pysdd.sdd import SddManager

from common import clauses, run


def build(case):
    weights = []

    def variable(p):
        weights.append((p, 1 - p))
        return len(weights)

    def neutral():
        weights.append((1.0, 1.0))
        return len(weights)

    there, listed = clauses(case, variable, neutral)
    text = f"p cnf {len(weights)} {len(listed)}\n" + "".join(" ".join(map(str, c)) + " 0\n" for c in listed)
    return text, weights, there


def query(built):
    text, weights, there = built
    with tempfile.NamedTemporaryFile("w", suffix=".cnf") as file:
        file.write(text)
        file.flush()
        _, root = SddManager.from_cnf_file(file.name.encode(), b"balanced")
    root.ref()
    counter = root.wmc(log_mode=False)
    for at, (yes, no) in enumerate(weights, 1):
        counter.set_literal_weight(at, yes)
        counter.set_literal_weight(-at, no)
    counter.propagate()
    return {cause: counter.literal_pr(literal) for cause, literal in there.items()}


run("pysdd", build, query)
