//! Whether a declared table reads an example of it.

use jiff::civil::Date;

use super::Declared;
use crate::evidence::{Input, Options, read};
use crate::records::{Artefact, Records};

/// The day for examples whose times say no year; which one is no matter.
const NEWEST: Date = Date::constant(2024, 12, 31);

/// Reads a text for a declared table, as an artefact of its own.
///
/// # Errors
/// Says why there is no row, or which cells do not read.
pub fn example(declared: &Declared, text: &str) -> Result<Records, String> {
    let options = Options { declared: vec![declared.clone()], newest: Some(NEWEST), ..Options::default() };
    let only = Some(declared.name.clone());
    let input = Input { only, is_named: false, ..Input::of_bytes("example", text.as_bytes()) };
    let records = read(vec![input], &options, &mut |_| ());
    match records.artefacts.first().and_then(|artefact| wrong(declared, artefact)) {
        Some(why) => Err(why),
        None if records.tables.get(&declared.name).is_none_or(|table| table.rows.is_empty()) => {
            Err("no record begins in it".to_owned())
        }
        None => Ok(records),
    }
}

/// Returns what of an example does not read.
fn wrong(declared: &Declared, artefact: &Artefact) -> Option<String> {
    let of_cells = format!("{}, column ", declared.name);
    let is_wrong = |text: &str| {
        let cells = text.starts_with(&of_cells) && (text.contains(" is not ") || text.contains(" are not "));
        cells || artefact.is_cut
    };
    artefact.notes.iter().find(|note| is_wrong(&note.text)).map(|note| note.text.clone())
}
