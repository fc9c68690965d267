//! `ruleout graph --format bif|xdsl|uai|json`, run as a person runs it. That the numbers are right is tested in
//! `src/export`.

use crate::support::program::{Ran, ruleout};

/// Runs `ruleout graph` in the folder of the project: its exit code, what it writes, what it complains of.
fn graph(arguments: &[&str]) -> (i32, String, String) {
    let Ran { code, out, err } = ruleout(&[&["graph"], arguments].concat());
    (code, out, err)
}

const CASE: &str = "rules/mailflow/cases/sandboxing_delay.yaml";

#[test]
fn the_three_networks_of_a_ticket_have_the_same_variables_and_evidence() {
    let written = |more: &[&str]| {
        let (code, text, said) = graph(&[&[CASE, "--format"], more].concat());
        assert_eq!(code, 0, "{said}");
        text
    };
    let (bif, xdsl) = (written(&["bif"]), written(&["xdsl"]));
    let variables = written(&["uai", "--part", "variables"]);
    let evidence = written(&["uai", "--part", "evidence"]);
    let numbers: Vec<usize> = evidence.split_whitespace().map(|n| n.parse().unwrap()).collect();
    assert_eq!(numbers.len(), 2 * numbers[0] + 1);
    let seen = |at: usize| numbers[1..].chunks(2).find(|pair| pair[0] == at).map(|pair| pair[1]);
    let bif_variables: Vec<&str> = bif.split("\nvariable ").skip(1).collect();
    let xdsl_nodes: Vec<&str> = xdsl.split("<node id=").skip(1).collect();
    assert_eq!(
        (bif_variables.len(), xdsl_nodes.len()),
        (variables.lines().count(), variables.lines().count())
    );
    for (at, line) in variables.lines().enumerate() {
        let [number, name, states] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        assert_eq!(number, at.to_string());
        let (in_bif, in_xdsl) = (bif_variables[at].split("\nprobability").next().unwrap(), xdsl_nodes[at]);
        assert!(in_bif.starts_with(&format!("{name} {{")) && in_xdsl.starts_with(&format!("\"{name}\"")));
        let state = seen(at).map(|state| states.split(' ').nth(state).unwrap());
        let observed = |text: &str| {
            let rest = text.split("observed: ").nth(1)?;
            Some(rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?.to_owned())
        };
        assert_eq!(observed(in_bif).as_deref(), state, "{name}");
        assert_eq!(observed(in_xdsl).as_deref(), state, "{name}");
    }
    assert!(seen(0).is_some(), "sandboxing is on, and no share tells the contrary");
    let uai = written(&["uai"]);
    assert_eq!(uai.lines().nth(1), Some(variables.lines().count().to_string().as_str()));
}

#[test]
fn a_pack_alone_observes_nothing_but_that_something_is_wrong() {
    for pack in ["rules/mailflow", "rules/printer"] {
        let (code, evidence, said) = graph(&["--pack", pack, "--format", "uai", "--part", "evidence"]);
        assert_eq!(code, 0, "{said}");
        assert!(evidence.starts_with("1 "), "{evidence}");
        let (_, json, _) = graph(&["--pack", pack, "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert!(json["findings"].as_array().unwrap().iter().all(|finding| finding["weights"].is_null()));
    }
}

#[test]
fn json_has_the_numbers_of_the_pack() {
    let (code, json, said) = graph(&[CASE, "--format", "json"]);
    assert_eq!(code, 0, "{said}");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let named = |list: &str, key: &str, name: &str| {
        let list = json[list].as_array().unwrap();
        list.iter().find(|entry| entry[key] == name).unwrap().clone()
    };
    let hold_time = named("findings", "rule", "hold_time");
    assert_eq!(hold_time["levels"].as_array().unwrap().len(), hold_time["weights"].as_array().unwrap().len());
    let link = &hold_time["steps"][1]["links"][0];
    assert!(
        link["cause"].is_string() && link["power"].is_number() && link["possible"].is_boolean(),
        "{link}"
    );
    let prior = &named("causes", "name", "sandboxing_delay")["prior"];
    assert_eq!(prior["contexts"][0], "sandbox.enabled");
    assert_eq!(prior["values"][0], 0.0);
    let sandbox = named("contexts", "name", "sandbox.enabled");
    assert_eq!(
        (&sandbox["values"][0]["possible"], &sandbox["values"][1]["possible"]),
        (&false.into(), &true.into())
    );
}

#[test]
fn what_cannot_be_written_is_told() {
    let said = |arguments: &[&str]| {
        let (code, written, said) = graph(arguments);
        assert!(written.is_empty() && said.contains("help") || said.contains("--help"), "{said}");
        (code, said)
    };
    assert_eq!(said(&[CASE]).0, 2);
    assert_eq!(said(&["--format", "bif", "--around", "hold_time"]).0, 2);
    assert_eq!(said(&["--format", "bif", "--part", "evidence"]).0, 2);
    assert_eq!(said(&["--format", "png"]).0, 2);
    assert_eq!(said(&["facts.txt", "--format", "bif"]).0, 2);
    assert_eq!(graph(&["no_such.yaml", "--format", "bif"]).0, 2);
    let contradicting = "rules/mailflow/cases/contradictory_delay.yaml";
    let (code, said) = said(&[contradicting, "--format", "bif"]);
    assert_eq!(code, 1);
    assert!(said.contains("ruleout diagnose"), "{said}");
}
