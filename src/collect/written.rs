//! What is known of facts, as a fact file in YAML has it.

use crate::document::write::scalar;
use crate::facts::recorded::Recorded;
use crate::value::{Known, Type, Value, write_bounds, write_value};

/// Writes what is known of a fact as a fact file has it.
pub fn written(recorded: &Recorded, ty: &Type) -> String {
    let name = |value: &Value| scalar(&write_value(value, ty));
    match &recorded.known {
        Known::Unknown if !recorded.available => "not available".to_owned(),
        Known::Exactly(Value::Set(members)) => {
            let names: Vec<String> = members.iter().map(|at| name(&Value::Choice(*at))).collect();
            format!("[{}]", names.join(", "))
        }
        Known::Exactly(Value::Text(text)) => scalar(text),
        Known::Exactly(value) => name(value),
        Known::Within(range) => scalar(&write_bounds(range, ty)),
        Known::Possible(values) => {
            let Type::OneOf(all) = ty else { return scalar(&recorded.written) };
            let others = all.iter().enumerate().filter(|(at, _)| !values.contains(at));
            let others: Vec<String> = others.map(|(_, value)| scalar(value)).collect();
            format!("{{ not: [{}] }}", others.join(", "))
        }
        Known::Rows(rows) => table(rows, ty),
        _ => scalar(&recorded.written),
    }
}

fn table(rows: &[crate::value::Row], ty: &Type) -> String {
    let Type::Table(columns) = ty else { return "none".to_owned() };
    let row = |row: &crate::value::Row| {
        let cells = row.iter().zip(columns).filter_map(|(known, column)| match known {
            Known::Exactly(value) => {
                Some(format!("{}: {}", column.name, scalar(&write_value(value, &column.ty))))
            }
            _ => None,
        });
        format!("{{ {} }}", cells.collect::<Vec<_>>().join(", "))
    };
    if rows.is_empty() {
        "none".to_owned()
    } else {
        format!("[{}]", rows.iter().map(row).collect::<Vec<_>>().join(", "))
    }
}
