//! What consoles of mail systems export: `mail.deliveries`.
//!
//! In: tables of comma separated values (the message tracking log of Exchange, message traces of Microsoft 365, the log search of
//! Google Workspace, message logs of filters, lists of a quarantine), and what PowerShell prints of the same. Out: a row an event and
//! recipient. A table is taken only where its names say so: who it was for, what became of it, when, and from whom or which message.
//! What such an export tells of the way of a message, and not of its end, is read and gives no row.

mod csv;
mod names;
mod rows;
mod shell;
mod status;
mod time;

use super::{LineReader, Options};

/// Returns the readers of exports.
pub(super) fn readers(options: &Options) -> Vec<Box<dyn LineReader>> {
    vec![Box::new(csv::Reader::new(options)), Box::new(shell::Reader::new(options))]
}
