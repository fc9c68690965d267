//! XDSL, the XML of `GeNIe` and SMILE: a `cpt` for each variable, and in the extension of `GeNIe` its title and its place
//! on the page. Evidence is no part of a network there: a variable that is seen is filled, and its comment says
//! `observed: STATE`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::decompose::{Decomposition, Variable};
use super::names::Names;
use crate::markup::escape_xml;

/// A node on the page, and the distance to the next.
const WIDTH: usize = 120;
const HEIGHT: usize = 40;
const GAP: usize = 30;

/// Writes a network as XDSL.
pub fn xdsl(decomposition: &Decomposition) -> String {
    let Decomposition { pack, variables } = decomposition;
    let id = Names::default().name(&pack.name);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<smile version=\"1.0\" id=\"{id}\" numsamples=\"10000\" discsamples=\"10000\">\n  <nodes>"
    );
    for variable in variables {
        chances(&mut out, variable, variables);
    }
    let title = escape_xml(pack.title.as_ref().unwrap_or(&pack.name));
    let _ = writeln!(
        out,
        "  </nodes>\n  <extensions>\n    <genie version=\"1.0\" app=\"ruleout\" name=\"{title}\" faultnameformat=\"nodestate\">"
    );
    for ((variable, title), corner) in variables.iter().zip(titles(variables)).zip(corners(variables)) {
        node(&mut out, variable, &title, corner);
    }
    out.push_str("    </genie>\n  </extensions>\n</smile>\n");
    out
}

fn chances(out: &mut String, variable: &Variable, all: &[Variable]) {
    let _ = writeln!(out, "    <cpt id=\"{}\">", variable.name);
    for state in &variable.states {
        let _ = writeln!(out, "      <state id=\"{state}\" />");
    }
    let parents: Vec<&str> =
        variable.parents.iter().filter_map(|p| all.get(*p)).map(|p| p.name.as_str()).collect();
    if !parents.is_empty() {
        let _ = writeln!(out, "      <parents>{}</parents>", parents.join(" "));
    }
    let table: Vec<String> = variable.table.iter().map(f64::to_string).collect();
    let _ = writeln!(out, "      <probabilities>{}</probabilities>\n    </cpt>", table.join(" "));
}

/// What the nodes are called on the page, each differently: some readers know them by it.
fn titles(variables: &[Variable]) -> Vec<String> {
    let mut taken: BTreeSet<String> = variables.iter().map(|variable| variable.name.clone()).collect();
    let title = |variable: &Variable| match &variable.title {
        None => variable.name.clone(),
        Some(title) if taken.insert(title.clone()) => title.clone(),
        Some(title) => format!("{title} ({})", variable.name),
    };
    variables.iter().map(title).collect()
}

fn node(out: &mut String, variable: &Variable, title: &str, (x, y): (usize, usize)) {
    let seen = variable.observed.and_then(|state| variable.states.get(state));
    let fill = if seen.is_some() { "ffe9a8" } else { "e5f6f7" };
    let _ = writeln!(out, "      <node id=\"{}\">", variable.name);
    let _ = writeln!(out, "        <name>{}</name>", escape_xml(title));
    let _ = writeln!(out, "        <interior color=\"{fill}\" />\n        <outline color=\"000080\" />");
    let _ = writeln!(out, "        <font color=\"000000\" name=\"Arial\" size=\"8\" />");
    let _ = writeln!(out, "        <position>{x} {y} {} {}</position>", x + WIDTH, y + HEIGHT);
    if let Some(state) = seen {
        let _ = writeln!(out, "        <comment>observed: {state}</comment>");
    }
    out.push_str("      </node>\n");
}

/// The upper left corner of each node: as far to the right as its longest way from a root, below those before it.
fn corners(variables: &[Variable]) -> Vec<(usize, usize)> {
    let mut columns: Vec<usize> = Vec::with_capacity(variables.len());
    let mut filled: Vec<usize> = Vec::new();
    let mut corner = |variable: &Variable| {
        let column = variable.parents.iter().filter_map(|p| columns.get(*p)).max().map_or(0, |c| c + 1);
        columns.push(column);
        filled.resize(filled.len().max(column + 1), 0);
        let row = filled.get_mut(column).map_or(0, |rows| std::mem::replace(rows, *rows + 1));
        (GAP + column * (WIDTH + GAP), GAP + row * (HEIGHT + GAP))
    };
    variables.iter().map(&mut corner).collect()
}
