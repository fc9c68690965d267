//! Records in the form of zone files (RFC 1035, section 5.1), in which most tools show them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::TYPES;
use crate::evidence::mail::reply::one_line;
use crate::records::{At, Draft};

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) name: String,
    /// In nanoseconds.
    pub(super) ttl: Option<i128>,
    /// One of [`TYPES`].
    pub(super) kind: &'static str,
    /// What stands behind the type.
    pub(super) data: String,
}

/// Returns a type by its name; `other` for one that is not listed.
pub(super) fn kind(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    if word == "other" {
        return None;
    }
    let known = TYPES.iter().find(|one| **one == word).copied();
    let rest = [
        "loc",
        "rp",
        "afsdb",
        "cert",
        "openpgpkey",
        "smimea",
        "uri",
        "zonemd",
        "csync",
        "hip",
        "eui48",
        "eui64",
        "keytab",
        "key",
        "sig",
        "ixfr",
        "nid",
        "l32",
        "l64",
        "lp",
        "apl",
        "x25",
        "isdn",
        "mb",
        "mg",
        "mr",
        "minfo",
        "wks",
        "dhcid",
    ];
    let is_number = || {
        word.strip_prefix("type")
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    known.or_else(|| (rest.contains(&word.as_str()) || is_number()).then_some("other"))
}

impl Record {
    /// Makes one without a length of time.
    pub(super) fn new(name: &str, kind: &'static str, data: &str) -> Self {
        Self { name: name.to_owned(), ttl: None, kind, data: data.trim().to_owned() }
    }

    /// Reads `name [ttl] [class] TYPE data`; one of ttl and class must be there, or else it may be anything.
    pub(super) fn of_line(text: &str) -> Option<Self> {
        let (name, rest) = word(text)?;
        let is_name =
            name.len() <= 1024 && !name.starts_with([';', '"', '(', '-', '+', '*']) || name.starts_with("*.");
        if !is_name {
            return None;
        }
        let (mut ttl, mut has_class, mut rest) = (None, false, rest);
        loop {
            let (next, behind) = word(rest)?;
            if matches!(next, "IN" | "CH" | "HS") && !has_class {
                has_class = true;
            } else if ttl.is_none() && next.starts_with(|sign: char| sign.is_ascii_digit()) {
                ttl = Some(length(next)?);
            } else {
                let is_sure = has_class && (name.contains('.') || ttl.is_some())
                    || ttl.is_some() && name.ends_with('.');
                let kind =
                    kind(next).filter(|_| is_sure && next.bytes().all(|byte| !byte.is_ascii_lowercase()))?;
                let data = behind.trim();
                return (!data.is_empty()).then(|| Self {
                    name: name.to_owned(),
                    ttl,
                    kind,
                    data: data.to_owned(),
                });
            }
            rest = behind;
        }
    }

    /// Returns its text: of TXT the strings joined, and else the data in one line.
    pub(super) fn text(&self) -> String {
        match self.kind {
            "txt" | "spf" => joined(&self.data),
            _ => one_line(&self.data),
        }
    }

    /// Fills the cells that are the record's own.
    pub(super) fn fill(&self, row: &mut Draft, at: &At) {
        if let Some(ttl) = self.ttl {
            row.duration("ttl", ttl, at);
        }
        row.text("text", &self.text(), at);
        let words: Vec<&str> = self.data.split_whitespace().take(4).collect();
        let whole = |at: usize| words.get(at).and_then(|word| word.parse::<u16>().ok());
        match (self.kind, words.as_slice()) {
            ("a" | "aaaa", [address, ..]) => row.ip("address", address, at),
            ("mx", [_, target, ..]) => {
                if let Some(preference) = whole(0) {
                    row.whole("preference", preference.into(), at);
                }
                row.domain("target", target, at);
                row.yes_no("null_mx", *target == ".", at);
            }
            ("srv", [_, _, _, target]) => {
                if let Some(priority) = whole(0) {
                    row.whole("preference", priority.into(), at);
                }
                if let Some(port) = whole(2) {
                    row.whole("port", port.into(), at);
                }
                row.domain("target", target, at);
            }
            ("ns" | "cname" | "dname" | "ptr" | "soa", [target, ..]) => row.domain("target", target, at),
            _ => {}
        }
    }
}

fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let end = text.find(char::is_whitespace)?;
    Some((text.get(..end)?, text.get(end..)?))
}

/// Reads `300` and `1d2h3m4s`, in nanoseconds.
pub(super) fn length(text: &str) -> Option<i128> {
    let (mut sum, mut digits) = (0_i128, String::new());
    for sign in text.chars() {
        let factor = match sign.to_ascii_lowercase() {
            '0'..='9' if digits.len() < 10 => {
                digits.push(sign);
                continue;
            }
            'w' => 604_800,
            'd' => 86_400,
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        sum += digits.parse::<i128>().ok()? * factor;
        digits.clear();
    }
    if !digits.is_empty() {
        sum += digits.parse::<i128>().ok()?;
    }
    Some(sum * 1_000_000_000)
}

/// Joins the strings of a TXT record; one without quotes is what it is.
pub(super) fn joined(data: &str) -> String {
    if !data.starts_with('"') {
        return data.to_owned();
    }
    let (mut bytes, mut is_inside) = (Vec::new(), false);
    let mut rest = data.bytes().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => is_inside = !is_inside,
            b'\\' if is_inside => {
                let digits: Vec<u8> =
                    std::iter::from_fn(|| rest.next_if(u8::is_ascii_digit)).take(3).collect();
                let number = std::str::from_utf8(&digits).ok().and_then(|digits| digits.parse::<u8>().ok());
                match number.filter(|_| digits.len() == 3) {
                    Some(number) => bytes.push(number),
                    None if digits.is_empty() => bytes.extend(rest.next()),
                    None => bytes.extend(digits),
                }
            }
            _ if is_inside => bytes.push(byte),
            _ => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns how many brackets a line opens, outside of quotes and comments, and does not close: the record goes on in the next.
pub(super) fn depth(text: &str) -> i32 {
    let (mut depth, mut is_inside, mut is_escaped) = (0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => is_inside = !is_inside,
            b';' if !is_inside => break,
            b'(' if !is_inside => depth += 1,
            b')' if !is_inside => depth -= 1,
            _ => {}
        }
    }
    depth
}

/// Takes off what stands behind a `;` that is not in quotes, and the brackets of a record in several lines.
pub(super) fn without_comment(text: &str) -> String {
    let (mut kept, mut is_inside, mut is_escaped) = (String::new(), false, false);
    for sign in text.chars() {
        match sign {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_inside = !is_inside,
            ';' if !is_inside => break,
            '(' | ')' if !is_inside => {
                kept.push(' ');
                continue;
            }
            _ => {}
        }
        kept.push(sign);
    }
    kept
}

/// Returns the address that a name below in-addr.arpa or ip6.arpa stands for (RFC 1035, section 3.5; RFC 3596, section 2.5).
pub(super) fn reverse_of(name: &str) -> Option<IpAddr> {
    if name.len() > 100 {
        return None;
    }
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    if let Some(labels) = name.strip_suffix(".in-addr.arpa") {
        let mut bytes: Vec<u8> = labels.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
        bytes.reverse();
        return Some(IpAddr::V4(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?)));
    }
    let labels = name.strip_suffix(".ip6.arpa")?;
    let nibbles: Vec<&str> = labels.split('.').collect();
    if nibbles.len() != 32 || nibbles.iter().any(|one| one.len() != 1) {
        return None;
    }
    let digits: String = nibbles.into_iter().rev().collect();
    Some(IpAddr::V6(Ipv6Addr::from(u128::from_str_radix(&digits, 16).ok()?)))
}

/// Returns the name that stands for an address.
pub(super) fn reverse_name(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(ip) => {
            let digits = format!("{:032x}", ip.to_bits());
            let labels: Vec<String> = digits.chars().rev().map(String::from).collect();
            format!("{}.ip6.arpa", labels.join("."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read() {
        let read = |text| {
            Record::of_line(text)
                .map(|one| (one.name, one.ttl.map(|ttl| ttl / 1_000_000_000), one.kind, one.data))
        };
        let mx = |ttl| Some(("example.com.".to_owned(), ttl, "mx", "10 mx.example.com.".to_owned()));
        assert_eq!(read("example.com.\t300\tIN\tMX\t10 mx.example.com."), mx(Some(300)));
        assert_eq!(read("example.com. IN 1h5m MX 10 mx.example.com."), mx(Some(3900)));
        assert_eq!(read("example.com. IN MX 10 mx.example.com."), mx(None));
        assert_eq!(read("example.com. 300 MX 10 mx.example.com."), mx(Some(300)));
        for text in [
            "example.com. MX 10 mx",
            "example 300 MX 10 mx",
            "I am IN MX now",
            "a.example IN",
            "; a. 1 IN A 192.0.2.1",
            "a. 12345678901 IN A 1",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn strings_are_joined() {
        assert_eq!(joined(r#""v=spf1 " "-all""#), "v=spf1 -all");
        assert_eq!(joined(r#""a\"b\\c\195\182\;""#), "a\"b\\cö;");
        assert_eq!(joined("plain"), "plain");
        assert_eq!(joined("\"open"), "open");
        assert_eq!(joined("\"\\"), "");
        assert_eq!(without_comment("a ( 1 ; serial"), "a   1 ");
        assert_eq!(without_comment("TXT \"a;(b\" ; c"), "TXT \"a;(b\" ");
        assert_eq!(depth("a ( \"(\" ; )"), 1);
    }

    #[test]
    fn addresses_turn_around() {
        for ip in ["192.0.2.1", "2001:db8::1"] {
            let ip: IpAddr = ip.parse().unwrap();
            assert_eq!(reverse_of(&reverse_name(ip)), Some(ip));
        }
        assert_eq!(reverse_of("2.0.192.in-addr.arpa."), None);
        assert_eq!(reverse_of("example.com"), None);
    }
}
