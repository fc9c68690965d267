//! Reading of single values, by their type.

use jiff::tz::TimeZone;

use super::{Known, Type, Value, address, amount};
use crate::letters;
use crate::problem::did_you_mean;

/// The longest word that is compared with known names.
pub(crate) const COMPARED: usize = 80;

/// How many names a message lists.
const LISTED: usize = 12;

/// How many characters of a text a message shows.
const SHOWN: usize = 60;

/// Why a value does not fit, in words that go on after "… expects …, and".
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) why: String,
    pub(crate) help: Option<String>,
}

impl Wrong {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), help: None }
    }

    /// Says what to do; otherwise an example is given.
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        self.maybe_help(Some(help.into()))
    }

    pub(crate) fn maybe_help(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }
}

/// Returns the nearest of the known names, for words of a length at which it is worth looking.
pub(crate) fn near<'n>(word: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if word.len() > COMPARED { None } else { did_you_mean(word, known) }
}

/// Returns whether it says that somebody looked and there is none.
pub(crate) fn is_none(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || text.eq_ignore_ascii_case("none")
}

/// Reads a single value of any type but sets and tables.
pub(crate) fn scalar(text: &str, ty: &Type, zone: Option<&TimeZone>) -> Result<(Known, String), Wrong> {
    let exactly = |value, written: &str| Ok((Known::Exactly(value), short(written)));
    match ty {
        Type::YesNo => {
            yes_no(text).and_then(|yes| exactly(Value::YesNo(yes), if yes { "yes" } else { "no" }))
        }
        Type::OneOf(values) if !is_none(text) || member("none", values).is_some() => {
            let at = choice(if is_none(text) { "none" } else { text }, values)?;
            exactly(Value::Choice(at), values.get(at).map_or("", String::as_str))
        }
        _ if is_none(text) => exactly(Value::None, "none"),
        Type::Text => {
            let text = text.trim_end_matches(['\n', '\r']);
            exactly(Value::Text(text.to_owned()), text)
        }
        Type::Domain => address::domain(text).and_then(|name| exactly(Value::Domain(name.clone()), &name)),
        Type::Ip => address::ip(text).and_then(|ip| exactly(Value::Ip(ip), &ip.to_string())),
        _ => amount::read(text, ty, zone).map_err(|wrong| or_nobody_knows(text, wrong)),
    }
}

fn yes_no(text: &str) -> Result<bool, Wrong> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ if text.trim().is_empty() => Err(Wrong::new("this is empty").help("write `no` if it is not so")),
        _ if is_none(text) => Err(Wrong::new("`none` is neither").help("write `no`")),
        _ => Err(or_nobody_knows(text, Wrong::new(format!("`{}` is neither", short(text))))),
    }
}

/// Returns the place of a value among those of its type.
pub(crate) fn choice(text: &str, values: &[String]) -> Result<usize, Wrong> {
    member(text, values).ok_or_else(|| {
        let wrong = Wrong::new(format!("`{}` is not one of them", short(text)));
        match near(text.trim(), values.iter().map(String::as_str)) {
            Some(meant) => wrong.help(format!("did you mean `{meant}`?")),
            None if text.contains(',') => wrong.help("write several values as a list"),
            None => or_nobody_knows(text, wrong),
        }
    })
}

/// Capitals do not count, and spaces and hyphens are as good as `_`; a value that is written exactly so comes first.
pub(crate) fn member(text: &str, values: &[String]) -> Option<usize> {
    let text = text.trim();
    let alike = |value: &str| letters::alike(value).replace([' ', '-'], "_");
    let exact = values.iter().position(|value| value == text);
    exact.or_else(|| {
        let wanted = (text.len() <= COMPARED).then(|| alike(text))?;
        values.iter().position(|value| alike(value) == wanted)
    })
}

/// Words by which people say that nobody knows.
const UNKNOWN: [&str; 8] = ["unknown", "?", "n/a", "na", "null", "-", "not known", "unclear"];

fn or_nobody_knows(text: &str, wrong: Wrong) -> Wrong {
    if text.len() < COMPARED && UNKNOWN.contains(&text.trim().to_lowercase().as_str()) {
        wrong.help("leave it out if nobody looked; write `not available` if nobody can")
    } else {
        wrong
    }
}

/// Returns what a type expects: `a duration`, ``one of `a`, `b` ``.
pub fn expects(ty: &Type) -> String {
    match ty {
        Type::YesNo => "`yes` or `no`".into(),
        Type::OneOf(values) => format!("one of {}", listed(values.iter().map(String::as_str))),
        Type::SomeOf(values) => format!("some of {}", listed(values.iter().map(String::as_str))),
        Type::Number => "a number".into(),
        Type::Percent => "a percentage".into(),
        Type::Size => "a size".into(),
        Type::Duration => "a duration".into(),
        Type::Time => "a point in time".into(),
        Type::Text => "a text".into(),
        Type::Domain => "a domain name".into(),
        Type::Ip => "an IP address".into(),
        Type::Table(columns) => {
            format!("a table of {}", listed(columns.iter().map(|c| c.name.as_str())))
        }
    }
}

/// Lists names in backticks, the first few of them.
pub(crate) fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    let first: Vec<_> = names.iter().take(LISTED).map(String::as_str).collect();
    let more = if names.len() > LISTED { ", …" } else { "" };
    format!("{}{more}", first.join(", "))
}

/// Puts a text on one line, and cuts it where it is long.
pub(crate) fn short(text: &str) -> String {
    let line = text.split_whitespace().take(SHOWN).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_cut() {
        assert_eq!(short(" a\n b "), "a b");
        assert_eq!(short(&"ä".repeat(70)), format!("{}…", "ä".repeat(60)));
        assert_eq!(listed(["a"; 13].into_iter()).matches("`a`").count(), 12);
    }
}
