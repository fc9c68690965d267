//! Archives that are made to be hard to unpack, encodings, and mailboxes.

use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::evidence::{Input, Options, read};
use crate::records::{Limits, Records};

fn read_with(bytes: &[u8], limits: Limits) -> Records {
    let options = Options { limits, ..Options::default() };
    read(vec![Input::of_bytes("x", bytes)], &options, &mut |_| ())
}

/// What is said of all artefacts together, and the lines that nobody reads.
fn said(records: &Records) -> (String, Vec<String>) {
    let notes = records.artefacts.iter().flat_map(|artefact| &artefact.notes).map(|note| note.text.clone());
    let unread = records.artefacts.iter().flat_map(|artefact| &artefact.unread.first);
    (notes.collect::<Vec<_>>().join("\n"), unread.map(|at| at.text.to_string()).collect())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn members_of_gzip_are_one_text_and_what_follows_is_told() {
    let mut bytes = gzip(b"one\ntw");
    bytes.extend(gzip(b"o\n"));
    assert_eq!(
        said(&read_with(&bytes, Limits::default())),
        (String::new(), vec!["one".into(), "two".into()])
    );
    bytes.extend(b"garbage behind it");
    let (notes, unread) = said(&read_with(&bytes, Limits::default()));
    assert!(notes.contains("is not read further"), "{notes}");
    assert_eq!(unread, ["one", "two"]);
}

#[test]
fn what_is_cut_off_is_read_up_to_there_and_told() {
    let lines: Vec<String> =
        (0..30_000_u32).map(|n| format!("line {}\n", n.wrapping_mul(2_654_435_761))).collect();
    let text = lines.concat();
    let bytes = gzip(text.as_bytes());
    let records = read_with(&bytes[..bytes.len() / 2], Limits::default());
    assert_eq!(said(&records).0, "ends in the middle: what comes before is read");
    assert!(records.artefacts[0].lines > 1000 && records.artefacts[0].is_cut);
}

#[test]
fn bombs_stop_at_the_limits() {
    let limits = Limits { unpacked: 1 << 20, ..Limits::default() };
    let bomb = gzip(&b"a line of a log\n".repeat(1 << 18));
    assert!(said(&read_with(&bomb, limits)).0.contains("more than 1048576 bytes come out of archives"));
    let many: Vec<(String, Vec<u8>)> = (0..8).map(|at| (format!("{at}.gz"), bomb[..].to_owned())).collect();
    let files: Vec<(&str, &[u8])> =
        many.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let all = read_with(&zipped(&files), limits);
    let lines: u64 = all.artefacts.iter().map(|artefact| artefact.lines).sum();
    assert!(lines < 100_000, "the limit is that of the whole run: {lines}");
    let nothing = gzip(&vec![b' '; 90 << 20]);
    assert!(said(&read_with(&nothing, Limits::default())).0.contains("times as much comes out as went in"));
    let mut nested = b"deep".to_vec();
    for _ in 0..40 {
        nested = gzip(&nested);
    }
    assert!(said(&read_with(&nested, Limits::default())).0.contains("it lies in 16 others"));
    let few = Limits { parts: 1, ..Limits::default() };
    let (notes, unread) = said(&read_with(&zipped(&[("a", b"1"), ("b", b"2")]), few));
    assert_eq!((notes.as_str(), unread), ("only the first 1 of its 2 files are read", vec!["1".to_owned()]));
}

#[test]
fn an_archive_that_does_not_read_is_told() {
    let whole = zipped(&[("a.log", b"one\n")]);
    // Bit 0 of the flags, in both headers, says that a file is encrypted.
    let mut encrypted = whole.clone();
    let central = encrypted.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    encrypted[6] |= 1;
    encrypted[central + 8] |= 1;
    assert!(said(&read_with(&encrypted, Limits::default())).0.contains("cannot be unpacked: "));
    assert!(
        said(&read_with(&whole[..whole.len() - 9], Limits::default()))
            .0
            .contains("the archive does not read")
    );
    let office = zipped(&[("[Content_Types].xml", b"<x/>")]);
    assert!(said(&read_with(&office, Limits::default())).0.contains("save it as CSV"));
    let names = read_with(&zipped(&[("folder/\u{1b}[2Ja.log", b"one\n")]), Limits::default());
    assert_eq!(names.artefacts[1].name, "x › folder/\u{fffd}[2Ja.log");
}

#[test]
fn texts_are_read_in_their_encodings() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    for (bytes, lines, note) in [
        (b"\xef\xbb\xbfa\nb".to_vec(), vec!["a", "b"], ""),
        (utf16("\u{feff}Größe\nb"), vec!["Größe", "b"], "is read as UTF-16BE"),
        (utf16("a line\nb"), vec!["a line", "b"], "is read as UTF-16BE"),
        (
            b"Gr\xf6\xdfe\nb".to_vec(),
            vec!["Größe", "b"],
            "is not all UTF-8: what is not is read as Windows-1252",
        ),
        (b"\0\0\0\0\0\0a\nb".to_vec(), vec!["a", "b"], "begins with 6 NUL bytes, which are left out"),
        (b"a\rb".to_vec(), vec!["a", "b"], ""),
    ] {
        assert_eq!(
            said(&read_with(&bytes, Limits::default())),
            (note.to_owned(), lines.into_iter().map(str::to_owned).collect())
        );
    }
    let all_nul = read_with(&vec![0; 200_000], Limits::default());
    assert_eq!(said(&all_nul).0, "begins with 200000 NUL bytes, which are left out\nis empty");
}

#[test]
fn progress_adds_up_in_few_steps() {
    let text = b"a line that nobody reads\n".repeat(1 << 19);
    let (mut sum, mut steps) = (0, 0);
    let mut hear = |more| {
        sum += more;
        steps += 1;
    };
    read(vec![Input::of_bytes("x", &text)], &Options::default(), &mut hear);
    assert_eq!(sum, text.len() as u64);
    assert!(steps < 1000, "{steps}");
}

#[test]
fn mails_of_a_mailbox_are_artefacts_of_their_own() {
    let mail = |of: &str| {
        format!(
            "From ann Mon Nov 30 08:01:02 2026\nFrom: {of}@example.com\nTo: bob@example.org\nSubject: x\nDate: Mon, 30 Nov 2026 08:01:02 +0000\nMessage-ID: <{of}@example.com>\n\n>From here on\nFrom is no mail here\n\n"
        )
    };
    let names = |records: &Records| {
        records.artefacts.iter().map(|artefact| artefact.name.clone()).collect::<Vec<_>>()
    };
    let several = read_with((mail("ann") + &mail("eve")).as_bytes(), Limits::default());
    assert_eq!(names(&several), ["x", "x › 1", "x › 2"]);
    assert_eq!(names(&read_with(mail("ann").as_bytes(), Limits::default())), ["x"]);
    let packed = read_with(&gzip((mail("ann") + &mail("eve")).as_bytes()), Limits::default());
    assert_eq!(names(&packed), ["x", "x › 1", "x › 2"]);
    let messages = several.tables.get("mail.messages").map_or(0, |table| table.rows.len());
    assert_eq!(messages, 2);
}
