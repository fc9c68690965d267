//! Zen: an expression for each condition; and a decision graph for each ticket, with all of its conditions in one node.

use futures_executor::block_on;
use serde_json::{Value as Json, json};
use zen_engine::Decision;
use zen_engine::model::GraphContent;
use zen_expression::expression::Standard;
use zen_expression::vm::VM;
use zen_expression::{Expression, Scope, Variable, compile_expression};

use crate::measure::{Evaluator, Failure};
use crate::tickets::{Bench, Ticket};

struct Expressions<'b> {
    bench: &'b Bench<'b>,
    expressions: Vec<Expression<Standard>>,
    scopes: Vec<Scope>,
    machine: VM,
}

/// Compiles all conditions, for zen-expression alone.
pub fn expressions<'b>(bench: &'b Bench<'b>) -> Result<Box<dyn Evaluator + 'b>, Failure> {
    let compile = |source: &str| compile_expression(source).map_err(|e| format!("{source}: {e}"));
    let expressions = bench.asked.iter().map(|asked| compile(&asked.zen)).collect::<Result<_, _>>()?;
    let scopes = bench.tickets.iter().map(|ticket| Scope::new(Variable::from(&ticket.input))).collect();
    Ok(Box::new(Expressions { bench, expressions, scopes, machine: VM::new() }))
}

impl Evaluator for Expressions<'_> {
    fn evaluate(&mut self, ticket: usize, truths: &mut Vec<bool>) -> Result<(), Failure> {
        let scope = &self.scopes[ticket];
        for at in &self.bench.tickets[ticket].asked {
            let value = self.expressions[*at].evaluate_with_scope(scope, &mut self.machine);
            match value {
                Ok(Variable::Bool(yes)) => truths.push(yes),
                other => return Err(format!("{}: {other:?}", self.bench.asked[*at].zen).into()),
            }
        }
        Ok(())
    }
}

struct Decisions {
    decisions: Vec<(Decision, Variable, Vec<String>)>,
}

/// Compiles a graph for each ticket, for zen-engine.
pub fn decisions<'b>(bench: &'b Bench<'b>) -> Result<Box<dyn Evaluator + 'b>, Failure> {
    let decisions = bench.tickets.iter().map(|ticket| {
        let mut decision = Decision::from(serde_json::from_value::<GraphContent>(graph(bench, ticket))?);
        decision.compile();
        let keys = ticket.asked.iter().map(|at| key(*at)).collect();
        Ok((decision, Variable::from(&ticket.input), keys))
    });
    Ok(Box::new(Decisions { decisions: decisions.collect::<Result<_, Failure>>()? }))
}

fn key(condition: usize) -> String {
    format!("told_{condition}")
}

/// What comes in, all conditions, what goes out.
fn graph(bench: &Bench<'_>, ticket: &Ticket<'_>) -> Json {
    let expression = |at: &usize| json!({ "id": key(*at), "key": key(*at), "value": bench.asked[*at].zen });
    let expressions: Vec<Json> = ticket.asked.iter().map(expression).collect();
    json!({
        "nodes": [
            { "id": "in", "name": "in", "type": "inputNode", "content": {} },
            {
                "id": "told", "name": "told", "type": "expressionNode",
                "content": { "passThrough": false, "expressions": expressions },
            },
            { "id": "out", "name": "out", "type": "outputNode", "content": {} },
        ],
        "edges": [
            { "id": "first", "sourceId": "in", "targetId": "told" },
            { "id": "second", "sourceId": "told", "targetId": "out" },
        ],
    })
}

impl Evaluator for Decisions {
    fn evaluate(&mut self, ticket: usize, truths: &mut Vec<bool>) -> Result<(), Failure> {
        let (decision, input, keys) = &self.decisions[ticket];
        let told = block_on(decision.evaluate(input.clone())).map_err(|e| format!("{e:?}"))?.result;
        for key in keys {
            truths.push(told.dot(key).and_then(|told| told.as_bool()).ok_or_else(|| format!("no {key}"))?);
        }
        Ok(())
    }
}
