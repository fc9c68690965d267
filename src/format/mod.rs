//! A text in the one format that all packs share, with every comment and without changing what it says.
//!
//! Input: the text of one file that parses. Output: the same tokens and comments in the same order, so the same tree, with
//! other blanks and line breaks. What the author chose and what reads differently stays: which parts share a line, empty
//! lines (one at most), a condition broken at each `and`, a bracket that is opened on its own line. What no author should
//! have to think about is done here: indentation, columns, line breaks beyond [`WIDTH`], where comments begin. Lines end as most
//! of them did, and a text that began with the mark of UTF-8 still does.
//!
//! Formatting twice is formatting once: every decision depends on the tokens, and on line breaks that the result keeps.

mod body;
mod column;
mod doc;
mod frame;
mod piece;

pub use frame::{Frame, bare};

use std::ops::Range;

use crate::problem::Problems;
use crate::source::SourceId;
use crate::syntax::cst::Written;
use crate::syntax::{DEFAULT_DEPTH, written};
use doc::Line;

/// How wide a line is where it can be broken.
pub const WIDTH: usize = 110;

/// Where comments at the end of a line begin, unless the line is longer.
const COMMENTS: usize = 58;

/// Formats a text; none where it does not parse.
pub fn format(source: SourceId, text: &str) -> (Option<String>, Problems) {
    let (written, problems) = written(source, text, DEFAULT_DEPTH);
    (written.map(|written| Frame::of(text).around(&formatted(text, &written))), problems)
}

/// Returns whether two texts have the same tokens and comments in the same order.
pub fn says_the_same(one: &str, other: &str) -> bool {
    let words = |text: &str| -> Option<Vec<String>> {
        let (written, _) = written(SourceId::default(), text, DEFAULT_DEPTH);
        let written = written?;
        let mut ranges = written.tokens();
        ranges.extend(written.comments);
        ranges.sort_by_key(|range| range.start);
        Some(ranges.into_iter().filter_map(|range| text.get(range)).map(str::to_owned).collect())
    };
    let (one, other) = (words(one), words(other));
    one.is_some() && one == other
}

fn formatted(text: &str, written: &Written) -> String {
    let mut pen = Pen { text, comments: comments(text, &written.comments), next: 0 };
    let doc = pen.file(&written.items);
    let mut out = String::with_capacity(text.len());
    for line in with_comments(&doc::print(&doc, WIDTH)) {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    let end = out.trim_end().len();
    out.truncate(end);
    if end > 0 {
        out.push('\n');
    }
    out
}

/// Where a comment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// On a line of its own.
    Own,
    /// Behind something.
    Behind,
    /// On the next line, exactly below a comment that stands behind something.
    Below,
}

#[derive(Debug, Clone)]
struct Comment {
    range: Range<usize>,
    stands: Stands,
}

/// What is turned into a document, and how far its comments are written.
struct Pen<'t> {
    text: &'t str,
    comments: Vec<Comment>,
    next: usize,
}

fn comments(text: &str, ranges: &[Range<usize>]) -> Vec<Comment> {
    let mut comments: Vec<Comment> = Vec::new();
    for range in ranges {
        let before = |at: usize| text.get(..at).unwrap_or("");
        let line = before(range.start).rsplit('\n').next().unwrap_or("");
        let column = |at: usize| before(at).rsplit('\n').next().map_or(0, |line| line.chars().count());
        let alone =
            line.chars().all(|c| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}' || c == '\u{2060}');
        let below = comments.last().is_some_and(|last| {
            last.stands != Stands::Own
                && column(last.range.start) == column(range.start)
                && text.get(last.range.end..range.start).is_some_and(|gap| gap.matches('\n').count() == 1)
        });
        let stands = match (alone, below) {
            (false, _) => Stands::Behind,
            (true, true) => Stands::Below,
            (true, false) => Stands::Own,
        };
        comments.push(Comment { range: range.clone(), stands });
    }
    comments
}

/// Puts the comments at the ends of lines that follow each other into one column.
fn with_comments(lines: &[Line]) -> Vec<String> {
    let mut out = Vec::new();
    for run in lines.chunk_by(Line::goes_with) {
        let wide = |line: &Line| match line.code.chars().count() {
            width if width < COMMENTS => COMMENTS,
            width => width + 2,
        };
        let column = column::best(run.iter().filter(|line| line.comment.is_some()).map(wide), usize::MAX);
        out.extend(run.iter().map(|line| match &line.comment {
            None => line.code.clone(),
            Some(comment) => {
                let blanks = column.max(wide(line)) - line.code.chars().count();
                format!("{}{}{comment}", line.code, " ".repeat(blanks))
            }
        }));
    }
    out
}
