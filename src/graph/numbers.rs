//! What the lines of a rule mean.
//!
//! In: for one symptom, how often each of its levels is seen *with* a cause and how often *anyway*. Out: the
//! symptom as a chain of yes/no [`steps`] from the top level down ("is it this level, given that it is no
//! higher?"), each a leaky noisy-OR (Henrion 1988) over the causes, some of which may hold its background
//! back. Guarantee: a cause that is there alone shows every level as often as its line says. A yes/no symptom
//! has two levels; kinds arrive as levels in reverse.
//!
//! The chain is the noisy-MAX of Díez 1993 and Srinivas 1993, written so that causes below the background fit
//! in too.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::infer::step::{Link, Step};

/// The chance of a level that the background does not name: the word `never`.
pub const NEVER: f64 = 0.005;

/// A line makes no link at a level that it does not name where the hazards differ by less than this and by
/// less than [`NO_FACTOR`]: the rest of a line is shared like the background, so such differences say nothing,
/// and each link would cost.
const NO_LINK: f64 = 0.01;

/// By how much hazards must differ to make a link whatever the difference: what is rare anyway and far rarer
/// with a cause speaks against it.
const NO_FACTOR: f64 = 2.0;

/// How far a line may be away from 100 % and still count as 100 %.
const TOLERANCE: f64 = 1e-12;

/// How far a background that names its normal level too may be away from 100 %.
const FULL: f64 = 1e-9;

/// What a rule says about the levels `0..levels` of its symptom; level 0 is the normal one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lines {
    /// How many levels there are.
    pub levels: usize,
    /// The background: how often a level is seen with none of the causes.
    pub anyway: BTreeMap<usize, f64>,
    /// For each cause, how often a level is seen with it alone; 0 rules the cause out there.
    pub with: BTreeMap<usize, BTreeMap<usize, f64>>,
    /// For each cause, the levels that cannot be with it.
    pub rules_out: BTreeMap<usize, BTreeSet<usize>>,
    /// Whether it is a direct check: what asks for one cause alone is not shown by an unlisted one.
    pub direct: bool,
}

/// Which line of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The background.
    Anyway,
    /// The line of a cause.
    With(usize),
}

/// A line that does not come to 100 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LineError {
    /// What it says is more than 100 %.
    Over {
        /// Which line.
        line: Line,
        /// What it comes to.
        sum: f64,
    },
    /// It names every level and comes to less than 100 %.
    Under {
        /// Which line.
        line: Line,
        /// What it comes to.
        sum: f64,
    },
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Over { sum, .. } => write!(f, "the line comes to {} %", sum * 100.0),
            Self::Under { sum, .. } => write!(f, "the line names every level and comes to {} %", sum * 100.0),
        }
    }
}

impl std::error::Error for LineError {}

/// Returns the chance of every level with none of the causes: what is not named is seen `never`, the normal
/// level has the rest.
///
/// # Errors
/// Where the line is over 100 %, or names the normal level too and does not come to 100 %.
pub fn background(lines: &Lines) -> Result<Vec<f64>, LineError> {
    let named = |level| lines.anyway.get(&level).copied();
    let others: Vec<f64> = (1..lines.levels).map(|level| named(level).unwrap_or(NEVER)).collect();
    let sum: f64 = others.iter().sum();
    let normal = named(0).unwrap_or(1.0 - sum);
    let all = sum + normal;
    if normal < -TOLERANCE {
        return Err(LineError::Over { line: Line::Anyway, sum });
    }
    if all > 1.0 + FULL {
        return Err(LineError::Over { line: Line::Anyway, sum: all });
    }
    if all < 1.0 - FULL {
        return Err(LineError::Under { line: Line::Anyway, sum: all });
    }
    Ok(std::iter::once(some(normal)).chain(others).collect())
}

/// Returns the chance of every level with one cause alone: as its line says, and what that leaves over is
/// shared among the levels that the line does not name as the `background` shares them.
///
/// # Errors
/// Where the line is over 100 %, or names every level and is under 100 %.
pub fn line(lines: &Lines, cause: usize, background: &[f64]) -> Result<Vec<f64>, LineError> {
    let none = BTreeMap::new();
    let said = lines.with.get(&cause).unwrap_or(&none);
    let unsaid = || background.iter().enumerate().filter(|(level, _)| !said.contains_key(level));
    let sum: f64 = said.values().sum();
    let rest = 1.0 - sum;
    if rest < -TOLERANCE {
        return Err(LineError::Over { line: Line::With(cause), sum });
    }
    if rest > TOLERANCE && unsaid().next().is_none() {
        return Err(LineError::Under { line: Line::With(cause), sum });
    }
    let rest = some(rest);
    let shared: f64 = unsaid().map(|(_, p)| p).sum();
    let lowest = unsaid().next().map(|(level, _)| level);
    let part = |level, p: f64| if shared > 0.0 { p / shared } else { f64::from(Some(level) == lowest) };
    let chance = |(level, &p)| said.get(&level).copied().unwrap_or_else(|| rest * part(level, p));
    Ok(background.iter().enumerate().map(chance).collect())
}

/// Returns what is left over, and nothing where it is no more than rounding: `80 %` and `20 %` leave nothing.
fn some(left: f64) -> f64 {
    if left > TOLERANCE { left } else { 0.0 }
}

/// Writes a symptom as a chain of steps, the top level first; the normal level needs none.
///
/// # Errors
/// The first line that does not come to 100 %: the background, then the causes by index.
pub fn steps(lines: &Lines) -> Result<Vec<Step>, LineError> {
    let normal = background(lines)?;
    // Nobody can say what an active unlisted cause shows: half of the chance stays as in the background, half
    // is spread evenly.
    let even = 0.5 / count(lines.levels);
    let raised = normal.iter().map(|p| if lines.direct { *p } else { p / 2.0 + even });
    let raised: Vec<f64> = raised.collect();
    let alone = lines
        .with
        .keys()
        .map(|&cause| Ok((cause, line(lines, cause, &normal)?)))
        .collect::<Result<BTreeMap<_, _>, LineError>>()?;
    let causes: BTreeSet<usize> = lines.with.keys().chain(lines.rules_out.keys()).copied().collect();
    let link = |cause, level| link(lines, cause, level, &normal, alone.get(&cause).unwrap_or(&normal));
    let of_level = |level| {
        causes.iter().map(|&cause| (cause, link(cause, level))).filter(|(_, l)| *l != Link::NONE).collect()
    };
    let chain = |level| Step {
        level,
        background: hazard(&normal, level),
        active: hazard(&raised, level),
        links: of_level(level),
    };
    Ok((1..lines.levels).rev().map(chain).collect())
}

/// Returns what a cause does to the step of a level, so that with the cause alone the step is seen with its
/// hazard h, where with none it is seen with b.
fn link(lines: &Lines, cause: usize, level: usize, normal: &[f64], alone: &[f64]) -> Link {
    let b = hazard(normal, level);
    let h = hazard(alone, level);
    let named = lines.with.get(&cause).is_some_and(|said| said.contains_key(&level));
    if ruled_out(lines, cause, level) {
        Link { possible: false, ..Link::NONE }
    } else if (0..level).all(|lower| ruled_out(lines, cause, lower)) {
        // Nothing lower can be: it is this level for certain, given that it is no higher.
        Link { power: 1.0, ..Link::NONE }
    } else if !named && lines.levels > 2 && says_nothing(h, b) {
        Link::NONE
    } else if alone.iter().take(level + 1).sum::<f64>() <= 0.0 {
        // The line leaves nothing here or below, so it says nothing of how that is divided.
        Link::NONE
    } else if h >= b {
        // 1 − h = (1 − b)·(1 − power).
        Link { power: if b < 1.0 { 1.0 - (1.0 - h) / (1.0 - b) } else { 0.0 }, ..Link::NONE }
    } else {
        // h = b·hold.
        Link { hold: h / b, ..Link::NONE }
    }
}

/// Returns whether two hazards differ by too little to make a link.
fn says_nothing(h: f64, b: f64) -> bool {
    (h - b).abs() < NO_LINK && b / NO_FACTOR <= h && h <= b * NO_FACTOR
}

/// Returns whether a level cannot be with a cause: its line says 0, or it rules it out.
fn ruled_out(lines: &Lines, cause: usize, level: usize) -> bool {
    let zero = lines.with.get(&cause).and_then(|said| said.get(&level)).is_some_and(|&p| p == 0.0);
    zero || lines.rules_out.get(&cause).is_some_and(|levels| levels.contains(&level))
}

/// Returns the chance of a level, given that it is no higher.
fn hazard(chances: &[f64], level: usize) -> f64 {
    let up_to: f64 = chances.iter().take(level + 1).sum();
    let here = chances.get(level).copied().unwrap_or(0.0);
    if up_to > 0.0 { here / up_to } else { 0.0 }
}

fn count(levels: usize) -> f64 {
    f64::from(u32::try_from(levels.max(1)).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::step::levels_given;

    fn map<V: Clone>(pairs: &[(usize, V)]) -> BTreeMap<usize, V> {
        pairs.iter().cloned().collect()
    }

    fn yes_no(b: f64, with: &[(usize, f64)]) -> Lines {
        let with = with.iter().map(|&(cause, p)| (cause, map(&[(1, p)]))).collect();
        Lines { levels: 2, anyway: map(&[(1, b)]), with, ..Lines::default() }
    }

    fn seen(lines: &Lines, on: &[usize]) -> Vec<f64> {
        levels_given(&steps(lines).unwrap(), lines.levels, on, false)
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn a_cause_alone_is_seen_as_its_line_says_above_and_below_the_background() {
        for p in [0.8, 0.3, 0.08, 0.0] {
            assert!(near(seen(&yes_no(0.3, &[(0, p)]), &[0])[1], p), "{p}");
        }
        let out = Lines { rules_out: map(&[(0, BTreeSet::from([1]))]), ..yes_no(0.3, &[]) };
        assert!(seen(&out, &[0])[1] == 0.0 && near(seen(&out, &[])[1], 0.3));
    }

    #[test]
    fn a_cause_holds_the_background_back_and_not_another_cause() {
        // 1 − (1 − .3·(.08/.3))·(1 − .8)/(1 − .3)
        let both = seen(&yes_no(0.3, &[(0, 0.8), (1, 0.08)]), &[0, 1])[1];
        assert!(near(both, 1.0 - 0.92 * 0.2 / 0.7), "{both}");
    }

    fn hold_time() -> Lines {
        Lines {
            levels: 4,
            anyway: map(&[(1, 0.08)]),
            with: map(&[(0, map(&[(2, 0.95), (3, 0.0)])), (1, map(&[(3, 0.6), (2, 0.3)]))]),
            rules_out: map(&[(0, BTreeSet::from([0]))]),
            direct: false,
        }
    }

    #[test]
    fn levels_are_a_chain_from_the_top() {
        let lines = hold_time();
        assert!(near(seen(&lines, &[])[3], NEVER));
        let delayed = seen(&lines, &[1]);
        assert!(
            near(delayed[3], 0.6) && near(delayed[2], 0.3) && near(delayed.iter().sum(), 1.0),
            "{delayed:?}"
        );
        let scanned = seen(&lines, &[0]);
        assert!(scanned[3] == 0.0 && near(scanned[0], 0.0) && near(scanned[2], 0.95), "{scanned:?}");
        assert!(seen(&lines, &[0, 1])[2] > 0.9);
    }

    #[test]
    fn kinds_written_earlier_win_and_a_line_shares_its_rest_like_the_background() {
        let with = map(&[(0, map(&[(2, 0.95)])), (1, map(&[(0, 0.9)]))]);
        let lines = Lines { levels: 3, anyway: map(&[(1, 0.4), (2, 0.4)]), with, ..Lines::default() };
        assert!(near(seen(&lines, &[0])[2], 0.95) && near(seen(&lines, &[1])[0], 0.9));
        let shared = line(&lines, 0, &background(&lines).unwrap()).unwrap();
        assert!(near(shared[0], 0.05 / 3.0) && near(shared[1], 0.1 / 3.0), "{shared:?}");
    }

    #[test]
    fn a_small_difference_at_a_level_that_the_line_does_not_name_is_no_link() {
        let lines = hold_time();
        let with = map(&[(0, map(&[(1, 0.085)]))]);
        let chain = steps(&Lines { with, rules_out: BTreeMap::new(), ..lines }).unwrap();
        let linked: Vec<usize> = chain.iter().filter(|s| !s.links.is_empty()).map(|s| s.level).collect();
        assert_eq!(linked, [1]);
    }

    #[test]
    fn what_is_rare_anyway_and_rarer_with_a_cause_speaks_against_it() {
        let lines = Lines {
            levels: 3,
            anyway: map(&[(1, 0.008), (2, 0.3)]),
            with: map(&[(0, map(&[(0, 0.99)]))]),
            ..Lines::default()
        };
        assert!(seen(&lines, &[0])[1] < 0.0005, "{:?}", seen(&lines, &[0]));
    }

    #[test]
    fn a_line_that_leaves_nothing_below_a_step_says_nothing_there() {
        let with = map(&[(0, map(&[(2, 0.0)])), (1, map(&[(2, 1.0)]))]);
        let lines = Lines { levels: 3, anyway: map(&[(1, 0.4), (2, 0.1)]), with, ..Lines::default() };
        let both = seen(&lines, &[0, 1]);
        assert!(both[2] == 0.0 && both[1] > 0.3, "{both:?}");
    }

    #[test]
    fn an_unlisted_cause_does_not_show_a_direct_check() {
        let plain = steps(&yes_no(0.1, &[(0, 0.9)])).unwrap();
        let direct = steps(&Lines { direct: true, ..yes_no(0.1, &[(0, 0.9)]) }).unwrap();
        assert!(
            near(plain[0].active, 0.3) && near(direct[0].active, 0.1) && plain[0].links == direct[0].links
        );
    }

    #[test]
    fn ruled_out_everywhere_below_is_certain() {
        let chain = steps(&hold_time()).unwrap();
        assert_eq!(chain.iter().map(|s| s.level).collect::<Vec<_>>(), [3, 2, 1]);
        assert!(!chain[0].links[&0].possible);
        assert!(near(chain[2].links[&0].power, 1.0));
    }

    #[test]
    fn a_line_that_does_not_come_to_100_is_named() {
        let with = |said: &[(usize, f64)]| Lines { with: map(&[(7, map(said))]), ..hold_time() };
        let wrong = |lines: &Lines| match steps(lines).unwrap_err() {
            LineError::Over { line, sum } => (line, true, sum),
            LineError::Under { line, sum } => (line, false, sum),
        };
        let (line, over, sum) = wrong(&with(&[(1, 0.8), (2, 0.3)]));
        assert!(line == Line::With(7) && over && near(sum, 1.1));
        let (line, over, sum) = wrong(&with(&[(0, 0.2), (1, 0.2), (2, 0.2), (3, 0.2)]));
        assert!(line == Line::With(7) && !over && near(sum, 0.8));
        let anyway = |said: &[(usize, f64)]| Lines { anyway: map(said), ..hold_time() };
        let (line, over, sum) = wrong(&anyway(&[(1, 0.8), (2, 0.3)]));
        assert!(line == Line::Anyway && over && near(sum, 1.105));
        let (line, over, sum) = wrong(&anyway(&[(0, 0.5), (1, 0.3)]));
        assert!(line == Line::Anyway && !over && near(sum, 0.81));
    }
}
