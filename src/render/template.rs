//! A fact file to fill in: every fact with its question, behind a comment sign until somebody takes it away.
//!
//! A line of prose begins with the comment sign and a blank, a line to fill in with the sign alone. What nobody fills in is
//! not there, so it is unknown, as it should be.

use std::fmt::Write as _;

use super::inventory::{facts, heading, places, title};
use super::wrap::{PAGE as WIDTH, lines};
use crate::document::tree::Format;
use crate::facts::example::Style;
use crate::pack::{Fact, Pack};
use crate::partition::regions;
use crate::value::{Type, expects, write_value};

/// Writes a file to fill in, in YAML, TOML or RON; JSON has no comments, so there is none.
pub fn template(pack: &Pack, format: Format) -> Option<String> {
    let sign = match format {
        Format::Yaml | Format::Toml => "#",
        Format::Ron => "//",
        Format::Json => return None,
    };
    let names = pack.facts.iter().map(|fact| fact.name.value.as_str()).collect();
    let style = Style(Some(format));
    let mut page = Page { sign, style, names, out: String::new() };
    page.say(&title(pack));
    page.gap();
    page.say(&format!("Write what was found, and take the `{sign}` at the beginning of its line away."));
    page.say("What stays behind one is unknown, and unknown is never taken for no.");
    page.say("Instead of a value, write");
    let part = |key: &str, value: &str| style.group(&[style.pair(key, &style.scalar(value))]);
    let one = a_value(pack);
    let unsure =
        style.group(&[style.pair("is", &style.scalar(one)), style.pair("sure", &style.scalar("usually"))]);
    for (value, meaning) in [
        (style.scalar("none"), "somebody looked, and there is none"),
        (style.scalar("not available"), "nobody can find out: do not ask"),
        (style.scalar("> 5 min"), "more than that; also `<`, `>=`, `<=`"),
        (style.scalar("5 min .. 15 min"), "between the two"),
        (part("not", one), "anything but that"),
        (unsure, "probably that"),
    ] {
        page.say_so(&format!("  {value:<34}{meaning}"));
    }
    if format == Format::Ron {
        page.out.push_str("{\n");
    }
    page.gap();
    page.say("The clock of times that are written without an offset:");
    page.fill_in("time_zone", &style.scalar("Europe/Berlin"));
    for place in places(pack) {
        page.gap();
        let heading = heading(&place);
        page.say_so(&format!(
            "{} {heading}",
            "-".repeat(WIDTH.saturating_sub(heading.chars().count() + 4).max(3))
        ));
        for fact in facts(pack, &place) {
            page.fact(pack, fact);
        }
    }
    page.tried(pack);
    if format == Format::Ron {
        page.out.push_str("}\n");
    }
    Some(page.out)
}

/// Returns a value of the pack's own, for the examples that are of no fact.
fn a_value(pack: &Pack) -> &str {
    let mut values = pack.facts.iter().filter_map(|fact| match &fact.ty {
        // The first is often a kind of nothing.
        Type::OneOf(values) | Type::SomeOf(values) => values.get(1).or(values.first()),
        _ => None,
    });
    values.next().map_or("yes", String::as_str)
}

/// Returns a text that the pack looks for in a fact.
fn compared_with(pack: &Pack, fact: &Fact) -> Option<String> {
    if fact.ty != Type::Text {
        return None;
    }
    let (id, _) = pack.facts.enumerated().find(|(_, other)| other.name.value == fact.name.value)?;
    let regions = regions(pack, id);
    let first = regions.first().filter(|_| regions.len() > 1)?;
    let written = write_value(&first.example, &fact.ty);
    // What every format takes as it is.
    let is_plain = |c: char| c.is_alphanumeric() || [' ', '.', '%'].contains(&c);
    (written.starts_with(char::is_alphanumeric) && written.chars().all(is_plain)).then_some(written)
}

struct Page<'p> {
    sign: &'static str,
    style: Style,
    /// Of all facts.
    names: Vec<&'p str>,
    out: String,
}

impl Page<'_> {
    fn gap(&mut self) {
        self.out.push('\n');
    }

    /// A paragraph.
    fn say(&mut self, text: &str) {
        for line in lines(WIDTH - self.sign.len() - 1, "", "", text) {
            self.say_so(&line);
        }
    }

    /// A line as it is.
    fn say_so(&mut self, line: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.out, "{} {line}", self.sign);
    }

    fn fact(&mut self, pack: &Pack, fact: &Fact) {
        self.gap();
        match &fact.ask {
            Some(question) => self.say(question),
            None => self.say(&format!("`{}`", fact.name.value)),
        }
        self.say(&hint(&fact.ty));
        let example = compared_with(pack, fact).map(|value| self.style.scalar(&value));
        self.fill_in(&fact.name.value, &example.unwrap_or_else(|| self.style.example(&fact.ty)));
    }

    fn tried(&mut self, pack: &Pack) {
        if let Some(fix) = pack.fixes.iter().next() {
            self.gap();
            self.say_so(&"-".repeat(WIDTH - self.sign.len() - 1));
            self.gap();
            self.say("Fixes that were tried and left it broken:");
            let tried = self.style.pair(&fix.name.value, &self.style.scalar("still_broken"));
            self.fill_in("tried", &self.style.group(&[tried]));
        }
    }

    /// Whether TOML takes a name without quotes: in ASCII, and neither the beginning of another nor begun by one.
    fn bare(&self, name: &str) -> bool {
        let begins =
            |one: &str, other: &str| other.strip_prefix(one).is_some_and(|rest| rest.starts_with('.'));
        name.is_ascii() && !self.names.iter().any(|other| begins(name, other) || begins(other, name))
    }

    /// A line that counts once the sign is taken away.
    fn fill_in(&mut self, name: &str, value: &str) {
        let line = match self.style.0 {
            Some(Format::Ron) => format!("\"{name}\": {value},"),
            Some(Format::Toml) if !self.bare(name) => format!("\"{name}\" = {value}"),
            _ => self.style.pair(name, value),
        };
        let _ = writeln!(self.out, "{}{line}", self.sign);
    }
}

/// What may be written, in one line.
fn hint(ty: &Type) -> String {
    match ty {
        Type::YesNo => "yes or no".to_owned(),
        Type::OneOf(values) => format!("one of: {}", values.join(", ")),
        Type::SomeOf(values) => format!("some of: {}", values.join(", ")),
        Type::Table(columns) => {
            let columns: Vec<_> = columns.iter().map(|c| format!("{} ({})", c.name, hint(&c.ty))).collect();
            format!("rows of: {}", columns.join("; "))
        }
        _ => expects(ty),
    }
}
