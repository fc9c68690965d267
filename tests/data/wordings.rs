//! What refusals say, and which kind of `rejection.wording` in `rules/mail-evidence` that is: `tests/suite/wordings.txt`, one a line.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use ruleout::graph::InferenceGraph;
use ruleout::model::evaluate::evaluate;

use crate::support::pack::{Pack, compile_folder};

const PATH: &str = "tests/suite/wordings.txt";
const SYMPTOM: &str = "rejection.wording";

pub(crate) fn tests() -> Vec<Trial> {
    let Pack { graph, .. } = compile_folder(Path::new("rules/mail-evidence")).sound();
    let text = std::fs::read_to_string(PATH).unwrap();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let lines: Vec<(usize, Vec<String>)> =
        lines.map(|(at, line)| (at + 1, line.split(" | ").map(str::to_owned).collect())).collect();
    let shown: BTreeSet<String> = lines.iter().filter_map(|(_, parts)| parts.first().cloned()).collect();
    let kinds: Vec<String> = kinds(&graph).into_iter().filter(|kind| !shown.contains(kind)).collect();
    let each = Trial::test("wordings::each kind has an example", move || match kinds.as_slice() {
        [] => Ok(()),
        lacking => Err(Failed::from(format!("{PATH} has no text of: {}", lacking.join(", ")))),
    });
    let mut tests = vec![each];
    tests.extend(lines.into_iter().map(|(number, parts)| of_line(number, parts, &graph)));
    tests
}

fn of_line(number: usize, parts: Vec<String>, graph: &Arc<InferenceGraph>) -> Trial {
    let (kind, text, status) = match parts.as_slice() {
        [kind, text] => (kind.clone(), text.clone(), None),
        [kind, text, status] => (kind.clone(), text.clone(), Some(status.clone())),
        _ => panic!("{PATH}:{number}: `kind | text`, or `kind | text | status`, not `{}`", parts.join(" | ")),
    };
    let graph = Arc::clone(graph);
    Trial::test(format!("wordings::{number} {text}"), move || {
        let found = found(&graph, &text, status.as_deref());
        let wrong = || Failed::from(format!("{PATH}:{number}\n  expected {kind}\n  found    {found}"));
        if found == kind { Ok(()) } else { Err(wrong()) }
    })
}

/// Returns the kinds in which a text may be; one, where all can be told.
fn found(graph: &Arc<InferenceGraph>, text: &str, status: Option<&str>) -> String {
    let mut pack = Pack { graph: Arc::clone(graph), sources: ruleout::source::Sources::default() };
    let status = status.map_or(String::new(), |status| format!("rejection.status: {status:?}\n"));
    let text = if text == "none" { text.to_owned() } else { format!("{text:?}") };
    let (facts, problems) = pack.read("facts.yaml", &format!("{status}rejection.text: {text}\n"));
    assert!(problems.is_empty(), "{problems:?}");
    let at = place(graph);
    let evaluated = evaluate(graph, &facts);
    let levels = &evaluated.symptoms.as_slice()[at];
    let names = kinds(graph);
    let possible: Vec<&str> = names
        .iter()
        .enumerate()
        .filter(|(at, _)| levels.contains(at))
        .map(|(_, name)| name.as_str())
        .collect();
    possible.join(", ")
}

fn place(graph: &InferenceGraph) -> usize {
    graph.pack.symptoms.iter().position(|symptom| symptom.name.value == SYMPTOM).unwrap()
}

fn kinds(graph: &InferenceGraph) -> Vec<String> {
    let symptom = graph.pack.symptoms.iter().nth(place(graph)).unwrap();
    symptom.reading.levels.iter().map(|level| level.name.clone()).collect()
}
