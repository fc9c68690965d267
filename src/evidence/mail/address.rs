//! Addresses of mail as they stand in texts (RFC 5321, section 4.1.2, and RFC 6531).

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::reply::pattern;

/// An address and where it stands, with the brackets around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) address: String,
    /// In bytes of the line.
    pub(crate) span: Range<usize>,
}

/// An address in brackets may have letters of any script; a bare one ends where such letters begin.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r#"<(?:(?:SMTP|smtp|rfc822|RFC822|mailto|MAILTO)[:=;]\s?)?(?P<bracketed>(?:"[^"<>]+"|[^<>()\[\]:;,"\\@\s]+)@(?:[^<>()\[\]:;,"\\@\s]+|\[[0-9A-Fa-f.:IPv]+\]))>"#,
        r#"|(?P<quoted>"[^"@<>]+"@[A-Za-z0-9_.-]+)"#,
        r"|(?P<bare>[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f.:IPv]+\]))",
    ))
});

/// Returns the addresses of a line.
pub(crate) fn find(line: &str) -> Vec<Found> {
    if !line.contains('@') {
        return Vec::new();
    }
    ADDRESS.captures_iter(line).filter_map(|found| of_match(&found)).take(100).collect()
}

fn of_match(found: &regex::Captures<'_>) -> Option<Found> {
    let whole = found.get(0)?;
    if let Some(bracketed) = found.name("bracketed") {
        return Some(Found { address: neat(bracketed.as_str())?, span: whole.range() });
    }
    let name = found.name("quoted").or_else(|| found.name("bare"))?;
    let (text, mut start) = (name.as_str(), name.start());
    // What sets an address off is none of it: `'a@example.com'`, `dda:SMTP=a@example.com`, `*a@example.com*`.
    let mut bare = text;
    loop {
        let smtp = bare.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("smtp="));
        let next = if smtp { bare.get(5..) } else { bare.strip_prefix(['\'', '*', '`', '=', '.', '|']) };
        let Some(next) = next else { break };
        bare = next;
    }
    start += text.len() - bare.len();
    Some(Found { address: neat(bare)?, span: start..name.end() })
}

fn neat(text: &str) -> Option<String> {
    let text = text.trim_end_matches(['.', '-']);
    let (local, domain) = text.rsplit_once('@')?;
    let fits = !local.is_empty() && !domain.is_empty() && !domain.contains("..") && text.len() <= 320;
    fits.then(|| text.to_owned())
}

/// Returns the one address of a field or a command: `Ann <ann@example.com>`, `<ann@example.com>`.
pub(crate) fn of_field(value: &str) -> Option<String> {
    let all = find(value);
    let bracketed =
        all.iter().find(|found| value.get(found.span.start..).is_some_and(|at| at.starts_with('<')));
    bracketed.or_else(|| all.first()).map(|found| found.address.clone())
}

/// Returns the names that addresses are compared by.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Returns whether an address is that of a server and those who keep it.
pub(crate) fn is_of_server(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let names = [
        "mailer-daemon",
        "postmaster",
        "mail-daemon",
        "maildaemon",
        "mdaemon",
        "abuse",
        "hostmaster",
        "noc",
        "mailadm",
        "mailadmin",
        "double-bounce",
        "mailerdaemon",
        "mail_daemon",
    ];
    names.contains(&local.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(line: &str) -> Vec<String> {
        find(line).into_iter().map(|found| found.address).collect()
    }

    #[test]
    fn addresses_are_found() {
        assert_eq!(all("<a@example.com>: host x"), ["a@example.com"]);
        assert_eq!(all("[SMTP:a.b+c@example.com]"), ["a.b+c@example.com"]);
        assert_eq!(all("'a@example.com' and a@example.org."), ["a@example.com", "a@example.org"]);
        assert_eq!(all("c=US;a= ;p=X;dda:SMTP=u@example.COM; on"), ["u@example.COM"]);
        assert_eq!(all("受信者a@example.com様"), ["a@example.com"]);
        assert_eq!(all("<用户@例子.example>"), ["用户@例子.example"]);
        assert_eq!(all("\"a b\"@example.com"), ["\"a b\"@example.com"]);
        assert_eq!(all("user@[192.0.2.1]"), ["user@[192.0.2.1]"]);
        assert_eq!(all("tell me @ once, no@"), Vec::<String>::new());
    }

    #[test]
    fn a_field_names_one() {
        assert_eq!(of_field("\"x@y\" <ann@example.com>").as_deref(), Some("ann@example.com"));
        assert_eq!(of_field("<>"), None);
    }
}
