//! Texts that nobody writes by hand: enormous, nested without end, cut off anywhere, of any bytes. Each is answered with
//! problems, and soon: never a panic, a hang, or a silent drop.

use crate::support::pack::diagnose;
use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use ruleout::document::tree::Format;
use ruleout::graph::InferenceGraph;
use ruleout::pipeline;
use ruleout::problem::{Code, Problems, Severity};
use ruleout::render::problems::{Look, text};
use ruleout::source::{Source, Sources};

use crate::support::folder::Folder;
use crate::support::pack::{self, BASE, BYTES, Compiled, MANIFEST, Texts};
use crate::support::profile::{apart, config, size};

/// What works for longer than this hangs.
const SOON: Duration = Duration::from_mins(2);

pub(crate) fn soon<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let before = worked(start);
    let result = run();
    let taken = worked(start).saturating_sub(before);
    let what: String = what.chars().take(40).collect();
    assert!(taken < SOON, "{what:?} took {taken:?}");
    result
}

/// Returns how long this thread has had a processor, for which it waits where a machine is busy; where the system does not
/// say so, how long ago it started.
fn worked(start: Instant) -> Duration {
    let of_thread = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = of_thread.and_then(|numbers| numbers.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Checks a text as a file of the base pack, and shows what is wrong.
fn check(what: &str, written: impl Into<String>) -> Problems {
    let texts = Texts::beside_base(&[("hostile.ruleout", written.into())]);
    let Compiled { graph, problems, sources } = soon(what, || texts.compile());
    assert_eq!(graph.is_some(), !problems.has_errors(), "{what}");
    soon(what, || text(&problems, &sources, Look::Plain));
    problems
}

/// Reads a text as the manifest of the base pack.
fn manifest(written: &str) {
    Texts::beside_base(&[("pack.ron", written)]).compile();
}

fn base() -> Arc<InferenceGraph> {
    pack::compile(&[("base.ruleout", BASE)]).graph.unwrap()
}

/// Reads a text as facts, shows what is wrong, and answers.
fn facts(graph: &Arc<InferenceGraph>, what: &str, written: impl Into<String>, format: Format) -> Problems {
    let mut sources = Sources::default();
    let id = sources.add(Source::new(format!("facts.{}", format.name()), written));
    let (facts, problems) = soon(what, || pipeline::read_facts(graph, &sources, id, format));
    soon(what, || text(&problems, &sources, Look::Plain));
    soon(what, || diagnose(graph, &facts));
    problems
}

fn codes(problems: &Problems) -> Vec<Code> {
    problems.iter().map(|p| p.code).collect()
}

#[test]
fn brackets_without_end() {
    let depth = size(100_000);
    let deep =
        |open: &str, close: &str| format!("{}sandbox.enabled{}", open.repeat(depth), close.repeat(depth));
    for (open, close) in
        [("(", ")"), ("not (", ")"), ("(", ""), ("at least 1 of { ", "}"), ("any users where (", ")")]
    {
        let written = format!("symptom deep \"Deep\" when {}", deep(open, close));
        assert_eq!(codes(&check(open, written)), [Code::TooDeep], "{open}");
    }
    check("not not", format!("symptom deep \"Deep\" when {} sandbox.enabled", "not ".repeat(depth)));
    // Brackets in lists within lists: each is read once, however deep.
    let within = |text: String, _| format!("at least 1 of {{ refused is one of yes, ({text}) is yes }}");
    let written = (0..30).fold("refused".to_owned(), within);
    check("lists in lists", format!("symptom deep \"Deep\" when {written}"));
    check("curly", "{".repeat(depth));
    check("round", ")".repeat(depth));
    let graph = base();
    for format in Format::ALL {
        for (open, close) in
            [("[", "]"), ("{a: ", "}"), ("(a: ", ")"), ("{\"a\": ", "}"), ("a = [", "]"), ("- ", "")]
        {
            for written in [
                deep(open, close),
                format!("users: {}", deep(open, close)),
                format!("users = {}", deep(open, close)),
            ] {
                let problems = facts(&graph, open, written, format);
                assert!(!problems.is_empty(), "{open} {}", format.name());
            }
        }
    }
}

/// Repeats a part until it makes an enormous text.
fn enormous(part: &str) -> String {
    part.repeat(size(1 << 19) / part.len())
}

#[test]
fn enormous_packs() {
    for part in [
        "x",
        " ",
        "\n",
        "\"",
        "\"a",
        "“",
        "“a\n",
        "//",
        "/",
        "a ",
        "a, ",
        "a\n",
        "{\n",
        "}\n",
        "(\n",
        "a.",
        ".",
        "é",
        "rule a {\n",
        "rule a {}\n",
        "cause a \"\n",
        "usually with a\n",
        "fact a: one of b, \n",
        "not ",
        "- ",
        "matches /",
        "\r",
    ] {
        check(part, enormous(part));
        check(part, format!("rule refused {{\n{}\n}}", enormous(part)));
        check(part, format!("symptom odd \"Odd\" when rejection.text is \"a\" or {}", enormous(part)));
    }
}

#[test]
fn names_without_end_that_nobody_declares() {
    let many = size(20_000);
    let numbered = |line: &str| {
        let lines = (0..many).map(|n| line.replace('#', &n.to_string()));
        lines.collect::<String>()
    };
    let causes = numbered("cause cause_number_# \"C\" { rare }\n");
    let unknown = numbered("  usually with cause_numbr_#\n");
    let problems = check("unknown names", format!("{causes}rule refused {{\n{unknown}  rarely anyway\n}}"));
    assert_eq!(problems.count(Severity::Error), many);
}

#[test]
fn enormous_fact_files() {
    let graph = base();
    for part in [
        "x", "a: b\n", "\"", "- ", "[", "a = 1\n", "{", "users:\n", "&a [*a,", "é", "# \n", "'", "\t", "a.",
        "? ", "!!a ",
    ] {
        for format in Format::ALL {
            facts(&graph, part, enormous(part), format);
        }
    }
}

/// Each on the one before it: nothing calls itself as deep as that.
#[test]
fn chains_and_circles_without_end() {
    let many = size(20_000);
    let chain = |first: &str, link: &dyn Fn(usize) -> String| {
        first.to_owned() + &(1..many).map(link).collect::<String>()
    };
    let derived = chain("fact d0: number\n", &|n| format!("derive d{n}: number = d{} + 1\n", n - 1));
    assert_eq!(codes(&check("derived", derived)), []);
    let seen = chain("fact d0: yes/no { rarely yes }\n", &|n| format!("symptom d{n} when not d{}\n", n - 1));
    let last = many - 1;
    let cause = format!("cause odd \"Odd\" {{ common when d{last}\n rare otherwise }}\n");
    assert_eq!(codes(&check("seen", seen + &cause)), []);
    let both: Vec<String> =
        (2..200).map(|n| format!("symptom d{n} when d{} and not d{}\n", n - 1, n - 2)).collect();
    let both = both.concat();
    let facts = "fact d0: yes/no { rarely yes }\nfact d1: yes/no { often yes }\n";
    let cause = "cause odd \"Odd\" { common when d199\n rare otherwise }\n";
    assert_eq!(codes(&check("each on two", format!("{facts}{both}{cause}"))), []);
    let circle = (0..many).map(|n| format!("derive d{n}: number = d{} + 1\n", (n + 1) % many));
    assert_eq!(codes(&check("circle", circle.collect::<String>())), [Code::Circle]);
    let sum = format!("symptom odd when rejection.code > {}\n", vec!["1"; many].join(" + "));
    assert_eq!(codes(&check("sum", sum)), [Code::TooLarge]);
}

#[test]
fn numbers_beyond_all_bounds() {
    let long = "9".repeat(400);
    for condition in [
        format!("rejection.code is {long}"),
        format!("queue.wait > {long} days"),
        format!("message.size > {long} GB"),
        "queue.wait > 99999999999999999999 weeks".to_owned(),
    ] {
        assert_eq!(codes(&check("number", format!("symptom odd when {condition}\n"))), [Code::TooLarge]);
    }
    let chance = format!("rule refused {{ 1 in {long} anyway }}\n");
    assert_eq!(codes(&check("chance", chance)), [Code::Chance]);
    let pattern = "symptom odd when rejection.text matches /(a{1000}){1000}/\n";
    assert_eq!(codes(&check("pattern", pattern)), [Code::TooLarge]);
}

#[test]
fn all_of_many_mistakes_are_counted() {
    let rules: Vec<String> = (0..3000).map(|n| format!("cause c{n} \"C\" {{ usualy }}\n")).collect();
    let problems = check("many", rules.concat());
    assert_eq!(problems.count(Severity::Error), 3000);
    assert!(problems.len() < 3000);
}

#[test]
fn a_bomb_of_aliases() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, before) in ('b'..='i').zip('a'..) {
        let nine = vec![format!("*{before}"); 9].join(", ");
        bomb.extend([name.to_string(), format!(": &{name} [{nine}]\n")]);
    }
    let problems = facts(&base(), "a bomb", bomb, Format::Yaml);
    assert_eq!(codes(&problems), [Code::TooLarge]);
}

/// Checks a folder with a pack of one file.
fn check_folder(name: &str, content: &[u8]) -> Vec<Code> {
    let folder = Folder::new();
    folder.write("pack.ron", MANIFEST);
    folder.write("base.ruleout", content);
    let texts = soon(name, || Texts::read(Some(folder.root()), BYTES));
    let Compiled { problems, sources, .. } = soon(name, || texts.compile());
    text(&problems, &sources, Look::Plain);
    codes(&problems)
}

#[test]
fn bytes_that_are_no_text_and_texts_of_other_machines() {
    let changed = BASE.replace("Wait for the scan", "Wait for the scän");
    let latin: Vec<u8> = changed.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert_eq!(check_folder("latin", &latin), [Code::NotUtf8]);
    let wide: Vec<u8> =
        std::iter::once(0xFEFF).chain(BASE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(check_folder("wide", &wide), [Code::NotUtf8]);
    let unmarked: Vec<u8> = BASE.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(check_folder("wide_without_mark", &unmarked), [Code::NotUtf8]);
    assert_eq!(check_folder("no_text", &[0x7F, b'E', b'L', b'F', 0, 0xFF, 0, 1])[0], Code::NotUtf8);
    let old = format!("// of old\n{BASE}").replace('\n', "\r");
    assert_eq!(check_folder("old_mac_comment", old.as_bytes()), []);
    assert_eq!(check_folder("mark", format!("\u{feff}{BASE}").as_bytes()), []);
    assert_eq!(check_folder("windows", BASE.replace('\n', "\r\n").as_bytes()), []);
    assert_eq!(check_folder("old_mac", BASE.replace('\n', "\r").as_bytes()), []);
    assert_eq!(check_folder("tabs", BASE.replace("  ", "\t").as_bytes()), []);
    assert_eq!(check_folder("nul", BASE.replacen("fact sandbox", "\0fact sandbox", 1).as_bytes()).len(), 1);
    assert_eq!(check_folder("fifty_megabytes", &vec![b' '; 50 << 20])[0], Code::TooLarge);
}

#[test]
fn a_pack_that_is_cut_off_anywhere() {
    for (at, _) in BASE.char_indices().step_by(apart(7)) {
        let Compiled { graph, problems, sources } = pack::compile(&[("base.ruleout", &BASE[..at])]);
        assert_eq!(graph.is_some(), !problems.has_errors(), "cut at {at}");
        text(&problems, &sources, Look::Plain);
    }
    for (at, _) in MANIFEST.char_indices() {
        manifest(&MANIFEST[..at]);
    }
}

const FACTS: [(Format, &str); 4] = [
    (
        Format::Yaml,
        "impact.users: one\nqueue.wait: \"> 5 min\"\nusers:\n  - { address: ann, wait: 5 min, affected: yes }\nlog:\n  received_at: 2026-01-31 14:05\nmail.direction: [inbound]\nrejection.text: { is: blocked, sure: usually }\n",
    ),
    (
        Format::Json,
        "{\"impact.users\": \"one\", \"users\": [{\"address\": \"ann\", \"affected\": true}], \"rejection\": {\"code\": 550}}",
    ),
    (
        Format::Toml,
        "impact.users = \"one\"\nqueue.wait = \"5 min\"\n[[users]]\naddress = \"ann\"\n[rejection]\ncode = 550\n",
    ),
    (
        Format::Ron,
        "(message: (size: \"3 MB\"), users: [(address: \"ann\", affected: true)], rejection: (code: 550, text: Some(\"x\")))",
    ),
];

/// Words, signs and blanks of a text.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for c in text.chars() {
        match parts.last_mut() {
            Some(last) if c.is_alphanumeric() && last.ends_with(char::is_alphanumeric) => last.push(c),
            _ => parts.push(c.to_string()),
        }
    }
    parts
}

/// A text with some of its parts taken away, doubled or moved.
fn mutated(text: &str, changes: &[(u8, prop::sample::Index, prop::sample::Index)]) -> String {
    let mut parts = parts(text);
    for (kind, from, to) in changes {
        if parts.is_empty() {
            break;
        }
        let (from, to) = (from.index(parts.len()), to.index(parts.len()));
        match kind % 4 {
            0 => _ = parts.remove(from),
            1 => parts.insert(to, parts[from].clone()),
            2 => parts.swap(from, to),
            _ => parts.truncate(from.max(parts.len() / 2)),
        }
    }
    parts.concat()
}

fn changes() -> impl Strategy<Value = Vec<(u8, prop::sample::Index, prop::sample::Index)>> {
    prop::collection::vec((any::<u8>(), any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..6)
}

proptest! {
    #![proptest_config(config(192))]

    #[test]
    fn no_text_makes_check_panic(written in "(?s).{0,200}", words in prop::collection::vec(prop::sample::select(parts(BASE)), 0..60)) {
        check("any text", written.clone());
        check("any words", words.concat());
        check("any words", words.join(" "));
        manifest(&written);
    }

    #[test]
    fn no_change_of_a_pack_makes_check_or_diagnose_panic(changes in changes(), of in prop::sample::select(BASE.split("\n\n").collect::<Vec<_>>())) {
        let broken = BASE.replace(of, &mutated(of, &changes));
        let Compiled { graph, problems, sources } = pack::compile(&[("base.ruleout", broken)]);
        text(&problems, &sources, Look::Plain);
        for (format, written) in FACTS {
            graph.as_ref().map(|graph| facts(graph, "facts", written, format));
        }
        manifest(&mutated(MANIFEST, &changes));
    }

    #[test]
    fn no_fact_file_makes_diagnose_panic(written in "(?s).{0,200}", changes in changes()) {
        let graph = base();
        for (format, good) in FACTS {
            facts(&graph, "any text", written.clone(), format);
            facts(&graph, "a changed text", mutated(good, &changes), format);
        }
    }
}
