//! Artefacts in an interview: a file that is named, or what was pasted.

use std::path::Path;

use crate::facts::recorded::Facts;
use crate::interview::{Artefact, Event, Interview, Refusal};
use crate::loader;
use crate::value::write_known;

/// The largest artefact that is taken in, in bytes.
const LARGEST: u64 = 64 << 20;

/// Makes what a person does of a file.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn file(name: &str) -> Result<Event, Refusal> {
    let name = name.trim();
    let unreadable = |error: loader::Unreadable| Refusal {
        message: format!("cannot read {name}: {}", error.reason),
        help: error.help,
    };
    let (bytes, newest) = loader::artefact(Path::new(name), LARGEST).map_err(unreadable)?;
    Ok(Event::Evidence(Artefact { file: Some(name.to_owned()), bytes: bytes.into(), newest }))
}

/// Makes what a person does of a text that was pasted.
pub(super) fn paste(text: &str) -> Event {
    let newest = loader::newest(&["-".into()]);
    Event::Evidence(Artefact { file: None, bytes: text.as_bytes().into(), newest })
}

/// Says what was read that was not known before, a fact a line.
pub(super) fn told(interview: &Interview, before: &Facts) -> String {
    let pack = &interview.graph().pack;
    let facts = interview.now().ticket.facts();
    let new = interview.read_from_artefacts().iter().filter_map(|id| {
        let known = &facts.recorded.get(id)?.known;
        let was = before.recorded.get(id).map(|recorded| &recorded.known);
        let fact = &pack.facts[*id];
        let line = || format!("  {}: {}\n", fact.name.value, write_known(known, &fact.ty));
        (was != Some(known)).then(line)
    });
    new.collect()
}
