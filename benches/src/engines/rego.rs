//! Rego: a policy for each ticket, with a rule for each of its conditions, asked as one set of those that hold; by the
//! interpreter, and by the virtual machine.

use std::fmt::Write;
use std::sync::Arc;

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{CompiledPolicy, Engine, Value};

use crate::measure::{Evaluator, Failure};
use crate::tickets::{Bench, Ticket};

/// What is asked.
const RULE: &str = "data.ticket.told";

/// The facts of a ticket, and the conditions as the set names them.
struct Given {
    input: Value,
    asked: Vec<Value>,
}

impl Given {
    fn new(ticket: &Ticket<'_>) -> Given {
        let asked = ticket.asked.iter().map(|at| Value::from(*at)).collect();
        Given { input: Value::from(ticket.input.clone()), asked }
    }

    fn read(&self, told: &Value, truths: &mut Vec<bool>) -> Result<(), Failure> {
        let told = told.as_set()?;
        truths.extend(self.asked.iter().map(|at| told.contains(at)));
        Ok(())
    }
}

fn policy(bench: &Bench<'_>, ticket: &Ticket<'_>) -> String {
    let mut policy = "package ticket\n\nimport rego.v1\n\n".to_owned();
    for at in &ticket.asked {
        let rule = &bench.asked[*at].rego;
        let mark = |text: &str| text.replace('@', &at.to_string());
        let _ =
            writeln!(policy, "{}told contains {at} if {{ {} }}\n", mark(&rule.leans_on), mark(&rule.body));
    }
    policy
}

fn engine(bench: &Bench<'_>, ticket: &Ticket<'_>) -> Result<Engine, Failure> {
    let mut engine = Engine::new();
    engine.set_strict_builtin_errors(true);
    let policy = policy(bench, ticket);
    engine.add_policy("ticket.rego".into(), policy.clone()).map_err(|e| format!("{e}\n{policy}"))?;
    Ok(engine)
}

struct Interpreter {
    engines: Vec<(Engine, Given)>,
}

/// Parses a policy for each ticket, for the interpreter.
pub fn interpreter<'b>(bench: &'b Bench<'b>) -> Result<Box<dyn Evaluator + 'b>, Failure> {
    let ready = |ticket| Ok((engine(bench, ticket)?, Given::new(ticket)));
    let engines = bench.tickets.iter().map(ready).collect::<Result<_, Failure>>()?;
    Ok(Box::new(Interpreter { engines }))
}

impl Evaluator for Interpreter {
    fn evaluate(&mut self, ticket: usize, truths: &mut Vec<bool>) -> Result<(), Failure> {
        let (engine, given) = &mut self.engines[ticket];
        engine.set_input(given.input.clone());
        let told = engine.eval_rule(RULE.into())?;
        given.read(&told, truths)
    }
}

struct Machine {
    machines: Vec<(RegoVM, Given)>,
}

/// Compiles a policy for each ticket, for the virtual machine.
pub fn machine<'b>(bench: &'b Bench<'b>) -> Result<Box<dyn Evaluator + 'b>, Failure> {
    let ready = |ticket| {
        let compiled: CompiledPolicy = engine(bench, ticket)?.compile_with_entrypoint(&Arc::from(RULE))?;
        let mut machine = RegoVM::new();
        machine.load_program(Compiler::compile_from_policy(&compiled, &[RULE]).map_err(|e| e.to_string())?);
        machine.set_max_instructions(usize::MAX);
        Ok((machine, Given::new(ticket)))
    };
    let machines = bench.tickets.iter().map(ready).collect::<Result<_, Failure>>()?;
    Ok(Box::new(Machine { machines }))
}

impl Evaluator for Machine {
    fn evaluate(&mut self, ticket: usize, truths: &mut Vec<bool>) -> Result<(), Failure> {
        let (machine, given) = &mut self.machines[ticket];
        machine.set_input(given.input.clone());
        let told = machine.execute().map_err(|e| e.to_string())?;
        given.read(&told, truths)
    }
}
