//! Tables: a list of rows, each a group of columns with their values.

use crate::facts::example::short;
use crate::facts::tree::{Entry, Format, Kind, Node};
use crate::facts::value::{Subject, Typing, Wrong, is_none, near};
use crate::logic::{Known, Row};
use crate::pack::value::Column;
use crate::problem::{Code, Problem};

impl Typing<'_> {
    /// The rows of a table, and how many there are.
    pub(super) fn table(&mut self, node: &Node, of: Subject, columns: &[Column]) -> Option<(Known, String)> {
        let nodes = match &node.kind {
            Kind::List(nodes) => nodes.as_slice(),
            Kind::Scalar { text, .. } if is_none(text) => &[],
            Kind::Map(_) => {
                let wrong = Wrong::new("this is a single row outside a list").help(self.list_help());
                return self.wrong(node.span, of, wrong);
            }
            _ => return self.wrong(node.span, of, Wrong::new("this is a single value")),
        };
        let mut rows = Vec::new();
        for node in nodes {
            rows.extend(self.row(node, of, columns));
            if self.is_full() {
                break;
            }
        }
        let written = match rows.len() {
            0 => "none".to_owned(),
            1 => "1 row".to_owned(),
            count => format!("{count} rows"),
        };
        (rows.len() == nodes.len()).then_some((Known::Rows(rows), written))
    }

    fn list_help(&self) -> &'static str {
        match self.style.0 {
            None | Some(Format::Yaml) => "put a `-` before the row",
            Some(Format::Toml) => "double the brackets, `[[…]]`, or write `[` and `]` around the row",
            Some(Format::Json | Format::Ron) => "write `[` and `]` around the row",
        }
    }

    fn row(&mut self, node: &Node, of: Subject, columns: &[Column]) -> Option<Row> {
        let Kind::Map(entries) = &node.kind else {
            return self.wrong(node.span, of, Wrong::new("this is no row"));
        };
        let known = |name: &str| columns.iter().any(|column| column.name == name);
        let mut all_read = true;
        for entry in entries.iter().filter(|entry| !known(&entry.key.value)) {
            self.no_column(entry, of, columns);
            all_read = false;
        }
        let mut row = Row::new();
        for column in columns {
            match entries.iter().find(|entry| entry.key.value == column.name) {
                None => row.push(Known::Unknown),
                Some(entry) => match self.cell(&entry.value, of, column) {
                    Some(known) => row.push(known),
                    None => all_read = false,
                },
            }
        }
        all_read.then_some(row)
    }

    fn cell(&mut self, node: &Node, of: Subject, column: &Column) -> Option<Known> {
        if node.kind == Kind::Empty {
            return Some(Known::Unknown);
        }
        let name = format!("`{}` of {}", column.name, of.name);
        let of = Subject { name: &name, ty: &column.ty };
        let reading = self.reading(node, of)?;
        if reading.sure.is_some() {
            let wrong =
                Wrong::new("this is unsure").help("how sure is said of a whole fact, never of a cell");
            return self.wrong(node.span, of, wrong);
        }
        Some(reading.known)
    }

    fn no_column(&mut self, entry: &Entry, of: Subject, columns: &[Column]) {
        let names = || columns.iter().map(|column| column.name.as_str());
        let help = match near(&entry.key.value, names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("its columns are {}", crate::facts::example::listed(names())),
        };
        let message = format!("{} has no column `{}`", of.name, short(&entry.key.value));
        self.tell(Problem::error(Code::FactUnknown, entry.key.span, message).help(help));
    }
}
