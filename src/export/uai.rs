//! The format of the UAI inference competitions: a model, and evidence in a file of its own (`.uai` and
//! `.uai.evid`, as of 2014: one line). It knows variables and states by number only, so their names are a
//! third text.

use std::fmt::Write as _;

use super::decompose::{Decomposition, Variable};

/// Writes a network as a model of the kind `BAYES`.
pub fn uai(decomposition: &Decomposition) -> String {
    let variables = &decomposition.variables;
    let states = words(variables.iter().map(|v| v.states.len()));
    let mut out = format!("BAYES\n{}\n{states}\n{}\n", variables.len(), variables.len());
    for (at, variable) in variables.iter().enumerate() {
        let scope = variable.parents.iter().copied().chain([at]);
        let _ = writeln!(out, "{} {}", variable.parents.len() + 1, words(scope));
    }
    for variable in variables {
        let _ = writeln!(out, "\n{}", variable.table.len());
        for row in variable.table.chunks(variable.states.len().max(1)) {
            let _ = writeln!(out, " {}", words(row.iter()));
        }
    }
    out
}

/// Writes what is observed: how many variables, then each with its state.
pub fn uai_evidence(decomposition: &Decomposition) -> String {
    let seen = decomposition.variables.iter().enumerate().filter_map(|(at, v)| Some((at, v.observed?)));
    let seen: Vec<String> = seen.map(|(variable, state)| format!(" {variable} {state}")).collect();
    format!("{}{}\n", seen.len(), seen.concat())
}

/// Writes the number and name of each variable and the names of its states, in columns apart by tabs.
pub fn uai_variables(decomposition: &Decomposition) -> String {
    let line = |(at, v): (usize, &Variable)| format!("{at}\t{}\t{}\n", v.name, v.states.join(" "));
    decomposition.variables.iter().enumerate().map(line).collect()
}

fn words(items: impl Iterator<Item = impl ToString>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(" ")
}
