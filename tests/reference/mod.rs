//! The reference: random packs and tickets, written as text and sent through the whole program, against the answer from its
//! definition.

pub(crate) mod contexts;
pub(crate) mod enumerate;
pub(crate) mod generate;
pub(crate) mod kleene;
pub(crate) mod lines;
pub(crate) mod model;
pub(crate) mod run;
pub(crate) mod tape;
pub(crate) mod write;

use std::fmt;

use proptest::prelude::*;

use enumerate::Answer;
use model::Model;
use run::{Run, run};
use write::Texts;

use crate::support::profile;

/// How far a posterior may be from its definition.
const TOLERANCE: f64 = 1e-10;

/// Numbers to choose by; a failure shows the texts that came of them instead.
#[derive(Clone)]
pub(crate) struct Choices(pub(crate) Vec<u32>);

impl fmt::Debug for Choices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} choices", self.0.len())
    }
}

pub(crate) fn choices(most: usize) -> impl Strategy<Value = Choices> {
    prop::collection::vec(any::<u32>(), 0..most).prop_map(Choices)
}

/// Shrinking goes on for long: a failure is only of use where the pack is small.
pub(crate) fn config(full: u32) -> ProptestConfig {
    ProptestConfig { max_shrink_iters: 20_000, ..profile::config(full) }
}

/// What differs between an answer and its definition; nothing where they agree.
pub(crate) fn difference(model: &Model, run: &Run, expected: Option<&Answer>) -> Option<String> {
    let Some(expected) = expected else {
        return run.ticket.diagnosis().impossible.is_none().then(|| "impossible by definition".to_owned());
    };
    if run.ticket.diagnosis().impossible.is_some() {
        return Some(format!("not impossible by definition: {expected:?}"));
    }
    let mut pairs = vec![("not in pack".to_owned(), run.unlisted(), expected.unlisted)];
    for (cause, p) in model.causes.iter().zip(&expected.causes) {
        pairs.push((cause.name.clone(), run.cause(&cause.name), *p));
    }
    for (name, values) in &expected.contexts {
        if let Some(found) = run.context(name) {
            let of = |(at, p): (usize, &f64)| {
                (format!("{name}, value {at}"), found.get(at).copied().unwrap_or(f64::NAN), *p)
            };
            pairs.extend(values.iter().enumerate().map(of));
        }
    }
    let wrong = pairs.into_iter().filter(|(_, found, shall)| {
        (found - shall).abs().partial_cmp(&TOLERANCE) != Some(std::cmp::Ordering::Less)
    });
    let lines: Vec<String> =
        wrong.map(|(name, found, shall)| format!("{name}: {found}, by definition {shall}")).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

pub(crate) fn shown(texts: &Texts) -> String {
    format!("{}---\n{}---\n{}", texts.manifest, texts.files.join("---\n"), texts.facts)
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn the_answer_is_what_the_language_says(from in choices(700), order in choices(80)) {
        let model = generate::model(&from.0);
        let texts = write::write(&model, &order.0);
        let run = run(&texts).map_err(|problems| TestCaseError::fail(format!("{problems}\n{}", shown(&texts))))?;
        if let Some(difference) = difference(&model, &run, enumerate::answer(&model).as_ref()) {
            let seen = enumerate::observed(&model);
            return Err(TestCaseError::fail(format!("{difference}\n{seen:?}\n{}", shown(&texts))));
        }
    }
}
