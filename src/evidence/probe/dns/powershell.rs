//! `Resolve-DnsName` of PowerShell: a table for each kind of record, a list for what fits none, and an error.

use super::question::Question;
use super::record::{Record, kind, length};
use super::{About, status};
use crate::evidence::Line;
use crate::evidence::probe::{Block, Found, at};
use crate::records::At;

/// What one run wrote.
#[derive(Default)]
pub(super) struct Resolve {
    asked: Option<Question>,
    /// What stands in the columns behind `Section`.
    columns: Option<Columns>,
    /// A record in lines of its own: `Name       : example.com`.
    list: Vec<(String, String)>,
    list_at: Option<At>,
    has_answered: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Columns {
    Address,
    Exchange,
    Host,
    Strings,
    Other,
}

/// Returns whether a line is surely one of these.
pub(super) fn begins(text: &str) -> bool {
    columns(text).is_some() || failure(text).is_some()
}

fn columns(text: &str) -> Option<Columns> {
    let mut words = text.split_whitespace();
    let begins = ["Name", "Type", "TTL", "Section"].iter().all(|word| words.next() == Some(word));
    begins.then(|| match words.next() {
        Some("IPAddress") => Columns::Address,
        Some("NameExchange") => Columns::Exchange,
        Some("NameHost") => Columns::Host,
        Some("Strings") => Columns::Strings,
        _ => Columns::Other,
    })
}

/// `Resolve-DnsName : nope.example.com : DNS name does not exist`, `Resolve-DnsName: nope.example.com : …`
fn failure(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("Resolve-DnsName")?.trim_start().strip_prefix(':')?.trim_start();
    rest.split_once(" : ")
}

impl Resolve {
    /// Begins what follows a command.
    pub(super) fn of_question(asked: Question) -> Self {
        Self { asked: Some(asked), ..Self::default() }
    }

    fn about(&self) -> About {
        let mut about = About::default();
        if let Some(asked) = &self.asked {
            about.asked = asked.only_name().map(|name| (name.to_owned(), asked.at.clone()));
            if let Some(server) = &asked.server {
                about.server(server, &asked.at);
            }
        }
        about
    }

    fn add(&mut self, record: &Record, section: &str, line: &At, found: &mut Found) {
        self.has_answered = true;
        let section = match section {
            "Answer" => Some("answer"),
            "Authority" => Some("authority"),
            "Additional" => Some("additional"),
            _ => None,
        };
        let mut about = self.about();
        about.status = Some(("noerror", line.clone()));
        about.record(record, section, line, found);
    }

    fn row(&mut self, text: &str, line: &At, found: &mut Found) -> Option<()> {
        let columns = self.columns?;
        let mut words = text.split_whitespace();
        let (name, ty, ttl, section) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let kind = kind(ty)?;
        let ttl = length(ttl)?;
        let rest: Vec<&str> = words.collect();
        let data = match (columns, rest.as_slice()) {
            (Columns::Exchange, [target, preference]) => format!("{preference} {target}"),
            (Columns::Strings, _) => rest.join(" ").trim_matches(['{', '}']).to_owned(),
            _ => rest.join(" "),
        };
        // What does not fit into the window is cut, and dots say so.
        let data = if data.contains("...") || data.contains('…') { String::new() } else { data };
        let record = Record { ttl: Some(ttl), ..Record::new(name, kind, &data) };
        self.add(&record, section, line, found);
        Some(())
    }

    fn end_list(&mut self, found: &mut Found) {
        let list = std::mem::take(&mut self.list);
        let get = |key: &str| {
            list.iter().find(|(one, _)| one.eq_ignore_ascii_case(key)).map(|(_, value)| value.as_str())
        };
        let (Some(name), Some(kind), Some(line)) =
            (get("Name"), get("QueryType").and_then(kind), self.list_at.take())
        else {
            return;
        };
        let first =
            ["IP4Address", "IP6Address", "IPAddress", "NameExchange", "NameHost", "Strings", "PrimaryServer"]
                .iter()
                .find_map(|key| get(key));
        let data = match (first, get("Preference")) {
            (Some(target), Some(preference)) if kind == "mx" => format!("{preference} {target}"),
            (Some(data), _) => data.trim_matches(['{', '}']).to_owned(),
            _ => String::new(),
        };
        let data = if data.contains("...") { String::new() } else { data };
        let record = Record { ttl: get("TTL").and_then(length), ..Record::new(name, kind, &data) };
        let section = get("Section").unwrap_or_default().to_owned();
        self.add(&record, &section, &line, found);
    }
}

impl Block for Resolve {
    fn line(&mut self, line: Line<'_>, found: &mut Found) -> bool {
        let text = line.text.trim();
        let here = at(line);
        if text.is_empty() {
            self.end_list(found);
            return true;
        }
        if let Some(columns) = columns(text) {
            self.columns = Some(columns);
            return true;
        }
        if let Some((name, words)) = failure(text) {
            let mut about = self.about();
            about.status = Some((status(words).unwrap_or("other"), here.clone()));
            let kind = self.asked.as_ref().and_then(|asked| asked.kind);
            about.nothing(name, kind, true, Some(words), &here, found);
            self.has_answered = true;
            return true;
        }
        if text.starts_with("----") || self.row(text, &here, found).is_some() {
            return true;
        }
        if let Some((key, value)) =
            text.split_once(" : ").or_else(|| text.strip_suffix(" :").map(|key| (key, "")))
            && key.trim().bytes().all(|byte| byte.is_ascii_alphanumeric())
            && self.list.len() < 40
            && text.len() < 4096
            && (self.asked.is_some() || self.columns.is_some())
        {
            self.list_at.get_or_insert(here);
            self.list.push((key.trim().to_owned(), value.trim().to_owned()));
            return true;
        }
        // Where an error stands, in the words of PowerShell.
        self.has_answered
            && (text.starts_with("At line:") || text.starts_with("+ ") || text.starts_with("In Zeile:"))
    }

    fn end(&mut self, _: bool, found: &mut Found) {
        self.end_list(found);
    }
}
