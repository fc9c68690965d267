//! A line of text that a person types into.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The longest text that is taken, in bytes: a log in one answer, not a disk.
const LONGEST: usize = 1 << 20;

/// What is typed, and where the cursor stands in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Input {
    text: String,
    /// In bytes, between two characters.
    cursor: usize,
}

impl Input {
    pub(super) fn of(text: &str) -> Self {
        let mut input = Self::default();
        input.insert(text);
        input
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Takes a text in at the cursor; what nobody can see stays away, but for breaks of lines.
    pub(super) fn insert(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
        for c in text.chars().filter(|c| *c == '\n' || !c.is_control()) {
            if self.text.len() + c.len_utf8() > LONGEST {
                return;
            }
            self.text.insert(self.cursor, c);
            self.cursor += c.len_utf8();
        }
    }

    pub(super) fn left(&mut self) {
        self.cursor -= self.before().chars().next_back().map_or(0, char::len_utf8);
    }

    pub(super) fn right(&mut self) {
        self.cursor += self.behind().chars().next().map_or(0, char::len_utf8);
    }

    pub(super) fn home(&mut self) {
        self.cursor = 0;
    }

    pub(super) fn end(&mut self) {
        self.cursor = self.text.len();
    }

    pub(super) fn backspace(&mut self) {
        let end = self.cursor;
        self.left();
        self.text.replace_range(self.cursor..end, "");
    }

    pub(super) fn delete(&mut self) {
        let length = self.behind().chars().next().map_or(0, char::len_utf8);
        self.text.replace_range(self.cursor..self.cursor + length, "");
    }

    /// Takes the word before the cursor away.
    pub(super) fn delete_word(&mut self) {
        let kept = self.before().trim_end();
        let start = kept.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        self.text.replace_range(start..self.cursor, "");
        self.cursor = start;
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn before(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    fn behind(&self) -> &str {
        self.text.get(self.cursor..).unwrap_or_default()
    }

    /// Returns the part around the cursor that fits into so many columns, and the column of the cursor in it. A break of lines is
    /// shown as a sign.
    pub(super) fn window(&self, width: usize) -> (String, usize) {
        let room = width.saturating_sub(1);
        let mut shown = String::new();
        let mut used = 0;
        for c in self.before().chars().rev().map(visible) {
            used += c.width().unwrap_or(0);
            if used > room {
                break;
            }
            shown.insert(0, c);
        }
        let column = shown.width();
        let mut used = column;
        for c in self.behind().chars().map(visible) {
            used += c.width().unwrap_or(0);
            if used > room {
                break;
            }
            shown.push(c);
        }
        (shown, column)
    }
}

fn visible(c: char) -> char {
    if c == '\n' { '⏎' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_moves_and_deletes_by_characters() {
        let mut input = Input::of("8 mün");
        input.left();
        input.backspace();
        input.insert("i");
        assert_eq!(input.text(), "8 min");
        input.delete();
        assert_eq!(input.text(), "8 mi");
        input.delete_word();
        assert_eq!(input.text(), "8 ");
        input.home();
        input.left();
        input.backspace();
        input.delete();
        input.delete();
        input.delete();
        assert_eq!(input, Input::default());
    }

    #[test]
    fn the_cursor_stays_in_sight_however_wide_the_characters() {
        let mut input = Input::of(&"漢".repeat(50));
        assert_eq!(input.window(11), ("漢".repeat(5), 10));
        input.home();
        assert_eq!(input.window(11), ("漢".repeat(5), 0));
        assert_eq!(Input::of("a\r\nb\u{7}").window(9), ("a⏎b".to_owned(), 3));
        assert_eq!(Input::of("e\u{301}x").window(9).1, 2);
        assert_eq!(input.window(0), (String::new(), 0));
    }
}
