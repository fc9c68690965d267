//! Recorded values as a person reads them.

use super::scope::Scope;
use super::thresholds::{LONGEST_QUOTE, LONGEST_RECORDED, LONGEST_VALUE, SHORTEST_QUOTE};
use super::words::shortened;
use crate::facts::recorded::Recorded;
use crate::pack::{Fact, FactId};
use crate::value::Known;
use crate::value::write_chance;
use crate::value::write_known;
use crate::value::{Column, Type, Value};

/// Writes what was recorded of a fact in short: as it was recorded, a table of one row as what stands in it.
pub fn value(fact: &Fact, recorded: &Recorded) -> String {
    row(fact, recorded).map_or_else(|| recorded.written.clone(), |row| row + &sure(recorded))
}

/// Writes what was recorded of a fact in one line: a text in quotation marks, with more room than other values.
pub(super) fn quoted(fact: &Fact, recorded: &Recorded) -> String {
    match &recorded.known {
        Known::Exactly(Value::Text(text)) if is_quotation(text) => {
            format!("\u{201c}{}\u{201d}{}", shortened(text, LONGEST_QUOTE), sure(recorded))
        }
        _ => shortened(&value(fact, recorded), LONGEST_VALUE),
    }
}

/// Writes all that was recorded of a fact in one line, cut where it is very long.
pub(super) fn whole(fact: &Fact, recorded: &Recorded) -> String {
    match &recorded.known {
        Known::Exactly(Value::Text(text)) => shortened(text, LONGEST_RECORDED) + &sure(recorded),
        _ => shortened(&value(fact, recorded), LONGEST_RECORDED),
    }
}

/// Returns whether a text is words from elsewhere, and not the name of something.
pub(super) fn is_quotation(text: &str) -> bool {
    text.chars().count() >= SHORTEST_QUOTE
}

fn sure(recorded: &Recorded) -> String {
    recorded.sure.map_or_else(String::new, |p| format!(" ({} sure)", write_chance(p)))
}

/// Writes the row of a table that has only one; nothing where nothing is known of it.
fn row(fact: &Fact, recorded: &Recorded) -> Option<String> {
    let (Type::Table(columns), Known::Rows(rows)) = (&fact.ty, &recorded.known) else { return None };
    let [row] = rows.as_slice() else { return None };
    let cells: Vec<String> =
        columns.iter().zip(row).filter_map(|(column, known)| cell(column, known)).collect();
    (!cells.is_empty()).then(|| cells.join(", "))
}

/// Writes a cell; what is said of it with yes or no is said with its name.
fn cell(column: &Column, known: &Known) -> Option<String> {
    let written = write_known(known, &column.ty);
    match (known, &column.ty) {
        (Known::Unknown, _) => None,
        (_, Type::YesNo) => Some(format!("{}: {written}", column.name)),
        (Known::Exactly(_), Type::Time) => Some(to_the_minute(&written)),
        _ => Some(written),
    }
}

/// Returns a time without seconds where they are 0: `2026-03-04 02:00`, with an instant `2026-03-04 01:00 UTC`.
fn to_the_minute(time: &str) -> String {
    let (time, zone) = time.strip_suffix('Z').map_or((time, ""), |time| (time, " UTC"));
    let short = time.strip_suffix(":00").filter(|short| short.contains(':')).unwrap_or(time);
    format!("{short}{zone}")
}

impl Scope<'_> {
    /// Writes what was recorded of a fact; none where nothing was.
    pub(crate) fn value(&self, id: FactId) -> Option<String> {
        Some(value(&self.pack().facts[id], self.facts().recorded.get(&id)?))
    }

    /// Writes a fact as it was recorded, and where; none where it was not.
    pub(crate) fn recorded(&self, id: FactId) -> Option<String> {
        let recorded = self.facts().recorded.get(&id)?;
        let fact = &self.pack().facts[id];
        Some(format!("{} = {}  [{}]", fact.name.value, quoted(fact, recorded), self.place(recorded.span)))
    }
}

#[cfg(test)]
mod tests {
    use super::to_the_minute;

    #[test]
    fn times_are_written_to_the_minute_where_that_is_all() {
        let written = ["2026-03-04 02:00:00", "2026-03-04 02:00:10", "2026-03-04 01:00:00Z", "2026-03-04"];
        let short = ["2026-03-04 02:00", "2026-03-04 02:00:10", "2026-03-04 01:00 UTC", "2026-03-04"];
        assert_eq!(written.map(to_the_minute), short);
    }
}
