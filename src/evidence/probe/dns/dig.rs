//! The answers of dig(1), and of kdig(1), drill(1), delv(1) and `host -v`, which write them alike; and lines of zone files.
//!
//! An answer begins with `->>HEADER<<-` and ends where the next begins. What it says of itself (the server, the time) stands at its
//! end, so its records are kept until then. With `+short` only the data is shown: name and type are those of the command line.

use super::question::Question;
use super::record::{Record, depth, kind, without_comment};
use super::{About, status};
use crate::evidence::Line;
use crate::evidence::mail::delivery::Field;
use crate::evidence::probe::{Block, Found, at};
use crate::records::At;

/// So many records of one answer are kept; a longer one (of a whole zone) is handed over in pieces.
const KEPT: usize = 1000;
const KEPT_BYTES: usize = 1 << 20;

/// So long may a record be that goes over several lines, in bytes.
const LONGEST: usize = 16 << 10;

/// What one run wrote.
#[derive(Default)]
pub(super) struct Dig {
    asked: Option<Question>,
    /// A record whose brackets are open.
    open: Option<Open>,
    answer: Answer,
    /// Whether an answer came at all.
    has_answered: bool,
}

/// A record whose brackets are open.
struct Open {
    text: String,
    /// How many brackets.
    depth: i32,
    at: At,
}

/// One answer.
#[derive(Default)]
struct Answer {
    about: About,
    /// The name and type of the section with the question.
    question: Field<(String, Option<&'static str>)>,
    section: Option<Section>,
    records: Vec<(Record, Option<&'static str>, At)>,
    /// How long they are together.
    bytes: usize,
    /// How many records the header counts in its answer.
    counted: Option<usize>,
    /// Words that explain a failure.
    why: Option<String>,
    is_recursive: bool,
    has_header: bool,
    /// Whether there were more records than are kept.
    is_long: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Question,
    Records(&'static str),
    Other,
}

/// Returns whether a line is surely one of these.
pub(super) fn begins(text: &str) -> bool {
    const BEGINS: &[&str] = &[
        "; <<>> DiG ",
        "; <<>> delv ",
        "; fully validated",
        "; unsigned answer",
        "; negative response, ",
        ";; global options:",
        ";; Got answer:",
        ";; ->>HEADER<<-",
        ";; flags: ",
        ";; Flags: ",
        ";; QUESTION SECTION:",
        ";; ANSWER SECTION:",
        ";; AUTHORITY SECTION:",
        ";; ADDITIONAL SECTION:",
        ";; connection timed out",
        ";; communications error",
        ";; no servers could be reached",
        ";; resolution failed: ",
        ";; Truncated, retrying in TCP mode",
        "Trying \"",
        "dig: couldn't get address for ",
    ];
    BEGINS.iter().any(|begins| text.starts_with(begins))
        || Record::of_line(text)
            .is_some_and(|one| depth(&one.data) == 0 || text.contains(" SOA ") || text.contains("\tSOA"))
}

impl Dig {
    /// Begins what follows a command.
    pub(super) fn of_question(asked: Question) -> Self {
        let mut dig = Self { asked: Some(asked), ..Self::default() };
        dig.next_answer();
        dig
    }

    /// Begins an answer to the same question.
    fn next_answer(&mut self) {
        self.answer = Answer::default();
        if let Some(asked) = &self.asked
            && let Some(server) = &asked.server
        {
            self.answer.about.server(server, &asked.at);
        }
    }

    fn comment(&mut self, text: &str, line: &At, found: &mut Found) {
        let says = text.trim_start_matches(';').trim();
        if let Some(rest) = says.strip_prefix("<<>> ") {
            self.flush(false, found);
            if let Some((_, words)) = rest.split_once(" <<>> ") {
                let is_filtered = self.asked.as_ref().is_some_and(|asked| asked.is_filtered);
                self.asked = Some(Question { is_filtered, ..Question::of_banner(words, line.clone()) });
            }
            self.next_answer();
        } else if says.starts_with("->>HEADER<<-") {
            if self.answer.has_header || !self.answer.records.is_empty() {
                self.flush(false, found);
                self.next_answer();
            }
            self.answer.header(says, line);
        } else if says == "Got answer:" {
            if self.answer.has_header {
                self.flush(false, found);
                self.next_answer();
            }
        } else if let Some((_, server)) =
            says.strip_prefix("Received ").and_then(|rest| rest.split_once(" bytes from "))
        {
            // `+trace` says the server behind each of its answers.
            self.answer.about.server(server, line);
            self.answer.took(server, line);
            self.flush(false, found);
            self.next_answer();
        } else {
            self.answer.comment(text, says, line, found);
        }
    }

    fn record(&mut self, text: &str, line: At, found: &mut Found) -> bool {
        let bare = without_comment(text);
        let depth = depth(text);
        let (text, depth, line) = match self.open.take() {
            Some(open) => (format!("{} {bare}", open.text), open.depth + depth, open.at),
            None => (bare, depth, line),
        };
        if depth > 0 && text.len() < LONGEST {
            self.open = Some(Open { text, depth, at: line });
            return true;
        }
        let Some(record) = Record::of_line(&text) else { return false };
        self.add(record, line, found);
        true
    }

    fn add(&mut self, record: Record, line: At, found: &mut Found) {
        self.has_answered = true;
        let section = match self.answer.section {
            Some(Section::Records(section)) => Some(section),
            _ => self.asked.as_ref().filter(|asked| asked.is_short || asked.is_answer_only).map(|_| "answer"),
        };
        self.answer.bytes += record.data.len() + record.name.len();
        if self.answer.records.len() >= KEPT || self.answer.bytes > KEPT_BYTES {
            self.answer.is_long = true;
            self.answer.hand_over(self.asked.as_ref(), found);
            self.answer.bytes = 0;
        }
        self.answer.records.push((record, section, line));
    }

    /// `10 mx.example.com.`, `192.0.2.1`, `"v=spf1 -all"`: the data alone.
    fn short(&mut self, text: &str, line: &At, found: &mut Found) -> bool {
        let Some(asked) = self.asked.as_ref().filter(|asked| asked.is_short) else { return false };
        let data = match text.split_once(" from server ") {
            Some((data, rest)) if rest.contains(" in ") => {
                self.answer.about.server(rest, line);
                data
            }
            _ => text,
        };
        let Some(kind) = short_kind(data, asked.kind) else { return false };
        let name = match self.answer.records.last() {
            Some((Record { kind: "cname", data, .. }, ..)) => data.clone(),
            Some((last, ..)) => last.name.clone(),
            None => asked.only_name().unwrap_or_default().to_owned(),
        };
        let name = if asked.has_others { String::new() } else { name };
        self.add(Record::new(&name, kind, data), line.clone(), found);
        true
    }

    /// Adds the rows of the answer; `is_whole` says that there can be no more of it.
    fn flush(&mut self, is_whole: bool, found: &mut Found) {
        let answer = std::mem::take(&mut self.answer);
        self.has_answered |= answer.has_header || answer.about.status.is_some();
        let has_answered = self.has_answered;
        answer.end(self.asked.as_ref(), is_whole && !has_answered, found);
    }
}

/// Returns the type of data that stands alone: the one that was asked for, or a CNAME on the way to it.
fn short_kind(data: &str, asked: Option<&'static str>) -> Option<&'static str> {
    let words: Vec<&str> = data.split_whitespace().take(8).collect();
    let is_number = |word: &&str| word.parse::<u32>().is_ok();
    let is_name = |word: &str| word.ends_with('.') && !word.contains(['"', '(', ':']);
    let ip = data.parse::<std::net::IpAddr>().ok();
    match (asked?, words.as_slice()) {
        ("a", [_]) if ip.is_some_and(|ip| ip.is_ipv4()) => Some("a"),
        ("aaaa", [_]) if ip.is_some_and(|ip| ip.is_ipv6()) => Some("aaaa"),
        (kind @ ("ns" | "ptr" | "cname" | "dname"), [name]) if is_name(name) => Some(kind),
        ("mx", [preference, name]) if is_number(preference) && is_name(name) => Some("mx"),
        ("srv", [_, _, _, name]) if words.iter().take(3).all(is_number) && is_name(name) => Some("srv"),
        ("soa", [name, _, _, _, _, _, _]) if is_name(name) => Some("soa"),
        (kind @ ("txt" | "spf"), _) if data.starts_with('"') && data.ends_with('"') => Some(kind),
        (
            kind @ ("caa" | "tlsa" | "ds" | "dnskey" | "https" | "svcb" | "sshfp" | "naptr" | "rrsig"),
            [first, _, _, ..],
        ) if is_number(first) || kind == "rrsig" => Some(kind),
        (_, [name]) if is_name(name) => Some("cname"),
        _ => None,
    }
}

impl Answer {
    /// `opcode: QUERY, status: NOERROR, id: 1`; drill says `rcode`, kdig writes semicolons.
    fn header(&mut self, says: &str, line: &At) {
        self.has_header = true;
        let code = says.split_once("status: ").or_else(|| says.split_once("rcode: ")).map(|(_, rest)| rest);
        if let Some(word) = code.and_then(|rest| rest.split([',', ';']).next()) {
            self.about.status = Some((status(word).unwrap_or("other"), line.clone()));
        }
    }

    fn comment(&mut self, text: &str, says: &str, line: &At, found: &Found) {
        if let Some(section) = section(says) {
            self.section = Some(section);
        } else if let Some(flags) = says.strip_prefix("flags: ").or_else(|| says.strip_prefix("Flags: ")) {
            self.flags(flags, line);
        } else if let Some(server) = says.strip_prefix("SERVER: ") {
            self.about.server(server.split_whitespace().next().unwrap_or_default(), line);
        } else if let Some(server) = says.strip_prefix("From ") {
            self.about.server(server.split('(').next().unwrap_or_default(), line);
            self.took(says, line);
        } else if let Some(took) = says.strip_prefix("Query time: ") {
            self.took(&format!("in {took}"), line);
        } else if let Some(when) = says.strip_prefix("WHEN: ").or_else(|| says.strip_prefix("Time ")) {
            self.about.at = found.time(&year_before_zone(when)).map(|time| (time, line.clone()));
        } else if self.section == Some(Section::Question) && text.starts_with(';') {
            self.asked(says, line);
        } else {
            self.trouble(says, line);
        }
    }

    fn flags(&mut self, says: &str, line: &At) {
        let flags: Vec<&str> = says.split(';').next().unwrap_or_default().split_whitespace().collect();
        self.about.authoritative = Some((flags.contains(&"aa"), line.clone()));
        self.about.authenticated = Some((flags.contains(&"ad"), line.clone()));
        self.is_recursive = flags.contains(&"ra") && flags.contains(&"rd");
        let counted = says.split_once("ANSWER: ").and_then(|(_, rest)| rest.split([',', ';']).next());
        self.counted = counted.and_then(|count| count.trim().parse().ok());
    }

    fn took(&mut self, says: &str, line: &At) {
        let Some((_, rest)) = says.rsplit_once("in ") else { return };
        let mut words = rest.split_whitespace();
        let (Some(number), Some(unit)) = (words.next(), words.next()) else { return };
        let factor = match unit {
            "ms" | "msec" => 1_000_000,
            "usec" | "us" => 1000,
            "sec" | "s" => 1_000_000_000,
            _ => return,
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let (Ok(whole), Ok(part)) =
            (whole.parse::<u32>(), part.chars().take(1).collect::<String>().parse::<u32>())
        else {
            return;
        };
        self.about.took = Some((i128::from(whole) * factor + i128::from(part) * factor / 10, line.clone()));
    }

    /// `;example.com.   IN   MX`
    fn asked(&mut self, says: &str, line: &At) {
        let words: Vec<&str> = says.split_whitespace().collect();
        if let [name, class, ty] = words.as_slice()
            && matches!(*class, "IN" | "CH" | "HS" | "ANY")
        {
            self.question = Some((((*name).to_owned(), kind(ty)), line.clone()));
        }
    }

    /// Reads what went wrong.
    fn trouble(&mut self, says: &str, line: &At) {
        if let Some(words) = says.strip_prefix("EDE: ") {
            self.why = Some(words.to_owned());
            return;
        }
        let failure = if let Some(rest) = says.strip_prefix("resolution failed: ") {
            Some(of_delv(rest))
        } else if says.starts_with("communications error")
            || (says.starts_with("Connection to ") && says.contains(" failed: "))
        {
            says.rsplit_once(": ").map(|(_, words)| status(words).unwrap_or("other"))
        } else if says.starts_with("connection timed out")
            || says.starts_with("WARNING: response timeout for ")
        {
            Some("timeout")
        } else if says.starts_with("no servers could be reached")
            || says.starts_with("ERROR: failed to query server")
        {
            Some(self.about.status.as_ref().map_or("no_servers", |(status, _)| *status))
        } else if says.starts_with("negative response, ") {
            Some(self.about.status.as_ref().map_or("nodata", |(status, _)| *status))
        } else {
            None
        };
        if let Some(failure) = failure.filter(|_| !self.has_header) {
            self.about.status = Some((failure, line.clone()));
            self.why = Some(says.to_owned());
        }
    }

    /// Adds rows of the records so far.
    fn hand_over(&mut self, asked: Option<&Question>, found: &mut Found) {
        self.about.asked = self.name(asked).map(|(name, at)| (name.to_owned(), at.clone()));
        for (record, section, line) in self.records.drain(..) {
            self.about.record(&record, section, &line, found);
        }
    }

    fn name<'a>(&'a self, asked: Option<&'a Question>) -> Option<(&'a str, &'a At)> {
        let of_section = self.question.as_ref().map(|((name, _), at)| (name.as_str(), at));
        of_section.or_else(|| asked.and_then(|asked| Some((asked.only_name()?, &asked.at))))
    }

    fn kind(&self, asked: Option<&Question>) -> Option<&'static str> {
        match &self.question {
            Some(((_, kind), _)) => *kind,
            None => asked.filter(|asked| !asked.has_others).and_then(|asked| asked.kind),
        }
    }

    /// Returns the last name of a chain of CNAMEs that begins with one.
    fn end_of_chain(&self, name: &str) -> String {
        let same = |a: &str, b: &str| a.trim_end_matches('.').eq_ignore_ascii_case(b.trim_end_matches('.'));
        let mut end = name.to_owned();
        for (record, ..) in &self.records {
            if record.kind == "cname" && same(&record.name, &end) {
                end.clone_from(&record.data);
            }
        }
        end
    }

    /// Adds the rows; `is_empty` says that the tool wrote nothing, and will write nothing more.
    fn end(mut self, asked: Option<&Question>, is_empty: bool, found: &mut Found) {
        let kind = self.kind(asked);
        let in_answer = |section: Option<&str>| section.is_none_or(|section| section == "answer");
        let shown = self.records.iter().filter(|(_, section, _)| *section == Some("answer")).count();
        let has_record = self.is_long
            || self.records.iter().any(|(record, section, _)| {
                in_answer(*section)
                    && kind.is_none_or(|kind| kind == record.kind || matches!(kind, "any" | "axfr" | "other"))
            });
        let status = self.about.status.as_ref().map(|(status, _)| *status);
        let is_filtered = asked.is_some_and(|asked| asked.is_filtered);
        // With fewer records than the header counts, what is missing was cut off.
        let is_sure = match status {
            Some("noerror") => self.counted.is_some_and(|counted| counted == shown) && !is_filtered,
            Some(_) => true,
            None => {
                is_empty && !is_filtered && asked.is_some_and(|asked| asked.is_short || asked.is_answer_only)
            }
        };
        let is_question =
            asked.is_some_and(|asked| asked.is_short && !asked.has_others) && self.records.is_empty();
        let lacks = !has_record && (is_sure || (status.is_none() && is_question));
        let nothing =
            self.name(asked).filter(|_| lacks).map(|(name, at)| (self.end_of_chain(name), at.clone()));
        let has_status = self.about.status.as_ref().map(|(_, at)| at.clone());
        if status == Some("noerror") && !has_record && is_sure {
            let in_authority = |kind| {
                self.records
                    .iter()
                    .any(|(record, section, _)| *section == Some("authority") && record.kind == kind)
            };
            let is_authoritative = matches!(self.about.authoritative, Some((true, _)));
            let is_referral = in_authority("ns") && !in_authority("soa") && !is_authoritative && shown == 0;
            let ending = if is_referral { "referral" } else { "nodata" };
            if shown == 0 {
                self.about.status = has_status.clone().map(|at| (ending, at));
            }
        }
        let is_failure = status.is_some_and(|status| !matches!(status, "noerror"));
        self.hand_over(asked, found);
        let at = has_status;
        match nothing {
            Some((name, of_name)) => {
                let at = at.unwrap_or(of_name);
                if status == Some("noerror") && shown > 0 {
                    self.about.status = Some(("nodata", at.clone()));
                }
                self.about.nothing(&name, kind, is_sure, self.why.as_deref(), &at, found);
            }
            None if is_failure && !has_record => {
                if let Some(at) = at {
                    self.about.nothing("", kind, true, self.why.as_deref(), &at, found);
                }
            }
            None => {}
        }
    }
}

/// `ncache nxdomain`, `ncache nxrrset`, `SERVFAIL`, `timed out`, `broken trust chain`
fn of_delv(words: &str) -> &'static str {
    let words = words.strip_prefix("ncache ").unwrap_or(words);
    if words.contains("trust chain") || words.contains("signature") || words.contains("insecurity proof") {
        return "bogus";
    }
    status(words).unwrap_or("other")
}

fn section(says: &str) -> Option<Section> {
    let name = says.strip_suffix(':').unwrap_or(says);
    let name =
        name.strip_suffix(" SECTION").or_else(|| name.strip_suffix("PSEUDOSECTION").map(|_| "OTHER"))?;
    Some(match name {
        "QUESTION" => Section::Question,
        "ANSWER" => Section::Records("answer"),
        "AUTHORITY" => Section::Records("authority"),
        "ADDITIONAL" => Section::Records("additional"),
        _ => Section::Other,
    })
}

/// Turns `Mon Nov 30 12:51:28 AEDT 2026` into `Mon Nov 30 12:51:28 2026`, but for the zones that a clock knows.
fn year_before_zone(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [weekday, month, day, time, zone, year]
            if !matches!(*zone, "UTC" | "GMT") && !zone.starts_with(['+', '-']) =>
        {
            format!("{weekday} {month} {day} {time} {year}")
        }
        _ => words.join(" "),
    }
}

impl Block for Dig {
    fn line(&mut self, line: Line<'_>, found: &mut Found) -> bool {
        let text = line.text.trim();
        if text.is_empty() {
            return true;
        }
        if self.open.is_some() {
            if self.record(text, at(line), found) {
                return true;
            }
        } else if text.starts_with(';') {
            let is_own = self.asked.is_some()
                || self.answer.has_header
                || self.has_answered
                || begins(text)
                || text.starts_with(";;");
            if is_own {
                self.comment(text, &at(line), found);
            }
            return is_own;
        }
        if let Some(rest) = text.strip_prefix("dig: couldn't get address for ") {
            self.answer
                .about
                .server(rest.trim_start_matches('\'').split('\'').next().unwrap_or_default(), &at(line));
            self.answer.about.status = Some(("server_unknown", at(line)));
            self.answer.why = Some(text.to_owned());
            return true;
        }
        let is_chatter = (text.starts_with("Trying \"") && text.ends_with('"'))
            || text.starts_with("dig: ")
            || text.starts_with("Received ") && text.contains(" bytes from ");
        if is_chatter {
            if text.starts_with("Received ") {
                self.comment(text, &at(line), found);
            }
            return true;
        }
        self.record(text, at(line), found) || self.short(text, &at(line), found)
    }

    fn end(&mut self, is_over: bool, found: &mut Found) {
        if let Some(open) = self.open.take()
            && let Some(record) = Record::of_line(&open.text)
        {
            self.add(record, open.at, found);
        }
        self.flush(is_over, found);
    }
}
