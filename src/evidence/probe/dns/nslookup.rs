//! The answers of nslookup(1): that of BIND, and that of Windows, in several languages, with and without its own prompt (`> `).
//!
//! It writes records in several ways of its own, says the server first, and a name before its addresses.

use super::question::Question;
use super::record::{Record, reverse_of};
use super::{About, status};
use crate::evidence::Line;
use crate::evidence::probe::{Block, Found, at};
use crate::records::At;

/// What one run wrote.
#[derive(Default)]
pub(super) struct Nslookup {
    asked: Option<Question>,
    about: About,
    section: Option<&'static str>,
    before: Before,
    /// Whether the question has its answer, or was told to have none.
    is_answered: bool,
    /// Where the zone's own record stands, which Windows shows where there is no other.
    zone: Option<At>,
    timed_out: Option<At>,
}

/// What the line before leaves open.
#[derive(Default)]
enum Before {
    #[default]
    Nothing,
    /// The server was named: its address follows.
    Server,
    /// A name was named: its addresses follow.
    Name(String),
    /// A name stands before `text =`: the strings follow, a line each.
    Text { name: String, at: At, strings: String },
    /// A name stands alone, or before what is said of its zone or service.
    Alone(String, Parts),
}

/// What Windows and BIND write of one record in several lines.
#[derive(Default)]
struct Parts {
    priority: Option<String>,
    weight: Option<String>,
    port: Option<String>,
}

/// The words for a server, a name, addresses and other names, in the languages of Windows, as far as they are known.
const SERVERS: &[&str] = &[
    "Server",
    "Default Server",
    "Serveur",
    "Serveur par défaut",
    "Standardserver",
    "Servidor",
    "Servidor predeterminado",
];
const NAMES: &[&str] = &["Name", "Nom", "Nombre", "Nome"];
const ADDRESSES: &[&str] =
    &["Address", "Addresses", "Adresse", "Adressen", "Adresses", "Dirección", "Direcciones", "Indirizzo"];

/// Joins a name and its data, in the words of BIND and of Windows.
const RECORDS: &[(&str, &str)] = &[
    ("mail exchanger = ", "mx"),
    ("MX preference = ", "mx"),
    ("nameserver = ", "ns"),
    ("canonical name = ", "cname"),
    ("name = ", "ptr"),
    ("internet address = ", "a"),
    ("AAAA IPv6 address = ", "aaaa"),
    ("has AAAA address ", "aaaa"),
    ("service = ", "srv"),
    ("text = ", "txt"),
    ("rdata_257 = ", "caa"),
];

/// So long may the strings of a record be, in bytes.
const LONGEST: usize = 64 << 10;

fn label(text: &str) -> Option<(&str, &str)> {
    let (label, value) = text.split_once(':')?;
    Some((label.trim(), value.trim()))
}

/// Returns whether a line is surely one of these.
pub(super) fn begins(line: &str) -> bool {
    let text = line.trim();
    let is_server = || {
        let (name, value) = line.split_once(':')?;
        let is_wide = value.starts_with("  ") || value.starts_with('\t');
        let is_one =
            !value.trim().is_empty() && !value.trim().contains(char::is_whitespace) && !value.contains('/');
        Some(SERVERS.contains(&name) && is_wide && is_one)
    };
    text == "Non-authoritative answer:"
        || text.starts_with("** server can't find ")
        || text == "DNS request timed out."
        || (text.starts_with("*** ") && (text.contains(" can't find ") || text.contains("Can't find ")))
        || record(text).is_some_and(|one| one.kind != "ptr" || reverse_of(&one.name).is_some())
        || is_server() == Some(true)
}

/// `example.com mail exchanger = 10 mx.example.com.`, `example.com  MX preference = 10, mail exchanger = mx.example.com`
fn record(text: &str) -> Option<Record> {
    let (name, rest) = text.split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let (words, kind) = RECORDS.iter().find(|(words, _)| rest.starts_with(words))?;
    let data = rest.get(words.len()..)?.replace(", mail exchanger = ", " ");
    let data = data.trim();
    let has_data = !data.is_empty() && name.contains('.');
    has_data.then(|| Record::new(name, kind, if data == "(root)" { "." } else { data }))
}

impl Nslookup {
    /// Begins what follows a command.
    pub(super) fn of_question(asked: Question) -> Self {
        let mut about = About::default();
        if let Some(server) = &asked.server {
            about.server(server, &asked.at);
        }
        Self { asked: Some(asked), about, ..Self::default() }
    }

    /// Reads what is typed behind its own prompt.
    fn typed(&mut self, typed: &str, line: &At, found: &mut Found) {
        self.conclude(found);
        let words: Vec<&str> = typed.split_whitespace().collect();
        match words.as_slice() {
            ["set", option, ..] => {
                if let Some(asked) = &mut self.asked {
                    asked.set_option(option);
                } else {
                    let mut asked = Question::of_banner("", line.clone());
                    asked.kind = None;
                    asked.set_option(option);
                    self.asked = Some(asked);
                }
            }
            ["server" | "lserver", server] => self.about.server(server, line),
            [name] | [name, _] if *name != "exit" => {
                let kind = self.asked.as_ref().and_then(|asked| asked.kind);
                let mut asked = Question::of_banner("", line.clone());
                asked.kind = kind;
                asked.name = Some((*name).to_owned());
                self.asked = Some(asked);
            }
            _ => {}
        }
    }

    fn kind(&self) -> Option<&'static str> {
        self.asked.as_ref().and_then(|asked| asked.kind)
    }

    fn name(&self) -> Option<String> {
        self.asked.as_ref().and_then(Question::only_name).map(str::to_owned)
    }

    fn add(&mut self, record: &Record, line: &At, found: &mut Found) {
        let mut about = self.about.clone();
        about.status = Some(("noerror", line.clone()));
        about.asked =
            self.asked.as_ref().and_then(|asked| Some((asked.only_name()?.to_owned(), asked.at.clone())));
        let is_own = self.kind().is_none_or(|kind| kind == record.kind || kind == "any");
        let is_address = matches!(record.kind, "a" | "aaaa")
            && self.kind().is_some_and(|kind| !matches!(kind, "a" | "aaaa" | "any"));
        let section = if is_address { Some("additional") } else { self.section.or(Some("answer")) };
        self.is_answered |= is_own;
        about.record(record, section, line, found);
    }

    fn failed(
        &mut self,
        name: &str,
        status: &'static str,
        kind: Option<&'static str>,
        line: &At,
        found: &mut Found,
    ) {
        self.is_answered = true;
        self.timed_out = None;
        let mut about = self.about.clone();
        about.status = Some((status, line.clone()));
        about.nothing(name, kind, true, Some(line.text.trim().trim_start_matches(['*', ' '])), line, found);
    }

    /// Ends a question: Windows shows the record of the zone where there is no other, and tells of time-outs twice.
    fn conclude(&mut self, found: &mut Found) {
        self.end_strings(found);
        self.before = Before::Nothing;
        if let (false, Some(name)) = (self.is_answered, self.name()) {
            let kind = self.kind();
            if let Some(line) = self.zone.take().filter(|_| kind.is_some_and(|kind| kind != "soa")) {
                self.failed(&name, "nodata", kind, &line, found);
            } else if let Some(line) = self.timed_out.take() {
                self.failed(&name, "timeout", kind, &line, found);
            }
        }
        self.is_answered = false;
        (self.zone, self.timed_out, self.section, self.about.authoritative) = (None, None, None, None);
    }

    /// `*** UnKnown can't find nope.example.com: Non-existent domain`, `** server can't find …: NXDOMAIN`
    fn trouble(&mut self, text: &str, line: &At, found: &mut Found) -> bool {
        if text.starts_with(";; ") {
            let is_over = text.contains("no servers could be reached");
            let status = if text.contains("timed out") { "timeout" } else { "no_servers" };
            if let Some(name) = self.name().filter(|_| is_over && !self.is_answered) {
                self.failed(&name, status, self.kind(), line, found);
            }
            return true;
        }
        if text == "DNS request timed out." {
            self.timed_out = Some(line.clone());
            return true;
        }
        let Some(says) = text.strip_prefix("*** ").or_else(|| text.strip_prefix("** ")) else { return false };
        let lower = says.to_ascii_lowercase();
        if lower.starts_with("can't find server") || lower.starts_with("default server") {
            self.timed_out = None;
            return true;
        }
        if let Some((words, name)) = says.split_once(" records available for ") {
            let ty = words.split_once('(').and_then(|(_, rest)| super::record::kind(rest.split(')').next()?));
            let kind = if words.contains("internet address") { Some("a") } else { ty };
            self.failed(name, "nodata", kind.or(self.kind()), line, found);
            return true;
        }
        if lower.starts_with("request to ") && lower.ends_with("timed-out") {
            let name = self.name().unwrap_or_default();
            self.failed(&name, "timeout", self.kind(), line, found);
            return true;
        }
        let Some((before, words)) = says.rsplit_once(": ") else { return false };
        let Some(status) = status(words) else { return false };
        let named = before.split_once("can't find ").or_else(|| before.split_once("Can't find "));
        let name = named.map(|(_, name)| name.to_owned()).or_else(|| self.name()).unwrap_or_default();
        self.failed(&name, status, self.kind(), line, found);
        true
    }

    /// Reads what stands behind a name alone: of a zone, of a service, or strings.
    fn behind(&mut self, text: &str, line: &At, found: &mut Found) -> bool {
        match &mut self.before {
            Before::Text { strings, .. } if text.starts_with('"') && strings.len() < LONGEST => {
                strings.push_str(text);
            }
            Before::Alone(name, parts) => {
                let Some((key, value)) = text.split_once('=') else { return false };
                let value = value.trim();
                match key.trim() {
                    "priority" => parts.priority = Some(value.to_owned()),
                    "weight" => parts.weight = Some(value.to_owned()),
                    "port" => parts.port = Some(value.to_owned()),
                    "svr hostname" => {
                        let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".to_owned());
                        let data = format!(
                            "{} {} {} {value}",
                            part(&parts.priority),
                            part(&parts.weight),
                            part(&parts.port)
                        );
                        let name = name.clone();
                        self.add(&Record::new(&name, "srv", &data), line, found);
                    }
                    "origin" | "primary name server" => {
                        let name = name.clone();
                        self.zone = Some(line.clone());
                        let section = if self.kind() == Some("soa") { "answer" } else { "authority" };
                        let before = self.section.replace(section);
                        self.add(&Record::new(&name, "soa", value), line, found);
                        self.section = before;
                    }
                    "mail addr"
                    | "responsible mail addr"
                    | "serial"
                    | "refresh"
                    | "retry"
                    | "expire"
                    | "minimum"
                    | "default TTL" => {}
                    _ => return false,
                }
            }
            _ => return false,
        }
        true
    }

    /// Adds the record whose strings stood in lines of their own.
    fn end_strings(&mut self, found: &mut Found) {
        if let Before::Text { name, at, strings } = std::mem::take(&mut self.before)
            && !strings.is_empty()
        {
            self.add(&Record::new(&name, "txt", &strings), &at, found);
        }
    }

    fn labelled(&mut self, text: &str, line: &At, found: &mut Found) -> bool {
        let Some((name, value)) = label(text) else { return false };
        if SERVERS.contains(&name) {
            if self.is_answered || self.zone.is_some() {
                self.conclude(found);
            }
            // What timed out before was the look-up of the server's own name.
            self.timed_out = None;
            (self.about.server, self.about.server_ip) = (None, None);
            self.about.server(value, line);
            self.before = Before::Server;
        } else if NAMES.contains(&name) && !value.is_empty() {
            self.before = Before::Name(value.to_owned());
        } else if ADDRESSES.contains(&name) {
            match &self.before {
                Before::Server => self.about.server(value, line),
                Before::Name(_) => return self.address(value, line, found),
                _ => return false,
            }
        } else if name == "Aliases" || name == "Alias" {
            let Before::Name(target) = &self.before else { return false };
            let record = Record::new(value, "cname", target);
            self.add(&record, line, found);
        } else {
            return false;
        }
        true
    }

    fn address(&mut self, text: &str, line: &At, found: &mut Found) -> bool {
        let Before::Name(name) = &self.before else { return false };
        let Ok(ip) = text.split('#').next().unwrap_or(text).trim().parse::<std::net::IpAddr>() else {
            return false;
        };
        let record = Record::new(name, if ip.is_ipv4() { "a" } else { "aaaa" }, &ip.to_string());
        self.add(&record, line, found);
        true
    }

    /// `Nicht autorisierende Antwort:`, `Réponse ne faisant pas autorité :`
    fn is_second_hand(text: &str) -> bool {
        let lower = text.to_lowercase();
        lower.ends_with(':')
            && ["non-authoritative", "autoris", "autorit", "autorev"].iter().any(|word| lower.contains(word))
    }
}

impl Block for Nslookup {
    fn line(&mut self, line: Line<'_>, found: &mut Found) -> bool {
        let text = line.text.trim();
        let here = at(line);
        if text.is_empty() {
            return true;
        }
        if matches!(self.before, Before::Text { .. }) && !text.starts_with('"') {
            self.end_strings(found);
        }
        if text == ">" {
            return true;
        }
        if let Some(typed) = text.strip_prefix("> ") {
            self.typed(typed, &here, found);
            return true;
        }
        if text.starts_with("Authoritative answers can be found from") {
            self.section = Some("authority");
            return true;
        }
        if Self::is_second_hand(text) {
            self.about.authoritative = Some((false, here));
            return true;
        }
        if self.trouble(text, &here, found) {
            return true;
        }
        if let Some(record) = record(text) {
            self.before = Before::Nothing;
            self.add(&record, &here, found);
            return true;
        }
        if let Some(name) = text.strip_suffix("text =").or_else(|| text.strip_suffix("SRV service location:"))
        {
            let name = name.trim().to_owned();
            let is_text = text.ends_with("text =");
            self.before = if is_text {
                Before::Text { name, at: here, strings: String::new() }
            } else {
                Before::Alone(name, Parts::default())
            };
            return true;
        }
        if self.behind(text, &here, found)
            || self.labelled(text, &here, found)
            || self.address(text, &here, found)
        {
            return true;
        }
        let is_name = text.contains('.')
            && !text.contains(char::is_whitespace)
            && !text.contains(['"', ':', '<', '(', '=']);
        if is_name && (self.asked.is_some() || self.about.server_ip.is_some()) {
            self.before = Before::Alone(text.to_owned(), Parts::default());
            return true;
        }
        text.starts_with("timeout was ")
            || text.starts_with("primary name server = ")
            || text.starts_with("(root)")
    }

    fn end(&mut self, _: bool, found: &mut Found) {
        self.conclude(found);
    }
}
