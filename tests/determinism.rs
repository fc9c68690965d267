//! The same pack and facts give the same bytes; the order in which they are written gives the same numbers.

use std::collections::BTreeMap;

use proptest::prelude::*;
use ruleout::render::json::{Extras, json};
use ruleout::render::text::text;
use ruleout::report::{Answer, Detail};
use serde_json::Value;

use super::reference::run::{Run, run};
use super::reference::{choices, config, generate, shown, write};

/// How far a number may move when declarations change places.
const TOLERANCE: f64 = 1e-12;

/// From these odds on, what they are made of is rounding: they come of 1 less a chance.
const CERTAIN: f64 = 1e3;

fn answers(run: &Run) -> (String, String) {
    let ticket = &run.ticket;
    (text(&Answer::new(ticket).in_detail(Detail::All), 80), json(ticket, &Extras::default()))
}

/// All numbers of an answer under their names; places are left out, since they are what changes.
fn numbers(answer: &Value, path: &str, found: &mut BTreeMap<String, f64>) {
    match answer {
        Value::Number(number) => _ = found.insert(path.to_owned(), number.as_f64().unwrap()),
        Value::Array(all) => {
            for (at, item) in all.iter().enumerate() {
                let name = ["name", "rule", "value"].iter().find_map(|key| item.get(key)?.as_str());
                let name = name.map_or_else(|| at.to_string(), str::to_owned);
                numbers(item, &format!("{path}/{name}"), found);
            }
        }
        Value::Object(entries) => {
            let certain =
                entries.get("odds_after").is_some_and(|odds| odds.as_f64().is_none_or(|o| o > CERTAIN));
            // Steps that are as good as each other, and answers too many to be told apart, come as they are written.
            let steps = |key: &str| key == "next" || key == "plan";
            let counts = |key: &str| key != "place" && !steps(key) && !(certain && key == "shared");
            for (key, value) in entries.iter().filter(|(key, _)| counts(key)) {
                match value {
                    Value::Null if key.starts_with("odds") => {
                        found.insert(format!("{path}/{key}"), 1e300);
                    }
                    value => numbers(value, &format!("{path}/{key}"), found),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Numbers of any size on one scale: odds become chances.
fn level(number: f64) -> f64 {
    number / (1.0 + number.abs())
}

proptest! {
    #![proptest_config(config(40))]

    #[test]
    fn the_order_of_declarations_and_files_does_not_matter(
        from in choices(700), order in choices(80), other in choices(80),
    ) {
        let model = generate::model(&from.0);
        let texts = write::write(&model, &order.0);
        let first = run(&texts).map_err(TestCaseError::fail)?;
        let again = run(&texts).map_err(TestCaseError::fail)?;
        let (first_text, first_json) = answers(&first);
        prop_assert_eq!((&first_text, &first_json), (&answers(&again).0, &answers(&again).1));
        let others = write::write(&model, &other.0);
        let moved = run(&others).map_err(TestCaseError::fail)?;
        let flat = |json: &str| {
            let mut found = BTreeMap::new();
            numbers(&serde_json::from_str(json).unwrap(), "", &mut found);
            found
        };
        let (here, there) = (flat(&first_json), flat(&answers(&moved).1));
        prop_assert!(here.keys().eq(there.keys()), "{}\n{}", shown(&texts), shown(&others));
        for (name, number) in here {
            let apart = (level(number) - level(there[&name])).abs();
            prop_assert!(apart < TOLERANCE, "{}: {} and {}\n{}", name, number, there[&name], shown(&texts));
        }
    }
}
