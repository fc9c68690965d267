//! `pack.ron`: what a pack is called and how its tickets are.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use super::Allowed;
use super::scale::{self, FrequencyScale, parse_chance};
use super::unit::parse_amount;
use super::unread;
use super::value::{Amount, Type};
use crate::problem::{Code, Problem, Problems, did_you_mean};
use crate::source::{SourceId, Span};

/// What stands in `pack.ron`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The name by which other packs use it.
    pub name: String,
    /// In plain words.
    #[serde(default)]
    pub title: String,
    /// The version of the pack.
    #[serde(default)]
    pub version: String,
    /// The version of the language.
    pub language: u32,
    /// Packs that this one builds on.
    #[serde(default)]
    pub uses: Vec<String>,
    /// How its tickets are.
    pub cases: Tickets,
    /// Where to go when nothing helps.
    #[serde(default)]
    pub escalate: Option<Escalation>,
    /// Words that mean another number in this pack.
    #[serde(default)]
    scale: BTreeMap<String, Figure>,
    /// Kinds of warning that are all right in the whole pack, each with why.
    #[serde(default)]
    allow: BTreeMap<String, String>,
    /// The same, read.
    #[serde(skip)]
    allowed: Vec<Allowed>,
}

impl Manifest {
    /// Kinds of warning that are all right in the whole pack.
    pub(super) fn allowed(&self) -> Vec<Allowed> {
        self.allowed.clone()
    }

    /// Where a used pack is named.
    pub fn place_of_use(source: SourceId, text: &str, used: &str) -> Span {
        let from = text.find("uses:").unwrap_or(0);
        let quoted = format!("\"{used}\"");
        let start = text.get(from..).and_then(|rest| rest.find(&quoted)).map_or(from, |at| from + at);
        Span { source, start, end: start + quoted.len() }
    }
}

impl Default for Manifest {
    /// What stands in for a manifest that does not read, so that the files of the pack are checked all the same.
    fn default() -> Self {
        let cases = Tickets { unlisted: Figure(0.1), several_at_once: Figure(0.08) };
        let (name, title, version) = (String::new(), String::new(), String::new());
        Self {
            name,
            title,
            version,
            language: LANGUAGE,
            uses: Vec::new(),
            cases,
            escalate: None,
            scale: BTreeMap::new(),
            allow: BTreeMap::new(),
            allowed: Vec::new(),
        }
    }
}

/// How the tickets of a pack are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tickets {
    /// In how many tickets the cause is one that the pack does not list.
    unlisted: Figure,
    /// In how many tickets several causes are present at once.
    several_at_once: Figure,
}

impl Tickets {
    /// In how many tickets the cause is one that the pack does not list, 0 to 1.
    pub fn unlisted(&self) -> f64 {
        self.unlisted.0
    }

    /// In how many tickets several causes are present at once, 0 to 1.
    pub fn several_at_once(&self) -> f64 {
        self.several_at_once.0
    }
}

/// Where to go when nothing helps.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// Whom to ask.
    pub to: String,
    /// How long that takes.
    pub takes: Minutes,
}

/// A chance in the language's own words.
#[derive(Debug, Clone, Copy)]
struct Figure(f64);

/// A duration in the language's own words, in nanoseconds.
#[derive(Debug, Clone, Copy)]
pub struct Minutes(pub i128);

struct Words<T> {
    expecting: &'static str,
    read: fn(&str) -> Option<T>,
}

impl<T> Visitor<'_> for Words<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).ok_or_else(|| E::custom(format!("`{text}` is not {}", self.expecting)))
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Words {
            expecting: "a share such as \"10 %\"",
            read: |text| parse_chance(text, &FrequencyScale::default()).map(Figure),
        })
    }
}

impl<'de> Deserialize<'de> for Minutes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Words {
            expecting: "a duration such as \"4 h\"",
            read: |text| match parse_amount(text, &Type::Duration) {
                Ok(Amount::Nanos(nanos)) if nanos >= 0 => Some(Minutes(nanos)),
                _ => None,
            },
        })
    }
}

/// The version of the language that this program reads.
const LANGUAGE: u32 = 1;

/// Reads a manifest and the scale that follows from it.
pub fn read(source: SourceId, text: &str) -> (Option<(Manifest, FrequencyScale)>, Problems) {
    let mut problems = Problems::new();
    let entry = |name: &str| {
        let start = text.find(name).unwrap_or(0);
        Span { source, start, end: (start + name.len()).min(text.len()) }
    };
    let reader = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    let mut manifest: Manifest = match reader.from_str(text) {
        Ok(manifest) => manifest,
        Err(error) => {
            problems.push(unread::problem(source, text, &error));
            return (None, problems);
        }
    };
    if manifest.language != LANGUAGE {
        let message = format!("this pack is written in version {} of the language", manifest.language);
        let help =
            format!("this program reads version {LANGUAGE}: write `language: {LANGUAGE}`, or update ruleout");
        problems.push(Problem::error(Code::Manifest, entry("language"), message).help(help));
    }
    for (what, number) in
        [("unlisted", manifest.cases.unlisted()), ("several_at_once", manifest.cases.several_at_once())]
    {
        if number >= 1.0 {
            let message = format!("`{what}` must be less than 100 %");
            problems.push(
                Problem::error(Code::Manifest, entry(what), message)
                    .help("10 % and 8 % are good to begin with"),
            );
        }
    }
    let mut numbers = FrequencyScale::default();
    for (word, figure) in &manifest.scale {
        if !numbers.set(word, figure.0) {
            let message = format!("`{word}` is not a word of the scale");
            let help = match did_you_mean(word, scale::words()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "the words are `usually`, `often`, `common`, `rare` and their like".to_owned(),
            };
            problems.push(Problem::error(Code::Manifest, entry(word), message).help(help));
        }
    }
    let mut allowed = Vec::new();
    for (code, reason) in &manifest.allow {
        let span = entry(code);
        match Code::by_name(code) {
            Ok(code) => allowed.push(Allowed { code, reason: reason.clone(), span, within: None }),
            Err(help) => {
                let message = format!("there is no code `{code}`");
                problems.push(Problem::error(Code::Manifest, span, message).help(help));
            }
        }
    }
    manifest.allowed = allowed;
    (Some((manifest, numbers)), problems)
}
