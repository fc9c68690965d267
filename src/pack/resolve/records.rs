//! Tables of records, what makes a ticket, and how facts are read from evidence.

use std::collections::BTreeMap;

use regex::Regex;

use super::{Declared, Resolver};
use crate::evidence::{self, CellFormat, DeclaredColumn, Shape};
use crate::pack::expr::{Condition, Operand, OperandKind, Reads};
use crate::pack::names::{Data, read_type, unknown};
use crate::pack::records::{
    self, CellOf, Declared as DeclaredTable, Origin, ReadLine, ReadValue, Records, RecordsFrom, TicketKeys,
};
use crate::pack::typing::Typer;
use crate::pack::{FactId, RecordsId, Visit, VisitId};
use crate::problem::{Code, Problem, did_you_mean};
use crate::records::TableSpec;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, ExprKind, FactPart, Pick, RecordShape, RecordsPart};
use crate::value::unit::{measures, unit, units_of};
use crate::value::{Column, Type, Value, moment};

/// Returns the table of a reader.
fn reader(name: &str) -> Option<&'static TableSpec> {
    evidence::tables().find(|table| table.name == name)
}

/// Returns where a text stands in the declaration of a table.
fn written_at(table: &ast::Records, text: &str) -> Span {
    let path = match &table.from {
        Some(ast::RecordsFrom::Declared { path, .. }) => path.as_ref(),
        _ => None,
    };
    let columns = table.parts.iter().filter_map(|part| match &part.value {
        RecordsPart::Column(column) => Some(column.places.iter().chain(&column.form)),
        _ => None,
    });
    let found = path.into_iter().chain(columns.flatten()).find(|written| written.value == text);
    found.map_or(table.name.span, |written| written.span)
}

impl Resolver<'_> {
    /// Enters the names and columns of all tables; those of a view are known once those of what it shows are.
    pub(super) fn declare_records(&mut self, declared: &Declared<'_>) {
        let called: BTreeMap<&str, usize> = declared
            .records
            .iter()
            .enumerate()
            .map(|(at, (table, _))| (table.name.value.as_str(), at))
            .rev()
            .collect();
        for (at, &(table, broken)) in declared.records.iter().enumerate() {
            let of = self.origin(table, &called);
            let columns = match &table.from {
                Some(ast::RecordsFrom::Declared { .. }) => self.declared_columns(table),
                _ => None,
            };
            let readable = table.from.is_some() && (columns.is_some() || of.is_some());
            let data = if broken || !readable { Data::Broken } else { Data::Records(RecordsId(at)) };
            self.names.enter_data(&table.name, data, &mut self.problems);
            if reader(&table.name.value).is_some() {
                let message = format!("`{}` is a table of a reader", table.name.value);
                self.error(Code::Duplicate, table.name.span, message, "give this table another name");
            }
            let of = of.unwrap_or(Origin::Records(RecordsId(at)));
            self.records.push(Records {
                name: table.name.clone(),
                columns: columns.unwrap_or_default(),
                from: RecordsFrom::View { of, pick: None, filter: None, each: None },
                complete: table.parts.iter().any(|part| part.value == RecordsPart::Complete),
                examples: Vec::new(),
                visit: None,
                see: Vec::new(),
            });
        }
        for (at, (table, _)) in declared.records.iter().enumerate() {
            if !matches!(table.from, Some(ast::RecordsFrom::Declared { .. })) {
                let columns = self.shown_columns(at, table.name.span);
                if let Some(records) = self.records.get_mut(at) {
                    records.columns = columns;
                }
            }
        }
    }

    /// Returns the table that a view shows.
    fn origin(&mut self, table: &ast::Records, called: &BTreeMap<&str, usize>) -> Option<Origin> {
        let Some(ast::RecordsFrom::View { table: of, .. }) = &table.from else { return None };
        if let Some(spec) = reader(&of.value) {
            return Some(Origin::Reader(spec));
        }
        if of.value == table.name.value {
            let message = format!("`{}` is read from itself", of.value);
            self.error(Code::Circle, of.span, message, "name the table whose rows it shows");
            return None;
        }
        if let Some(at) = called.get(of.value.as_str()) {
            return Some(Origin::Records(RecordsId(*at)));
        }
        if self.names.lost.contains(&of.value) {
            return None;
        }
        let known = evidence::tables().map(|table| table.name).chain(called.keys().copied());
        let meant = did_you_mean(&of.value, known);
        let message = format!("there is no table `{}`", of.value);
        let help = || {
            "`ruleout readers` lists those of this program; a table of your own is read `from lines`, `fields`, `csv`, `json` or `xml`".to_owned()
        };
        self.problems.push(Problem::error(Code::UnknownName, of.span, message).meant_or(meant, help));
        None
    }

    /// Returns the columns of the table at the end of a chain of views.
    fn shown_columns(&mut self, at: usize, span: Span) -> Vec<Column> {
        let mut shown = at;
        for _ in 0..=self.records.len() {
            match self.records.get(shown).map(|records| &records.from) {
                Some(RecordsFrom::View { of: Origin::Reader(spec), .. }) => return spec.typed(),
                Some(RecordsFrom::View { of: Origin::Records(id), .. }) if id.0 != shown => shown = id.0,
                _ => return self.records.get(shown).map_or(Vec::new(), |records| records.columns.clone()),
            }
        }
        // Said once for all of them.
        if self.is_first_of_circle(at) {
            let message = "these tables are read from each other";
            self.error(Code::Circle, span, message, "one of them must be read from an artefact");
        }
        Vec::new()
    }

    /// Returns whether a table shows itself, by way of tables that are declared after it.
    fn is_first_of_circle(&self, at: usize) -> bool {
        let mut shown = at;
        for _ in 0..=self.records.len() {
            match self.records.get(shown).map(|records| &records.from) {
                Some(RecordsFrom::View { of: Origin::Records(id), .. }) if id.0 > at => shown = id.0,
                Some(RecordsFrom::View { of: Origin::Records(id), .. }) => return id.0 == at,
                _ => break,
            }
        }
        false
    }

    fn declared_columns(&mut self, table: &ast::Records) -> Option<Vec<Column>> {
        let mut columns: Vec<Column> = Vec::new();
        let mut whole = true;
        for part in &table.parts {
            let RecordsPart::Column(column) = &part.value else { continue };
            if columns.iter().any(|one| one.name == column.name.value) {
                let message = format!("there are two columns `{}`", column.name.value);
                self.error(Code::Duplicate, column.name.span, message, "take one away");
                continue;
            }
            match column.ty.as_ref().and_then(|ty| read_type(ty, true, &mut self.problems)) {
                Some(ty) => columns.push(Column { name: column.name.value.clone(), ty }),
                None => whole = false,
            }
        }
        whole.then_some(columns)
    }

    /// Reads the bodies of all tables.
    pub(super) fn records_bodies(&mut self, declared: &Declared<'_>) {
        for (at, &(table, broken)) in declared.records.iter().enumerate() {
            if broken {
                continue;
            }
            let from = match &table.from {
                None => continue,
                Some(ast::RecordsFrom::Declared { shape, path, files }) => {
                    self.declared_table(at, table, shape, path.as_ref(), files)
                }
                Some(ast::RecordsFrom::View { pick, filter, each, .. }) => {
                    self.view(at, table, *pick, filter.as_deref(), each.as_ref())
                }
            };
            let (mut ask, mut by, mut takes) = (None, None, None);
            let (mut examples, mut see) = (Vec::new(), Vec::new());
            for part in &table.parts {
                match &part.value {
                    RecordsPart::Ask(text) => self.once(&mut ask, text.value.clone(), "ask", part.span),
                    RecordsPart::By(who) => self.once(&mut by, who.value.clone(), "by", part.span),
                    RecordsPart::Takes(quantity) => {
                        if let Some(nanos) = self.duration(quantity, "takes") {
                            self.once(&mut takes, nanos, "takes", part.span);
                        }
                    }
                    RecordsPart::Example(text) => examples.push(text.clone()),
                    RecordsPart::See(text) => see.push(text.value.clone()),
                    _ => {}
                }
            }
            if ask.is_none() && (by.is_some() || takes.is_some()) {
                let message = format!("nothing is asked for where `{}` is not there", table.name.value);
                self.error(
                    Code::Missing,
                    table.name.span,
                    message,
                    "say what: `ask \"Ask for the log of that minute\"`",
                );
            }
            // What is not there can be asked for: facts that are read from it, and have no question of their own, come with it.
            let visit = ask.map(|title| {
                self.visits.push(Visit { title, by, takes, see: see.clone(), facts: Vec::new() });
                VisitId(self.visits.len() - 1)
            });
            if let Some(records) = self.records.get_mut(at) {
                records.from = from.unwrap_or_else(|| records.from.clone());
                (records.visit, records.examples, records.see) = (visit, examples, see);
            }
        }
    }

    fn view(
        &mut self,
        at: usize,
        table: &ast::Records,
        pick: Option<Pick>,
        filter: Option<&ast::Expr>,
        each: Option<&ast::Name>,
    ) -> Option<RecordsFrom> {
        let RecordsFrom::View { of, .. } = self.records.get(at)?.from else { return None };
        for part in &table.parts {
            let wrong = match &part.value {
                RecordsPart::Column(_) => "a column",
                RecordsPart::Starts(_) => "`starts`",
                RecordsPart::Also(_) => "`also`",
                RecordsPart::Example(_) => "`example`",
                _ => continue,
            };
            let message = format!(
                "{wrong} belongs to a table that is read from an artefact, and this one shows rows of another"
            );
            let help =
                "declare it where the artefact is read: `from lines`, `fields`, `csv`, `json` or `xml`";
            self.error(Code::Unused, part.span, message, help);
        }
        let columns = self.records.get(at)?.columns.clone();
        let each = match each {
            Some(column) => Some(self.typer().column_of(&columns, column)?),
            None => None,
        };
        let filter = match filter {
            Some(filter) => Some(Box::new(self.filtered(&columns, filter)?)),
            None => None,
        };
        Some(RecordsFrom::View { of, pick, filter, each })
    }

    /// Types a condition about the rows of a table, where tables may be asked too.
    fn filtered(&mut self, columns: &[Column], filter: &ast::Expr) -> Option<Condition> {
        let mut typer = self.for_reading();
        typer.about_rows(columns, |typer| typer.condition(filter))
    }

    fn for_reading(&mut self) -> Typer<'_> {
        let mut typer = self.typer();
        typer.reading = true;
        typer
    }

    fn declared_table(
        &mut self,
        at: usize,
        table: &ast::Records,
        shape: &Spanned<RecordShape>,
        path: Option<&ast::Text>,
        files: &[ast::Text],
    ) -> Option<RecordsFrom> {
        let (mut starts, mut also) = (None, Vec::new());
        for part in &table.parts {
            let (pattern, word) = match &part.value {
                RecordsPart::Starts(pattern) => (pattern, "starts"),
                RecordsPart::Also(pattern) => (pattern, "also"),
                _ => continue,
            };
            let fits = match shape.value {
                RecordShape::Lines => true,
                RecordShape::Fields => word == "starts",
                _ => false,
            };
            if !fits {
                let message = format!("`{word}` has no meaning for {}", shape.value.word());
                self.error(Code::Unused, part.span, message, "take it away");
                continue;
            }
            let read = self.for_reading().pattern(pattern)?;
            if word == "also" {
                also.push(read);
            } else {
                self.once(&mut starts, read, "starts", part.span);
            }
        }
        let wants_path = matches!(shape.value, RecordShape::Json | RecordShape::Xml);
        if let Some(path) = path.filter(|_| !wants_path) {
            let message = format!("{} has no steps to a record", shape.value.word());
            self.error(
                Code::Unused,
                path.span,
                message,
                "say which files are meant behind `in`: `in \"*.log\"`",
            );
        }
        let path = path.map(|path| path.value.clone()).unwrap_or_default();
        let patterns: Vec<Regex> = starts.iter().chain(&also).cloned().collect();
        let shape = match shape.value {
            RecordShape::Lines => {
                let Some(starts) = starts else {
                    let message = format!("nothing says how a record of `{}` begins", table.name.value);
                    let help = "write a pattern of its first line, with a group for each column: `starts /^(?<at>\\S+) (?<text>.*)$/`";
                    self.error(Code::Missing, shape.span, message, help);
                    return None;
                };
                Shape::Lines { starts, also }
            }
            RecordShape::Fields => Shape::Fields { starts },
            RecordShape::Csv => Shape::Csv,
            RecordShape::Json => Shape::Json { path },
            RecordShape::Xml => Shape::Xml { path },
        };
        let types = self.records.get(at)?.columns.clone();
        let (mut columns, mut clocks) = (Vec::new(), Vec::new());
        for part in &table.parts {
            let RecordsPart::Column(column) = &part.value else { continue };
            let Some(ty) = types.iter().find(|one| one.name == column.name.value).map(|one| one.ty.clone())
            else {
                continue;
            };
            if matches!(shape, Shape::Lines { .. }) {
                self.filled(column, &patterns);
            }
            let format = self.cell_format(column, &ty, columns.len(), &mut clocks);
            let from = column.places.iter().map(|place| place.value.clone()).collect();
            columns.push(DeclaredColumn { name: column.name.value.clone(), ty, from, format });
        }
        let is_bare = !table.parts.iter().any(|part| matches!(part.value, RecordsPart::Column(_)));
        if is_bare {
            let message = format!("`{}` has no columns", table.name.value);
            self.error(Code::Missing, table.name.span, message, "write each with its type: `at: time`");
        }
        let complete = table.parts.iter().any(|part| part.value == RecordsPart::Complete);
        let files = files.iter().map(|file| file.value.clone()).collect();
        let declared = evidence::Declared { name: table.name.value.clone(), shape, files, complete, columns };
        if !self.reads_as_declared(table, &declared) {
            return None;
        }
        Some(RecordsFrom::Declared(Box::new(DeclaredTable { declared, clocks })))
    }

    /// Reports paths and times that do not read, and examples that give no record.
    fn reads_as_declared(&mut self, table: &ast::Records, declared: &evidence::Declared) -> bool {
        let wrong = evidence::check(declared);
        for (text, why) in &wrong {
            self.error(
                Code::WrongType,
                written_at(table, text),
                why.clone(),
                "write it as the artefact has it",
            );
        }
        let mut whole = wrong.is_empty();
        for part in &table.parts {
            let RecordsPart::Example(text) = &part.value else { continue };
            if whole
                && !records::is_file(&text.value)
                && let Err(why) = evidence::example(declared, &text.value)
            {
                whole = false;
                let help = "correct the pattern, or the example";
                self.error(Code::WrongType, text.span, format!("this example is not read: {why}"), help);
            }
        }
        whole
    }

    /// Reports a column of a line that no group of its patterns fills.
    fn filled(&mut self, column: &ast::ReadColumn, patterns: &[Regex]) {
        let groups: Vec<&str> =
            patterns.iter().flat_map(|pattern| pattern.capture_names().flatten()).collect();
        let own = std::slice::from_ref(&column.name);
        let names = if column.places.is_empty() { own } else { column.places.as_slice() };
        for name in names.iter().filter(|name| !groups.contains(&name.value.as_str())) {
            let message = format!("no pattern has a group `{}`", name.value);
            let meant = did_you_mean(&name.value, groups.iter().copied());
            let help = match meant {
                Some(meant) => format!("the pattern has a group `{meant}`"),
                None => format!("name the part of the pattern that fills it: `(?<{}>…)`", name.value),
            };
            self.error(Code::UnknownName, name.span, message, help);
        }
    }

    fn cell_format(
        &mut self,
        column: &ast::ReadColumn,
        ty: &Type,
        at: usize,
        clocks: &mut Vec<(usize, FactId)>,
    ) -> CellFormat {
        let mut format = CellFormat::default();
        if let Some(form) = &column.form {
            if *ty == Type::Time {
                format.time = Some(form.value.clone());
            } else {
                let message = format!("`as` says how a time is written, and this is {}", ty.described());
                self.error(Code::WrongType, form.span, message, "take it away, or make the column a `time`");
            }
        }
        if let Some(decimal) = &column.decimal {
            let mut signs = decimal.value.chars();
            format.decimal = signs.next().filter(|sign| signs.next().is_none() && !sign.is_ascii_digit());
            if format.decimal.is_none() || !ty.is_amount() || *ty == Type::Time {
                let help = "it is the one sign before the decimals of a number: `number with \",\" decimal`";
                self.error(Code::WrongType, decimal.span, "this says nothing about decimals", help);
            }
        }
        let Some(word) = &column.unit else { return format };
        match ty {
            Type::Time if column.unit_quoted => match moment::time_zone(&word.value) {
                Ok(zone) => format.zone = Some(zone),
                Err(help) => {
                    self.error(
                        Code::WrongType,
                        word.span,
                        format!("there is no time zone `{}`", word.value),
                        help,
                    );
                }
            },
            Type::Time
                if !self.names.data.contains_key(&word.value) && moment::time_zone(&word.value).is_ok() =>
            {
                let message = format!("the time zone `{}` is written in quotes", word.value);
                let quoted = format!("\"{}\"", word.value);
                self.problems.push(Problem::error(Code::WrongType, word.span, message).write(&quoted));
            }
            Type::Time => match self.typer().look_up(&word.value, word.span) {
                Some(Data::Fact(id)) if self.facts.get(id.0).is_some_and(|fact| fact.ty == Type::Text) => {
                    clocks.push((at, id));
                }
                Some(_) => {
                    let help = "name a fact of type `text` that says the time zone, or write it in quotes: `in \"Europe/Berlin\"`";
                    let message = format!("`{}` is not a fact that names a time zone", word.value);
                    self.error(Code::WrongType, word.span, message, help);
                }
                None => {}
            },
            _ => {
                format.unit = unit(&word.value).filter(|unit| measures(*unit) == *ty);
                if format.unit.is_none() {
                    let message = format!("`{}` is not a unit of {}", word.value, ty.described());
                    let help = match ty {
                        Type::Duration | Type::Size | Type::Percent => {
                            format!("write one of {}", units_of(ty))
                        }
                        _ => "a number has no unit".to_owned(),
                    };
                    self.error(Code::WrongUnit, word.span, message, help);
                }
            }
        }
        format
    }

    /// Reads how facts are read from evidence.
    pub(super) fn reads(&mut self, declared: &Declared<'_>) {
        let facts = declared.facts.iter().map(|(fact, _, broken)| (fact.parts.as_slice(), *broken));
        let derives = declared.derives.iter().map(|(derive, broken)| (derive.parts.as_slice(), *broken));
        for (at, (parts, broken)) in facts.chain(derives).enumerate() {
            if broken {
                continue;
            }
            for part in parts {
                let FactPart::Read(read) = part else { continue };
                if let Some(line) = self.read_line(FactId(at), read)
                    && let Some(fact) = self.facts.get_mut(at)
                {
                    fact.read.push(line);
                }
            }
            self.comes_with(FactId(at));
        }
    }

    /// Lets a fact without a question of its own be answered by asking for the table that it is read from.
    fn comes_with(&mut self, id: FactId) {
        let Some(fact) = self.facts.get(id.0).filter(|fact| fact.ask.is_none() && fact.visit.is_none())
        else {
            return;
        };
        let mut tables = fact.read.iter().flat_map(|line| line.reads().records);
        let visit = tables.find_map(|table| self.records.get(table.0)?.visit);
        let Some(visit) = visit else { return };
        if let Some(fact) = self.facts.get_mut(id.0) {
            fact.visit = Some(visit);
        }
        if let Some(visit) = self.visits.get_mut(visit.0) {
            visit.facts.push(id);
        }
    }

    fn read_line(&mut self, id: FactId, read: &ast::Read) -> Option<ReadLine> {
        let fact = self.facts.get(id.0)?;
        let (ty, name) = (fact.ty.clone(), format!("`{}`", fact.name.value));
        if fact.computed {
            let message = format!("{name} is computed, so it is not read");
            self.error(Code::Unused, read.span, message, "read the facts that it is computed from");
            return None;
        }
        if matches!(ty, Type::Table(_)) {
            let message = format!("{name} is a table, and a table of records is one already");
            self.error(
                Code::WrongType,
                read.span,
                message,
                "read facts from its rows: `any … where (…)`, `count …`",
            );
            return None;
        }
        let value = self.read_value(&ty, &name, &read.value);
        let when = match &read.when {
            Some(when) => Some(self.for_reading().condition(when)?),
            None => None,
        };
        Some(ReadLine { value: value?, when, span: read.span })
    }

    fn read_value(&mut self, ty: &Type, name: &str, value: &ast::ReadValue) -> Option<ReadValue> {
        match value {
            ast::ReadValue::Expr(expr) => self.read_expr(ty, name, expr),
            ast::ReadValue::Picked { pick, column, rows, filter, matching, span } => {
                let mut typer = self.for_reading();
                let (table, columns) = typer.table(rows)?;
                let at = typer.column_of_rows(columns, column, rows, *span)?;
                let of = columns.get(at).map(|column| column.ty.clone())?;
                let filter = match filter {
                    Some(filter) => Some(typer.about_rows(columns, |typer| typer.condition(filter))?),
                    None => None,
                };
                let matching = match matching {
                    Some(pattern) => {
                        if !of.is_textual() {
                            let message = format!(
                                "`{}` is {}, and a pattern looks at a text",
                                column.value,
                                of.described()
                            );
                            typer.problems.push(
                                Problem::error(Code::WrongType, pattern.span, message)
                                    .help("take `matching` away"),
                            );
                            return None;
                        }
                        Some(typer.pattern(pattern)?)
                    }
                    None => None,
                };
                self.picks(*pick, &of, column, table.records(), rows, *span)?;
                self.fits(ty, name, &of, column)?;
                Some(ReadValue::Cell(Box::new(CellOf {
                    pick: *pick,
                    column: at,
                    rows: table,
                    filter,
                    matching,
                })))
            }
        }
    }

    /// Reports a cell of which nobody says from which row it is, or a pick that its type does not have.
    fn picks(
        &mut self,
        pick: Option<Pick>,
        of: &Type,
        column: &ast::Name,
        records: Option<RecordsId>,
        rows: &ast::Rows,
        span: Span,
    ) -> Option<()> {
        let one_row = records.and_then(|id| self.records.get(id.0)).is_some_and(Records::is_one_row);
        match pick {
            None if !one_row => {
                let table = &rows.table.value;
                let message = format!(
                    "`{table}` may have several rows, and this does not say whose `{}` is meant",
                    column.value
                );
                let text = format!("last {}", column.value);
                let problem = Problem::error(Code::Missing, span, message)
                    .help(format!("say which with `first` or `last` before it, or `least` or `greatest`, or make `{table}` one row: `records … from last {table}`"))
                    .rewrite(column.span, &text);
                self.problems.push(problem);
                None
            }
            Some(Pick::Least | Pick::Greatest | Pick::Sum) if !of.is_amount() => {
                let message = format!("`{}` is {}, which has no order", column.value, of.described());
                self.error(Code::WrongType, column.span, message, "take `first` or `last`");
                None
            }
            Some(Pick::Sum) if *of == Type::Time => {
                self.error(Code::WrongType, column.span, "times have no sum", "write `least` or `greatest`");
                None
            }
            _ => Some(()),
        }
    }

    /// Reports a column whose cells can never be a value of a fact. A text may be anything: each is read by the type of the fact.
    fn fits(&mut self, ty: &Type, name: &str, of: &Type, column: &ast::Name) -> Option<()> {
        let fits = match (ty, of) {
            (Type::OneOf(values) | Type::SomeOf(values), Type::OneOf(others)) => {
                others.iter().any(|other| values.contains(other))
            }
            (Type::Text, of) => !matches!(of, Type::Table(_) | Type::SomeOf(_)),
            (_, Type::Text) => true,
            (ty, of) => ty == of,
        };
        if fits {
            return Some(());
        }
        let message = format!("{name} is {}, and `{}` is {}", ty.described(), column.value, of.described());
        let help = "read a column of its type, or say with `when` which value is meant: `read yes when any … where (…)`";
        self.error(Code::WrongType, column.span, message, help);
        None
    }

    fn read_expr(&mut self, ty: &Type, name: &str, expr: &ast::Expr) -> Option<ReadValue> {
        if let (Type::YesNo, ExprKind::Name(word)) = (ty, &expr.kind)
            && (word == "yes" || word == "no")
        {
            return Some(ReadValue::Value(Value::YesNo(word == "yes")));
        }
        match ty {
            Type::YesNo => self.for_reading().condition(expr).map(ReadValue::Condition),
            Type::SomeOf(values) => {
                let ExprKind::Name(member) = &expr.kind else {
                    self.error(
                        Code::WrongType,
                        expr.span,
                        format!("{name} is a set, and this is none of its members"),
                        format!("write one: {}", values.join(", ")),
                    );
                    return None;
                };
                let member = Spanned::new(member.clone(), expr.span);
                self.typer().value_of(values, &member).map(|at| ReadValue::Value(Value::Choice(at)))
            }
            _ => {
                let operand = self.for_reading().beside(ty, name, expr)?;
                Some(match operand {
                    Operand { kind: OperandKind::Literal(value), .. } => ReadValue::Value(value),
                    operand => ReadValue::Operand(operand),
                })
            }
        }
    }

    /// Reads which rows make one ticket; the outermost pack that says so counts, which comes last.
    pub(super) fn ticket_keys(&mut self, declared: &Declared<'_>) -> Option<TicketKeys> {
        let mut found: Option<TicketKeys> = None;
        for &(keys, broken) in &declared.tickets {
            if broken {
                continue;
            }
            // A table that does not read may have the column.
            let whole = declared.records.iter().all(|(_, broken)| !broken);
            for key in keys.keys.iter().filter(|_| whole) {
                let mut columns =
                    self.records.iter().flat_map(|table| &table.columns).map(|column| column.name.as_str());
                if !columns.any(|column| column == key.value) {
                    let known = self
                        .records
                        .iter()
                        .flat_map(|table| &table.columns)
                        .map(|column| column.name.as_str());
                    self.problems.push(unknown("column", key, known));
                }
            }
            let mut opened = Vec::new();
            for (table, filter) in &keys.opened {
                let rows = ast::Rows { table: table.clone(), in_all_tickets: None };
                let Some((of, columns)) = self.for_reading().table(&rows) else { continue };
                let columns = columns.to_vec();
                let Some(id) = of.records() else {
                    let message =
                        format!("`{}` is a fact, and tickets begin with rows of records", table.value);
                    self.error(
                        Code::WrongType,
                        table.span,
                        message,
                        "name a table that is declared with `records`",
                    );
                    continue;
                };
                let filter = match filter {
                    Some(filter) => match self.filtered(&columns, filter) {
                        Some(filter) => Some(filter),
                        None => continue,
                    },
                    None => None,
                };
                opened.push((id, filter));
            }
            if keys.opened.is_empty() {
                let help = "say which rows do: `opened by some_table where (…)`";
                self.error(Code::Missing, keys.span, "nothing begins a ticket here", help);
            }
            let fine = keys.fine.iter().filter_map(|(condition, text)| {
                self.typer().condition(condition).map(|condition| (condition, text.value.clone()))
            });
            let fine = fine.collect();
            let span = keys.span;
            if let Some(first) = found.as_ref().map(|first| first.span)
                && first.source == span.source
            {
                let problem = Problem::error(Code::Duplicate, span, "there are two of `tickets by` here");
                self.problems.push(problem.also(first, "the first").help("make one of them"));
            }
            let keys = keys.keys.iter().map(|key| key.value.clone()).collect();
            found = Some(TicketKeys { keys, opened, fine, span });
        }
        found
    }

    /// Reports facts that are read from each other.
    pub(super) fn read_in_circles(&mut self) {
        // 0: not seen, 1: under way, 2: done.
        let mut state = vec![0u8; self.facts.len()];
        for at in 0..self.facts.len() {
            // A way is kept in a list: it may be longer than functions can call each other.
            let mut way: Vec<(usize, Vec<usize>)> = vec![(at, self.read_from(at))];
            if state.get(at).is_none_or(|state| *state != 0) {
                continue;
            }
            state.iter_mut().skip(at).take(1).for_each(|state| *state = 1);
            while let Some((fact, mut left)) = way.pop() {
                let Some(next) = left.pop() else {
                    state.iter_mut().skip(fact).take(1).for_each(|state| *state = 2);
                    continue;
                };
                way.push((fact, left));
                match state.get(next) {
                    Some(0) => {
                        state.iter_mut().skip(next).take(1).for_each(|state| *state = 1);
                        way.push((next, self.read_from(next)));
                    }
                    Some(1) if self.facts.get(next).is_some_and(|fact| !fact.read.is_empty()) => {
                        self.circle(next);
                        return;
                    }
                    _ => {}
                }
            }
        }
    }

    fn circle(&mut self, at: usize) {
        let Some(fact) = self.facts.get(at) else { return };
        let message = format!("`{}` is read from what is itself read from it", fact.name.value);
        let span = fact.read.first().map_or(fact.name.span, |line| line.span);
        self.error(Code::Circle, span, message, "one of the conditions has to do without it");
    }

    /// Returns the facts that a fact is computed or read from, through symptoms and tables.
    fn read_from(&self, at: usize) -> Vec<usize> {
        let Some(fact) = self.facts.get(at) else { return Vec::new() };
        let computed = fact.definition.iter().map(crate::pack::expr::Definition::reads);
        let read = fact.read.iter().map(ReadLine::reads);
        let mut reads = computed.chain(read).fold(Reads::default(), Reads::joined);
        let mut seen = Reads::default();
        // What symptoms and tables read belongs to it, however long the way.
        loop {
            let symptom = reads.symptoms.iter().find(|id| !seen.symptoms.contains(id)).copied();
            let table = reads.records.iter().find(|id| !seen.records.contains(id)).copied();
            if let Some(id) = symptom {
                seen.symptoms.insert(id);
                let more = self.symptoms.get(id.0).map(|symptom| Reads::of(symptom.reading.conditions()));
                reads = reads.joined(more.unwrap_or_default());
            } else if let Some(id) = table {
                seen.records.insert(id);
                let more = self.records.get(id.0).map(Records::reads);
                reads = reads.joined(more.unwrap_or_default());
            } else {
                return reads.facts.iter().map(|id| id.0).collect();
            }
        }
    }
}
