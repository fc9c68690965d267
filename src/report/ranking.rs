//! The causes in their order, and which are there together.

use super::scope::Scope;
use super::thresholds::{
    FEWEST_ROWS, LEADING, MOST_ROWS, MOST_RULED_OUT, OVER, SET_WORTH_NAMING, WORTH_A_ROW,
};
use super::words::{UNLISTED, count, percent};
use crate::infer::sets::{Set, Sets};
use crate::pack::CauseId;
use crate::ticket::diagnosis::{Diagnosis, Leader, Probability};

/// A row of a ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is in plain words.
    pub title: String,
    /// As the pack calls it, where the title is something else.
    pub name: Option<String>,
    /// How likely it is.
    pub chance: Probability,
    /// Whether it is likely enough to stand out.
    pub is_strong: bool,
    /// Whether it is a cause of the pack.
    pub is_listed: bool,
}

/// How many rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// The first, whatever they are.
    First(usize),
    /// So many causes of the pack, and the unlisted one wherever it is.
    Causes(usize),
}

/// The rows that are shown of a ranking, and what is said of the others.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ranking {
    /// The rows, the likeliest first.
    pub rows: Vec<Row>,
    /// How many there are besides, and how likely they are at most; none where none is.
    pub rest: Option<String>,
    /// The causes that are ruled out.
    pub ruled_out: Option<String>,
    /// Whether the rows come to more than 100 %.
    pub overlaps: bool,
}

/// Returns how many causes are worth a row where nobody says how many.
pub fn rows(diagnosis: &Diagnosis) -> usize {
    let worth = diagnosis.causes.iter().filter(|ranked| ranked.probability.high >= WORTH_A_ROW);
    worth.count().clamp(FEWEST_ROWS, MOST_ROWS)
}

/// Ranks the causes.
pub(super) fn ranking(scope: &Scope, shown: Rows) -> Ranking {
    let diagnosis = scope.ticket.diagnosis();
    if diagnosis.impossible.is_some() {
        return Ranking::default();
    }
    let (mut rows, mut rest, mut causes) = (Vec::new(), Vec::new(), 0);
    for (at, of) in diagnosis.ranking().enumerate() {
        let row = row(scope, of);
        causes += usize::from(row.is_listed);
        let fits = match shown {
            Rows::First(most) => at < most,
            Rows::Causes(most) => !row.is_listed || causes <= most,
        };
        if fits { rows.push(row) } else { rest.push(row) }
    }
    let (out, rest): (Vec<Row>, Vec<Row>) =
        rest.into_iter().partition(|row| row.chance.exact && row.chance.high <= 0.0);
    let sum: f64 = rows.iter().map(|row| row.chance.low).sum();
    Ranking { overlaps: sum > OVER, rows, rest: others(&rest), ruled_out: ruled_out(&out) }
}

fn row(scope: &Scope, (what, chance): (Leader, Probability)) -> Row {
    let (title, name) = match what {
        Leader::Cause(cause) => (scope.title(cause), scope.cause_name(cause)),
        Leader::Unlisted => (UNLISTED, UNLISTED),
    };
    Row {
        title: title.to_owned(),
        name: (name != title).then(|| name.to_owned()),
        chance,
        is_strong: chance.low >= LEADING,
        is_listed: what != Leader::Unlisted,
    }
}

fn others(rest: &[Row]) -> Option<String> {
    let most = percent(rest.first()?.chance.high);
    Some(match rest.len() {
        1 => format!("1 more, at {most}"),
        n => format!("{n} more, each at {most} or less"),
    })
}

fn ruled_out(out: &[Row]) -> Option<String> {
    if out.is_empty() {
        return None;
    }
    let titles: Vec<&str> = out.iter().take(MOST_RULED_OUT).map(|row| row.title.as_str()).collect();
    let more = out.len().saturating_sub(MOST_RULED_OUT);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    Some(format!("Ruled out: {}{more}", titles.join("; ")))
}

/// Returns which causes are there together and no others: those sets that were asked for, else, where several causes together are
/// worth naming, those that are.
pub(super) fn together(scope: &Scope, asked: Option<&Sets>) -> Vec<Row> {
    let found = scope.ticket.diagnosis().advice.as_ref().map_or(&[][..], |advice| &advice.sets);
    let worth = || found.iter().filter(|set| set.probability >= SET_WORTH_NAMING);
    let sets: Vec<&Set> = match asked {
        Some(sets) => sets.sets.iter().collect(),
        None if worth().any(|set| set.causes.len() > 1) => worth().collect(),
        None => Vec::new(),
    };
    sets.iter().map(|set| together_row(scope, set)).collect()
}

fn together_row(scope: &Scope, set: &Set) -> Row {
    let titles: Vec<&str> = set.causes.iter().map(|at| scope.title(CauseId(*at))).collect();
    let title = match titles.as_slice() {
        [] => UNLISTED.to_owned(),
        [alone] => format!("{alone}, alone"),
        several => several.join("; and "),
    };
    let chance = Probability::exactly(set.probability);
    Row { title, name: None, chance, is_strong: set.probability >= LEADING, is_listed: !titles.is_empty() }
}

/// Writes what a pack holds: `46 facts, 21 symptoms, 30 rules, 22 causes, 22 fixes`.
pub fn size(pack: &crate::pack::Pack) -> [String; 5] {
    [
        count(pack.facts.len(), "fact", "facts"),
        count(pack.symptoms.len(), "symptom", "symptoms"),
        count(pack.rules.len(), "rule", "rules"),
        count(pack.causes.len(), "cause", "causes"),
        count(pack.fixes.len(), "fix", "fixes"),
    ]
}
