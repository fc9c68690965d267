//! Texts in one normal form, so that what looks the same is the same.
//!
//! An `ö` is one letter or an `o` with two dots, and both are meant alike: everything is composed (Unicode's form C). Where texts
//! are compared, large and small letters are the same, `ß` and `SS` too, and so is any run of blanks, line breaks and tabs.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

/// Returns a text with its letters composed.
pub fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { ComposingNormalizerBorrowed::new_nfc().normalize(text) }
}

/// Returns what two texts have in common that are the same to a person.
pub fn alike(text: &str) -> String {
    let small = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        // By way of the capitals: there, letters of which only one size differs meet.
        composed(&composed(text).to_uppercase().to_lowercase()).into_owned()
    };
    let mut alike = String::with_capacity(small.len());
    for c in small.chars() {
        match c.is_whitespace() {
            true if alike.ends_with(' ') => {}
            true => alike.push(' '),
            false => alike.push(c),
        }
    }
    alike
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_the_same() {
        for (a, b) in [
            ("Größe", "gro\u{308}ße"),
            ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδος"),
            ("mailbox full", "Mailbox\r\n\tfull"),
            ("mailbox full", "mailbox\u{a0} full"),
            ("\u{1100}\u{1161}", "가"),
        ] {
            assert_eq!(alike(a), alike(b), "{a} {b}");
        }
        for (a, b) in [("mailboxfull", "mailbox full"), ("größe", "grosse"), ("a", "ä")] {
            assert_ne!(alike(a), alike(b), "{a} {b}");
        }
        assert_eq!(composed("o\u{308}"), "ö");
    }
}
