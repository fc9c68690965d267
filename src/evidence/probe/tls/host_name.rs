//! Whether a name in a certificate stands for a host (RFC 6125, section 6.4).

use crate::value::address::spelled;

/// Returns whether it does: the same name, or one whose first label is `*` and stands for a single label.
pub(super) fn matches(name: &str, host: &str) -> bool {
    let (name, host) = (spelled(name.trim()), spelled(host.trim()));
    let behind_first = || host.split_once('.').map(|(_, rest)| rest);
    match name.strip_prefix("*.") {
        Some(rest) => rest.contains('.') && behind_first() == Some(rest),
        None => !name.is_empty() && name == host,
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_one_label() {
        assert!(matches("mx.example.com", "MX.example.com."));
        assert!(matches("*.example.com", "mx.example.com"));
        assert!(!matches("*.example.com", "example.com"));
        assert!(!matches("*.example.com", "a.mx.example.com"));
        assert!(!matches("*.com", "example.com"));
        assert!(!matches("", ""));
    }
}
