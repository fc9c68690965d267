//! What a pack that compiles probably does not mean.
//!
//! In: a compiled pack and its texts. Out: warnings and hints, each with a code, a page (`ruleout explain CODE`) and, if there is
//! one, a suggestion. Each file holds one lint. A pack accepts a warning with `allow CODE "reason"`, in the declaration or, for the
//! whole pack, in `pack.ron`; an `allow` that allows nothing is reported too.
//!
//! For a pack that `uses` others, only problems with a place in its own files are reported: the rest is for the author of the
//! other pack, who runs `ruleout check` there.
//!
//! Nothing here changes an answer: errors are found where the pack is resolved and compiled.

mod contradicted;
mod clears;
mod constant;
mod declared;
mod direct_check;
mod evidence;
mod gap;
mod hard_zero;
mod high_background;
mod near_names;
mod no_fix;
mod no_verify;
mod normal_value;
mod numbers;
mod one_visit;
mod relation;
mod root_without_fix;
mod twins;
mod uncovered_cause;
mod unnamed_cause;
mod unobtainable_fact;
mod unread_fact;
mod unused_symptom;

pub use direct_check::{direct_checks, rounded_down};

use std::collections::BTreeSet;

use crate::graph::InferenceGraph;
use crate::pack::expr::{Condition, Definition, Reads};
use crate::pack::records::{ReadLine, Records};
use crate::pack::{Allowed, CauseId, Pack, Verification};
use crate::problem::{Code, Problem, Problems, Severity, Suggestion};
use crate::source::{SourceId, Sources, Span};
use relation::{Lazy, Relations};

/// What the lints check.
pub struct Subject<'a> {
    /// The compiled pack.
    pub graph: &'a InferenceGraph,
    /// Its texts.
    pub sources: &'a Sources,
    /// Its `pack.ron`, which tells its own files from those of the packs that it uses: they lie beside it.
    pub manifest: SourceId,
    /// The causes that a case names; none where the cases are not there to be read.
    pub covered: Option<&'a BTreeSet<CauseId>>,
    relations: Lazy,
}

impl<'a> Subject<'a> {
    /// Puts together a pack, its texts, which of them is its `pack.ron`, and the causes that its cases name.
    pub fn new(
        graph: &'a InferenceGraph,
        sources: &'a Sources,
        manifest: SourceId,
        covered: Option<&'a BTreeSet<CauseId>>,
    ) -> Self {
        Self { graph, sources, manifest, covered, relations: Lazy::default() }
    }

    fn relations(&self) -> &Relations {
        self.relations.get(self.graph)
    }

    fn pack(&self) -> &Pack {
        &self.graph.pack
    }

    /// Returns whether a place lies in the pack itself, and not in one that it uses.
    pub fn is_own(&self, span: Span) -> bool {
        span.source == self.manifest || self.folder(span.source) == self.folder(self.manifest)
    }

    fn folder(&self, source: SourceId) -> &str {
        let name = self.sources.get(source).map_or("", |source| source.name.as_str());
        name.rfind(['/', '\\']).and_then(|at| name.get(..at)).unwrap_or("")
    }

    /// Returns where a problem of the whole pack is reported: at its name.
    fn whole_pack(&self) -> Span {
        self.pack().manifest.place
    }
}

/// The causes that the cases of a pack name.
pub type Covered<'a> = &'a dyn Fn(&InferenceGraph) -> BTreeSet<CauseId>;

type Lint = fn(&Subject<'_>, &mut Problems);

const LINTS: &[Lint] = &[
    evidence::lint,
    numbers::lint,
    constant::lint,
    gap::lint,
    twins::lint,
    clears::lint,
    contradicted::lint,
    one_visit::lint,
    unread_fact::lint,
    unobtainable_fact::lint,
    unused_symptom::lint,
    unnamed_cause::lint,
    uncovered_cause::lint,
    no_fix::lint,
    root_without_fix::lint,
    no_verify::lint,
    hard_zero::lint,
    high_background::lint,
    normal_value::lint,
    direct_check::lint,
    near_names::lint,
];

/// The lints that look at one declaration, or at names, and at nothing that is missing where something else is wrong.
const LOCAL: &[Lint] =
    &[no_verify::lint, hard_zero::lint, high_background::lint, normal_value::lint, near_names::lint];

/// Runs the lints that do not depend on what errors keep from being read, and returns what concerns the declarations of the
/// pack's own files in which there is no error.
pub fn beside_errors(subject: &Subject<'_>, errors: &Problems) -> Problems {
    let mut found = Problems::new();
    LOCAL.iter().for_each(|lint| lint(subject, &mut found));
    let whole = |problem: &Problem| {
        let within = declaration(subject.sources, problem.span());
        let places = || errors.iter().flat_map(|error| &error.labels).map(|(span, _)| *span);
        places()
            .all(|span| span.source != within.source || span.start >= within.end || span.end < within.start)
    };
    let found = own(found, subject).retain(whole);
    allowed(found, &subject.pack().allows, subject.sources)
        .retain(|problem| problem.code != Code::UnusedAllow)
}

/// Returns about where the declaration around a place begins and ends: lines that are not indented begin one.
fn declaration(sources: &Sources, span: Span) -> Span {
    let text = sources.text(sources.whole(span.source));
    let begins = |at: &usize| {
        let before = text.get(..*at).is_none_or(|before| before.is_empty() || before.ends_with('\n'));
        before && text.get(*at..).is_some_and(|rest| rest.starts_with(char::is_alphabetic))
    };
    let start = (0..=span.start).rev().find(begins).unwrap_or(0);
    let end = (span.start + 1..text.len()).find(begins).unwrap_or(text.len());
    Span { start, end, ..span }
}

/// Runs all lints, and returns what concerns the pack's own files.
pub fn lint(subject: &Subject<'_>) -> Problems {
    let mut problems = Problems::new();
    for lint in LINTS {
        let mut found = Problems::new();
        lint(subject, &mut found);
        problems.extend(own(found, subject));
    }
    problems
}

/// Drops the warnings that concern only packs that are used.
#[must_use]
pub fn own(problems: Problems, subject: &Subject<'_>) -> Problems {
    let own = |problem: &Problem| problem.labels.iter().any(|(span, _)| subject.is_own(*span));
    problems.retain(|problem| problem.severity == Severity::Error || own(problem))
}

/// Drops the problems that a pack allows, and adds each `allow` that allows nothing.
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
    let message = format!("this declaration has no `{}` to allow", allow.code.name());
    let problem = Problem::warning(Code::UnusedAllow, allow.span, message).help("remove this `allow`");
    let taken = || Suggestion::safe("remove it", with_its_line(allow.span, sources), "");
    problem.maybe_suggest(allow.within.map(|_| taken()))
}

/// Extends a place to its whole line if nothing else stands there.
fn with_its_line(span: Span, sources: &Sources) -> Span {
    let text = sources.text(sources.whole(span.source));
    let lines = sources.lines(span);
    let blank = |start, end| text.get(start..end).is_some_and(|text| text.trim().is_empty());
    if blank(lines.start, span.start) && blank(span.end, lines.end) {
        Span { end: (lines.end + 1).min(text.len()), ..lines }
    } else {
        // With the blanks before it.
        let before = text.get(..span.start).unwrap_or("");
        Span { start: before.trim_end_matches([' ', '\t']).len(), ..span }
    }
}

/// Lists names in a sentence; of many, the first few.
fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 4;
    // Naming one more takes no more room than counting it.
    let shown = if names.len() == SHOWN + 1 { names.len() } else { SHOWN };
    let quoted: Vec<String> = names.iter().take(shown).map(|name| format!("`{name}`")).collect();
    match (quoted.as_slice(), names.len().saturating_sub(shown)) {
        ([], _) => String::new(),
        ([one], _) => one.clone(),
        ([before @ .., last], 0) => format!("{} and {last}", before.join(", ")),
        (_, more) => format!("{} and {more} others", quoted.join(", ")),
    }
}

/// Returns whether a pack only says what evidence means: its facts and symptoms are there for the packs that use it.
fn is_vocabulary(pack: &Pack) -> bool {
    pack.causes.is_empty() && pack.rules.is_empty() && !pack.records.is_empty()
}

/// Returns all that a pack reads directly, also to compute facts and to verify fixes.
fn read_anywhere(pack: &Pack) -> Reads {
    let computed = pack.facts.iter().filter_map(|fact| fact.definition.as_ref()).map(Definition::reads);
    let verified = pack.fixes.iter().flat_map(|fix| &fix.verify).filter_map(|verify| match verify {
        Verification::Condition(condition, _) => Some(condition.reads()),
        Verification::Text(_) => None,
    });
    let evidence = read_for_evidence(pack);
    computed.chain(verified).chain([evidence]).fold(read_for_answers(pack), Reads::joined)
}

/// Returns what is read where facts are read from evidence, and where tickets are told apart.
fn read_for_evidence(pack: &Pack) -> Reads {
    let lines = pack.facts.iter().flat_map(|fact| &fact.read).map(ReadLine::reads);
    let tables = pack.records.iter().map(Records::reads);
    let tickets = pack.tickets.iter().flat_map(|keys| {
        let opened = keys.opened.iter().filter_map(|(_, filter)| filter.as_ref());
        opened.chain(keys.fine.iter().map(|(when, _)| when)).map(Condition::reads)
    });
    lines.chain(tables).chain(tickets).fold(Reads::default(), Reads::joined)
}

/// Returns what symptoms, rules and shares read directly.
fn read_for_answers(pack: &Pack) -> Reads {
    let symptoms = pack.symptoms.iter().flat_map(|symptom| symptom.reading.conditions());
    let shares = pack.causes.iter().flat_map(|cause| &cause.shares).filter_map(|share| share.when.as_ref());
    let guards = pack.rules.iter().filter_map(|rule| rule.given.as_ref());
    let evidence = pack.rules.iter().map(|rule| rule.evidence.reads());
    let conditions = symptoms.chain(shares).chain(guards).map(Condition::reads);
    conditions.chain(evidence).fold(Reads::default(), Reads::joined)
}
