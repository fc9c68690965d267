//! What conditions mean: `tests/suite/conditions.txt`, one case per line.

use libtest_mimic::{Failed, Trial};
use ruleout::eval::Levels;
use ruleout::model::evaluate::evaluate;
use ruleout::problem::Problems;

use crate::support::pack::{Pack, compile};

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
fact users: table of { name: text, ill: yes/no, host: text, seen: time, role: one of a, b, c, wait: duration }
derive apart: duration = at - at2
symptom level in levels { low when dur <= 1 min  middle when dur <= 5 min  high otherwise }
symptom kind in kinds { blocked when text contains "blocked"  invalid when text contains "invalid"  normal otherwise }
symptom both when yn and yn2
cause something { rare }
"#;

const PATH: &str = "tests/suite/conditions.txt";

pub(crate) fn tests() -> Vec<Trial> {
    let text = std::fs::read_to_string(PATH).unwrap();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(at, line)| of_line(at + 1, line)).collect()
}

fn of_line(number: usize, line: &str) -> Trial {
    // A condition may hold the sign itself, in a pattern.
    let parts = line.split_once(" | ").and_then(|(facts, rest)| Some((facts, rest.rsplit_once(" | ")?)));
    let (facts, (condition, expected)) =
        parts.unwrap_or_else(|| panic!("{PATH}:{number}: `facts | condition | value`, not `{line}`"));
    let [facts, condition, expected] = [facts, condition, expected].map(str::to_owned);
    Trial::test(format!("conditions::{condition}, given {facts}"), move || {
        let found = truth(&facts, &condition);
        let wrong = || Failed::from(format!("{PATH}:{number}\n  expected {expected}\n  found    {found}"));
        if found == expected { Ok(()) } else { Err(wrong()) }
    })
}

/// Returns what a condition is with some facts, or what is wrong with either.
fn truth(facts: &str, condition: &str) -> String {
    let messages =
        |problems: &Problems| problems.iter().map(|p| p.message.as_str()).collect::<Vec<_>>().join("; ");
    let compiled = compile(&[("rules.ruleout", format!("{FACTS}symptom probe when {condition}\n"))]);
    let Some(graph) = compiled.graph else { return messages(&compiled.problems) };
    let mut pack = Pack { graph, sources: compiled.sources };
    let (facts, problems) = pack.read("facts.yaml", facts);
    if !problems.is_empty() {
        return messages(&problems);
    }
    match evaluate(&pack.graph, &facts).symptoms.as_slice().last().unwrap().clone() {
        level if level == Levels::from([1]) => "yes".into(),
        level if level == Levels::from([0]) => "no".into(),
        _ => "unknown".into(),
    }
}
