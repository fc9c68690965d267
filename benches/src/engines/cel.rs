//! CEL: a program for each condition, a context for each ticket.

use std::sync::Arc;

use cel::{Context, Env, Program, Value};

use crate::measure::{Evaluator, Failure};
use crate::tickets::{Bench, Ticket};

struct Programs<'b> {
    bench: &'b Bench<'b>,
    programs: Vec<Program>,
    contexts: Vec<Context<'static, 'static>>,
}

/// Parses all conditions, and puts the facts of all tickets into contexts.
pub fn programs<'b>(bench: &'b Bench<'b>) -> Result<Box<dyn Evaluator + 'b>, Failure> {
    let env = Arc::new(Env::stdlib());
    let compile = |source: &str| env.compile(source).map_err(|e| format!("{source}: {e}"));
    let programs = bench.asked.iter().map(|asked| compile(&asked.cel)).collect::<Result<_, _>>()?;
    let contexts = bench.tickets.iter().map(|ticket| context(&env, ticket)).collect::<Result<_, _>>()?;
    Ok(Box::new(Programs { bench, programs, contexts }))
}

fn context(env: &Arc<Env>, ticket: &Ticket<'_>) -> Result<Context<'static, 'static>, Failure> {
    let mut context = Context::with_env(env.clone());
    for (name, value) in ticket.input.as_object().into_iter().flatten() {
        context.add_variable_from_value(name.as_str(), cel::to_value(value)?);
    }
    Ok(context)
}

impl Evaluator for Programs<'_> {
    fn evaluate(&mut self, ticket: usize, truths: &mut Vec<bool>) -> Result<(), Failure> {
        let context = &self.contexts[ticket];
        for at in &self.bench.tickets[ticket].asked {
            match self.programs[*at].execute(context) {
                Ok(Value::Bool(yes)) => truths.push(yes),
                other => return Err(format!("{}: {other:?}", self.bench.asked[*at].cel).into()),
            }
        }
        Ok(())
    }
}
