//! How an answer depends on one number of the network.
//!
//! In: a [`Network`] and one of its numbers. Out: P(cause | e) = (a·t + b)/(c·t + d) for every cause as a function of that number
//! t, exactly, and where the first answer changes. P(e) and P(e, cause) are sums of products in which a prior, the power of a
//! link, what it holds back, or a background stands at most once, so each of them is a line in t, and two answers, at t = 0
//! and t = 1, give all lines (Castillo, Gutiérrez & Hadi 1997; Coupé & van der Gaag 2002). All causes have the same
//! denominator, so two of them are level where two lines cross. A prior of exactly 0 silences what leads to a cause, so the lines
//! of a prior are drawn through t = 1/2 and t = 1, and hold for t > 0.
//!
//! Left out: a number of a pack that stands in several places of the network (a word of the scale, a background that the
//! powers are measured from) is of a higher degree, and wants bisection.

use crate::infer::exact::{Budget, Outcome, Posterior, posterior};
use crate::infer::network::Network;

/// A number of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// The prior of a cause, where its contexts are those of this entry of its table.
    Prior {
        /// Which cause.
        cause: usize,
        /// Which entry.
        entry: usize,
    },
    /// The power of a link.
    Power {
        /// Which finding.
        finding: usize,
        /// Which of its steps, the top one first.
        step: usize,
        /// Which cause.
        cause: usize,
    },
    /// By how much a link holds the background back.
    Hold {
        /// Which finding.
        finding: usize,
        /// Which of its steps, the top one first.
        step: usize,
        /// Which cause.
        cause: usize,
    },
    /// The background of a step where an unlisted cause is not active.
    Background {
        /// Which finding.
        finding: usize,
        /// Which of its steps, the top one first.
        step: usize,
    },
}

/// a·t + b
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// By how much it rises from t = 0 to t = 1.
    pub slope: f64,
    /// What it is at t = 0.
    pub start: f64,
}

impl Line {
    /// Through its value at `from`, and at 1.
    fn through(from: f64, here: f64, end: f64) -> Self {
        let slope = (end - here) / (1.0 - from);
        Self { slope, start: here - slope * from }
    }

    /// Its value.
    pub fn at(self, t: f64) -> f64 {
        self.slope * t + self.start
    }

    /// Where it meets another line; none where they are parallel.
    fn meets(self, other: Self) -> Option<f64> {
        let t = (other.start - self.start) / (self.slope - other.slope);
        t.is_finite().then_some(t)
    }
}

/// Where the first answer changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The number from which on another is first.
    pub at: f64,
    /// The cause that is first from there on; none: something that the pack does not know.
    pub to: Option<usize>,
}

/// How an answer depends on one number.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// What the number is now.
    pub now: f64,
    /// For each cause, the numerator of its posterior.
    pub causes: Vec<Line>,
    /// The numerator of something that the pack does not know.
    pub unlisted: Line,
    /// The denominator of all.
    pub all: Line,
    /// The nearest smaller number with which another comes first.
    pub below: Option<Change>,
    /// The nearest larger number with which another comes first.
    pub above: Option<Change>,
}

/// How the posterior depends on one number; none where there is no such number, where what is seen cannot be whatever it is, or
/// where an answer is over the budget.
pub fn sensitivity(network: &Network, number: Number, budget: &Budget) -> Option<Sensitivity> {
    let now = *place(&mut network.clone(), number)?;
    let at = |t: f64| {
        let mut network = network.clone();
        *place(&mut network, number)? = t;
        match posterior(&network, budget) {
            Outcome::Exact(posterior) => Some(Some(posterior)),
            Outcome::Impossible => Some(None),
            Outcome::OverBudget { .. } => None,
        }
    };
    let from = if matches!(number, Number::Prior { .. }) { 0.5 } else { 0.0 };
    let (start, end) = (at(from)?, at(1.0)?);
    let scale = [&start, &end].into_iter().flatten().map(|p| p.ln_evidence).fold(f64::NEG_INFINITY, f64::max);
    if scale == f64::NEG_INFINITY {
        return None;
    }
    let weight = |posterior: &Option<Posterior>| {
        posterior.as_ref().map_or(0.0, |p: &Posterior| libm::exp(p.ln_evidence - scale))
    };
    let weights = (weight(&start), weight(&end));
    let line = |of: &dyn Fn(&Posterior) -> f64| {
        let mass =
            |posterior: &Option<Posterior>, weight: f64| posterior.as_ref().map_or(0.0, |p| of(p) * weight);
        Line::through(from, mass(&start, weights.0), mass(&end, weights.1))
    };
    let causes: Vec<Line> = (0..network.causes.len())
        .map(|cause| line(&|p| p.causes.get(cause).copied().unwrap_or(0.0)))
        .collect();
    let unlisted = line(&|p| p.unlisted);
    let (below, above) = changes(&causes, unlisted, now);
    Some(Sensitivity { now, causes, unlisted, all: line(&|_| 1.0), below, above })
}

/// The nearest numbers on both sides with which another comes first.
fn changes(causes: &[Line], unlisted: Line, now: f64) -> (Option<Change>, Option<Change>) {
    let all = || causes.iter().enumerate().map(|(at, line)| (Some(at), *line)).chain([(None, unlisted)]);
    let first = all().max_by(|a, b| a.1.at(now).total_cmp(&b.1.at(now)).then(b.0.cmp(&a.0)));
    let Some((first, own)) = first else { return (None, None) };
    let crossings = all()
        .filter(|(who, _)| *who != first)
        .filter_map(|(to, line)| own.meets(line).map(|at| Change { at, to }))
        .filter(|change| (0.0..=1.0).contains(&change.at));
    let (mut below, mut above): (Vec<Change>, Vec<Change>) = crossings.partition(|change| change.at < now);
    below.sort_by(|a, b| b.at.total_cmp(&a.at));
    above.sort_by(|a, b| a.at.total_cmp(&b.at));
    (below.first().copied(), above.first().copied())
}

/// Where a number stands in a network.
fn place(network: &mut Network, number: Number) -> Option<&mut f64> {
    let (finding, step) = match number {
        Number::Prior { cause, entry } => return network.causes.get_mut(cause)?.prior.values.get_mut(entry),
        Number::Power { finding, step, .. }
        | Number::Hold { finding, step, .. }
        | Number::Background { finding, step } => (finding, step),
    };
    let steps = &mut network.findings.get_mut(finding)?.steps;
    let step = std::sync::Arc::make_mut(steps).get_mut(step)?;
    match number {
        Number::Power { cause, .. } => step.links.get_mut(&cause).map(|link| &mut link.power),
        Number::Hold { cause, .. } => step.links.get_mut(&cause).map(|link| &mut link.hold),
        Number::Background { .. } => Some(&mut step.background),
        Number::Prior { .. } => None,
    }
}
