//! What conditions mean: `tests/suite/conditions.txt`, a line a case.

use ruleout::document::tree::Format;
use ruleout::eval::Levels;
use ruleout::loader::PackTexts;
use ruleout::model::evaluate::evaluate;
use ruleout::pipeline;
use ruleout::problem::Problems;
use ruleout::source::{Source, Sources};

const MANIFEST: &str = r#"(name: "t", language: 1, cases: (unlisted: "10 %", several_at_once: "8 %"))"#;

const FACTS: &str = r#"
fact yn: yes/no
fact yn2: yes/no
fact yn3: yes/no
fact one: one of a, b, c, none
fact some: some of x, y, z
fact num: number
fact num2: number
fact dur: duration
fact dur2: duration
fact size: size
fact pct: percent
fact at: time
fact at2: time
fact text: text
fact dom: domain
fact ip: ip
fact users: table of { name: text, ill: yes/no, host: text, seen: time }
derive apart: duration = at - at2
symptom level in levels { low when dur <= 1 min  middle when dur <= 5 min  high otherwise }
symptom kind in kinds { blocked when text contains "blocked"  invalid when text contains "invalid"  normal otherwise }
symptom both when yn and yn2
cause something { rare }
"#;

fn truth(facts: &str, condition: &str) -> String {
    let mut sources = Sources::default();
    let manifest = sources.add(Source::new("pack.ron", MANIFEST));
    let rules = format!("{FACTS}symptom probe when {condition}\n");
    let files = vec![sources.add(Source::new("rules.ruleout", rules))];
    let (graph, problems) = pipeline::compile(&sources, &PackTexts { manifest, files });
    let said =
        |problems: &Problems| problems.iter().map(|p| p.message.as_str()).collect::<Vec<_>>().join("; ");
    let Some(graph) = graph else { return said(&problems) };
    let id = sources.add(Source::new("facts.yaml", facts));
    let (facts, problems) = pipeline::read_facts(&graph, &sources, id, Format::Yaml);
    if !problems.is_empty() {
        return said(&problems);
    }
    let levels = evaluate(&graph, &facts).symptoms.pop().unwrap();
    match levels {
        l if l == Levels::from([1]) => "yes".into(),
        l if l == Levels::from([0]) => "no".into(),
        _ => "unknown".into(),
    }
}

#[test]
fn every_condition_means_what_its_line_says() {
    let text = include_str!("suite/conditions.txt");
    let mut wrong = Vec::new();
    let mut cases = 0;
    for (at, line) in text.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#')) {
        // A condition may hold the sign itself, in a pattern.
        let (facts, rest) = line.split_once(" | ").unwrap();
        let (condition, expected) = rest.rsplit_once(" | ").unwrap();
        let got = truth(facts, condition);
        cases += 1;
        if got != expected {
            wrong.push(format!("tests/suite/conditions.txt:{}: {line}, and got {got}", at + 1));
        }
    }
    assert!(cases > 100);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
