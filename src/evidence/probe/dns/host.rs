//! The answers of host(1): one sentence a record. With `-v` they are those of dig.

use super::question::Question;
use super::record::{Record, kind};
use super::{About, status};
use crate::evidence::Line;
use crate::evidence::probe::{Block, Found, at};

/// What one run wrote.
#[derive(Default)]
pub(super) struct Host {
    asked: Option<Question>,
    about: About,
    /// Whether the server is being named.
    names_server: bool,
}

/// The sentences, and the types of their records.
const SENTENCES: &[(&str, &str)] = &[
    (" has address ", "a"),
    (" has IPv6 address ", "aaaa"),
    (" mail is handled by ", "mx"),
    (" is an alias for ", "cname"),
    (" domain name pointer ", "ptr"),
    (" descriptive text ", "txt"),
    (" name server ", "ns"),
    (" has SOA record ", "soa"),
    (" has SRV record ", "srv"),
    (" has CAA record ", "caa"),
    (" has TLSA record ", "tlsa"),
    (" has DS record ", "ds"),
    (" has DNSKEY record ", "dnskey"),
    (" has SPF record ", "spf"),
    (" has HTTPS record ", "https"),
    (" has HTTP service bindings ", "https"),
];

/// Returns whether a line is surely one of these.
pub(super) fn begins(text: &str) -> bool {
    record(text).is_some() || not_found(text).is_some() || lacks(text).is_some()
}

fn record(text: &str) -> Option<Record> {
    let (name, rest) = text.split_once(' ')?;
    let rest = text.get(name.len()..).filter(|_| !rest.is_empty())?;
    let (sentence, kind) = SENTENCES.iter().find(|(sentence, _)| rest.starts_with(sentence))?;
    let data = rest.get(sentence.len()..)?;
    let is_own = match *kind {
        "a" | "aaaa" => data.parse::<std::net::IpAddr>().is_ok(),
        "txt" | "spf" => data.starts_with('"'),
        "mx" => data.split_once(' ').is_some_and(|(preference, _)| preference.parse::<u16>().is_ok()),
        _ => data.ends_with('.') || matches!(*kind, "soa" | "caa" | "tlsa" | "ds" | "dnskey" | "https"),
    };
    let is_name = name.contains('.') || name.len() > 1;
    (is_own && is_name).then(|| Record::new(name, kind, data))
}

/// `Host nope.example.com not found: 3(NXDOMAIN)`
fn not_found(text: &str) -> Option<(&str, &'static str)> {
    let (name, rest) = text.strip_prefix("Host ")?.split_once(" not found: ")?;
    let code = rest.split_once('(')?.1.split(')').next()?;
    (!name.contains(' ')).then_some((name, status(code).unwrap_or("other")))
}

/// `example.com has no MX record`
fn lacks(text: &str) -> Option<(&str, Option<&'static str>)> {
    let (name, rest) = text.split_once(" has no ")?;
    let ty = rest.strip_suffix(" record").or_else(|| rest.strip_suffix(" records"))?;
    (!name.contains(' ') && name.contains('.')).then(|| kind(ty).map(|kind| (name, Some(kind))))?
}

impl Host {
    /// Begins what follows a command.
    pub(super) fn of_question(asked: Question) -> Self {
        let mut about = About::default();
        if let Some(server) = &asked.server {
            about.server(server, &asked.at);
        }
        Self { asked: Some(asked), about, names_server: false }
    }

    fn with(&self, status: &'static str, line: Line<'_>) -> About {
        let mut about = self.about.clone();
        about.status = Some((status, at(line)));
        about
    }

    fn kind(&self) -> Option<&'static str> {
        self.asked.as_ref().and_then(|asked| asked.kind)
    }
}

impl Block for Host {
    fn line(&mut self, line: Line<'_>, found: &mut Found) -> bool {
        let text = line.text.trim();
        let here = at(line);
        if text.is_empty() {
            return true;
        }
        if let Some(record) = record(text) {
            self.with("noerror", line).record(&record, Some("answer"), &here, found);
            return true;
        }
        if let Some((name, status)) = not_found(text) {
            self.with(status, line).nothing(name, self.kind(), true, Some(text), &here, found);
            return true;
        }
        if let Some((name, kind)) = lacks(text) {
            self.with("nodata", line).nothing(name, kind, true, Some(text), &here, found);
            return true;
        }
        if text.starts_with("Using domain server") {
            self.names_server = true;
            return true;
        }
        let of_server = text.strip_prefix("Name: ").or_else(|| text.strip_prefix("Address: "));
        if let Some(server) = of_server.filter(|_| self.names_server) {
            self.about.server(server, &here);
            return true;
        }
        if text.starts_with("Aliases:") && self.names_server {
            return true;
        }
        let is_silent =
            text.starts_with(";; connection timed out") || text.starts_with(";; no servers could be reached");
        if is_silent || text.starts_with(";; communications error") {
            let status = if text.contains("timed out") { "timeout" } else { "no_servers" };
            let words = text.trim_start_matches([';', ' ']);
            if is_silent && let Some(name) = self.asked.as_ref().and_then(Question::only_name) {
                self.with(status, line).nothing(name, self.kind(), true, Some(words), &here, found);
            }
            return true;
        }
        false
    }

    fn end(&mut self, _: bool, _: &mut Found) {}
}
