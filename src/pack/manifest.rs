//! `pack.ron`: what a pack is called and how its tickets are.
//!
//! In: the text of `pack.ron`. Out: the [`Manifest`], with what stands in for each entry that is missing or wrong, and every
//! problem of it at its own place. The text is read as a tree with places; what follows here gives its entries their types.

use super::Allowed;
use crate::document::tree::{self, Document, Entry, Kind, Limits, Node};
use crate::problem::{Code, Problem, Problems, did_you_mean};
use crate::source::{SourceId, Span, Spanned};
use crate::value::amount::parse_amount;
use crate::value::scale::{self, FrequencyScale, parse_chance};
use crate::value::{Amount, Type};

/// What `pack.ron` says.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The name by which other packs use it.
    pub name: String,
    /// Whether it is the pack inside this program, which has no folder.
    pub built_in: bool,
    /// The title in plain words; empty where there is none.
    pub title: String,
    /// The version of the pack; empty where there is none.
    pub version: String,
    /// Packs that this one builds on.
    pub uses: Vec<Spanned<String>>,
    /// How often its tickets have other causes, or several: `cases` in the text.
    pub priors: Priors,
    /// Where it is written how often they have a cause that the pack does not list.
    pub unlisted_place: Option<Span>,
    /// Where to go when nothing helps.
    pub escalate: Option<Escalation>,
    /// What a fix that was tried in vain costs beside its own time, in nanoseconds.
    pub in_vain: i128,
    /// Where a problem of the pack as a whole is reported: the entry `name`.
    pub place: Span,
    /// The numbers of the words for chances and shares.
    pub scale: FrequencyScale,
    /// Kinds of warning that are all right in the whole pack.
    pub(super) allowed: Vec<Allowed>,
}

impl Default for Manifest {
    /// Stands in for a manifest that does not read, so that the files of the pack are checked all the same.
    fn default() -> Self {
        Self {
            name: String::new(),
            built_in: false,
            title: String::new(),
            version: String::new(),
            uses: Vec::new(),
            priors: Priors { unlisted: 0.1, several_at_once: 0.08 },
            unlisted_place: None,
            escalate: None,
            in_vain: 0,
            place: Span::default(),
            scale: FrequencyScale::default(),
            allowed: Vec::new(),
        }
    }
}

/// What is known of a ticket before anything is seen of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Priors {
    /// In how many tickets the cause is one that the pack does not list, 0 to 1.
    pub unlisted: f64,
    /// In how many tickets several causes are present at once, 0 to 1.
    pub several_at_once: f64,
}

/// Where to go when nothing helps.
#[derive(Debug, Clone, PartialEq)]
pub struct Escalation {
    /// Whom to ask.
    pub to: String,
    /// How long it takes until they know what it is, in nanoseconds.
    pub takes: i128,
    /// The causes and groups of causes that they can help with; none for all.
    pub with: Option<Vec<Spanned<String>>>,
}

/// The version of the language that this program reads.
const LANGUAGE: u32 = 1;

/// Reads a manifest. Where the problems hold an error, the manifest stands in for the one that was meant.
pub fn read(source: SourceId, text: &str) -> (Manifest, Problems) {
    let whole = Span { source, start: 0, end: 0 };
    let (root, problems) = tree::read_document(source, text, Document::Manifest, &Limits::default());
    let mut reader = Reader { text, problems };
    let manifest =
        root.map_or_else(|| Manifest { place: whole, ..Manifest::default() }, |root| reader.manifest(&root));
    (manifest, reader.problems)
}

/// The entries that a group has, each as it is written.
type Entries = &'static [(&'static str, &'static str)];

const MANIFEST: Entries = &[
    ("name", "\"printer\""),
    ("title", "\"Printers\""),
    ("version", "\"1.0.0\""),
    ("language", "1"),
    ("uses", "[\"another_pack\"]"),
    ("cases", "(unlisted: \"10 %\", several_at_once: \"8 %\")"),
    ("escalate", "(to: \"provider support\", takes: \"4 h\")"),
    ("in_vain", "\"5 min\""),
    ("scale", "{\"usually\": \"75 %\"}"),
    ("allow", "{\"no-verify\": \"users call back\"}"),
];
const CASES: Entries = &[("unlisted", "\"10 %\""), ("several_at_once", "\"8 %\"")];
const ESCALATE: Entries =
    &[("to", "\"provider support\""), ("takes", "\"4 h\""), ("for", "[\"provider_side\"]")];

/// Shows how an entry is written.
fn example(entries: Entries, name: &str) -> &'static str {
    entries.iter().find(|(known, _)| *known == name).map_or("\"10 %\"", |(_, example)| example)
}

/// Gives the entries of the tree their types.
struct Reader<'t> {
    text: &'t str,
    problems: Problems,
}

/// The entries of a group in round brackets.
struct Group<'n> {
    /// What it is called in a message.
    name: &'static str,
    /// Where a problem of the whole group is reported.
    place: Span,
    known: Entries,
    found: &'n [Entry],
}

impl<'n> Group<'n> {
    fn get(&self, name: &str) -> Option<&'n Entry> {
        self.found.iter().find(|entry| entry.key.value == name)
    }
}

impl Reader<'_> {
    fn manifest(&mut self, root: &Node) -> Manifest {
        let mut manifest =
            Manifest { place: Span { end: root.span.start, ..root.span }, ..Manifest::default() };
        let Some(group) = self.root(root) else { return manifest };
        if let Some(name) = self.needed(&group, "name") {
            manifest.place = name.key.span;
            manifest.name = self.words(&group, name).unwrap_or_default();
        }
        manifest.title = self.optional_words(&group, "title");
        manifest.version = self.optional_words(&group, "version");
        if let Some(entry) = self.needed(&group, "language") {
            self.language(&group, entry);
        }
        manifest.uses = group.get("uses").map(|entry| self.uses(&group, entry)).unwrap_or_default();
        if let Some(entry) = self.needed(&group, "cases") {
            self.priors(&group, entry, &mut manifest);
        }
        manifest.escalate = group.get("escalate").and_then(|entry| self.escalate(&group, entry));
        if let Some(entry) = group.get("in_vain") {
            manifest.in_vain = self.duration(&group, entry).unwrap_or_default();
        }
        if let Some(entry) = group.get("scale") {
            self.scale(&group, entry, &mut manifest.scale);
        }
        manifest.allowed = group.get("allow").map(|entry| self.allowed(&group, entry)).unwrap_or_default();
        manifest
    }

    /// Reports a problem at a place.
    fn error(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::error(Code::Manifest, span, message).help(help));
    }

    /// Reports that an entry is of another kind than it must be.
    fn expected(&mut self, group: &Group<'_>, entry: &Entry, what: &str) {
        let (name, example) = (&entry.key.value, example(group.known, &entry.key.value));
        let message = format!("`{name}` needs {what}, such as {example}");
        self.error(entry.value.span, message, format!("write `{name}: {example}`"));
    }

    /// Returns the characters of a place.
    fn written(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or("")
    }

    /// Returns the entries of the whole file.
    fn root<'n>(&mut self, root: &'n Node) -> Option<Group<'n>> {
        let example = Document::Manifest.example();
        let start = root.span.start;
        let place = Span { end: start + 1, ..root.span };
        match (&root.kind, self.written(root.span)) {
            (Kind::Map(found), written) if written.ends_with(')') => {
                Some(self.known(Group { name: "pack.ron", place, known: MANIFEST, found }))
            }
            (_, written) if written.ends_with('}') => {
                self.error(
                    place,
                    "all of pack.ron belongs in round brackets",
                    format!("it looks like this: {example}"),
                );
                None
            }
            _ => {
                let place = Span { start: 0, end: 0, ..root.span };
                self.error(place, "pack.ron is empty", format!("it looks like this: {example}"));
                None
            }
        }
    }

    /// Returns the entries of a group inside the file.
    fn group<'n>(
        &mut self,
        outer: &Group<'_>,
        entry: &'n Entry,
        name: &'static str,
        known: Entries,
    ) -> Option<Group<'n>> {
        match &entry.value.kind {
            Kind::Map(found) if self.written(entry.value.span).ends_with(')') => {
                Some(self.known(Group { name, place: entry.key.span, known, found }))
            }
            _ => {
                self.expected(outer, entry, "names with values in round brackets");
                None
            }
        }
    }

    /// Reports the entries that a group does not have.
    fn known<'n>(&mut self, group: Group<'n>) -> Group<'n> {
        let names = || group.known.iter().map(|(name, _)| *name);
        for entry in group.found.iter().filter(|entry| !names().any(|name| name == entry.key.value)) {
            let name = &entry.key.value;
            let message = format!("{} has no entry `{name}`", group.name);
            let known = || {
                let known: Vec<String> = names().map(|name| format!("`{name}`")).collect();
                format!("its entries are {}", known.join(", "))
            };
            let problem = Problem::error(Code::Manifest, entry.key.span, message);
            self.problems.push(problem.meant_or(did_you_mean(name, names()), known));
        }
        group
    }

    /// Returns an entry that must be there.
    fn needed<'n>(&mut self, group: &Group<'n>, name: &str) -> Option<&'n Entry> {
        let found = group.get(name);
        let names = || group.known.iter().map(|(name, _)| *name);
        let misspelt = |entry: &Entry| did_you_mean(&entry.key.value, names()) == Some(name);
        if found.is_none() && !group.found.iter().any(misspelt) {
            let example = example(group.known, name);
            self.error(
                group.place,
                format!("{} needs `{name}`", group.name),
                format!("add `{name}: {example}`"),
            );
        }
        found
    }

    /// Returns a text in quotes.
    fn quoted<'n>(&self, node: &'n Node) -> Option<&'n str> {
        match &node.kind {
            Kind::Scalar { text, quoted: true } if !self.written(node.span).starts_with('\'') => Some(text),
            _ => None,
        }
    }

    fn words(&mut self, group: &Group<'_>, entry: &Entry) -> Option<String> {
        let text = self.quoted(&entry.value).map(str::to_owned);
        if text.is_none() {
            self.expected(group, entry, "a text in quotes");
        }
        text
    }

    fn optional_words(&mut self, group: &Group<'_>, name: &str) -> String {
        group.get(name).and_then(|entry| self.words(group, entry)).unwrap_or_default()
    }

    fn language(&mut self, group: &Group<'_>, entry: &Entry) {
        let number = match &entry.value.kind {
            Kind::Scalar { text, quoted: false } => text.parse::<u32>().ok(),
            _ => None,
        };
        match number {
            Some(LANGUAGE) => {}
            Some(other) => {
                let message = format!("this pack is written in version {other} of the language");
                let help = format!(
                    "this program reads version {LANGUAGE}: write `language: {LANGUAGE}`, or update ruleout"
                );
                self.error(entry.value.span, message, help);
            }
            None => self.expected(group, entry, "a number without quotes"),
        }
    }

    fn uses(&mut self, group: &Group<'_>, entry: &Entry) -> Vec<Spanned<String>> {
        self.list(group, entry, "a list of packs", "the name of a pack")
    }

    /// Reads the names of causes and groups.
    fn names(&mut self, group: &Group<'_>, entry: &Entry) -> Vec<Spanned<String>> {
        let mut names =
            self.list(group, entry, "a list of causes or groups of causes", "the name of a cause or group");
        // A name stands inside its quotes: there it is found, and renamed.
        for name in &mut names {
            let inside = self.written(name.span).find(&name.value);
            name.span = inside.map_or(name.span, |at| name.span.slice(at, at + name.value.len()));
        }
        names
    }

    /// Reads a list of texts in quotes.
    fn list(&mut self, group: &Group<'_>, entry: &Entry, what: &str, each: &str) -> Vec<Spanned<String>> {
        let items = match &entry.value.kind {
            Kind::List(items) if self.written(entry.value.span).starts_with('[') => items,
            _ => {
                self.expected(group, entry, &format!("{what} in square brackets"));
                return Vec::new();
            }
        };
        let mut texts = Vec::new();
        for item in items {
            if let Some(text) = self.quoted(item) {
                texts.push(Spanned::new(text.to_owned(), item.span));
                continue;
            }
            let example = example(group.known, &entry.key.value);
            let help = format!("write `{}: {example}`", entry.key.value);
            self.error(item.span, format!("{each} needs quotes"), help);
        }
        texts
    }

    fn priors(&mut self, outer: &Group<'_>, entry: &Entry, manifest: &mut Manifest) {
        let Some(group) = self.group(outer, entry, "`cases`", CASES) else { return };
        manifest.unlisted_place = group.get("unlisted").map(|entry| entry.value.span);
        let priors = &mut manifest.priors;
        for (name, prior) in
            [("unlisted", &mut priors.unlisted), ("several_at_once", &mut priors.several_at_once)]
        {
            let Some(entry) = self.needed(&group, name) else { continue };
            match self.chance(&entry.value) {
                Some(chance) if chance < 1.0 => *prior = chance,
                chance if chance.is_some() || self.is_percentage(&entry.value) => {
                    let message = format!("`{name}` must be from 0 % to less than 100 %");
                    self.error(entry.value.span, message, "10 % and 8 % are good to begin with");
                }
                _ => self.expected(&group, entry, "a percentage in quotes"),
            }
        }
    }

    /// Returns whether a text is a number of percent, in or out of bounds.
    fn is_percentage(&self, node: &Node) -> bool {
        let number = self.quoted(node).and_then(|text| text.trim().strip_suffix('%'));
        number.is_some_and(|number| number.trim().parse::<f64>().is_ok_and(f64::is_finite))
    }

    fn chance(&self, node: &Node) -> Option<f64> {
        parse_chance(self.quoted(node)?, &FrequencyScale::default())
    }

    fn escalate(&mut self, outer: &Group<'_>, entry: &Entry) -> Option<Escalation> {
        // So RON says that there is none.
        if self.written(entry.value.span) == "None" {
            return None;
        }
        let group = self.group(outer, entry, "`escalate`", ESCALATE)?;
        let to = self.needed(&group, "to").and_then(|entry| {
            let to = self.words(&group, entry)?;
            if to.trim().is_empty() {
                self.error(entry.value.span, "`to` names nobody", "write who helps where nothing else does");
                return None;
            }
            Some(to)
        });
        let takes = self.needed(&group, "takes").and_then(|entry| self.duration(&group, entry));
        let with = group.get("for").map(|entry| self.names(&group, entry));
        Some(Escalation { to: to?, takes: takes?, with })
    }

    /// Reads a duration, in nanoseconds.
    fn duration(&mut self, group: &Group<'_>, entry: &Entry) -> Option<i128> {
        match self.quoted(&entry.value).map(|text| parse_amount(text, &Type::Duration)) {
            Some(Ok(Amount::Nanos(nanos))) if nanos >= 0 => Some(nanos),
            Some(Ok(_)) => {
                self.error(entry.value.span, "a duration cannot be negative", "take the sign away");
                None
            }
            _ => {
                self.expected(group, entry, "a duration in quotes");
                None
            }
        }
    }

    /// Returns the entries of a group whose names stand in quotes, inside curly brackets, each without its quotes.
    fn table<'n>(&mut self, group: &Group<'_>, entry: &'n Entry) -> Vec<(Spanned<&'n str>, &'n Node)> {
        let found = match &entry.value.kind {
            Kind::Map(found) if self.written(entry.value.span).starts_with('{') => found,
            _ => {
                self.expected(group, entry, "texts with values in curly brackets");
                return Vec::new();
            }
        };
        let mut table = Vec::new();
        for Entry { key, value } in found {
            let name = key.value.as_str();
            let written = self.written(key.span);
            if written == name {
                self.error(key.span, format!("`{name}` needs quotes"), format!("write `\"{name}\"`"));
            } else {
                let inside = written.find(name).map(|at| key.span.slice(at, at + name.len()));
                table.push((Spanned::new(name, inside.unwrap_or(key.span)), value));
            }
        }
        table
    }

    fn scale(&mut self, group: &Group<'_>, entry: &Entry, scale: &mut FrequencyScale) {
        for (word, value) in self.table(group, entry) {
            let Some(chance) = self.chance(value) else {
                let message = format!("`{}` needs a percentage in quotes, such as \"75 %\"", word.value);
                self.error(value.span, message, format!("write `\"{}\": \"75 %\"`", word.value));
                continue;
            };
            if !scale.set(word.value, chance) {
                let message = format!("`{}` is not a word of the scale", word.value);
                let problem = Problem::error(Code::Manifest, word.span, message);
                let words = || "the words are `usually`, `often`, `common`, `rare` and the like".to_owned();
                self.problems.push(problem.meant_or(did_you_mean(word.value, scale::words()), words));
            }
        }
    }

    fn allowed(&mut self, group: &Group<'_>, entry: &Entry) -> Vec<Allowed> {
        let mut allowed = Vec::new();
        for (code, reason) in self.table(group, entry) {
            if self.quoted(reason).is_none() {
                let message = format!("`{}` needs a reason in quotes", code.value);
                self.error(reason.span, message, "say in a few words why it is all right");
                continue;
            }
            match Code::by_name(code.value) {
                Ok(found) => allowed.push(Allowed { code: found, span: code.span, within: None }),
                Err(help) => self.error(code.span, format!("there is no code `{}`", code.value), help),
            }
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "(name: \"a\", language: 1, cases: (unlisted: \"10 %\", several_at_once: \"8 %\"))";

    /// Returns every problem: the text under its place, and its message.
    fn mistakes(text: &str) -> Vec<(&str, String)> {
        let (_, problems) = read(SourceId::default(), text);
        let under = |span: Span| text.get(span.start..span.end).unwrap();
        problems.iter().map(|problem| (under(problem.span()), problem.message.clone())).collect()
    }

    #[test]
    fn a_manifest_reads_with_its_places() {
        let text = "(name: \"a\", title: \"A\", version: \"2\", language: 1, uses: [\"b\"], escalate: (to: \"x\", takes: \"2 h\", for: [\"g\"]), in_vain: \"5 min\",\n\
                    cases: (unlisted: \"20 %\", several_at_once: \"1 in 50\"), scale: {\"usually\": \"75 %\"}, allow: {\"no-fix\": \"x\"})";
        let (manifest, problems) = read(SourceId::default(), text);
        assert!(problems.is_empty(), "{problems:#?}");
        let under = |span: Span| text.get(span.start..span.end).unwrap();
        assert_eq!(
            (manifest.name.as_str(), manifest.title.as_str(), manifest.version.as_str()),
            ("a", "A", "2")
        );
        assert_eq!(manifest.priors, Priors { unlisted: 0.2, several_at_once: 0.02 });
        let escalate = manifest.escalate.unwrap();
        assert_eq!((escalate.to.as_str(), escalate.takes), ("x", 7_200_000_000_000));
        assert_eq!(under(escalate.with.unwrap()[0].span), "g");
        assert_eq!(manifest.in_vain, 300_000_000_000);
        assert_eq!(under(manifest.place), "name");
        assert_eq!((manifest.uses[0].value.as_str(), under(manifest.uses[0].span)), ("b", "\"b\""));
        assert_eq!(under(manifest.allowed[0].span), "no-fix");
    }

    #[test]
    fn every_problem_comes_in_one_run_with_its_place() {
        let text = "(nam: \"a\", uses: [b], cases: (unlisted: 10, several_at_once: \"110 %\"),\n\
                    escalate: (to: 1, takes: \"soon\"), scale: {\"usualy\": \"5 %\", often: \"1 %\"}, allow: {\"x\": \"y\"})";
        let found = mistakes(text);
        let places: Vec<&str> = found.iter().map(|(place, _)| *place).collect();
        let expected = ["nam", "(", "b", "10", "\"110 %\"", "1", "\"soon\"", "often", "usualy", "x"];
        assert_eq!(places, expected, "{found:#?}");
        assert!(found.iter().any(|(_, m)| m == "`unlisted` needs a percentage in quotes, such as \"10 %\""));
    }

    #[test]
    fn names_are_read_where_they_stand_and_not_where_they_are_mentioned() {
        let text = format!("// name, unlisted\n{}", GOOD.replace("10 %", "100 %"));
        assert_eq!(
            mistakes(&text),
            [("\"100 %\"", "`unlisted` must be from 0 % to less than 100 %".to_owned())]
        );
        let (manifest, _) = read(SourceId::default(), &text);
        assert_eq!(manifest.place.start, text.find("name:").unwrap());
    }
}
