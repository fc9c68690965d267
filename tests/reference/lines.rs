//! What the lines of a rule come to, from the definition: words shrink, a cause alone is seen as its line says, every level is
//! a step from the top down.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Line, Model, Rule, Target};

/// Less than this is rounding.
const ROUNDING: f64 = 1e-12;

/// The chances of a line after its words have shrunk; nothing where the language refuses the line.
pub(crate) fn settled(line: &Line, anyway: bool, levels: usize, never: f64) -> Option<BTreeMap<usize, f64>> {
    let named: BTreeSet<usize> = line.iter().map(|(level, _)| *level).collect();
    let unnamed: Vec<usize> = (0..levels).filter(|level| !named.contains(level)).collect();
    let nevers = |count: usize| f64::from(u32::try_from(count).unwrap()) * never;
    let others = unnamed.iter().filter(|level| **level > 0).count();
    let sum = |word: bool| line.iter().filter(|(_, c)| c.word == word).map(|(_, c)| c.number).sum::<f64>();
    let (words, numbers) = (sum(true), sum(false));
    let total = words + numbers + if anyway { nevers(others) } else { 0.0 };
    // Over 100 %; or words alone that leave nothing to a level, which only numbers may do.
    let full = words > 0.0 && numbers == 0.0 && !unnamed.is_empty() && total > 1.0 - 1e-9;
    let over = full || total > 1.0 + 1e-9;
    let room = 1.0 - numbers - nevers(unnamed.len());
    if over && (words == 0.0 || room < words / 100.0) {
        return None;
    }
    let names_all = named.contains(&0) && (anyway || others == 0);
    if names_all && total < 1.0 - 1e-9 {
        return None;
    }
    let shrunk = |word: bool| if word && over { room / words } else { 1.0 };
    Some(line.iter().map(|(level, c)| (*level, c.number * shrunk(c.word))).collect())
}

/// One step: is it this level, given that it is no higher?
pub(crate) struct Step {
    pub(crate) level: usize,
    /// How often with none of the causes: normal, and with a active unlisted cause.
    pub(crate) background: [f64; 2],
    /// Power, hold and whether it is possible, by cause.
    pub(crate) links: BTreeMap<usize, (f64, f64, bool)>,
}

/// The lines of a rule by cause: a line that names the cause itself counts before one of its group.
pub(crate) fn by_cause(model: &Model, rule: &Rule) -> BTreeMap<usize, Line> {
    let mut lines = BTreeMap::new();
    for own in [false, true] {
        for (targets, line) in &rule.with {
            for target in targets.iter().filter(|t| matches!(t, Target::Cause(_)) == own) {
                lines.extend(model.members(*target).into_iter().map(|cause| (cause, line.clone())));
            }
        }
    }
    lines.extend(rule.shows.iter().map(|(cause, _, line)| (*cause, line.clone())));
    lines
}

/// The levels that a rule excludes, by cause.
pub(crate) fn ruled_out(model: &Model, rule: &Rule) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut out: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (cause, line) in by_cause(model, rule) {
        let zero = line.iter().filter(|(_, c)| c.number == 0.0).map(|(level, _)| *level);
        out.entry(cause).or_default().extend(zero);
    }
    for (levels, targets) in &rule.rules_out {
        for cause in targets.iter().flat_map(|target| model.members(*target)) {
            out.entry(cause).or_default().extend(levels);
        }
    }
    out
}

pub(crate) fn background(model: &Model, rule: &Rule, levels: usize) -> Vec<f64> {
    let said = settled(&rule.anyway, true, levels, model.never()).unwrap();
    let mut all: Vec<f64> = (0..levels).map(|l| said.get(&l).copied().unwrap_or(model.never())).collect();
    all[0] = said.get(&0).copied().unwrap_or_else(|| cut(1.0 - all[1..].iter().sum::<f64>()));
    all
}

pub(crate) fn alone(said: &BTreeMap<usize, f64>, other: &[f64]) -> Vec<f64> {
    let rest = cut(1.0 - said.values().sum::<f64>());
    let unsaid: Vec<usize> = (0..other.len()).filter(|level| !said.contains_key(level)).collect();
    let total: f64 = unsaid.iter().map(|level| other[*level]).sum();
    let share = |level: usize| match total {
        0.0 => f64::from(u8::from(unsaid[0] == level)),
        total => other[level] / total,
    };
    (0..other.len()).map(|l| said.get(&l).copied().unwrap_or_else(|| rest * share(l))).collect()
}

/// What is left over, where it is more than rounding.
pub(crate) fn cut(left: f64) -> f64 {
    if left < ROUNDING { 0.0 } else { left }
}

fn hazard(chances: &[f64], level: usize) -> f64 {
    match chances[..=level].iter().sum::<f64>() {
        0.0 => 0.0,
        total => chances[level] / total,
    }
}

pub(crate) fn steps(model: &Model, rule: &Rule) -> Vec<Step> {
    let levels = model.levels(&rule.evidence).1.len();
    let other = background(model, rule, levels);
    let even = 0.5 / f64::from(u32::try_from(levels).unwrap());
    let active: Vec<f64> =
        other.iter().map(|p| if rule.told_by.is_some() { *p } else { p / 2.0 + even }).collect();
    let lines = by_cause(model, rule);
    let out = ruled_out(model, rule);
    let mut steps = Vec::new();
    for level in (1..levels).rev() {
        let b = hazard(&other, level);
        let mut links = BTreeMap::new();
        for (cause, excluded) in &out {
            let line = lines.get(cause).cloned().unwrap_or_default();
            let said = settled(&line, false, levels, model.never()).unwrap();
            let h = if lines.contains_key(cause) { hazard(&alone(&said, &other), level) } else { b };
            // Too little beside the background, at a level that it does not name; or nothing is left here and below.
            let small = (h - b).abs() < 0.01 && b / 2.0 <= h && h <= 2.0 * b;
            let empty = || alone(&said, &other)[..=level].iter().sum::<f64>() == 0.0;
            let says_nothing =
                (!said.contains_key(&level) && levels > 2 && small) || (lines.contains_key(cause) && empty());
            let link = if excluded.contains(&level) {
                (0.0, 1.0, false)
            } else if (0..level).all(|lower| excluded.contains(&lower)) {
                (1.0, 1.0, true)
            } else if says_nothing {
                (0.0, 1.0, true)
            } else if h >= b {
                (if b < 1.0 { 1.0 - (1.0 - h) / (1.0 - b) } else { 0.0 }, 1.0, true)
            } else {
                (0.0, h / b, true)
            };
            links.insert(*cause, link);
        }
        steps.push(Step { level, background: [b, hazard(&active, level)], links });
    }
    steps
}

/// How likely each level is where exactly these causes are there.
pub(crate) fn chances(steps: &[Step], there: &dyn Fn(usize) -> bool, active: bool) -> Vec<f64> {
    let mut left = 1.0;
    let mut chances = vec![0.0; steps.len() + 1];
    for step in steps {
        let (mut free, mut held, mut possible) = (1.0, 1.0, true);
        for (_, (power, hold, may)) in step.links.iter().filter(|(cause, _)| there(**cause)) {
            free *= 1.0 - power;
            held *= hold;
            possible &= may;
        }
        let unseen = if possible { (1.0 - step.background[usize::from(active)] * held) * free } else { 1.0 };
        chances[step.level] = left * (1.0 - unseen);
        left *= unseen;
    }
    chances[0] = left;
    chances
}
