//! What has to be known before artefacts are read: which tables the pack declares, and by which clocks their times are.

use jiff::tz::TimeZone;

use crate::evidence::Declared;
use crate::facts::recorded::Facts;
use crate::pack::records::RecordsFrom;
use crate::pack::{FactId, Pack};
use crate::value::{Known, Value, moment};

/// The name of the fact that says by which clock times without an offset are, where a column does not say it.
const TIME_ZONE: &str = "site.time_zone";

/// Returns the clock of times whose column names none.
pub fn site(pack: &Pack, by_hand: &Facts) -> Option<TimeZone> {
    let named = pack.facts.enumerated().find(|(_, fact)| fact.name.value == TIME_ZONE);
    named.and_then(|(id, _)| zone(by_hand, id))
}

/// Returns the tables that a pack declares, for the readers.
pub fn declared(pack: &Pack, by_hand: &Facts) -> Vec<Declared> {
    let tables = pack.records.iter().filter_map(|records| match &records.from {
        RecordsFrom::Declared(table) => Some(table),
        RecordsFrom::View { .. } => None,
    });
    let with_clocks = tables.map(|table| {
        let mut declared = table.declared.clone();
        for (column, fact) in &table.clocks {
            if let Some(column) = declared.columns.get_mut(*column) {
                column.format.zone = zone(by_hand, *fact);
            }
        }
        declared
    });
    with_clocks.collect()
}

fn zone(by_hand: &Facts, id: FactId) -> Option<TimeZone> {
    match &by_hand.recorded.get(&id)?.known {
        Known::Exactly(Value::Text(text)) => moment::time_zone(text).ok(),
        _ => None,
    }
}
