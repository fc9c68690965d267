//! Artefacts that a pack's own tables read: `tests/suite/declared`, each with the tables that are declared for it here. What is read
//! stands beside it as a snapshot.

use std::path::Path;

use jiff::civil::date;
use jiff::tz::TimeZone;
use libtest_mimic::Trial;
use regex::Regex;
use ruleout::evidence::{self, CellFormat, Declared, DeclaredColumn, Input, Options, Shape};
use ruleout::render::records::text;
use ruleout::value::Type;
use ruleout::value::unit::unit;

use crate::support::snapshot::snapshot_in;

/// Wide enough that no cell of an artefact here is wrapped.
const WIDTH: usize = 400;

pub(crate) fn tests() -> Vec<Trial> {
    let of_table = |declared: Declared| {
        Trial::test(format!("declared::{}", declared.name), move || {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/declared");
            let file = declared.files[0].clone();
            let bytes = std::fs::read(folder.join(&file)).unwrap();
            let name = declared.name.clone();
            let zone = Some(TimeZone::get("Europe/Berlin").unwrap());
            let newest = Some(date(2026, 12, 1));
            assert_eq!(evidence::check(&declared), []);
            let options = Options { declared: vec![declared], newest, zone, ..Options::default() };
            let records = evidence::read(vec![Input::of_bytes(file, &bytes)], &options, &mut |_| ());
            snapshot_in(Path::new("tests/snapshots/declared"), &name, &text(&records, WIDTH));
            Ok(())
        })
    };
    let mut tests: Vec<Trial> = tables().into_iter().map(of_table).collect();
    tests.push(Trial::test("declared::damaged", || {
        damaged();
        Ok(())
    }));
    for (name, text, said) in hostile() {
        tests.push(Trial::test(format!("declared::hostile_{name}"), move || {
            let options = Options { declared: any_name(), ..Options::default() };
            let records = evidence::read(vec![Input::of_bytes("x", text.as_bytes())], &options, &mut |_| ());
            let notes: Vec<_> = records.artefacts.iter().flat_map(|artefact| &artefact.notes).collect();
            assert!(said.is_empty() || notes.iter().any(|note| note.text.contains(said)), "{notes:?}");
            Ok(())
        }));
    }
    tests
}

/// The tables, each for files of any name.
fn any_name() -> Vec<Declared> {
    tables().into_iter().map(|table| Declared { files: Vec::new(), ..table }).collect()
}

/// Bytes that mean something in one format or other.
const ODD: &[u8] = b"\"'<>&{}[]:;,\n\r\t\0\xff\xc3 -=%";

/// Reads every artefact cut off, and with bytes that are none of its own, for all tables at once: nothing panics.
fn damaged() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/declared");
    let options = Options { declared: any_name(), ..Options::default() };
    let mut state = 1_u32;
    let mut random = |most: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % most
    };
    for table in tables() {
        let whole = std::fs::read(folder.join(&table.files[0])).unwrap();
        for _ in 0..40 {
            let mut bytes = whole.clone();
            for _ in 0..random(4) {
                let at = random(bytes.len());
                bytes[at] = ODD[random(ODD.len())];
            }
            bytes.truncate(random(bytes.len()) + 1);
            let records = evidence::read(vec![Input::of_bytes("x", &bytes)], &options, &mut |_| ());
            assert!(text(&records, WIDTH).len() > 1);
        }
    }
}

/// Artefacts that are made to be hard to read, and what is said of each.
fn hostile() -> Vec<(&'static str, String, &'static str)> {
    let entities = "<!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>";
    vec![
        ("line", "a".repeat(100 << 20), "a line is longer"),
        ("json_open", "[".repeat(4 << 20), "its end is missing"),
        ("json_deep", format!("{}{}", "[".repeat(1 << 20), "]".repeat(1 << 20)), ""),
        ("json_lines", "{\n".repeat(1 << 18), "its end is missing"),
        ("xml_deep", "<a>".repeat(1 << 20), "elements lie deeper"),
        ("xml_wide", format!("<Events><Event>{}", "<a/>".repeat(1 << 21)), "XML ends in the middle"),
        ("xml_entities", format!("{entities}<Events><Event>&b;</Event></Events>"), "declares entities"),
        ("csv_quote", format!("c-ip,sc-status\n\"{}", "a,b\n".repeat(1 << 16)), "a record does not end"),
    ]
}

/// All tables, each called after its file.
#[allow(clippy::too_many_lines, reason = "a list")]
fn tables() -> Vec<Declared> {
    vec![
        table(
            "switch.log",
            Shape::Lines {
                starts: regex(
                    r"^\*?(?<at>\w{3} +\d+ [\d:.]+): %(?<facility>[A-Z_0-9]+)-(?<severity>\d)-(?<code>\w+): (?<text>.*)$",
                ),
                also: vec![regex(r"Interface (?<interface>\S+), changed state to (?<state>\w+)")],
            },
            vec![
                column("at", Type::Time, &[]).time("MMM d HH:mm:ss.SSS"),
                column("severity", Type::Number, &[]),
                column("code", Type::Text, &[]),
                column("interface", Type::Text, &[]),
                column("state", one_of(&["up", "down"]), &[]),
                column("text", Type::Text, &[]),
            ],
        ),
        table(
            "app.log",
            Shape::Lines {
                starts: regex(
                    r"^(?<at>[\d-]+ [\d:,]+) (?<level>\w+) +\[(?<thread>[^\]]+)\] (?<logger>\S+) - (?<text>.*)$",
                ),
                also: vec![regex(r"^Caused by: (?<root>\S+): (?<root_text>.*)$")],
            },
            vec![
                column("at", Type::Time, &[]).time("yyyy-MM-dd HH:mm:ss,SSS"),
                column("level", one_of(&["error", "warn", "info"]), &[]),
                column("thread", Type::Text, &[]),
                column("cause", Type::Text, &["root"]),
                column("cause_text", Type::Text, &["root_text"]),
                column("text", Type::Text, &[]),
            ],
        ),
        table(
            "show-interfaces.txt",
            Shape::Lines {
                starts: regex(r"^(?<name>\S+) is (?<admin>[a-z ]+), line protocol is (?<line>\w+)"),
                also: vec![
                    regex(r"address is (?<address>[0-9a-f.]+)"),
                    regex(r"^\s+(?<duplex>Full|Half)-duplex, (?<speed>\S+),"),
                    regex(r"(?<errors>\d+) input errors, (?<crc>\d+) CRC"),
                ],
            },
            vec![
                column("name", Type::Text, &[]),
                column("admin", one_of(&["up", "administratively_down"]), &[]),
                column("line", one_of(&["up", "down"]), &[]),
                column("duplex", one_of(&["full", "half"]), &[]),
                column("speed", Type::Text, &[]),
                column("errors", Type::Number, &[]),
                column("crc", Type::Number, &[]),
            ],
        ),
        table(
            "pods.json",
            Shape::Json { path: "items[*] as pod, status.containerStatuses[*] as c".into() },
            vec![
                column("pod", Type::Text, &["pod.metadata.name"]),
                column("tier", Type::Text, &[r#"pod.metadata.labels["app.example.com/tier"]"#]),
                column("container", Type::Text, &["c.name"]),
                column("restarts", Type::Number, &["c.restartCount"]),
                column("ready", Type::YesNo, &["ready"]),
                column("pod_ready", Type::YesNo, &[r#"pod.status.conditions["Ready"].status"#]),
                column("reason", Type::Text, &["c.state.waiting.reason", "c.lastState.terminated.reason"]),
                column("exit", Type::Number, &["c.lastState.terminated.exitCode"]),
                column("ended", Type::Time, &["c.lastState.terminated.finishedAt"]),
            ],
        )
        .complete(),
        table(
            "requests.log",
            Shape::Json { path: String::new() },
            vec![
                column("path", Type::Text, &[]),
                column("status", Type::Number, &[]),
                column("took", Type::Duration, &["ms"]).unit("ms"),
                column("code", Type::Text, &["error.code"]),
                column("tag", Type::Text, &["tags[1]"]),
            ],
        ),
        table(
            "describe-pod.txt",
            Shape::Fields { starts: None },
            vec![
                column("name", Type::Text, &[]),
                column("status", Type::Text, &[]),
                column("started", Type::Time, &["Start Time"]),
                column("labels", Type::Text, &[]),
                column("reason", Type::Text, &["State/Reason"]),
                column("last_reason", Type::Text, &["Last State/Reason"]),
                column("exit", Type::Number, &["Exit Code"]),
                column("restarts", Type::Number, &["Restart Count"]),
                column("memory", Type::Size, &["Limits/memory"]),
                column("ready", Type::YesNo, &["Conditions/Ready"]),
            ],
        ),
        table(
            "systemctl-status.txt",
            Shape::Fields { starts: Some(regex(r"^[●×○*] (?<unit>\S+)")) },
            vec![
                column("unit", Type::Text, &[]),
                column("loaded", Type::Text, &[]),
                column("active", Type::Text, &["Active"]),
                column("tasks", Type::Text, &[]),
                column("process", Type::Text, &["Main PID"]),
                column("group", Type::Text, &["CGroup"]),
                column("cpu", Type::Duration, &[]),
            ],
        ),
        table(
            "trace.csv",
            Shape::Csv,
            vec![
                column("at", Type::Time, &["Received (UTC)"]).time("M/d/yyyy h:mm:ss a").zone("UTC"),
                column("sender", Type::Text, &["Sender Address"]),
                column("recipient", Type::Text, &["recipient address"]),
                column("subject", Type::Text, &[]),
                column("status", one_of(&["delivered", "failed", "filtered_as_spam", "quarantined"]), &[]),
                column("size", Type::Size, &[]),
                column("client", Type::Ip, &["FromIP"]),
                column("reason", Type::Text, &["Detail"]),
            ],
        ),
        table(
            "excel.csv",
            Shape::Csv,
            vec![
                column("at", Type::Time, &["Datum"]).time("dd.MM.yyyy HH:mm"),
                column("customer", Type::Text, &["Kunde"]),
                column("amount", Type::Number, &["Betrag"]).decimal(','),
                column("share", Type::Percent, &["Anteil"]).decimal(','),
                column("size", Type::Size, &["Größe (MB)"]).decimal(',').unit("MB"),
                column("paid", Type::YesNo, &["Bezahlt"]),
            ],
        ),
        table(
            "iis.log",
            Shape::Csv,
            vec![
                column("client", Type::Ip, &["c-ip"]),
                column("path", Type::Text, &["cs-uri-stem"]),
                column("query", Type::Text, &["cs-uri-query"]),
                column("status", Type::Number, &["sc-status"]),
                column("took", Type::Duration, &["time-taken"]).unit("ms"),
            ],
        ),
        table(
            "events.xml",
            Shape::Xml { path: "Events.Event[*]".into() },
            vec![
                column("id", Type::Number, &["System.EventID"]),
                column("provider", Type::Text, &["System.Provider.@Name"]),
                column("at", Type::Time, &["System.TimeCreated.@SystemTime"]),
                column("computer", Type::Domain, &["System.Computer"]),
                column("user", Type::Text, &[r#"EventData.Data["TargetUserName"]"#]),
                column("client", Type::Ip, &[r#"EventData.Data["IpAddress"]"#]),
                column("reason", Type::Text, &[r#"EventData.Data["FailureReason"]"#]),
            ],
        ),
    ]
}

fn table(file: &str, shape: Shape, columns: Vec<Column>) -> Declared {
    let columns = columns.into_iter().map(|column| column.0).collect();
    let name = file.split('.').next().unwrap().to_owned();
    Declared { name, shape, files: vec![file.to_owned()], complete: false, columns }
}

trait Complete {
    fn complete(self) -> Self;
}

impl Complete for Declared {
    fn complete(self) -> Self {
        Self { complete: true, ..self }
    }
}

struct Column(DeclaredColumn);

fn column(name: &str, ty: Type, from: &[&str]) -> Column {
    let from = from.iter().map(|&from| from.to_owned()).collect();
    Column(DeclaredColumn { name: name.to_owned(), ty, from, format: CellFormat::default() })
}

impl Column {
    fn time(mut self, pattern: &str) -> Self {
        self.0.format.time = Some(pattern.to_owned());
        self
    }

    fn zone(mut self, name: &str) -> Self {
        self.0.format.zone = Some(TimeZone::get(name).unwrap());
        self
    }

    fn unit(mut self, word: &str) -> Self {
        self.0.format.unit = unit(word);
        self
    }

    fn decimal(mut self, sign: char) -> Self {
        self.0.format.decimal = Some(sign);
        self
    }
}

fn one_of(values: &[&str]) -> Type {
    Type::OneOf(values.iter().map(|&value| value.to_owned()).collect())
}

fn regex(text: &str) -> Regex {
    Regex::new(text).unwrap()
}
