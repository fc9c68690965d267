//! What of an artefact must stay when it is redacted: whatever the literals and patterns of a pack look for.
//!
//! In: a pack. Out: [`Kept`], with the names of its facts, the hosts, words and networks of its conditions, and those of the patterns
//! by which it reads artefacts.

use crate::evidence::{Kept, Shape};
use crate::pack::Pack;
use crate::pack::expr::{Condition, ConditionKind, Definition, Operand, OperandKind, TextTest};
use crate::pack::records::{ReadLine, ReadValue, Records, RecordsFrom};
use crate::value::Value;

/// Returns what a pack looks for.
pub fn kept(pack: &Pack) -> Kept {
    let mut kept = Kept::default();
    for fact in &pack.facts {
        kept.text(&fact.name.value);
        if let Some(Definition::Operand(operand)) = &fact.definition {
            of_operand(operand, &mut kept);
        }
        fact.read.iter().for_each(|line| of_read(line, &mut kept));
    }
    pack.conditions().for_each(|condition| of_condition(condition, &mut kept));
    pack.records.iter().for_each(|records| of_records(records, &mut kept));
    if let Some(keys) = &pack.tickets {
        keys.opened
            .iter()
            .filter_map(|(_, when)| when.as_ref())
            .for_each(|when| of_condition(when, &mut kept));
        keys.fine.iter().for_each(|(when, _)| of_condition(when, &mut kept));
    }
    kept
}

fn of_read(line: &ReadLine, kept: &mut Kept) {
    line.when.iter().for_each(|when| of_condition(when, kept));
    match &line.value {
        ReadValue::Value(value) => of_value(value, kept),
        ReadValue::Condition(condition) => of_condition(condition, kept),
        ReadValue::Operand(operand) => of_operand(operand, kept),
        ReadValue::Cell(cell) => {
            cell.filter.iter().for_each(|filter| of_condition(filter, kept));
            cell.matching.iter().for_each(|pattern| kept.pattern(pattern.as_str()));
        }
    }
}

fn of_records(records: &Records, kept: &mut Kept) {
    match &records.from {
        RecordsFrom::View { filter, .. } => filter.iter().for_each(|filter| of_condition(filter, kept)),
        RecordsFrom::Declared(table) => {
            match &table.declared.shape {
                Shape::Lines { starts, also } => {
                    std::iter::once(starts).chain(also).for_each(|pattern| kept.pattern(pattern.as_str()));
                }
                Shape::Fields { starts } => starts.iter().for_each(|pattern| kept.pattern(pattern.as_str())),
                Shape::Json { path } | Shape::Xml { path } => kept.text(path),
                Shape::Csv => {}
            }
            for column in &table.declared.columns {
                kept.text(&column.name);
                column.from.iter().for_each(|from| kept.text(from));
            }
        }
    }
}

fn of_condition(condition: &Condition, kept: &mut Kept) {
    let kept = std::cell::RefCell::new(kept);
    condition.visit(
        &mut |part| match &part.kind {
            ConditionKind::Text(_, TextTest::Matches(pattern)) => kept.borrow_mut().pattern(pattern.as_str()),
            ConditionKind::Text(
                _,
                TextTest::Contains(text) | TextTest::StartsWith(text) | TextTest::EndsWith(text),
            ) => kept.borrow_mut().text(text),
            ConditionKind::InNetwork(_, network) => kept.borrow_mut().network(*network),
            _ => {}
        },
        &mut |operand| literal(operand, &mut kept.borrow_mut()),
    );
}

fn of_operand(operand: &Operand, kept: &mut Kept) {
    let kept = std::cell::RefCell::new(kept);
    operand.visit(
        &mut |part| {
            if let ConditionKind::Text(_, TextTest::Matches(pattern)) = &part.kind {
                kept.borrow_mut().pattern(pattern.as_str());
            }
        },
        &mut |operand| literal(operand, &mut kept.borrow_mut()),
    );
}

fn literal(operand: &Operand, kept: &mut Kept) {
    if let OperandKind::Literal(value) = &operand.kind {
        of_value(value, kept);
    }
}

fn of_value(value: &Value, kept: &mut Kept) {
    match value {
        Value::Text(text) | Value::Domain(text) => kept.text(text),
        Value::Ip(address) => kept.text(&address.to_string()),
        _ => {}
    }
}
