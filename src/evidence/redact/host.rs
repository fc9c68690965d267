//! Names of hosts as they stand in texts, told from other words with dots by the Public Suffix List.

use std::sync::LazyLock;

use regex::Regex;

use crate::evidence::mail::reply::pattern;
use crate::value::address;

/// Names that end in one of these are of networks of one's own (RFC 2606, 6761, 6762, 8375, and what is in use).
const OWN: &[&str] = &[
    "local",
    "localdomain",
    "lan",
    "internal",
    "intranet",
    "corp",
    "home",
    "private",
    "test",
    "example",
    "invalid",
    "localhost",
    "onion",
    "domain",
];

/// A name in two parts: what is beneath the registered domain, and that, which ends in its suffix.
pub(super) struct Host {
    /// The labels beneath it, in their order.
    pub(super) below: Vec<String>,
    pub(super) registered: String,
    /// The suffix where it is one of our own networks: `local`.
    pub(super) own: Option<&'static str>,
}

/// Takes a name apart; none where it is no host's.
pub(super) fn parts(name: &str) -> Option<Host> {
    let name = normal(name);
    let last = name.rsplit('.').next()?;
    let own = OWN.iter().find(|own| **own == last).copied();
    let registered = if own.is_some() {
        let mut labels = name.rsplitn(3, '.');
        format!("{1}.{0}", labels.next()?, labels.next()?)
    } else {
        let suffix = psl::suffix(name.as_bytes())?;
        if !suffix.is_known() {
            return None;
        }
        psl::domain_str(&name)?.to_owned()
    };
    let below = name.strip_suffix(registered.as_str())?;
    let below = below.split('.').filter(|label| !label.is_empty()).map(str::to_owned).collect();
    Some(Host { below, registered, own })
}

/// Returns a name in the form in which it is compared: small letters, `xn--` for others.
pub(super) fn normal(name: &str) -> String {
    let name = name.trim_end_matches('.');
    address::domain(name).unwrap_or_else(|_| name.to_lowercase())
}

/// Returns the names of hosts in a literal of a pack, also one that begins with a dot.
pub(super) fn all(text: &str) -> Vec<String> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+"));
    NAME.find_iter(text)
        .filter(|found| parts(found.as_str()).is_some())
        .map(|found| normal(found.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        let parts = |name| parts(name).map(|host| (host.below.join("."), host.registered));
        assert_eq!(parts("mx1.bank.co.uk"), Some(("mx1".into(), "bank.co.uk".into())));
        assert_eq!(parts("dc1.ad.acme.local"), Some(("dc1.ad".into(), "acme.local".into())));
        assert_eq!(parts("acme.com."), Some((String::new(), "acme.com".into())));
        assert_eq!(parts("5.7.1"), None);
        assert_eq!(parts("delivery.text"), None);
        assert_eq!(parts("com"), None);
        assert_eq!(all("at mx.example.com, or b.c"), ["mx.example.com"]);
    }
}
