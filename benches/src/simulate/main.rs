//! How soon the right cause is found, by the order in which is asked.
//!
//! Usage: ruleout-simulate [TICKETS]
//!
//! Of each ticket the truth is known. At first nothing is recorded; whatever a policy asks for is answered from the truth, or is
//! not available, and costs the minutes that the pack says, a visit once. A ticket is over when a true cause is first with more
//! than 80 %, or when nothing is left to ask. The tickets are the pack's own cases, and tickets whose causes, contexts and
//! symptoms are drawn from the pack's model (200 unless said otherwise); of both only those are taken in which a true cause is
//! that clear once everything is known.

mod policy;
mod ticket;

use std::error::Error;
use std::sync::Arc;

use ruleout::graph::InferenceGraph;
use ruleout::source::Sources;
use ruleout::{loader, pipeline};

use policy::{Look, Policy, looks};
use ticket::Ticket;

/// A cause counts as found from here on.
const FOUND: f64 = 0.8;

/// What became of all tickets under one policy.
#[derive(Default)]
struct Run {
    tickets: usize,
    found: usize,
    minutes: f64,
    questions: usize,
}

fn run(graph: &Arc<InferenceGraph>, tickets: &[Ticket], policy: Policy, looks: &[Look]) -> Run {
    let mut run = Run::default();
    for ticket in tickets {
        let end = ticket.play(graph, policy, looks);
        run.tickets += 1;
        run.found += usize::from(end.found);
        run.minutes += end.minutes;
        run.questions += end.questions;
    }
    run
}

/// Runs all policies over some tickets, and prints a table.
fn table(graph: &Arc<InferenceGraph>, name: &str, tickets: &[Ticket], order: &[String]) {
    let looks = looks(graph);
    let article = policy::in_order(graph, &looks, order);
    let mut policies = vec![
        ("what comes next", Policy::Next, &looks),
        ("what comes next, fixes tried", Policy::Act, &looks),
        ("most bits a minute", Policy::Bits, &looks),
        ("the pack's order", Policy::Order, &looks),
    ];
    if !order.is_empty() {
        policies.push(("the article's order", Policy::Order, &article));
    }
    println!("\n{name}: {} tickets\n", tickets.len());
    println!("| policy | found | minutes | questions |");
    println!("|---|---|---|---|");
    for (words, policy, looks) in policies {
        let run = run(graph, tickets, policy, looks);
        #[expect(clippy::cast_precision_loss, reason = "a few hundred tickets")]
        let (tickets, questions) = (run.tickets.max(1) as f64, run.questions as f64);
        println!(
            "| {words} | {} | {:.1} | {:.1} |",
            run.found,
            run.minutes / tickets,
            questions / tickets,
        );
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let many: usize = std::env::args().nth(1).map_or(Ok(200), |many| many.parse())?;
    let article = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/article-order.txt"))?;
    let order: Vec<String> =
        article.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect();
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/../rules");
    for (pack, order) in [("printer", &[][..]), ("mailflow", &order)] {
        let folder = format!("{rules}/{pack}");
        let mut sources = Sources::default();
        let (texts, _) = loader::pack(Some(folder.as_ref()), loader::DEFAULT_BYTES, &mut sources)?;
        let graph = pipeline::compile(&sources, &texts).0.ok_or("the pack has errors")?;
        let cases = ticket::cases(&graph, &mut sources, folder.as_ref())?;
        table(&graph, &format!("{pack}, its own cases"), &cases, order);
        let drawn = ticket::drawn(&graph, many);
        table(&graph, &format!("{pack}, drawn from its model"), &drawn, order);
    }
    Ok(())
}
