//! A symptom that no rule and no condition reads: seeing it changes nothing.
//!
//! One with rates is exempt: shares that read the same amount may use its rates.

use super::declared::Declarations;
use super::{Subject, is_vocabulary, read_anywhere, with_its_line};
use crate::problem::{Code, Problem, Problems, Suggestion};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    if is_vocabulary(subject.pack()) {
        return;
    }
    let read = read_anywhere(subject.pack()).symptoms;
    let mut declarations = Declarations::of(subject.sources);
    for (id, symptom) in subject.pack().symptoms.enumerated() {
        if read.contains(&id) || symptom.rates.is_some() {
            continue;
        }
        let name = &symptom.name;
        let problem = Problem::warning(
            Code::UnusedSymptom,
            name.span,
            format!("no rule and no condition reads the symptom `{}`", name.value),
        );
        let problem =
            problem.help(format!("write a rule over it, `rule {} {{ … }}`, or remove it", name.value));
        let taken = |whole| Suggestion::uncertain("remove it", with_its_line(whole, subject.sources), "");
        problems.push(problem.maybe_suggest(declarations.around(name.span).map(taken)));
    }
}
