//! What a case expects of its answer.
//!
//! ```yaml
//! expect:
//!   first: sandboxing_delay        # a cause, unlisted or impossible: it stands before all others
//!   among: [a, b]                  # each is among the first causes, of which as many count as are named, and one more
//!   ruled_out: [c]                 # exactly 0 %
//!   at_least: { a: 80 % }
//!   at_most:  { unlisted: 5 % }
//!   unsure: yes                    # nothing is at 50 % or more
//!   fits: badly                    # the evidence surprises, as the answer then says; or well
//!   facts: { rejection.code: 550 } # this is known, recorded or read
//!   fine: yes                      # nothing is to be diagnosed, as the pack says
//!   ticket: bob@example.com        # which one, where the artefacts beside it come to several
//!   because: a scan takes 5 to 10 minutes
//!   todo: no rule tells the two apart yet
//! ```
//!
//! `because` must be there, and something to hold. `todo` says that the answer is known to be wrong, and why. Where an answer is only an interval, all of it must be as expected.

use crate::document::tree::{Entry, Kind, Node};
use crate::eval;
use crate::explain::conflict::BADLY;
use crate::facts::recorded::{self, EXPECT, Facts};
use crate::pack::{CauseId, FactId, Pack};
use crate::problem::{Code, Problem, Problems, did_you_mean, which_were_meant};
use crate::report::words::{one_line, percent};
use crate::source::{SourceId, Sources, Span, Spanned};
use crate::ticket::diagnosis::{Diagnosis, Leader, Probability};
use crate::value::scale::parse_chance;
use crate::value::{Known, write_chance, write_known};

const KEYS: [&str; 12] = [
    "first",
    "among",
    "ruled_out",
    "at_least",
    "at_most",
    "unsure",
    "fits",
    "facts",
    "fine",
    TICKET,
    BECAUSE,
    TODO,
];
const BECAUSE: &str = "because";
const TODO: &str = "todo";
const TICKET: &str = "ticket";
const UNLISTED_CAUSE: &str = "unlisted";
const IMPOSSIBLE: &str = "impossible";

/// What a case expects of its answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expectation {
    /// What must hold, in the order of the text.
    pub holds: Vec<Spanned<Holds>>,
    /// Why.
    pub because: String,
    /// Why its answer is known not to be as expected yet; none where it must be.
    pub todo: Option<Spanned<String>>,
    /// Which ticket is meant, where its artefacts come to several: a part of its subject.
    pub ticket: Option<Spanned<String>>,
}

/// What must hold of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Holds {
    /// This stands before all others.
    First(Of),
    /// The facts cannot all be true.
    Impossible,
    /// This cause is among the first so many.
    Among(CauseId, usize),
    /// This cause is excluded.
    RuledOut(CauseId),
    /// This is at least so likely.
    AtLeast(Of, f64),
    /// This is at most so likely.
    AtMost(Of, f64),
    /// Whether nothing is as likely as not.
    Unsure(bool),
    /// Whether the evidence fits together.
    Fits(bool),
    /// This is known of a fact, however it came to be known.
    Fact(FactId, Known),
    /// Whether there is nothing to diagnose.
    Fine(bool),
}

impl Holds {
    /// Returns the cause that it says is there, or likely.
    pub fn expected_cause(&self) -> Option<CauseId> {
        match self {
            Holds::First(Of::Cause(cause)) | Holds::Among(cause, _) | Holds::AtLeast(Of::Cause(cause), _) => {
                Some(*cause)
            }
            _ => None,
        }
    }
}

/// What a probability is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A cause.
    Cause(CauseId),
    /// Something that the pack does not know.
    Unlisted,
}

/// An expectation that an answer does not meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Missed {
    /// Where it is written.
    pub span: Span,
    /// What was expected.
    pub expected: String,
    /// What came instead.
    pub got: String,
}

/// Reads what a case expects; complains where it says nothing, or nothing that can be held.
pub fn read(pack: &Pack, sources: &Sources, source: SourceId, node: &Node) -> (Expectation, Problems) {
    let mut reader =
        Reader { pack, sources, found: Expectation::default(), problems: Problems::new(), because: None };
    let top = match &node.kind {
        Kind::Map(entries) => entries.as_slice(),
        _ => &[],
    };
    let mut place = None;
    for entry in top {
        if entry.key.value == EXPECT {
            place = Some(entry.key.span);
            match &entry.value.kind {
                Kind::Map(entries) => entries.iter().for_each(|e| reader.part(&e.key, &e.value)),
                Kind::Empty => {}
                _ => reader.wrong(
                    entry.value.span,
                    "`expect` is a list of names with their values".into(),
                    EXAMPLE,
                ),
            }
        } else if let Some(key) = entry.key.value.strip_prefix("expect.") {
            place = Some(place.unwrap_or(entry.key.span));
            reader.dotted(key, entry);
        }
    }
    reader.finish(place, source)
}

const EXAMPLE: &str = "`expect: { first: a_cause, because: \"what makes it so\" }`";

struct Reader<'p> {
    pack: &'p Pack,
    sources: &'p Sources,
    found: Expectation,
    because: Option<Span>,
    problems: Problems,
}

impl Reader<'_> {
    fn finish(mut self, place: Option<Span>, source: SourceId) -> (Expectation, Problems) {
        let start = Span { source, start: 0, end: 0 };
        match place {
            None => {
                let message = "this case does not say what is expected of its answer".to_owned();
                self.wrong(start, message, &format!("add {EXAMPLE}"));
            }
            Some(_) if self.problems.has_errors() => {}
            Some(place) => {
                if self.because.is_none() {
                    let message = "this case does not say why its answer must be so".to_owned();
                    self.wrong(place, message, "add `because: \"…\"`: whoever breaks it has to know");
                }
                if self.found.holds.is_empty() {
                    let keys: Vec<&str> =
                        KEYS.into_iter().filter(|key| ![BECAUSE, TODO].contains(key)).collect();
                    let help = format!("add one of {}", listed(&keys));
                    self.wrong(place, "this case expects nothing of its answer".to_owned(), &help);
                }
            }
        }
        (self.found, self.problems)
    }

    fn wrong(&mut self, span: Span, message: String, help: &str) {
        self.problems.push(Problem::error(Code::Case, span, message).help(help));
    }

    /// `expect.first: x`, `expect.at_least.x: 80 %`.
    fn dotted(&mut self, key: &str, entry: &Entry) {
        let span = entry.key.span;
        match key.split_once('.') {
            Some((key, rest)) => {
                let inner = Entry { key: Spanned::new(rest.to_owned(), span), value: entry.value.clone() };
                let value = Node { span: entry.value.span, kind: Kind::Map(vec![inner]) };
                self.part(&Spanned::new(key.to_owned(), span), &value);
            }
            None => self.part(&Spanned::new(key.to_owned(), span), &entry.value),
        }
    }

    fn part(&mut self, key: &Spanned<String>, value: &Node) {
        match key.value.as_str() {
            _ if value.kind == Kind::Empty => {}
            "first" => self.first(value),
            "among" => self.among(value),
            "ruled_out" => self.each(value, "ruled_out", |_, cause| Holds::RuledOut(cause)),
            "at_least" => self.bounds(value, "at_least", Holds::AtLeast),
            "at_most" => self.bounds(value, "at_most", Holds::AtMost),
            "unsure" => self.unsure(value),
            "fits" => match scalar(value) {
                Some("well") => self.holds(Holds::Fits(true), value.span),
                Some("badly") => self.holds(Holds::Fits(false), value.span),
                _ => self.wrong(
                    value.span,
                    "the evidence fits well or badly".to_owned(),
                    "write `well` or `badly`",
                ),
            },
            "facts" => self.facts(value),
            "fine" => match scalar(value) {
                Some("yes" | "true") => self.holds(Holds::Fine(true), value.span),
                Some("no" | "false") => self.holds(Holds::Fine(false), value.span),
                _ => self.wrong(
                    value.span,
                    "there is something to diagnose, or there is not".to_owned(),
                    "write `yes` where nothing is wrong, or `no`",
                ),
            },
            TICKET => match scalar(value) {
                Some(text) => self.found.ticket = Some(Spanned::new(text.to_owned(), value.span)),
                None => self.wrong(
                    value.span,
                    "`ticket` is one text".to_owned(),
                    "write a part of the subject of the ticket that is meant, such as an address",
                ),
            },
            BECAUSE => self.because(value),
            TODO => self.todo(value),
            other => {
                let meant: Vec<&str> = did_you_mean(other, KEYS).into_iter().collect();
                let message = format!("a case cannot expect `{other}`");
                self.problems.push(Problem::error(Code::Case, key.span, message).meant_in_place_of(
                    other,
                    &meant,
                    || format!("a case expects {}", listed(&KEYS)),
                ));
            }
        }
    }

    /// Reads what must be known of facts, written as in a fact file.
    fn facts(&mut self, value: &Node) {
        let (facts, problems) = recorded::read(self.pack, self.sources, value.span.source, value);
        self.problems.extend(problems);
        for (id, recorded) in facts.recorded {
            self.holds(Holds::Fact(id, recorded.known), recorded.span);
        }
    }

    fn holds(&mut self, holds: Holds, span: Span) {
        self.found.holds.push(Spanned::new(holds, span));
    }

    fn first(&mut self, value: &Node) {
        let Some(name) = scalar(value) else {
            let message = "`first` is one name".to_owned();
            return self.wrong(
                value.span,
                message,
                "name the cause that must stand first; several that must stand high are `among`",
            );
        };
        let holds = match name {
            IMPOSSIBLE => Some(Holds::Impossible),
            UNLISTED_CAUSE => Some(Holds::First(Of::Unlisted)),
            name => self
                .cause(name, value.span, &[UNLISTED_CAUSE, IMPOSSIBLE])
                .map(|id| Holds::First(Of::Cause(id))),
        };
        holds.into_iter().for_each(|holds| self.holds(holds, value.span));
    }

    fn among(&mut self, value: &Node) {
        let named = match &value.kind {
            Kind::List(nodes) => nodes.len(),
            _ => 1,
        };
        self.each(value, "among", |_, cause| Holds::Among(cause, named + 1));
    }

    /// Reads a list of causes, or one.
    fn each(&mut self, value: &Node, key: &str, holds: impl Fn(&Self, CauseId) -> Holds) {
        let nodes = match &value.kind {
            Kind::List(nodes) => nodes.as_slice(),
            _ => std::slice::from_ref(value),
        };
        if nodes.is_empty() {
            self.wrong(value.span, format!("`{key}` names no cause"), "name one, or leave the line out");
        }
        for node in nodes {
            match scalar(node) {
                Some(name) => {
                    if let Some(id) = self.cause(name, node.span, &[]) {
                        let holds = holds(self, id);
                        self.holds(holds, node.span);
                    }
                }
                None => self.wrong(
                    node.span,
                    format!("`{key}` is a list of causes"),
                    "write `[a_cause, another]`",
                ),
            }
        }
    }

    /// Reads names with their chances.
    fn bounds(&mut self, value: &Node, key: &str, holds: impl Fn(Of, f64) -> Holds + Copy) {
        let Kind::Map(entries) = &value.kind else {
            let help = format!("write `{key}: {{ a_cause: 80 % }}`");
            return self.wrong(value.span, format!("`{key}` names causes, each with its chance"), &help);
        };
        for entry in entries {
            self.bound(&entry.key.value, entry, holds);
        }
    }

    fn bound(&mut self, name: &str, entry: &Entry, holds: impl Fn(Of, f64) -> Holds + Copy) {
        if let Kind::Map(inner) = &entry.value.kind {
            return inner.iter().for_each(|e| self.bound(&format!("{name}.{}", e.key.value), e, holds));
        }
        let of = match name {
            UNLISTED_CAUSE => Some(Of::Unlisted),
            name => self.cause(name, entry.key.span, &[UNLISTED_CAUSE]).map(Of::Cause),
        };
        let chance = scalar(&entry.value).and_then(|text| parse_chance(text, &self.pack.manifest.scale));
        match (of, chance) {
            (_, None) => {
                let message = format!("`{name}` is held against a chance, and this is none");
                self.wrong(entry.value.span, message, "write it as `80 %`, in JSON, TOML and RON in quotes");
            }
            (Some(of), Some(chance)) => self.holds(holds(of, chance), entry.value.span),
            (None, Some(_)) => {}
        }
    }

    fn unsure(&mut self, value: &Node) {
        let word = scalar(value).unwrap_or_default().to_lowercase();
        match word.as_str() {
            "yes" | "true" => self.holds(Holds::Unsure(true), value.span),
            "no" | "false" => self.holds(Holds::Unsure(false), value.span),
            _ => self.wrong(
                value.span,
                "`unsure` is yes or no".to_owned(),
                "`yes`: nothing may be at 50 % or more",
            ),
        }
    }

    fn because(&mut self, value: &Node) {
        match sentence(value) {
            Some(text) => {
                self.found.because = text;
                self.because = Some(value.span);
            }
            None => self.wrong(
                value.span,
                "`because` is a text".to_owned(),
                "say in a sentence what makes the answer so",
            ),
        }
    }

    fn todo(&mut self, value: &Node) {
        match sentence(value) {
            Some(text) => self.found.todo = Some(Spanned::new(text, value.span)),
            None => self.wrong(
                value.span,
                "`todo` is a text".to_owned(),
                "say in a sentence why the answer is not as expected yet",
            ),
        }
    }

    fn cause(&mut self, name: &str, span: Span, words: &[&str]) -> Option<CauseId> {
        let at = self.pack.causes.iter().position(|cause| cause.name.value == name);
        if at.is_none() {
            let names = self.pack.causes.iter().map(|cause| cause.name.value.as_str());
            let names = names.chain(words.iter().copied());
            let message = format!("the pack {} has no cause `{name}`", self.pack.called());
            self.problems.push(Problem::error(Code::UnknownName, span, message).meant_in_place_of(
                name,
                &which_were_meant(name, names),
                || self.what_to_expect(words.contains(&UNLISTED_CAUSE)),
            ));
        }
        at.map(CauseId)
    }

    /// Says what may be named where a cause is.
    fn what_to_expect(&self, or_unlisted: bool) -> String {
        const MOST: usize = 5;
        let names: Vec<&str> =
            self.pack.causes.iter().map(|cause| cause.name.value.as_str()).take(MOST + 1).collect();
        let causes = match names.get(..MOST) {
            Some(some) if names.len() > MOST => format!("name a cause of the pack ({}, …)", listed(some)),
            _ => format!("the causes are {}", listed(&names)),
        };
        let unlisted = if or_unlisted { "; one that the pack does not list is `unlisted`" } else { "" };
        format!("{causes}{unlisted}")
    }
}

fn scalar(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Scalar { text, .. } => Some(text.as_str()),
        _ => None,
    }
}

/// Returns a text in one line; none where nothing is written.
fn sentence(node: &Node) -> Option<String> {
    scalar(node).map(one_line).filter(|text| !text.is_empty())
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Compares an answer with its expectations and returns those that it does not meet.
pub fn missed(pack: &Pack, expectation: &Expectation, answered: &Answered<'_>) -> Vec<Missed> {
    let reference = Judge { pack, answered };
    let unmet = expectation.holds.iter().filter(|holds| !reference.meets(&holds.value));
    unmet
        .map(|holds| Missed {
            span: holds.span,
            expected: reference.expected(&holds.value),
            got: reference.got(&holds.value),
        })
        .collect()
}

/// A chance may differ from a bound by what a sum of chances is rounded by.
const ROUNDING: f64 = 1e-9;
/// As likely as not.
const HALF: f64 = 0.5;
/// So many stand in what came instead.
const SHOWN: usize = 3;

/// What became of a case: its facts, and the answer where there is something to diagnose.
pub struct Answered<'a> {
    /// What is known.
    pub facts: &'a Facts,
    /// Why there is nothing to diagnose; none where there is.
    pub fine: Option<&'a str>,
    /// The answer; none for a pack that has no causes.
    pub diagnosis: Option<&'a Diagnosis>,
}

struct Judge<'a> {
    pack: &'a Pack,
    answered: &'a Answered<'a>,
}

impl Judge<'_> {
    fn meets(&self, holds: &Holds) -> bool {
        match holds {
            Holds::Fine(fine) => return *fine == self.answered.fine.is_some(),
            Holds::Fact(id, known) => {
                let recorded = self.answered.facts.recorded.get(id).map(|recorded| &recorded.known);
                return recorded.is_some_and(|recorded| same(recorded, known));
            }
            _ => {}
        }
        let Some(diagnosis) = self.answered.diagnosis.filter(|_| self.answered.fine.is_none()) else {
            return false;
        };
        let impossible = diagnosis.impossible.is_some();
        match *holds {
            Holds::Fine(_) | Holds::Fact(..) => false,
            Holds::Impossible => impossible,
            _ if impossible => false,
            Holds::First(of) => self.is_first(of),
            Holds::Among(cause, first) => self.rank(cause).is_some_and(|(at, p)| p.exact && at < first),
            Holds::RuledOut(cause) => self.of(Of::Cause(cause)).is_some_and(|p| p.high <= 0.0),
            Holds::AtLeast(of, chance) => self.of(of).is_some_and(|p| p.low >= chance - ROUNDING),
            Holds::AtMost(of, chance) => self.of(of).is_some_and(|p| p.high <= chance + ROUNDING),
            Holds::Unsure(true) => self.all().all(|(_, p)| p.high < HALF),
            Holds::Unsure(false) => self.all().any(|(_, p)| p.low >= HALF),
            Holds::Fits(well) => well == (self.conflict() < BADLY),
        }
    }

    /// Returns how badly the evidence fits together; a single finding cannot.
    fn conflict(&self) -> f64 {
        self.answered
            .diagnosis
            .and_then(|diagnosis| diagnosis.conflict.as_ref())
            .map_or(0.0, |conflict| conflict.value)
    }

    /// Returns whether it is certainly likelier than everything else.
    fn is_first(&self, of: Of) -> bool {
        self.answered.diagnosis.and_then(Diagnosis::leader).is_some_and(|(leader, _)| match (leader, of) {
            (Leader::Cause(leader), Of::Cause(cause)) => leader == cause,
            (Leader::Unlisted, Of::Unlisted) => true,
            _ => false,
        })
    }

    fn rank(&self, cause: CauseId) -> Option<(usize, Probability)> {
        let causes = &self.answered.diagnosis?.causes;
        let at = causes.iter().position(|ranked| ranked.cause == cause)?;
        causes.get(at).map(|ranked| (at, ranked.probability))
    }

    fn of(&self, of: Of) -> Option<Probability> {
        match of {
            Of::Cause(cause) => self.rank(cause).map(|(_, p)| p),
            Of::Unlisted => self.answered.diagnosis.map(|diagnosis| diagnosis.unlisted),
        }
    }

    fn all(&self) -> impl Iterator<Item = (Of, Probability)> {
        let each = |diagnosis: &Diagnosis| {
            let causes = diagnosis.causes.iter().map(|ranked| (Of::Cause(ranked.cause), ranked.probability));
            causes.chain([(Of::Unlisted, diagnosis.unlisted)]).collect::<Vec<_>>()
        };
        self.answered.diagnosis.map(each).unwrap_or_default().into_iter()
    }

    fn name(&self, of: Of) -> &str {
        match of {
            Of::Cause(cause) => &self.pack.causes[cause].name.value,
            Of::Unlisted => UNLISTED_CAUSE,
        }
    }

    fn expected(&self, holds: &Holds) -> String {
        match *holds {
            Holds::Impossible => format!("first: {IMPOSSIBLE}"),
            Holds::First(of) => format!("first: {}", self.name(of)),
            Holds::Among(cause, first) => format!("among the first {first}: {}", self.name(Of::Cause(cause))),
            Holds::RuledOut(cause) => format!("ruled out: {}", self.name(Of::Cause(cause))),
            Holds::AtLeast(of, chance) => format!("at least {}: {}", write_chance(chance), self.name(of)),
            Holds::AtMost(of, chance) => format!("at most {}: {}", write_chance(chance), self.name(of)),
            Holds::Unsure(true) => "unsure: nothing at 50 % or more".to_owned(),
            Holds::Unsure(false) => "not unsure: something at 50 % or more".to_owned(),
            Holds::Fits(true) => "fits: well".to_owned(),
            Holds::Fits(false) => "fits: badly".to_owned(),
            Holds::Fine(true) => "fine: nothing to diagnose".to_owned(),
            Holds::Fine(false) => "not fine: something to diagnose".to_owned(),
            Holds::Fact(id, ref known) => {
                let fact = &self.pack.facts[id];
                format!("{}: {}", fact.name.value, write_known(known, &fact.ty))
            }
        }
    }

    fn got(&self, holds: &Holds) -> String {
        if let Holds::Fact(id, _) = holds {
            let recorded = self.answered.facts.recorded.get(id);
            return recorded.map_or("nothing is known of it".to_owned(), |recorded| recorded.written.clone());
        }
        if let Some(fine) = self.answered.fine {
            return format!("there is nothing to diagnose: {fine}");
        }
        if let Holds::Fine(_) = holds {
            return "something is to be diagnosed".to_owned();
        }
        if self.answered.diagnosis.is_none_or(|diagnosis| diagnosis.impossible.is_some()) {
            return match self.answered.diagnosis {
                Some(_) => "the facts cannot all be true".to_owned(),
                None => "this pack has no causes".to_owned(),
            };
        }
        if let Holds::Fits(_) = holds {
            return format!("a conflict of {:.1}; from {BADLY:.1} on it fits badly", self.conflict());
        }
        let mut all: Vec<(Of, Probability)> = self.all().collect();
        all.sort_by(|a, b| b.1.high.total_cmp(&a.1.high));
        let about = match *holds {
            Holds::Among(cause, _) | Holds::RuledOut(cause) => Some(Of::Cause(cause)),
            Holds::First(of) | Holds::AtLeast(of, _) | Holds::AtMost(of, _) => Some(of),
            Holds::Impossible | Holds::Unsure(_) | Holds::Fits(_) | Holds::Fine(_) | Holds::Fact(..) => None,
        };
        let row = |at: usize, of: Of, p: Probability| format!("{}. {} {}", at + 1, self.name(of), written(p));
        let shown = all.iter().enumerate().filter(|(at, (of, _))| *at < SHOWN || Some(*of) == about);
        shown.map(|(at, (of, p))| row(at, *of, *p)).collect::<Vec<_>>().join(", ")
    }
}

/// Returns whether two pieces of knowledge say the same; texts, as conditions compare them.
fn same(a: &Known, b: &Known) -> bool {
    match (a, b) {
        (Known::Exactly(a), Known::Exactly(b)) => eval::alike(a, b) == Some(true),
        _ => a == b,
    }
}

fn written(p: Probability) -> String {
    if p.exact { percent(p.low) } else { format!("{} to {}", percent(p.low), percent(p.high)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tree::{self, Format, Limits};
    use crate::graph::InferenceGraph;
    use crate::pack::PackTexts;
    use crate::pipeline;
    use crate::source::{Source, Sources};
    use crate::ticket::Ticket;
    use std::sync::Arc;

    const PACK: &str = "(name: \"p\", language: 1, cases: (unlisted: \"10 %\", several_at_once: \"5 %\"))";
    const RULES: &str = "
        fact seen: yes/no
        rule seen { usually with scan  often with jam  rarely anyway }
        cause scan { common }
        cause jam { common }
        cause never_here { impossible }";

    fn graph() -> Arc<InferenceGraph> {
        let mut sources = Sources::default();
        let manifest = sources.add(Source::new("pack.ron", PACK));
        let files = vec![sources.add(Source::new("p.ruleout", RULES))];
        pipeline::compile(&sources, &PackTexts::new(&sources, manifest, files)).0.unwrap()
    }

    fn reading(graph: &InferenceGraph, format: Format, text: &str) -> (Expectation, Vec<String>) {
        let mut sources = Sources::default();
        let id = sources.add(Source::new("case", text));
        let (node, problems) = tree::read(id, text, format, &Limits::default());
        assert!(problems.is_empty(), "{problems:#?}");
        let (expectation, problems) = read(&graph.pack, &sources, id, &node.unwrap());
        let told = problems.iter().map(|p| {
            let help = p.help.clone().unwrap_or_default();
            format!("{} @{} | {help}", p.message, sources.text(p.span()))
        });
        (expectation, told.collect())
    }

    #[test]
    fn the_four_formats_say_the_same() {
        let graph = graph();
        let yaml = "expect:\n  first: scan\n  among: [scan, jam]\n  ruled_out: never_here\n  at_least: { scan: usually }\n  at_most: { unlisted: 5 % }\n  unsure: no\n  fits: well\n  because: it is so\nseen: yes";
        let (expected, told) = reading(&graph, Format::Yaml, yaml);
        assert_eq!(told, Vec::<String>::new());
        let values = |e: &Expectation| e.holds.iter().map(|h| h.value.clone()).collect::<Vec<_>>();
        let (scan, jam) = (CauseId(0), CauseId(1));
        assert_eq!(
            values(&expected),
            [
                Holds::First(Of::Cause(scan)),
                Holds::Among(scan, 3),
                Holds::Among(jam, 3),
                Holds::RuledOut(CauseId(2)),
                Holds::AtLeast(Of::Cause(scan), 0.8),
                Holds::AtMost(Of::Unlisted, 0.05),
                Holds::Unsure(false),
                Holds::Fits(true),
            ]
        );
        assert_eq!(expected.because, "it is so");
        let others = [
            (
                Format::Json,
                r#"{"expect": {"first": "scan", "among": ["scan", "jam"], "ruled_out": ["never_here"], "at_least": {"scan": "80 %"}, "at_most": {"unlisted": "5 %"}, "unsure": "no", "fits": "well", "because": "it is so"}}"#,
            ),
            (
                Format::Toml,
                "expect.first = \"scan\"\nexpect.among = [\"scan\", \"jam\"]\nexpect.ruled_out = \"never_here\"\nexpect.at_least.scan = \"80 %\"\nexpect.at_most.unlisted = \"5 %\"\nexpect.unsure = \"no\"\nexpect.fits = \"well\"\nexpect.because = \"it is so\"",
            ),
            (
                Format::Ron,
                r#"(expect: (first: scan, among: [scan, jam], ruled_out: [never_here], at_least: (scan: "80 %"), at_most: (unlisted: "5 %"), unsure: no, fits: well, because: "it is so"))"#,
            ),
            (
                Format::Yaml,
                "expect.first: scan\nexpect.among: [scan, jam]\nexpect.ruled_out: never_here\nexpect.at_least.scan: 80 %\nexpect.at_most.unlisted: 5 %\nexpect.unsure: no\nexpect.fits: well\nexpect.because: it is so",
            ),
        ];
        for (format, text) in others {
            let (other, told) = reading(&graph, format, text);
            assert_eq!(told, Vec::<String>::new(), "{text}");
            assert_eq!(
                (values(&other), other.because),
                (values(&expected), expected.because.clone()),
                "{text}"
            );
        }
    }

    #[test]
    fn every_mistake_is_told_at_its_place() {
        let graph = graph();
        let told = |text: &str| reading(&graph, Format::Yaml, text).1.join("\n");
        assert!(told("seen: yes").starts_with("this case does not say what is expected of its answer"));
        assert!(told("expect:").starts_with("this case does not say why"));
        assert!(
            told("expect: { because: x }").starts_with("this case expects nothing of its answer @expect")
        );
        assert_eq!(
            told("expect: { frist: scan }"),
            "a case cannot expect `frist` @frist | did you mean `first`?"
        );
        assert_eq!(
            told("expect: { first: scn }"),
            "the pack p has no cause `scn` @scn | did you mean `scan`?"
        );
        assert_eq!(
            told("expect: { first: unlistd }"),
            "the pack p has no cause `unlistd` @unlistd | did you mean `unlisted`?"
        );
        assert!(told("expect: { first: [scan] }").starts_with("`first` is one name @[scan]"));
        assert!(told("expect: { among: [{ a: b }] }").starts_with("`among` is a list of causes @{ a: b }"));
        assert!(told("expect: { ruled_out: [] }").starts_with("`ruled_out` names no cause @[]"));
        assert!(
            told("expect: { at_least: scan }").starts_with("`at_least` names causes, each with its chance")
        );
        assert!(
            told("expect: { at_most: { scan: 8 } }")
                .starts_with("`scan` is held against a chance, and this is none @8")
        );
        assert!(told("expect: { unsure: perhaps }").starts_with("`unsure` is yes or no @perhaps"));
        assert!(told("expect: { fits: so_so }").starts_with("the evidence fits well or badly @so_so"));
        assert!(told("expect: { because: [] }").starts_with("`because` is a text @[]"));
        assert!(told("expect: scan").starts_with("`expect` is a list of names with their values @scan"));
    }

    #[test]
    fn what_may_have_been_meant_is_suggested_in_its_place() {
        let graph = graph();
        for (format, text, meant) in [
            (Format::Yaml, "expect: { first: sca, because: x }", "expect: { first: scan, because: x }"),
            (Format::Yaml, "expect: { frist: scan, because: x }", "expect: { first: scan, because: x }"),
            (
                Format::Yaml,
                "expect: { first: scan_broken, because: x }",
                "expect: { first: scan, because: x }",
            ),
            (
                Format::Json,
                r#"{"expect": {"at_least": {"scna": "80 %"}, "because": "x"}}"#,
                r#"{"expect": {"at_least": {"scan": "80 %"}, "because": "x"}}"#,
            ),
            (
                Format::Toml,
                "expect.among = ['jma']\nexpect.because = 'x'",
                "expect.among = ['jam']\nexpect.because = 'x'",
            ),
        ] {
            let mut sources = Sources::default();
            let id = sources.add(Source::new("case", text));
            let (node, _) = tree::read(id, text, format, &Limits::default());
            let (_, problems) = read(&graph.pack, &sources, id, &node.unwrap());
            let applied = crate::problem::apply(&problems, &sources, true);
            assert_eq!(applied.texts.get(&id).map(String::as_str), Some(meant), "{problems}");
        }
    }

    #[test]
    fn an_answer_meets_what_is_so_and_misses_what_is_not() {
        let graph = graph();
        let text = "seen: yes";
        let mut sources = Sources::default();
        let id = sources.add(Source::new("case.yaml", text));
        let (facts, _) = pipeline::read_facts(&graph, &sources, id, Format::Yaml);
        let ticket = Ticket::new(Arc::clone(&graph), facts, sources);
        let missed = |expect: &str| {
            let (expectation, told) =
                reading(&graph, Format::Yaml, &format!("expect: {{ {expect}, because: x }}"));
            assert_eq!(told, Vec::<String>::new(), "{expect}");
            let answered =
                Answered { facts: ticket.facts(), fine: None, diagnosis: Some(ticket.diagnosis()) };
            missed(&graph.pack, &expectation, &answered)
        };
        for so in [
            "first: scan",
            "among: [scan, jam]",
            "ruled_out: never_here",
            "at_least: { scan: 50 % }",
            "at_most: { unlisted: 50 %, never_here: 0 % }",
            "unsure: no",
            "fits: well",
        ] {
            assert_eq!(missed(so), [], "{so}");
        }
        for not_so in [
            "first: jam",
            "first: unlisted",
            "first: impossible",
            "among: never_here",
            "ruled_out: jam",
            "at_least: { scan: 99 % }",
            "at_most: { scan: 1 % }",
            "unsure: yes",
            "fits: badly",
        ] {
            assert_eq!(missed(not_so).len(), 1, "{not_so}");
        }
        let [one] = missed("first: jam").try_into().unwrap();
        assert!(one.expected == "first: jam" && one.got.starts_with("1. scan "), "{one:?}");
    }
}
