//! The conditions of the mail flow pack in engines that evaluate conditions only, beside what a diagnosis takes.
//!
//! Usage: ruleout-engines [SECONDS] [--show]
//!
//! Every condition that a diagnosis evaluates is written in the language of each engine ([`language`]) and evaluated, ticket by
//! ticket, wherever all that it reads is recorded or computed ([`tickets`]). Each engine gets its conditions parsed and
//! compiled, and its facts in its own form, beforehand. No engine is measured before every truth that it gives is held against
//! ruleout's own; one that differs ends the run. `--show` prints the conditions in the three languages instead.

mod cel;
mod language;
mod measure;
mod own;
mod rego;
mod tickets;
mod zen;

use std::collections::BTreeSet;
use std::time::Duration;

use measure::{Candidate, Failure};
use tickets::Bench;

/// All that are measured. The first is the measure of the others.
const CANDIDATES: [Candidate; 8] = [
    Candidate { name: "ruleout, the same conditions", checked: true, make: own::conditions },
    Candidate { name: "zen-expression", checked: true, make: zen::expressions },
    Candidate { name: "zen-engine", checked: true, make: zen::decisions },
    Candidate { name: "regorus, interpreter", checked: true, make: rego::interpreter },
    Candidate { name: "regorus, virtual machine", checked: true, make: rego::machine },
    Candidate { name: "cel", checked: true, make: cel::programs },
    Candidate { name: "ruleout, evaluation", checked: false, make: own::evaluation },
    Candidate { name: "ruleout, diagnosis", checked: false, make: own::diagnosis },
];

/// Fails where a candidate gives another truth than ruleout.
fn check(bench: &Bench) -> Result<(), Failure> {
    for candidate in CANDIDATES.iter().filter(|c| c.checked) {
        let mut evaluator = (candidate.make)(bench).map_err(|e| format!("{}: {e}", candidate.name))?;
        for (at, ticket) in bench.tickets.iter().enumerate() {
            let mut truths = Vec::new();
            let place = |e| format!("{}, {}: {e}", candidate.name, ticket.name);
            evaluator.evaluate(at, &mut truths).map_err(place)?;
            if truths.len() != ticket.truths.len() {
                return Err(format!("{} leaves conditions out in {}", candidate.name, ticket.name).into());
            }
            for ((given, own), asked) in truths.iter().zip(&ticket.truths).zip(&ticket.asked) {
                if given != own {
                    let asked = &bench.asked[*asked].name;
                    let message = format!("{} says {given} of {asked} in {}", candidate.name, ticket.name);
                    return Err(message.into());
                }
            }
        }
    }
    Ok(())
}

/// Prints what is compared.
fn count(bench: &Bench) {
    let answers = || bench.tickets.iter().flat_map(|t| t.asked.iter().zip(&t.truths));
    let told = |yes: bool| -> BTreeSet<usize> {
        answers().filter(|(_, truth)| **truth == yes).map(|(at, _)| *at).collect()
    };
    println!(
        "{} tickets, {} conditions ({} of them yes in a ticket, {} no in one), {} answers, {} of them yes; left out: {:?}",
        bench.tickets.len(),
        bench.asked.len(),
        told(true).len(),
        told(false).len(),
        answers().count(),
        answers().filter(|(_, truth)| **truth).count(),
        bench.left_out,
    );
}

fn main() -> Result<(), Failure> {
    let mut time = Duration::from_millis(500);
    let mut show = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--show" => show = true,
            seconds => time = Duration::from_secs_f64(seconds.parse()?),
        }
    }
    let (graph, cases) = tickets::loaded()?;
    for (title, patterns) in [("All conditions", true), ("Without those that match a pattern", false)] {
        let bench = Bench::new(&graph, &cases, patterns);
        if show {
            bench
                .asked
                .iter()
                .for_each(|a| println!("{}\n  {}\n  {}\n  {}", a.name, a.zen, a.cel, a.rego.body));
            continue;
        }
        println!("\n{title}\n");
        count(&bench);
        check(&bench)?;
        println!("\n{}", measure::table(&CANDIDATES, &bench, time)?);
    }
    Ok(())
}
