//! Records as a person reads them, who wants to see what a reader makes of an artefact; and the readers themselves.

use std::fmt::Write as _;

use super::style::{FAINT, PLAIN, STRONG, Style};
use super::wrap::hanging;
use crate::number::count;
use crate::records::{Artefact, Cell, ColumnType, Records, Row, Table, TableSpec};
use crate::value::{Type, write_value};

/// Lists what was read: each artefact with what it gave, then each table row by row, each known cell with its line.
pub fn text(records: &Records, width: usize) -> String {
    let mut page = Page { width, out: String::new() };
    for artefact in &records.artefacts {
        page.artefact(artefact);
    }
    for (name, table) in &records.tables {
        for (at, row) in table.rows.iter().enumerate() {
            page.row(records, name, table, (at, row));
        }
        if table.beyond > 0 {
            let kept = count(table.rows.len(), "row", "rows");
            page.line(PLAIN, "", &format!("{name}: {} more than the {kept} that are kept", table.beyond));
        }
    }
    page.out
}

/// Says of an artefact in one line what it gave.
pub fn gave(artefact: &Artefact) -> String {
    let table = |(name, read): (&String, &crate::records::Read)| {
        let rows = usize::try_from(read.rows).unwrap_or(usize::MAX);
        format!("{name}, {}", count(rows, "row", "rows"))
    };
    let read: Vec<String> = artefact.read.iter().map(table).collect();
    if read.is_empty() { "nothing that is known here".to_owned() } else { read.join("; ") }
}

/// Lists the tables that readers of this program fill.
pub fn readers(tables: &[&TableSpec], width: usize) -> String {
    let mut page = Page { width, out: String::new() };
    let wide = tables.iter().map(|table| table.name.len()).max().unwrap_or(0);
    for table in tables {
        page.line(PLAIN, &format!("{STRONG}{:<wide$}{STRONG:#}  ", table.name), table.row);
    }
    page.out
}

/// Describes one of them: what it is read from, and its columns.
pub fn reader(table: &TableSpec, width: usize) -> String {
    let mut page = Page { width, out: String::new() };
    page.line(STRONG, "", &format!("{}: {}", table.name, table.row));
    page.line(PLAIN, "", &format!("Read from {}.", table.from));
    page.out.push('\n');
    let wide = table.columns.iter().map(|column| column.name.len()).max().unwrap_or(0);
    for column in table.columns {
        let ty = match column.ty {
            ColumnType::OneOf(values) => format!("one of {}", values.join(", ")),
            ty => ty.of_language().name(),
        };
        page.line(PLAIN, &format!("  {:<wide$}  ", column.name), &format!("{ty}: {}", column.about));
    }
    page.out
}

/// Lines of a width.
struct Page {
    width: usize,
    out: String,
}

impl Page {
    fn line(&mut self, style: Style, head: &str, text: &str) {
        for line in hanging(self.width, head, text) {
            // Writing to a string does not fail.
            let _ = writeln!(self.out, "{style}{line}{style:#}");
        }
    }

    fn artefact(&mut self, artefact: &Artefact) {
        self.line(STRONG, "", &format!("{}: {}", artefact.name, gave(artefact)));
        for note in &artefact.notes {
            let place = note.line.map_or_else(String::new, |line| format!("line {line}: "));
            self.line(PLAIN, "  note: ", &format!("{place}{}", note.text));
        }
        let unread = usize::try_from(artefact.unread.lines).unwrap_or(usize::MAX);
        if unread > 0 {
            self.line(
                PLAIN,
                "  ",
                &format!("{} not read, of {}", count(unread, "line is", "lines are"), artefact.lines),
            );
        }
        for at in &artefact.unread.first {
            self.line(FAINT, &format!("    {}: ", at.line), &at.text);
        }
    }

    fn row(&mut self, records: &Records, name: &str, table: &Table, (at, row): (usize, &Row)) {
        let file = records.artefact(row.artefact).map_or("", |artefact| artefact.name.as_str());
        self.line(STRONG, "", &format!("{name} {}, {file}:{}", at + 1, row.at.line));
        let wide = table.columns.iter().map(|column| column.name.len()).max().unwrap_or(0);
        for (at, column) in table.columns.iter().enumerate() {
            if let Some(cell) = row.cell(at) {
                let place = if cell.at.line == row.at.line {
                    String::new()
                } else {
                    format!("  (line {})", cell.at.line)
                };
                self.line(
                    PLAIN,
                    &format!("  {:<wide$}  ", column.name),
                    &(written(cell, &column.ty) + &place),
                );
            }
        }
    }
}

/// Writes a cell as it would stand in a fact file.
fn written(cell: &Cell, ty: &Type) -> String {
    write_value(&cell.value, ty)
}
