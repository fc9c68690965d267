#!/usr/bin/env python3
"""Opens what `ruleout graph` writes in pyAgrum and compares every posterior with `ruleout diagnose`.

Usage: check.py RULEOUT [--cases 200] [--seed 1] [--pack FOLDER]          needs: pip install pyagrum==3.3.1 pgmpy==1.1.2

Random tickets are made from `ruleout facts --format json`: facts of every type, recorded, unsure, partly known, looked for and not
there, not available; fixes that were tried. Of each ticket BIF, XDSL and UAI are written, read back, given the evidence that stands in
them (comments in BIF and XDSL, the `.evid` text of UAI), and solved by pyAgrum's exact lazy propagation. Every cause that is still there,
`unlisted` and every context that is not known must be as `ruleout diagnose --format json` says, to 1e-9. Prints the worst difference.
Tickets that are too wide for pyAgrum's order of elimination (`--widest`) are counted and left out.

Who reads: XDSL is read by pgmpy, BIF and UAI by the few lines below, the first tickets' BIF by pgmpy too (it takes seconds a file); the tables
are handed to pyAgrum, which infers, and held to 1e-9. All BIF is read by pyAgrum itself as well, and held to 1e-5, since its reader of BIF keeps
numbers in single precision (0.9 comes back as 0.89999998). pyAgrum's own readers of XDSL and UAI are not used: they take the first parent of a
table to run fastest, where SMILE and the UAI competitions have the last parent run fastest, so they read files of those programs wrongly too.
"""
import argparse, itertools, json, random, re, subprocess, sys, tempfile, time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import numpy
import pyagrum as gum
from pgmpy.readwrite import BIFReader, XDSLReader


LIMITS = {"bif": 1e-9, "bif by pyagrum": 1e-5, "bif by pgmpy": 1e-9, "xdsl": 1e-9, "uai": 1e-9}


def identifier(name):
    words = "_".join(w for w in re.split(r"[^A-Za-z0-9]+", name) if w)
    return words if words[:1].isalpha() else "n_" + words


class Ruleout:
    def __init__(self, program, pack):
        self.program, self.pack = program, ["--pack", pack] if pack else []

    def run(self, command, *arguments):
        return subprocess.run([self.program, command, *self.pack, *arguments], capture_output=True, text=True)


AMOUNTS = {"duration": ["30 s", "2 min", "8 min", "20 min", "59 min", "61 min", "3 h", "2 days", "40 days"],
           "size": ["10 kB", "900 kB", "5 MB", "30 MB"], "number": ["0", "1", "2", "7", "100"], "percent": ["3 %", "60 %"]}
TEXTS = ["blocked", "invalid recipient", "Relaying denied", "550 5.7.1 user unknown", "mailbox full", "connection timed out", "something else"]


def amount(r, ty):
    one = r.choice(AMOUNTS[ty])
    # A bound leaves several levels open.
    return one if r.random() < .6 or ty in ("number", "percent") else r.choice([f"> {one}", f"< {one}"])


def value(r, fact):
    """A value in YAML, or nothing where this does not know how to write one."""
    ty, values = fact["type"], fact["values"]
    if ty == "yes/no":
        return r.choice(["yes", "no"])
    if ty.startswith("one of"):
        return r.choice(values) if len(values) < 3 or r.random() < .7 else "{ not: %s }" % r.choice(values)
    if ty.startswith("some of"):
        chosen = [v for v in values if r.random() < .4]
        return "[" + ", ".join(chosen) + "]" if chosen else "none"
    if ty in AMOUNTS:
        return '"%s"' % amount(r, ty)
    if ty == "text":
        return '"%s"' % r.choice(TEXTS)
    if ty == "time":
        return "2026-03-03T%02d:%02d:00Z" % (r.randrange(9, 11), r.randrange(60))
    return None


def ticket(r, facts, fixes):
    """The text of a random fact file."""
    dense, lines = r.choice([.04, .08, .12, .2]), []
    for fact in facts:
        if r.random() > dense:
            continue
        written = value(r, fact)
        if written is None:
            continue
        how = r.random()
        if how < .05:
            written = "not available"
        elif how < .1 and fact["type"] not in ("yes/no",):
            written = "none"
        elif how < .3 and not written.startswith(("{", '"<', '">')) and written != "none":
            written = "{ is: %s, sure: %s }" % (written, r.choice(["usually", "often", "almost always", "70 %"]))
        lines.append(f"{fact['name']}: {written}")
    if r.random() < .35:
        tried = r.sample(fixes, r.randint(1, 2))
        lines.append("tried: { " + ", ".join(f"{fix}: still_broken" for fix in tried) + " }")
    return "\n".join(lines) + "\n"


def observed_in_bif(text):
    seen, current = {}, None
    for line in text.splitlines():
        if line.startswith("variable "):
            current = line.split()[1]
        elif m := re.match(r"\s*// observed: (\w+)$", line):
            seen[current] = m[1]
    return seen


def observed_in_xdsl(path):
    comments = {node.get("id"): node.findtext("comment") for node in ElementTree.parse(path).iter("node")}
    return {name: text.removeprefix("observed: ") for name, text in comments.items() if text}


def network(variables):
    """name -> (states, parents, rows) as a network of pyAgrum; a row for each combination, the last parent fastest."""
    net = gum.BayesNet()
    for name, (states, _, _) in variables.items():
        net.add(gum.LabelizedVariable(name, name, states))
    for name, (_, parents, rows) in variables.items():
        for parent in parents:
            net.addArc(parent, name)
        # pyAgrum has the last parent first, and the variable itself last.
        table = numpy.array(rows).reshape([len(variables[p][0]) for p in parents] + [-1])
        net.cpt(name)[:] = numpy.ascontiguousarray(table.transpose([*reversed(range(len(parents))), len(parents)]))
    return net


def by_pgmpy(reader, states, parents, tables):
    """What a reader of pgmpy has: a row a state, a column a combination."""
    return network({name: (states[name], list(parents[name]), list(zip(*tables[name]))) for name in states})


def bif(text):
    """The variables of a BIF file; each row names the states of its parents."""
    text = re.sub(r"//.*", "", text)
    states = {m[1]: re.split(r"[,\s]+", m[2].strip()) for m in re.finditer(r"variable (\w+) \{\s*type discrete \[ \d+ \] \{([^}]*)\}", text)}
    variables = {}
    for m in re.finditer(r"probability \( (\w+)(?: \| ([^)]*))? \) \{(.*?)\n\}", text, re.S):
        parents = re.split(r"[,\s]+", m[2].strip()) if m[2] else []
        rows = {tuple(re.findall(r"\w+", on)): [float(p) for p in row.split(",")] for on, row in re.findall(r"(?:\(([^)]*)\)|table) ([^;]*);", m[3])}
        variables[m[1]] = (states[m[1]], parents, [rows[on] for on in itertools.product(*(states[p] for p in parents))])
    assert variables.keys() == states.keys()
    return network({name: variables[name] for name in states})


def uai(text):
    """The variables of a UAI model of the kind BAYES, by number: the child is the last of its scope, and the last runs fastest."""
    words = iter(text.split())
    number = lambda: int(next(words))
    assert next(words) == "BAYES"
    sizes = [number() for _ in range(number())]
    scopes = [[number() for _ in range(number())] for _ in range(number())]
    variables = {}
    for scope in scopes:
        values = [float(next(words)) for _ in range(number())]
        size = sizes[scope[-1]]
        rows = [values[at:at + size] for at in range(0, len(values), size)]
        variables[str(scope[-1])] = ([str(s) for s in range(size)], [str(p) for p in scope[:-1]], rows)
    assert next(words, None) is None
    return network(variables)


def read(ruleout, facts, folder, form):
    """The network, its evidence by name and state, and for each name of the pack's its variable."""
    path = folder / f"network.{form.split()[0]}"
    written = ruleout.run("graph", str(facts), "--format", form.split()[0])
    assert written.returncode == 0, written.stderr
    path.write_text(written.stdout)
    if form == "bif by pyagrum":
        net, seen = gum.loadBN(str(path)), observed_in_bif(written.stdout)
    elif form == "bif":
        net, seen = bif(written.stdout), observed_in_bif(written.stdout)
    elif form == "bif by pgmpy":
        r = BIFReader(str(path))
        net, seen = by_pgmpy(r, r.variable_states, r.variable_parents, r.variable_cpds), observed_in_bif(written.stdout)
    elif form == "xdsl":
        r = XDSLReader(str(path))
        net, seen = by_pgmpy(r, r.variable_states, r.variable_parents, r.variable_CPD), observed_in_xdsl(path)
    else:
        part = lambda what: ruleout.run("graph", str(facts), "--format", "uai", "--part", what).stdout
        numbers = [int(n) for n in part("evidence").split()]
        assert numbers[0] * 2 + 1 == len(numbers)
        names = {name: at for at, name, _ in (line.split("\t") for line in part("variables").splitlines())}
        return uai(written.stdout), dict(zip(map(str, numbers[1::2]), map(str, numbers[2::2]))), names
    return net, seen, {name: name for name in net.names()}


def expected(answer):
    """What the answer says: (variable, state) -> probability. A cause's variable is found when the network is there."""
    causes = {c["name"]: c["probability"] for c in answer["causes"]}
    contexts = {c["name"]: [v["probability"] for v in c["values"]] for c in answer["contexts"]}
    return causes, answer["unlisted"]["probability"], contexts


def width(net, seen):
    """The width of what inference has to work on, by the heuristic that pyAgrum uses (fewest fill-ins first)."""
    parents = {n: {net.variable(p).name() for p in net.parents(n)} for n in net.names()}
    relevant, todo = set(seen), list(seen)
    while todo:
        new = parents[todo.pop()] - relevant
        relevant |= new
        todo += new
    near = {n: set() for n in relevant - seen.keys()}
    for n in relevant:
        family = (parents[n] | {n}) - seen.keys()
        for a in family:
            near[a] |= family - {a}
    fill = lambda n: sum(len(near[n] - near[a]) - 1 for a in near[n])
    widest = 0
    while near:
        n = min(near, key=lambda n: (fill(n), n))
        neighbours = near.pop(n)
        widest = max(widest, len(neighbours))
        for a in neighbours:
            near[a] = (near[a] | neighbours) - {a, n}
    return widest


def worst(answer, net, seen, names):
    causes, none, contexts = expected(answer)
    ie = gum.LazyPropagation(net)
    ie.setEvidence(seen)
    asked = []
    for name, p in causes.items():
        n = identifier(name)
        asked.append((names.get(n + "__still_there", names.get(n)), 1, p))
    asked.append((names["unlisted"], 1, none))
    for name, ps in contexts.items():
        asked += [(names[identifier(name)], state, p) for state, p in enumerate(ps)]
    ie.setTargets({n for n, _, _ in asked})
    ie.makeInference()
    return max(abs(ie.posterior(n)[state] - p) for n, state, p in asked), len(asked)


def impossible(net, seen, _):
    ie = gum.LazyPropagation(net)
    ie.setEvidence(seen)
    try:
        return ie.evidenceProbability() == 0
    except gum.IncompatibleEvidence:
        return True


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("ruleout")
    arguments.add_argument("--cases", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--pack")
    arguments.add_argument("--widest", type=int, default=14, help="leave out tickets that are wider for pyAgrum")
    arguments.add_argument("--pgmpy", type=int, default=3, help="of so many tickets pgmpy reads the BIF too")
    a = arguments.parse_args()
    ruleout, r = Ruleout(a.ruleout, a.pack), random.Random(a.seed)
    inventory = json.loads(ruleout.run("facts", "--format", "json").stdout)
    facts = [f for place in inventory["places"] for f in place["facts"]]
    fixes = set()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        path = folder / "ticket.yaml"
        path.write_text("{}\n")
        fixes = sorted({f for c in json.loads(ruleout.run("diagnose", str(path), "--format", "json").stdout)["causes"] for f in c["fixes"]})
        largest, count, told, began = {form: 0.0 for form in LIMITS}, 0, Counter(), time.time()
        while count < a.cases:
            text = ticket(r, facts, fixes)
            path.write_text(text)
            said = ruleout.run("diagnose", str(path), "--format", "json")
            if not said.stdout:
                told["refused as a fact file"] += 1
                if told["refused as a fact file"] < 4:
                    print(text, said.stderr, file=sys.stderr)
                continue
            answer = json.loads(said.stdout)
            if answer["impossible"]:
                if not answer["impossible"]["rules"] and ruleout.run("graph", str(path), "--format", "bif").returncode == 1:
                    told["contradictory facts, refused"] += 1
                    continue
                for form in ("bif", "xdsl", "uai"):
                    net = read(ruleout, path, folder, form)
                    assert impossible(*net), f"{form}: impossible for ruleout only\n{text}"
                told["impossible in both"] += 1
                continue
            if width(*read(ruleout, path, folder, "uai")[:2]) > a.widest:
                told["too wide for pyAgrum, left out"] += 1
                continue
            count += 1
            if count % 25 == 0:
                print(count, largest, dict(told), file=sys.stderr, flush=True)
            told["unsure"] += "sure:" in text
            told["tried"] += "tried:" in text
            told["partly known"] += "not: " in text or '">' in text or '"<' in text
            for form in largest:
                if form == "bif by pgmpy" and count > a.pgmpy:
                    continue
                difference, asked = worst(answer, *read(ruleout, path, folder, form))
                told["posteriors compared"] += asked
                largest[form] = max(largest[form], difference)
                if difference > LIMITS[form]:
                    print(f"{form}: {difference}\n{text}", file=sys.stderr)
    print(json.dumps({"cases": count, "worst_difference": largest, **told, "seconds": round(time.time() - began, 1)}))
    sys.exit(any(difference > LIMITS[form] for form, difference in largest.items()))


if __name__ == "__main__":
    main()
