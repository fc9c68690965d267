//! What texts of users may not bring into pages, pictures and files in XML.

use std::borrow::Cow;

/// Returns a text without the signs that no XML may hold and those that turn the direction of what follows; each is shown as
/// one that could not be read. What has a meaning in markup is escaped by whoever writes it.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
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

/// Returns a [`clean`] text as it stands in XML, between tags or in an attribute in double quotes.
pub(crate) fn escape_xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Unescaped, a reader takes each for a space in an attribute, and `\r\n` for `\n` between tags.
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{clean, escape_xml};

    #[test]
    fn only_signs_that_do_harm_are_replaced() {
        assert_eq!(clean("a <b> & \"c\"\n漢🦀"), "a <b> & \"c\"\n漢🦀");
        assert_eq!(clean("a\u{0}b\u{1b}[1m\u{202e}c\u{ffff}"), "a\u{fffd}b\u{fffd}[1m\u{fffd}c\u{fffd}");
    }

    #[test]
    fn a_text_is_the_same_read_from_an_attribute_and_between_tags() {
        for text in ["a < \"b\" & 'c' > d", "]]>", "one\r\ntwo\n\tthree\r", "漢🦀", "&amp;"] {
            let escaped = escape_xml(text);
            let xml = format!("<a b=\"{escaped}\">{escaped}</a>");
            let document = roxmltree::Document::parse(&xml).unwrap();
            let element = document.root_element();
            assert_eq!((element.attribute("b"), element.text()), (Some(text), Some(text)), "{xml}");
        }
        assert_eq!(escape_xml("a\u{7}b"), "a\u{fffd}b");
    }
}
