//! XML (1.0, fifth edition), record by record, in the memory that one record takes.
//!
//! A record is each element that the path of the table leads to; namespaces do not count, only local names. Several roots one after
//! the other are read, as `wevtutil` writes them. Entities are the five of the standard and characters by number; others stay as they
//! are written, and no DTD is followed.

use std::borrow::Cow;
use std::io::{BufRead, Error, Read, Result};

use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesStart, Event};

use super::Shape;
use super::path::{FromLevel, Records, Step};
use super::row::{Found, Rows};
use crate::records::{At, SHOWN, Sink};

/// So deep may elements lie in a record; deeper ones are not read.
const DEPTH: usize = 256;
/// So long is a piece of a line that is taken at a time.
const PIECE: u64 = 64 << 10;

/// Reads a text for several tables.
pub(super) fn read(tables: Vec<Rows<'_>>, content: &mut dyn BufRead, out: &mut Sink<'_>) {
    let mut tables: Vec<Table<'_>> = tables.into_iter().filter_map(|rows| Table::new(rows, out)).collect();
    let mut reader = Reader::from_reader(Feed::new(content, out.limits().bytes));
    reader.config_mut().allow_dangling_amp = true;
    let mut buffer = Vec::new();
    let mut way: Vec<String> = Vec::new();
    loop {
        buffer.clear();
        let line = reader.get_ref().number;
        let event = reader.read_event_into(&mut buffer);
        let event = match event {
            Ok(Event::Eof) => break,
            Ok(event) => event,
            Err(error) => {
                out.cut(format!("XML does not read further: {error}"), Some(line));
                break;
            }
        };
        let feed = reader.get_mut();
        feed.left = feed.most;
        match event {
            Event::Start(tag) => {
                way.push(tag.local_name().into_inner().to_owned());
                let at = feed.at(line);
                tables.iter_mut().for_each(|table| table.open(&way, &tag, &at));
            }
            Event::Empty(tag) => {
                way.push(tag.local_name().into_inner().to_owned());
                let at = feed.at(line);
                tables.iter_mut().for_each(|table| table.open(&way, &tag, &at));
                tables.iter_mut().for_each(|table| table.close(way.len(), out));
                way.pop();
            }
            Event::End(_) => {
                tables.iter_mut().for_each(|table| table.close(way.len(), out));
                way.pop();
            }
            Event::Text(text) => tables.iter_mut().for_each(|table| table.text(&text.xml10_content(), out)),
            Event::CData(text) => tables.iter_mut().for_each(|table| table.text(&text.xml10_content(), out)),
            Event::GeneralRef(name) => {
                let text = resolved(&name);
                tables.iter_mut().for_each(|table| table.text(&text, out));
            }
            Event::DocType(text) if text.contains("<!ENTITY") => {
                out.note("declares entities, which are not expanded", Some(line));
            }
            _ => {}
        }
        if way.len() > out.limits().parts.max(DEPTH) {
            out.cut(
                format!("elements lie deeper than {} in each other: the rest is not read", way.len() - 1),
                Some(line),
            );
            break;
        }
    }
    if !way.is_empty() {
        out.cut("XML ends in the middle", None);
    }
    let lines = reader.get_ref().number;
    if let Some(artefact) = out.artefact() {
        artefact.lines = lines.into();
    }
    tables.iter_mut().for_each(|table| table.rows.end(out));
}

/// Returns what an entity stands for; one that is not known stays as it is written.
fn resolved(name: &quick_xml::events::BytesRef<'_>) -> Cow<'static, str> {
    let character = name.resolve_char_ref().ok().flatten();
    match character {
        Some(c) => Cow::Owned(c.to_string()),
        None => resolve_xml_entity(name).map_or_else(|| Cow::Owned(format!("&{};", &**name)), Cow::Borrowed),
    }
}

/// One table.
struct Table<'d> {
    rows: Rows<'d>,
    path: Records,
    columns: Vec<Vec<FromLevel>>,
    /// The names of the elements that lead to a record.
    way: Vec<String>,
    record: Option<Record>,
}

/// A record under way, as a list of its elements, each after the one that it lies in.
#[derive(Default)]
struct Record {
    elements: Vec<Element>,
    /// The elements that are open now.
    open: Vec<usize>,
    /// How many elements are open that lie too deep.
    beyond: usize,
    bytes: usize,
    is_too_large: bool,
}

struct Element {
    /// The one that it lies in; none of the record itself.
    inside: Option<usize>,
    /// Behind all that lie in it.
    end: usize,
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    at: At,
}

impl<'d> Table<'d> {
    fn new(rows: Rows<'d>, out: &mut Sink<'_>) -> Option<Self> {
        let Shape::Xml { path } = &rows.declared.shape else { return None };
        let path = Records::parse(path).map_err(|why| out.note(why, None)).ok()?;
        let of = |column| rows.sources(column).iter().filter_map(|source| path.column(source).ok()).collect();
        let columns = (0..rows.columns()).map(of).collect();
        let names = path.levels.first()?.steps.iter().filter_map(|step| match step {
            Step::Name(name) | Step::Quoted(name) => Some(name.clone()),
            _ => None,
        });
        let way = names.collect();
        Some(Self { rows, path, columns, way, record: None })
    }

    fn open(&mut self, way: &[String], tag: &BytesStart<'_>, at: &At) {
        if self.record.is_none() && way == self.way {
            self.record = Some(Record::default());
        }
        if let Some(record) = &mut self.record {
            record.open(tag, at);
        }
    }

    fn text(&mut self, text: &str, out: &mut Sink<'_>) {
        let Some(record) = &mut self.record else { return };
        record.bytes += text.len();
        record.is_too_large |= record.bytes as u64 > out.limits().bytes;
        let inside = record.open.last().and_then(|at| record.elements.get_mut(*at));
        if let Some(element) = inside.filter(|_| !record.is_too_large && record.beyond == 0) {
            element.text.push_str(text);
        }
    }

    /// Closes the innermost element, of so many; with the outermost of a record, that is over.
    fn close(&mut self, depth: usize, out: &mut Sink<'_>) {
        let Some(record) = &mut self.record else { return };
        if record.beyond > 0 {
            record.beyond -= 1;
        } else {
            let end = record.elements.len();
            let closed = record.open.pop().and_then(|at| record.elements.get_mut(at));
            closed.into_iter().for_each(|element| element.end = end);
        }
        if depth != self.way.len() {
            return;
        }
        let Some(record) = self.record.take() else { return };
        if record.is_too_large || record.elements.len() == ELEMENTS {
            let line = record.elements.first().map(|element| element.at.line);
            out.cut("a record is too large, and is not read", line);
            return;
        }
        self.row(&record, out);
    }

    fn row(&mut self, record: &Record, out: &mut Sink<'_>) {
        let others: Vec<&[Step]> =
            self.path.levels.iter().skip(1).map(|level| level.steps.as_slice()).collect();
        let (rows, columns) = (&mut self.rows, &self.columns);
        let mut row = |levels: &[usize]| {
            let Some(at) =
                levels.last().and_then(|at| record.elements.get(*at)).map(|element| element.at.clone())
            else {
                return;
            };
            let cells: Vec<_> = columns.iter().map(|sources| record.first_of(sources, levels)).collect();
            if cells.iter().all(Option::is_none) {
                return;
            }
            let mut cells = cells.into_iter();
            let find =
                |_| cells.next().flatten().map_or(Found::Nothing, |(text, at)| Found::Text(text, at.clone()));
            rows.push(at, find, out);
        };
        record.beneath(&others, 0, &mut vec![0], &mut row);
    }
}

/// So many elements may one record have.
const ELEMENTS: usize = 1 << 20;

impl Record {
    fn open(&mut self, tag: &BytesStart<'_>, at: &At) {
        if self.open.len() >= DEPTH || self.elements.len() >= ELEMENTS || self.beyond > 0 {
            self.beyond += 1;
            return;
        }
        let mut attributes = tag.attributes();
        let attributes = attributes.with_checks(false).flatten().map(|attribute| {
            let value =
                unescape(&attribute.value).map_or_else(|_| attribute.value.to_string(), Cow::into_owned);
            (attribute.key.local_name().into_inner().to_owned(), value)
        });
        let attributes = attributes.collect();
        let name = tag.local_name().into_inner().to_owned();
        self.bytes += tag.len();
        let inside = self.open.last().copied();
        self.open.push(self.elements.len());
        self.elements.push(Element {
            inside,
            end: usize::MAX,
            name,
            attributes,
            text: String::new(),
            at: at.clone(),
        });
    }

    /// Returns the elements in one, however deep.
    fn below(&self, of: usize) -> impl Iterator<Item = (usize, &Element)> {
        let end = self.elements.get(of).map_or(0, |element| element.end.min(self.elements.len()));
        (of + 1..).zip(self.elements.get(of + 1..end).unwrap_or_default())
    }

    /// Returns the elements directly in one.
    fn children(&self, of: usize) -> impl Iterator<Item = (usize, &Element)> {
        self.below(of).filter(move |(_, element)| element.inside == Some(of))
    }

    /// Hands on each element at the end of a path; a name alone leads to each that is called so.
    fn each(&self, path: &[Step], at: usize, found: &mut dyn FnMut(usize)) {
        let Some((Step::Name(name), others)) = path.split_first() else {
            if path.is_empty() {
                found(at);
            }
            return;
        };
        let children = self.children(at).filter(|(_, element)| element.name == *name);
        match others.split_first() {
            Some((Step::Index(index), others)) => {
                children.skip(*index).take(1).for_each(|(at, _)| self.each(others, at, found));
            }
            Some((Step::Quoted(key), others)) => {
                children
                    .filter(|(_, element)| element.is_key(key))
                    .for_each(|(at, _)| self.each(others, at, found));
            }
            Some((Step::Each, others)) => children.for_each(|(at, _)| self.each(others, at, found)),
            _ => children.for_each(|(at, _)| self.each(others, at, found)),
        }
    }

    fn beneath(
        &self,
        paths: &[&[Step]],
        at: usize,
        levels: &mut Vec<usize>,
        found: &mut dyn FnMut(&[usize]),
    ) {
        let Some((path, others)) = paths.split_first() else { return found(levels) };
        self.each(path, at, &mut |at| {
            levels.push(at);
            self.beneath(others, at, levels, found);
            levels.pop();
        });
    }

    /// Returns the first text that one of the sources of a column leads to.
    fn first_of(&self, sources: &[FromLevel], levels: &[usize]) -> Option<(Cow<'_, str>, &At)> {
        sources.iter().find_map(|source| self.value(&source.steps, *levels.get(source.level)?))
    }

    fn value(&self, path: &[Step], at: usize) -> Option<(Cow<'_, str>, &At)> {
        let (path, attribute) = match path.split_last() {
            Some((Step::Attribute(name), path)) => (path, Some(name)),
            _ => (path, None),
        };
        let mut value = None;
        self.each(path, at, &mut |at| {
            let element = self.elements.get(at).filter(|_| value.is_none());
            let text = element.and_then(|element| match attribute {
                Some(name) => element.attribute(name).map(Cow::Borrowed),
                None => self.whole_text(at),
            });
            value = value.take().or_else(|| Some((text?, &element?.at)));
        });
        value
    }

    /// Returns the text of an element and of all in it, joined; none where there is none.
    fn whole_text(&self, at: usize) -> Option<Cow<'_, str>> {
        let mut text = Cow::Borrowed(self.elements.get(at)?.text.trim());
        for (_, element) in self.below(at) {
            let more = element.text.trim();
            if !more.is_empty() {
                let whole = text.to_mut();
                whole.push_str(if whole.is_empty() { "" } else { " " });
                whole.push_str(more);
            }
        }
        (!text.is_empty()).then_some(text)
    }
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns whether an attribute that names it says so.
    fn is_key(&self, key: &str) -> bool {
        let names = |name: &str| ["name", "key", "id"].iter().any(|known| name.eq_ignore_ascii_case(known));
        self.attributes.iter().find(|(name, _)| names(name)).is_some_and(|(_, value)| value == key)
    }
}

/// A text that is handed on line by line, so that it is known where reading is.
struct Feed<'c> {
    content: &'c mut dyn BufRead,
    /// A line, or a piece of a long one.
    piece: Vec<u8>,
    from: usize,
    /// What was shown of it last, and from where on.
    shown: Option<(usize, At)>,
    number: u32,
    /// How much one event may take, and what is left of that.
    most: u64,
    left: u64,
}

impl<'c> Feed<'c> {
    fn new(content: &'c mut dyn BufRead, most: u64) -> Self {
        Self { content, piece: Vec::new(), from: 0, shown: None, number: 1, most, left: most }
    }

    /// Returns the line, or of a long one what stands about here. Elements that are close to each other share it.
    fn at(&mut self, number: u32) -> At {
        if let Some((from, at)) = &self.shown
            && at.line == number
            && self.from - from < SHOWN / 2
        {
            return at.clone();
        }
        let from = if self.piece.len() > SHOWN { self.from.saturating_sub(SHOWN / 4) } else { 0 };
        let shown = self.piece.get(from..self.piece.len().min(from + SHOWN)).unwrap_or_default();
        let at = At::new(number, String::from_utf8_lossy(shown).trim_end());
        self.shown = Some((self.from, at.clone()));
        at
    }
}

impl Read for Feed<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Feed<'_> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        if self.from == self.piece.len() {
            if self.piece.ends_with(b"\n") {
                self.number = self.number.saturating_add(1);
            }
            self.piece.clear();
            (self.from, self.shown) = (0, None);
            (&mut *self.content).take(PIECE).read_until(b'\n', &mut self.piece)?;
            let taken = self.piece.len() as u64;
            self.left =
                self.left.checked_sub(taken).ok_or_else(|| Error::other("a part of it is too large"))?;
        }
        Ok(self.piece.get(self.from..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.from = self.piece.len().min(self.from + amount);
    }
}
