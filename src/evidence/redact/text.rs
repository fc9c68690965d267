//! A line of text: what in it names somebody or something, found in one pass, and what stands in its place.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::LazyLock;

use ipnet::IpNet;
use regex::{Captures, Regex};

use super::{Redactor, host, names};
use crate::evidence::mail::mime;
use crate::evidence::mail::reply::pattern;

/// What a part of a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Words stay, unless they are names that are known.
    Plain,
    /// The name of somebody: no word stays.
    Person,
    /// What a message is about: no word stays.
    Subject,
}

/// An address within a name, with hyphens for its dots.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}"));

/// In the order in which they are tried at each place.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?P<encoded>=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=(?:\s+=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=)*)",
        r"|(?P<entity>&(?:[A-Za-z]{2,8}|#[0-9]{1,6}|#x[0-9A-Fa-f]{1,6});)",
        r"|(?P<guid>\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\b)",
        r#"|(?P<folder>(?i:/home/|/users/|\\users\\|/var/mail/|/var/spool/mail/|/maildirs?/|\\documents and settings\\))(?P<user>[^/\\\s"'<>:;,)\]]+)"#,
        r"|(?P<phone>\+\d{1,3}[ ./-]?(?:\(0?\d{1,5}\)[ ./-]?)?\d[\d ./-]{5,16}\d|\(\d{3}\) ?\d{3}-\d{4}|\b\d{3}[-.]\d{3}[-.]\d{4}\b|(?i:\b(?:tel|phone|fax|mobile|telefon|mobil|handy)[.:]+\s*)[+(]?\d[\d ()./-]{4,18}\d)",
        r"|(?P<reversed>\b\d{1,3}(?:\.\d{1,3}){3}\.(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}_])?\.)*\p{L}{2,})",
        r"|(?P<six>(?:[0-9A-Fa-f]{1,4}:|:)(?:[0-9A-Fa-f]{0,4}:){1,6}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}))(?P<six_net>/\d{1,3})?",
        r"|(?P<four>\d{1,3}(?:\.\d{1,3}){3})(?P<four_net>/\d{1,2})?",
        r"|(?P<reply>\b[2-5][0-9]{2}-)",
        r"|(?P<host>[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}_])?(?:\.[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}_])?)+)",
        r"|(?P<word>[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}_'’-]*[\p{L}\p{M}\p{N}])?)",
    ))
});

impl Redactor {
    /// Replaces what a part of a line names; what lies in one of the spans stays.
    pub(super) fn tokens(&mut self, text: &str, mode: Mode, spans: &[Range<usize>]) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for found in addresses(text) {
            self.others(text, from..found.local.start, (mode, spans), &mut out);
            let local = text.get(found.local.clone()).unwrap_or_default();
            let at = text.get(found.local.end..found.domain.start).unwrap_or_default();
            let domain = text.get(found.domain.clone()).unwrap_or_default();
            // `192.0.2.53@53` is an address and a port.
            match local.parse() {
                Ok(ip) => out.extend([&self.ip(ip, None), at, domain]),
                Err(_) => out.push_str(&self.address(local, at, domain)),
            }
            from = found.domain.end;
        }
        self.others(text, from..text.len(), (mode, spans), &mut out);
        if self.unspaced.is_empty() { out } else { self.without_unspaced(out) }
    }

    /// Replaces what stands between addresses.
    fn others(
        &mut self,
        whole: &str,
        range: Range<usize>,
        (mode, spans): (Mode, &[Range<usize>]),
        out: &mut String,
    ) {
        let text = whole.get(range.clone()).unwrap_or_default();
        let mut from = 0;
        for found in TOKEN.captures_iter(text) {
            let Some(token) = found.get(0) else { continue };
            out.push_str(text.get(from..token.start()).unwrap_or_default());
            from = token.end();
            let (start, end) = (range.start + token.start(), range.start + token.end());
            let stays = spans.iter().any(|span| span.start <= start && end <= span.end);
            let before = whole.get(..start).and_then(|before| before.chars().next_back());
            match self.token(&found, mode, stays, (before, whole.get(end..).unwrap_or_default())) {
                Some(other) => out.push_str(&other),
                None => out.push_str(token.as_str()),
            }
        }
        out.push_str(text.get(from..).unwrap_or_default());
    }

    fn without_unspaced(&mut self, text: String) -> String {
        if text.is_ascii() {
            return text;
        }
        let names = self.unspaced.clone();
        names.iter().fold(text, |text, name| {
            if text.contains(name.as_str()) {
                text.replace(name.as_str(), &self.invented.word(name))
            } else {
                text
            }
        })
    }

    /// Returns what stands for a token; none where it stays.
    fn token(
        &mut self,
        found: &Captures<'_>,
        mode: Mode,
        stays: bool,
        (before, after): (Option<char>, &str),
    ) -> Option<String> {
        let whole = found.get(0)?.as_str();
        let group = |name: &str| found.name(name).map(|group| group.as_str());
        if group("encoded").is_some() {
            return Some(self.encoded(whole, mode));
        }
        if group("entity").is_some() || group("reply").is_some() {
            return None;
        }
        if group("guid").is_some() {
            return Some(self.invented.id(whole));
        }
        if let (Some(folder), Some(user)) = (group("folder"), group("user")) {
            return Some(format!("{folder}{}", self.user(user)));
        }
        if group("phone").is_some() {
            return Some(self.phone(whole));
        }
        if let Some(name) = group("reversed") {
            return self.host(name, before == Some('/')).or_else(|| Some(self.dotted(name, mode, stays)));
        }
        if let Some(text) = group("six") {
            let is_apart = !before.is_some_and(|c| c.is_alphanumeric() || c == ':' || c == '.')
                && !after.starts_with(|c: char| c.is_alphanumeric() || c == ':');
            let ip: IpAddr =
                text.parse().ok().filter(|_| is_apart && text.contains(|c: char| c.is_ascii_digit()))?;
            return Some(self.ip(ip, group("six_net")));
        }
        if let Some(text) = group("four") {
            let mut rest = after.chars();
            let goes_on = match rest.next() {
                Some('.') => rest.next().is_some_and(|c| c.is_ascii_digit()),
                next => next.is_some_and(char::is_alphanumeric),
            };
            let ip: IpAddr = text.parse().ok().filter(|_| !goes_on && before != Some('.'))?;
            return Some(self.ip(ip, group("four_net")));
        }
        if let Some(name) = group("host") {
            return self.host(name, before == Some('/')).or_else(|| Some(self.dotted(name, mode, stays)));
        }
        let word = group("word")?;
        // `\nBob` in JSON is a new line and a name.
        if before == Some('\\') && !self.names.is_name(word, &self.kept) {
            let (letter, rest) = word.split_at_checked(1).filter(|(letter, _)| "nrt".contains(letter))?;
            return self.word(rest, mode, stays).map(|other| format!("{letter}{other}"));
        }
        self.word(word, mode, stays)
    }

    /// Replaces what a word with dots says that is no host's name.
    fn dotted(&mut self, text: &str, mode: Mode, stays: bool) -> String {
        if self.names.is_name(text, &self.kept) {
            return self.local(text);
        }
        let parts: Vec<String> = text
            .split('.')
            .map(|part| self.word(part, mode, stays).unwrap_or_else(|| part.to_owned()))
            .collect();
        parts.join(".")
    }

    /// Replaces a word; none where it stays.
    fn word(&mut self, word: &str, mode: Mode, stays: bool) -> Option<String> {
        if self.names.ids.contains(word) {
            return Some(self.invented.id(word));
        }
        if stays {
            return None;
        }
        if self.names.is_name(word, &self.kept) {
            return Some(self.local(word));
        }
        let is_compound = word.contains(['-', '_', '\'', '’']);
        if is_compound {
            return Some(self.parts(word, mode));
        }
        (mode != Mode::Plain && !self.kept.words.contains(&word.to_lowercase())).then(|| {
            if self.is_learning && mode == Mode::Person {
                self.names.person(word);
            }
            self.part(word)
        })
    }

    fn parts(&mut self, word: &str, mode: Mode) -> String {
        if self.is_learning && mode == Mode::Person {
            self.names.person(word);
        }
        let mut out = String::new();
        for part in word.split_inclusive(['-', '_', '\'', '’']) {
            let bare = part.trim_end_matches(['-', '_', '\'', '’']);
            out.push_str(&self.word(bare, mode, bare.is_empty()).unwrap_or_else(|| bare.to_owned()));
            out.push_str(part.get(bare.len()..).unwrap_or_default());
        }
        out
    }

    /// Replaces what encoded words say (RFC 2047).
    fn encoded(&mut self, words: &str, mode: Mode) -> String {
        let said = mime::unencoded(words.as_bytes());
        let other = self.phrase(&said, mode);
        if other == said { words.to_owned() } else { mime::encoded(&other) }
    }

    /// Replaces a phrase, in which what readers look for stays.
    pub(super) fn phrase(&mut self, text: &str, mode: Mode) -> String {
        let spans = match mode {
            Mode::Plain => Vec::new(),
            Mode::Person => crate::evidence::mail::kind::sender_spans(text),
            Mode::Subject => crate::evidence::mail::kind::subject_spans(text),
        };
        self.tokens(text, mode, &spans)
    }

    /// Replaces an address; what stands before it in one word stays: `to=`, `https://host/?to=`.
    fn address(&mut self, local: &str, at: &str, domain: &str) -> String {
        let from = local.rfind(['/', '?', '&', '|', '`', '*', '{', '}']).map_or(0, |at| at + 1);
        let (path, mut local) = local.split_at_checked(from).unwrap_or(("", local));
        let mut key = "";
        if let Some((first, rest)) = local.split_once('=')
            && !rest.is_empty()
            && (!path.is_empty() || is_key(first))
        {
            (key, local) = (local.get(..=first.len()).unwrap_or_default(), rest);
        }
        let path = if path.is_empty() { String::new() } else { self.tokens(path, Mode::Plain, &[]) };
        if self.is_learning {
            self.learn_address(local);
        }
        let quote = if local.starts_with('"') { "\"" } else { "" };
        let bare = local.trim_matches('"');
        let open = bare.len() - bare.trim_start_matches('\'').len();
        let (open, bare) = bare.split_at_checked(open).unwrap_or(("", bare));
        let other = if names::is_role(bare) { bare.to_owned() } else { self.local(bare) };
        format!("{path}{key}{quote}{open}{other}{quote}{at}{}", self.domain(domain))
    }

    fn learn_address(&mut self, local: &str) {
        let is_rewritten = local.contains('=') || local.len() > 40;
        let bare = local.trim_matches(['"', '\'']);
        if !is_rewritten && !names::is_role(bare) && !is_machine_made(bare) {
            self.names.account(bare);
            if let Some((own, _)) = bare.split_once('+') {
                self.names.account(own);
            }
        }
        for part in local.split('=').filter(|_| local.contains('=')) {
            if host::parts(part).is_none() && !names::is_mark(part) && !is_machine_made(part) {
                self.names.account(part.rsplit('+').next().unwrap_or(part));
            }
        }
    }

    /// Replaces what stands behind the @.
    fn domain(&mut self, domain: &str) -> String {
        if let Some(literal) = domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return format!("[{}]", self.tokens(literal, Mode::Plain, &[]));
        }
        if let Some(other) = self.host(domain, false) {
            return other;
        }
        let kept = names::is_duty(domain) || domain.bytes().all(|byte| byte.is_ascii_digit());
        if kept { domain.to_owned() } else { self.local(domain) }
    }

    fn user(&mut self, user: &str) -> String {
        if self.is_learning && !user.contains('@') && host::parts(user).is_none() {
            self.names.account(user);
        }
        if user.contains('@') || host::parts(user).is_some() {
            self.tokens(user, Mode::Plain, &[])
        } else if matches!(user.to_lowercase().as_str(), "public" | "default" | "vhosts" | "virtual")
            || names::is_role(user)
        {
            user.to_owned()
        } else {
            self.local(user)
        }
    }

    /// Replaces the name of an account part by part, so that each is the same wherever it stands.
    pub(super) fn local(&mut self, name: &str) -> String {
        let pieces: Vec<&str> = name.split('=').collect();
        let several = pieces.len() > 1;
        let others: Vec<String> = pieces
            .iter()
            .map(|piece| match self.host(piece, false).filter(|_| several) {
                Some(host) => host,
                None => self.account(piece),
            })
            .collect();
        others.join("=")
    }

    fn account(&mut self, name: &str) -> String {
        let is_apart = |c: char| !c.is_alphanumeric();
        let mut out = String::new();
        for part in name.split_inclusive(is_apart) {
            let bare = part.trim_end_matches(is_apart);
            if names::is_mark(bare) && name.len() > bare.len() {
                out.push_str(bare);
            } else if !bare.is_empty() {
                out.push_str(&self.part(bare));
            }
            out.push_str(part.get(bare.len()..).unwrap_or_default());
        }
        out
    }

    /// Replaces letters and digits without anything between them.
    fn part(&mut self, part: &str) -> String {
        let digits = part.trim_start_matches(|c: char| !c.is_ascii_digit());
        let letters = part.get(..part.len() - digits.len()).unwrap_or_default();
        if is_machine_made(part) || digits.contains(|c: char| !c.is_ascii_digit()) {
            return self.invented.id(part);
        }
        let mut out = if letters.is_empty() { String::new() } else { self.invented.word(letters) };
        if !digits.is_empty() {
            out.push_str(&self.invented.digits(digits));
        }
        out
    }

    fn phone(&mut self, phone: &str) -> String {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        let other = self.invented.digits(&digits);
        let mut other = other.chars();
        phone.chars().map(|c| if c.is_ascii_digit() { other.next().unwrap_or(c) } else { c }).collect()
    }

    fn ip(&self, ip: IpAddr, net: Option<&str>) -> String {
        let other = self.addresses.other(ip, &self.invented.key);
        let Some(net) = net else { return other.to_string() };
        let length = net.get(1..).and_then(|length| length.parse().ok());
        let trunc = |ip: IpAddr| length.and_then(|length| IpNet::new(ip, length).ok()).map(|net| net.trunc());
        match trunc(other) {
            Some(masked) if trunc(ip).is_some_and(|own| own.addr() == ip) => {
                format!("{}{net}", masked.addr())
            }
            _ => format!("{other}{net}"),
        }
    }

    /// Replaces the name of a host, label by label; none where it is no host's. What stands in a link may lead to a block list.
    pub(super) fn host(&mut self, name: &str, is_link: bool) -> Option<String> {
        let normal = host::normal(name);
        if self.names.ids.contains(name) {
            return None;
        }
        if let Some(reverse) = self.reverse(&normal) {
            return Some(reverse);
        }
        let parts = host::parts(&normal)?;
        if self.is_learning && !is_link {
            self.names.host(name);
        }
        let other = if parts.registered == "localhost.localdomain" {
            normal.clone()
        } else if let Some(kept) = self.kept_domain(&normal, &parts, is_link) {
            let below = normal.strip_suffix(kept.as_str()).unwrap_or_default().trim_end_matches('.');
            self.labels(
                below.split('.').filter(|label| !label.is_empty()).map(str::to_owned).collect(),
                &kept,
            )
        } else {
            let suffix = parts.own.unwrap_or("example");
            let registered = format!("{}.{suffix}", self.invented.domain(&parts.registered));
            self.labels(parts.below, &registered)
        };
        let is_upper = name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase);
        Some(if is_upper { other.to_uppercase() } else { other })
    }

    /// Returns the domain that stays: one that the pack looks for, or a public block list.
    fn kept_domain(&self, normal: &str, parts: &host::Host, is_link: bool) -> Option<String> {
        let mut above = Some(normal);
        while let Some(name) = above {
            if self.kept.domains.contains(name) || self.names.is_list(name) {
                return Some(name.to_owned());
            }
            above = name.split_once('.').map(|(_, rest)| rest);
        }
        let is_of_list = || self.names.is_list_domain(&parts.registered);
        (is_link && is_of_list()).then(|| parts.registered.clone())
    }

    fn labels(&mut self, below: Vec<String>, above: &str) -> String {
        let mut below = below;
        // The address that a block list is asked for stands backwards before its name.
        let four: Option<Vec<u8>> =
            below.get(..4).map(|labels| labels.iter().filter_map(|l| l.parse().ok()).collect());
        let mut out: Vec<String> = Vec::new();
        if let Some(&[d, c, b, a]) = four.as_deref() {
            let ip = self.addresses.other(IpAddr::from([a, b, c, d]), &self.invented.key);
            out.push(backwards(ip));
            below.drain(..4);
        }
        for label in below {
            out.push(self.label(&label));
        }
        out.push(above.to_owned());
        out.join(".")
    }

    fn label(&mut self, label: &str) -> String {
        if self.names.is_name(label, &self.kept) {
            return self.local(label);
        }
        // `_dmarc`, `_domainkey`: these are of protocols.
        if label.starts_with('_') || names::is_duty(label) || self.kept.words.contains(label) {
            return label.to_owned();
        }
        if let Some(found) = ADDRESS.find(label)
            && let Ok(ip) = found.as_str().replace('-', ".").parse()
        {
            let other = self.addresses.other(ip, &self.invented.key).to_string().replace('.', "-");
            return label.replace(found.as_str(), &other);
        }
        self.local(label)
    }

    /// Replaces the name by which an address is asked for its host (RFC 1035, section 3.5; RFC 3596, section 2.5).
    fn reverse(&mut self, name: &str) -> Option<String> {
        if let Some(four) = name.strip_suffix(".in-addr.arpa") {
            let mut labels: Vec<u8> = four.split('.').filter_map(|label| label.parse().ok()).collect();
            labels.reverse();
            let count = labels.len();
            labels.resize(4, 0);
            let [a, b, c, d] = *labels.as_slice() else { return None };
            let other = backwards(self.addresses.other(IpAddr::from([a, b, c, d]), &self.invented.key));
            let skipped = other.split('.').skip(4 - count.min(4)).collect::<Vec<_>>().join(".");
            return Some(format!("{skipped}.in-addr.arpa"));
        }
        let six = name.strip_suffix(".ip6.arpa")?;
        let mut nibbles: String = six.split('.').rev().collect();
        let count = nibbles.len();
        nibbles.extend(std::iter::repeat_n('0', 32usize.saturating_sub(count)));
        let bits = u128::from_str_radix(&nibbles, 16).ok()?;
        let IpAddr::V6(other) =
            self.addresses.other(std::net::Ipv6Addr::from(bits).into(), &self.invented.key)
        else {
            return None;
        };
        let all = format!("{:032x}", u128::from(other));
        let mut shown: Vec<String> = all.chars().take(count).map(String::from).collect();
        shown.reverse();
        Some(format!("{}.ip6.arpa", shown.join(".")))
    }
}

/// `7.100.51.198` of 198.51.100.7
fn backwards(ip: IpAddr) -> String {
    ip.to_string().split('.').rev().collect::<Vec<_>>().join(".")
}

/// Where an address stands.
struct Address {
    local: Range<usize>,
    domain: Range<usize>,
}

/// The longest that either half of an address may be, in bytes (RFC 5321 has less; rewritten ones have more).
const HALF: usize = 256;

/// Returns the addresses of a text, each found from its @, so that no text takes longer than it is long.
fn addresses(text: &str) -> Vec<Address> {
    let mut found: Vec<Address> = Vec::new();
    let mut from = 0;
    for (at, sign) in text.match_indices(['@', '%']) {
        let sign = match sign {
            "%" if text.get(at..at + 3) != Some("%40") => continue,
            "%" => 3,
            _ => 1,
        };
        if at < from {
            continue;
        }
        let Some((local, domain)) = local(text, from, at).zip(domain(text, at + sign)) else { continue };
        from = domain.end;
        found.push(Address { local, domain });
    }
    found
}

/// Returns where the name of the account before an @ stands.
fn local(text: &str, from: usize, at: usize) -> Option<Range<usize>> {
    let first = text.ceil_char_boundary(at.saturating_sub(HALF).max(from));
    let before = text.get(first..at)?;
    if let Some(quoted) = before.strip_suffix('"') {
        let open = quoted.rfind('"').filter(|open| quoted.len() - open > 1)?;
        return Some(first + open..at);
    }
    let is_of_name =
        |c: char| c.is_alphanumeric() || is_mark_of_letter(c) || "!#$%&'*+/=?^_`{|}~.-".contains(c);
    let start = before.trim_end_matches(is_of_name).len();
    (start < before.len()).then_some(first + start..at)
}

fn is_mark_of_letter(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{d7f}' | '\u{e30}'..='\u{e4e}')
}

/// Returns where the domain behind an @ stands.
fn domain(text: &str, start: usize) -> Option<Range<usize>> {
    static DOMAIN: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^(?:\[[0-9A-Fa-f.:IPv]+\]|[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_.-]*)"));
    let end = text.floor_char_boundary(start + HALF);
    let found = DOMAIN.find(text.get(start..end)?)?;
    Some(start..start + found.as_str().trim_end_matches(['.', '-']).len())
}

/// Returns whether a word before `=` is the name of a field, and none of somebody.
fn is_key(word: &str) -> bool {
    const KEYS: &[&str] = &[
        "to",
        "from",
        "orig_to",
        "ctladdr",
        "sasl_username",
        "user",
        "username",
        "f",
        "t",
        "for",
        "sender",
        "recipient",
        "rcpt",
        "mail",
        "mailfrom",
        "envelope-from",
        "header.from",
        "header.i",
        "smtp.mailfrom",
        "smtp.mail",
        "mailto",
        "smtp",
        "rfc822",
        "i",
        "b",
        "r",
        "a",
        "u",
        "x",
        "addr",
        "address",
        "email",
        "login",
        "s",
        "id",
        "owner",
        "originator",
        "dda:smtp",
    ];
    KEYS.contains(&word.to_lowercase().as_str())
}

/// Returns whether a word was made by a machine: letters and digits in turn, or capitals among small letters.
fn is_machine_made(word: &str) -> bool {
    let mut kinds = 0;
    let mut last = None;
    for c in word.chars().filter(|c| c.is_alphanumeric()) {
        let kind = if c.is_ascii_digit() {
            0
        } else if c.is_uppercase() {
            1
        } else {
            2
        };
        if last != Some(kind) && last != Some(1) {
            kinds += 1;
        }
        last = Some(kind);
    }
    kinds > 3 || word.len() > 24 && !word.contains(['.', '-', '_'])
}
