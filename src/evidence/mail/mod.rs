//! Mails: deliveries and what else a message says.

pub(super) mod delivery;
pub(super) mod reply;

use super::Options;
use crate::records::{Sink, TableSpec};

/// The tables about mail.
pub(super) const TABLES: &[&TableSpec] = &[&delivery::DELIVERIES];

/// Returns whether a text begins like a mail.
pub(super) fn is_message(_head: &str) -> bool {
    false
}

/// Reads a mail.
pub(super) fn message(_bytes: &[u8], _options: &Options, _out: &mut Sink<'_>) {}
