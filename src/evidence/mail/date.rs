//! Dates of mails (RFC 5322, section 3.3).

use mail_parser::DateTime;

use crate::value::{Amount, SECOND};

/// Reads `Mon, 2 Jan 2006 15:04:05 -0700 (MST)`; none where it is no date, or says no offset.
pub(super) fn read(text: &str) -> Option<Amount> {
    let date = DateTime::parse_rfc822(text.trim())?;
    (date.is_valid() && date.year >= 1970).then(|| Amount::Instant(i128::from(date.to_timestamp()) * SECOND))
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
        assert_eq!(read("yesterday"), None);
        assert_eq!(read(""), None);
    }
}
