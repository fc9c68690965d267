//! What a pack that compiles probably does not mean.
//!
//! In: a compiled pack and its texts. Out: warnings and advice, each with a code, a page (`ruleout explain CODE`) and, where there
//! is one, a mend. One file is one kind of them. A pack says `allow CODE "reason"` in the declaration that is meant, or in
//! `pack.ron` for all of it, where something is known and all right; an `allow` that allows nothing is reported too.
//!
//! Nothing here changes an answer: what must not be is found where the pack is resolved and compiled.

mod unread_fact;

use std::collections::BTreeSet;

use crate::graph::InferenceGraph;
use crate::pack::expr::{Condition, Reads};
use crate::pack::{Allowed, CauseId, Pack, Verification};
use crate::problem::{Code, Mend, Problem, Problems, Severity};
use crate::source::{Sources, Span};

/// What is looked at.
pub struct Subject<'a> {
    /// The compiled pack.
    pub graph: &'a InferenceGraph,
    /// Its texts.
    pub sources: &'a Sources,
    /// The causes that a case names; none where the cases are not there to be read.
    pub covered: Option<&'a BTreeSet<CauseId>>,
}

impl Subject<'_> {
    fn pack(&self) -> &Pack {
        &self.graph.pack
    }
}

/// The causes that the cases of a pack name.
pub type Covered<'a> = &'a dyn Fn(&InferenceGraph) -> BTreeSet<CauseId>;

type Lint = fn(&Subject<'_>, &mut Problems);

const LINTS: &[Lint] = &[unread_fact::lint];

/// All that is found.
pub fn lint(subject: &Subject<'_>) -> Problems {
    let mut problems = Problems::new();
    LINTS.iter().for_each(|lint| lint(subject, &mut problems));
    problems
}

/// What is left of some problems where a pack says that others are all right, with each `allow` that allows nothing.
#[must_use]
pub fn allowed(problems: Problems, allows: &[Allowed], sources: &Sources) -> Problems {
    let mut used = vec![false; allows.len()];
    let mut left = problems.retain(|problem| {
        let by = allows.iter().position(|allow| allows_it(allow, problem));
        by.and_then(|at| used.get_mut(at)).map(|used| *used = true).is_none()
    });
    let unused = allows.iter().zip(used).filter(|(_, used)| !used).map(|(allow, _)| allow);
    unused.for_each(|allow| left.push(allows_nothing(allow, sources)));
    left
}

fn allows_it(allow: &Allowed, problem: &Problem) -> bool {
    let at = problem.span();
    let within = |w: Span| w.source == at.source && w.start <= at.start && at.start < w.end;
    problem.severity != Severity::Error && problem.code == allow.code && allow.within.is_none_or(within)
}

fn allows_nothing(allow: &Allowed, sources: &Sources) -> Problem {
    let message = format!("nothing here is `{}`", allow.code.name());
    let problem = Problem::warning(Code::UnusedAllow, allow.span, message).help("take this `allow` away");
    match allow.within {
        Some(_) => problem.mend(Mend::safe("take it away", with_its_line(allow.span, sources), "")),
        None => problem,
    }
}

/// A place and, where nothing else stands there, its whole line.
fn with_its_line(span: Span, sources: &Sources) -> Span {
    let text = sources.text(sources.whole(span.source));
    let blank = |text: Option<&str>| text.is_some_and(|text| text.trim().is_empty());
    let start = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end =
        text.get(span.end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| span.end + at + 1);
    if blank(text.get(start..span.start)) && blank(text.get(span.end..end)) {
        Span { start, end, ..span }
    } else {
        // With the blanks between it and what stands before.
        let before = text.get(..span.start).unwrap_or("");
        Span { start: before.trim_end_matches([' ', '\t']).len(), ..span }
    }
}

/// All that the parts of a pack read directly: what is computed, symptoms, rules, shares, and how fixes are verified.
fn read_anywhere(pack: &Pack) -> Reads {
    let mut all = Reads::default();
    let mut add = |reads: Reads| {
        all.facts.extend(reads.facts);
        all.symptoms.extend(reads.symptoms);
    };
    pack.facts.iter().filter_map(|fact| fact.definition.as_ref()).for_each(|d| add(d.reads()));
    let symptoms = pack.symptoms.iter().flat_map(|symptom| symptom.reading.conditions());
    let shares = pack.causes.iter().flat_map(|cause| &cause.shares).filter_map(|share| share.when.as_ref());
    let verified = pack.fixes.iter().flat_map(|fix| &fix.verify).filter_map(|verify| match verify {
        Verification::Condition(condition, _) => Some(condition),
        Verification::Text(_) => None,
    });
    symptoms.chain(shares).chain(verified).map(Condition::reads).for_each(&mut add);
    for rule in &pack.rules {
        add(rule.evidence.reads());
        rule.given.iter().map(Condition::reads).for_each(&mut add);
    }
    all
}
