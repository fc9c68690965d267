//! Domain names and IP addresses.

use std::net::IpAddr;

use ipnet::IpNet;

use super::scalar::{Wrong, short};

/// Reads a domain name: in small letters of its own script, without a final dot.
pub(crate) fn domain(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    if text.parse::<IpAddr>().is_ok() {
        return Err(Wrong::new(format!("`{}` is an IP address", short(text)))
            .help("write the name, such as `mail.example.com`"));
    }
    named(text).ok_or_else(|| {
        let help = match named(host(text)) {
            Some(name) => format!("write `{}`", short(&name)),
            None => "write the name alone, such as `example.com`".into(),
        };
        Wrong::new(format!("`{}` is not one", short(text))).help(help)
    })
}

/// Returns the name, where it can be one (RFC 1035 with underscores, and letters of any script).
fn named(text: &str) -> Option<String> {
    let name = spelled(text);
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    let on_the_wire = idna::domain_to_ascii(&name).unwrap_or_default();
    let fits = on_the_wire.len() <= 253 && on_the_wire.split('.').all(|label| label.len() <= 63);
    (fits && name.split('.').all(label)).then_some(name)
}

/// Returns the one spelling of a domain name: `BÜCHER.example.` and `xn--bcher-kva.example` are `bücher.example` (UTS 46). What is
/// no name stays as it is, in small letters.
pub(crate) fn spelled(text: &str) -> String {
    let text = text.strip_suffix(['.', '。']).unwrap_or(text);
    match idna::domain_to_unicode(text) {
        (name, Ok(())) => name,
        (_, Err(_)) => text.to_lowercase(),
    }
}

/// Returns the network of IPv4 addresses that one of IPv6 stands for, or else the network itself.
pub(crate) fn canonical(network: IpNet) -> IpNet {
    let mapped = network.addr().to_canonical();
    let prefix = network.prefix_len().checked_sub(96).filter(|_| network.addr() != mapped);
    prefix.and_then(|prefix| IpNet::new(mapped, prefix).ok()).unwrap_or(network)
}

/// Returns what looks like the host in an address: `https://example.com/x`, `Ann <ann@example.com>`.
fn host(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    rest.split(|c: char| "/:?#>".contains(c)).next().unwrap_or_default()
}

/// Reads an IPv4 or IPv6 address; one of IPv6 that stands for one of IPv4 is that one.
pub(crate) fn ip(text: &str) -> Result<IpAddr, Wrong> {
    let text = text.trim();
    text.parse().map(|address: IpAddr| address.to_canonical()).map_err(|_| {
        let help = match inner(text) {
            Some(address) => format!("write the address alone: `{address}`"),
            None => "write an address such as `192.0.2.1` or `2001:db8::1`".to_owned(),
        };
        Wrong::new(format!("`{}` is not one", short(text))).help(help)
    })
}

/// Returns the address in `192.0.2.1:25`, `[2001:db8::1]:25`, `192.0.2.0/24`.
fn inner(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split(']').next());
    let bracketed = bracketed.map(|inside| inside.strip_prefix("IPv6:").unwrap_or(inside));
    let before = |sign: char| text.split_once(sign).map(|(before, _)| before.trim());
    [bracketed, before('/'), before(':')].into_iter().flatten().find_map(|part| part.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_in_lower_case_and_without_its_final_dot() {
        for (text, name) in [
            ("Example.COM.", "example.com"),
            ("_dmarc.a-b.de", "_dmarc.a-b.de"),
            ("MÜLLER.de", "müller.de"),
            ("xn--bcher-kva.example", "bücher.example"),
            ("XN--BCHER-KVA.Example.", "bücher.example"),
            ("bu\u{308}cher.example", "bücher.example"),
            ("straße.de", "straße.de"),
        ] {
            assert_eq!(domain(text).ok().as_deref(), Some(name));
        }
    }

    #[test]
    fn what_is_no_domain_is_told_with_what_to_write() {
        for (text, help) in [
            ("ann@example.com", "write `example.com`"),
            ("https://Example.com/x?y", "write `example.com`"),
            ("Ann <ann@example.com>", "write `example.com`"),
            ("example.com:25", "write `example.com`"),
            ("a..b", "such as `example.com`"),
            (".", "such as `example.com`"),
            ("my domain", "such as `example.com`"),
            ("192.0.2.1", "write the name"),
            ("-a.com", "such as"),
        ] {
            let wrong = domain(text).unwrap_err();
            assert!(wrong.help.as_ref().is_some_and(|h| h.contains(help)), "{text}: {:?}", wrong.help);
        }
    }

    #[test]
    fn an_address_stands_alone() {
        assert_eq!(ip(" 192.0.2.1 ").ok(), "192.0.2.1".parse().ok());
        assert_eq!(ip("::ffff:203.0.113.7").ok(), "203.0.113.7".parse().ok());
        assert_eq!(ip("::ffff:cb00:7107").ok(), "203.0.113.7".parse().ok());
        assert_eq!(ip("2001:DB8::1").ok(), "2001:db8::1".parse().ok());
        for (text, help) in [
            ("192.0.2.1:25", "`192.0.2.1`"),
            ("[2001:db8::1]:25", "`2001:db8::1`"),
            ("[IPv6:2001:db8::1]", "`2001:db8::1`"),
            ("192.0.2.0/24", "alone: `192.0.2.0`"),
            ("192.0.2", "such as"),
            ("010.0.0.1", "such as"),
        ] {
            let wrong = ip(text).unwrap_err();
            assert!(wrong.help.as_ref().is_some_and(|h| h.contains(help)), "{text}: {:?}", wrong.help);
        }
    }
}
