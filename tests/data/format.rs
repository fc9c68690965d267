//! Texts and their one form: `tests/suite/format`. The form of each stands beside it as a snapshot.

use libtest_mimic::Trial;

use crate::support::data::DataFile;
use crate::support::format::checked;
use crate::support::snapshot::snapshot_in;

pub(crate) fn tests() -> Vec<Trial> {
    let test = |file: DataFile| {
        Trial::test(format!("format::{}", file.stem()), move || {
            snapshot_in(file.folder(), file.name(), &checked(file.name(), &file.written));
            Ok(())
        })
    };
    DataFile::all("format").into_iter().map(test).collect()
}
