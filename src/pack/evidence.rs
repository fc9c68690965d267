//! The lines of a rule: words to numbers, sums checked, words over 100 % shrunk.

use std::collections::BTreeMap;

use super::{Frequently, Line, Reading, Shape};
use crate::problem::did_you_mean;
use crate::problem::{Code, Problem, Problems, Suggestion};
use crate::source::Span;
use crate::syntax::ast::{Chance, Entry, Frequency};
use crate::value::scale::FrequencyScale;
use crate::value::write_chance;

/// How far a sum may be from 100 % and still be it.
const TOLERANCE: f64 = 1e-9;

/// Which line of a rule is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum LineKind {
    /// The background.
    Anyway,
    /// A line of causes.
    With,
}

/// Reads a chance; reports a number after a word that is not the pack's.
pub(super) fn chance(
    chance: &Chance,
    span: Span,
    scale: &FrequencyScale,
    problems: &mut Problems,
) -> Frequently {
    let word = match chance {
        Chance::Word(word, _) => Some(*word),
        Chance::Number(_) => None,
    };
    let number = scale.chance(chance).unwrap_or_else(|number| {
        problems.push(other_number(word.map_or("", Frequency::word), number, span));
        number
    });
    Frequently { chance: number, word }
}

/// Returns the problem of a number after a word that is not the one that the word has in this pack.
pub(super) fn other_number(word: &str, number: f64, span: Span) -> Problem {
    let message = format!("`{word}` is {} in this pack", write_chance(number));
    Problem::error(Code::Chance, span, message)
        .help("write the word without a number, or the number without the word")
        .suggest(Suggestion::uncertain(format!("write `{word}`"), span, word))
}

/// Reads the entries of a line over a reading's levels.
pub(super) fn line(
    entries: &[Entry],
    span: Span,
    kind: LineKind,
    reading: &Reading,
    scale: &FrequencyScale,
    problems: &mut Problems,
) -> Option<Line> {
    let mut chances = BTreeMap::new();
    let mut places = BTreeMap::new();
    let mut whole = true;
    for entry in entries {
        let Some(level) = level(entry, reading, problems) else {
            whole = false;
            continue;
        };
        let frequently = chance(&entry.chance.value, entry.chance.span, scale, problems);
        if let Some(first) = places.insert(level, entry.chance.span) {
            let name = reading.levels.get(level).map_or("", |l| l.name.as_str());
            problems.push(
                Problem::error(
                    Code::Duplicate,
                    entry.chance.span,
                    format!("this line says twice how often it is `{name}`"),
                )
                .also(first, "the first")
                .help("take one of the two away"),
            );
            whole = false;
        }
        chances.insert(level, frequently);
    }
    if !whole {
        return None;
    }
    let line = Line { chances, span };
    settle(line, kind, reading, scale, problems)
}

/// Returns the level of an entry.
fn level(entry: &Entry, reading: &Reading, problems: &mut Problems) -> Option<usize> {
    let names = || reading.levels.iter().map(|l| l.name.as_str());
    let Some(level) = &entry.level else {
        if reading.shape == Shape::YesNo {
            return Some(1);
        }
        let some: Vec<_> = names().skip(1).take(1).collect();
        let message = "this does not say of which level";
        let help = format!(
            "name it, as in `usually {} with …`; the levels are {}",
            some.join(""),
            names().collect::<Vec<_>>().join(", ")
        );
        problems.push(Problem::error(Code::Missing, entry.chance.span, message).help(help));
        return None;
    };
    let found = reading.levels.iter().position(|l| l.name == level.value);
    if found.is_none() {
        problems.push(no_level(&level.value, level.span, reading));
    }
    found
}

/// Returns the problem of a level that a reading does not have.
pub(super) fn no_level(name: &str, span: Span, reading: &Reading) -> Problem {
    let names: Vec<_> = reading.levels.iter().map(|l| l.name.as_str()).collect();
    let help = || match reading.shape {
        Shape::YesNo => "this is seen or not: take the word away".to_owned(),
        _ => format!("the levels are {}", names.join(", ")),
    };
    let problem = Problem::error(Code::UnknownName, span, format!("there is no level `{name}` here"));
    problem.meant_or(did_you_mean(name, names.iter().copied()), help)
}

/// Checks the sum of a line, and lets words shrink where they come to more than 100 %.
fn settle(
    mut line: Line,
    kind: LineKind,
    reading: &Reading,
    scale: &FrequencyScale,
    problems: &mut Problems,
) -> Option<Line> {
    let normal_named = line.chances.contains_key(&0);
    let unnamed = (1..reading.levels.len()).filter(|l| !line.chances.contains_key(l)).count();
    #[expect(clippy::cast_precision_loss, reason = "a handful of levels")]
    let nevers = |levels: usize| levels as f64 * scale.frequency(Frequency::Never);
    let reserved = if kind == LineKind::Anyway { nevers(unnamed) } else { 0.0 };
    let sum_of = |word: bool| {
        line.chances.values().filter(|f| f.word.is_some() == word).map(|f| f.chance).sum::<f64>()
    };
    let (words, numbers) = (sum_of(true), sum_of(false));
    let total = words + numbers + reserved;
    // Words never turn hard: each level that is not named keeps a `never`, where they leave it less than
    // nothing and where they alone leave it nothing. Whoever writes a number beside a word has reckoned.
    let without = unnamed + usize::from(!normal_named);
    let full = words > 0.0 && numbers <= 0.0 && without > 0 && total > 1.0 - TOLERANCE;
    if words <= 0.0 && total > 1.0 + TOLERANCE {
        problems.push(over_full(&line, reading, reserved));
        return None;
    }
    if full || total > 1.0 + TOLERANCE {
        let reserved = nevers(without);
        let room = 1.0 - numbers - reserved;
        if room < words * 0.01 {
            problems.push(over_full(&line, reading, reserved));
            return None;
        }
        for frequently in line.chances.values_mut().filter(|f| f.word.is_some()) {
            frequently.chance *= room / words;
        }
        problems.push(shrunk(&line, reading));
        return Some(line);
    }
    let all_named = normal_named && (kind == LineKind::Anyway || unnamed == 0);
    if all_named && total < 1.0 - TOLERANCE {
        let normal = reading.levels.first().map_or("", |l| l.name.as_str());
        let (message, help) = if unnamed == 0 {
            let message = format!("this line names everything and comes to {}", write_chance(total));
            (message, format!("leave out `{normal}`: it gets the rest"))
        } else {
            let message = format!(
                "`{normal}` is the normal value, which gets what the others leave over, and this line comes to {}",
                write_chance(total)
            );
            let others = total - line.chances.get(&0).map_or(0.0, |named| named.chance);
            let place = if reading.shape == Shape::Levels { "first level" } else { "last value" };
            let help = format!(
                "leave out `{normal}`, if it is {} of tickets without these causes; if another value is the ordinary one, make that the {place}",
                write_chance(((1.0 - others) * 1000.0).round() / 1000.0)
            );
            (message, help)
        };
        problems.push(Problem::error(Code::UnderFull, line.span, message).help(help));
        return None;
    }
    Some(line)
}

fn terms(line: &Line, reading: &Reading) -> String {
    let name = |level: usize| reading.levels.get(level).map_or("", |l| l.name.as_str()).to_owned();
    let terms: Vec<_> =
        line.chances.iter().map(|(l, f)| format!("{} {}", write_chance(f.chance), name(*l))).collect();
    terms.join(" + ")
}

fn over_full(line: &Line, reading: &Reading, reserved: f64) -> Problem {
    let total: f64 = line.chances.values().map(|f| f.chance).sum::<f64>() + reserved;
    let message = format!("this line comes to {}", write_chance(total));
    let rest = if reserved > 0.0 {
        format!(" + {} for the levels that it does not name", write_chance(reserved))
    } else {
        String::new()
    };
    let problem = Problem::error(Code::OverFull, line.span, message);
    problem.help(format!("{}{rest} must not be over 100 %", terms(line, reading)))
}

fn shrunk(line: &Line, reading: &Reading) -> Problem {
    let message = "these words come to more than 100 %, so they shrink in proportion";
    Problem::hint(Code::WordsShrink, line.span, message)
        .help(format!("they count as {}", terms(line, reading)))
}
