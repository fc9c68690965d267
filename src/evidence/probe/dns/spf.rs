//! `dns.spf`: the terms of SPF records (RFC 7208), one a row.
//!
//! Whether a record passes an address is not decided here. How many look-ups it needs is counted (section 4.6.4 allows ten): in the
//! record itself, and with all that it includes, where those records are in the same artefact.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use crate::records::{At, ColumnSpec, ColumnType, Draft, TableSpec};

const fn column(name: &'static str, ty: ColumnType, about: &'static str) -> ColumnSpec {
    ColumnSpec { name, ty, about }
}

const MECHANISMS: &[&str] =
    &["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists", "redirect", "exp", "other"];
const QUALIFIERS: &[&str] = &["pass", "fail", "softfail", "neutral"];

/// The columns.
pub(crate) const SPF: TableSpec = TableSpec {
    name: "dns.spf",
    row: "a term of an SPF record",
    from: "the TXT records of `dns.answers`",
    columns: &[
        column("domain", ColumnType::Domain, "the domain that the record is of"),
        column(
            "published",
            ColumnType::Number,
            "how many SPF records the domain has here; more than one is an error",
        ),
        column("position", ColumnType::Number, "which term of the record, from 1"),
        column(
            "mechanism",
            ColumnType::OneOf(MECHANISMS),
            "what kind of term; `other` for what RFC 7208 does not know",
        ),
        column("qualifier", ColumnType::OneOf(QUALIFIERS), "what comes of a match; of mechanisms alone"),
        column(
            "value",
            ColumnType::Text,
            "what stands behind the colon, or the whole term where it is not known",
        ),
        column("network", ColumnType::Text, "of ip4 and ip6, with the length of its prefix: 192.0.2.0/24"),
        column("first", ColumnType::Ip, "the first address of that network"),
        column("last", ColumnType::Ip, "the last address of that network"),
        column("target", ColumnType::Domain, "the domain that a term looks at; none where it has macros"),
        column("all", ColumnType::OneOf(QUALIFIERS), "what the record says of all others"),
        column("lookups", ColumnType::Number, "how many terms of this record need a look-up"),
        column("complete", ColumnType::YesNo, "whether the records of all that it includes are here too"),
        column(
            "lookups_total",
            ColumnType::Number,
            "how many look-ups all of them need together, where they are complete",
        ),
    ],
};

/// A record.
pub(super) struct Published {
    /// Empty where it is not known.
    pub(super) domain: String,
    pub(super) record: String,
    pub(super) at: At,
}

/// So many terms of a record are read.
const TERMS: usize = 500;

/// Returns whether a text is such a record (section 4.5).
pub(super) fn is_one(text: &str) -> bool {
    let version = text.get(..6).is_some_and(|begin| begin.eq_ignore_ascii_case("v=spf1"));
    version && text.get(6..).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// A term, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term<'t> {
    mechanism: &'static str,
    qualifier: Option<&'static str>,
    value: &'t str,
}

impl<'t> Term<'t> {
    fn of(word: &'t str) -> Self {
        let (sign, rest) = match word.split_at_checked(1) {
            Some((sign @ ("+" | "-" | "~" | "?"), rest)) => (sign, rest),
            _ => ("", word),
        };
        let qualifier = Some(match sign {
            "-" => "fail",
            "~" => "softfail",
            "?" => "neutral",
            _ => "pass",
        });
        let end = rest.find([':', '/', '=']).unwrap_or(rest.len());
        let (name, value) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let lower = name.to_ascii_lowercase();
        let is_modifier = value.starts_with('=');
        let known = MECHANISMS.iter().find(|one| **one == lower && **one != "other").copied();
        match known {
            Some(mechanism @ ("redirect" | "exp")) if is_modifier && sign.is_empty() => {
                Self { mechanism, qualifier: None, value: value.get(1..).unwrap_or_default() }
            }
            Some(mechanism) if !is_modifier && !matches!(mechanism, "redirect" | "exp") => {
                Self { mechanism, qualifier, value: value.strip_prefix(':').unwrap_or(value) }
            }
            _ => Self { mechanism: "other", qualifier: None, value: word },
        }
    }

    fn needs_lookup(&self) -> bool {
        matches!(self.mechanism, "include" | "a" | "mx" | "ptr" | "exists" | "redirect")
    }

    /// Returns the domain that it looks at; what has macros depends on the mail.
    fn target(&self, domain: &'t str) -> Option<&'t str> {
        if !(self.needs_lookup() || self.mechanism == "exp") || self.value.contains('%') {
            return None;
        }
        let named = self.value.split('/').next().unwrap_or_default();
        let target = if named.is_empty() { domain } else { named };
        (!target.is_empty()).then_some(target)
    }

    fn network(&self) -> Option<IpNet> {
        let is_four = match self.mechanism {
            "ip4" => true,
            "ip6" => false,
            _ => return None,
        };
        let net: Option<IpNet> = self.value.parse().ok();
        let net = net.or_else(|| self.value.parse::<std::net::IpAddr>().ok().map(IpNet::from))?;
        (net.addr().is_ipv4() == is_four).then_some(net)
    }
}

fn terms(text: &str) -> impl Iterator<Item = Term<'_>> {
    text.split(' ').filter(|word| !word.is_empty()).skip(1).take(TERMS).map(Term::of)
}

/// Adds the rows of all records of an artefact.
pub(super) fn rows(texts: &[Published], add: &mut dyn FnMut(Draft)) {
    let mut by_domain: BTreeMap<String, Vec<&Published>> = BTreeMap::new();
    for text in texts {
        by_domain.entry(text.domain.clone()).or_default().push(text);
    }
    let mut budget = WORK;
    for text in texts {
        let same = by_domain.get(&text.domain).map_or(1, Vec::len);
        of_record(text, same, total(text, &by_domain, &mut budget), add);
    }
}

/// So many records are followed in one artefact: hostile ones may include each other in all ways.
const WORK: usize = 100_000;

/// Returns how many look-ups a record needs with all that it includes; none where one of those is missing, or not the only one.
fn total(
    text: &Published,
    by_domain: &BTreeMap<String, Vec<&Published>>,
    budget: &mut usize,
) -> Option<usize> {
    let (mut sum, mut seen) = (0, BTreeSet::new());
    let mut open = vec![text];
    while let Some(one) = open.pop() {
        *budget = budget.checked_sub(1)?;
        for term in terms(&one.record) {
            sum += usize::from(term.needs_lookup());
            if matches!(term.mechanism, "include" | "redirect") {
                let target = term.target(&one.domain)?.trim_end_matches('.').to_ascii_lowercase();
                let [record] = by_domain.get(&target)?.as_slice() else { return None };
                // A circle never ends; what is reached on two ways is left unknown with it.
                if !seen.insert((one.domain.as_str(), target)) {
                    return None;
                }
                open.push(record);
            }
        }
    }
    Some(sum)
}

fn of_record(text: &Published, same: usize, total: Option<usize>, add: &mut dyn FnMut(Draft)) {
    let at = &text.at;
    let whole = |count: usize| i128::try_from(count).unwrap_or(i128::MAX);
    let lookups = terms(&text.record).filter(Term::needs_lookup).count();
    let all = terms(&text.record).find(|term| term.mechanism == "all").and_then(|term| term.qualifier);
    let includes = terms(&text.record).any(|term| matches!(term.mechanism, "include" | "redirect"));
    let mut begun = Draft::new(&SPF, at.clone());
    begun.domain("domain", &text.domain, at);
    if !text.domain.is_empty() {
        begun.whole("published", whole(same), at);
    }
    begun.whole("lookups", whole(lookups), at);
    begun.yes_no("complete", total.is_some() || !includes, at);
    if let Some(total) = total {
        begun.whole("lookups_total", whole(total), at);
    }
    if let Some(all) = all {
        begun.choice("all", all, at);
    }
    for (position, term) in (1..).zip(terms(&text.record)) {
        let mut row = begun.clone();
        row.whole("position", position, at);
        row.choice("mechanism", term.mechanism, at);
        if let Some(qualifier) = term.qualifier {
            row.choice("qualifier", qualifier, at);
        }
        row.text("value", term.value, at);
        if let Some(target) = term.target(&text.domain) {
            row.domain("target", target, at);
        }
        if let Some(network) = term.network() {
            row.text("network", &network.trunc().to_string(), at);
            row.ip("first", &network.network().to_string(), at);
            row.ip("last", &network.broadcast().to_string(), at);
        }
        add(row);
    }
    if terms(&text.record).next().is_none() {
        add(begun);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_taken_apart() {
        let of = |word| {
            let Term { mechanism, qualifier, value } = Term::of(word);
            (mechanism, qualifier.unwrap_or("-"), value)
        };
        assert_eq!(of("-all"), ("all", "fail", ""));
        assert_eq!(of("~ALL"), ("all", "softfail", ""));
        assert_eq!(of("include:_spf.example.com"), ("include", "pass", "_spf.example.com"));
        assert_eq!(of("?a/24"), ("a", "neutral", "/24"));
        assert_eq!(of("mx:example.com/24//64"), ("mx", "pass", "example.com/24//64"));
        assert_eq!(of("ip6:2001:db8::/32"), ("ip6", "pass", "2001:db8::/32"));
        assert_eq!(of("redirect=example.com"), ("redirect", "-", "example.com"));
        assert_eq!(of("ipv4:192.0.2.1"), ("other", "-", "ipv4:192.0.2.1"));
        assert_eq!(of("-redirect=example.com"), ("other", "-", "-redirect=example.com"));
    }

    #[test]
    fn lookups_are_counted_where_all_is_here() {
        let text = |domain: &str, text: &str| Published {
            domain: domain.into(),
            record: text.into(),
            at: At::new(1, ""),
        };
        let total = |texts: &[Published]| {
            let mut by_domain: BTreeMap<String, Vec<&Published>> = BTreeMap::new();
            texts.iter().for_each(|text| by_domain.entry(text.domain.clone()).or_default().push(text));
            super::total(&texts[0], &by_domain, &mut 1000)
        };
        let all = [
            text("example.com", "v=spf1 a mx include:a.example.com ip4:192.0.2.1 -all"),
            text("a.example.com", "v=spf1 include:b.example.com -all"),
            text("b.example.com", "v=spf1 exists:%{i}.example.com ~all"),
        ];
        assert_eq!(total(&all), Some(5));
        assert_eq!(total(&all[..2]), None);
        let circle = [
            text("a.example", "v=spf1 include:b.example -all"),
            text("b.example", "v=spf1 include:a.example -all"),
        ];
        assert_eq!(total(&circle), None);
    }
}
