//! From the format tree to what is known of the facts of a pack.
//!
//! Input: a tree and a pack. Output: what was recorded of each fact, with its place; which fixes were tried; and all that
//! is wrong. A name may be dotted, nested, or both; what a value means is said by the fact's type alone. Whatever is reported
//! as a problem is left out, so that the rest can still be used.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::tree::{Entry, Format, Kind, Node};
use crate::facts::example::Style;
use crate::facts::value::{ParsedValue, Subject, Typing, is_partial};
use crate::letters::composed;
use crate::pack::{FactId, FixId, Pack, Reading, SymptomId};
use crate::problem::{Code, Problem, Problems, which_were_meant};
use crate::source::{SourceId, Sources, Span};
use crate::value::Known;
use crate::value::moment;
use crate::value::scalar::{listed, near, short};

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
    /// What evidence says otherwise of facts that are recorded above, or of those that it says two things of.
    pub otherwise: Vec<(FactId, Recorded)>,
}

impl Facts {
    /// Adds what another file records. What both record alike counts once; what they do not is an error, with both places.
    pub fn join(&mut self, pack: &Pack, other: Facts) -> Problems {
        let mut problems = Problems::new();
        for (id, recorded) in other.recorded {
            match self.recorded.get(&id) {
                Some(first) if first.says_the_same(&recorded) => {}
                Some(first) => {
                    problems.push(in_two_files(&pack.facts[id].name.value, recorded.span, first.span));
                }
                None => _ = self.recorded.insert(id, recorded),
            }
        }
        for (fix, span) in other.tried {
            self.tried.entry(fix).or_insert(span);
        }
        problems
    }
}

impl Recorded {
    fn says_the_same(&self, other: &Recorded) -> bool {
        (&self.known, self.sure, self.available) == (&other.known, other.sure, other.available)
    }
}

fn in_two_files(name: &str, span: Span, first: Span) -> Problem {
    let message = format!("two files record `{name}`, and not alike");
    let problem = Problem::error(Code::FactTwice, span, message);
    problem.also(first, "the other one").help("leave out the one that is not so")
}

/// Types what a fact file records.
pub fn read(pack: &Pack, sources: &Sources, source: SourceId, node: &Node) -> (Facts, Problems) {
    let format = sources.get(source).and_then(|source| Format::of_path(&source.name));
    let typing =
        Typing { scale: &pack.manifest.scale, style: Style(format), zone: None, problems: Problems::new() };
    let mut walk = Walk {
        pack,
        names: pack.facts.enumerated().map(|(id, fact)| (fact.name.value.as_str(), id)).collect(),
        fixes: pack.fixes.enumerated().map(|(id, fix)| (fix.name.value.as_str(), id)).collect(),
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
pub const TIME_ZONE: &str = "time_zone";

/// The key by which a JSON file names its schema for an editor.
pub const SCHEMA: &str = "$schema";

/// The key of what a case expects of its answer, which `cases` reads: no fact is recorded there.
pub const EXPECT: &str = "expect";

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
                    "" => "`time_zone` expects a time zone, and this is not one".to_owned(),
                    text => format!("there is no time zone `{}`", short(text)),
                };
                self.typing.tell(Problem::error(Code::FactValue, entry.value.span, message).help(help));
            }
        }
    }

    /// Reads all names of a map, beneath a prefix.
    fn map(&mut self, entries: &[Entry], prefix: &str) {
        for entry in entries {
            self.entry(entry, prefix);
        }
    }

    fn entry(&mut self, entry: &Entry, prefix: &str) {
        let path = join(prefix, &composed(&entry.key.value));
        let begins = begins(&self.names, &path);
        match (self.names.get(path.as_str()).copied(), &entry.value.kind) {
            (Some(id), _) if !self.goes_on(&path, &entry.value) => self.fact(id, entry),
            (_, Kind::Map(entries)) if begins => self.map(entries, &path),
            (_, Kind::Empty) if begins => {}
            _ if begins => self.only_beginning(&path, entry),
            _ if path == TIME_ZONE || path == SCHEMA || is_expectation(&path) => {}
            (_, kind) if path == TRIED => match kind {
                Kind::Map(entries) => self.all_tried(entries, ""),
                Kind::Empty => {}
                kind => self.tried_alone(entry, kind),
            },
            _ => match path.strip_prefix("tried.") {
                Some(fix) => self.tried(fix, entry),
                None => self.unknown(&path, entry, prefix.is_empty()),
            },
        }
    }

    /// Returns whether a group holds names that go on after this one, which may be a fact too.
    fn goes_on(&self, path: &str, value: &Node) -> bool {
        let known = |path: &str| self.names.contains_key(path) || begins(&self.names, path);
        match &value.kind {
            Kind::Map(entries) => entries.iter().any(|entry| known(&join(path, &entry.key.value))),
            _ => false,
        }
    }

    fn fact(&mut self, id: FactId, entry: &Entry) {
        let fact = &self.pack.facts[id];
        if entry.value.kind == Kind::Empty {
            return;
        }
        if let Some(first) = self.keys.get(&id) {
            return self.typing.tell(twice(&fact.name.value, entry, *first));
        }
        self.keys.insert(id, entry.key.span);
        let name = format!("`{}`", fact.name.value);
        if let Some(parsed) = self.typing.parse(&entry.value, Subject { name: &name, ty: &fact.ty }) {
            let ParsedValue { known, sure, available, written } = parsed;
            let recorded = Recorded { known, sure, available, span: entry.value.span, written };
            self.facts.recorded.insert(id, recorded);
        }
    }

    fn all_tried(&mut self, entries: &[Entry], prefix: &str) {
        for entry in entries {
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
            (Some(_), _) => self.no_trial(entry, "a fix that was tried is recorded as `still_broken` only"),
        }
    }

    /// Reports fixes that were tried and are named without what came of it.
    fn tried_alone(&mut self, entry: &Entry, kind: &Kind) {
        let text = |node: &Node| match &node.kind {
            Kind::Scalar { text, .. } => Some(text.clone()),
            _ => None,
        };
        let named: Vec<String> = match kind {
            Kind::Scalar { text, .. } => vec![text.clone()],
            Kind::List(nodes) => nodes.iter().filter_map(text).collect(),
            _ => Vec::new(),
        };
        let style = self.typing.style;
        let known = named.iter().filter_map(|name| {
            let fixes = || self.fixes.keys().copied();
            fixes().find(|fix| fix == name).or_else(|| near(name, fixes()))
        });
        let pairs: Vec<String> = known.map(|fix| style.pair(fix, &style.scalar("still_broken"))).collect();
        if pairs.is_empty() {
            return self.no_trial(entry, "`tried` names fixes, each with `still_broken`");
        }
        let help = format!("write `{}`", style.pair(TRIED, &style.group(&pairs)));
        let message = "`tried` names fixes, each with `still_broken`";
        let problem = Problem::error(Code::FactValue, entry.value.span, message).help(help);
        let all = pairs.len() == named.len();
        let group = style.group(&pairs);
        self.typing.tell(if all { problem.rewrite(entry.value.span, &group) } else { problem });
    }

    fn no_trial(&mut self, entry: &Entry, message: &str) {
        let help = "write `still_broken`, or leave it out: a fix that worked ends the ticket";
        let problem = Problem::error(Code::FactValue, entry.value.span, message).help(help);
        let scalar = matches!(entry.value.kind, Kind::Scalar { .. }) && entry.key.value != TRIED;
        let text = self.typing.style.scalar("still_broken");
        self.typing.tell(if scalar { problem.rewrite(entry.value.span, &text) } else { problem });
    }

    fn no_fix(&mut self, path: &str, entry: &Entry) {
        let problem = self.worth_telling().then(|| self.unknown_fix(path, entry));
        self.typing.problems.push_or_count(problem);
    }

    /// Returns whether a problem is kept, so that it is worth looking for what was meant.
    fn worth_telling(&self) -> bool {
        !self.typing.problems.is_full()
    }

    fn unknown_fix(&self, path: &str, entry: &Entry) -> Problem {
        let cause = self.pack.causes.iter().find(|cause| cause.name.value == path);
        let meant: Vec<&str> = match cause {
            Some(cause) => cause.fixes.iter().map(|id| self.pack.fixes[*id].name.value.as_str()).collect(),
            None => which_were_meant(path, self.fixes.keys().copied()),
        };
        let message = format!("there is no fix `{}`", short(path));
        let mut problem = Problem::error(Code::FactUnknown, entry.key.span, message).meant_in_place_of(
            path,
            &meant,
            || "name a fix of the pack".to_owned(),
        );
        if cause.is_some() {
            problem = problem.help(format!("this is a cause; its fixes are {}", listed(meant.into_iter())));
        }
        problem
    }

    /// Reports a value where only the beginning of facts' names is written.
    fn only_beginning(&mut self, path: &str, entry: &Entry) {
        let message = format!("`{path}` is not a fact, only the beginning of {}", self.beneath(path));
        self.typing.tell(
            Problem::error(Code::FactUnknown, entry.key.span, message).help("record one of those facts"),
        );
    }

    /// Returns the facts whose names begin so.
    fn beneath(&self, path: &str) -> String {
        let start = format!("{path}.");
        listed(self.names.range(start.as_str()..).map(|(n, _)| *n).take_while(|n| n.starts_with(&start)))
    }

    fn unknown(&mut self, path: &str, entry: &Entry, top: bool) {
        let problem = self.worth_telling().then(|| self.unknown_fact(path, entry, top));
        self.typing.problems.push_or_count(problem);
    }

    fn unknown_fact(&self, path: &str, entry: &Entry, top: bool) -> Problem {
        let (message, help) = self.of_another_kind(path).unwrap_or_else(|| {
            let message = format!("the pack {} has no fact `{}`", self.pack.called(), short(path));
            (message, self.meant(path, entry, top))
        });
        Problem::error(Code::FactUnknown, entry.key.span, message).help(help)
    }

    /// Returns what else in the pack is called so, and what to record instead.
    fn of_another_kind(&self, path: &str) -> Option<(String, String)> {
        let pack = self.pack;
        if let Some(symptom) = pack.symptoms.iter().find(|symptom| symptom.name.value == path) {
            let facts = listed(self.facts_of(Some(&symptom.reading)).into_iter());
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
            let help = format!("if it was tried and did not help, write `{}`", style.pair(TRIED, &fix));
            return Some((format!("`{path}` is a fix, not a fact"), help));
        }
        let rule = pack.rules.iter().find(|rule| rule.name.value == path)?;
        let facts = listed(self.facts_of(pack.reading(&rule.evidence)).into_iter());
        Some((format!("`{path}` is a rule, which observes {facts}"), "record those facts".to_owned()))
    }

    /// Returns the names of the facts that are read, also through symptoms.
    fn facts_of(&self, reading: Option<&Reading>) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        let mut seen: BTreeSet<SymptomId> = BTreeSet::new();
        let mut readings: Vec<&Reading> = reading.into_iter().collect();
        while let Some(reading) = readings.pop() {
            for condition in reading.branches.iter().filter_map(|(_, condition)| condition.as_ref()) {
                let reads = condition.reads();
                let facts = reads.facts.iter().map(|id| &self.pack.facts[*id]);
                names.extend(facts.map(|fact| fact.name.value.as_str()));
                let fresh = reads.symptoms.into_iter().filter(|id| seen.insert(*id));
                readings.extend(fresh.map(|id| &self.pack.symptoms[id].reading));
            }
        }
        names
    }

    /// Suggests what may have been meant by a name that there is not.
    fn meant(&self, path: &str, entry: &Entry, top: bool) -> String {
        let group = matches!(entry.value.kind, Kind::Map(_)) && !is_partial(&entry.value);
        let words = if top { [TRIED, TIME_ZONE, EXPECT].as_slice() } else { &[] };
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

/// Returns whether a key is `expect` or stands in it.
fn is_expectation(path: &str) -> bool {
    path.strip_prefix(EXPECT).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") }
}

/// Returns whether names go on after this one and a point.
fn begins<T>(names: &BTreeMap<&str, T>, path: &str) -> bool {
    let start = format!("{path}.");
    names.range(start.as_str()..).next().is_some_and(|(name, _)| name.starts_with(&start))
}

/// Returns the beginnings of a name: `a` and `a.b` of `a.b.c`.
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

#[cfg(test)]
pub(super) mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::document::tree::{self, Limits};
    use crate::pack::manifest;
    use crate::problem::MAX_REPORTED;
    use crate::source::{Source, Spanned};
    use crate::value::{Amount, Range, SECOND, Type, Value};

    const PACK: &str = r#"
fact spam: yes/no
fact speaker: one of gmail, exchange_online, yahoo
fact vendor: one of cisco, other, none
fact direction: some of inbound, outbound, internal_only
fact reply.code: number
fact reply.share: percent
fact message.size: size
fact log.received_at: time
fact log.delivered_at: time
fact reply.text: text
fact sender.domain: domain
fact sender.ip: ip
fact users: table of { address: text, affected: yes/no, wait: duration, role: one of admin, guest }
fact users.note: text
derive delay: duration = log.delivered_at - log.received_at
symptom hold_time in levels { normal when delay <= 1 min
  slow otherwise }
symptom is_bad when hold_time is slow and spam
rule hold_time { often slow with scanning
  rarely slow anyway }
rule spam_seen { when spam
  often with scanning
  rarely anyway }
cause scanning "Scanning" { common
  part of provider_side
  fix wait_for_scan }
fix wait_for_scan "Wait" { step "wait" }
fix mail.resend "Resend" { step "send" }
"#;

    static READ: LazyLock<Pack> = LazyLock::new(resolved);

    fn pack() -> &'static Pack {
        &READ
    }

    fn resolved() -> Pack {
        let mut sources = Sources::default();
        let text = "(name: \"t\", language: 1, cases: (unlisted: \"10 %\", several_at_once: \"8 %\"))";
        let ron = sources.add(Source::new("pack.ron", text));
        let (manifest, problems) = manifest::read(ron, text);
        assert!(problems.is_empty(), "{problems:#?}");
        let id = sources.add(Source::new("t.ruleout", PACK));
        let (file, problems) = crate::syntax::parse(id, PACK, 64);
        assert!(problems.is_empty(), "{problems:#?}");
        let (pack, problems) = crate::pack::resolve(&sources, manifest, &[file]);
        assert!(!problems.has_errors(), "{problems:#?}");
        pack
    }

    fn typed(text: &str, format: Format) -> (Facts, Problems, Sources) {
        let mut sources = Sources::default();
        let id = sources.add(Source::new(format!("facts.{}", format.name()), text));
        let (tree, problems) = tree::read(id, text, format, &Limits::default());
        assert!(problems.is_empty(), "{format:?} {text:?}: {problems:#?}");
        let (facts, problems) = read(pack(), &sources, id, &tree.unwrap());
        (facts, problems, sources)
    }

    fn id(name: &str) -> FactId {
        FactId(pack().facts.iter().position(|fact| fact.name.value == name).unwrap())
    }

    /// Returns what a YAML file without mistakes records of a fact.
    pub(crate) fn recorded(text: &str, fact: &str) -> Option<Recorded> {
        let (facts, problems, _) = typed(text, Format::Yaml);
        assert!(problems.is_empty(), "{text:?}: {problems:#?}");
        facts.recorded.get(&id(fact)).cloned()
    }

    /// Returns what is known of a fact by the value that is written behind it.
    pub(crate) fn known(fact: &str, value: &str) -> Known {
        recorded(&format!("{fact}: {value}\n"), fact).unwrap_or_else(|| panic!("{fact}: {value}")).known
    }

    /// Returns how a person reads the value that is written behind a fact.
    pub(crate) fn written(fact: &str, value: &str) -> String {
        recorded(&format!("{fact}: {value}\n"), fact).unwrap().written
    }

    /// Returns the one mistake of a YAML file, which records nothing: its place, its message, its help.
    pub(crate) fn mistake(text: &str) -> (String, String, String) {
        let (facts, problems, sources) = typed(text, Format::Yaml);
        assert_eq!(problems.len(), 1, "{text:?}: {problems:#?}");
        assert!(facts.recorded.is_empty(), "{text:?}: {facts:#?}");
        let problem = problems.iter().next().unwrap();
        (
            sources.text(problem.span()).to_owned(),
            problem.message.clone(),
            problem.help.clone().unwrap_or_default(),
        )
    }

    /// Asserts that a value is refused: at its place, with this message, and help that holds the given words.
    pub(crate) fn refused(fact: &str, value: &str, message: &str, help: &str) {
        let (place, found, advice) = mistake(&format!("{fact}: {value}\n"));
        assert_eq!(found, message, "{value}");
        assert!(advice.contains(help), "{value}: {advice}");
        assert_eq!(place, value, "{value}");
    }

    pub(crate) fn nanos(nanos: i128) -> Amount {
        Amount::Nanos(nanos)
    }

    pub(crate) fn minutes(count: i128) -> Amount {
        nanos(count * 60 * SECOND)
    }

    fn without_places(facts: &Facts) -> (Vec<(FactId, Recorded)>, Vec<FixId>) {
        let bare = |(id, one): (&FactId, &Recorded)| (*id, Recorded { span: Span::default(), ..one.clone() });
        (facts.recorded.iter().map(bare).collect(), facts.tried.keys().copied().collect())
    }

    const YAML: &str = "time_zone: Europe/Berlin
spam: no
speaker: { not: [gmail, Yahoo] }
vendor: none
direction: [inbound, Internal Only]
reply: { code: 550, share: 80 %, text: \"550 ü\" }
message.size: 25 MB
log:
  received_at: 2026-01-31 14:05
log.delivered_at: \"> 2026-01-31T14:10:00+01:00\"
delay: { is: 5 .. 15 min, sure: usually }
sender.domain: Example.com.
sender.ip: not available
users:
  - { address: \"ä\", affected: yes, wait: PT8M, role: { not: admin } }
  - { address: b, affected: ~, wait: \"> 5 min\" }
tried: { wait_for_scan: still_broken, mail.resend: still broken }
";
    const JSON: &str = r#"{"time_zone": "Europe/Berlin", "spam": false, "speaker": {"not": ["gmail", "Yahoo"]},
"vendor": "none", "direction": ["inbound", "Internal Only"],
"reply": {"code": 550, "share": "80 %", "text": "550 \u00fc"}, "message": {"size": "25 MB"},
"log.received_at": "2026-01-31 14:05", "log": {"delivered_at": "> 2026-01-31T14:10:00+01:00"},
"delay": {"is": "5 .. 15 min", "sure": "usually"}, "sender": {"domain": "Example.com.", "ip": "not available"},
"users": [{"address": "ä", "affected": true, "wait": "PT8M", "role": {"not": "admin"}},
{"address": "b", "affected": null, "wait": "> 5 min"}],
"tried": {"wait_for_scan": "still_broken", "mail": {"resend": "still broken"}}}"#;
    const TOML: &str = r#"time_zone = "Europe/Berlin"
spam = false
speaker.not = ["gmail", "Yahoo"]
vendor = "none"
direction = ["inbound", "Internal Only"]
"log.received_at" = 2026-01-31 14:05:00
delay = { is = "5 .. 15 min", sure = "usually" }
"tried.mail.resend" = "still broken"
[reply]
code = 550
share = "80 %"
text = '550 ü'
[message]
size = "25 MB"
[log]
delivered_at = "> 2026-01-31T14:10:00+01:00"
[sender]
domain = "Example.com."
ip = "not available"
[[users]]
address = "ä"
affected = true
wait = "PT8M"
role = { not = "admin" }
[[users]]
address = "b"
wait = "> 5 min"
[tried]
wait_for_scan = "still_broken"
"#;
    const RON: &str = r#"{"time_zone": "Europe/Berlin", "spam": false, "speaker": (not: ["gmail", "Yahoo"]),
"vendor": None, "direction": ["inbound", "Internal Only"],
"reply": (code: 550, share: "80 %", text: "550 ü"), "message.size": "25 MB",
"log": (received_at: "2026-01-31 14:05", delivered_at: "> 2026-01-31T14:10:00+01:00"),
"delay": (is: "5 .. 15 min", sure: "usually"), "sender": (domain: "Example.com.", ip: "not available"),
"users": [(address: "ä", affected: true, wait: "PT8M", role: (not: "admin")),
(address: "b", affected: (), wait: "> 5 min")],
"tried": (wait_for_scan: "still_broken", mail: (resend: "still broken"))}"#;

    const DOCUMENTS: [(&str, Format); 4] =
        [(YAML, Format::Yaml), (JSON, Format::Json), (TOML, Format::Toml), (RON, Format::Ron)];

    #[test]
    fn the_same_facts_are_the_same_in_all_formats() {
        let (yaml, problems, _) = typed(YAML, Format::Yaml);
        assert!(problems.is_empty(), "{problems:#?}");
        assert_eq!((yaml.recorded.len(), yaml.tried.len()), (14, 2));
        for (text, format) in DOCUMENTS {
            let (facts, problems, _) = typed(&text.replace("14:05:00\n", "14:05\n"), format);
            assert!(problems.is_empty(), "{format:?}: {problems:#?}");
            assert_eq!(without_places(&facts), without_places(&yaml), "{format:?}");
        }
    }

    #[test]
    fn places_are_the_values_in_all_formats() {
        for (text, format) in DOCUMENTS {
            let (facts, _, sources) = typed(text, format);
            let under = |fact: &str| sources.text(facts.recorded[&id(fact)].span);
            assert_eq!(under("reply.code"), "550", "{format:?}");
            assert_eq!(under("reply.share").trim_matches('"'), "80 %", "{format:?}");
            assert_eq!(
                under("log.received_at").trim_matches('"').get(..13),
                Some("2026-01-31 14"),
                "{format:?}"
            );
            assert!(
                under("delay").starts_with(['{', '(']) && under("delay").ends_with(['}', ')']),
                "{format:?}"
            );
            let tried: Vec<_> =
                facts.tried.values().map(|span| sources.text(*span).trim_matches('"')).collect();
            assert_eq!(tried, ["still_broken", "still broken"], "{format:?}");
        }
    }

    #[test]
    fn mistakes_are_at_the_value_and_helped_with_in_the_words_of_the_format() {
        for (text, format, place, help) in [
            ("delay: ä\n", Format::Yaml, "ä", "for example `8 min`"),
            ("{\"delay\": \"ä\"}", Format::Json, "\"ä\"", "for example `\"8 min\"`"),
            ("\"ä\" = 1\ndelay = \"ä\"\n", Format::Toml, "\"ä\"", "for example `\"8 min\"`"),
            ("(delay: \"ä\")", Format::Ron, "\"ä\"", "for example `\"8 min\"`"),
        ] {
            let (_, problems, sources) = typed(text, format);
            let problem = problems.iter().last().unwrap();
            assert_eq!(problem.message, "`delay` expects a duration, and `ä` is not one");
            assert_eq!(sources.text(problem.span()), place);
            assert_eq!(problem.help.as_deref(), Some(help));
        }
    }

    #[test]
    fn what_nobody_looked_at_is_absent_and_what_nobody_can_see_is_not_available() {
        for text in ["delay:\n", "delay: ~\n", "reply:\n", "reply: {}\n", "tried:\n", "time_zone:\n"] {
            assert_eq!(recorded(text, "delay"), None, "{text}");
        }
        for value in ["not available", "Not  Available", "\"not available\""] {
            let one = recorded(&format!("reply.text: {value}\n"), "reply.text").unwrap();
            assert_eq!(
                (one.known, one.available, one.written.as_str()),
                (Known::Unknown, false, "not available")
            );
        }
    }

    #[test]
    fn names_are_dotted_or_nested() {
        assert!(recorded("log: { received_at: 2026-01-31 }\n", "log.received_at").is_some());
        assert!(recorded("log.received_at: 2026-01-31\n", "log.received_at").is_some());
        let both = "users: [{ address: a }]\nusers.note: x\n";
        assert!(recorded(both, "users").is_some() && recorded(both, "users.note").is_some());
        assert!(recorded("users: { note: x }\n", "users.note").is_some());
        assert_eq!(written("users.note", "{ is: x }"), "x");
    }

    #[test]
    fn unknown_names_are_reported_with_what_was_meant() {
        for (text, place, message, help) in [
            ("log.recieved_at: x", "log.recieved_at", "has no fact `log.recieved_at`", "`log.received_at`?"),
            ("log: { recieved_at: x }", "recieved_at", "has no fact `log.recieved_at`", "`log.received_at`?"),
            ("lgo: { received_at: x }", "lgo", "has no fact `lgo`", "`log`?"),
            ("code: 550", "code", "has no fact `code`", "`reply.code`?"),
            (
                "log: { at: x }",
                "at",
                "has no fact `log.at`",
                "under `log` are `log.delivered_at`, `log.received_at`",
            ),
            ("tryed: {}", "tryed", "has no fact `tryed`", "`tried`?"),
            ("timezone: UTC", "timezone", "has no fact `timezone`", "`time_zone`?"),
            ("quarantine: x", "quarantine", "has no fact `quarantine`", "leave it out"),
            ("\"\": x", "\"\"", "has no fact ``", "leave it out"),
            ("quarantine:", "quarantine", "has no fact `quarantine`", "leave it out"),
            (
                "log: x",
                "log",
                "`log` is not a fact, only the beginning of `log.delivered_at`",
                "one of those",
            ),
            (
                "hold_time: slow",
                "hold_time",
                "`hold_time` is a symptom, computed from `delay`",
                "record those",
            ),
            ("is_bad: yes", "is_bad", "`is_bad` is a symptom, computed from `delay`, `spam`", "record those"),
            ("scanning: yes", "scanning", "`scanning` is a cause", "what was observed"),
            ("provider_side: yes", "provider_side", "`provider_side` is a cause", "what was observed"),
            ("spam_seen: yes", "spam_seen", "`spam_seen` is a rule, which observes `spam`", "record those"),
            ("wait_for_scan: yes", "wait_for_scan", "is a fix", "`tried: { wait_for_scan: still_broken }`"),
        ] {
            let (under, found, advice) = mistake(text);
            assert_eq!(under, place, "{text}");
            assert!(found.contains(message), "{text}: {found}");
            assert!(advice.contains(help), "{text}: {advice}");
        }
    }

    #[test]
    fn a_fact_that_stands_twice_counts_once() {
        let (facts, problems, sources) =
            typed("spam: yes\nlog: { received_at: 2026-01-31 }\n\"log.received_at\": x\n", Format::Yaml);
        let problem = problems.iter().next().unwrap();
        assert_eq!((problems.len(), problem.code, facts.recorded.len()), (1, Code::FactTwice, 2));
        let places: Vec<_> = problem.labels.iter().map(|(span, _)| sources.text(*span)).collect();
        assert_eq!(places, ["\"log.received_at\"", "received_at"]);
        assert!(recorded("delay:\nspam: no\n", "delay").is_none());
        let (facts, problems, _) =
            typed("tried: { mail.resend: still_broken, mail: { resend: still_broken } }", Format::Yaml);
        assert_eq!((problems.len(), facts.tried.len()), (1, 1));
    }

    #[test]
    fn only_still_broken_is_recorded_of_a_fix() {
        for (text, place, message, help) in [
            ("tried: { wait_for_scan: fixed }", "fixed", "as `still_broken` only", "ends the ticket"),
            (
                "tried: { wait_for_scan: not available }",
                "not available",
                "as `still_broken` only",
                "ends the ticket",
            ),
            ("tried: { wait_for_scan: [a] }", "[a]", "as `still_broken` only", "ends the ticket"),
            (
                "tried: { wait_for_scam: still_broken }",
                "wait_for_scam",
                "no fix `wait_for_scam`",
                "`wait_for_scan`?",
            ),
            (
                "tried: { scanning: still_broken }",
                "scanning",
                "no fix `scanning`",
                "its fixes are `wait_for_scan`",
            ),
            ("tried: { mail: still_broken }", "mail", "no fix `mail`", "`mail.resend`?"),
            ("tried: [wait_for_scan]", "[wait_for_scan]", "names fixes", "still_broken"),
            ("tried: wait_for_scan", "wait_for_scan", "names fixes", "still_broken"),
        ] {
            let (under, found, advice) = mistake(text);
            assert_eq!(under, place, "{text}");
            assert!(found.contains(message), "{text}: {found}");
            assert!(advice.contains(help), "{text}: {advice}");
        }
        assert!(recorded("tried: { wait_for_scan: }", "spam").is_none());
    }

    #[test]
    fn all_mistakes_are_reported_in_one_run_and_the_rest_is_kept() {
        let text =
            "spam: maybe\nspeaker: gmial\ndelay: 5\nvendor: cisco\nusers: [{ adress: x, affected: 1 }, 2]\n";
        let (facts, problems, _) = typed(text, Format::Yaml);
        assert_eq!((problems.len(), facts.recorded.len()), (6, 1), "{problems:#?}");
        let spans: Vec<_> = problems.iter().map(Problem::span).collect();
        assert!(spans.is_sorted(), "{spans:?}");
    }

    #[test]
    fn of_many_mistakes_the_first_are_reported_and_the_others_counted() {
        let many = MAX_REPORTED + 500;
        for text in [
            (0..many).map(|n| format!("x{n}: 1")).collect::<Vec<_>>().join("\n"),
            format!("direction: [{}]", "x, ".repeat(many)),
            format!("speaker: {{ not: [{}] }}", "x, ".repeat(many)),
            format!("users: [{}]", "1, ".repeat(many)),
            format!("tried: {{ {} }}", (0..many).map(|n| format!("x{n}: 1")).collect::<Vec<_>>().join(", ")),
        ] {
            let (_, problems, _) = typed(&text, Format::Yaml);
            assert_eq!((problems.len(), problems.suppressed()), (MAX_REPORTED, 500));
        }
    }

    #[test]
    fn a_tree_that_is_no_map_is_reported() {
        let list = Node { span: Span::default(), kind: Kind::List(Vec::new()) };
        let (_, problems) = read(pack(), &Sources::default(), SourceId::default(), &list);
        assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), [Code::FactSyntax]);
    }

    /// Returns whether a value is one of its type.
    fn fits(value: &Value, ty: &Type) -> bool {
        match (value, ty) {
            (Value::YesNo(_), Type::YesNo)
            | (Value::Text(_), Type::Text)
            | (Value::Domain(_), Type::Domain)
            | (Value::Ip(_), Type::Ip) => true,
            (Value::Choice(at), Type::OneOf(values)) => *at < values.len(),
            (Value::Set(members), Type::SomeOf(values)) => members.iter().all(|at| *at < values.len()),
            (Value::Amount(at), ty) => amount_fits(*at, ty),
            (Value::None, ty) => !matches!(ty, Type::YesNo | Type::SomeOf(_)),
            _ => false,
        }
    }

    fn amount_fits(at: Amount, ty: &Type) -> bool {
        match at {
            Amount::Number(_) => matches!(ty, Type::Number | Type::Percent | Type::Size),
            Amount::Nanos(_) => *ty == Type::Duration,
            Amount::Instant(_) | Amount::Civil(_) => *ty == Type::Time,
        }
    }

    fn is_sound(known: &Known, ty: &Type) -> bool {
        match (known, ty) {
            (Known::Exactly(value), _) => fits(value, ty),
            (Known::Not(values), _) => !values.is_empty() && values.iter().all(|v| fits(v, ty)),
            (Known::Within(Range { low, high }), _) => {
                let ordered = match (low, high) {
                    (Some(low), Some(high)) => low.at.order(high.at).is_some_and(std::cmp::Ordering::is_lt),
                    _ => low.is_some() || high.is_some(),
                };
                ordered && low.iter().chain(high).all(|bound| amount_fits(bound.at, ty))
            }
            (Known::Possible(left), Type::OneOf(values)) => {
                left.len() > 1 && left.iter().all(|at| *at < values.len())
            }
            (Known::Lacks { members, .. }, Type::SomeOf(values)) => {
                !members.is_empty() && members.iter().all(|at| *at < values.len())
            }
            (Known::Rows(rows), Type::Table(columns)) => rows.iter().all(|row| {
                row.len() == columns.len()
                    && row
                        .iter()
                        .zip(columns)
                        .all(|(cell, column)| is_sound(cell, &column.ty) || *cell == Known::Unknown)
            }),
            _ => false,
        }
    }

    fn sound(text: &str, node: &Node, name: &str) {
        let mut sources = Sources::default();
        let source = sources.add(Source::new(name, text));
        let pack = pack();
        let (facts, problems) = read(pack, &sources, source, node);
        for (id, one) in &facts.recorded {
            let ty = &pack.facts[*id].ty;
            assert!(
                !one.available && one.known == Known::Unknown || is_sound(&one.known, ty),
                "{text:?} {one:?}"
            );
            assert!(one.sure.is_none_or(|sure| (0.5..1.0).contains(&sure)), "{one:?}");
            assert!(!one.written.is_empty() || matches!(ty, Type::Text), "{text:?} {one:?}");
        }
        for problem in &problems {
            assert!(problem.help.is_some() && !problem.message.ends_with('.'), "{problem:?}");
        }
    }

    fn names() -> impl Strategy<Value = String> {
        let names: Vec<String> = pack().facts.iter().map(|f| f.name.value.clone()).collect();
        let words = "tried time_zone log reply is not sure address affected wait_for_scan hold_time scanning users note x";
        let words: Vec<String> = words.split(' ').map(str::to_owned).chain(names).collect();
        proptest::sample::select(words)
    }

    fn texts() -> impl Strategy<Value = String> {
        let signs = "[-+<>=.:%0-9eET_@/ ]{0,14}";
        let words = "yes|none|not available|gmail|inbound|usually|80 %|5 min|5 \\.\\. 15 min|> 2026-01-31|PT8M|1e999|NaN|still_broken|UTC|2026-03-29 02:30|9999-12-31|5 \\.\\. 1";
        prop_oneof![3 => words, 1 => signs, 1 => ".{0,12}"]
    }

    fn nodes() -> impl Strategy<Value = Node> {
        let node = |kind| Node { span: Span::default(), kind };
        let leaf = prop_oneof![
            8 => (texts(), any::<bool>()).prop_map(move |(text, quoted)| node(Kind::Scalar { text, quoted })),
            1 => Just(node(Kind::Empty)),
        ];
        leaf.prop_recursive(3, 24, 4, move |inner| {
            let entry = (names(), inner.clone())
                .prop_map(|(key, value)| Entry { key: Spanned::new(key, Span::default()), value });
            prop_oneof![
                proptest::collection::vec(inner, 0..4).prop_map(move |items| node(Kind::List(items))),
                proptest::collection::vec(entry, 0..6).prop_map(move |entries| node(Kind::Map(entries))),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_tree_is_typed_or_reported(entries in proptest::collection::vec((names(), nodes()), 0..8)) {
            let entries = entries.into_iter()
                .map(|(key, value)| Entry { key: Spanned::new(key, Span::default()), value });
            let node = Node { span: Span::default(), kind: Kind::Map(entries.collect()) };
            sound("", &node, "facts.json");
        }

        #[test]
        fn any_value_is_typed_or_reported(text in texts(), quoted in any::<bool>()) {
            for fact in &pack().facts {
                let node = Node { span: Span::default(), kind: Kind::Scalar { text: text.clone(), quoted } };
                let key = Spanned::new(fact.name.value.clone(), Span::default());
                let node = Node { span: Span::default(), kind: Kind::Map(vec![Entry { key, value: node }]) };
                sound(&text, &node, "facts.toml");
            }
        }

        #[test]
        fn a_broken_document_is_typed_or_reported(
            which in 0usize..4, at in 0usize..900, cut in 0usize..12, put in "[-a \"'\\[\\](){}:=,.>\nü]{0,3}",
        ) {
            let (text, format) = DOCUMENTS[which];
            let (start, end) = (text.floor_char_boundary(at), text.floor_char_boundary(at + cut));
            let text = format!("{}{put}{}", text.get(..start).unwrap(), text.get(end..).unwrap());
            let (tree, _) = tree::read(SourceId::default(), &text, format, &Limits::default());
            if let Some(tree) = tree {
                sound(&text, &tree, "facts");
            }
        }
    }
}
