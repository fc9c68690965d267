//! What texts of users may not bring into pages and pictures.

use std::borrow::Cow;

/// A text without the signs that no XML may hold and those that turn the direction of what follows; each is shown as one
/// that could not be read. What has a meaning in markup is escaped by whoever writes it.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().any(unwanted) {
        Cow::Owned(text.chars().map(|c| if unwanted(c) { char::REPLACEMENT_CHARACTER } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn unwanted(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    control || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn only_signs_that_do_harm_are_replaced() {
        assert_eq!(clean("a <b> & \"c\"\n漢🦀"), "a <b> & \"c\"\n漢🦀");
        assert_eq!(clean("a\u{0}b\u{1b}[1m\u{202e}c\u{ffff}"), "a\u{fffd}b\u{fffd}[1m\u{fffd}c\u{fffd}");
    }
}
