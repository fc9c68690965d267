//! `dns.answers`: what name servers answered, as dig, kdig, drill, delv, host, nslookup, `Resolve-DnsName` and `getent` show it.

mod dig;
mod getent;
mod host;
mod nslookup;
pub(super) mod policy;
mod powershell;
mod question;
mod record;
pub(super) mod spf;

use question::Question;
use record::Record;

use super::command::Command;
use super::{Block, Found, begin};
use crate::evidence::Line;
use crate::evidence::mail::delivery::Field;
use crate::records::{At, ColumnSpec, ColumnType, Draft, TableSpec};
use crate::value::Amount;

pub(super) use policy::Texts;

const fn column(name: &'static str, ty: ColumnType, about: &'static str) -> ColumnSpec {
    ColumnSpec { name, ty, about }
}

/// The types of records; `other` for those that have nothing to do with finding hosts and mail.
const TYPES: &[&str] = &[
    "a",
    "aaaa",
    "mx",
    "txt",
    "spf",
    "ns",
    "soa",
    "cname",
    "dname",
    "ptr",
    "srv",
    "caa",
    "tlsa",
    "ds",
    "dnskey",
    "rrsig",
    "nsec",
    "nsec3",
    "nsec3param",
    "https",
    "svcb",
    "naptr",
    "sshfp",
    "cds",
    "cdnskey",
    "hinfo",
    "any",
    "axfr",
    "other",
];

/// How an answer ended.
const STATUSES: &[&str] = &[
    "noerror",
    "nodata",
    "nxdomain",
    "referral",
    "servfail",
    "refused",
    "formerr",
    "notimp",
    "notauth",
    "timeout",
    "connection_refused",
    "unreachable",
    "no_servers",
    "server_unknown",
    "bogus",
    "other",
];

/// The columns.
pub(super) const ANSWERS: TableSpec = TableSpec {
    name: "dns.answers",
    row: "a record that a name server gave, or a question that it had none for",
    from: "dig, kdig, drill, delv, host, nslookup (Linux and Windows), Resolve-DnsName, getent hosts, and lines of a zone file",
    columns: &[
        column(
            "name",
            ColumnType::Domain,
            "the name that the record stands at, or that was asked for in vain",
        ),
        column("type", ColumnType::OneOf(TYPES), "the type of the record, or of the question"),
        column(
            "found",
            ColumnType::YesNo,
            "whether there is a record; not known where only the question is seen",
        ),
        column("address", ColumnType::Ip, "of A and AAAA"),
        column("target", ColumnType::Domain, "the name that MX, CNAME, NS, PTR, SRV or SOA point to"),
        column("preference", ColumnType::Number, "of MX, or the priority of SRV"),
        column("port", ColumnType::Number, "of SRV"),
        column("null_mx", ColumnType::YesNo, "whether an MX says that the domain takes no mail (RFC 7505)"),
        column(
            "text",
            ColumnType::Text,
            "the record as it is written, of TXT with its strings joined; without a record, what is said about that",
        ),
        column(
            "status",
            ColumnType::OneOf(STATUSES),
            "how the answer ended; `nodata` where the name exists, and has no such record",
        ),
        column(
            "section",
            ColumnType::OneOf(&["answer", "authority", "additional"]),
            "the part of the answer",
        ),
        column(
            "asked",
            ColumnType::Domain,
            "the name that was asked for; another one than `name` behind a CNAME",
        ),
        column(
            "reverse_of",
            ColumnType::Ip,
            "the address that a name in in-addr.arpa or ip6.arpa stands for",
        ),
        column("authoritative", ColumnType::YesNo, "whether the server holds the zone itself"),
        column("authenticated", ColumnType::YesNo, "whether the server says that DNSSEC was checked (AD)"),
        column("ttl", ColumnType::Duration, "how long the record may be kept"),
        column("server", ColumnType::Domain, "the server that was asked"),
        column("server_ip", ColumnType::Ip, "its address"),
        column("took", ColumnType::Duration, "how long the answer took"),
        column("at", ColumnType::Time, "when"),
    ],
};

/// What holds for all records of an answer.
#[derive(Debug, Clone, Default)]
struct About {
    status: Field<&'static str>,
    asked: Field<String>,
    authoritative: Field<bool>,
    authenticated: Field<bool>,
    server: Field<String>,
    server_ip: Field<String>,
    /// In nanoseconds.
    took: Field<i128>,
    at: Field<Amount>,
}

impl About {
    /// Takes a server as it is typed or shown: `@192.0.2.53`, `192.0.2.53#53(ns1.example.com)`, `dns.google`.
    fn server(&mut self, text: &str, at: &At) {
        let text = text.trim().trim_start_matches('@');
        let (host, behind) = text.split_once(['#', '@']).unwrap_or((text, ""));
        let named = behind.split_once('(').and_then(|(_, rest)| rest.split(')').next()).unwrap_or_default();
        for one in [host, named] {
            // The address of a link names its interface.
            let bare = one.split('%').next().unwrap_or(one);
            if bare.parse::<std::net::IpAddr>().is_ok() {
                self.server_ip = Some((bare.to_owned(), at.clone()));
            } else if bare.contains('.') {
                self.server = Some((bare.to_owned(), at.clone()));
            }
        }
    }

    /// Adds the row of a record.
    fn record(&self, record: &Record, section: Option<&str>, at: &At, found: &mut Found) {
        let mut row = self.row(&record.name, Some(record.kind), at);
        row.yes_no("found", true, at);
        record.fill(&mut row, at);
        if let Some(section) = section {
            row.choice("section", section, at);
        }
        if matches!(record.kind, "txt" | "spf") {
            found.texts.add(&record.name, &record.text(), at);
        }
        found.rows.push(row);
    }

    /// Adds the row of a question without a record; `is_sure` that there is none.
    fn nothing(
        &self,
        name: &str,
        kind: Option<&'static str>,
        is_sure: bool,
        why: Option<&str>,
        at: &At,
        found: &mut Found,
    ) {
        let mut row = self.row(name, kind, at);
        if is_sure {
            row.yes_no("found", false, at);
        }
        if let Some(why) = why {
            row.text("text", why, at);
        }
        found.rows.push(row);
    }

    fn row(&self, name: &str, kind: Option<&str>, at: &At) -> Draft {
        let mut row = Draft::new(&ANSWERS, at.clone());
        row.domain("name", name, at);
        if let Some(ip) = record::reverse_of(name) {
            row.ip("reverse_of", &ip.to_string(), at);
        }
        if let Some(kind) = kind {
            row.choice("type", kind, at);
        }
        if let Some((status, at)) = &self.status {
            row.choice("status", status, at);
        }
        for (column, field) in [("asked", &self.asked), ("server", &self.server)] {
            if let Some((name, at)) = field {
                row.domain(column, name, at);
            }
        }
        if let Some((ip, at)) = &self.server_ip {
            row.ip("server_ip", ip, at);
        }
        for (column, field) in
            [("authoritative", &self.authoritative), ("authenticated", &self.authenticated)]
        {
            if let Some((yes, at)) = field {
                row.yes_no(column, *yes, at);
            }
        }
        if let Some((nanos, at)) = &self.took {
            row.duration("took", *nanos, at);
        }
        if let Some((time, at)) = &self.at {
            row.time("at", *time, at);
        }
        row
    }
}

/// Returns the status that a code of the protocol, or words that stand for it, tell.
fn status(words: &str) -> Option<&'static str> {
    let words = words.trim().trim_end_matches('.').to_ascii_lowercase();
    let known = [
        ("noerror", "noerror"),
        ("nxdomain", "nxdomain"),
        ("non-existent domain", "nxdomain"),
        ("non-existent host/domain", "nxdomain"),
        ("dns name does not exist", "nxdomain"),
        ("nxrrset", "nodata"),
        ("no answer", "nodata"),
        ("no records found", "nodata"),
        ("servfail", "servfail"),
        ("server failed", "servfail"),
        ("server failure", "servfail"),
        ("refused", "refused"),
        ("query refused", "refused"),
        ("formerr", "formerr"),
        ("format error", "formerr"),
        ("notimp", "notimp"),
        ("not implemented", "notimp"),
        ("notauth", "notauth"),
        ("timed out", "timeout"),
        ("timed-out", "timeout"),
        ("timeout", "timeout"),
        ("connection refused", "connection_refused"),
        ("network unreachable", "unreachable"),
        ("network is unreachable", "unreachable"),
        ("host unreachable", "unreachable"),
        ("host is unreachable", "unreachable"),
        ("no route to host", "unreachable"),
        ("no response from server", "timeout"),
        ("no servers could be reached", "no_servers"),
    ];
    known.iter().find(|(one, _)| words == *one).map(|(_, status)| *status)
}

/// Begins the block that a command announces.
pub(super) fn of_command(command: &Command<'_>, _: &mut Found) -> Option<Box<dyn Block>> {
    let block: Box<dyn Block> = match command.program.as_str() {
        "dig" | "kdig" | "drill" | "delv" => Box::new(dig::Dig::of_question(Question::of_dig(command))),
        "host" => Box::new(host::Host::of_question(Question::of_host(command))),
        "nslookup" => Box::new(nslookup::Nslookup::of_question(Question::of_nslookup(command))),
        "resolve-dnsname" => Box::new(powershell::Resolve::of_question(Question::of_powershell(command))),
        "getent" => Box::new(getent::Getent::of_command(command)?),
        _ => return None,
    };
    Some(block)
}

/// Begins the block whose first line this is.
pub(super) fn of_content(line: Line<'_>, found: &mut Found) -> Option<Box<dyn Block>> {
    let text = line.text.trim();
    if dig::begins(text) {
        return begin(dig::Dig::default(), line, found);
    }
    if host::begins(text) {
        return begin(host::Host::default(), line, found);
    }
    if nslookup::begins(line.text) {
        return begin(nslookup::Nslookup::default(), line, found);
    }
    if powershell::begins(text) {
        return begin(powershell::Resolve::default(), line, found);
    }
    policy::begins(text).then(|| begin(policy::Loose, line, found)).flatten()
}
