//! Pieces that the lines of several programs have in common: `key=value`, hosts with their addresses, lengths of time.

use std::net::IpAddr;

/// A host, as logs name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Peer<'t> {
    /// Its name; none for `unknown`, and where only the address stands.
    pub(super) name: Option<&'t str>,
    /// Its address.
    pub(super) ip: Option<&'t str>,
}

/// Reads `mx.example.com[192.0.2.1]:25`, `mx.example.com [192.0.2.1]`, `mx.example.com (helo) [192.0.2.1]`, `(helo) [192.0.2.1]`,
/// `[192.0.2.1]`, `192.0.2.1`, `mx.example.com`.
pub(super) fn peer(text: &str) -> Peer<'_> {
    let text = text.trim();
    let name = text.split([' ', '[', '(', ',', ';']).next().unwrap_or_default().trim_end_matches([':', '.']);
    // What a client calls itself stands in round brackets, and may look like an address.
    let behind = text.split_once(") [").map_or_else(|| text.split_once('['), |(_, rest)| Some(("", rest)));
    let inside = behind.and_then(|(_, rest)| rest.split(']').next());
    let is_address = |text: &&str| text.parse::<IpAddr>().is_ok();
    let plain = |text: &'_ str| text.strip_prefix("IPv6:").map_or(text.len(), str::len);
    let ip =
        inside.map(|inside| inside.get(inside.len() - plain(inside)..).unwrap_or(inside)).filter(is_address);
    if name.parse::<IpAddr>().is_ok() {
        return Peer { name: None, ip: ip.or(Some(name)) };
    }
    let name = Some(name).filter(|name| !name.is_empty() && *name != "unknown" && *name != "none");
    Peer { name, ip }
}

/// Returns whether a host stands on this one or in this network: a filter, or the next server on the way in.
pub(super) fn is_inside(host: Peer<'_>) -> bool {
    let is_named = host.name.is_some_and(|name| !name.starts_with("localhost"));
    match host.ip.and_then(|ip| ip.parse::<IpAddr>().ok()) {
        Some(IpAddr::V4(ip)) => ip.is_private() || ip.is_link_local() || (ip.is_loopback() && !is_named),
        Some(IpAddr::V6(ip)) => {
            ip.is_unique_local() || ip.is_unicast_link_local() || (ip.is_loopback() && !is_named)
        }
        None => false,
    }
}

/// Returns the value of a key that stands at the beginning, or behind `, `, up to the next `, `.
pub(super) fn value<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let from = after_key(text, key)?;
    Some(from.split(", ").next().unwrap_or(from).trim_end_matches(','))
}

/// Returns what stands behind a key (`dsn=`), which stands at the beginning or behind a blank or comma.
pub(super) fn after_key<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let begins = |at: &usize| *at == 0 || matches!(text.as_bytes().get(at - 1), Some(b' ' | b','));
    let at = text.match_indices(key).map(|(at, _)| at).find(begins)?;
    text.get(at + key.len()..)
}

/// Returns the address in `<a@example.com>` at the beginning, and what follows; one without brackets ends at a blank or comma.
pub(super) fn address(text: &str) -> Option<(&str, &str)> {
    let Some(rest) = text.strip_prefix('<') else {
        let end = text.find([' ', ',']).unwrap_or(text.len());
        return Some((text.get(..end)?, text.get(end..)?));
    };
    // A local part in quotes may hold any sign.
    let from = if rest.starts_with('"') { rest.find("\"@")? } else { 0 };
    let end = from + rest.get(from..)?.find('>')?;
    Some((rest.get(..end)?, rest.get(end + 1..)?))
}

/// Returns the envelope's sender as records name it: `<>` for none.
pub(super) fn sender(address: &str) -> &str {
    if address.is_empty() { "<>" } else { address }
}

/// Reads seconds with decimals, in nanoseconds.
pub(super) fn seconds(text: &str) -> Option<i128> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() > 12
        || decimals.len() > 9
        || whole.is_empty()
        || !are_digits(whole)
        || !are_digits(decimals)
    {
        return None;
    }
    let fraction: i128 = format!("{decimals:0<9}").parse().ok()?;
    Some(whole.parse::<i128>().ok()? * 1_000_000_000 + fraction)
}

/// Reads `1d2h3m4s`, `0.035s`, `02:03:04`, `1+02:03:04`, in nanoseconds.
pub(super) fn duration(text: &str) -> Option<i128> {
    if text.contains(':') {
        let (days, clock) = text.split_once('+').unwrap_or(("0", text));
        let mut parts = clock.splitn(3, ':');
        let (hours, minutes, rest) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = |text: &str| text.parse::<u32>().ok().map(i128::from);
        let minutes = (whole(days)? * 24 + whole(hours)?) * 60 + whole(minutes)?;
        return Some(minutes * 60_000_000_000 + seconds(rest)?);
    }
    let mut sum = 0;
    let mut left = text;
    while !left.is_empty() {
        let end = left.find(|sign: char| sign.is_ascii_alphabetic())?;
        let number = seconds(left.get(..end)?)?;
        let (unit, rest) = left.get(end..)?.split_at_checked(1)?;
        let (factor, rest) = match (unit, rest.strip_prefix('s')) {
            ("m", Some(rest)) => return rest.is_empty().then_some(sum + number / 1000),
            ("w", _) => (604_800, rest),
            ("d", _) => (86_400, rest),
            ("h", _) => (3600, rest),
            ("m", None) => (60, rest),
            ("s", _) => (1, rest),
            _ => return None,
        };
        sum += number * factor;
        left = rest;
    }
    (!text.is_empty()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_are_read() {
        let of = |text| {
            let Peer { name, ip } = peer(text);
            (name.unwrap_or("-"), ip.unwrap_or("-"))
        };
        assert_eq!(of("mx.example.com[192.0.2.1]:25"), ("mx.example.com", "192.0.2.1"));
        assert_eq!(of("mx.example.com. [192.0.2.1]"), ("mx.example.com", "192.0.2.1"));
        assert_eq!(
            of("mx.example.com (helo) [192.0.2.1]:2525 I=[192.0.2.9]:25"),
            ("mx.example.com", "192.0.2.1")
        );
        assert_eq!(of("([203.0.113.9]) [192.0.2.1]"), ("-", "192.0.2.1"));
        assert_eq!(of("unknown[2001:db8::1]"), ("-", "2001:db8::1"));
        assert_eq!(of("[IPv6:2001:db8::1]"), ("-", "2001:db8::1"));
        assert_eq!(of("mx.example.com[private/dovecot-lmtp]"), ("mx.example.com", "-"));
        assert_eq!(of("192.0.2.1"), ("-", "192.0.2.1"));
        assert_eq!(of("none"), ("-", "-"));
    }

    #[test]
    fn addresses_and_values_are_read() {
        assert_eq!(address("<a@example.com>, x"), Some(("a@example.com", ", x")));
        assert_eq!(address("a@example.com, x"), Some(("a@example.com", ", x")));
        assert_eq!(address("<\"a> b\"@example.com> x"), Some(("\"a> b\"@example.com", " x")));
        assert_eq!(address("<a@example.com"), None);
        assert_eq!(value("to=a, xdelay=1, delay=2, dsn=5.1.1", "delay="), Some("2"));
        assert_eq!(value("to=a", "dsn="), None);
    }

    #[test]
    fn lengths_of_time_are_read() {
        assert_eq!(seconds("0.07"), Some(70_000_000));
        assert_eq!(seconds("63495"), Some(63_495_000_000_000));
        assert_eq!(seconds("x"), None);
        assert_eq!(duration("1+02:03:04"), Some(93_784_000_000_000));
        assert_eq!(duration("1m5s"), Some(65_000_000_000));
        assert_eq!(duration("0.035s"), Some(35_000_000));
        assert_eq!(duration("20ms"), Some(20_000_000));
        assert_eq!(duration("5 apples"), None);
    }
}
