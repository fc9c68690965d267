//! Diagnoses one ticket: `cargo run --example diagnose -- rules/printer ticket.yaml`.
//!
//! Prints the likeliest causes, what to try first, and the next question.

#![allow(clippy::print_stdout, reason = "a program that shows its answer")]

use std::error::Error;

use ruleout::wire::diagnose::NextKind;
use ruleout::{Pack, Ticket};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err("name the folder of a pack and a fact file".into());
    };
    let pack = Pack::open(folder)?;
    let ticket = Ticket::new(pack.read_file(file)?);
    let answer = ticket.answer();
    for cause in answer.causes.iter().take(3) {
        let title = cause.title.as_deref().unwrap_or(&cause.name);
        println!("{:>7}  {title}", cause.chance.to_string());
    }
    println!("{:>7}  A cause that this pack does not list", answer.unlisted.to_string());
    if let Some(step) = answer.plan.iter().flat_map(|plan| &plan.steps).next() {
        println!("Try first: {}", step.title.as_deref().unwrap_or(&step.fix));
    }
    if let Some(next) = answer.next.iter().find(|next| next.kind == NextKind::Question) {
        println!("Find out: {} ({} min)", next.name, next.minutes);
    }
    Ok(())
}
