//! Tables: a list of rows, each a group of columns with their values.

use crate::document::tree::{Entry, Format, Kind, Node};
use crate::facts::value::{Subject, Typing};
use crate::letters::composed;
use crate::problem::{Code, Problem};
use crate::value::scalar::{Wrong, is_none, near, short};
use crate::value::{Column, Known, Row};

impl Typing<'_> {
    /// Reads the rows of a table.
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
            return self.wrong(node.span, of, Wrong::new("this is not a row"));
        };
        let known = |name: &str| columns.iter().any(|column| column.name == name);
        let mut all_read = true;
        for entry in entries.iter().filter(|entry| !known(&composed(&entry.key.value))) {
            self.no_column(entry, of, columns);
            all_read = false;
        }
        let mut row = Row::new();
        for column in columns {
            match entries.iter().find(|entry| composed(&entry.key.value) == column.name) {
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
        let reading = self.parse(node, of)?;
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
            None => format!("its columns are {}", crate::value::scalar::listed(names())),
        };
        let message = format!("{} has no column `{}`", of.name, short(&entry.key.value));
        self.tell(Problem::error(Code::FactUnknown, entry.key.span, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::facts::recorded::tests::{known, minutes, mistake, refused, written};
    use crate::value::{Bound, Range, Value};

    #[test]
    fn cells_are_typed_by_their_column() {
        let rows = "\n  - { address: yes, affected: yes, wait: \"> 5 min\", role: { not: admin } }\n  \
                    - { affected: ~, wait: not available, address: none, role: { is: guest } }\n";
        let exactly = Known::Exactly;
        let wait = Known::Within(Range { low: Some(Bound { at: minutes(5), open: true }), high: None });
        let guest = || exactly(Value::Choice(1));
        assert_eq!(
            known("users", rows),
            Known::Rows(vec![
                vec![exactly(Value::Text("yes".into())), exactly(Value::YesNo(true)), wait, guest()],
                vec![exactly(Value::None), Known::Unknown, Known::Unknown, guest()],
            ])
        );
        assert_eq!(written("users", rows), "2 rows");
        assert_eq!(written("users", "[{}]"), "1 row");
        let possible = Known::Possible(BTreeSet::from([0, 1]));
        let Known::Rows(rows) = known("users", "[{ role: { not: none } }]") else { panic!() };
        assert_eq!(rows[0][3], possible);
    }

    #[test]
    fn no_rows() {
        for value in ["none", "\"\"", "[]"] {
            assert_eq!(known("users", value), Known::Rows(Vec::new()), "{value}");
            assert_eq!(written("users", value), "none");
        }
        assert_eq!(known("users", "{ not: none }"), Known::Not(vec![Value::None]));
    }

    #[test]
    fn tables_that_are_none() {
        let expects = "`users` expects a table of `address`, `affected`, `wait`, `role`, and";
        refused("users", "all", &format!("{expects} this is a single value"), "[{ address: the exact words");
        let text = "users:\n  address: a\n  affected: yes\n";
        let (_, message, help) = mistake(text);
        assert_eq!(message, format!("{expects} this is a single row outside a list"));
        assert_eq!(help, "put a `-` before the row");
        for (value, place, what, help) in [
            ("[a]", "a", "this is not a row", "for example"),
            ("[{ adress: a }]", "adress", "`users` has no column `adress`", "`address`?"),
            ("[{ x: a }]", "x", "`users` has no column `x`", "`address`, `affected`, `wait`, `role`"),
            ("[{ affected: 1 }]", "1", "`affected` of `users` expects `yes` or `no`, and `1` is", "`yes`"),
            ("[{ wait: 5 }]", "5", "`wait` of `users` expects a duration, and `5` has no unit", "`min`"),
            (
                "[{ wait: { is: 5 min, sure: often } }]",
                "{ is: 5 min, sure: often }",
                "this is unsure",
                "whole fact",
            ),
            ("{ not: [{ wait: 5 min }] }", "{ wait: 5 min }", "a single row", ""),
        ] {
            let (under, message, advice) = mistake(&format!("users: {value}"));
            assert_eq!(under, place, "{value}");
            assert!(message.contains(what), "{value}: {message}");
            assert!(advice.contains(help), "{value}: {advice}");
        }
    }
}
