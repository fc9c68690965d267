//! Declarations and the lines of their bodies, as documents: which parts share a line, and what stands below what.

use super::doc::Doc;
use super::{Pen, WIDTH, column};
use crate::syntax::cst::{Group, Item, Kind};

/// How wide a column is at most.
const MAX_COLUMN: usize = 84;

/// How much the columns of two blocks with a comment between them may differ and still be made one.
const NEAR: usize = 8;

/// Rows of one class line up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// With nothing.
    None,
    /// A word and what it says.
    Keyed,
    /// A line of a rule.
    Line,
    /// A level.
    Level,
    /// A fact inside a visit.
    Fact,
    /// A column that is read.
    Column,
}

/// A line of a body.
#[derive(Debug, Clone)]
enum Row {
    Blank,
    /// A comment on its own.
    Comment(Doc),
    /// Parts.
    Parts(Parts),
}

#[derive(Debug, Clone)]
struct Parts {
    class: Class,
    cells: Vec<Doc>,
    /// The comments at its end.
    comments: Vec<Doc>,
}

impl Pen<'_> {
    /// Lays out a whole file.
    pub(super) fn file(&mut self, items: &[Item]) -> Doc {
        let rows = self.rows(items, 0, self.text.len(), true);
        laid_out(rows)
    }

    /// Lays out the lines between two places; with `together`, parts that share a line stay together if they fit.
    fn rows(&mut self, items: &[Item], from: usize, to: usize, together: bool) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut at = from;
        let mut rest = items;
        while let Some(first) = rest.first() {
            self.lead(&mut rows, at, first.start());
            let shared = if together { self.sharing(rest) } else { 1 };
            let (line, after) = rest.split_at(shared);
            rest = after;
            at = line.last().map_or(at, Item::end);
            let next = rest.first().map_or(to, Item::start);
            self.line(&mut rows, line);
            let comments = self.behind(next);
            if let (Some(Row::Parts(cells)), false) = (rows.last_mut(), comments.is_empty()) {
                cells.comments = comments;
            }
            at = self.passed(at, next);
        }
        self.lead(&mut rows, at, to);
        while matches!(rows.last(), Some(Row::Blank)) {
            rows.pop();
        }
        rows
    }

    /// Returns the end of the last comment between two places that is already written.
    fn passed(&self, from: usize, to: usize) -> usize {
        let written = self.next.checked_sub(1).and_then(|last| self.comments.get(last));
        written.map(|comment| comment.range.end).filter(|end| (from..to).contains(end)).unwrap_or(from)
    }

    /// Adds the empty lines and comments before a line.
    fn lead(&mut self, rows: &mut Vec<Row>, from: usize, to: usize) {
        let mut at = from;
        while let Some(range) =
            self.comments.get(self.next).map(|comment| comment.range.clone()).filter(|range| range.start < to)
        {
            self.empty_line(rows, at, range.start);
            let comments = self.comments_before(range.end);
            rows.extend(comments.into_iter().map(Row::Comment));
            at = range.end;
        }
        self.empty_line(rows, at, to);
    }

    fn empty_line(&self, rows: &mut Vec<Row>, from: usize, to: usize) {
        let gap = self.text.get(from..to).unwrap_or("");
        let breaks = gap.matches('\n').count().max(gap.matches('\r').count());
        // Before the first line of a text, one line break makes an empty line already; there, none is kept.
        if breaks > 1 && !rows.is_empty() && !matches!(rows.last(), Some(Row::Blank)) {
            rows.push(Row::Blank);
        }
    }

    /// Takes the comments at the end of a line.
    fn behind(&mut self, next: usize) -> Vec<Doc> {
        let mut docs = Vec::new();
        while let Some(comment) = self.comments.get(self.next) {
            if comment.range.start >= next || comment.stands == super::Stands::Own {
                break;
            }
            let end = comment.range.end;
            docs.extend(self.comments_before(end));
        }
        docs
    }

    /// Counts the parts that the author put on one line.
    fn sharing(&self, items: &[Item]) -> usize {
        let pairs = items.iter().zip(items.iter().skip(1));
        1 + pairs
            .take_while(|(one, next)| {
                let whole = |item: &Item| matches!(item, Item::Group(group) if declares(group.kind));
                !whole(one) && !whole(next) && !self.breaks(one.end(), next.start())
            })
            .count()
    }

    /// Adds the parts of one line: together where they fit, otherwise each on its own line.
    fn line(&mut self, rows: &mut Vec<Row>, parts: &[Item]) {
        if let [part] = parts {
            let (class, cells) = self.cells(part);
            return rows.push(Row::Parts(Parts { class, cells, comments: Vec::new() }));
        }
        let written = self.next;
        let docs: Vec<Doc> = parts.iter().map(|part| self.item(part)).collect();
        let width: Option<usize> = docs.iter().map(|doc| doc.flat().map(|width| width + 2)).sum();
        if width.is_some_and(|width| width <= WIDTH) {
            let cells = vec![between(docs, 2)];
            rows.push(Row::Parts(Parts { class: Class::None, cells, comments: Vec::new() }));
        } else {
            self.next = written;
            for part in parts {
                let (class, cells) = self.cells(part);
                rows.push(Row::Parts(Parts { class, cells, comments: Vec::new() }));
            }
        }
    }

    /// Splits a part into its columns.
    fn cells(&mut self, part: &Item) -> (Class, Vec<Doc>) {
        let Item::Group(group) = part else { return (Class::None, vec![self.item(part)]) };
        let items = group.items.as_slice();
        let (class, cuts) = match group.kind {
            // `ask first` is read in one go.
            Kind::Ask if items.iter().any(|item| self.is(item, "first")) => {
                return (Class::None, vec![self.item(part)]);
            }
            Kind::Ask
            | Kind::Takes
            | Kind::See
            | Kind::Given
            | Kind::When
            | Kind::CauseFix
            | Kind::Read
            | Kind::RecordsPart
            | Kind::Shows
            | Kind::SharePart => (Class::Keyed, vec![1]),
            Kind::PartOf | Kind::ToldBy | Kind::LeadsTo | Kind::TicketPart => (Class::Keyed, vec![2]),
            Kind::Line => (Class::Line, vec![1]),
            Kind::RulesOut => {
                let named = matches!(items.first(), Some(Item::Group(_)));
                (Class::Line, vec![if named { 1 } else { 2 }])
            }
            Kind::Level if matches!(items.get(1), Some(Item::Token(_))) && items.len() > 2 => {
                (Class::Level, vec![1, 2])
            }
            Kind::Level => (Class::Level, vec![1]),
            Kind::ReadColumn => {
                let equals = items.iter().position(|item| self.is(item, "="));
                (Class::Column, [Some(2), equals].into_iter().flatten().collect())
            }
            Kind::VisitFact => return self.visit_fact(group),
            kind if declares(kind) => return (Class::None, vec![self.declaration(group)]),
            _ => return (Class::None, vec![self.item(part)]),
        };
        let mut cells = Vec::new();
        let mut from = 0;
        for to in cuts.into_iter().chain([items.len()]) {
            if let Some(cell) = items.get(from..to).filter(|cell| !cell.is_empty()) {
                cells.push(self.joined(cell));
            }
            from = to;
        }
        (class, cells)
    }

    /// Splits a fact of a visit into name, type and parts; one with a body of its own lines up with nothing.
    fn visit_fact(&mut self, group: &Group) -> (Class, Vec<Doc>) {
        let items = group.items.as_slice();
        let ty = items.iter().position(|item| matches!(item, Item::Group(g) if g.kind == Kind::Type));
        let body = items.iter().any(|item| self.is(item, "{"));
        let Some(ty) = ty.filter(|_| !body) else { return (Class::None, vec![self.declaration(group)]) };
        let (name, rest) = items.split_at(ty);
        let mut cells = vec![self.joined(name)];
        cells.extend(rest.first().map(|ty| self.item(ty)));
        let parts: Vec<Doc> = rest.iter().skip(1).map(|part| self.item(part)).collect();
        if !parts.is_empty() {
            cells.push(between(parts, 2));
        }
        (Class::Fact, cells)
    }

    /// Lays out a declaration with its body.
    pub(super) fn declaration(&mut self, group: &Group) -> Doc {
        let items = group.items.as_slice();
        let open = items.iter().position(|item| self.is(item, "{"));
        let (head, rest) = items.split_at(open.unwrap_or(items.len()));
        let head = self.head(group.kind, head);
        let indent = if group.kind == Kind::VisitFact { 2 } else { 0 };
        let before = head.flat().map(|width| indent + width + 1);
        let mut docs = vec![head];
        if let [open, parts @ .., close] = rest {
            docs.push(Doc::Space(1));
            docs.push(self.body(before, open, parts, close));
        }
        Doc::Concat(docs)
    }

    /// Lays out what stands before the body: the parts of a fact two blanks apart, everything else one.
    fn head(&mut self, kind: Kind, items: &[Item]) -> Doc {
        if kind == Kind::Derive
            && let Some(equals) = items.iter().position(|item| self.is(item, "="))
        {
            let (head, value) = items.split_at(equals + 1);
            let docs = vec![self.joined(head), Doc::Concat(vec![Doc::Line(1), self.joined(value)]).nest(2)];
            return Doc::Concat(docs).group(false);
        }
        let part = |item: &Item| matches!(item, Item::Group(g) if matches!(g.kind, Kind::Ask | Kind::Takes | Kind::See | Kind::Allow | Kind::Rates | Kind::Read));
        let facts = matches!(kind, Kind::Fact | Kind::VisitFact);
        let parts = items.iter().position(part).filter(|_| facts).unwrap_or(items.len());
        let (head, parts) = items.split_at(parts);
        let mut docs = vec![self.joined(head)];
        docs.extend(parts.iter().map(|part| self.item(part)));
        between(docs, 2)
    }

    /// Lays out what stands between the brackets: on one line where it did and fits, otherwise on lines of its own.
    fn body(&mut self, before: Option<usize>, open: &Item, parts: &[Item], close: &Item) -> Doc {
        let opening = self.item(open);
        let written = self.next;
        let on_one = !self.breaks(open.end(), close.start());
        if on_one {
            let inside: Vec<Doc> = parts.iter().map(|part| self.item(part)).collect();
            if inside.is_empty() {
                return Doc::Concat(vec![opening, self.item(close)]);
            }
            let inside = between(inside, 2);
            let width = before.zip(inside.flat()).map(|(before, inside)| before + inside + "{  }".len());
            if width.is_some_and(|width| width <= WIDTH) {
                return Doc::Concat(vec![opening, Doc::Space(1), inside, Doc::Space(1), self.item(close)]);
            }
            self.next = written;
        }
        let mut docs = vec![opening];
        docs.extend(self.behind(parts.first().map_or(close.start(), Item::start)));
        let from = self.passed(open.end(), close.start());
        let rows = self.rows(parts, from, close.start(), !on_one);
        docs.push(Doc::Concat(vec![Doc::Hard, laid_out(rows)]).nest(2));
        docs.extend([Doc::Hard, self.item(close)]);
        Doc::Concat(docs)
    }
}

fn declares(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Visit
            | Kind::Fact
            | Kind::Derive
            | Kind::Symptom
            | Kind::Rule
            | Kind::Cause
            | Kind::Fix
            | Kind::Records
            | Kind::TicketKeys
            | Kind::VisitFact
    )
}

/// Joins documents with so many blanks between them.
fn between(docs: Vec<Doc>, blanks: usize) -> Doc {
    let mut out = Vec::new();
    for doc in docs {
        if !out.is_empty() {
            out.push(Doc::Space(blanks));
        }
        out.push(doc);
    }
    Doc::Concat(out)
}

/// Puts rows one below the other, their columns lined up.
fn laid_out(rows: Vec<Row>) -> Doc {
    let columns = columns(&rows);
    let mut docs = Vec::new();
    for (row, widths) in rows.into_iter().zip(columns) {
        match row {
            Row::Blank => docs.push(Doc::Blank),
            Row::Comment(comment) => docs.push(comment),
            Row::Parts(row) => {
                let mut at = 0;
                let mut gaps = widths.into_iter().zip(gaps(row.class));
                for cell in row.cells {
                    if at > 0 {
                        docs.push(Doc::Tab(at));
                    }
                    at += gaps.next().map_or(0, |(width, gap)| width + gap);
                    docs.push(cell);
                }
                docs.extend(row.comments);
                docs.push(Doc::Hard);
            }
        }
    }
    Doc::Concat(docs)
}

/// Returns how many blanks there are behind each column.
fn gaps(class: Class) -> [usize; 2] {
    if class == Class::Fact { [1, 2] } else { [1, 1] }
}

/// Rows that line up.
struct Block {
    class: Class,
    rows: Vec<usize>,
}

/// Returns the widths of the columns of every row.
fn columns(rows: &[Row]) -> Vec<[usize; 2]> {
    let mut widths = vec![[0, 0]; rows.len()];
    for block in blocks(rows) {
        let of_block = [0, 1].map(|column| width(rows, &block, column));
        for at in block.rows {
            if let Some(widths) = widths.get_mut(at) {
                *widths = of_block;
            }
        }
    }
    widths
}

/// Returns the width of a column of a block, taken from the rows in which something stands behind it.
fn width(rows: &[Row], block: &Block, column: usize) -> usize {
    let widths = block.rows.iter().filter_map(|at| match rows.get(*at) {
        Some(Row::Parts(row)) if row.cells.len() > column + 1 => row.cells.get(column)?.flat(),
        _ => None,
    });
    column::best(widths, MAX_COLUMN)
}

/// Returns the blocks: rows of one class without an empty line between them. A comment between two begins another, unless their
/// first columns are about as wide.
fn blocks(rows: &[Row]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut after_comment = false;
    let mut ended = true;
    let mut mergeable = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        match row {
            Row::Blank => ended = true,
            Row::Comment(_) => after_comment = true,
            Row::Parts(row) => {
                let same = !ended && row.class != Class::None;
                match blocks.last_mut().filter(|block| same && block.class == row.class) {
                    Some(block) if !after_comment => block.rows.push(at),
                    last => {
                        mergeable.push(last.is_some());
                        blocks.push(Block { class: row.class, rows: vec![at] });
                    }
                }
                (ended, after_comment) = (false, false);
            }
        }
    }
    let mut merged: Vec<Block> = Vec::new();
    for (block, mergeable) in blocks.into_iter().zip(mergeable) {
        let near = |last: &Block| width(rows, last, 0).abs_diff(width(rows, &block, 0)) <= NEAR;
        match merged.last_mut().filter(|last| mergeable && near(last)) {
            Some(last) => last.rows.extend(block.rows),
            None => merged.push(block),
        }
    }
    merged
}
