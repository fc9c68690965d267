//! Tables and their columns: what a reader fills, what the pack reads itself, and what a view shows.

use super::{headline, listed, see, written};
use crate::evidence;
use crate::lsp::view::View;
use crate::pack::records::{Origin, Records, RecordsFrom};
use crate::records::{ColumnSpec, TableSpec};
use crate::render::markdown::escaped;
use crate::syntax::ast::{self, DeclarationKind, RecordsPart};
use crate::value::Type;

/// So many columns are listed.
const COLUMNS: usize = 40;

/// Describes a table of records; none where a name is that of something else.
pub(super) fn table(view: &View<'_>, name: &str) -> Option<Vec<String>> {
    if let Some(records) = records(view, name) {
        return Some(declared(view, records));
    }
    let spec = reader(name)?;
    let column = |column: &ColumnSpec| format!("`{}`: {}", column.name, of_reader(column));
    let mut out = vec![headline("table", name, Some(spec.row))];
    out.push(format!("Read by ruleout from {}", escaped(spec.from)));
    out.extend(listed(spec.columns.iter().map(column)));
    Some(out)
}

fn declared(view: &View<'_>, records: &Records) -> Vec<String> {
    let mut out = vec![headline("records", &records.name.value, Some(&shown(view, records)))];
    out.extend(condition(view, records).map(|condition| format!("where `{condition}`")));
    if records.complete {
        out.push("There are no other rows than those that are read".to_owned());
    }
    let visit = records.visit.map(|visit| &view.analysis.pack.visits[visit]);
    out.extend(visit.map(|visit| format!("“{}”", escaped(&visit.title))));
    let more = records.columns.len().saturating_sub(COLUMNS);
    let name = &records.name.value;
    let columns = records.columns.iter().take(COLUMNS);
    let columns = columns.map(|one| format!("`{}`: {}", one.name, in_markdown(view, name, &one.name)));
    out.extend(listed(columns.chain((more > 0).then(|| format!("and {more} more")))));
    out.extend(see(&records.see));
    out
}

/// Says what the rows of a table are.
pub(in super::super) fn rows(view: &View<'_>, name: &str) -> String {
    match (records(view, name), reader(name)) {
        (Some(records), _) => shown(view, records),
        (None, Some(spec)) => spec.row.to_owned(),
        (None, None) => String::new(),
    }
}

/// Says where the rows of a table come from.
fn shown(view: &View<'_>, records: &Records) -> String {
    match &records.from {
        RecordsFrom::Declared(_) => match tree(view, &records.name.value).and_then(|tree| tree.from.as_ref())
        {
            Some(ast::RecordsFrom::Declared { shape, files, .. }) => {
                let files: Vec<&str> = files.iter().map(|file| file.value.as_str()).collect();
                let files =
                    if files.is_empty() { String::new() } else { format!(" in {}", files.join(", ")) };
                format!("read from {}{files}", shape.value.word())
            }
            _ => "read as declared".to_owned(),
        },
        RecordsFrom::View { of, pick, filter, each } => {
            let of = match of {
                Origin::Reader(spec) => spec.name,
                Origin::Records(id) => {
                    view.analysis.pack.records.iter().nth(id.0).map_or("…", |of| of.name.value.as_str())
                }
            };
            let some = if filter.is_some() { "some rows" } else { "the rows" };
            let which = pick.map_or(some.to_owned(), |pick| format!("the {} row", pick.word()));
            let column = each.and_then(|at| records.columns.get(at));
            let each = column.map_or(String::new(), |column| format!(", one for each {}", column.name));
            format!("{which} of {of}{each}")
        }
    }
}

/// Returns the condition of a view as it is written.
fn condition(view: &View<'_>, records: &Records) -> Option<String> {
    match &records.from {
        RecordsFrom::View { filter: Some(filter), .. } => Some(written(view, filter.span)),
        _ => None,
    }
}

/// Says what the cells of a column are: their type, what they say, and where they stand.
pub(in super::super) fn column(view: &View<'_>, table: &str, column: &str) -> Option<String> {
    let data = view.analysis.names().data.get(table)?;
    let ty = typed(data.column(column)?);
    let spec =
        declaring(view, table).and_then(|name| reader(&name)?.columns.iter().find(|one| one.name == column));
    if let Some(spec) = spec {
        return Some(of_reader(spec));
    }
    let from = declaring(view, table).and_then(|name| tree(view, &name)).and_then(|tree| place(tree, column));
    Some(from.map_or_else(|| ty.clone(), |from| format!("{ty}, {from}")))
}

fn of_reader(column: &ColumnSpec) -> String {
    format!("{}: {}", typed(&column.ty.of_language()), column.about)
}

/// Describes a column of a table.
pub(super) fn described_column(view: &View<'_>, table: &str, column: &str) -> Vec<String> {
    vec![format!("**column** `{column}` of the table `{table}`: {}", in_markdown(view, table, column))]
}

/// Says the same in Markdown, as readers write it of theirs.
fn in_markdown(view: &View<'_>, table: &str, column: &str) -> String {
    let said = self::column(view, table, column).unwrap_or_default();
    let is_of_reader = declaring(view, table).is_some_and(|name| reader(&name).is_some());
    if is_of_reader { said } else { escaped(&said) }
}

/// Says where the cells of a declared column stand.
fn place(table: &ast::Records, column: &str) -> Option<String> {
    let column = table.parts.iter().find_map(|part| match &part.value {
        RecordsPart::Column(one) if one.name.value == column => Some(one),
        _ => None,
    })?;
    let places: Vec<&str> = column.places.iter().map(|place| place.value.as_str()).collect();
    (!places.is_empty()).then(|| format!("read from {}", places.join(" or ")))
}

fn typed(ty: &Type) -> String {
    match ty {
        Type::OneOf(values) => format!("one of {}", values.join(", ")),
        Type::SomeOf(values) => format!("some of {}", values.join(", ")),
        ty => ty.name(),
    }
}

/// Returns the name of the table that declares the columns of one.
fn declaring(view: &View<'_>, name: &str) -> Option<String> {
    let all = &view.analysis.pack.records;
    let mut name = name.to_owned();
    // A circle of views is an error of its own.
    for _ in 0..=all.len() {
        match records(view, &name).map(|records| &records.from) {
            Some(RecordsFrom::View { of: Origin::Reader(spec), .. }) => return Some(spec.name.to_owned()),
            Some(RecordsFrom::View { of: Origin::Records(id), .. }) => {
                name.clone_from(&all.iter().nth(id.0)?.name.value);
            }
            _ => break,
        }
    }
    Some(name)
}

fn reader(name: &str) -> Option<&'static TableSpec> {
    evidence::tables().find(|table| table.name == name)
}

fn records<'v>(view: &'v View<'_>, name: &str) -> Option<&'v Records> {
    view.analysis.pack.records.iter().find(|records| records.name.value == name)
}

/// Returns the declaration of a table as it is written.
fn tree<'v>(view: &'v View<'_>, name: &str) -> Option<&'v ast::Records> {
    let declarations = view.analysis.texts.files.iter().flat_map(|(_, tree)| &tree.file.declarations);
    declarations.into_iter().find_map(|declaration| match &declaration.kind {
        DeclarationKind::Records(records) if records.name.value == name => Some(records),
        _ => None,
    })
}
