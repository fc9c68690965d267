//! What texts of users may not bring into pages, pictures and files in XML, and onto a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Stands in a text for a terminal before a style of this program, in the place of an escape character. It is no character, and is
/// taken out of every text that is read.
pub(crate) const STYLE: &str = "\u{fdd0}";

/// Returns a text that was read without the sign of a style.
pub(crate) fn without_styles(text: String) -> String {
    if text.contains(STYLE) { text.replace(STYLE, "\u{fffd}") } else { text }
}

/// Returns whether a character acts on a terminal, or cannot be seen there: controls, what turns the direction of writing, what has no
/// width.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{fffe}' | '\u{ffff}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Returns whether an unseen character belongs to the writing in which it stands: the joiners of emoji and of Arabic or Indian
/// letters, the looks of an emoji, the marks beside letters that are written from right to left.
pub(crate) fn belongs(c: char, before: Option<char>, behind: Option<char>) -> bool {
    let other_writing = |c: Option<char>| c.is_some_and(|c| c >= '\u{590}' && !is_unseen(c));
    let from_the_right = |c: Option<char>| {
        c.is_some_and(
            |c| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdcf}' | '\u{fe70}'..='\u{fefc}'),
        )
    };
    match c {
        '\t' | '\n' => true,
        '\r' => behind == Some('\n'),
        '\u{200c}' | '\u{200d}' => {
            (other_writing(before) || before == Some('\u{fe0f}')) && other_writing(behind)
        }
        '\u{200e}' | '\u{200f}' | '\u{61c}' => from_the_right(before) || from_the_right(behind),
        '\u{fe0e}' | '\u{fe0f}' => {
            other_writing(before) || matches!(before, Some('©' | '®')) || behind == Some('\u{20e3}')
        }
        '\u{fe00}'..='\u{fe0d}' | '\u{e0100}'..='\u{e01ef}' => other_writing(before),
        '\u{e0020}'..='\u{e007f}' => matches!(before, Some('\u{1f3f4}' | '\u{e0020}'..='\u{e007e}')),
        _ => false,
    }
}

/// Returns a text in which every character that would act on a terminal, or hide there, is a sign that is seen: `␛` for an escape.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    signs(text, |c| match u32::from(c) {
        control @ 0..0x20 => char::from_u32(0x2400 + control).unwrap_or(char::REPLACEMENT_CHARACTER),
        0x7f => '\u{2421}',
        _ => char::REPLACEMENT_CHARACTER,
    })
}

/// Returns a text likewise, in which everything stands at the byte where it stood.
pub(crate) fn visible_in_place(text: &str) -> Cow<'_, str> {
    match signs(text, |c| match c.len_utf8() {
        1 => '?',
        2 => '\u{bf}',
        3 => char::REPLACEMENT_CHARACTER,
        _ => '\u{1f574}',
    }) {
        seen if seen.len() == text.len() => seen,
        _ => Cow::Borrowed(""),
    }
}

fn signs(text: &str, sign: impl Fn(char) -> char) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let stays = !is_unseen(c) || belongs(c, before, rest.clone().next());
        out.push(if stays { c } else { sign(c) });
        before = Some(c);
    }
    Cow::Owned(out)
}

/// Returns a text as it goes to a terminal: [`visible`], with the styles of this program as escape sequences.
pub fn for_terminal(text: &str) -> String {
    let mut parts = text.split(STYLE);
    let mut out = visible(parts.next().unwrap_or("")).into_owned();
    for part in parts {
        let codes = part.strip_prefix('[').and_then(|codes| codes.split_once('m')).map(|(codes, _)| codes);
        if codes.is_some_and(|codes| codes.chars().all(|c| c.is_ascii_digit() || c == ';')) {
            out.push('\u{1b}');
        } else {
            out.push(char::REPLACEMENT_CHARACTER);
        }
        out.push_str(&visible(part));
    }
    out
}

/// Returns JSON in which no character acts on a terminal or hides there: each is written as `\u001b`.
pub(crate) fn escaped_json(json: String) -> String {
    let is_raw = |c: char| c != '\n' && is_unseen(c);
    if !json.contains(is_raw) {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_raw(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

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
    use super::{STYLE, clean, escape_xml, escaped_json, for_terminal, is_unseen, visible, visible_in_place};

    #[test]
    fn what_acts_on_a_terminal_or_hides_there_is_a_sign() {
        let harmful =
            "a\u{1b}[2J\u{7}\u{8}\u{9b}31m\u{7f}\u{202e}b\u{2066}\u{200b}c\rd\u{feff}\u{e0041}e\u{ad}";
        assert_eq!(
            visible(harmful),
            "a␛[2J␇␈\u{fffd}31m␡\u{fffd}b\u{fffd}\u{fffd}c␍d\u{fffd}\u{fffd}e\u{fffd}"
        );
        let in_place = visible_in_place(harmful);
        assert_eq!(in_place.len(), harmful.len());
        let places = |text: &str| text.char_indices().map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(places(&in_place), places(harmful));
        assert!(!in_place.contains(is_unseen));
    }

    #[test]
    fn what_belongs_to_a_writing_stays() {
        let fine = [
            "two\nlines\r\nand a\ttab",
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{2764}\u{fe0f}\u{200d}\u{1f525} 1\u{fe0f}\u{20e3} ©\u{fe0f}",
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}",
            "\u{5e9}\u{5dc}\u{5d5}\u{5dd}\u{200f}! \u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{915}\u{94d}\u{200d}\u{937} 漢\u{e0100}",
        ];
        for text in fine {
            assert_eq!(visible(text), text);
        }
        for hidden in
            ["ad\u{200d}min", "ad\u{200c}min", "a\u{200f}b", "a\u{fe0f}b", "a\u{e0067}", "1\u{fe0f}2"]
        {
            assert_eq!(visible(hidden).matches('\u{fffd}').count(), 1, "{hidden:?}");
        }
    }

    #[test]
    fn only_our_own_styles_become_escape_sequences() {
        assert_eq!(
            for_terminal(&format!("{STYLE}[1mbold{STYLE}[0m \u{1b}[31mred")),
            "\u{1b}[1mbold\u{1b}[0m ␛[31mred"
        );
        assert_eq!(for_terminal(&format!("{STYLE}]52;c;m {STYLE}[2J")), "\u{fffd}]52;c;m \u{fffd}[2J");
    }

    #[test]
    fn json_says_the_same_without_raw_controls() {
        let text = "a\u{1b}\u{7f}\u{9b}\u{202e}\u{e0041}\u{200d}\u{1f600}\n\\";
        let json = escaped_json(serde_json::to_string(text).unwrap());
        assert!(!json.contains(is_unseen), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

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
