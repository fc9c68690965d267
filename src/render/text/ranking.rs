//! The ranking of an answer, read back from its text: what is kept of an answer is a text.

use super::{BAR, CHANCE};

/// A row of a ranking as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// What it is, in one line; of what is ruled out, all together.
    pub title: String,
    /// How likely it is, as it was written: `87 %`, `<0.1 %`, `61 to 72 %`.
    pub chance: String,
    /// The same in percent, from the lower end to the upper one.
    pub percent: (f64, f64),
}

/// Reads the rows of the ranking of an answer, in their order; none where the facts cannot all be true.
pub fn ranking(answer: &str) -> Vec<Ranked> {
    let mut rows: Vec<Ranked> = Vec::new();
    // How far the rest of a title is set in, and how far a row is at least.
    let mut indent = None;
    for line in answer.lines() {
        let set_in = line.chars().take_while(|c| *c == ' ').count();
        if let Some((row, at)) = row(line) {
            rows.push(row);
            indent = Some(at);
        } else if line.is_empty() && !rows.is_empty() {
            break;
        } else if let (Some(row), true) = (rows.last_mut(), indent == Some(set_in)) {
            row.title.push(' ');
            row.title.push_str(line.trim());
        } else {
            indent = None;
        }
    }
    rows
}

/// Reads a row, and the column at which its title begins.
fn row(line: &str) -> Option<(Ranked, usize)> {
    let (chance, rest) = line.trim_start().split_once(" %  ")?;
    let percent = match chance.split_once(" to ") {
        Some((low, high)) => (number(low)?, number(high)?),
        None => (number(chance)?, number(chance)?),
    };
    let (title, at) = if rest.starts_with(RULED_OUT) {
        (rest, CHANCE + 2)
    } else {
        let is_bar = |c: char| c == ' ' || ('▀'..='▟').contains(&c);
        let bar: String = rest.chars().take(BAR + 2).collect();
        let title = rest.strip_prefix(bar.as_str()).filter(|_| bar.chars().all(is_bar))?;
        (title, line.chars().count() - title.chars().count())
    };
    Some((Ranked { title: title.to_owned(), chance: format!("{chance} %"), percent }, at))
}

const RULED_OUT: &str = "Ruled out: ";

fn number(text: &str) -> Option<f64> {
    text.trim_start_matches(['<', '>']).parse().ok()
}
