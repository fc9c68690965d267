//! From the format tree to what is known of the facts of a pack.
//!
//! Input: a tree and a pack. Output: what was recorded of each fact, with its place; which fixes were tried; and all that
//! is wrong. A name may be dotted, nested, or both; what a value means is said by the fact's type alone. Whatever is told
//! as a problem is left out, so that the rest can still be used.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::example::{Style, listed, short};
use crate::facts::moment;
use crate::facts::tree::{Entry, Format, Kind, Node};
use crate::facts::value::{Subject, Typing, is_partial, near};
use crate::logic::Known;
use crate::pack::{FactId, FixId, Pack, Reading, SymptomId};
use crate::problem::{Code, Problem, Problems};
use crate::source::{SourceId, Sources, Span};

/// What was recorded of one fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// What is known.
    pub known: Known,
    /// How sure, from 0.5 to below 1; nothing where it is sure.
    pub sure: Option<f64>,
    /// Whether it could be recorded; not for `not available`, which is not to be asked for.
    pub available: bool,
    /// The value.
    pub span: Span,
    /// As a person reads it, in short: `8 min`, `550`, `gmail`, `2 rows`.
    pub written: String,
}

/// What was recorded in one case. A fact that is missing here is one that nobody looked at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// What was recorded of each fact.
    pub recorded: BTreeMap<FactId, Recorded>,
    /// Fixes that were tried and left it broken, and where that stands.
    pub tried: BTreeMap<FixId, Span>,
}

/// Types what a fact file records.
pub fn read(pack: &Pack, sources: &Sources, source: SourceId, node: &Node) -> (Facts, Problems) {
    let format = sources.get(source).and_then(|source| Format::of_path(&source.name));
    let typing = Typing { scale: &pack.scale, style: Style(format), zone: None, problems: Problems::new() };
    let mut walk = Walk {
        pack,
        names: pack.facts.iter().enumerate().map(|(at, f)| (f.name.value.as_str(), FactId(at))).collect(),
        fixes: pack.fixes.iter().enumerate().map(|(at, f)| (f.name.value.as_str(), FixId(at))).collect(),
        keys: BTreeMap::new(),
        facts: Facts::default(),
        typing,
    };
    match &node.kind {
        Kind::Map(entries) => {
            walk.time_zone(entries);
            walk.map(entries, "");
        }
        Kind::Empty => {}
        _ => walk.typing.tell(Problem::error(
            Code::FactSyntax,
            node.span,
            "a fact file is a list of names with their values",
        )),
    }
    (walk.facts, walk.typing.problems.sorted())
}

/// The key of the fixes that were tried.
const TRIED: &str = "tried";

/// The key of the clock of the file.
const TIME_ZONE: &str = "time_zone";

struct Walk<'p> {
    pack: &'p Pack,
    names: BTreeMap<&'p str, FactId>,
    fixes: BTreeMap<&'p str, FixId>,
    keys: BTreeMap<FactId, Span>,
    facts: Facts,
    typing: Typing<'p>,
}

impl Walk<'_> {
    fn time_zone(&mut self, entries: &[Entry]) {
        let Some(entry) = entries.iter().find(|entry| entry.key.value == TIME_ZONE) else { return };
        let text = match &entry.value.kind {
            Kind::Empty => return,
            Kind::Scalar { text, .. } => text.as_str(),
            _ => "",
        };
        match moment::time_zone(text) {
            Ok(zone) => self.typing.zone = Some(zone),
            Err(help) => {
                let message = match text {
                    "" => "`time_zone` expects a time zone, and this is none".to_owned(),
                    text => format!("there is no time zone `{}`", short(text)),
                };
                self.typing.tell(Problem::error(Code::FactValue, entry.value.span, message).help(help));
            }
        }
    }

    /// All names of a map, beneath a prefix.
    fn map(&mut self, entries: &[Entry], prefix: &str) {
        for entry in entries {
            if self.typing.is_full() {
                break;
            }
            self.entry(entry, prefix);
        }
    }

    fn entry(&mut self, entry: &Entry, prefix: &str) {
        let path = join(prefix, &entry.key.value);
        let begins = begins(&self.names, &path);
        let group = matches!(entry.value.kind, Kind::Map(_)) && !is_partial(&entry.value);
        match (self.names.get(path.as_str()).copied(), &entry.value.kind) {
            (Some(id), _) if !(begins && group) => self.fact(id, entry),
            (_, Kind::Map(entries)) if begins => self.map(entries, &path),
            (_, Kind::Empty) if begins => {}
            _ if begins => self.only_beginning(&path, entry),
            _ if path == TIME_ZONE => {}
            (_, kind) if path == TRIED => match kind {
                Kind::Map(entries) => self.all_tried(entries, ""),
                Kind::Empty => {}
                _ => self.no_trial(entry, "`tried` names fixes, each with `still_broken`"),
            },
            _ => match path.strip_prefix("tried.") {
                Some(fix) => self.tried(fix, entry),
                None => self.unknown(&path, entry, prefix.is_empty()),
            },
        }
    }

    fn fact(&mut self, id: FactId, entry: &Entry) {
        let Some(fact) = self.pack.facts.get(id.0) else { return };
        if entry.value.kind == Kind::Empty {
            return;
        }
        if let Some(first) = self.keys.get(&id) {
            return self.typing.tell(twice(&fact.name.value, entry, *first));
        }
        self.keys.insert(id, entry.key.span);
        let name = format!("`{}`", fact.name.value);
        if let Some(reading) = self.typing.reading(&entry.value, Subject { name: &name, ty: &fact.ty }) {
            let crate::facts::value::Reading { known, sure, available, written } = reading;
            let recorded = Recorded { known, sure, available, span: entry.value.span, written };
            self.facts.recorded.insert(id, recorded);
        }
    }

    fn all_tried(&mut self, entries: &[Entry], prefix: &str) {
        for entry in entries {
            if self.typing.is_full() {
                break;
            }
            self.tried(&join(prefix, &entry.key.value), entry);
        }
    }

    fn tried(&mut self, path: &str, entry: &Entry) {
        match (self.fixes.get(path).copied(), &entry.value.kind) {
            (_, Kind::Map(entries)) if begins(&self.fixes, path) => self.all_tried(entries, path),
            (None, _) => self.no_fix(path, entry),
            (Some(_), Kind::Empty) => {}
            (Some(fix), Kind::Scalar { text, .. }) if is_still_broken(text) => {
                match self.facts.tried.get(&fix) {
                    Some(first) => self.typing.tell(twice(path, entry, *first)),
                    None => _ = self.facts.tried.insert(fix, entry.value.span),
                }
            }
            (Some(_), _) => self.no_trial(entry, "of a fix that was tried, only `still_broken` is recorded"),
        }
    }

    fn no_trial(&mut self, entry: &Entry, message: &str) {
        let help = "write `still_broken`, or leave it out: a fix that worked ends the ticket";
        self.typing.tell(Problem::error(Code::FactValue, entry.value.span, message).help(help));
    }

    fn no_fix(&mut self, path: &str, entry: &Entry) {
        let cause = self.pack.causes.iter().find(|cause| cause.name.value == path);
        let fixes = |ids: &[FixId]| {
            let fixes: Vec<_> = ids.iter().filter_map(|id| self.pack.fixes.get(id.0)).collect();
            listed(fixes.iter().map(|fix| fix.name.value.as_str()))
        };
        let help = match (near(path, self.fixes.keys().copied()), cause) {
            (Some(meant), _) => Some(format!("did you mean `{meant}`?")),
            (None, Some(cause)) => Some(format!("the fixes of this cause are {}", fixes(&cause.fixes))),
            (None, None) => Some("name a fix of the pack".to_owned()),
        };
        let message = format!("there is no fix `{}`", short(path));
        self.typing.tell(Problem::error(Code::FactUnknown, entry.key.span, message).maybe_help(help));
    }

    /// A value where only the beginning of facts' names stands.
    fn only_beginning(&mut self, path: &str, entry: &Entry) {
        let message = format!("`{path}` is no fact, only the beginning of {}", self.beneath(path));
        self.typing.tell(
            Problem::error(Code::FactUnknown, entry.key.span, message).help("record one of those facts"),
        );
    }

    /// The facts whose names begin so.
    fn beneath(&self, path: &str) -> String {
        let start = format!("{path}.");
        listed(self.names.range(start.as_str()..).map(|(n, _)| *n).take_while(|n| n.starts_with(&start)))
    }

    fn unknown(&mut self, path: &str, entry: &Entry, top: bool) {
        let (message, help) = self.of_another_kind(path).unwrap_or_else(|| {
            let message = format!("the pack has no fact `{}`", short(path));
            (message, self.meant(path, entry, top))
        });
        self.typing.tell(Problem::error(Code::FactUnknown, entry.key.span, message).help(help));
    }

    /// What else in the pack is called so, and what to record instead.
    fn of_another_kind(&self, path: &str) -> Option<(String, String)> {
        let pack = self.pack;
        if let Some(at) = pack.symptoms.iter().position(|symptom| symptom.name.value == path) {
            let facts = listed(self.facts_of(pack.symptoms.get(at).map(|s| &s.reading)).into_iter());
            let message = format!("`{path}` is a symptom, computed from {facts}");
            return Some((message, "record those facts".to_owned()));
        }
        if pack.causes.iter().any(|cause| cause.name.value == path) || pack.groups.contains_key(path) {
            let message = format!("`{path}` is a cause, which is found and never recorded");
            return Some((message, "record what was observed".to_owned()));
        }
        if self.fixes.contains_key(path) {
            let style = self.typing.style;
            let fix = style.group(&[style.pair(path, &style.scalar("still_broken"))]);
            let help = format!("if it was tried in vain, write `{}`", style.pair(TRIED, &fix));
            return Some((format!("`{path}` is a fix, not a fact"), help));
        }
        let rule = pack.rules.iter().find(|rule| rule.name.value == path)?;
        let facts = listed(self.facts_of(pack.reading(&rule.evidence)).into_iter());
        Some((format!("`{path}` is a rule, which listens to {facts}"), "record those facts".to_owned()))
    }

    /// The names of the facts that are read, also through symptoms.
    fn facts_of(&self, reading: Option<&Reading>) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        let mut seen: BTreeSet<SymptomId> = BTreeSet::new();
        let mut readings: Vec<&Reading> = reading.into_iter().collect();
        while let Some(reading) = readings.pop() {
            for condition in reading.cases.iter().filter_map(|(_, condition)| condition.as_ref()) {
                let reads = condition.reads();
                let facts = reads.facts.iter().filter_map(|id| self.pack.facts.get(id.0));
                names.extend(facts.map(|fact| fact.name.value.as_str()));
                let fresh = reads.symptoms.into_iter().filter(|id| seen.insert(*id));
                readings.extend(fresh.filter_map(|id| self.pack.symptoms.get(id.0)).map(|s| &s.reading));
            }
        }
        names
    }

    /// What may have been meant by a name that there is not.
    fn meant(&self, path: &str, entry: &Entry, top: bool) -> String {
        let group = matches!(entry.value.kind, Kind::Map(_)) && !is_partial(&entry.value);
        let words = if top { [TRIED, TIME_ZONE].as_slice() } else { &[] };
        let starts: BTreeSet<_> = self.names.keys().filter(|_| group).flat_map(|name| starts(name)).collect();
        let names = self.names.keys().chain(words).copied().chain(starts);
        if let Some(meant) = near(path, names) {
            return format!("did you mean `{meant}`?");
        }
        let last = format!(".{}", path.rsplit('.').next().unwrap_or_default());
        let ends: Vec<_> = self.names.keys().copied().filter(|name| name.ends_with(&last)).collect();
        let above = path.rsplit_once('.').map(|(above, _)| above);
        match (ends.as_slice(), above.filter(|above| begins(&self.names, above))) {
            ([one], _) if !group => format!("did you mean `{one}`?"),
            ([_, ..], _) if !group => format!("did you mean one of {}?", listed(ends.iter().copied())),
            (_, Some(above)) => format!("under `{above}` are {}", self.beneath(above)),
            _ => "leave it out, or declare it in the pack".to_owned(),
        }
    }
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") }
}

/// Whether names go on after this one and a point.
fn begins<T>(names: &BTreeMap<&str, T>, path: &str) -> bool {
    let start = format!("{path}.");
    names.range(start.as_str()..).next().is_some_and(|(name, _)| name.starts_with(&start))
}

/// `a` and `a.b` of `a.b.c`.
fn starts(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('.').filter_map(|(at, _)| name.get(..at))
}

fn is_still_broken(text: &str) -> bool {
    text.trim().replace([' ', '-'], "_").eq_ignore_ascii_case("still_broken")
}

fn twice(name: &str, entry: &Entry, first: Span) -> Problem {
    Problem::error(Code::FactTwice, entry.key.span, format!("`{name}` is recorded twice"))
        .label("again here")
        .also(first, "the first time here")
        .help("keep one of the two")
}
