//! How fast, in turns: each round has a turn of every candidate on one core and one on two, so that what else the machine does
//! hits all alike. Of the rounds, medians; ratios are taken within a round.

use std::error::Error;
use std::fmt::Write;
use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use crate::tickets::Bench;

const ROUNDS: usize = 7;

/// What goes wrong, also in another thread.
pub type Failure = Box<dyn Error + Send + Sync>;

/// Something that evaluates tickets, in one thread.
pub trait Evaluator {
    /// Says of each condition that is asked of a ticket whether it holds.
    fn evaluate(&mut self, ticket: usize, truths: &mut Vec<bool>) -> Result<(), Failure>;
}

/// Something to measure.
pub struct Candidate {
    /// What it is called.
    pub name: &'static str,
    /// Whether it says what holds.
    pub checked: bool,
    /// Makes one, for a thread of its own; not measured.
    pub make: for<'b> fn(&'b Bench<'b>) -> Result<Box<dyn Evaluator + 'b>, Failure>,
}

/// Tickets a second, all threads together.
fn rate(candidate: &Candidate, bench: &Bench<'_>, threads: usize, time: Duration) -> Result<f64, Failure> {
    let barrier = Barrier::new(threads);
    let turn = || {
        let made = (candidate.make)(bench);
        barrier.wait();
        of_thread(made?.as_mut(), bench.tickets.len(), time)
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(turn)).collect();
        running.into_iter().map(|thread| thread.join().expect("no candidate panics")).sum()
    })
}

/// Tickets a second. All tickets are gone through once before time counts, and as often as begins within the time.
fn of_thread(evaluator: &mut dyn Evaluator, tickets: usize, time: Duration) -> Result<f64, Failure> {
    let mut truths = Vec::new();
    let mut pass = || -> Result<(), Failure> {
        for ticket in 0..tickets {
            truths.clear();
            evaluator.evaluate(ticket, &mut truths)?;
            black_box(&truths);
        }
        Ok(())
    };
    pass()?;
    let began = Instant::now();
    let mut passes = 0_u32;
    while began.elapsed() < time {
        pass()?;
        passes += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "a hundred tickets")]
    let tickets = tickets as f64;
    Ok(f64::from(passes) * tickets / began.elapsed().as_secs_f64())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Measures all candidates: on one core, two against one, and how many times as long as the first each takes on one.
pub fn table(candidates: &[Candidate], bench: &Bench<'_>, time: Duration) -> Result<String, Failure> {
    let mut rates = vec![Vec::new(); candidates.len()];
    for _ in 0..ROUNDS {
        for (candidate, rates) in candidates.iter().zip(&mut rates) {
            rates.push([rate(candidate, bench, 1, time)?, rate(candidate, bench, 2, time)?]);
        }
    }
    let mut table =
        String::from("| | tickets a second | conditions a second | on two cores | time beside the first |\n");
    table += "|---|---|---|---|---|\n";
    let answers: usize = bench.tickets.iter().map(|t| t.asked.len()).sum();
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let each = answers as f64 / bench.tickets.len() as f64;
    for (candidate, own) in candidates.iter().zip(&rates) {
        let tickets = median(own.iter().map(|r| r[0]));
        let conditions = if candidate.checked { rounded(tickets * each) } else { "–".into() };
        let on_two = median(own.iter().map(|r| r[1] / r[0]));
        let times = median(own.iter().zip(&rates[0]).map(|(r, first)| first[0] / r[0]));
        let tickets = rounded(tickets);
        let _ = writeln!(
            table,
            "| {} | {tickets} | {conditions} | × {on_two:.2} | × {times:.2} |",
            candidate.name
        );
    }
    Ok(table)
}

/// Three digits that count, thousands apart.
fn rounded(rate: f64) -> String {
    let digits = format!("{rate:.0}");
    let keep = digits.len().min(3);
    let whole = format!("{}{}", &digits[..keep], "0".repeat(digits.len() - keep));
    let mut apart = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart
}
