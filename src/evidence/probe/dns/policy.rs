//! `dns.policies`: what TXT records say about mail, in tags: DMARC (RFC 7489), DKIM keys (RFC 6376), MTA-STS (RFC 8461), TLS-RPT
//! (RFC 8460), BIMI. Those of SPF are taken apart by [`spf`](super::spf).

use std::collections::BTreeSet;

use super::record::joined;
use super::{About, Record, spf};
use crate::evidence::Line;
use crate::evidence::probe::{Block, Found, at};
use crate::records::{At, ColumnSpec, ColumnType, Draft, TableSpec};

const fn column(name: &'static str, ty: ColumnType, about: &'static str) -> ColumnSpec {
    ColumnSpec { name, ty, about }
}

const KINDS: &[&str] = &["dmarc", "dkim", "mta_sts", "tls_rpt", "bimi"];

/// The columns.
pub(crate) const POLICIES: TableSpec = TableSpec {
    name: "dns.policies",
    row: "a tag of a policy about mail that stands in a TXT record",
    from: "the TXT records of `dns.answers`",
    columns: &[
        column("kind", ColumnType::OneOf(KINDS), "which policy"),
        column("domain", ColumnType::Domain, "the domain that it is of, without the labels before it"),
        column(
            "selector",
            ColumnType::Text,
            "of a DKIM key, the label before `_domainkey`; of BIMI, that before `_bimi`",
        ),
        column("tag", ColumnType::Text, "the tag, in small letters: p"),
        column("value", ColumnType::Text, "its value: reject"),
        column(
            "published",
            ColumnType::Number,
            "how many records of this kind stand at this name; more than one is an error",
        ),
    ],
};

/// So many texts are kept to the end of an artefact, where it is known which others belong to them.
const KEPT: usize = 2000;

/// So long may such a text be, in bytes.
const LONGEST: usize = 8 << 10;

/// The TXT records of an artefact that say something about mail.
#[derive(Default)]
pub(crate) struct Texts {
    spf: Vec<spf::Published>,
    policies: Vec<Policy>,
    known: BTreeSet<(String, String)>,
    /// How many were too long, or too many.
    left_out: usize,
}

struct Policy {
    kind: &'static str,
    /// In small letters, without a final dot; empty where it is not known.
    name: String,
    text: String,
    at: At,
}

impl Texts {
    /// Keeps a text, unless it was seen at the same name.
    pub(super) fn add(&mut self, name: &str, text: &str, at: &At) {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let is_spf = spf::is_one(text);
        let policy = kind(&name, text);
        if !(is_spf || policy.is_some()) {
            return;
        }
        if text.len() > LONGEST || name.len() > LONGEST || self.known.len() >= KEPT {
            self.left_out += 1;
            return;
        }
        if !self.known.insert((name.clone(), text.to_owned())) {
            return;
        }
        let (at, text) = (at.clone(), text.to_owned());
        match policy {
            Some(kind) => self.policies.push(Policy { kind, name, text, at }),
            None => self.spf.push(spf::Published { domain: name, record: text, at }),
        }
    }

    /// Says how many records are not taken apart; none where all are.
    pub(crate) fn note(&self) -> Option<String> {
        let left_out = self.left_out;
        (left_out > 0).then(|| format!("{left_out} TXT records are too long, or too many, to be taken apart"))
    }

    /// Adds the rows, once the whole artefact is read.
    pub(crate) fn end(&mut self, add: &mut dyn FnMut(Draft)) {
        spf::rows(&std::mem::take(&mut self.spf), add);
        let policies = std::mem::take(&mut self.policies);
        for policy in &policies {
            let same = |other: &&Policy| other.kind == policy.kind && other.name == policy.name;
            policy.rows(policies.iter().filter(same).count(), add);
        }
    }
}

/// Tells a policy by its first tag, which says the version; a key of DKIM may leave that out, and is told by its name.
fn kind(name: &str, text: &str) -> Option<&'static str> {
    let version: String = text.split(';').next().unwrap_or_default().split_whitespace().collect();
    match version.as_str() {
        "v=DMARC1" => Some("dmarc"),
        "v=DKIM1" => Some("dkim"),
        "v=STSv1" => Some("mta_sts"),
        "v=TLSRPTv1" => Some("tls_rpt"),
        "v=BIMI1" => Some("bimi"),
        _ => (name.contains("._domainkey.") && tags(text).any(|(tag, _)| tag == "p")).then_some("dkim"),
    }
}

fn tags(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(';').filter_map(|part| part.split_once('=')).map(|(tag, value)| (tag.trim(), value.trim()))
}

/// The label that stands before the domain.
fn label(kind: &str) -> &'static str {
    match kind {
        "dmarc" => "_dmarc",
        "dkim" => "_domainkey",
        "mta_sts" => "_mta-sts",
        "tls_rpt" => "_smtp._tls",
        _ => "_bimi",
    }
}

impl Policy {
    fn rows(&self, records: usize, add: &mut dyn FnMut(Draft)) {
        let label = label(self.kind);
        let (selector, domain) = match self.name.strip_prefix(label).and_then(|rest| rest.strip_prefix('.')) {
            Some(domain) => ("", domain),
            None => self.name.split_once(&format!(".{label}.")).unwrap_or_default(),
        };
        for (tag, value) in tags(&self.text).take(50) {
            let mut row = Draft::new(&POLICIES, self.at.clone());
            row.choice("kind", self.kind, &self.at);
            row.domain("domain", domain, &self.at);
            row.text("selector", selector, &self.at);
            row.text("tag", &tag.to_ascii_lowercase(), &self.at);
            row.text("value", value, &self.at);
            if !self.name.is_empty() {
                row.whole("published", i128::try_from(records).unwrap_or(i128::MAX), &self.at);
            }
            add(row);
        }
    }
}

/// Returns whether a line is the text of such a record, pasted alone.
pub(super) fn begins(text: &str) -> bool {
    let bare = text.trim_start_matches('"');
    let is_policy = ["v=DMARC1", "v=DKIM1", "v=STSv1", "v=TLSRPTv1", "v=BIMI1"]
        .iter()
        .any(|version| bare.strip_prefix(version).is_some_and(|rest| rest.trim_start().starts_with(';')));
    is_policy || spf::is_one(bare.trim_end_matches('"'))
}

/// A line with the text of a record, and nothing that says its name.
pub(super) struct Loose;

impl Block for Loose {
    fn line(&mut self, line: Line<'_>, found: &mut Found) -> bool {
        let text = line.text.trim();
        if !begins(text) {
            return false;
        }
        let text = joined(text);
        About::default().record(&Record::new("", "txt", &text), None, &at(line), found);
        true
    }

    fn end(&mut self, _: bool, _: &mut Found) {}
}
