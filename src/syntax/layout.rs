//! The lines of a text: which go on, and where declarations begin.
//!
//! Input: the raw text. Output: a copy of the same length in which comments, and the newlines of lines that go on, are
//! spaces, so that every offset stays true and the grammar can let a newline end a part; and the text cut into
//! declarations and their lines, so that one that does not parse does not hide the others. Some mistakes are found here,
//! because only here they can be blamed on the right line: quotes, patterns and brackets that are never closed, characters from
//! a word processor, nesting beyond the limit.

use std::ops::Range;

use super::words::{self, Kind};
use crate::markup::{belongs, is_unseen};
use crate::problem::{Code, Problem, Problems, Suggestion, lookalike};
use crate::source::{SourceId, Span};

/// A text laid out.
#[derive(Debug)]
pub(super) struct Layout {
    /// As long as the text, comments and joined newlines blank.
    pub(super) text: String,
    /// The declarations, in order.
    pub(super) chunks: Vec<Chunk>,
    /// The comments, in order: from `//` to the last character of the line that is no blank.
    pub(super) comments: Vec<Range<usize>>,
    /// What is wrong already here; the parser need not report it again.
    pub(super) problems: Problems,
}

/// A declaration as a piece of text.
#[derive(Debug, Clone)]
pub(super) struct Chunk {
    /// All of it.
    pub(super) range: Range<usize>,
    /// Up to and with the bracket that opens its body.
    pub(super) head: Range<usize>,
    /// The lines of its body, those within further brackets too.
    pub(super) lines: Vec<Line>,
    /// Places with a problem that is already reported, in order and apart from each other.
    pub(super) damaged: Vec<Range<usize>>,
}

/// A line of a body.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// Whether it stands within further brackets, as a part of a visit's fact does.
    pub(super) nested: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Bracket {
    /// Around the parts of a declaration: its newlines count.
    Body,
    /// Around a condition or a list: its newlines do not.
    Inner,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Last {
    /// A line has just begun.
    Nothing,
    /// Something after which a line goes on.
    GoesOn,
    Of,
    Matches,
    Other,
}

/// How many blanks may stand between a head and a bracket on a line of its own.
const MAX_BLANKS: usize = 200;

struct Scanner<'a> {
    source: SourceId,
    text: &'a str,
    out: Vec<u8>,
    at: usize,
    depth: usize,
    open: Vec<(Bracket, usize)>,
    last: Last,
    comma: Option<usize>,
    line_start: Option<usize>,
    line_nested: bool,
    physical_line_start: bool,
    /// How many brackets were taken for unclosed at a declaration: closed behind it after all, they are no further mistake.
    forgotten: usize,
    chunk: Option<Chunk>,
    chunks: Vec<Chunk>,
    comments: Vec<Range<usize>>,
    problems: Problems,
}

/// Lays a text out; `depth` bounds how deep brackets may nest.
pub(super) fn lay_out(source: SourceId, text: &str, depth: usize) -> Layout {
    let mut scanner = Scanner {
        source,
        text,
        out: text.as_bytes().to_vec(),
        at: 0,
        depth,
        open: Vec::new(),
        last: Last::Nothing,
        comma: None,
        line_start: None,
        line_nested: false,
        physical_line_start: true,
        forgotten: 0,
        chunk: None,
        chunks: Vec::new(),
        comments: Vec::new(),
        problems: Problems::new(),
    };
    scanner.run();
    let text = String::from_utf8(scanner.out).unwrap_or_default();
    Layout { text, chunks: scanner.chunks, comments: scanner.comments, problems: scanner.problems }
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        while let Some(c) = self.peek(0) {
            match c {
                '\n' => self.newline(),
                '\r' => self.carriage_return(),
                ' ' | '\t' => self.at += 1,
                _ if is_wide(c) => self.wide(),
                _ if c.is_control() && !c.is_whitespace() || is_mark(c) && self.in_word(c) => self.hidden(c),
                _ if lookalike::turns(c) => {
                    self.turned(self.at..self.at + c.len_utf8());
                    self.blank(self.at..self.at + c.len_utf8(), c.len_utf8());
                }
                _ if is_blank(c) => self.other_blank(c),
                '/' if self.peek(1) == Some('/') => self.comment(),
                '"' => self.quoted('"'),
                '’' | '‘' if self.in_word(c) => self.sign(c),
                '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '‚' => self.smart_quote(c),
                '/' if self.last == Last::Matches => self.pattern(),
                '(' if self.opens_a_body() => self.wrong_body(),
                '(' => self.bracket_opens(Bracket::Inner),
                '{' if self.last == Last::Of => self.bracket_opens(Bracket::Inner),
                '{' => self.bracket_opens(Bracket::Body),
                ')' | '}' => self.bracket_closes(c),
                _ if c.is_alphanumeric() || c == '_' => self.word(),
                _ => self.sign(c),
            }
            if self.open.len() > self.depth {
                self.too_deep();
            }
        }
        self.end();
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.text.get(self.at..)?.chars().nth(ahead)
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span { source: self.source, start: range.start, end: range.end }
    }

    /// Returns the rest of this line. This takes time in proportion to its length, so it is called only where a line begins, or
    /// where the rest of it is skipped.
    fn rest_of_line(&self) -> &'a str {
        let text: &'a str = self.text;
        text.get(self.at..).and_then(|rest| rest.split(['\n', '\r']).next()).unwrap_or("")
    }

    fn blank(&mut self, range: Range<usize>, advance: usize) {
        if let Some(bytes) = self.out.get_mut(range) {
            bytes.fill(b' ');
        }
        self.at += advance;
    }

    /// Reads a blank that is no space, or a mark that is not seen, as a space, and warns of it: nobody could find out why a word there
    /// looks like another.
    fn other_blank(&mut self, c: char) {
        let range = self.at..self.at + c.len_utf8();
        // The mark of UTF-8 at the beginning of a file is an editor's business.
        if self.at > 0 || c != '\u{FEFF}' {
            let (what, instead) =
                if is_mark(c) { ("invisible character", "") } else { ("blank that is no space", " ") };
            self.unseen(range.clone(), what, c, instead);
        }
        self.blank(range, c.len_utf8());
    }

    fn unseen(&mut self, range: Range<usize>, what: &str, c: char, instead: &str) {
        let span = self.span(range);
        let title = if instead.is_empty() { "remove it" } else { "write a space" };
        self.problems.push_with(|| {
            Problem::warning(Code::Character, span, format!("{what} here (U+{:04X})", u32::from(c)))
                .help(title)
                .suggest(Suggestion::safe(title, span, instead))
        });
    }

    /// Warns of characters in a text that nobody sees and that its script does not need: what is looked for with one is never found.
    fn unseen_in_text(&mut self, range: Range<usize>) {
        let text = self.text.get(range.clone()).unwrap_or("");
        let mut before = None;
        let mut rest = text.char_indices().peekable();
        while let Some((at, c)) = rest.next() {
            let behind = rest.peek().map(|(_, c)| *c);
            // Controls, and what turns the direction, have warnings of their own.
            if is_unseen(c) && !c.is_control() && !lookalike::turns(c) && !belongs(c, before, behind) {
                let start = range.start + at;
                self.unseen(start..start + c.len_utf8(), "invisible character", c, "");
            }
            before = Some(c);
        }
    }

    fn comment(&mut self) {
        let line = self.rest_of_line();
        self.turned(self.at..self.at + line.len());
        self.comments.push(self.at..self.at + line.trim_end().len());
        self.control(self.at..self.at + line.trim_end().len());
        self.blank(self.at..self.at + line.len(), line.len());
    }

    /// Returns whether a newline here is part of a line that goes on.
    fn goes_on(&self) -> bool {
        let brace_follows = || {
            let rest = self.text.get(self.at..).unwrap_or("");
            rest.chars().take(MAX_BLANKS).find(|c| !c.is_whitespace()) == Some('{')
        };
        let head = self.open.is_empty() && self.chunk.is_some();
        self.last == Last::GoesOn
            || head && brace_follows()
            || self.open.last().is_some_and(|(bracket, _)| *bracket == Bracket::Inner)
    }

    fn newline(&mut self) {
        if self.goes_on() {
            self.blank(self.at..self.at + 1, 1);
        } else {
            self.line_ends(self.at);
            self.at += 1;
            self.last = Last::Nothing;
        }
        self.physical_line_start = true;
    }

    fn carriage_return(&mut self) {
        if self.peek(1) == Some('\n') {
            return self.blank(self.at..self.at + 1, 1);
        }
        if let Some(byte) = self.out.get_mut(self.at) {
            *byte = b'\n';
        }
        self.newline();
    }

    fn line_ends(&mut self, at: usize) {
        if let (Some(start), Some(chunk)) = (self.line_start.take(), self.chunk.as_mut())
            && start < at
            && start >= chunk.head.end
            && chunk.head.end > chunk.head.start
        {
            chunk.lines.push(Line { range: start..at, nested: self.line_nested });
        }
    }

    /// Notes that something other than a blank begins here.
    fn token(&mut self) {
        if self.physical_line_start {
            self.physical_line_start = false;
            self.report_unclosed();
        }
        if self.last == Last::Nothing {
            self.line_start = Some(self.at);
            self.line_nested = self.open.len() > 1;
        }
        if self.chunk.is_none() {
            self.chunk = Some(Chunk {
                range: self.at..self.at,
                head: self.at..self.at,
                lines: Vec::new(),
                damaged: Vec::new(),
            });
        }
    }

    /// Reports a bracket that was never closed: at the start of a line, a declaration inside another or a part inside a bracket
    /// gives it away.
    fn report_unclosed(&mut self) {
        let line = self.rest_of_line();
        if self.begins_declaration(line) {
            if let Some(&(_, at)) = self.open.last() {
                let begins = self.at..self.at + line.trim_end().len();
                self.forgotten += self.open.len();
                self.unclosed(at, begins, "this begins before the bracket is closed");
                self.damage(at..self.at);
            } else if self.chunk.is_some() && self.last == Last::GoesOn {
                self.stray_comma();
            }
            self.end_chunk(self.at);
        } else if self.open.last().is_some_and(|(bracket, _)| *bracket == Bracket::Inner)
            && line
                .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
                .next()
                .is_some_and(words::begins_part)
        {
            let Some(&(_, at)) = self.open.last() else { return };
            self.unclosed(
                at,
                self.at..self.at + line.trim_end().len(),
                "this line begins before the bracket is closed",
            );
            while self.open.last().is_some_and(|(bracket, _)| *bracket == Bracket::Inner) {
                self.open.pop();
            }
            self.damage(at..self.at);
            self.line_ends(self.at);
            self.last = Last::Nothing;
        }
    }

    fn begins_declaration(&self, line: &str) -> bool {
        let mut words = line.split_whitespace();
        let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let named = second.starts_with(|c: char| c.is_alphabetic());
        let rest = || line.splitn(3, char::is_whitespace).nth(2).unwrap_or("").trim_start().to_owned();
        let in_visit =
            || self.chunk.as_ref().is_some_and(|chunk| self.text_of(&chunk.range).starts_with("facts"));
        if self.open.is_empty() {
            return words::is(first, Kind::Declaration);
        }
        match first {
            "symptom" if named && rest().starts_with("when ") => true,
            "cause" | "rule" | "symptom" => named && (second.ends_with('{') || rest().contains(['{', '"'])),
            "derive" => named && line.contains('='),
            "facts" => second == "from",
            "records" => named && rest().starts_with("from "),
            "tickets" => second == "by",
            "fact" => named && line.contains(':') && !in_visit(),
            "fix" => named && (second.ends_with('{') || rest().starts_with(['"', '{'])),
            _ => false,
        }
    }

    fn text_of(&self, range: &Range<usize>) -> &str {
        self.text.get(range.start..).unwrap_or("")
    }

    fn unclosed(&mut self, at: usize, begins: Range<usize>, why: &str) {
        let sign = self.text.get(at..=at).unwrap_or("{");
        let close = if sign == "(" { ")" } else { "}" };
        self.problems.push(
            Problem::error(Code::Unclosed, self.span(at..at + 1), format!("this `{sign}` is never closed"))
                .also(self.span(begins), why)
                .help(format!("write `{close}` before that")),
        );
    }

    fn stray_comma(&mut self) {
        let Some(at) = self.comma else { return };
        self.problems.push(
            Problem::error(Code::Syntax, self.span(at..at + 1), "expected something after the comma")
                .help("remove the comma, or continue the line"),
        );
        if let Some(byte) = self.out.get_mut(at) {
            *byte = b' ';
        }
    }

    fn damage(&mut self, range: Range<usize>) {
        if let Some(chunk) = self.chunk.as_mut() {
            chunk.damaged.push(range);
        }
    }

    fn word(&mut self) {
        self.token();
        let rest = self.text.get(self.at..).unwrap_or("");
        let length =
            rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or("");
        let plain = lookalike::in_plain_letters(word);
        let script = || lookalike::script(word);
        if let Some(plain) = plain.as_deref().filter(|plain| words::is_known(plain)) {
            let message = format!(
                "`{word}` is written with {} letters, which only look like those of the language",
                script()
            );
            return self.character(
                self.at..self.at + length,
                message,
                format!("write `{plain}`"),
                Some(plain),
            );
        }
        if lookalike::mixes_scripts(word) {
            let span = self.span(self.at..self.at + length);
            let message = format!("`{word}` mixes {} letters with those of another script", script());
            let problem = Problem::warning(Code::Character, span, message);
            self.problems.push(match &plain {
                Some(plain) => problem.rewrite(span, plain),
                None => problem.help("write the word anew, in letters of one script"),
            });
        }
        self.last = match word {
            word if words::is(word, Kind::Connective) => Last::GoesOn,
            words::BEFORE_LIST => Last::Of,
            word if words::BEFORE_PATTERN.contains(&word) => Last::Matches,
            _ => Last::Other,
        };
        self.at += length.max(1);
    }

    fn sign(&mut self, c: char) {
        self.token();
        self.last = Last::Other;
        if c == ',' {
            self.comma = Some(self.at);
            self.last = Last::GoesOn;
        } else if c == '=' {
            self.last = Last::GoesOn;
        }
        self.at += c.len_utf8();
    }

    /// Measures the text up to and with a closing sign on this line, in bytes; none if there is no closing sign.
    fn closed(&self, close: char) -> Option<usize> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let mut escaped = false;
        for (at, c) in rest.char_indices().skip(1).take_while(|(_, c)| !matches!(c, '\n' | '\r')) {
            if c == close && !escaped {
                return Some(at + c.len_utf8());
            }
            escaped = c == '\\' && !escaped;
        }
        None
    }

    /// Warns of marks in a text or comment that turn the direction in which it is read: it then says something else than
    /// what is seen.
    fn turned(&mut self, range: Range<usize>) {
        let text = self.text.get(range.clone()).unwrap_or("");
        for (at, mark) in text.char_indices().filter(|(_, c)| lookalike::turns(*c)) {
            let start = range.start + at;
            let span = self.span(start..start + mark.len_utf8());
            let message =
                format!("an invisible mark turns the direction of what follows (U+{:04X})", u32::from(mark));
            self.problems.push_with(|| {
                Problem::warning(Code::Character, span, message)
                    .help("remove it: letters that are read from right to left are shown so without it")
                    .suggest(Suggestion::safe("remove it", span, ""))
            });
        }
    }

    fn quoted(&mut self, close: char) {
        self.token();
        let length = self.closed(close).unwrap_or_else(|| {
            // A bracket at the end of the line opens a body; it is not part of the text.
            let length = self.rest_of_line().trim_end().trim_end_matches('{').trim_end().len().max(1);
            let range = self.at..self.at + length;
            self.problems.push(
                Problem::error(Code::Unclosed, self.span(range.clone()), "this text has no closing quote")
                    .help("write `\"` at its end, on the same line"),
            );
            self.damage(range);
            length
        });
        self.control(self.at..self.at + length);
        self.turned(self.at..self.at + length);
        self.unseen_in_text(self.at..self.at + length);
        self.at += length;
        self.last = Last::Other;
    }

    /// Warns of the first control character in a text or comment: it may be meant for a terminal, and no editor shows it.
    fn control(&mut self, range: Range<usize>) {
        let written = self.text.get(range.clone()).unwrap_or("");
        let Some((at, c)) = written.char_indices().find(|(_, c)| c.is_control() && *c != '\t') else {
            return;
        };
        let at = range.start + at;
        let message = format!("control character here (U+{:04X})", u32::from(c));
        let problem = Problem::warning(Code::Character, self.span(at..at + c.len_utf8()), message);
        self.problems.push(problem.help("delete it: it is not seen here, and may do harm where it is shown"));
    }

    fn smart_quote(&mut self, c: char) {
        self.token();
        let closing = ['“', '”', '«', '»', '‘', '’', '"'];
        let rest = self.text.get(self.at..).unwrap_or("").char_indices();
        let ends = |c: char| matches!(c, '\n' | '\r');
        let end = rest.skip(1).find(|(_, c)| ends(*c) || closing.contains(c)).filter(|(_, c)| !ends(*c));
        let length = match end {
            Some((at, c)) => at + c.len_utf8(),
            None => self.rest_of_line().trim_end().len(),
        };
        let range = self.at..self.at + length;
        self.problems.push(
            Problem::error(
                Code::Character,
                self.span(range.clone()),
                format!("`{c}` is a typographic quote"),
            )
            .help("write straight quotes: `\"`")
            .maybe_suggest(end.and_then(|(at, _)| {
                let inner = self.text.get(range.start + c.len_utf8()..range.start + at)?;
                (!inner.contains(['"', '\\'])).then(|| {
                    let text = format!("\"{inner}\"");
                    Suggestion::safe(format!("write `{text}`"), self.span(range.clone()), text)
                })
            })),
        );
        self.damage(range);
        self.at += length;
        self.last = Last::Other;
    }

    /// Returns whether a character stands in the middle of a word.
    fn in_word(&self, c: char) -> bool {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let before = self.text.get(..self.at).and_then(|text| text.chars().next_back());
        let after =
            self.text.get(self.at + c.len_utf8()..).and_then(|text| text.chars().find(|c| !is_mark(*c)));
        before.is_some_and(is_word) && after.is_some_and(is_word)
    }

    /// Reports an invisible character in the middle of a word, or a control character.
    fn hidden(&mut self, c: char) {
        self.token();
        let range = self.at..self.at + c.len_utf8();
        let message = format!("invisible character here (U+{:04X})", u32::from(c));
        let help = "delete the word and type it again, or paste it as plain text";
        self.character(range, message, help.to_owned(), Some(""));
    }

    /// Reports full-width letters and signs, which look like those of the language.
    fn wide(&mut self) {
        self.token();
        let rest = self.text.get(self.at..).unwrap_or("");
        let wide = rest.get(..rest.find(|c| !is_wide(c)).unwrap_or(rest.len())).unwrap_or("");
        let narrow = wide.chars().filter_map(|c| char::from_u32(u32::from(c).checked_sub(WIDER)?));
        let narrow = narrow.collect::<String>();
        let help = format!("write `{narrow}`");
        let message = format!("`{wide}` is written in full-width characters");
        self.character(self.at..self.at + wide.len(), message, help, Some(&narrow));
    }

    /// Reports characters, once for each line, and skips them.
    fn character(&mut self, range: Range<usize>, message: String, help: String, instead: Option<&str>) {
        let reported = self.chunk.as_ref().and_then(|chunk| chunk.damaged.last()).is_some_and(|last| {
            self.text.get(last.start..range.start).is_some_and(|text| !text.contains(['\n', '\r']))
        });
        if !reported {
            let span = self.span(range.clone());
            let title = |text: &str| match text {
                "" => "remove it".to_owned(),
                text => format!("write `{text}`"),
            };
            let suggestion = instead.map(|text| Suggestion::safe(title(text), span, text));
            self.problems.push_with(|| {
                Problem::error(Code::Character, span, message).help(help).maybe_suggest(suggestion)
            });
        }
        self.at = range.end;
        self.damage(range);
        self.last = Last::Other;
    }

    fn pattern(&mut self) {
        self.token();
        let length = self.closed('/').unwrap_or_else(|| {
            let length = self.rest_of_line().trim_end().len();
            let range = self.at..self.at + length;
            self.problems.push(
                Problem::error(Code::Unclosed, self.span(range.clone()), "this pattern has no closing `/`")
                    .help("write `/` at its end, on the same line; inside a pattern, write a slash as `\\/`"),
            );
            self.damage(range);
            length
        });
        self.unseen_in_text(self.at..self.at + length);
        self.at += length;
        self.last = Last::Other;
    }

    fn bracket_opens(&mut self, bracket: Bracket) {
        self.token();
        let at = self.at;
        self.open.push((bracket, at));
        self.at += 1;
        if bracket == Bracket::Body {
            self.line_ends(at + 1);
            if let Some(chunk) = self.chunk.as_mut()
                && chunk.head.is_empty()
            {
                chunk.head.end = at + 1;
            }
            self.last = Last::Nothing;
            self.line_start = None;
        } else {
            self.last = Last::Other;
        }
    }

    /// Returns whether a round bracket at the end of a head was meant to open the body.
    fn opens_a_body(&self) -> bool {
        let rest = || self.text.get(self.at + 1..).unwrap_or("").chars();
        let blank = || rest().find(|c| *c == '\n' || !c.is_whitespace()).is_none_or(|c| c == '\n');
        let keyword = |chunk: &Chunk| {
            let text = self.text_of(&chunk.range);
            ["rule", "cause", "fix", "facts"].iter().any(|word| text.starts_with(word))
        };
        self.open.is_empty() && self.chunk.as_ref().is_some_and(keyword) && blank()
    }

    fn wrong_body(&mut self) {
        let at = self.at;
        self.problems.push(
            Problem::error(
                Code::Syntax,
                self.span(at..at + 1),
                "the body of a declaration is written in curly brackets",
            )
            .help("put `{` here, and `}` at the end"),
        );
        self.bracket_opens(Bracket::Body);
        self.damage(at..at + 1);
    }

    fn bracket_closes(&mut self, c: char) {
        let in_body = self.open.last().is_some_and(|(bracket, _)| *bracket == Bracket::Body);
        if c == '}' && in_body && self.last == Last::GoesOn {
            self.stray_comma();
        }
        self.token();
        let wanted = if c == ')' { '(' } else { '{' };
        while let Some(&(_, at)) = self.open.last() {
            if self.text.get(at..).is_some_and(|t| t.starts_with(wanted)) {
                break;
            }
            if c == ')' {
                break;
            }
            self.unclosed(at, self.at..self.at + 1, "this closes the bracket around it");
            self.damage(at..self.at);
            self.open.pop();
        }
        let matched = self
            .open
            .last()
            .is_some_and(|&(_, at)| self.text.get(at..).is_some_and(|t| t.starts_with(wanted)));
        if !matched && c == '}' && self.open.is_empty() && self.forgotten > 0 {
            self.forgotten -= 1;
            self.chunk.take_if(|chunk| chunk.range.start == self.at);
            self.blank(self.at..self.at + 1, 1);
            self.last = Last::Nothing;
            return;
        }
        if !matched {
            let mut problem = Problem::error(
                Code::Unclosed,
                self.span(self.at..self.at + 1),
                format!("this `{c}` closes nothing"),
            )
            .help(format!("remove it, or write the `{wanted}` that it closes"));
            if c == '}'
                && let Some(chunk) = &self.chunk
                && chunk.range.start < self.at
            {
                let line = self.text_of(&chunk.range).lines().next().unwrap_or("").trim_end().len();
                let start = chunk.range.start;
                problem = problem.also(self.span(start..start + line), "perhaps a `{` is missing after this");
            }
            self.problems.push(problem);
            self.blank(self.at..self.at + 1, 1);
            self.damage(self.at - 1..self.at);
            if self.open.is_empty()
                && self.chunk.as_ref().is_some_and(|chunk| chunk.range.start + 1 == self.at)
            {
                self.chunk = None;
            }
            self.last = Last::Other;
            return;
        }
        let Some((bracket, _)) = self.open.pop() else { return };
        if bracket == Bracket::Body {
            self.line_ends(self.at);
        }
        self.at += 1;
        // What follows a body on its line is a line of its own, so that it is not skipped.
        self.last = if bracket == Bracket::Body { Last::Nothing } else { Last::Other };
        if self.open.is_empty() && bracket == Bracket::Body {
            self.end_chunk(self.at);
        }
    }

    fn end_chunk(&mut self, at: usize) {
        self.line_ends(at);
        self.open.clear();
        self.last = Last::Nothing;
        if let Some(mut chunk) = self.chunk.take() {
            chunk.range.end = at;
            if chunk.head.is_empty() {
                chunk.head.end = at;
            }
            chunk.damaged = apart(chunk.damaged);
            self.chunks.push(chunk);
        }
    }

    /// Reports nesting beyond the limit, and skips to the next declaration.
    fn too_deep(&mut self) {
        let at = self.at.saturating_sub(1);
        self.problems.push(
            Problem::error(
                Code::TooDeep,
                self.span(at..at + 1),
                format!("brackets are nested more than {} levels deep", self.depth),
            )
            .help("split the condition into symptoms with names of their own: `symptom … when …`"),
        );
        let from = self.chunk.as_ref().map_or(at, |chunk| chunk.range.start);
        self.skip_to_declaration();
        self.damage(from..self.at);
        self.end_chunk(self.at);
    }

    /// Moves to the next line that begins a declaration, or to the end.
    fn skip_to_declaration(&mut self) {
        loop {
            self.at += self.rest_of_line().len();
            let rest = self.text.get(self.at..).unwrap_or("");
            self.at += rest.len() - rest.trim_start_matches(is_blank).len();
            if rest.is_empty() || self.begins_declaration(self.rest_of_line()) {
                break;
            }
        }
        self.physical_line_start = true;
    }

    fn end(&mut self) {
        if let Some(&(_, at)) = self.open.first() {
            let end = self.text.trim_end().len();
            self.unclosed(at, end..end, "the file ends here");
            self.damage(end..self.text.len().max(end + 1));
        } else if self.last == Last::GoesOn && self.chunk.is_some() && self.comma.is_some() {
            self.stray_comma();
        }
        self.end_chunk(self.text.len());
    }
}

/// Sorts ranges and merges those that touch.
fn apart(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    ranges.dedup_by(|next, range| {
        let touch = next.start <= range.end;
        if touch {
            range.end = range.end.max(next.end);
        }
        touch
    });
    ranges
}

/// Returns whether a character is a blank, also one of those that word processors and web pages leave behind.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_mark(c)
}

/// Returns whether a character is a mark without any width: where a word may break or be joined, in which direction it is read,
/// where a file begins.
fn is_mark(c: char) -> bool {
    is_unseen(c) && !c.is_control() && !c.is_whitespace()
}

/// How far full-width characters lie above those that they look like.
const WIDER: u32 = 0xFEE0;

fn is_wide(c: char) -> bool {
    matches!(c, '\u{FF01}'..='\u{FF5E}')
}
