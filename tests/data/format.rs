//! Texts and their one form: `tests/suite/format`. The form of each stands beside it as a snapshot.

use libtest_mimic::Trial;

use crate::file::each;
use crate::support::format::checked;
use crate::support::snapshot::snapshot_in;

pub(crate) fn tests() -> Vec<Trial> {
    each("format", |file| {
        snapshot_in(file.folder(), file.name(), &checked(file.name(), &file.written));
        Ok(())
    })
}
