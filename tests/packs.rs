//! Every pack of `rules/`: it checks clean, and each of its causes has its cases. That each case is answered as it expects is
//! data (`tests/data/cases.rs`).

use ruleout::ticket::Ticket;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ruleout::cases::Case;
use ruleout::cases::expect::{self, Holds, Of};
use ruleout::document::tree::{self, Limits};
use ruleout::evidence;
use ruleout::graph::InferenceGraph;
use ruleout::pack::expr::RowsOf;
use ruleout::pack::records::ReadValue;
use ruleout::pipeline;
use ruleout::render::text;
use ruleout::report::{Answer, Detail};
use ruleout::source::Sources;
use ruleout::syntax::is_reserved;
use ruleout::value::Type;

use crate::support::data::folders;
use crate::support::pack::{BYTES, Pack, Texts};
use crate::support::profile::apart;

/// Each pack of `rules/`: its folder, the pack, its cases.
fn packs() -> impl Iterator<Item = (PathBuf, Pack, Vec<Case>)> {
    let all = folders(Path::new("rules"));
    assert!(!all.is_empty());
    all.into_iter().map(|name| {
        let (folder, mut pack) = (Path::new("rules").join(&name), Pack::of_rules(&name));
        let cases = pack.cases(&folder);
        (folder, pack, cases)
    })
}

/// The names of the cases say what they are for: `<cause>` has it first, `<cause>_near_miss…` something else, and
/// `<cause>_too_little…` nothing for sure.
#[test]
fn every_cause_has_its_cases() {
    let mut lacking = Vec::new();
    for (folder, Pack { graph, sources }, cases) in packs() {
        let own = |span| sources.place(span).file.starts_with(&format!("{}/", folder.display()));
        for (at, cause) in graph.pack.causes.iter().enumerate().filter(|(_, c)| own(c.name.span)) {
            let name = cause.name.value.as_str();
            let holds = |called: &dyn Fn(&str) -> bool, wanted: &dyn Fn(&Holds) -> bool| {
                let mut called = cases.iter().filter(|case| called(&case.name));
                called.any(|case| expected(&graph, &sources, case).iter().any(wanted))
            };
            let is_first = |holds: &Holds| matches!(holds, Holds::First(Of::Cause(id)) if id.0 == at);
            let is_second = |holds: &Holds| matches!(holds, Holds::First(_)) && !is_first(holds);
            let is_open = |holds: &Holds| matches!(holds, Holds::Unsure(true) | Holds::Among(..));
            let begins = |rest: &str| format!("{name}_{rest}");
            if !holds(&|case| case == name, &is_first) {
                lacking.push(format!("{}: {name}", folder.display()));
            }
            if !holds(&|case| case.starts_with(&begins("near_miss")), &is_second) {
                lacking.push(format!("{}: {}", folder.display(), begins("near_miss")));
            }
            if !holds(&|case| case.starts_with(&begins("too_little")), &is_open) {
                lacking.push(format!("{}: {}", folder.display(), begins("too_little")));
            }
        }
    }
    assert!(lacking.is_empty(), "no such case, or it expects something else:\n{}", lacking.join("\n"));
}

fn expected(graph: &Arc<InferenceGraph>, sources: &Sources, case: &Case) -> Vec<Holds> {
    let text = &sources.get(case.source).unwrap().text;
    let (node, _) = tree::read(case.source, text, case.format, &Limits::default());
    let (expectation, _) = expect::read(&graph.pack, sources, case.source, &node.unwrap());
    expectation.holds.into_iter().map(|holds| holds.value).collect()
}

#[test]
fn every_column_of_a_reader_can_be_named_in_a_pack() {
    let columns =
        evidence::tables().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let reserved = columns.filter(|(_, column)| is_reserved(column.name));
    let reserved: Vec<String> =
        reserved.map(|(table, column)| format!("{}: {}", table.name, column.name)).collect();
    assert!(reserved.is_empty(), "words of the language: {}", reserved.join(", "));
    for table in evidence::tables() {
        let names: BTreeSet<&str> = table.columns.iter().map(|column| column.name).collect();
        assert_eq!(names.len(), table.columns.len(), "{} has two columns of one name", table.name);
    }
}

/// A fact that takes over a column of fixed values knows all of them: what it does not know would be lost unseen.
#[test]
fn every_value_of_a_column_is_one_of_its_fact() {
    let Pack { graph, .. } = Pack::of_rules("mail-evidence");
    let pack = &graph.pack;
    let (mut seen, mut lost) = (0, Vec::new());
    for fact in &pack.facts {
        for line in &fact.read {
            let ReadValue::Cell(cell) = &line.value else { continue };
            let RowsOf::Records { id, .. } = cell.rows else { continue };
            let column = &pack.records[id].columns[cell.column];
            let (Type::OneOf(values), Type::OneOf(known)) = (&column.ty, &fact.ty) else { continue };
            seen += 1;
            let unknown = values.iter().filter(|value| !known.contains(value));
            lost.extend(unknown.map(|value| format!("{}: {} {value}", fact.name.value, column.name)));
        }
    }
    assert!(seen >= 5, "{seen}");
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

#[test]
fn no_answer_is_wider_than_a_terminal() {
    let mut wide = Vec::new();
    for (_, pack, cases) in packs() {
        // One in four, since each costs a diagnosis; all kinds of answer are among them.
        for case in cases.iter().step_by(apart(4)) {
            let (facts, _) = pack.read_source(case.source, case.format);
            let Pack { graph, sources } = &pack;
            let ticket = Ticket::new(Arc::clone(graph), facts, sources.clone());
            for (detail, width) in
                [(Detail::Short, 60), (Detail::Short, 80), (Detail::Why, 80), (Detail::All, 80)]
            {
                let answer = Answer { rules: true, ..Answer::new(&ticket).in_detail(detail) };
                let plain = text::plain(&answer, width);
                let long = plain.lines().filter(|l| l.chars().count() > width);
                wide.extend(long.map(|l| format!("{}: {l}", case.name)));
            }
        }
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}

#[test]
fn every_pack_is_written_in_the_one_form() {
    let mut differ = Vec::new();
    for name in folders(Path::new("rules")) {
        let Texts { sources, pack, problems } = Texts::read(Some(&Path::new("rules").join(name)), BYTES);
        assert!(problems.is_empty(), "{problems:#?}");
        for id in pack.files {
            let source = sources.get(id).unwrap();
            let (formatted, problems) = ruleout::format::format(id, &source.text);
            assert!(problems.is_empty(), "{problems:#?}");
            if formatted.as_deref() != Some(source.text.as_str()) {
                differ.push(source.name.clone());
            }
        }
    }
    assert!(differ.is_empty(), "`ruleout fmt rules` would write anew: {}", differ.join(", "));
}

#[test]
fn the_pack_inside_the_binary_is_the_one_in_the_folder() {
    let texts = |folder: Option<&Path>| -> Vec<(String, String)> {
        let Texts { sources, pack, .. } = Texts::read(folder, BYTES);
        let ids = pack.files.iter().chain([&pack.manifest]);
        ids.map(|id| sources.get(*id).unwrap()).map(|s| (s.name.clone(), s.text.clone())).collect()
    };
    let (inside, outside) = (texts(None), texts(Some(Path::new("rules/mailflow"))));
    let differ: Vec<&String> = inside
        .iter()
        .chain(&outside)
        .filter(|t| !inside.contains(t) || !outside.contains(t))
        .map(|(name, _)| name)
        .collect();
    assert!(differ.is_empty() && inside.len() == outside.len(), "not the same: {differ:?}");
}

#[test]
fn what_does_not_depend_on_an_error_is_said_with_it_behind_it() {
    let rules = r#"
fix look "Look" { step "Look at it." }
fact place.reach: one of one, floor, everyone { ask "Who has it?" }
rule place.reach {
  usually everyone with line
  rarely one anyway
}
fact line.ok: yes/no { ask "Is it all right?" }
rule line.ok {
  often with line, lime
  sometimes anyway
}
cause line "The line is down" { common  fix look }
"#;
    let Texts { sources, pack, .. } = Texts::of(&[("rules.ruleout", rules)]);
    let (graph, problems) = pipeline::check(&sources, &pack, None);
    assert!(graph.is_none());
    let found: Vec<_> =
        problems.iter().map(|problem| (problem.severity.name(), problem.code.name())).collect();
    // The rule that names what is not declared is not judged by what is left of it.
    assert_eq!(
        found,
        [("error", "unknown-name"), ("warning", "normal-value"), ("hint", "no-verify")],
        "{problems}"
    );
}
