//! One Received field, taken apart.
//!
//! In: its value in one line. Out: a [`Hop`]. The field is a row of clauses, `from`, `by`, `via`, `with`, `id`, `for`, each of a word
//! or more with comments in brackets, and a date behind the last semicolon (RFC 5321, section 4.4). What the comments hold differs:
//!
//! - Postfix, Sendmail, `OpenSMTPD`, `MDaemon`: `from HELO (NAME [ADDRESS])`
//! - Exim: `from NAME ([ADDRESS] helo=HELO)`, `from [ADDRESS] (helo=HELO)`
//! - qmail, Yahoo, Cisco, Zimbra: `from NAME (HELO HELO) (ADDRESS)`
//! - Exchange: `from HELO (ADDRESS)`; Gmail: `by ADDRESS with SMTP id …`
//!
//! TLS stands in the protocol (RFC 3848), in comments, or behind slashes (Cisco: `ESMTP/TLS/ECDHE-RSA-AES256-GCM-SHA384`).

use std::net::IpAddr;
use std::sync::LazyLock;

use regex::Regex;

use super::reply::pattern;

/// What one field says; what it does not is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hop {
    pub(super) from_host: Option<String>,
    pub(super) from_helo: Option<String>,
    pub(super) from_ip: Option<IpAddr>,
    pub(super) by_host: Option<String>,
    pub(super) protocol: Option<String>,
    pub(super) tls: Option<bool>,
    pub(super) tls_version: Option<String>,
    pub(super) cipher: Option<String>,
    pub(super) recipient: Option<String>,
    pub(super) queue_id: Option<String>,
    /// As it is written.
    pub(super) date: Option<String>,
}

/// So much of a field is looked at.
const MOST: usize = 8_000;

/// A piece of a field.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    Word(&'t str),
    /// What stands in round brackets, without them.
    Comment(&'t str),
}

/// A clause: its words, and the comments among and behind them.
#[derive(Debug, Default)]
struct Clause<'t> {
    words: Vec<&'t str>,
    comments: Vec<&'t str>,
}

/// All clauses of a field.
#[derive(Debug, Default)]
struct Clauses<'t> {
    from: Clause<'t>,
    by: Clause<'t>,
    with: Clause<'t>,
    id: Clause<'t>,
    recipient: Clause<'t>,
    /// Comments before the first clause, and all others.
    all: Vec<&'t str>,
}

/// Reads a field.
pub(super) fn read(value: &str) -> Hop {
    let value = value.get(..value.floor_char_boundary(MOST)).unwrap_or(value);
    let (text, date) = match value.rsplit_once(';') {
        Some((text, date)) => (text, Some(date.trim().to_owned())),
        None => (value, None),
    };
    let clauses = clauses(&pieces(text));
    let mut hop = Hop { date: date.filter(|date| !date.is_empty()), ..Hop::default() };
    let is_exim = is_exim(&clauses);
    from(&clauses, is_exim, &mut hop);
    hop.by_host = clauses.by.words.first().and_then(|word| host(word));
    protocol(&clauses, is_exim, &mut hop);
    hop.queue_id = queue_id(&clauses, &hop);
    hop.recipient = recipient(&clauses);
    hop
}

/// Takes a text apart; a bracket that never closes is none.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    let (mut depth, mut from) = (0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => {
                if depth == 0 {
                    words(text.get(from..at), &mut all);
                    from = at + 1;
                }
                depth += 1;
            }
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    all.extend(text.get(from..at).map(|inside| Piece::Comment(inside.trim())));
                    from = at + 1;
                }
            }
            _ => {}
        }
    }
    words(text.get(from..), &mut all);
    all
}

fn words<'t>(text: Option<&'t str>, into: &mut Vec<Piece<'t>>) {
    let all = text.unwrap_or_default().split_whitespace().map(|word| word.trim_matches(['(', ')', ',']));
    into.extend(all.filter(|word| !word.is_empty()).map(Piece::Word));
}

fn clauses<'t>(pieces: &[Piece<'t>]) -> Clauses<'t> {
    let mut all = Clauses::default();
    let mut other = Clause::default();
    // Each clause stands once, but `with` and `id` may be words of Exchange's and Gmail's protocols.
    let mut open = "";
    for piece in pieces {
        if let Piece::Word(word) = piece
            && let Some(name) = ["from", "by", "via", "with", "id", "for"]
                .into_iter()
                .find(|name| word.eq_ignore_ascii_case(name))
        {
            open = name;
            continue;
        }
        let clause = match open {
            "from" => &mut all.from,
            "by" => &mut all.by,
            "with" => &mut all.with,
            "id" => &mut all.id,
            "for" => &mut all.recipient,
            _ => &mut other,
        };
        match piece {
            Piece::Word(word) => clause.words.push(word),
            Piece::Comment(inside) => {
                clause.comments.push(inside);
                all.all.push(inside);
            }
        }
    }
    all
}

/// Exim names who connected by its name first, and writes protocols in small letters.
fn is_exim(clauses: &Clauses<'_>) -> bool {
    let protocol = clauses.with.words.first();
    let is_small = protocol.is_some_and(|word| {
        (word.starts_with("esmtp") || word.starts_with("smtp") || word.starts_with("local"))
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    });
    is_small || clauses.all.iter().any(|comment| comment.starts_with("Exim "))
}

/// Reads who handed the message over.
fn from(clauses: &Clauses<'_>, is_exim: bool, hop: &mut Hop) {
    let clause = &clauses.from;
    let Some(first) = clause.words.first() else { return };
    let called = clause.comments.iter().find_map(|comment| helo(comment));
    hop.from_ip = clause.comments.iter().find_map(|comment| address_in(comment));
    // `from mail.example.org [192.0.2.1] by …`, and `from [192.0.2.1] (helo=…)`.
    let own = clause.words.get(1).copied().into_iter().chain([*first]).find_map(address);
    hop.from_ip = hop.from_ip.or(own.filter(|_| clause.comments.is_empty() || is_exim || called.is_some()));
    let name = host(first);
    match called {
        Some(called) => {
            hop.from_helo = text(called);
            hop.from_host = name;
        }
        None if is_exim => {
            // Where it is not told, it is the same.
            hop.from_helo = name.clone().filter(|_| hop.from_ip.is_some());
            hop.from_host = name;
        }
        None => {
            hop.from_helo = text(first).filter(|_| hop.from_ip.is_some() || !clause.comments.is_empty());
            hop.from_host = match clause.comments.first().map(|comment| looked_up(comment)) {
                Some(Looked::Up(found)) => found,
                _ => name,
            };
        }
    }
}

/// What a comment behind a name says of the name of the address.
enum Looked {
    /// It was looked up; none where there is none.
    Up(Option<String>),
    /// It was not, or nobody says so.
    No,
}

/// `mail.example.org [192.0.2.1]`, `unknown [192.0.2.1]`, `ann@mail.example.org [192.0.2.1] (may be forged)`, `[192.0.2.1]`, `192.0.2.1`
fn looked_up(comment: &str) -> Looked {
    let first = comment.split_whitespace().next().unwrap_or_default();
    let name = first.rsplit_once('@').map_or(first, |(_, name)| name);
    if !comment.contains('[') || name.starts_with('[') || address(name).is_some() {
        return Looked::No;
    }
    let is_sure =
        name != "unknown" && !comment.contains("may be forged") && !comment.contains("misconfigured");
    Looked::Up(if is_sure { host(name) } else { None })
}

/// `HELO mail.example.org`, `helo=mail.example.org`, `[192.0.2.1] helo=mail.example.org`
fn helo(comment: &str) -> Option<&str> {
    let mut words = comment.split_whitespace();
    let first = words.next()?;
    if ["HELO", "EHLO", "LHLO"].iter().any(|word| first.eq_ignore_ascii_case(word)) {
        return words.next();
    }
    comment.split_whitespace().find_map(|word| word.strip_prefix("helo="))
}

/// Returns the address of a comment: in square brackets, or a word of its own.
fn address_in(comment: &str) -> Option<IpAddr> {
    let inside = comment.split_once('[').and_then(|(_, rest)| rest.split(']').next());
    inside.and_then(address).or_else(|| {
        let first = comment.split_whitespace().next()?;
        address(first.rsplit_once('@').map_or(first, |(_, address)| address))
    })
}

fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim_start_matches('[').split(']').next().unwrap_or_default();
    let text = text
        .get(..5)
        .filter(|tag| tag.eq_ignore_ascii_case("IPv6:"))
        .map_or(text, |_| text.get(5..).unwrap_or(text));
    // `fe80::1%4`: the rest names a card.
    text.split('%').next().unwrap_or_default().parse().ok()
}

/// Returns a host's name; none where it is an address, or says that there is none.
fn host(word: &str) -> Option<String> {
    let name = word.trim_end_matches(['.', ':', ';']);
    let is_name = !name.is_empty()
        && address(name).is_none()
        && !name.contains(['@', '[', ']', '<', '>', '='])
        && !["unknown", "userid", "network", "root"].contains(&name);
    is_name.then(|| name.to_owned())
}

fn text(word: &str) -> Option<String> {
    let word = word.trim_end_matches(';');
    (!word.is_empty() && word != "unknown").then(|| word.to_owned())
}

/// Reads how it came, and whether that was encrypted.
fn protocol(clauses: &Clauses<'_>, is_exim: bool, hop: &mut Hop) {
    let words = &clauses.with.words;
    let Some(first) = words.first() else {
        return;
    };
    let is_microsoft = first.eq_ignore_ascii_case("Microsoft");
    let mut parts = first.split('/');
    let name = parts.next().unwrap_or_default();
    let name = if is_microsoft { "Microsoft SMTP Server" } else { name };
    hop.protocol = Some(if is_exim { name.to_ascii_uppercase() } else { name.to_owned() });
    tls_in_comments(clauses, hop);
    if parts.next().is_some_and(|tls| tls.eq_ignore_ascii_case("TLS")) {
        hop.tls = Some(true);
        hop.cipher = parts.next().and_then(cipher).or(hop.cipher.take());
    }
    // Exim: `with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384`.
    if let [_, tls, name, ..] = words.as_slice()
        && *tls == "tls"
    {
        hop.cipher = cipher(name).or(hop.cipher.take());
    }
    let upper = name.to_ascii_uppercase();
    if [
        "ESMTPS",
        "ESMTPSA",
        "LMTPS",
        "LMTPSA",
        "UTF8SMTPS",
        "UTF8SMTPSA",
        "UTF8LMTPS",
        "SMTPS",
        "SSMTP",
        "HTTPS",
    ]
    .contains(&upper.as_str())
        || hop.tls_version.is_some()
        || hop.cipher.is_some()
    {
        hop.tls = Some(true);
    }
    let is_plain = ["SMTP", "ESMTP", "ESMTPA", "SMTPA"].contains(&upper.as_str());
    let would_say = is_exim
        || clauses.by.comments.iter().any(|comment| *comment == "Postfix" || *comment == "OpenSMTPD")
        || hop.by_host.as_deref() == Some("mx.google.com");
    if hop.tls.is_none() && is_plain && would_say && hop.from_ip.is_some() {
        hop.tls = Some(false);
    }
}

/// `using TLSv1.3 with cipher X`, `version=TLS1_2, cipher=X`, `version=TLSv1.2 cipher=X`, `TLSv1.2:X:256`, `TLS1.3`.
static TLS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:using\s+|version=|protocol=)?(?P<version>(?:TLS|SSL)\s?v?[0-9](?:[._][0-9])?(?:\.[0-9])?)(?:$|[\s,;]|:(?P<cipher>[A-Za-z0-9_-]{5,})?)",
    )
});
static CIPHER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\bcipher[= ]\s*(?P<cipher>[A-Za-z0-9_-]{5,})"));

fn tls_in_comments(clauses: &Clauses<'_>, hop: &mut Hop) {
    for comment in clauses.all.iter().filter(|comment| comment.len() < 500) {
        let has = |word: &str| {
            comment.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
        };
        if !has("tls") && !has("ssl") && !has("cipher") {
            continue;
        }
        if let Some(found) = TLS.captures(comment) {
            hop.tls = Some(true);
            hop.tls_version = found.name("version").and_then(|found| version(found.as_str()));
        }
        let named = CIPHER.captures(comment).or_else(|| TLS.captures(comment));
        if let Some(found) =
            named.and_then(|found| found.name("cipher").map(|found| found.as_str().to_owned()))
        {
            hop.cipher = cipher(&found);
        }
        // Exchange and Mimecast, without a version.
        if comment.eq_ignore_ascii_case("TLS") || comment.eq_ignore_ascii_case("Using TLS") {
            hop.tls = Some(true);
        }
    }
}

/// `TLS1_2`, `TLSv1.2`, `TLS1.2` are one; `TLSv1/SSLv3` only says what OpenSSL could do.
fn version(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase().replace('_', ".");
    let number = upper.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let name = if upper.starts_with("SSL") { "SSLv" } else { "TLSv" };
    (!number.is_empty()).then(|| format!("{name}{number}"))
}

fn cipher(text: &str) -> Option<String> {
    let is_one = text.len() >= 5 && text.contains(['_', '-']) && !text.eq_ignore_ascii_case("none");
    is_one.then(|| text.to_owned())
}

/// The number behind Exchange's protocol is its version.
fn queue_id(clauses: &Clauses<'_>, hop: &Hop) -> Option<String> {
    let id = clauses.id.words.first()?.trim_end_matches(';');
    let is_version = hop.protocol.as_deref().is_some_and(|protocol| {
        ["Microsoft SMTP Server", "mapi"].iter().any(|name| protocol.eq_ignore_ascii_case(name))
    });
    (!id.is_empty() && !is_version).then(|| id.trim_matches(['<', '>']).to_owned())
}

fn recipient(clauses: &Clauses<'_>) -> Option<String> {
    let [alone] = clauses.recipient.words.as_slice() else { return first_of(&clauses.recipient.words) };
    addressed(alone)
}

/// Words behind the address belong to no clause that is known.
fn first_of(words: &[&str]) -> Option<String> {
    let mut all = words.iter().filter_map(|word| addressed(word));
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

fn addressed(word: &str) -> Option<String> {
    let address = word.trim_matches(['<', '>', ',', ';']);
    (address.contains('@') && !address.contains(['<', '='])).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &str) -> String {
        let hop = read(value);
        let tls = hop.tls.map(|tls| if tls { "tls" } else { "plain" }.to_owned());
        let ip = hop.from_ip.map(|ip| ip.to_string());
        let all = [
            hop.from_host,
            hop.from_helo,
            ip,
            hop.by_host,
            hop.protocol,
            tls,
            hop.tls_version,
            hop.cipher,
            hop.recipient,
            hop.queue_id,
        ];
        all.map(|one| one.unwrap_or_else(|| "-".into())).join(" ")
    }

    #[test]
    fn programs_write_it_in_their_ways() {
        let all = [
            (
                "from helo.example.org (mail.example.org [192.0.2.1]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519) (No client certificate requested) by mx.example.com (Postfix) with ESMTPS id 4XyZ1 for <ann@example.com>; Mon, 30 Nov 2026 08:01:02 +0100 (CET)",
                "mail.example.org helo.example.org 192.0.2.1 mx.example.com ESMTPS tls TLSv1.3 TLS_AES_256_GCM_SHA384 ann@example.com 4XyZ1",
            ),
            (
                "from localhost (unknown [2001:db8::1]) by mx.example.com (Postfix) with ESMTP id 1A; x",
                "- localhost 2001:db8::1 mx.example.com ESMTP plain - - - 1A",
            ),
            (
                "from [192.0.2.1] (port=4711 helo=pc.example.org) by mx.example.com with esmtpsa (TLS1.3) tls TLS_AES_128_GCM_SHA256 (Exim 4.96) (envelope-from <bob@example.org>) id 1tAbCd-000001-2x for ann@example.com; x",
                "- pc.example.org 192.0.2.1 mx.example.com ESMTPSA tls TLSv1.3 TLS_AES_128_GCM_SHA256 ann@example.com 1tAbCd-000001-2x",
            ),
            (
                "from mail.example.org ([192.0.2.1]:2525 helo=pc) by mx.example.com with esmtps (TLSv1.2:ECDHE-RSA-AES256-GCM-SHA384:256) (Exim 4.92) id 1a; x",
                "mail.example.org pc 192.0.2.1 mx.example.com ESMTPS tls TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384 - 1a",
            ),
            (
                "from mail.example.org ([192.0.2.1]) by mx.example.com with esmtp (Exim 4.92) id 1a; x",
                "mail.example.org mail.example.org 192.0.2.1 mx.example.com ESMTP plain - - - 1a",
            ),
            (
                "from pc (ann@dsl.example.org [192.0.2.1] (may be forged)) by mx.example.com (8.17.1/8.17.1) with ESMTPS id 3AU (version=TLSv1.2 cipher=ECDHE-RSA-AES256-GCM-SHA384 bits=256 verify=NOT) for <ann@example.com>; x",
                "- pc 192.0.2.1 mx.example.com ESMTPS tls TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384 ann@example.com 3AU",
            ),
            (
                "from unknown (HELO pc.example.org) (ann@192.0.2.1) by mx.example.com with SMTP; 30 Nov 2026 07:01:02 -0000",
                "- pc.example.org 192.0.2.1 mx.example.com SMTP - - - - -",
            ),
            ("(qmail 4711 invoked from network); 30 Nov 2026 07:01:02 -0000", "- - - - - - - - - -"),
            (
                "from AM0PR01MB1.example.prod.outlook.com (2603:10a6::1) by AM0PR01MB2.example.prod.outlook.com (2603:10a6::2) with Microsoft SMTP Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.8200.12; x",
                "AM0PR01MB1.example.prod.outlook.com AM0PR01MB1.example.prod.outlook.com 2603:10a6::1 AM0PR01MB2.example.prod.outlook.com Microsoft SMTP Server tls TLSv1.2 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 - -",
            ),
            (
                "from a.example.com ([fe80::1%4]) by b.example.com ([::1]) with mapi id 15.01.2507.039; x",
                "a.example.com a.example.com fe80::1 b.example.com mapi - - - - -",
            ),
            ("by 2002:a05:6a10:1::1 with SMTP id d1csp123; x", "- - - - SMTP - - - - d1csp123"),
            (
                "from mail.example.org (mail.example.org. [192.0.2.1]) by mx.google.com with ESMTPS id d2 for <ann@example.com> (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256); x",
                "mail.example.org mail.example.org 192.0.2.1 mx.google.com ESMTPS tls TLSv1.3 TLS_AES_256_GCM_SHA384 ann@example.com d2",
            ),
            (
                "from unknown (HELO mail.example.org) ([192.0.2.1]) by esa.example.com with ESMTP/TLS/ECDHE-RSA-AES256-GCM-SHA384; x",
                "- mail.example.org 192.0.2.1 esa.example.com ESMTP tls - ECDHE-RSA-AES256-GCM-SHA384 - -",
            ),
            (
                "from mail.example.org (mail.example.org [192.0.2.1]) (Using TLS) by relay.example.net with ESMTP id us-mta-1-x; x",
                "mail.example.org mail.example.org 192.0.2.1 relay.example.net ESMTP tls - - - us-mta-1-x",
            ),
            (
                "from mail.example.org ([192.0.2.1]) by box.example.com with LMTP id aBc (envelope-from <bob@example.org>) for <ann@example.com>; x",
                "mail.example.org mail.example.org 192.0.2.1 box.example.com LMTP - - - ann@example.com aBc",
            ),
            (
                "from mail.example.org (LHLO mail.example.org) (192.0.2.1) by mail.example.com with LMTP; x",
                "mail.example.org mail.example.org 192.0.2.1 mail.example.com LMTP - - - - -",
            ),
            (
                "from mail.example.org (mail.example.org [192.0.2.1]) by mx.example.com (OpenSMTPD) with ESMTPS id 1b (TLSv1.3:TLS_AES_256_GCM_SHA384:256:NO) for <ann@example.com>; x",
                "mail.example.org mail.example.org 192.0.2.1 mx.example.com ESMTPS tls TLSv1.3 TLS_AES_256_GCM_SHA384 ann@example.com 1b",
            ),
            ("by mx.example.com (Postfix, from userid 116) id 1C; x", "- - - mx.example.com - - - - - 1C"),
            ("from a (b [192.0.2.1 by mx.example.com with ESMTP", "a - - mx.example.com ESMTP - - - - -"),
            ("", "- - - - - - - - - -"),
        ];
        for (value, expected) in all {
            assert_eq!(shown(value), expected, "{value}");
        }
    }
}
