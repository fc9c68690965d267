//! Bounces in prose: who could not be reached, and why, in the words of any program.
//!
//! In: the lines of a bounce's own words. Out: recipients, each with the lines that tell why.
//!
//! There is no reader for each program. Nearly all of them write an address where everybody sees that it is the recipient: alone in a
//! line, at the start of one before a colon, or behind a label; and the reason behind it, indented or in the next lines. Addresses
//! of others (who keeps the server, who wrote the message) are told by the words before them, and by the header of the bounce.
//! Whatever the language, an address and a reply code look the same.

use std::sync::LazyLock;

use regex::Regex;

use super::address::{self, Found};
use super::original;
use super::reason::{self, Reason};
use super::reply::{one_line, pattern};
use super::text::TextLine;
use super::transcript;
use crate::records::At;

/// A recipient, and why it was not reached.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) recipient: String,
    pub(super) at: At,
    /// The address that the recipient was made of.
    pub(super) original: Option<String>,
    pub(super) reason: Reason,
    /// The line that the reason was read from.
    pub(super) reason_at: At,
}

/// Addresses that the header of the bounce tells of.
#[derive(Debug, Clone, Default)]
pub(super) struct Others {
    /// Who got the bounce, and wrote the message.
    pub(super) senders: Vec<String>,
    /// Who sent the bounce.
    pub(super) server: Vec<String>,
    /// The recipients, where the header names them (X-Failed-Recipients of Exim and Gmail).
    pub(super) failed: Vec<(String, At)>,
}

/// How sure it is that an address is a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sure {
    /// In a sentence, or in a label that others have too.
    Weak,
    /// In a sentence about a failure.
    Likely,
    /// Alone in its line, before the reason, or behind a label.
    Plain,
}

#[derive(Debug, Clone)]
struct Candidate {
    /// Its place among the lines.
    line: usize,
    address: String,
    sure: Sure,
    /// What its line says of the reason.
    inline: String,
    /// Whether that stands before it, as a label that says it in full.
    is_label: bool,
}

/// Reads the words of a bounce.
pub(super) fn read(lines: &[TextLine], others: &Others) -> Vec<Failure> {
    let lines = lines.get(..lines.len().min(MOST)).unwrap_or(lines);
    let all = candidates(lines);
    let mut chosen = chosen(&all, others);
    let named = !others.failed.is_empty();
    if named {
        chosen.retain(|one| others.failed.iter().any(|(failed, _)| address::same(failed, &one.address)));
    }
    let mut failures: Vec<Failure> = Vec::new();
    for (at, one) in chosen.iter().enumerate() {
        let failure = failure(lines, one, chosen.get(at + 1..).unwrap_or_default());
        match failures.iter_mut().find(|known| address::same(&known.recipient, &failure.recipient)) {
            Some(known) if tells(&failure.reason) > tells(&known.reason) => {
                known.reason = failure.reason;
                known.reason_at = failure.reason_at;
                known.original = known.original.take().or(failure.original);
            }
            Some(known) => known.original = known.original.take().or(failure.original),
            None => failures.push(failure),
        }
    }
    for (failed, at) in &others.failed {
        if !failures.iter().any(|known| address::same(&known.recipient, failed)) {
            failures.push(Failure {
                recipient: failed.clone(),
                at: at.clone(),
                original: None,
                reason: Reason::default(),
                reason_at: at.clone(),
            });
        }
    }
    shared(lines, &mut failures);
    failures
}

/// How many lines of a bounce are looked through.
const MOST: usize = 2_000;

/// How much a reason tells.
fn tells(reason: &Reason) -> u8 {
    4 * u8::from(reason.code.is_some())
        + 2 * u8::from(reason.status.is_some())
        + u8::from(!reason.text.is_empty())
}

/// Returns all addresses that may be those of recipients.
fn candidates(lines: &[TextLine]) -> Vec<Candidate> {
    let mut all = Vec::new();
    // How far the recipient of this paragraph stands in: what stands further in is about it.
    let mut open: Option<usize> = None;
    for (at, line) in lines.iter().enumerate() {
        let text = line.text.as_str();
        if line.is_blank() {
            open = None;
            continue;
        }
        let found = address::find(text);
        let indent = text.len() - text.trim_start().len();
        let Some(first) = found.first() else {
            undisclosed(lines, at).into_iter().for_each(|candidate| all.push(candidate));
            continue;
        };
        if open.is_some_and(|open| indent > open) || transcript::is_dialogue(text) || reply_line(text) {
            continue;
        }
        let before =
            at.checked_sub(1).and_then(|before| lines.get(before)).map_or("", |line| line.text.as_str());
        if found.len() > 1 && is_list(text, &found) {
            let one = |one: &Found| Candidate {
                line: at,
                address: one.address.clone(),
                sure: Sure::Plain,
                inline: String::new(),
                is_label: false,
            };
            all.extend(found.iter().map(one));
            open = Some(indent);
            continue;
        }
        if let Some(candidate) = candidate(text, before, first, &found) {
            if candidate.sure == Sure::Plain {
                open = Some(indent);
            }
            all.push(Candidate { line: at, ..candidate });
        }
    }
    all
}

/// Returns whether a line holds addresses and nothing else.
fn is_list(text: &str, found: &[Found]) -> bool {
    let mut from = 0;
    let mut between = found.iter().map(|one| {
        let words = text.get(from..one.span.start).unwrap_or_default();
        from = one.span.end;
        words
    });
    let is_empty = |words: &str| !words.contains(char::is_alphanumeric);
    between.all(is_empty) && found.last().is_some_and(|last| text.get(last.span.end..).is_some_and(is_empty))
}

/// Returns the address that the sender wrote, where Exim does not disclose what it was made into: `an undisclosed address`, and below
/// it `(generated from a@example.com)`.
fn undisclosed(lines: &[TextLine], at: usize) -> Option<Candidate> {
    lines.get(at).filter(|line| line.text.trim() == "an undisclosed address")?;
    let address = made_of(&lines.get(at + 1)?.text)?;
    Some(Candidate { line: at, address, sure: Sure::Plain, inline: String::new(), is_label: false })
}

/// A reply that stands at the start of a line is the reason, whatever addresses it holds.
fn reply_line(text: &str) -> bool {
    static BEGINS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(?:#?[245]\d\d[ \-]|\(reason:)"));
    BEGINS.is_match(text)
}

/// Labels of other addresses than those of recipients, in the languages that bounces are written in.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:^|[^\p{L}])(?:from|sender|envelope-?from|mail from|reply-?to|return-?path|cc|bcc|subject|message-?id|msgid|contact|postmaster|administrator|support|generated (?:by|from)|expanded from|von|absender|de|expéditeur|remitente|remetente|mittente|da|van|afzender|od|nadawca|от кого|от|отправитель|发件人|寄件者|差出人|送信者|http\S*|www\S*|e-?mail us|x-[\w-]+)(?: address| adresse|-adresse)?\s*$",
    )
});

/// Words that lead to those who keep a server.
static HELP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:contact|please|questions?|assistance|help|support|write to|send (?:an? )?(?:e-?)?mail|report|forward|notify|administrator|wenden|kontakt\w*|contacter|contacte|contacto|contattare|contato|neem)\b",
    )
});

/// Words about a failure, beside an address in a sentence.
static FAILED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:undeliver\w*|unable|not (?:be |a )?(?:deliver\w*|reach\w*|accept\w*|found|exist|recognized|known|valid)|couldn['’]?t|cannot|can't|failed|failure|unknown|unavailable|rejected|refused|invalid|disabled|full|quota|exceed\w*|doesn['’]?t|does not|no such|returned|bounced|delayed|blocked|over|unzustellbar|nicht zugestellt|pas (?:pu )?(?:été|etre|être)|no (?:pudo|se ha podido|existe)|não (?:foi|pôde|existe)|non (?:è|e') stato|niet (?:worden )?(?:bezorgd|afgeleverd)|nie (?:można|istnieje)|не (?:может|найден|удалось)|недоступен)\b",
    )
});

fn candidate(text: &str, line_before: &str, first: &Found, all: &[Found]) -> Option<Candidate> {
    let before = text.get(..first.span.start)?.trim();
    let after = text.get(first.span.end..)?.trim();
    let label = before.trim_end_matches(|c: char| "<([{'\"`“‘«*".contains(c) || c.is_whitespace());
    let make = |sure: Sure, inline: &str| {
        let is_label = !inline.is_empty() && before.starts_with(inline);
        Some(Candidate { line: 0, address: first.address.clone(), sure, inline: inline.to_owned(), is_label })
    };
    if is_bullet(label) {
        // The end of a sentence that asks to write somebody is none.
        let is_wrapped =
            !line_before.trim().is_empty() && ends_open(line_before) && HELP.is_match(line_before);
        if is_wrapped {
            return None;
        }
        return match inline(after, all) {
            Some(reason) => make(Sure::Plain, reason),
            None if FAILED.is_match(after) => make(Sure::Likely, sentence(text)),
            None => None,
        };
    }
    let name = label.strip_suffix([':', '=', '：']).map(str::trim_end);
    let name = name.or_else(|| label.strip_suffix("[SMTP:").or_else(|| label.strip_suffix(": [SMTP")));
    let name = name.map(|name| name.trim_end_matches([':', ' ', '[', '<', '(']));
    if let Some(name) =
        name.map(|name| name.strip_suffix("SMTP").unwrap_or(name).trim_end_matches([':', ' ', '[']))
    {
        if name.len() > 120 || OTHERS.is_match(name) {
            return None;
        }
        let tail = inline(after, all).unwrap_or_default();
        return match label_kind(name) {
            Label::Recipient => make(Sure::Plain, tail),
            Label::To => make(Sure::Weak, tail),
            Label::Reason if FAILED.is_match(name) => {
                make(Sure::Plain, if tail.is_empty() { name } else { tail })
            }
            Label::Reason => make(Sure::Likely, if tail.is_empty() { name } else { tail }),
        };
    }
    // `Ann Example (ann@example.com)`, `Ann Example <ann@example.com>`, alone in a line.
    let is_named = text.get(..first.span.end)?.trim_end().ends_with('>')
        || (before.ends_with('(') && after.starts_with(')'));
    let words = label.split_whitespace().count();
    let rest = after.trim_start_matches(')').trim();
    if is_named
        && words <= 6
        && (rest.is_empty() || rest == ":")
        && !HELP.is_match(label)
        && !OTHERS.is_match(label)
        && !label.ends_with(['.', ','])
    {
        return if FAILED.is_match(label) { make(Sure::Likely, label) } else { make(Sure::Plain, "") };
    }
    if HELP.is_match(label) || OTHERS.is_match(label) {
        return None;
    }
    if label.to_ascii_lowercase().ends_with("addressed to") {
        return make(Sure::Likely, "");
    }
    if !FAILED.is_match(text) {
        return None;
    }
    make(Sure::Likely, sentence(text))
}

/// What a sentence says, unless it leads to what says it.
fn sentence(text: &str) -> &str {
    let text = text.trim();
    if text.ends_with([':', '：']) { "" } else { text }
}

/// What stands before an address that begins its line.
fn is_bullet(label: &str) -> bool {
    let label = label.trim_matches(|c: char| "[<(>*-•·–—+|\"'.:".contains(c) || c.is_whitespace());
    let lower = label.to_ascii_lowercase();
    label.is_empty()
        || ["smtp", "mailto", "rfc822", "rfc822;", "smtp:"].contains(&lower.as_str())
        || lower.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ')') && lower.len() <= 4
        // X.400, of old Exchange: `c=US;a= ;p=Example;o=Site;dda:SMTP=a@example.com; on …`
        || lower.starts_with("c=") && lower.contains(";p=")
}

/// Returns the reason that follows an address in its line, empty where it is alone there; none where a sentence goes on.
fn inline<'t>(after: &'t str, all: &[Found]) -> Option<&'t str> {
    static ALONE: LazyLock<Regex> = LazyLock::new(|| {
        // `on Fri, 20 Jul 2001 11:08:59 -0700`, `<mailto:a@example.com>`, the address once more.
        pattern(
            r#"(?i)^(?:[)\]}>'"’”»`*,;.:\s]*)(?:(?:on|am|le|el|il|op|den)\s+\p{L}{2,10}\.?,?\s+\d.*|(?:<mailto:[^>]*>|\([^()\s]*@[^()\s]*\)|\[mailto:[^\]]*\])[:.\s]*)?$"#,
        )
    });
    if ALONE.is_match(after) {
        return Some("");
    }
    let rest = after.trim_start_matches([')', ']', '}', '>', '\'', '"', '’', '”']).trim_start();
    for mark in [":", "...", "(", "-", "–", "—", "=>", "|", ";", ","] {
        if let Some(reason) = rest.strip_prefix(mark) {
            // A list of addresses has no reason.
            if (mark == "," || mark == ";") && (all.len() > 1 || reason.trim().is_empty()) {
                return Some("");
            }
            let reason = reason.trim();
            return Some(if mark == "(" { closed(reason) } else { reason });
        }
    }
    None
}

/// Takes off the bracket that ends a text.
fn closed(text: &str) -> &str {
    match text.strip_suffix(')') {
        Some(rest) if rest.matches('(').count() == rest.matches(')').count() => rest,
        _ => text,
    }
}

fn ends_open(line: &str) -> bool {
    !line.trim_end().ends_with(['.', ':', '!', '?', '。', '：'])
}

enum Label {
    Recipient,
    To,
    Reason,
}

/// Tells what a label before an address says.
fn label_kind(name: &str) -> Label {
    static RECIPIENT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)(?:recipients?|recipient\(s\)|address(?:es|ee)?|address\(es\)|addressed to|rcpt to|deliver(?:y|ed)? to|users?|mailbox|e-?mail|empfänger|empfaenger|adresse|destinataires?|destinatarios?|destinatári[oa]s?|destinatari[o]?|ontvangers?|geadresseerde|odbiorc[ay]|адресат\p{L}*|получател\p{L}*|收件人|受信者|宛先|受取人|to the following|a los siguientes|modtager|mottagare|vastaanottaja|alıcı|příjemce)\s*$",
        )
    });
    let name = name.trim_matches(|c: char| c == '*' || c == '-' || c.is_whitespace());
    let lower = name.to_lowercase();
    if ["to", "an", "à", "a", "para", "per", "aan", "do", "кому", "收件人"].contains(&lower.as_str())
    {
        Label::To
    } else if RECIPIENT.is_match(name) && !FAILED.is_match(name) || is_failed_recipient(&lower) {
        Label::Recipient
    } else {
        Label::Reason
    }
}

/// `Failed Recipient`, `Undeliverable Address`: these say no more than that it failed.
fn is_failed_recipient(lower: &str) -> bool {
    let plain = [
        "failed",
        "failure",
        "undeliverable",
        "undelivered",
        "rejected",
        "returned",
        "delayed",
        "invalid",
        "bounced",
    ];
    let nouns =
        ["recipient", "recipients", "address", "addresses", "email", "recipient(s)", "address(es)", "to"];
    let mut words = lower.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(first), Some(second), None) => {
            plain.contains(&first) && nouns.contains(&second) && first != "invalid"
        }
        _ => false,
    }
}

/// Chooses those that are recipients: the surest, without those that the header tells to be others.
fn chosen(all: &[Candidate], others: &Others) -> Vec<Candidate> {
    let is_other = |one: &Candidate| {
        let is_named = others.failed.iter().any(|(failed, _)| address::same(failed, &one.address));
        !is_named
            && (others.server.iter().chain(&others.senders).any(|other| address::same(other, &one.address))
                || address::is_of_server(&one.address))
    };
    let best = |candidates: Vec<Candidate>| -> Vec<Candidate> {
        let sure = candidates.iter().map(|one| one.sure).max();
        candidates.into_iter().filter(|one| Some(one.sure) == sure).collect()
    };
    if !others.failed.is_empty() {
        return all.to_vec();
    }
    let of_others = best(all.iter().filter(|one| !is_other(one)).cloned().collect());
    if !of_others.is_empty() {
        return of_others;
    }
    // Who writes to himself, or to a postmaster, is told of his own address.
    let plain = all.iter().filter(|one| {
        one.sure == Sure::Plain && !others.server.iter().any(|other| address::same(other, &one.address))
    });
    best(plain.cloned().collect())
}

/// Reads the reason of one recipient: behind it in its line, in the next ones, and in the next paragraph.
fn failure(lines: &[TextLine], one: &Candidate, further: &[Candidate]) -> Failure {
    let at = lines.get(one.line).map_or_else(|| At::new(0, ""), TextLine::at);
    let next = further.iter().map(|next| next.line).find(|line| *line > one.line).unwrap_or(lines.len());
    let mut told = Told::default();
    told.add(&one.inline, &at);
    let mut original = None;
    let mut position = one.line + 1;
    while let Some(line) = lines.get(position).filter(|_| position < next) {
        if line.is_blank() || is_end(&line.text) || is_command(lines, position) {
            break;
        }
        match (made_of(&line.text), is_routing(&line.text)) {
            (Some(made_of), _) => original = original.or(Some(made_of)),
            (None, false) => told.add(&line.text, &line.at()),
            (None, true) => (),
        }
        position += 1;
    }
    told.without_lead();
    let mut reason = reason::read(&told.text);
    if one.is_label && reason.code.is_none() {
        told.lines.truncate(1);
        reason = reason::read(&one.inline);
    }
    let mut reason_at = told.place(&reason).unwrap_or_else(|| at.clone());
    // A recipient that says nothing of its own shares what its neighbours say, or what comes next.
    if reason.code.is_none() && (told.is_empty() || reason.status.is_none()) {
        let until = further
            .iter()
            .find(|next| next.line > position && !next.inline.is_empty())
            .map_or(lines.len(), |next| next.line);
        if let Some((later, place)) = paragraphs(lines, position, until)
            && tells(&later) > tells(&reason)
        {
            reason = later;
            reason_at = place;
        }
    }
    Failure { recipient: one.address.clone(), at, original, reason, reason_at }
}

/// What Sendmail delivers to besides addresses, with its reason below it: `"|/usr/bin/vacation ann"`, a file, a user of this host.
fn is_command(lines: &[TextLine], at: usize) -> bool {
    let below = lines.get(at + 1).map_or("", |line| line.text.trim());
    let own = lines.get(at).map_or("", |line| line.text.as_str());
    !own.trim_start().starts_with('(') && below.starts_with("(reason:")
}

/// The lines of a reason.
#[derive(Debug, Default)]
struct Told {
    text: String,
    lines: Vec<(String, At)>,
}

impl Told {
    fn add(&mut self, text: &str, at: &At) {
        let text = text.trim();
        if text.is_empty() || self.lines.len() > 60 {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text);
        self.lines.push((text.to_owned(), at.clone()));
    }

    fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Leaves out a last line that leads to what comes next.
    fn without_lead(&mut self) {
        let is_lead = self
            .lines
            .last()
            .is_some_and(|(text, _)| text.ends_with([':', '：']) && reason::read(text).code.is_none());
        if is_lead {
            self.lines.pop();
            self.text = self.lines.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join("\n");
        }
    }

    /// Returns the line that holds the code, or else where the words begin.
    fn place(&self, reason: &Reason) -> Option<At> {
        let code = reason.code.map(|code| code.to_string()).or_else(|| reason.status.clone());
        let holds = |line: &&(String, At)| code.as_ref().is_some_and(|code| line.0.contains(code.as_str()));
        self.lines.iter().find(holds).or_else(|| self.lines.first()).map(|(_, at)| at.clone())
    }
}

/// `(expanded from: <a@example.com>)` of Sendmail, `(generated from a@example.com)` of Exim, `(orig-addr …)`.
fn made_of(line: &str) -> Option<String> {
    let line = line.trim();
    let lower = line.to_ascii_lowercase();
    let marks = [
        "(expanded from",
        "(generated from",
        "(original address",
        "(forwarded from",
        "(ultimately generated from",
    ];
    marks.iter().any(|mark| lower.starts_with(mark)).then(|| address::of_field(line)).flatten()
}

/// Lines that say how a message went, not why it failed: of old Exchange.
fn is_routing(line: &str) -> bool {
    let line = line.trim();
    line.starts_with("The MTS-ID of the original message is")
        || line.starts_with(";p=")
        || line.contains(";l=") && !line.contains(' ')
        || is_time(line)
        || ["Subject:", "To:", "Sent:", "Date:"].iter().any(|label| line.starts_with(label))
}

/// Lines that end the words about one recipient.
fn is_end(line: &str) -> bool {
    let line = line.trim();
    let dashes = line.starts_with("---")
        || line.starts_with("===")
        || line.starts_with("***")
        || line.starts_with("|---");
    dashes || original::is_announced(line)
}

/// `17:12:28 -0400`: the end of a date in the line of the address.
fn is_time(line: &str) -> bool {
    line.len() <= 20 && line.contains(':') && line.chars().all(|c| c.is_ascii_digit() || ":+- ".contains(c))
}

/// Words that begin a paragraph with a reason.
static LEADS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\W*(?:reason|because|error|technical details|the response|the error|the following error|diagnos\w*|remote|smtp error|last error|grund|fehler|motif|raison|motivo|causa|erro\b|errore|reden|fout|powód|причина|原因|理由)[^.]{0,60}:",
    )
});

/// Reads the next paragraphs for the first that gives a reason.
fn paragraphs(lines: &[TextLine], from: usize, until: usize) -> Option<(Reason, At)> {
    let mut told = Told::default();
    let mut leads = false;
    let mut seen = 0;
    for (at, line) in lines.iter().enumerate().take(until).skip(from) {
        let ends = is_end(&line.text);
        if line.is_blank() || ends {
            if let Some(found) = settled(&told, leads) {
                return Some(found);
            }
            leads =
                leads && told.is_empty() || told.text.trim_end().ends_with(':') && LEADS.is_match(&told.text);
            if !leads {
                told = Told::default();
            }
            if ends && at > from {
                return None;
            }
            continue;
        }
        seen += 1;
        if seen > 40 {
            return None;
        }
        if LEADS.is_match(&line.text) {
            told = Told::default();
            leads = true;
        }
        told.add(&line.text, &line.at());
    }
    settled(&told, leads)
}

fn settled(told: &Told, leads: bool) -> Option<(Reason, At)> {
    let only_leads = told.lines.len() == 1 && told.text.trim_end().ends_with([':', '：']);
    if told.is_empty() || only_leads {
        return None;
    }
    let reason = reason::read(&told.text);
    let is_one = reason.code.is_some() || reason.status.is_some() || leads;
    let at = told.place(&reason)?;
    is_one.then_some((reason, at))
}

/// Gives the recipients that have no reply what a transcript says of them, or of all; and one that is alone, what any line says.
fn shared(lines: &[TextLine], failures: &mut Vec<Failure>) {
    let said = transcript::read(lines);
    if failures.is_empty() {
        of_transcript(&said, failures);
    }
    for failure in failures.iter_mut() {
        let is_own = |one: &&transcript::Said| {
            one.recipient.as_ref().is_some_and(|address| address::same(address, &failure.recipient))
        };
        let is_same = |one: &&transcript::Said| one.reason.code == failure.reason.code && one.in_dialogue;
        if failure.reason.code.is_some() {
            let own = said.iter().filter(is_own).rfind(is_same);
            let all = || said.iter().filter(|one| one.recipient.is_none()).rfind(is_same);
            if let Some(one) = own.or_else(all) {
                refined(&mut failure.reason, &one.reason);
            }
            continue;
        }
        // What was said to nobody by name is about all, unless a recipient has a reason of its own.
        let has_own = !failure.reason.text.is_empty();
        let all = || said.iter().rfind(|one| one.recipient.is_none() && (one.in_dialogue || !has_own));
        if let Some(one) = said.iter().rfind(is_own).or_else(all)
            && tells(&one.reason) > tells(&failure.reason)
        {
            failure.reason = one.reason.clone();
            failure.reason_at = one.at.clone();
        }
    }
    let [alone] = failures.as_mut_slice() else { return };
    if alone.reason.code.is_none()
        && alone.reason.status.is_none()
        && let Some((reason, at)) = anywhere(lines)
        && tells(&reason) > tells(&alone.reason)
    {
        alone.reason = reason;
        alone.reason_at = at;
    }
}

/// Adds where and by whom the same was said in the dialogue.
fn refined(reason: &mut Reason, said: &Reason) {
    reason.stage = reason.stage.or(said.stage);
    reason.decided_by = reason.decided_by.or(said.decided_by);
    if reason.server.is_none() && reason.server_ip.is_none() {
        reason.server.clone_from(&said.server);
        reason.server_ip.clone_from(&said.server_ip);
    }
}

/// Where no recipient is named in words, those that a transcript refuses are.
fn of_transcript(said: &[transcript::Said], failures: &mut Vec<Failure>) {
    for one in said {
        let Some(recipient) = &one.recipient else { continue };
        if failures.iter().any(|known| address::same(&known.recipient, recipient)) {
            continue;
        }
        failures.push(Failure {
            recipient: recipient.clone(),
            at: one.at.clone(),
            original: None,
            reason: one.reason.clone(),
            reason_at: one.at.clone(),
        });
    }
}

/// Returns the line that tells a reply, wherever it stands.
fn anywhere(lines: &[TextLine]) -> Option<(Reason, At)> {
    let mut best: Option<(Reason, At)> = None;
    for (at, line) in lines.iter().enumerate() {
        if !line.text.contains(['4', '5']) {
            continue;
        }
        let reason = reason::read(&line.text);
        if reason.code.is_none_or(|code| code < 400) {
            continue;
        }
        let mut text = one_line(&line.text);
        for more in lines.get(at + 1..).unwrap_or_default().iter().take(20) {
            if more.is_blank() || is_end(&more.text) {
                break;
            }
            text.push('\n');
            text.push_str(&more.text);
        }
        let reason = reason::read(&text);
        if best.as_ref().is_none_or(|(known, _)| tells(&reason) > tells(known)) {
            best = Some((reason, line.at()));
        }
    }
    best
}
