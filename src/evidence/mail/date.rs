//! Dates of mails (RFC 5322, section 3.3).

use mail_parser::DateTime;

use crate::value::{Amount, SECOND};

/// Reads `Mon, 2 Jan 2006 15:04:05 -0700 (MST)`; none where it is no date, or says no offset.
pub(super) fn read(text: &str) -> Option<Amount> {
    // The parser takes a zone that it does not know for UTC.
    let date = DateTime::parse_rfc822(text.trim()).filter(|_| names_offset(text))?;
    (date.is_valid() && date.year >= 1970).then(|| Amount::Instant(i128::from(date.to_timestamp()) * SECOND))
}

/// Returns whether a date ends with an offset, or a zone that the standard knows (section 4.3).
fn names_offset(text: &str) -> bool {
    const ZONES: [&str; 12] =
        ["UT", "UTC", "GMT", "Z", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"];
    let bare = text.split('(').next().unwrap_or_default();
    let last = bare.split_whitespace().next_back().unwrap_or_default();
    let digits = last.bytes().rev().take_while(u8::is_ascii_digit).count();
    let sign = last.len().checked_sub(digits + 1).and_then(|at| last.as_bytes().get(at));
    (digits == 4 && matches!(sign, Some(b'+' | b'-'))) || ZONES.contains(&last)
}

/// Returns the nanoseconds since 1970 in UTC.
pub(super) fn instant(time: Amount) -> Option<i128> {
    match time {
        Amount::Instant(nanos) => Some(nanos),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read() {
        let read = |text| read(text).and_then(instant).map(|nanos| nanos / SECOND);
        assert_eq!(read("Thu, 1 Jan 1970 01:00:01 +0100 (CET)"), Some(1));
        assert_eq!(read("1 Jan 1970 00:00:02 GMT"), Some(2));
        assert_eq!(read("Thu, 1 Jan 1970 00:00:02 EST"), Some(5 * 3600 + 2));
        assert_eq!(read("1 Jan 1970 00:00:02 GMT0BST"), None);
        assert_eq!(read("1 Jan 1970 00:00:02 MET"), None);
        assert_eq!(read("1 Jan 1970 00:00:02"), None);
        assert_eq!(read("yesterday"), None);
        assert_eq!(read(""), None);
    }
}
