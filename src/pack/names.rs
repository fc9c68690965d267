//! Who is called what: one namespace for facts, derived facts and symptoms, one each for rules, causes and fixes.

use std::collections::{BTreeMap, BTreeSet};

use super::{CauseId, FactId, FixId, RecordsId, SymptomId};
use crate::problem::{Code, Problem, Problems, did_you_mean, lookalike};
use crate::source::{Span, Spanned};
use crate::syntax::ast;
use crate::value::{Column, NAMED_TYPES, Type};

/// What a name in a condition stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Data {
    /// A fact.
    Fact(FactId),
    /// A symptom.
    Symptom(SymptomId),
    /// A table of records.
    Records(RecordsId),
    /// Something whose declaration did not parse; it is not reported twice.
    Broken,
}

/// All names of a pack.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) data: BTreeMap<String, (Data, Span)>,
    pub(super) rules: BTreeMap<String, Span>,
    pub(super) causes: BTreeMap<String, (CauseId, Span)>,
    pub(super) fixes: BTreeMap<String, (FixId, Span)>,
    pub(super) groups: BTreeMap<String, Vec<CauseId>>,
    /// Names of declarations that got lost in bad syntax.
    pub(super) lost: BTreeSet<String>,
    /// Whether a cause did not parse, so that a group may lack its members.
    pub(super) broken_cause: bool,
}

/// Words that mean something of their own in a fact file.
const FACT_FILE_WORDS: &[&str] = &["tried", "time_zone", "expect"];

impl Names {
    /// Enters a fact or symptom.
    pub(super) fn enter_data(&mut self, name: &ast::Name, data: Data, problems: &mut Problems) {
        if FACT_FILE_WORDS.contains(&name.value.as_str()) {
            let message = format!("`{}` is a word of fact files, so no fact can be called that", name.value);
            problems.push(Problem::error(Code::Duplicate, name.span, message).help("give it a longer name"));
        }
        match self.data.get(&name.value) {
            Some((_, first)) => problems.push_with(|| twice("fact, symptom or table", name, *first)),
            None => {
                self.data.insert(name.value.clone(), (data, name.span));
            }
        }
    }

    /// Enters a rule; false where the name is taken.
    pub(super) fn enter_rule(&mut self, name: &ast::Name, problems: &mut Problems) -> bool {
        if let Some(first) = self.rules.get(&name.value) {
            problems.push(twice("rule", name, *first).help(
                "put its lines into the other one, or, if each has its own `given`, give this one a name of its own and say `when` the symptom",
            ));
            return false;
        }
        self.rules.insert(name.value.clone(), name.span);
        true
    }

    /// Enters a cause.
    pub(super) fn enter_cause(&mut self, name: &ast::Name, id: CauseId, problems: &mut Problems) {
        match self.causes.get(&name.value) {
            Some((_, first)) => problems.push_with(|| twice("cause", name, *first)),
            None => {
                self.causes.insert(name.value.clone(), (id, name.span));
            }
        }
    }

    /// Enters a fix.
    pub(super) fn enter_fix(&mut self, name: &ast::Name, id: FixId, problems: &mut Problems) {
        match self.fixes.get(&name.value) {
            Some((_, first)) => problems.push_with(|| twice("fix", name, *first)),
            None => {
                self.fixes.insert(name.value.clone(), (id, name.span));
            }
        }
    }

    /// Enters the groups that causes belong to, once all causes are known.
    pub(super) fn enter_group(&mut self, group: &ast::Name, cause: CauseId, problems: &mut Problems) {
        if let Some((_, first)) = self.causes.get(&group.value) {
            let message = format!("`{}` is a cause, so no group can be called that", group.value);
            problems.push(
                Problem::error(Code::Duplicate, group.span, message).also(*first, "the cause").help(
                    "give the group another name; what a cause comes of is said there: `leads to … usually`",
                ),
            );
            return;
        }
        let members = self.groups.entry(group.value.clone()).or_default();
        // Causes come in order, so one that is in the group already is the last of it.
        if members.last() == Some(&cause) {
            let message = format!("this cause is already part of `{}`", group.value);
            problems
                .push(Problem::error(Code::Duplicate, group.span, message).help("take one of the two away"));
        } else {
            members.push(cause);
        }
    }

    /// Returns the causes that a name in a rule stands for, and whether it names a group.
    pub(super) fn causes_called(&self, name: &ast::Name, problems: &mut Problems) -> (Vec<CauseId>, bool) {
        if let Some((id, _)) = self.causes.get(&name.value) {
            return (vec![*id], false);
        }
        if let Some(members) = self.groups.get(&name.value) {
            return (members.clone(), true);
        }
        if !self.lost.contains(&name.value) && !self.broken_cause {
            let known = self.causes.keys().chain(self.groups.keys()).map(String::as_str);
            problems.push_with(|| unknown("cause", name, known));
        }
        (Vec::new(), false)
    }

    /// Returns the cause of a name.
    pub(super) fn cause(&self, name: &ast::Name, problems: &mut Problems) -> Option<CauseId> {
        let found = self.causes.get(&name.value).map(|(id, _)| *id);
        if found.is_none() && !self.lost.contains(&name.value) {
            problems.push_with(|| unknown("cause", name, self.causes.keys().map(String::as_str)));
        }
        found
    }

    /// Returns the fix of a name.
    pub(super) fn fix(&self, name: &ast::Name, problems: &mut Problems) -> Option<FixId> {
        let found = self.fixes.get(&name.value).map(|(id, _)| *id);
        if found.is_none() && !self.lost.contains(&name.value) {
            problems.push_with(|| unknown("fix", name, self.fixes.keys().map(String::as_str)));
        }
        found
    }
}

/// Returns the problem of a name that is declared twice.
fn twice(what: &str, name: &ast::Name, first: Span) -> Problem {
    Problem::error(Code::Duplicate, name.span, format!("there are two of the {what} `{}`", name.value))
        .label("the second")
        .also(first, "the first")
        .help("take one away, or give it another name")
}

/// Names by which people mean none of the causes.
const NOBODY: [&str; 9] =
    ["none", "nothing", "nobody", "others", "other", "anything", "everything", "default", "rest"];

/// Names by which other languages ask for the time.
const CLOCK: [&str; 9] = [
    "now",
    "today",
    "yesterday",
    "tomorrow",
    "current_time",
    "current_date",
    "currenttime",
    "sysdate",
    "time.now",
];

/// Returns the problem of a name that nothing declares.
pub(super) fn unknown<'a>(what: &str, name: &ast::Name, known: impl Iterator<Item = &'a str>) -> Problem {
    if CLOCK.contains(&name.value.as_str()) && !matches!(what, "cause" | "fix" | "table") {
        let message =
            format!("there is no clock, so no `{}`: the same facts always give the same answer", name.value);
        let help = "ask for the time as a fact, and compare with that: `fact asked.at: time { ask \"What time is it now?\" }`";
        return Problem::error(Code::UnknownName, name.span, message).help(help);
    }
    let help = || match what {
        "cause" if NOBODY.contains(&name.value.as_str()) => {
            "write `anyway` instead of `with` and a name: how often it is seen with none of the causes named"
                .to_owned()
        }
        "cause" => format!("declare it: `cause {} \"…\" {{ rare }}`", name.value),
        "column" => "name a column of the table".to_owned(),
        "fix" => format!("declare it: `fix {} \"…\" {{ step \"…\" }}`", name.value),
        "table" => format!("declare it: `fact {}: table of {{ … }}`", name.value),
        _ => format!("declare it: `fact {}: yes/no {{ ask \"…\" }}`", name.value),
    };
    let known: Vec<&str> = known.collect();
    let looks = lookalike::looks(&name.value);
    let alike = || known.iter().find(|other| **other != name.value && lookalike::looks(other) == looks);
    if let Some(alike) =
        (!name.value.is_ascii() || known.iter().any(|name| !name.is_ascii())).then(alike).flatten()
    {
        let message =
            format!("`{}` only looks like `{alike}`: its letters are of another script", name.value);
        return Problem::error(Code::UnknownName, name.span, message).write(alike);
    }
    let known = known.into_iter();
    let message = format!("there is no {what} `{}`", name.value);
    Problem::error(Code::UnknownName, name.span, message).meant_or(did_you_mean(&name.value, known), help)
}

/// Reads a type; none where it is wrong.
pub(super) fn read_type(ty: &Spanned<ast::Type>, in_table: bool, problems: &mut Problems) -> Option<Type> {
    match &ty.value {
        ast::Type::YesNo => Some(Type::YesNo),
        ast::Type::OneOf(values) => Some(Type::OneOf(read_values(values, problems))),
        ast::Type::SomeOf(values) => Some(Type::SomeOf(read_values(values, problems))),
        ast::Type::Table(_) if in_table => {
            let message = "a table cannot stand in a column";
            problems
                .push(Problem::error(Code::WrongType, ty.span, message).help("make it a table of its own"));
            None
        }
        ast::Type::Table(columns) => {
            let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
            let mut read = Vec::new();
            for (name, ty) in columns {
                if let Some(first) = seen.insert(&name.value, name.span) {
                    problems.push(twice("column", name, first));
                }
                read.push(Column { name: name.value.clone(), ty: read_type(ty, true, problems)? });
            }
            Some(Type::Table(read))
        }
        ast::Type::Named(word) => {
            let found = NAMED_TYPES.iter().find(|(name, _)| name == word).map(|(_, ty)| ty.clone());
            if found.is_none() {
                problems.push(no_type(word, ty.span));
            }
            found
        }
    }
}

fn no_type(word: &str, span: Span) -> Problem {
    let types = NAMED_TYPES.iter().map(|(name, _)| *name);
    let meant = match word.to_lowercase().as_str() {
        "bool" | "boolean" | "yes" | "yesno" | "flag" => Some("yes/no"),
        "string" | "str" | "email" | "mail" | "version" | "url" | "path" | "phone" | "name" | "char" => {
            Some("text")
        }
        "int" | "integer" | "float" | "double" | "decimal" | "num" | "numeric" | "count" => Some("number"),
        "date" | "datetime" | "timestamp" | "instant" => Some("time"),
        "percentage" | "pct" | "%" => Some("percent"),
        "bytes" | "filesize" | "memory" => Some("size"),
        "interval" | "timespan" | "minutes" | "seconds" | "hours" | "period" => Some("duration"),
        "ipv4" | "ipv6" | "ipaddress" | "address" => Some("ip"),
        "host" | "hostname" | "fqdn" => Some("domain"),
        "list" | "set" => Some("some of …"),
        "enum" | "choice" | "one" => Some("one of …"),
        _ => did_you_mean(word, types),
    };
    let help = || {
        "types are `yes/no`, `one of a, b`, `some of a, b`, `number`, `percent`, `size`, `duration`, `time`, `text`, `domain`, `ip`, `table of { … }`".to_owned()
    };
    let problem = Problem::error(Code::WrongType, span, format!("there is no type `{word}`"));
    match meant {
        Some(meant) if meant.ends_with('…') => problem.help(format!("did you mean `{meant}`?")),
        meant => problem.meant_or(meant, help),
    }
}

/// The most values that a fact may be one of, or have some of.
const VALUES: usize = 1000;

fn read_values(values: &[ast::Name], problems: &mut Problems) -> Vec<String> {
    if let Some(beyond) = values.get(VALUES) {
        let message = format!("a fact of more than {VALUES} values");
        let help = "list those that rules tell apart, and one for all others; or make the type `text`";
        problems.push(Problem::error(Code::TooLarge, beyond.span, message).help(help));
        return values.iter().take(VALUES).map(|value| value.value.clone()).collect();
    }
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for value in values {
        if let Some(first) = seen.insert(&value.value, value.span) {
            problems.push(twice("value", value, first));
        }
    }
    values.iter().map(|v| v.value.clone()).collect()
}
