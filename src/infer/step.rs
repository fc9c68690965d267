//! The steps of a symptom, and the chances of its levels where the causes are given.
//!
//! A symptom of several levels is a chain of yes/no steps from the top level down, "is it this level, given
//! that it is no higher?": the noisy-MAX of Díez 1993 and Srinivas 1993. Each step is a leaky noisy-OR
//! (Henrion 1988) with two additions: a cause may hold the background back, so that a step can be rarer with
//! it than without, and a cause may rule the step out. With the causes X present and none of them ruling it
//! out,
//!
//! > P(the step is not seen | X) = (1 − background · ∏ hold) · ∏ (1 − power), products over X.

use std::collections::BTreeMap;

/// One yes/no step of a symptom: is it `level`, given that it is no higher?
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The level, never 0.
    pub level: usize,
    /// How often with none of the causes.
    pub background: f64,
    /// How often with none of the listed causes, where an unlisted one is active.
    pub active: f64,
    /// What the causes do to it; one that does nothing has no link.
    pub links: BTreeMap<usize, Link>,
}

/// What a cause does to a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The chance that the cause alone produces it.
    pub power: f64,
    /// The factor by which it holds the background back; 1 where it does not.
    pub hold: f64,
    /// Whether the step can be at all with the cause there.
    pub possible: bool,
}

impl Link {
    /// A link that does nothing.
    pub const NONE: Link = Link { power: 0.0, hold: 1.0, possible: true };
}

/// Returns the chance of every level where exactly the causes of `present`, in rising order, are there.
///
/// `active`: an unlisted cause is there too, and shows.
pub fn levels_given(steps: &[Step], levels: usize, present: &[usize], active: bool) -> Vec<f64> {
    let mut chances = vec![0.0; levels];
    let mut left = 1.0;
    for step in steps {
        let (seen, unseen) = step_given(step, present, active);
        if let Some(chance) = chances.get_mut(step.level) {
            *chance = left * seen;
        }
        left *= unseen;
    }
    if let Some(normal) = chances.first_mut() {
        *normal = left;
    }
    chances
}

/// Returns the chance of what is seen of a symptom, each level counted as much as `weights` says, where
/// exactly the causes of `present`, in rising order, are there.
pub fn seen_given(steps: &[Step], weights: &[f64], present: &[usize], active: bool) -> f64 {
    let weight = |level: usize| weights.get(level).copied().unwrap_or(0.0);
    let (mut sum, mut left) = (0.0, 1.0);
    for step in steps {
        let (seen, unseen) = step_given(step, present, active);
        sum += weight(step.level) * left * seen;
        left *= unseen;
    }
    sum + weight(0) * left
}

/// Returns the chances that a step is seen, and that it is not.
fn step_given(step: &Step, present: &[usize], active: bool) -> (f64, f64) {
    let mut alive = if active { step.active } else { step.background };
    let mut silent = 1.0;
    for link in present.iter().filter_map(|cause| step.links.get(cause)) {
        if !link.possible {
            return (0.0, 1.0);
        }
        silent *= 1.0 - link.power;
        alive *= link.hold;
    }
    let unseen = (1.0 - alive) * silent;
    (1.0 - unseen, unseen)
}
