//! One case of `generate.py` through the exact engine: a line of JSON with times, memory, width and the answer.
//!
//! Usage: ruleout-bench CASE.json [RUNS]
//!        ruleout-bench CASE.json --bounds STEPS     how wide the ranges are within a budget, and what they take
//!
//! The peers are given a network in which nothing is said of something being wrong, so neither are we (`ticket: false`), and
//! nothing unlisted. What they call build (making their own structures) is here making the [`Network`], reducing and planning
//! it; query is both passes and what comes back of the leaves.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use ruleout::infer::bounds::bounds;
use ruleout::infer::exact::{Budget, Stats, prepare};
use ruleout::infer::network::{Cause, Finding, Network};
use ruleout::infer::step::{Link, Step};
use ruleout::infer::table::Table;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct File {
    network: Written,
    case: Case,
}

#[derive(Deserialize)]
struct Written {
    causes: Vec<WrittenCause>,
    findings: Vec<WrittenFinding>,
}

#[derive(Deserialize)]
struct WrittenCause {
    name: String,
    prior: f64,
}

#[derive(Deserialize)]
struct WrittenFinding {
    name: String,
    leak: f64,
    links: Vec<WrittenLink>,
}

#[derive(Deserialize)]
struct WrittenLink {
    cause: String,
    strength: f64,
}

#[derive(Deserialize)]
struct Case {
    present: Vec<String>,
    absent: Vec<String>,
}

/// The network of a case: only what is observed.
fn network(file: &File) -> Network {
    let index: BTreeMap<&str, usize> =
        file.network.causes.iter().enumerate().map(|(at, cause)| (cause.name.as_str(), at)).collect();
    let findings: BTreeMap<&str, &WrittenFinding> =
        file.network.findings.iter().map(|finding| (finding.name.as_str(), finding)).collect();
    let link =
        |l: &WrittenLink| (index[l.cause.as_str()], Link { power: l.strength, hold: 1.0, possible: true });
    let observed = |name: &String, present: bool| {
        let finding = findings[name.as_str()];
        let links = finding.links.iter().map(link).collect();
        let step = Step { level: 1, background: finding.leak, active: finding.leak, links };
        let weights = vec![f64::from(!present), f64::from(present)];
        Finding { steps: Arc::from([step]), levels: 2, weights }
    };
    let present = file.case.present.iter().map(|name| observed(name, true));
    let absent = file.case.absent.iter().map(|name| observed(name, false));
    let cause = |c: &WrittenCause| Cause {
        prior: Table::constant(c.prior),
        leads_to: Vec::new(),
        cured: 0.0,
        known: None,
    };
    Network {
        causes: file.network.causes.iter().map(cause).collect(),
        findings: present.chain(absent).collect(),
        ticket: false,
        ..Network::default()
    }
}

/// The most memory that this process has held, in bytes (Linux).
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// What is tried at all: half a minute and 16 GB.
const MOST: Budget = Budget { cost: 3e10, entries: 2e9 };

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// How wide the certain ranges of all causes are within a budget.
fn ranges(file: &File, cost: f64) -> Result<(), Box<dyn Error>> {
    let network = network(file);
    let began = Instant::now();
    let found = bounds(&network, &Budget { cost, ..Budget::default() });
    let seconds = began.elapsed().as_secs_f64();
    let widths: Vec<f64> = found.causes.iter().map(|range| range.high - range.low).collect();
    let mean = widths.iter().sum::<f64>() / widths.len() as f64;
    let widest = widths.iter().copied().fold(0.0, f64::max);
    println!("{}", json!({ "seconds": seconds, "cost": found.cost, "mean": mean, "widest": widest }));
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: ruleout-bench CASE.json [RUNS]")?;
    let file: File = serde_json::from_str(&std::fs::read_to_string(&path)?)?;
    let runs: usize = match arguments.next().as_deref() {
        None => 9,
        Some("--bounds") => {
            return ranges(&file, arguments.next().ok_or("--bounds takes a number of steps")?.parse()?);
        }
        Some(runs) => runs.parse()?,
    };
    let before = peak();
    let began = Instant::now();
    let network = network(&file);
    let read = began.elapsed().as_secs_f64();
    let (mut builds, mut queries) = (Vec::new(), Vec::new());
    let (mut plan, mut answer) = (Stats::default(), None);
    while queries.len() < runs && (queries.len() < 3 || queries.iter().sum::<f64>() < 10.0) {
        let began = Instant::now();
        let prepared =
            prepare(std::hint::black_box(&network)).ok_or("a finding is too large to be counted")?;
        builds.push(began.elapsed().as_secs_f64());
        plan = prepared.stats();
        if plan.cost > MOST.cost || plan.entries > MOST.entries {
            return Err(format!("no exact answer: it would take {plan:?}").into());
        }
        let began = Instant::now();
        answer = std::hint::black_box(prepared.posterior());
        queries.push(began.elapsed().as_secs_f64());
    }
    let exact = answer.ok_or("what is seen cannot be")?;
    let names = file.network.causes.iter().map(|cause| cause.name.clone());
    let posteriors: BTreeMap<String, f64> = names.zip(exact.causes.iter().copied()).collect();
    let line = json!({
        "peer": "ruleout", "build_s": read + median(builds), "query_s": median(queries.clone()),
        "runs": queries.len(), "peak_bytes": peak(), "peak_before_bytes": before, "width": plan.width, "cost": plan.cost,
        "posteriors": posteriors,
    });
    println!("{line}");
    Ok(())
}
