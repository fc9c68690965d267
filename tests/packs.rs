//! Every pack of `rules/`: it checks clean, each of its cases is answered as it expects and as its snapshot says, through
//! the same code as `ruleout test`; and each of its causes has its cases.

use std::path::{Path, PathBuf};

use ruleout::cases::expect::{self, Holds, Of};
use ruleout::cases::{self, Case};
use ruleout::document::tree::{self, Limits};
use ruleout::graph::InferenceGraph;
use ruleout::render::text;
use ruleout::source::Sources;
use ruleout::{loader, pipeline};

const BYTES: u64 = 1 << 20;

fn packs() -> Vec<PathBuf> {
    let mut found: Vec<_> =
        std::fs::read_dir("rules").unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

fn compile(pack: &Path, sources: &mut Sources) -> InferenceGraph {
    let (texts, problems) = loader::pack(Some(pack), BYTES, sources).unwrap();
    assert!(problems.is_empty(), "{problems:#?}");
    let (graph, problems) = pipeline::compile(sources, &texts);
    assert!(problems.is_empty(), "{problems:#?}");
    graph.unwrap()
}

fn discover(pack: &Path, sources: &mut Sources) -> Vec<Case> {
    let (texts, problems) = loader::cases(Some(pack), BYTES, sources).unwrap();
    assert!(problems.is_empty(), "{problems:#?}");
    let (cases, strays) = cases::discover(sources, &texts);
    assert!(strays.is_empty(), "{strays:#?}");
    assert!(!cases.is_empty(), "{} has no cases", pack.display());
    cases
}

#[test]
fn every_case_is_answered_as_it_expects_and_as_its_snapshot_says() {
    for pack in packs() {
        let mut sources = Sources::default();
        let graph = compile(&pack, &mut sources);
        let cases = discover(&pack, &mut sources);
        let outcomes = cases::run_all(&graph, &sources, &cases, 2, &|_| {});
        let failed: Vec<_> =
            outcomes.iter().filter(|o| !o.missed.is_empty() || !o.problems.is_empty()).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        insta::with_settings!({
            snapshot_path => std::env::current_dir().unwrap().join(&pack).join("snapshots"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::allow_duplicates! {
                for outcome in &outcomes {
                    insta::with_settings!({ description => outcome.because.clone() }, {
                        insta::assert_snapshot!(outcome.name.as_str(), outcome.answer.clone().unwrap());
                    });
                }
            }
        });
    }
}

/// The names of the cases say what they are for: `<cause>` has it first, `<cause>_near_miss…` something else, and
/// `<cause>_too_little…` nothing for sure.
#[test]
fn every_cause_has_its_cases() {
    let mut lacking = Vec::new();
    for pack in packs() {
        let mut sources = Sources::default();
        let graph = compile(&pack, &mut sources);
        let cases = discover(&pack, &mut sources);
        let own = |span| sources.place(span).file.starts_with(&format!("{}/", pack.display()));
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
                lacking.push(format!("{}: {name}", pack.display()));
            }
            if !holds(&|case| case.starts_with(&begins("near_miss")), &is_second) {
                lacking.push(format!("{}: {}", pack.display(), begins("near_miss")));
            }
            if !holds(&|case| case.starts_with(&begins("too_little")), &is_open) {
                lacking.push(format!("{}: {}", pack.display(), begins("too_little")));
            }
        }
    }
    assert!(lacking.is_empty(), "no such case, or it expects something else:\n{}", lacking.join("\n"));
}

fn expected(graph: &InferenceGraph, sources: &Sources, case: &Case) -> Vec<Holds> {
    let text = &sources.get(case.source).unwrap().text;
    let (node, _) = tree::read(case.source, text, case.format, &Limits::default());
    let (expectation, _) = expect::read(&graph.pack, case.source, &node.unwrap());
    expectation.holds.into_iter().map(|holds| holds.value).collect()
}

#[test]
fn no_answer_is_wider_than_a_terminal() {
    let mut wide = Vec::new();
    for pack in packs() {
        let mut sources = Sources::default();
        let graph = compile(&pack, &mut sources);
        // One in four, since each costs a diagnosis; all kinds of answer are among them.
        for case in discover(&pack, &mut sources).iter().step_by(4) {
            let (facts, _) = pipeline::read_facts(&graph, &sources, case.source, case.format);
            let diagnosis = engine::diagnose(&graph, &facts);
            let options = text::Options { top: usize::MAX, places: text::Places::Lines };
            let mut answer = text::text(&graph, &facts, &diagnosis, &sources, options);
            answer.push_str(&text::rules(&graph, &facts, &diagnosis, &sources));
            let plain = anstream::adapter::strip_str(&answer).to_string();
            wide.extend(
                plain.lines().filter(|l| l.chars().count() > 80).map(|l| format!("{}: {l}", case.name)),
            );
        }
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}

#[test]
fn every_pack_is_written_in_the_one_form() {
    let mut differ = Vec::new();
    for pack in packs() {
        let mut sources = Sources::default();
        let (texts, problems) = loader::pack(Some(&pack), BYTES, &mut sources).unwrap();
        assert!(problems.is_empty(), "{problems:#?}");
        for id in texts.files {
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
    let (mut inside, mut outside) = (Sources::default(), Sources::default());
    let (embedded, _) = loader::pack(None, BYTES, &mut inside).unwrap();
    let (folder, _) = loader::pack(Some(Path::new("rules/mailflow")), BYTES, &mut outside).unwrap();
    let texts = |sources: &Sources, texts: &loader::PackTexts| -> Vec<(String, String)> {
        let ids = texts.files.iter().chain([&texts.manifest]);
        ids.map(|id| sources.get(*id).unwrap()).map(|s| (s.name.clone(), s.text.clone())).collect()
    };
    let (inside, outside) = (texts(&inside, &embedded), texts(&outside, &folder));
    let differ: Vec<&String> = inside
        .iter()
        .chain(&outside)
        .filter(|t| !inside.contains(t) || !outside.contains(t))
        .map(|(name, _)| name)
        .collect();
    assert!(differ.is_empty() && inside.len() == outside.len(), "not the same: {differ:?}");
}
