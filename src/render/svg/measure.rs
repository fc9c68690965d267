//! How wide a text is at most, and where it breaks.
//!
//! Nobody knows the fonts of whoever looks at a picture. The widths are those of `DejaVu` Sans, which is wider than what
//! systems usually have, so that a text may end early and never sticks out. Lines are broken greedily, at the places that
//! Unicode allows (UAX 14).

use textwrap::core::{Fragment, Word};
use textwrap::{WordSeparator, wrap_algorithms};
use unicode_width::UnicodeWidthChar as _;

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Face {
    /// The size, in the units of the picture.
    pub(super) size: f64,
    /// How heavy, how wide.
    pub(super) style: Style,
}

/// How heavy or wide letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As usual.
    Plain,
    /// Bold.
    Bold,
    /// All as wide as each other.
    Mono,
}

/// Bold letters are at most this much wider, over a line.
const BOLD: f64 = 1.17;
/// The width of each letter of a fixed width, in parts of its height.
const MONO: f64 = 0.61;

/// Letters by the width that they have at most, in parts of the height.
const WIDTHS: &[(&str, f64)] = &[
    (" ", 0.32),
    ("Iijl", 0.30),
    (",./:;\\|'", 0.35),
    ("()-[]ft", 0.40),
    ("!r", 0.45),
    ("\"*J`", 0.50),
    ("csz–“”", 0.55),
    ("?L_kvxy", 0.60),
    ("$0123456789FTabdeghnopqu{}", 0.65),
    ("ABEKPSVXYZ", 0.70),
    ("CNRU", 0.75),
    ("&DGHOQ", 0.80),
    ("#+<=>^w~×→", 0.85),
    ("M", 0.90),
    ("%", 0.95),
    ("Wm…—", 1.00),
    ("@", 1.05),
];
/// Any other sign of one column, and of two.
const OTHER: [f64; 2] = [0.85, 1.05];
/// Signs outside of ASCII that are as wide as two columns of their own.
const WIDEST: f64 = 1.45;

/// How wide a text is at most.
pub(super) fn width(text: &str, face: Face) -> f64 {
    let of = |c: char| match (face.style, c) {
        (Style::Mono, ' '..='~') => MONO,
        _ => letter(c),
    };
    let factor = if face.style == Style::Bold { BOLD } else { 1.0 };
    text.chars().map(of).sum::<f64>() * face.size * factor
}

fn letter(c: char) -> f64 {
    if let Some((_, width)) = WIDTHS.iter().find(|(letters, _)| letters.contains(c)) {
        return *width;
    }
    match c.width() {
        None | Some(0) => 0.0,
        Some(1) if ('\u{a0}'..'\u{1e00}').contains(&c) || c.is_ascii() => OTHER[0],
        Some(1) => WIDEST,
        Some(_) => OTHER[1].max(WIDEST),
    }
}

/// A word that knows how wide it is in its face.
#[derive(Debug)]
struct Measured<'t> {
    text: &'t str,
    width: f64,
    space: f64,
}

impl Fragment for Measured<'_> {
    fn width(&self) -> f64 {
        self.width
    }
    fn whitespace_width(&self) -> f64 {
        self.space
    }
    fn penalty_width(&self) -> f64 {
        0.0
    }
}

/// A text in lines that are not wider than `room`; of more than `most` lines the last ends in an ellipsis. White space folds.
pub(super) fn lines(text: &str, face: Face, room: f64, most: usize) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words: Vec<Word> = WordSeparator::UnicodeBreakProperties.find_words(&text).collect();
    let pieces: Vec<Measured> =
        words.iter().flat_map(|word| pieces(word.word, word.whitespace, face, room)).collect();
    let broken = wrap_algorithms::wrap_first_fit(&pieces, &[room]);
    let mut lines: Vec<String> = broken.into_iter().map(joined).filter(|line| !line.is_empty()).collect();
    if lines.len() > most {
        let rest = lines.split_off(most.saturating_sub(1)).join(" ");
        lines.push(cut(&rest, face, room));
    }
    lines
}

fn joined(pieces: &[Measured]) -> String {
    let mut line = String::new();
    for piece in pieces {
        line.push_str(piece.text);
        line.push_str(if piece.space > 0.0 { " " } else { "" });
    }
    line.trim_end().to_owned()
}

/// A word, in pieces where it is wider than a line.
fn pieces<'t>(word: &'t str, space: &'t str, face: Face, room: f64) -> Vec<Measured<'t>> {
    let mut pieces = Vec::new();
    let mut rest = word;
    loop {
        let fits = fitting(rest, face, room);
        let (head, tail) = rest.split_at_checked(fits).unwrap_or((rest, ""));
        let last = tail.is_empty();
        let space = if last { width(space, face) } else { 0.0 };
        pieces.push(Measured { text: head, width: width(head, face), space });
        if last {
            return pieces;
        }
        rest = tail;
    }
}

/// How many bytes of a text fit, at least one letter.
fn fitting(text: &str, face: Face, room: f64) -> usize {
    let mut used = 0.0;
    for (at, c) in text.char_indices() {
        used += width(c.encode_utf8(&mut [0; 4]), face);
        if used > room && at > 0 {
            return at;
        }
    }
    text.len()
}

/// A text in one line, with an ellipsis where it does not fit.
pub(super) fn cut(text: &str, face: Face, room: f64) -> String {
    if width(text, face) <= room {
        return text.to_owned();
    }
    let fits = fitting(text, face, room - width("…", face));
    format!("{}…", text.get(..fits).unwrap_or_default().trim_end())
}

#[cfg(test)]
mod tests {
    use super::{Face, Style, cut, lines, width};

    const FACE: Face = Face { size: 10.0, style: Style::Plain };

    #[test]
    fn no_line_is_wider_than_its_room() {
        let texts = [
            "Which mail suffers, and since when does it?",
            "a.very.long.name.without.any.space.in.it",
            "漢字漢字漢字漢字漢字",
            "🦀🦀🦀🦀🦀🦀🦀",
            "",
        ];
        for text in texts {
            for room in [15.0, 40.0, 80.0, 500.0] {
                for line in lines(text, FACE, room, 3) {
                    assert!(width(&line, FACE) <= room || line.chars().count() <= 2, "{line:?} in {room}");
                }
            }
        }
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!(cut("short", FACE, 100.0), "short");
        assert!(cut("much too long for this", FACE, 60.0).ends_with('…'));
        assert_eq!(lines("one two three four five", FACE, 40.0, 2).len(), 2);
        assert!(lines("one two three four five", FACE, 40.0, 2)[1].ends_with('…'));
        assert_eq!(lines("one two", FACE, 400.0, 2), ["one two"]);
    }
}
