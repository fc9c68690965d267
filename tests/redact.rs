//! Redaction: what is read of an artefact stays the same, and no name that was in it survives.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use ruleout::collect::{self, Collected};
use ruleout::evidence::{self, Input, Options, Redactor};
use ruleout::facts::recorded::Facts;
use ruleout::kept::kept;
use ruleout::records::Records;
use ruleout::value::Type;

use crate::support::data::{entries, folders};
use crate::support::pack::Pack;
use crate::support::profile::config;

fn read(files: &[(String, Vec<u8>)], options: &Options) -> Records {
    let inputs = files.iter().map(|(name, bytes)| Input::of_bytes(name.as_str(), bytes)).collect();
    evidence::read(inputs, options, &mut |_| ())
}

/// Redacts the artefacts of an incident.
fn redacted(
    redactor: &mut Redactor,
    files: &[(String, Vec<u8>)],
    options: &Options,
) -> Vec<(String, Vec<u8>)> {
    for (_, bytes) in files {
        redactor.learn(bytes);
    }
    redactor.learn_records(&read(files, options));
    let one = |(name, bytes): &(String, Vec<u8>)| (name.clone(), redactor.redact(bytes).unwrap().bytes);
    files.iter().map(one).collect()
}

/// What is known of a ticket, by the names of facts, and whether that may be a name.
fn facts(pack: &Pack, ticket: &Collected) -> BTreeMap<(String, bool), String> {
    let name = |id| {
        let fact = &pack.graph.pack.facts[id];
        let is_name = matches!(fact.ty, Type::Text | Type::Domain | Type::Ip);
        (fact.name.value.clone(), is_name)
    };
    ticket.facts.recorded.iter().map(|(id, recorded)| (name(*id), recorded.written.clone())).collect()
}

/// The artefacts of a pack's cases: files of one name are one incident.
fn incidents(folder: &Path) -> BTreeMap<String, Vec<PathBuf>> {
    let mut incidents: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in entries(folder) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_file()
            && ruleout::document::tree::Format::of_path(&name).is_none_or(|_| name.ends_with(".json"))
        {
            incidents.entry(name.split('.').next().unwrap().to_owned()).or_default().push(path);
        }
    }
    incidents
}

#[test]
fn what_is_read_of_a_case_stays_the_same() {
    let (mut seen, mut wrong) = (0, Vec::new());
    for name in folders(Path::new("rules")) {
        let cases = Path::new("rules").join(&name).join("cases");
        let incidents = if cases.is_dir() { incidents(&cases) } else { BTreeMap::new() };
        if incidents.is_empty() {
            continue;
        }
        let mut pack = Pack::of_rules(&name);
        let by_hand = Facts::default();
        let options =
            Options { declared: collect::declared(&pack.graph.pack, &by_hand), ..Options::default() };
        for (case, paths) in incidents {
            let files: Vec<(String, Vec<u8>)> = paths
                .iter()
                .map(|path| {
                    (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())
                })
                .collect();
            let mut redactor = Redactor::new(kept(&pack.graph.pack), b"salt");
            let others = redacted(&mut redactor, &files, &options);
            let mut tickets = |files: &[(String, Vec<u8>)]| {
                collect::collect(&pack.graph.pack, &read(files, &options), &by_hand, &mut pack.sources)
            };
            let (before, after) = (tickets(&files), tickets(&others));
            let said = |redactor: &mut Redactor, mut all: BTreeMap<(String, bool), String>| {
                for ((_, is_name), value) in &mut all {
                    *value = if *is_name { redactor.value(value) } else { std::mem::take(value) };
                }
                all
            };
            // Tickets stand in the order of what tells them apart, which are names.
            let mut wanted: Vec<_> =
                before.iter().map(|ticket| said(&mut redactor, facts(&pack, ticket))).collect();
            let mut found: Vec<_> = after.iter().map(|ticket| facts(&pack, ticket)).collect();
            wanted.sort();
            found.sort();
            if wanted != found {
                wrong.push(format!("{name} {case}:\n{wanted:?}\n{found:?}"));
            }
            let answers = |tickets: &[Collected]| -> Vec<Vec<(String, String)>> {
                let answer = |ticket: &Collected| {
                    let diagnosis = crate::support::pack::diagnose(&pack.graph, &ticket.facts);
                    diagnosis
                        .causes
                        .iter()
                        .map(|cause| (format!("{:?}", cause.cause), format!("{:?}", cause.probability)))
                        .collect()
                };
                let mut all: Vec<_> = tickets.iter().map(answer).collect();
                all.sort();
                all
            };
            if answers(&before) != answers(&after) {
                wrong.push(format!("{name} {case} is answered differently"));
            }
            seen += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(seen > 5, "{seen} incidents");
}

/// Artefacts with places for names: `@L` an account, `@P` a person's first name and `@Q` the last, `@D` a domain, `@H` a host's label,
/// `@S` a subject's word, `@I` and `@J` addresses, `@X` what names a message.
const TEMPLATES: &[(&str, &str)] = &[
    (
        "bounce.eml",
        "Return-Path: <>\nReceived: from @H.@D ([@I]) by mail.@D (Postfix) with ESMTPS id @X\n\tfor <@L@@D>; Mon, 30 Nov 2026 08:01:02 +0100\nFrom: Mail Delivery System <MAILER-DAEMON@@H.@D>\nTo: \"@P @Q\" <@L@@D>\nSubject: Undelivered Mail Returned to Sender\nMessage-Id: <20261130070102.@X@@H.@D>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"@X/@H.@D\"\n\n--@X/@H.@D\nContent-Type: text/plain; charset=us-ascii\n\n<@L@@D>: host @H.@D[@I] said: 550 5.1.1 user @L unknown (in reply to RCPT TO command)\n\n--@X/@H.@D\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; @H.@D\nX-Postfix-Queue-ID: @X\n\nFinal-Recipient: rfc822; @L@@D\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; @H.@D\nDiagnostic-Code: smtp; 550 5.1.1 user @L unknown\n\n--@X/@H.@D\nContent-Type: message/rfc822\n\nFrom: =?utf-8?Q?@P_@Q?= <@L@@D>\nTo: @Q, @P <@L@@D>\nSubject: @S and @S\nMessage-ID: <@X@@H.@D>\nContent-Type: text/plain; name=\"@S.pdf\"\n\nDear @P @Q, call +49 30 5550@N.\n\n--@X/@H.@D--\n",
    ),
    (
        "encoded.eml",
        "From: postmaster@@D\nTo: @L@@D\nSubject: =?utf-8?B?@{Delivery failure: @S}?=\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n@{Delivery failed for @L@@D (@P @Q):\n550 5.1.1 no such user @L at @H.@D [@I]\n}\n",
    ),
    (
        "mail.log",
        "Nov 30 08:01:02 @H postfix/smtpd[1]: connect from @H.@D[@I]\nNov 30 08:01:02 @H postfix/smtpd[1]: @X: client=@H.@D[@I], sasl_method=PLAIN, sasl_username=@L\nNov 30 08:01:02 @H postfix/cleanup[2]: @X: message-id=<@X@@H.@D>\nNov 30 08:01:02 @H postfix/cleanup[2]: @X: warning: header Subject: @S @S from @H.@D[@I]; from=<@L@@D> to=<@L@@D> proto=ESMTP helo=<@H>\nNov 30 08:01:03 @H postfix/smtp[3]: @X: to=<@L@@D>, relay=@H.@D[@J]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host @H.@D[@J] said: 550 5.1.1 <@L@@D>: User @L unknown)\n2026-11-30 08:01:04 1rAbCd-0001ab-@N <= @L@@D H=@H.@D [@I] P=esmtps S=1234 id=@X@@H.@D T=\"@S @S\"\nNov 30 08:01:05 @H dovecot: imap(@L): Error: open(/home/@L/Maildir) failed\n",
    ),
    (
        "session.txt",
        "$ swaks --to @L@@D --server @H.@D\n=== Connected to @H.@D.\n<-  220 @H.@D ESMTP\n -> EHLO @H.@D\n<-  250-@H.@D Hello [@I]\n -> RCPT TO:<@L@@D>\n<** 550 5.7.1 Service unavailable; Client host [@I] blocked using zen.spamhaus.org\n$ dig mx @D\n@D.\t300\tIN\tMX\t10 @H.@D.\nC:\\Users\\@L\\Desktop\n",
    ),
    (
        "data.json",
        "{\"user\": \"@L\", \"displayName\": \"@P @Q\", \"email\": \"@L@@D\", \"subject\": \"@S\", \"hostname\": \"@H\", \"ip\": \"@I\", \"text\": \"seen\\n@P on @H.@D\"}\n",
    ),
    (
        "trace.csv",
        "date,sender,recipient,subject,display name,client\n2026-11-30 08:01:02,@L@@D,@L@@D,\"@S, @S\",@P @Q,@I\n",
    ),
];

/// Puts names into a template; what stands in `@{…}` is encoded afterwards.
fn planted(template: &str, names: &[(&str, String)]) -> String {
    let names =
        names.iter().fold(template.replace("@@", "\u{1}@"), |text, (sign, name)| text.replace(sign, name));
    let mut out = String::new();
    let mut rest = names.as_str();
    while let Some((before, after)) = rest.split_once("@{") {
        let (inside, behind) = after.split_once('}').unwrap();
        out.push_str(before);
        out.push_str(&base64(inside.replace('\u{1}', "@").as_bytes()));
        rest = behind;
    }
    (out + rest).replace('\u{1}', "@")
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |bits: u32| char::from(LETTERS[(bits & 63) as usize]);
    let code = |three: &[u8]| {
        let bits =
            three.iter().fold(0, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - three.len()));
        let all = [letter(bits >> 18), letter(bits >> 12), letter(bits >> 6), letter(bits)];
        all.iter().take(three.len() + 1).collect::<String>() + &"=".repeat(3 - three.len())
    };
    bytes.chunks(3).map(code).collect()
}

/// What a mail says once its parts are decoded.
fn unpacked(text: &str) -> String {
    let runs = text.split(|c: char| c.is_whitespace() || c == '?').filter(|run| run.len() > 30);
    let decoded = runs.filter_map(from_base64).collect::<Vec<_>>().join(" ");
    format!("{text} {decoded}").to_lowercase()
}

fn from_base64(run: &str) -> Option<String> {
    let value = |c: u8| {
        Some(match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        })
    };
    let bits: Vec<u8> = run.trim_end_matches('=').bytes().map(value).collect::<Option<_>>()?;
    let bytes = bits.chunks(4).flat_map(|four| {
        let joined =
            four.iter().fold(0u32, |bits, six| (bits << 6) | u32::from(*six)) << (6 * (4 - four.len()));
        joined.to_be_bytes()[1..four.len()].to_vec()
    });
    Some(String::from_utf8_lossy(&bytes.collect::<Vec<_>>()).into_owned())
}

/// Names as people and machines have them, that are no words.
fn name() -> impl Strategy<Value = String> {
    "[bcdfgklmnprstw][aeiou][lnrst][bdgklmst][aeiou][nrsx]{1,2}(e[lnr])?"
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn no_name_survives(
        (local, first, last) in (prop_oneof![name(), "[a-z]\\.[bdgk][aeiou][lnr][dgkt][aeiou]", "[bdk][aeiou][lnr][st]e[0-9]{2,4}"], name(), name()),
        (label, host, subject) in (name(), name(), name()),
        suffix in prop::sample::select(vec!["com", "co.uk", "de", "local", "example"]),
        (ip, other) in (any::<[u8; 4]>(), any::<[u16; 4]>()),
        id in "[0-9][A-F][0-9][A-F0-9]{7}",
        number in 1000..9999u32,
    ) {
        let domain = format!("{label}.{suffix}");
        let ip = std::net::Ipv4Addr::new(11 + ip[0] % 80, ip[1], ip[2], ip[3]).to_string();
        let six = format!("2001:db8:{:x}:{:x}::{:x}", other[0] | 1, other[1] | 1, other[2] | 1);
        let capital = |name: &str| name[..1].to_uppercase() + &name[1..];
        let names = [
            ("@L", local.clone()), ("@P", capital(&first)), ("@Q", capital(&last)), ("@D", domain.clone()), ("@H", host.clone()),
            ("@S", subject.clone()), ("@I", ip.clone()), ("@J", six.clone()), ("@X", id.clone()), ("@N", number.to_string()),
        ];
        let files: Vec<(String, Vec<u8>)> =
            TEMPLATES.iter().map(|(file, text)| ((*file).to_owned(), planted(text, &names).into_bytes())).collect();
        let pack = mailflow();
        let mut redactor = Redactor::new(kept(&pack.graph.pack), b"salt");
        let options = Options::default();
        let others = redacted(&mut redactor, &files, &options);
        for ((file, before), (_, after)) in files.iter().zip(&others) {
            let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
            let shown = unpacked(&after);
            for name in [&local, &first, &last, &label, &host, &subject, &ip, &six, &id, &domain] {
                prop_assert!(!shown.contains(&name.to_lowercase()), "`{name}` is still in {file}:\n{after}\nof\n{before}");
            }
            prop_assert!(file == "encoded.eml" || before.lines().count() == after.lines().count());
        }
        let (before, after) = (read(&files, &options), read(&others, &options));
        for (name, table) in &before.tables {
            prop_assert_eq!(table.rows.len(), after.tables[name].rows.len(), "{}", name);
        }
    }
}

fn mailflow() -> &'static Pack {
    static PACK: std::sync::OnceLock<Pack> = std::sync::OnceLock::new();
    PACK.get_or_init(Pack::mailflow)
}

fn redact(text: &str) -> String {
    let mut redactor = Redactor::new(kept(&mailflow().graph.pack), b"salt");
    redactor.learn(text.as_bytes());
    String::from_utf8(redactor.redact(text.as_bytes()).unwrap().bytes).unwrap()
}

#[test]
fn what_means_something_stays() {
    for text in [
        "550 5.7.1 Client host [127.0.0.2] blocked using zen.spamhaus.org; see https://www.spamhaus.org/query",
        "Nov 30 08:01:02 mx1 postfix/qmgr[12]: warning: a user unknown, mailbox full (in reply to RCPT TO command)",
        "From: MAILER-DAEMON (Mail Delivery System)\nSubject: Re: Delivery Status Notification (Failure)\n\n",
        "Cipher TLS_AES_256_GCM_SHA384, version 3.5.1, 2026-11-30T08:01:02+01:00, 15.20.7409.21, ::1",
    ] {
        assert_eq!(redact(text), text);
    }
}

#[test]
fn relations_stay() {
    let other = redact(
        "Bob@Acme-Corp.com bob@acme-corp.com x@mail.acme-corp.com user bob 10.1.2.3 v=spf1 ip4:198.51.100.0/24 198.51.100.7 7.100.51.198.zen.spamhaus.org 7.100.51.198.in-addr.arpa ann=acme-corp.com@lists.example.org blocked using zen.spamhaus.org",
    );
    let words: Vec<&str> = other.split(' ').collect();
    assert_eq!(words[0].to_lowercase(), words[1]);
    let (local, domain) = words[1].split_once('@').unwrap();
    assert!(words[2].ends_with(&format!("@mail.{domain}")), "{other}");
    assert_eq!(words[4], local);
    assert!(words[5].starts_with("10."));
    let net = words[7].trim_start_matches("ip4:").parse::<ipnet::Ipv4Net>().unwrap();
    assert!(net.contains(&words[8].parse::<std::net::Ipv4Addr>().unwrap()), "{other}");
    let backwards = words[8].split('.').rev().collect::<Vec<_>>().join(".");
    assert_eq!(words[9], format!("{backwards}.zen.spamhaus.org"));
    assert_eq!(words[10], format!("{backwards}.in-addr.arpa"));
    assert!(words[11].contains(&format!("={domain}@")), "{other}");
}

#[test]
fn texts_of_any_bytes_are_redacted() {
    let mut redactor = Redactor::new(kept(&mailflow().graph.pack), b"salt");
    let latin = b"From: M\xfcller <a@b.example>\nTo: b@c.example\n\nM\xfcller\n";
    redactor.learn(latin);
    let other = redactor.redact(latin).unwrap().bytes;
    assert!(!other.windows(3).any(|bytes| bytes == b"M\xfcl"), "{}", String::from_utf8_lossy(&other));
    assert!(redactor.redact(b"%PDF-1.7").is_err());
    assert!(redactor.redact(b"").unwrap().bytes.is_empty());
    let wide: Vec<u8> = "to=<bob@acme.com>\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(!redactor.redact(&wide).unwrap().notes.is_empty());
}
