//! `ruleout graph --around`.

use std::collections::BTreeSet;

use ruleout::graph::InferenceGraph;
use ruleout::render::dot::dot;

use crate::support::pack::Pack;

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

fn names(graph: &InferenceGraph, name: &str, steps: usize) -> BTreeSet<String> {
    let around = graph.around(name, steps).unwrap();
    around.nodes.iter().map(|n| n.name(&graph.pack).to_owned()).collect()
}

#[test]
fn only_what_leads_there_and_what_it_leads_to() {
    let Pack { graph, .. } = Pack::of(RULES);
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
