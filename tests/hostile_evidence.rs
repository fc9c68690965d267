//! Artefacts that nobody has by accident: bombs, endless lines, nests, lies about encodings. Each is read and redacted soon, in little
//! memory, and what is not read of it is told.

use std::fmt::Write as _;
use std::io::Write as _;

use jiff::tz::TimeZone;
use ruleout::evidence::{self, CellFormat, Declared, DeclaredColumn, Input, Kept, Options, Redactor, Shape};
use ruleout::records::Records;
use ruleout::value::Type;

use crate::hostile::soon;
use crate::support::profile::{apart, size};

const HEAD: &str =
    "From: MAILER-DAEMON@example.org\nTo: ann@example.org\nSubject: Undelivered Mail\nMIME-Version: 1.0\n";

/// One of each kind of table that a pack may declare, for any file.
fn declared() -> Vec<Declared> {
    let pattern = |text: &str| regex::Regex::new(text).unwrap();
    let shapes = [
        (
            "a",
            Shape::Lines { starts: pattern(r"^(?<x>\S+) (?<y>.*)$"), also: vec![pattern(r"^\s+(?<y>.*)$")] },
        ),
        ("b", Shape::Fields { starts: None }),
        ("c", Shape::Csv),
        ("d", Shape::Json { path: "items[*]".to_owned() }),
        ("e", Shape::Xml { path: "a.b[*]".to_owned() }),
        ("f", Shape::Json { path: "[*]".to_owned() }),
    ];
    let column = |name: &str, ty| DeclaredColumn {
        name: name.to_owned(),
        ty,
        from: Vec::new(),
        format: CellFormat { zone: Some(TimeZone::UTC), ..CellFormat::default() },
    };
    let table = |(name, shape): (&str, Shape)| Declared {
        name: name.to_owned(),
        shape,
        files: Vec::new(),
        complete: true,
        columns: vec![column("x", Type::Text), column("y", Type::Time)],
    };
    shapes.into_iter().map(table).collect()
}

fn options() -> Options {
    Options { declared: declared(), ..Options::default() }
}

fn read(what: &str, bytes: &[u8]) -> Records {
    soon(what, || evidence::read(vec![Input::of_bytes(what, bytes)], &options(), &mut |_| ()))
}

/// Reads an artefact, and redacts it, if it is not all too large.
fn survives(what: &str, bytes: &[u8]) -> Records {
    let records = read(what, bytes);
    if bytes.len() <= 4 << 20 {
        let mut redactor = Redactor::new(Kept::default(), b"");
        soon(what, || {
            redactor.learn(bytes);
            redactor.learn_records(&records);
            redactor.redact(bytes).map_or(0, |redacted| redacted.bytes.len())
        });
    }
    records
}

/// Returns whether a note says something.
fn told(records: &Records, what: &str) -> bool {
    records.artefacts.iter().flat_map(|artefact| &artefact.notes).any(|note| note.text.contains(what))
}

fn notes(records: &Records) -> Vec<String> {
    records
        .artefacts
        .iter()
        .flat_map(|artefact| &artefact.notes)
        .map(|note| note.text.clone())
        .take(9)
        .collect()
}

fn rows(records: &Records, table: &str) -> usize {
    records.tables.get(table).map_or(0, |table| table.rows.len())
}

fn gzip(bytes: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    bytes.for_each(|bytes| packed.write_all(&bytes).unwrap());
    packed.finish().unwrap()
}

fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn bombs_of_archives() {
    let megabytes = 80;
    let bomb = gzip((0..megabytes).map(|_| vec![b'a'; 1 << 20]));
    assert!(bomb.len() < 4 << 20);
    let records = survives("a bomb.gz", &bomb);
    assert!(told(&records, "as much comes out") || told(&records, "longer than"), "{:?}", notes(&records));
    // What is packed in itself again and again.
    let nested = (0..30).fold(b"word\n".to_vec(), |inner, _| gzip(std::iter::once(inner)));
    assert!(told(&survives("nested.gz", &nested), "lies in"), "gzip in gzip");
    let nested = (0..30).fold(b"word\n".to_vec(), |inner, n| zip(&[(format!("{n}.zip"), inner)]));
    assert!(told(&survives("nested.zip", &nested), "lies in"), "zip in zip");
    let wide = zip(&(0..3000).map(|n| (format!("{n}.txt"), b"word\n".to_vec())).collect::<Vec<_>>());
    assert!(told(&survives("wide.zip", &wide), "only the first"), "many files");
    let bombs = zip(&(0..20).map(|n| (format!("{n}.txt"), vec![b'a'; 8 << 20])).collect::<Vec<_>>());
    survives("bombs.zip", &bombs);
    for end in (0..bombs.len()).step_by(apart(4_001)) {
        read("cut.zip", &bombs[..end]);
    }
    // A file that says that it is another.
    survives("a.zip", b"PK\x03\x04 and nothing of the kind");
    survives("a.gz", b"\x1f\x8b\x08 and nothing of the kind");
}

#[test]
fn mails_without_end() {
    let many = size(10_000);
    let nested = format!("{HEAD}{}", "Content-Type: message/rfc822\n\n".repeat(many));
    assert!(
        told(&survives("messages in messages", nested.as_bytes()), "parts that stand deeper"),
        "messages"
    );
    let mut parts = HEAD.to_owned();
    for n in 0..many {
        let _ = write!(parts, "Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
    }
    assert!(told(&survives("parts in parts", parts.as_bytes()), "parts"), "parts");
    let wide = format!("{HEAD}Content-Type: multipart/mixed; boundary=x\n\n{}", "--x\n\nword\n".repeat(many));
    assert!(told(&survives("many parts", wide.as_bytes()), "only the first"), "many parts");
    // All parts end with the same boundary: each level would look through all that is below.
    let same = format!("{HEAD}{}", "Content-Type: multipart/mixed; boundary=x\n\n--x\n".repeat(many));
    survives("one boundary", same.as_bytes());
    let endless =
        format!("{HEAD}Content-Type: multipart/mixed; boundary={}\n\n--x\n", "x".repeat(size(1 << 20)));
    survives("a boundary without end", endless.as_bytes());
    let fields: String = (0..size(300_000)).fold(HEAD.to_owned(), |mut text, n| {
        let _ = writeln!(text, "X-{n}: word");
        text
    });
    assert!(told(&survives("fields", fields.as_bytes()), "fields of a header"), "fields");
    let folded = format!("{HEAD}Subject: a\n{}\n\nword\n", " =?utf-8?q?b?=\n".repeat(size(200_000)));
    survives("a field without end", folded.as_bytes());
    let received = format!(
        "{}{HEAD}\nword\n",
        "Received: from a (b [192.0.2.1]) by c; Mon, 2 Nov 2026 09:15:05 +0000\n".repeat(size(50_000))
    );
    survives("hops", received.as_bytes());
    let code = "QUFB".repeat(size(8 << 20) / 4);
    let encoded = format!("{HEAD}Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n{code}\n");
    survives("base64", encoded.as_bytes());
    let quoted =
        format!("{HEAD}Content-Transfer-Encoding: quoted-printable\n\n{}\n", "=\n".repeat(size(1 << 20)));
    survives("quoted-printable", quoted.as_bytes());
}

#[test]
fn charsets_that_are_none() {
    for charset in [
        "utf-16",
        "utf-7",
        "iso-2022-jp",
        "hz-gb-2312",
        "nonsense",
        "gb18030",
        "x-user-defined",
        "\"\"",
        "utf-8; charset=latin1",
    ] {
        for encoding in ["7bit", "8bit", "base64", "quoted-printable", "uuencode", "nonsense"] {
            let head = format!(
                "{HEAD}Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
            );
            let mut bytes = head.into_bytes();
            bytes.extend((0..=255u8).cycle().take(4000));
            bytes.extend(b"\n<bob@example.com>: 550 5.1.1 unknown\n");
            survives(charset, &bytes);
        }
    }
    for xml in
        ["<?xml version=\"1.0\" encoding=\"utf-7\"?><a><b x=\"1\"/></a>", "<?xml encoding='utf-16'?><a/>"]
    {
        survives("xml", xml.as_bytes());
    }
    let wide: Vec<u8> = "Nov 30 08:01:02 mx a: b\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    survives("odd", &wide[..wide.len() - 1]);
}

#[test]
fn bytes_that_are_no_text() {
    survives("NUL", &vec![0; size(8 << 20)]);
    survives("ff", &vec![0xff; size(8 << 20)]);
    let mut log = vec![0; size(8 << 20)];
    log.extend(b"Nov 30 08:01:02 mx postfix/qmgr[1]: 0A1B2C3D4E: from=<a@example.com>, size=1, nrcpt=1 (queue active)\n");
    assert!(told(&survives("NUL before a log", &log), "NUL bytes"), "NUL bytes are told");
    let mut state = 1u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    for _ in 0..size(200) {
        survives("random", &(0..2000).map(|_| random()).collect::<Vec<_>>());
    }
}

#[test]
fn a_line_of_a_hundred_megabytes() {
    for piece in ["a", "Nov 30 08:01:02 mx postfix/smtp[1]: ", "<a@example.com> ", "{\"items\":[", "\"", ","]
    {
        let bytes = piece.repeat(size(100 << 20) / piece.len()).into_bytes();
        let records = read(piece, &bytes);
        assert!(
            told(&records, "longer than")
                || told(&records, "larger than")
                || told(&records, "only the first")
                || rows(&records, "d") + rows(&records, "f") > 0
                || !notes(&records).is_empty(),
            "{piece}"
        );
    }
}

const LOG: &str = "Nov 30 08:01:02 mx postfix/smtpd[11]: 0A1B2C3D4E: client=a.example.com[192.0.2.1]\nNov 30 08:01:02 mx postfix/cleanup[12]: 0A1B2C3D4E: message-id=<x@example.com>\nNov 30 08:01:03 mx postfix/qmgr[13]: 0A1B2C3D4E: from=<ann@example.com>, size=1234, nrcpt=1 (queue active)\nNov 30 08:01:04 mx postfix/smtp[14]: 0A1B2C3D4E: to=<bob@example.net>, relay=b.example.net[192.0.2.2]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, status=bounced (host b.example.net[192.0.2.2] said: 550 5.1.1 unknown (in reply to RCPT TO command))\nNov 30 08:01:04 mx postfix/qmgr[13]: 0A1B2C3D4E: removed\n";

#[test]
fn logs_that_are_cut_or_turned() {
    for end in (0..LOG.len()).step_by(apart(3)) {
        assert!(rows(&read("cut", &LOG.as_bytes()[..end]), "mail.deliveries") <= 1);
        assert!(rows(&read("begun late", &LOG.as_bytes()[end..]), "mail.deliveries") <= 1);
    }
    // A rotation cuts a log in two, the newer half first, and a copy of a line stands in both.
    let (old, new) = LOG.split_at(LOG.find("Nov 30 08:01:04").unwrap());
    survives("turned", format!("{new}{old}{new}").as_bytes());
    // Clocks that go back, days that are none, years that jump.
    for stamp in [
        "Nov 30 08:01:02",
        "Nov 29 08:01:02",
        "Feb 30 25:61:61",
        "Dec 31 23:59:60",
        "Jan  0 00:00:00",
        "9999-12-31T23:59:59Z",
        "0000-00-00T00:00:00Z",
        "-9999-01-01T00:00:00+99:99",
    ] {
        let log = LOG.replace("Nov 30 08:01:03", stamp);
        survives(stamp, log.as_bytes());
    }
    let back: String = (0..size(60_000)).rev().fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "Nov 30 {:02}:{:02}:{:02} mx postfix/smtp[1]: {n:010X}: to=<a{n}@example.net>, relay=none, delay=1, dsn=4.4.1, status=deferred (connect to x[192.0.2.1]:25: Connection timed out)", n / 3600 % 24, n / 60 % 60, n % 60);
        text
    });
    let records = survives("clocks that go back", back.as_bytes());
    assert!(rows(&records, "mail.deliveries") > 0);
    let packed = gzip(std::iter::once(back.into_bytes()));
    let records = read("cut.gz", &packed[..packed.len() / 2]);
    assert!(told(&records, "ends in the middle"), "{:?}", notes(&records));
}

#[test]
fn recipients_without_end() {
    let many = size(1_000_000);
    let mut dsn = format!(
        "{HEAD}Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n\nwords\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
    );
    for n in 0..many {
        let _ = write!(dsn, "Final-Recipient: rfc822; a{n}@example.com\nAction: failed\nStatus: 5.1.1\n\n");
    }
    dsn.push_str("--x--\n");
    let records = read("recipients", dsn.as_bytes());
    assert!(rows(&records, "mail.deliveries") > 1000);
    assert!(!notes(&records).is_empty(), "that there are more is told");
    let named = format!("{HEAD}X-Failed-Recipients: {}\n\nfailed\n", "a@example.com, ".repeat(size(200_000)));
    survives("X-Failed-Recipients", named.as_bytes());
    let to = format!(
        "Nov 30 08:01:02 mx sendmail[1]: 4AULabcd012345: to={}, stat=Sent\n",
        "<a@example.com>,".repeat(size(60_000))
    );
    survives("to=", to.as_bytes());
}

/// What invites a reader to look again and again at the same.
#[test]
#[allow(clippy::too_many_lines, reason = "a list")]
fn look_alikes_take_no_longer_than_they_are_long() {
    let pieces = [
        "<",
        ">",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        " ",
        "\t",
        "@",
        ".",
        ":",
        ";",
        ",",
        "=",
        "-",
        "_",
        "/",
        "\\",
        "&lt;",
        "a@",
        "@a",
        "a.",
        ".a",
        "a-",
        "1.",
        "1.1.1.1.",
        "1:",
        "::",
        "=?",
        "=?a?q?",
        "=?utf-8?q?a?= ",
        "<a@b.c>",
        "<a@",
        "550 ",
        "550-",
        "550-5.7.1 x ",
        "5.7.1 ",
        "status=",
        "said: ",
        "to=<",
        "from ",
        "host a[",
        "subject=",
        "subject='",
        "user=",
        "/home/",
        "+49 ",
        "é",
        "é@",
        "\u{202e}",
        "漢",
        "&",
        "%40",
        "a%40",
        "T=\"",
        "id=",
        "queued as ",
        "in reply to ",
        "Subject: a\n",
        "Received: from a\n",
        "Received: from a (",
        "From: a\n",
        "--a\n",
        ">",
        "> ",
        ">>",
        "Nov 30 08:01:02 ",
        "Nov 30 08:01:02 mx a[1]: ",
        "v=spf1 ",
        "include:a.example ",
        "a.example. 300 IN TXT \"",
        ";; ANSWER SECTION:\n",
        "$ dig a.example\n",
        "220 a ESMTP\n",
        "EHLO a\n",
        "250-a\n",
        "354 go\n",
        "DATA\n",
        "depth=0 ",
        "<-  220 a\n",
        "Final-Recipient: rfc822; a@b.c\n",
        "Diagnostic-Code: smtp; 550 a\n",
        "a: b\n",
        "a = b\n",
        "a,",
        "a\t",
        "<a>",
        "</a>",
        "<a b=\"",
        "{\"a\":",
        "[{",
        "\"a\":[",
        "\\u0041",
        "<![CDATA[",
        "<!--",
        "<?",
    ];
    for piece in pieces {
        let text = piece.repeat(size(1 << 15) / piece.len());
        survives(piece, text.as_bytes());
        survives(piece, format!("{HEAD}\n{text}").as_bytes());
        survives(piece, format!("{HEAD}X: {text}\n\n").as_bytes());
        survives(piece, format!("{HEAD}Subject: {}\n\n", text.replace('\n', " ")).as_bytes());
        survives(
            piece,
            format!("Nov 30 08:01:02 mx postfix/smtp[1]: 0A1B2C3D4E: {}\n", text.replace('\n', " "))
                .as_bytes(),
        );
    }
}

#[test]
fn trees_without_end() {
    let many = size(1_000_000);
    for (open, close) in [("[", "]"), ("{\"items\":", "}"), ("{\"items\":[", "]}"), ("[[", "")] {
        let text = format!("{}1{}", open.repeat(many), close.repeat(many));
        survives(open, text.as_bytes());
    }
    for text in [
        format!("{}{}", "<a>".repeat(many), "</a>".repeat(many)),
        "<a>".repeat(many),
        format!(
            "<a><b {}/></a>",
            (0..size(100_000)).fold(String::new(), |text, n| text + &format!("x{n}=\"1\" "))
        ),
        format!("<a>{}</a>", "<b x=\"1\"/>".repeat(size(200_000))),
        format!("<a><b>{}</b></a>", "&amp;".repeat(many)),
    ] {
        survives("xml", format!("<?xml version=\"1.0\"?>\n{text}").as_bytes());
    }
    let mut laughs = "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY l0 \"lol\">\n".to_owned();
    for n in 1..30 {
        let _ = writeln!(laughs, "<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10));
    }
    laughs.push_str("]><a><b><x>&l29;</x></b></a>");
    let records = survives("laughs", laughs.as_bytes());
    assert!(records.tables.values().flat_map(|table| &table.rows).all(|row| row.at.text.len() < 10_000));
    let outside = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a><b><x>&x;</x></b></a>";
    let records = survives("outside", outside.as_bytes());
    assert!(!format!("{records:?}").contains("root:"));
}

#[test]
fn cells_without_end() {
    let columns = size(1_000_000);
    let names: String = (0..columns).fold("x,y".to_owned(), |mut text, n| {
        let _ = write!(text, ",c{n}");
        text
    });
    let wide = format!("{names}\n{}\n{}\n", ",1".repeat(columns), "1,".repeat(columns));
    survives("columns", wide.as_bytes());
    let open = format!("x,y\n1,\"{}", "a\n".repeat(size(1 << 20)));
    survives("a quote that never closes", open.as_bytes());
    let deep: String = (0..size(20_000)).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "{}k{n}:", " ".repeat(n % 3000));
        text
    });
    survives("fields within fields", deep.as_bytes());
    let uneven = format!("x,y\n{}", "1\n1,2,3\n\"\n".repeat(size(100_000)));
    survives("uneven", uneven.as_bytes());
}

/// The program itself, with no more memory than it may take.
#[cfg(target_os = "linux")]
#[test]
fn artefacts_of_any_length_take_little_memory() {
    use std::process::{Command, Stdio};
    let lines = LOG.repeat(size(50 << 20) / LOG.len());
    let cases: [(&str, Vec<u8>); 4] = [
        ("log", lines.into_bytes()),
        ("line", vec![b'a'; size(100 << 20)]),
        ("bomb", gzip((0..80).map(|_| b"Nov 30 08:01:02 mx a: b\n".repeat(40_000)))),
        ("blanks", vec![b'\n'; size(10 << 20)]),
    ];
    for (what, bytes) in cases {
        let mut child = Command::new("sh")
            .args([
                "-c",
                "ulimit -v 1000000; exec \"$0\" records - --format json >/dev/null",
                env!("CARGO_BIN_EXE_ruleout"),
            ])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let feeding = std::thread::spawn(move || _ = input.write_all(&bytes));
        let output = child.wait_with_output().unwrap();
        feeding.join().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code().is_some_and(|code| code < 2), "{what}: {:?} {said}", output.status);
    }
}
