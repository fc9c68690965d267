//! `ruleout graph --around`.

use std::collections::BTreeSet;

use ruleout::graph::InferenceGraph;
use ruleout::render::dot::dot;
use ruleout::source::{Source, Sources};
use ruleout::{loader, pipeline};

const RULES: &str = "
fact a: yes/no { ask \"A?\" }
fact b: yes/no { ask \"B?\" }
symptom s when a
rule s { usually with x  rarely anyway }
rule b { usually with y  rarely anyway }
cause x { common  fix fix_x  leads to z often }
cause y { common  fix fix_y }
cause z { common  fix fix_y }
fix fix_x { step \"X.\" }
fix fix_y { step \"Y.\" }
";

fn graph() -> InferenceGraph {
    let mut sources = Sources::default();
    let manifest = "(name: \"small\", language: 1, cases: (unlisted: \"10 %\", several_at_once: \"8 %\"))";
    let texts = loader::PackTexts {
        manifest: sources.add(Source::new("pack.ron", manifest)),
        files: vec![sources.add(Source::new("small.ruleout", RULES))],
    };
    let (graph, problems) = pipeline::compile(&sources, &texts);
    assert!(!problems.has_errors(), "{problems:#?}");
    graph.unwrap()
}

fn names(graph: &InferenceGraph, name: &str, steps: usize) -> BTreeSet<String> {
    let around = graph.around(name, steps).unwrap();
    around.nodes.iter().map(|n| n.name(&graph.pack).to_owned()).collect()
}

#[test]
fn only_what_leads_there_and_what_it_leads_to() {
    let graph = graph();
    let set = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(names(&graph, "x", usize::MAX), set(&["a", "s", "x", "z", "fix_x", "fix_y"]));
    assert_eq!(names(&graph, "x", 1), set(&["s", "x", "z", "fix_x"]));
    assert_eq!(names(&graph, "x", 0), set(&["x"]));
    // The symptom and its rule have one name.
    assert_eq!(names(&graph, "s", 1), set(&["a", "s", "x"]));
    assert_eq!(graph.around("nothing", 1), None);
    let part = graph.around("b", usize::MAX).unwrap();
    let text = dot(&graph, Some(&part));
    assert!(text.contains("\"b\"") && text.contains("filled") && !text.contains("fix_x"), "{text}");
    assert!(dot(&graph, None).contains("fix_x"));
}
