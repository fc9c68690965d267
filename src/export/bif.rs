//! BIF 0.3, the Interchange Format for Bayesian networks (Cozman 1998), as pyAgrum, pgmpy, bnlearn and others
//! read it.
//!
//! The format has no place for evidence: a variable that is seen has the comment `// observed: STATE`. Titles
//! are comments too; properties, which the format has, are what some readers stumble over.

use std::fmt::Write as _;

use super::decompose::{Decomposition, Variable};
use super::names::Names;

/// Writes a network as BIF.
pub fn bif(decomposition: &Decomposition) -> String {
    let pack = &decomposition.pack;
    let mut out = format!("network {} {{\n", Names::default().name(&pack.name));
    comment(&mut out, "title", pack.title.as_deref());
    out.push_str("}\n");
    for variable in &decomposition.variables {
        declaration(&mut out, variable);
    }
    for variable in &decomposition.variables {
        chances(&mut out, variable, &decomposition.variables);
    }
    out
}

/// A line of its own, so that no reader takes what stands in it for anything else.
fn comment(out: &mut String, what: &str, text: Option<&str>) {
    if let Some(text) = text {
        let _ = writeln!(out, "  // {what}: {}", plain(text));
    }
}

/// On one line, and without the signs by which readers that know no comments tell where something begins or
/// ends.
fn plain(text: &str) -> String {
    let kept = |c: char| match c {
        '"' => '\'',
        ';' => ',',
        '{' | '[' | '|' => '(',
        '}' | ']' => ')',
        '/' | '\\' => '-',
        c if c.is_control() => ' ',
        c => c,
    };
    text.chars().map(kept).collect()
}

fn declaration(out: &mut String, variable: &Variable) {
    let states = variable.states.join(", ");
    let _ = writeln!(out, "variable {} {{", variable.name);
    let _ = writeln!(out, "  type discrete [ {} ] {{ {states} }};", variable.states.len());
    comment(out, "title", variable.title.as_deref());
    let seen = variable.observed.and_then(|state| variable.states.get(state));
    comment(out, "observed", seen.map(String::as_str));
    out.push_str("}\n");
}

fn chances(out: &mut String, variable: &Variable, all: &[Variable]) {
    let parents: Vec<&Variable> = variable.parents.iter().filter_map(|p| all.get(*p)).collect();
    let names: Vec<&str> = parents.iter().map(|p| p.name.as_str()).collect();
    let given = if names.is_empty() { String::new() } else { format!(" | {}", names.join(", ")) };
    let _ = writeln!(out, "probability ( {}{given} ) {{", variable.name);
    for (at, row) in variable.table.chunks(variable.states.len().max(1)).enumerate() {
        let row: Vec<String> = row.iter().map(f64::to_string).collect();
        let on = combination(at, &parents);
        let on = if on.is_empty() { "table".to_owned() } else { format!("({})", on.join(", ")) };
        let _ = writeln!(out, "  {on} {};", row.join(", "));
    }
    out.push_str("}\n");
}

/// The states of the parents in a row of a table; the last runs fastest.
fn combination<'a>(row: usize, parents: &[&'a Variable]) -> Vec<&'a str> {
    let mut rest = row;
    let state = |parent: &&'a Variable| {
        let size = parent.states.len().max(1);
        let state = parent.states.get(rest % size).map_or("", String::as_str);
        rest /= size;
        state
    };
    let mut states: Vec<&str> = parents.iter().rev().map(state).collect();
    states.reverse();
    states
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_title_cannot_end_its_comment() {
        assert_eq!(plain("\"a\"; {b} | c\n//"), "'a', (b) ( c --");
    }
}
