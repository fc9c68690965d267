//! Every name of a pack, renamed in the editor: pack and cases mean what they meant, or it is refused with a place.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ruleout::cases;
use ruleout::pack::references::{Reference, Role, Symbol};
use ruleout::source::Span;

use super::{able, edited, rename};
use crate::lsp::client::Client;
use crate::support::data::is_fact_file;
use crate::support::folder::Folder;
use crate::support::pack::{compile_folder, manifest};
use crate::support::profile::apart;

/// Columns, sets, levels, groups, persons, and fact files of every format in which names are nested, dotted and in quotes.
const ZOO: &str = r#"
fact users: table of { name: text, affected: yes/no, host: one of alpha, beta } { ask "Who?" }
fact lights: one of jam, off, none { ask "Which?" }
fact job.delay: duration { ask "How long?" }
fact job.kind: some of print, scan { ask "What kind?" }
fact door.open: yes/no { ask "Is it open?" }
symptom hit "Somebody is hit" when any users where (affected and host is alpha)
symptom pace "How fast" in levels {
  normal when job.delay <= 1 min
  slow   when job.delay <= 5 min
  stuck  otherwise
}
symptom scanning "Scanning" when job.kind has scan and pace at least slow
rule hit { usually with worn  rarely anyway }
rule lights { usually jam with stuck_paper, old_parts  rarely jam, rarely off anyway }
rule waiting { when pace is stuck  often with worn  rarely anyway }
rule scanning { often with stuck_paper  rarely anyway }
cause worn "The rollers are worn" { common  fix rollers  part of old_parts }
cause stuck_paper "Paper is stuck" { uncommon  fix take_out  told by door.open  leads to worn rarely }
cause lid "The lid is open" { rare  fix take_out, rollers }
fix rollers "Change the rollers" { by technician  takes 20 min  step "Change them."  verify not hit }
fix take_out "Take it out" { by user  takes 1 min  step "Take it out."  verify pace is normal }
"#;

const CASES: &[(&str, &str)] = &[
    (
        "a.yaml",
        "users:\n  - { name: Ann, affected: yes, host: alpha }\n  - \"affected\": no\n    host: 'beta'\njob:\n  delay: 3 min\n  kind: [print]\ntried: { rollers: still_broken }\nexpect: { first: worn, at_least: { worn: 1 % }, because: \"worn\" }\n",
    ),
    (
        "b.ron",
        "(lights: \"jam\", users: [(affected: \"yes\", host: \"alpha\")], job: (delay: \"2 min\"), expect: (among: [\"worn\", \"stuck_paper\"], because: \"x\"))",
    ),
    (
        "c.toml",
        "lights = { not = \"off\" }\njob.delay = \"2 min\"\n[door]\nopen = true\n[expect]\nruled_out = []\nfirst = \"stuck_paper\"\nbecause = \"x\"\n",
    ),
    (
        "d.json",
        "{ \"lights\": { \"not\": [\"jam\", \"off\"] }, \"job.delay\": \"2 min\", \"users\": [{ \"host\": { \"not\": \"beta\" } }], \"tried.take_out\": \"still_broken\", \"expect\": { \"at_most\": { \"lid\": \"90 %\" }, \"because\": \"x\" } }",
    ),
    (
        "e.ron",
        "{\"job.kind\": [\"scan\"], \"lights\": {\"is\": \"off\", \"sure\": \"usually\"}, \"expect\": (first: \"worn\", because: \"x\")}",
    ),
];

/// What a pack and its cases say, without names.
fn meaning(folder: &Path) -> String {
    let mut pack = compile_folder(folder).sound();
    let found = pack.cases(folder);
    let covered = cases::covered(&pack.graph, &pack.sources, &found);
    let mut said = format!("{covered:?}\n{:?}\n", pack.graph.priors);
    let mut files: Vec<_> =
        fs::read_dir(folder.join("cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| is_fact_file(file)) {
        let facts = pack.open(file);
        let known: Vec<_> =
            facts.recorded.iter().map(|(id, recorded)| (id, &recorded.known, recorded.sure)).collect();
        let _ = writeln!(said, "{known:?} {:?}", facts.tried.keys().collect::<Vec<_>>());
    }
    said
}

/// Renames every name of a pack that is declared in it, one in so many, and returns how many were, and why others were not.
fn every_name(folder: &Path, one_in: usize, fresh: &[&str]) -> (usize, Vec<String>) {
    let before = meaning(folder);
    let compiled = compile_folder(folder).sound();
    // What a pack that is used declares is renamed in that pack.
    let own = |span: Span| {
        compiled.sources.get(span.source).is_some_and(|s| Path::new(&s.name).starts_with(folder))
    };
    let declares = |reference: &&Reference| reference.role != Role::Uses && own(reference.span);
    let mut symbols: Vec<(&Symbol, _)> = Vec::new();
    for reference in compiled.graph.pack.references.iter().filter(declares) {
        if symbols.iter().all(|(symbol, _)| **symbol != reference.symbol) {
            symbols.push((&reference.symbol, reference.span));
        }
    }
    let mut client = Client::meet(&able());
    let (mut renamed, mut refused, mut opened) = (0, Vec::new(), Vec::new());
    for (symbol, span) in symbols.iter().step_by(one_in) {
        let source = compiled.sources.get(span.source).unwrap();
        let path = Path::new(&source.name);
        if !opened.contains(&span.source) {
            client.open(path, &source.text);
            opened.push(span.source);
        }
        let before_it = &source.text[..span.start];
        let line = before_it.matches('\n').count();
        let column = before_it.rsplit('\n').next().unwrap().encode_utf16().count();
        for new in fresh
            .iter()
            .filter(|new| !new.contains('.') || !matches!(symbol, Symbol::Value(..) | Symbol::Column(..)))
        {
            let answer = match rename(&mut client, path, (line, column), new) {
                Ok(answer) => answer,
                Err(error) => {
                    refused.push(format!(
                        "{} → {new}: {}",
                        symbol.name(),
                        error["message"].as_str().unwrap()
                    ));
                    continue;
                }
            };
            let old: Vec<_> = edited(folder, &answer)
                .into_iter()
                .map(|(path, text)| {
                    let old = fs::read_to_string(&path).unwrap();
                    fs::write(&path, text).unwrap();
                    (path, old)
                })
                .collect();
            assert_eq!(meaning(folder), before, "{} → {new}", symbol.name());
            old.into_iter().for_each(|(path, text)| fs::write(path, text).unwrap());
            renamed += 1;
        }
    }
    (renamed, refused)
}

#[test]
fn every_name_of_a_pack_is_renamed_or_refused_with_its_place() {
    let folder = Folder::new();
    folder.write("zoo/pack.ron", manifest("zoo"));
    folder.write("zoo/zoo.ruleout", ZOO);
    for (name, text) in CASES {
        folder.write(&format!("zoo/cases/{name}"), text);
    }
    let root = folder.root().to_str().unwrap().to_owned();
    let (renamed, refused) = every_name(&folder.path("zoo"), 1, &["fresh_name", "fresh.name"]);
    assert!(renamed > 30, "{renamed}");
    // A dotted name has no place where RON writes it bare, or where it is nested in a group.
    let placed = |said: &&String| {
        said.contains("/cases/") && (said.contains("cannot be written at") || said.contains("is nested in"))
    };
    let other: Vec<_> = refused.iter().filter(|said| !placed(said)).collect();
    assert!(other.is_empty(), "{other:#?}");
    assert!(refused.iter().any(|said| said.starts_with("lights → fresh.name")), "{refused:#?} {root}");
}

#[test]
fn every_name_of_the_packs_can_be_renamed() {
    for (pack, one_in) in [("printer", 1), ("mailflow", 3)] {
        let folder = Folder::with_pack(pack);
        fs::remove_dir_all(folder.path(pack).join("snapshots")).unwrap();
        let (renamed, refused) = every_name(&folder.path(pack), apart(one_in), &["fresh_name"]);
        assert!(renamed > 2, "{pack}: {renamed}");
        let nested = |said: &&String| !said.contains("is nested in");
        let refused: Vec<_> = refused.iter().filter(nested).collect();
        assert!(refused.is_empty(), "{pack}: {refused:#?}");
    }
}
