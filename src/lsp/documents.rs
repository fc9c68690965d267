//! The texts that are open in the editor: they count in place of the files, and need not be on disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::position::Encoding;
use super::uri;
use crate::loader::Open;
use crate::source::Source;

/// A text in the editor.
#[derive(Debug)]
pub(super) struct Document {
    /// As the editor names it.
    pub(super) uri: Uri,
    /// Which of its versions.
    pub(super) version: i32,
    /// The text as the editor holds it, newlines and all.
    pub(super) source: Source,
}

/// All of them, by file; one that was never saved is kept under what the editor calls it.
#[derive(Debug, Default)]
pub(super) struct Documents(BTreeMap<PathBuf, Document>);

/// The file of a document, or what stands for it.
pub(super) fn file_of(uri: &Uri) -> PathBuf {
    uri::path(uri).unwrap_or_else(|| PathBuf::from(uri.as_str()))
}

impl Documents {
    /// Takes a text in.
    pub(super) fn open(&mut self, uri: Uri, version: i32, text: String) -> PathBuf {
        let file = file_of(&uri);
        let source = Source::new(file.display().to_string(), text);
        self.0.insert(file.clone(), Document { uri, version, source });
        file
    }

    /// Forgets a text: the file counts again.
    pub(super) fn close(&mut self, file: &Path) {
        self.0.remove(file);
    }

    /// Changes a text; false where it is not open.
    pub(super) fn change(
        &mut self,
        file: &Path,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> bool {
        let Some(document) = self.0.get_mut(file) else { return false };
        document.version = version;
        changes.into_iter().for_each(|change| document.change(change, encoding));
        true
    }

    /// A text that is open.
    pub(super) fn get(&self, file: &Path) -> Option<&Document> {
        self.0.get(file)
    }

    /// The files that are open.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }

    /// All texts by file, for the loader.
    pub(super) fn texts(&self) -> Open {
        self.0.iter().map(|(file, document)| (file.clone(), document.source.text.clone())).collect()
    }
}

impl Document {
    fn change(&mut self, change: TextDocumentContentChangeEvent, encoding: Encoding) {
        let mut text = std::mem::take(&mut self.source.text);
        match change.range {
            None => text = change.text,
            Some(range) => {
                self.source.text = text;
                let start = encoding.offset(&self.source, range.start);
                let end = encoding.offset(&self.source, range.end).max(start);
                text = std::mem::take(&mut self.source.text);
                text.replace_range(start..end, &change.text);
            }
        }
        self.source = Source::new(std::mem::take(&mut self.source.name), text);
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use lsp_types::{Position, Range};
    use proptest::prelude::*;

    use super::*;

    fn typed(text: &str, range: Option<Range>, put: &str) -> String {
        let mut documents = Documents::default();
        let file = documents.open(Uri::from_str("untitled:a").unwrap(), 1, text.to_owned());
        let change = TextDocumentContentChangeEvent { range, range_length: None, text: put.to_owned() };
        assert!(documents.change(&file, 2, vec![change], Encoding::Utf16));
        documents.get(&file).unwrap().source.text.clone()
    }

    fn range(a: (u32, u32), b: (u32, u32)) -> Range {
        Range::new(Position::new(a.0, a.1), Position::new(b.0, b.1))
    }

    #[test]
    fn a_change_is_made_where_the_editor_counts_it() {
        assert_eq!(typed("a 💡 b\nc", Some(range((0, 4), (1, 0))), "!"), "a 💡!c");
        assert_eq!(typed("a", Some(range((5, 0), (9, 9))), "b"), "ab");
        assert_eq!(typed("ab", Some(range((0, 2), (0, 0))), "c"), "abc");
        assert_eq!(typed("a", None, "new"), "new");
    }

    proptest! {
        #[test]
        fn no_change_is_too_much(text in "[aä💡\r\n]{0,12}", put in "[b💡\n]{0,3}", at in prop::array::uniform4(0_u32..6)) {
            typed(&text, Some(range((at[0], at[1]), (at[2], at[3]))), &put);
        }
    }
}
