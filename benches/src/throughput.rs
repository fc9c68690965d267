//! Diagnoses a second: all cases of the mail flow pack, on one core and on two.
//!
//! Usage: ruleout-throughput [SECONDS]
//!
//! The pack is compiled and the facts are read beforehand. A diagnosis is all of a `Ticket`: conditions, posterior, reasons,
//! conflict, plan; a posterior is what inference alone takes. Medians of five turns.

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ruleout::facts::recorded::Facts;
use ruleout::graph::InferenceGraph;
use ruleout::infer::exact::{Budget, posterior};
use ruleout::infer::network::Network;
use ruleout::model::assessment::Assessment;
use ruleout::model::evaluate::evaluate;
use ruleout::source::Sources;
use ruleout::ticket::Ticket;
use ruleout::{cases, loader, pipeline};
use serde_json::json;

const TURNS: usize = 5;

/// How many of the items are worked on in a second, all threads together.
fn rate<T: Sync>(items: &[T], threads: usize, time: Duration, work: impl Fn(&T) + Sync) -> f64 {
    let turn = || {
        let began = Instant::now();
        let count = || {
            let mut done = 0_u32;
            for item in items.iter().cycle() {
                if done.is_multiple_of(16) && began.elapsed() >= time {
                    break;
                }
                work(item);
                done += 1;
            }
            done
        };
        let done: u32 = std::thread::scope(|scope| {
            let running: Vec<_> = (0..threads).map(|_| scope.spawn(count)).collect();
            running.into_iter().map(|thread| thread.join().expect("no work panics")).sum()
        });
        f64::from(done) / began.elapsed().as_secs_f64()
    };
    turn();
    let mut rates: Vec<f64> = (0..TURNS).map(|_| turn()).collect();
    rates.sort_by(f64::total_cmp);
    rates[TURNS / 2]
}

/// The pack inside the library, and the facts of its cases.
fn loaded() -> Result<(Arc<InferenceGraph>, Vec<Facts>), Box<dyn Error>> {
    let mut sources = Sources::default();
    let (texts, _) = loader::pack(None, loader::DEFAULT_BYTES, &mut sources)?;
    let graph = pipeline::compile(&sources, &texts).0.ok_or("the pack has errors")?;
    let (texts, _) = loader::cases(None, loader::DEFAULT_BYTES, &mut sources)?;
    let (cases, _) = cases::discover(&sources, &texts);
    let facts = cases.iter().map(|case| pipeline::read_facts(&graph, &sources, case.source, case.format).0);
    let facts = facts.collect();
    Ok((graph, facts))
}

fn main() -> Result<(), Box<dyn Error>> {
    let seconds: f64 = std::env::args().nth(1).map_or(Ok(1.0), |seconds| seconds.parse())?;
    let time = Duration::from_secs_f64(seconds);
    let (graph, facts) = loaded()?;
    let budget = Budget::default();
    let assessed = |facts: &Facts| Assessment::new(Arc::clone(&graph), facts.clone(), budget);
    let networks: Vec<Network> = facts.iter().map(|facts| assessed(facts).network().clone()).collect();
    let diagnose = |facts: &Facts| {
        let ticket = Ticket::new(Arc::clone(&graph), facts.clone(), Sources::default());
        black_box(ticket.diagnosis());
    };
    let conditions = |facts: &Facts| drop(black_box(evaluate(&graph, facts)));
    let infer = |network: &Network| drop(black_box(posterior(network, &budget)));
    let line = json!({
        "tickets": facts.len(),
        "diagnoses_per_s": rate(&facts, 1, time, diagnose),
        "diagnoses_per_s_on_two": rate(&facts, 2, time, diagnose),
        "posteriors_per_s": rate(&networks, 1, time, infer),
        "conditions_per_s": rate(&facts, 1, time, conditions),
    });
    println!("{line}");
    Ok(())
}
