//! A symptom that no rule and no condition reads: seeing it changes nothing.
//!
//! One with rates says how often a number is what, which shares may lean on that read the number itself.

use super::declared::Declarations;
use super::{Subject, read_anywhere, with_its_line};
use crate::pack::SymptomId;
use crate::problem::{Code, Problem, Problems, Suggestion};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let read = read_anywhere(subject.pack()).symptoms;
    let mut declarations = Declarations::of(subject.sources);
    for (at, symptom) in subject.pack().symptoms.iter().enumerate() {
        if read.contains(&SymptomId(at)) || symptom.rates.is_some() {
            continue;
        }
        let name = &symptom.name;
        let problem = Problem::warning(
            Code::UnusedSymptom,
            name.span,
            format!("no rule and no condition reads the symptom `{}`", name.value),
        );
        let problem = problem.help(format!("write how often it is seen: `rule {} {{ … }}`", name.value));
        let taken = |whole| Suggestion::uncertain("take it away", with_its_line(whole, subject.sources), "");
        problems.push(problem.maybe_suggest(declarations.around(name.span).map(taken)));
    }
}
