//! Snapshots: answers as a person sees them, kept in files that `cargo insta review` shows.

use std::path::Path;

/// Compares a text with the snapshot of a name in `tests/snapshots`.
pub(crate) fn snapshot(name: &str, text: &str) {
    snapshot_in(Path::new("tests/snapshots"), name, text);
}

/// Compares a text with `NAME.snap` in a folder of the project.
pub(crate) fn snapshot_in(folder: impl AsRef<Path>, name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => Path::new(env!("CARGO_MANIFEST_DIR")).join(folder.as_ref()),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, text) });
}
