//! A document that knows where its lines may break, and the printer that decides where they do.
//!
//! The algorithm is Wadler's ("A prettier printer"): a group stands on one line where it fits, and breaks at its own lines
//! where it does not; groups inside it decide for themselves.

/// A piece of text that knows where it may break.
#[derive(Debug, Clone)]
pub(super) enum Doc {
    /// Characters of one line.
    Text(String),
    /// So many blanks; none where the line has just begun.
    Space(usize),
    /// A new line where its group breaks, otherwise so many blanks.
    Line(usize),
    /// A new line only where what follows does not fit, otherwise a blank.
    Fill,
    /// A new line.
    Hard,
    /// An empty line.
    Blank,
    /// A comment at the end of the line, which it ends.
    Trailing(String),
    /// A comment that goes on below one at the end of a line.
    Below(String),
    /// A comment on a line of its own.
    Own(String),
    /// Blanks up to this column, counted from the indentation; one at least.
    Tab(usize),
    /// One after the other.
    Concat(Vec<Doc>),
    /// So many blanks further in.
    Nest(usize, Box<Doc>),
    /// Its lines begin below its own beginning, where that is no further in than this; otherwise four blanks further in.
    Hang(usize, Box<Doc>),
    /// On one line where it fits and is not to be broken.
    Group(bool, Box<Doc>),
}

impl Doc {
    pub(super) fn text(text: &str) -> Doc {
        Doc::Text(text.to_owned())
    }

    pub(super) fn nest(self, by: usize) -> Doc {
        Doc::Nest(by, Box::new(self))
    }

    pub(super) fn hang(self, limit: usize) -> Doc {
        Doc::Hang(limit, Box::new(self))
    }

    pub(super) fn group(self, broken: bool) -> Doc {
        Doc::Group(broken, Box::new(self))
    }

    /// Measures it on one line, in characters; none where it must break.
    pub(super) fn flat(&self) -> Option<usize> {
        match self {
            Doc::Text(text) => Some(text.chars().count()),
            Doc::Space(width) | Doc::Line(width) => Some(*width),
            Doc::Fill | Doc::Tab(_) => Some(1),
            Doc::Hard | Doc::Blank | Doc::Trailing(_) | Doc::Below(_) | Doc::Own(_) | Doc::Group(true, _) => {
                None
            }
            Doc::Concat(docs) => docs.iter().map(Doc::flat).sum(),
            Doc::Nest(_, doc) | Doc::Hang(_, doc) | Doc::Group(false, doc) => doc.flat(),
        }
    }
}

/// A line of the result.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Line {
    /// With its indentation.
    pub(super) code: String,
    /// What stands behind the code, or below such a comment.
    pub(super) comment: Option<String>,
}

impl Line {
    /// Returns whether the comments of two lines that follow each other stand in one column: neither is empty or only a
    /// comment, and both have the same indentation.
    pub(super) fn goes_with(&self, next: &Line) -> bool {
        let far = |line: &Line| line.code.len() - line.code.trim_start().len();
        let only = |line: &Line| {
            line.comment.is_none() && (line.code.is_empty() || line.code.trim_start().starts_with("//"))
        };
        let below = |line: &Line| line.code.is_empty() && line.comment.is_some();
        below(next) || (!only(self) && !only(next) && (below(self) || far(self) == far(next)))
    }
}

#[derive(Debug, Clone, Copy)]
struct Place<'d> {
    indent: usize,
    flat: bool,
    doc: &'d Doc,
}

/// Breaks a document into lines of at most `width` characters where it can.
pub(super) fn print(doc: &Doc, width: usize) -> Vec<Line> {
    let mut printer =
        Printer { width, lines: Vec::new(), code: String::new(), column: 0, indent: 0, blanks: 0 };
    let mut todo = vec![Place { indent: 0, flat: false, doc }];
    while let Some(place) = todo.pop() {
        printer.step(place, &mut todo);
    }
    printer.new_line(0);
    printer.lines
}

struct Printer {
    width: usize,
    lines: Vec<Line>,
    code: String,
    column: usize,
    indent: usize,
    blanks: usize,
}

impl Printer {
    fn step<'d>(&mut self, place: Place<'d>, todo: &mut Vec<Place<'d>>) {
        let Place { indent, flat, doc } = place;
        match doc {
            Doc::Text(text) => self.text(text),
            Doc::Space(width) => self.space(*width),
            Doc::Line(width) if flat => self.space(*width),
            Doc::Fill if flat || self.fits(self.here() + 1, todo) => self.space(1),
            Doc::Line(_) | Doc::Fill | Doc::Hard => self.new_line(indent),
            Doc::Blank => self.blank(indent),
            Doc::Trailing(comment) => self.trailing(comment, indent),
            Doc::Below(comment) => self.comment(comment, indent),
            Doc::Own(comment) => {
                self.new_line(indent);
                self.text(comment);
                self.new_line(indent);
            }
            Doc::Tab(_) if flat => self.space(1),
            Doc::Tab(column) => self.space((indent + column).saturating_sub(self.here()).max(1)),
            Doc::Concat(docs) => todo.extend(docs.iter().rev().map(|doc| Place { doc, ..place })),
            Doc::Nest(by, doc) => todo.push(Place { indent: indent + by, flat, doc }),
            Doc::Hang(limit, doc) => {
                let here = self.here();
                let hung = if here <= indent + limit { here } else { indent + 4 };
                todo.push(Place { indent: hung, flat, doc });
            }
            Doc::Group(broken, doc) => {
                todo.push(Place { indent, flat: true, doc });
                let breaks = !flat && (*broken || doc.flat().is_none() || !self.fits(self.here(), todo));
                todo.pop();
                todo.push(Place { indent, flat: !breaks, doc });
            }
        }
    }

    /// Returns the column at which the next text begins.
    fn here(&self) -> usize {
        if self.code.is_empty() { self.indent } else { self.column + self.blanks }
    }

    fn text(&mut self, text: &str) {
        let here = self.here();
        let blanks = if self.code.is_empty() { self.indent } else { self.blanks };
        self.code.extend(std::iter::repeat_n(' ', blanks));
        self.code.push_str(text);
        self.column = here + text.chars().count();
        self.blanks = 0;
    }

    fn space(&mut self, width: usize) {
        self.blanks = width;
    }

    fn new_line(&mut self, indent: usize) {
        if !self.code.is_empty() {
            self.lines.push(Line { code: std::mem::take(&mut self.code), comment: None });
        }
        self.begin(indent);
    }

    fn begin(&mut self, indent: usize) {
        (self.indent, self.column, self.blanks) = (indent, 0, 0);
    }

    fn blank(&mut self, indent: usize) {
        self.new_line(indent);
        if self.lines.last().is_some_and(|line| *line != Line::default()) {
            self.lines.push(Line::default());
        }
    }

    /// Writes a comment behind the last text, also where a new line has begun already.
    fn trailing(&mut self, comment: &str, indent: usize) {
        match self.lines.last_mut().filter(|line| self.code.is_empty() && line.comment.is_none()) {
            Some(line) => line.comment = Some(comment.to_owned()),
            None => self.comment(comment, indent),
        }
    }

    fn comment(&mut self, comment: &str, indent: usize) {
        self.lines.push(Line { code: std::mem::take(&mut self.code), comment: Some(comment.to_owned()) });
        self.begin(indent);
    }

    /// Returns whether what follows, up to the next place where a line may end, stays within the width.
    fn fits(&self, column: usize, todo: &[Place<'_>]) -> bool {
        let mut column = column;
        let mut rest: Vec<Place<'_>> = Vec::new();
        let mut outer = todo.iter().rev();
        while column <= self.width {
            let Some(Place { indent, flat, doc }) = rest.pop().or_else(|| outer.next().copied()) else {
                return true;
            };
            match doc {
                Doc::Text(text) => column += text.chars().count(),
                // Breaking a list would not make the next part or column any shorter.
                Doc::Space(2..) | Doc::Tab(_) if !flat => return true,
                Doc::Space(width) => column += width,
                Doc::Line(width) if flat => column += width,
                Doc::Fill | Doc::Tab(_) if flat => column += 1,
                Doc::Line(_)
                | Doc::Tab(_)
                | Doc::Fill
                | Doc::Hard
                | Doc::Blank
                | Doc::Trailing(_)
                | Doc::Below(_)
                | Doc::Own(_) => return true,
                Doc::Concat(docs) => rest.extend(docs.iter().rev().map(|doc| Place { indent, flat, doc })),
                Doc::Nest(_, doc) | Doc::Hang(_, doc) => rest.push(Place { indent, flat, doc }),
                // A group that has not been reached yet may still break.
                Doc::Group(broken, doc) => rest.push(Place { indent, flat: flat && !broken, doc }),
            }
        }
        false
    }
}
