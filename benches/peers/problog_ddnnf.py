"""ProbLog, compiled to d-DNNF: a cause is a probabilistic fact, a link a rule with a probability."""
from problog import get_evaluatable
from problog.program import PrologString

from common import run


def build(case):
    lines = [f"{prior!r}::{cause}. query({cause})." for cause, prior in case.priors.items()]
    for finding, (leak, links) in case.present.items():
        lines.append(f"{leak!r}::{finding}. evidence({finding}, true).")
        lines += [f"{strength!r}::{finding} :- {cause}." for cause, strength in links]
    return "\n".join(lines)


def query(program):
    answer = get_evaluatable(name="ddnnf").create_from(PrologString(program)).evaluate()
    return {str(cause): p for cause, p in answer.items()}


run("problog", build, query)
