//! The texts that are open in the editor: they count in place of the files, and need not be on disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gen_lsp_types::{TextDocumentContentChangeEvent, Uri};
use url::Url;

use super::position::Encoding;
use crate::loader::Open;
use crate::render::problems::uri;
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

/// Returns the file that a URI names; for a text that is no file of this machine, the URI itself stands for one.
pub(super) fn file_of(uri: &Uri) -> PathBuf {
    let url = Url::parse(uri.as_ref()).ok().filter(|url| url.scheme() == "file");
    let file = url.and_then(|url| url.to_file_path().ok());
    // A source is known by its name, which is text; and no system opens a file with a NUL in its name.
    let is_named = |file: &PathBuf| file.to_str().is_some_and(|name| !name.contains('\0'));
    file.filter(is_named).unwrap_or_else(|| PathBuf::from(uri.as_ref()))
}

/// Returns the URI of a source: that of its file, or the one that stands for it.
pub(super) fn uri_of(name: &str) -> Uri {
    if Path::new(name).is_absolute() { uri(name).into() } else { name.into() }
}

impl Documents {
    /// Takes a text in.
    pub(super) fn open(&mut self, uri: Uri, version: i32, text: String) -> PathBuf {
        let file = file_of(&uri);
        let source = Source::new(file.display().to_string(), text);
        self.0.insert(file.clone(), Document { uri, version, source });
        file
    }

    /// Forgets a text: its file counts again.
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

    /// Returns a text that is open.
    pub(super) fn get(&self, file: &Path) -> Option<&Document> {
        self.0.get(file)
    }

    /// Returns the files that are open.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }

    /// Copies all texts by file, for the loader.
    pub(super) fn texts(&self) -> Open {
        self.0.iter().map(|(file, document)| (file.clone(), document.source.text.clone())).collect()
    }
}

impl Document {
    fn change(&mut self, change: TextDocumentContentChangeEvent, encoding: Encoding) {
        let text = match change {
            TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => whole.text,
            TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                let start = encoding.offset(&self.source, part.range.start);
                let end = encoding.offset(&self.source, part.range.end).max(start);
                let mut text = std::mem::take(&mut self.source.text);
                text.replace_range(start..end, &part.text);
                text
            }
        };
        self.source = Source::new(std::mem::take(&mut self.source.name), text);
    }
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::{
        Position, Range, TextDocumentContentChangePartial, TextDocumentContentChangeWholeDocument,
    };
    use proptest::prelude::*;

    use super::*;

    fn typed(text: &str, range: Option<Range>, put: &str) -> String {
        let mut documents = Documents::default();
        let file = documents.open("untitled:a".into(), 1, text.to_owned());
        let text = put.to_owned();
        let change = match range {
            Some(range) => TextDocumentContentChangePartial { range, text, ..Default::default() }.into(),
            None => TextDocumentContentChangeWholeDocument { text }.into(),
        };
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

    #[cfg(unix)]
    #[test]
    fn a_file_is_the_same_however_it_is_spelled() {
        for uri in [
            "file:///home/ann/a b/ü.ruleout",
            "file:///home/ann/a%20b/%C3%BC.ruleout",
            "file:///%68ome/ann/a%20b/ü.ruleout?x#y",
            "file://localhost/home/ann/a%20b/%c3%bc.ruleout",
            "FILE:/home/ann/c/../a%20b/./ü.ruleout",
        ] {
            assert_eq!(file_of(&uri.into()), Path::new("/home/ann/a b/ü.ruleout"), "{uri}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_of_this_machine_stands_for_itself() {
        for uri in [
            "untitled:Untitled-1",
            "untitled:Untitled 1",
            "git:/home/a?b",
            "file://server/share/a",
            "file:///a%00b",
            "file:///a%FFb",
            "no URI",
            "",
        ] {
            assert_eq!(file_of(&uri.into()), Path::new(uri));
            assert_eq!(uri_of(uri), uri.into());
        }
    }

    #[cfg(windows)]
    #[test]
    fn drives_and_shares_are_files_of_this_machine() {
        for (uri, file) in [
            ("file:///c%3A/packs/a%20b", r"c:\packs\a b"),
            ("file:///C:/packs/a%20b", r"C:\packs\a b"),
            ("file://server/share/a", r"\\server\share\a"),
        ] {
            assert_eq!(file_of(&uri.into()), Path::new(file));
        }
        assert_eq!(uri_of(r"C:\packs\a b"), "file:///C:/packs/a%20b".into());
    }

    proptest! {
        #[cfg(unix)]
        #[test]
        fn every_file_is_found_again_by_its_uri(names in prop::collection::vec("[^/\0]{1,8}", 1..4)) {
            prop_assume!(!names.iter().any(|name| name == "." || name == ".."));
            let file = format!("/{}", names.join("/"));
            prop_assert_eq!(file_of(&uri_of(&file)), Path::new(&file));
        }

        #[test]
        fn no_change_is_too_much(text in "[aä💡\r\n]{0,12}", put in "[b💡\n]{0,3}", at in prop::array::uniform4(0_u32..6)) {
            typed(&text, Some(range((at[0], at[1]), (at[2], at[3]))), &put);
        }
    }
}
