//! The scale of a pack: from shares, which only compare causes with each other, to priors.
//!
//! In: what share of tickets each cause has, as tables over a few contexts; in how many of all tickets the
//! cause is one that the pack does not list; how often several are there at once. Out: the one factor
//! `lambda` with prior = lambda · share, so that P(two or more | one or more) is what the pack says, the
//! unlisted cause counted; at most such that the largest prior is 1/2. Where the pack says 0, exactly one is
//! there: the factor is then so small that two never are, as far as an answer shows.
//!
//! The three chances that this needs (none, exactly one, more) form a truncated polynomial: they multiply
//! over independent causes and add over the values of a context. So contexts are eliminated one by one
//! (bucket elimination, Dechter 1999), the smallest resulting table first, and all terms are non-negative.
//! What `leads to` adds is left aside, as the language says. The work is exponential only in how densely
//! causes tie contexts together; above [`WIDEST`] entries in a table it is refused.

use std::collections::BTreeSet;

use crate::infer::table::Table;

/// What a pack says about how common its causes are.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// For each context, how often each of its values is so; they sum to 1.
    pub contexts: Vec<Vec<f64>>,
    /// For each cause, its share by context.
    pub causes: Vec<Table>,
    /// In how many of all tickets the cause is one that the pack does not list, under 1.
    pub unlisted: f64,
    /// P(two or more root causes | one or more).
    pub several: f64,
}

/// What the shares come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// The factor from a share to a prior.
    pub lambda: f64,
    /// The prior of the unlisted cause.
    pub unlisted: f64,
}

/// Why there is no scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalibrationError {
    /// No cause has a share anywhere.
    NoShare,
    /// `unlisted` is no chance under 1.
    Unlisted,
    /// The causes tie more contexts together than can be counted out.
    TooWide,
}

/// The most entries of a table of the elimination.
pub const WIDEST: usize = 1 << 20;

/// The part of the largest factor that stands for its limit at 0, where exactly one cause is there: two are
/// then 1e-12 times as likely as one, and the sums keep all their digits.
const ONE_CAUSE: f64 = 1e-12;

/// More halvings than there are until two neighbouring numbers are left: a bound that is never reached.
const MOST_HALVINGS: usize = 2000;

/// Finds the factor from shares to priors, and the prior of the unlisted cause.
///
/// # Errors
/// Where no cause has a share, `unlisted` is not in `0..1`, or the contexts are tied together too densely.
pub fn calibrate(shares: &Shares) -> Result<Calibration, CalibrationError> {
    if !(0.0..1.0).contains(&shares.unlisted) {
        return Err(CalibrationError::Unlisted);
    }
    // The unlisted cause is given a share w with w / (w + total) = unlisted, whatever the factor turns out to
    // be.
    let weight = shares.unlisted / (1.0 - shares.unlisted) * total(shares);
    let largest = shares.causes.iter().flat_map(|t| &t.values).copied().fold(weight, f64::max);
    if largest <= 0.0 || !largest.is_finite() {
        return Err(CalibrationError::NoShare);
    }
    let plan = plan(shares)?;
    let several = |lambda: f64| several(shares, weight, &plan, lambda);
    // P(several) rises with the factor: bisection finds the only one.
    let top = 0.5 / largest;
    let lambda = if shares.several > 0.0 { bisect(top, shares.several, several) } else { ONE_CAUSE * top };
    Ok(Calibration { lambda, unlisted: lambda * weight })
}

/// Returns the factor under `top` where `several` comes to its target; `top` where it stays below.
fn bisect(top: f64, target: f64, several: impl Fn(f64) -> f64) -> f64 {
    if several(top) <= target {
        return top;
    }
    let (mut low, mut high) = (0.0, top);
    for _ in 0..MOST_HALVINGS {
        let middle = f64::midpoint(low, high);
        // Neighbouring numbers have none between them; up to there, every bit is decided, on every machine
        // alike.
        if middle <= low || middle >= high {
            break;
        }
        if several(middle) < target { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// Returns the sum of all shares, averaged over the contexts.
fn total(shares: &Shares) -> f64 {
    shares.causes.iter().map(|table| average(table, &shares.contexts)).sum()
}

/// Returns a table averaged over its contexts.
fn average(table: &Table, contexts: &[Vec<f64>]) -> f64 {
    let sizes: Vec<usize> = table.scope.iter().map(|&c| size(contexts, c)).collect();
    let weight = |index: usize| -> f64 {
        let mut left = index;
        let rate = |(&context, &size): (&usize, &usize)| {
            let digit = left % size;
            left /= size;
            contexts.get(context).and_then(|rates| rates.get(digit)).copied().unwrap_or(0.0)
        };
        table.scope.iter().zip(&sizes).map(rate).product()
    };
    table.values.iter().enumerate().map(|(index, value)| weight(index) * value).sum()
}

/// The chances that none, exactly one, and more than one of some independent causes are there.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Counts {
    none: f64,
    one: f64,
    more: f64,
}

impl Counts {
    const NOTHING: Counts = Counts { none: 1.0, one: 0.0, more: 0.0 };
    const ZERO: Counts = Counts { none: 0.0, one: 0.0, more: 0.0 };

    /// Returns the counts of one cause.
    fn of(prior: f64) -> Self {
        Self { none: 1.0 - prior, one: prior, more: 0.0 }
    }

    /// Returns the counts of both together, where they are independent: a product of polynomials in one
    /// variable, truncated behind the first power. Only sums of non-negative products, so small priors lose
    /// no digits, as they would in 1 − none − one.
    fn and(self, other: Self) -> Self {
        let both = self.one * (other.one + other.more) + self.more * (other.one + other.more);
        Self {
            none: self.none * other.none,
            one: self.none * other.one + self.one * other.none,
            more: self.none * other.more + self.more * other.none + both,
        }
    }

    /// Adds the counts in another value of a context.
    fn plus(self, other: Self, weight: f64) -> Self {
        Self {
            none: self.none + weight * other.none,
            one: self.one + weight * other.one,
            more: self.more + weight * other.more,
        }
    }
}

/// Returns P(two or more | one or more) at a factor: the elimination that was planned, with numbers.
fn several(shares: &Shares, weight: f64, plan: &Plan, lambda: f64) -> f64 {
    let unlisted = std::iter::once(Counts::of(lambda * weight));
    let mut buckets: Vec<Vec<Counts>> =
        plan.buckets.iter().map(|b| vec![Counts::NOTHING; b.entries]).collect();
    for (table, place) in shares.causes.iter().zip(&plan.causes) {
        if let Some(bucket) = buckets.get_mut(place.bucket) {
            let at =
                |index: &usize| table.values.get(*index).map_or(Counts::NOTHING, |s| Counts::of(lambda * s));
            multiply(bucket, place.map.iter().map(at));
        }
    }
    // Each bucket, summed over its context, goes into a later one; the last has no context left.
    for (at, bucket) in plan.buckets.iter().enumerate() {
        let Some((step, rates)) = &bucket.sum else { continue };
        let summed = buckets.get(at).map(|counts| sum(counts, rates)).unwrap_or_default();
        if let Some(next) = buckets.get_mut(step.bucket) {
            multiply(next, step.map.iter().map(|i| summed.get(*i).copied().unwrap_or(Counts::NOTHING)));
        }
    }
    let all =
        buckets.last().into_iter().flatten().copied().chain(unlisted).fold(Counts::NOTHING, Counts::and);
    let some = all.one + all.more;
    if some > 0.0 { all.more / some } else { 0.0 }
}

/// Multiplies factors into a bucket, entry by entry.
fn multiply(bucket: &mut [Counts], factors: impl Iterator<Item = Counts>) {
    for (entry, factor) in bucket.iter_mut().zip(factors) {
        *entry = entry.and(factor);
    }
}

/// Sums the fastest context out.
fn sum(counts: &[Counts], rates: &[f64]) -> Vec<Counts> {
    let average = |row: &[Counts]| row.iter().zip(rates).fold(Counts::ZERO, |s, (c, &w)| s.plus(*c, w));
    counts.chunks(rates.len().max(1)).map(average).collect()
}

/// Which context leaves when, and where every table goes; the same for all factors.
struct Plan {
    buckets: Vec<Bucket>,
    causes: Vec<Placed>,
}

/// One context with all that reads it, and what is left when it is summed out; the last has no context.
struct Bucket {
    entries: usize,
    sum: Option<(Placed, Vec<f64>)>,
}

/// A table multiplied into a bucket: for each entry of the bucket, which entry of the table.
struct Placed {
    bucket: usize,
    map: Vec<usize>,
}

/// Plans the elimination: it does not depend on the factor, so bisection runs one plan many times.
fn plan(shares: &Shares) -> Result<Plan, CalibrationError> {
    let order = order(shares)?;
    let last = order.len();
    // A table waits in the bucket of the first of its contexts to leave.
    let bucket_of =
        |scope: &BTreeSet<usize>| order.iter().position(|(c, _)| scope.contains(c)).unwrap_or(last);
    let scope_of = |at: usize| order.get(at).map_or(&[][..], |(_, scope)| scope);
    let placed = |scope: &[usize]| {
        let bucket = bucket_of(&scope.iter().copied().collect());
        Placed { bucket, map: map(scope_of(bucket), scope, &shares.contexts) }
    };
    let bucket = |(context, scope): &(usize, Vec<usize>)| Bucket {
        entries: entries(scope, &shares.contexts),
        sum: Some((
            placed(scope.get(1..).unwrap_or(&[])),
            shares.contexts.get(*context).cloned().unwrap_or_default(),
        )),
    };
    let end = Bucket { entries: 1, sum: None };
    Ok(Plan {
        buckets: order.iter().map(bucket).chain([end]).collect(),
        causes: shares.causes.iter().map(|table| placed(&table.scope)).collect(),
    })
}

/// Returns the contexts that are read, in the order in which they leave, each with the scope of its bucket
/// (itself first).
fn order(shares: &Shares) -> Result<Vec<(usize, Vec<usize>)>, CalibrationError> {
    let mut scopes: BTreeSet<BTreeSet<usize>> =
        shares.causes.iter().map(|table| table.scope.iter().copied().collect()).collect();
    let mut left: BTreeSet<usize> = scopes.iter().flatten().copied().collect();
    let mut order = Vec::new();
    while let Some((entries, context)) = cheapest(&left, &scopes, &shares.contexts) {
        if entries > WIDEST {
            return Err(CalibrationError::TooWide);
        }
        let rest: BTreeSet<usize> = bucket(context, &scopes).into_iter().filter(|&c| c != context).collect();
        order.push((context, std::iter::once(context).chain(rest.iter().copied()).collect()));
        // What was multiplied together and summed is one table over the rest.
        scopes.retain(|scope| !scope.contains(&context));
        scopes.insert(rest);
        left.remove(&context);
    }
    Ok(order)
}

/// Returns the context whose bucket is smallest, the first among equals, and how many entries that has.
fn cheapest(
    left: &BTreeSet<usize>,
    scopes: &BTreeSet<BTreeSet<usize>>,
    contexts: &[Vec<f64>],
) -> Option<(usize, usize)> {
    left.iter().map(|&c| (entries(bucket(c, scopes).iter(), contexts), c)).min()
}

/// Returns all contexts of the tables that read one.
fn bucket(context: usize, scopes: &BTreeSet<BTreeSet<usize>>) -> BTreeSet<usize> {
    scopes.iter().filter(|scope| scope.contains(&context)).flatten().copied().collect()
}

/// Returns how many entries a table has.
fn entries<'a>(scope: impl IntoIterator<Item = &'a usize>, contexts: &[Vec<f64>]) -> usize {
    scope.into_iter().fold(1, |n: usize, &c| n.saturating_mul(size(contexts, c)))
}

/// Returns how many values a context has.
fn size(contexts: &[Vec<f64>], context: usize) -> usize {
    contexts.get(context).map_or(1, |rates| rates.len().max(1))
}

/// Returns for each entry over the scope `wide` the entry over the scope `narrow` that it falls on.
fn map(wide: &[usize], narrow: &[usize], contexts: &[Vec<f64>]) -> Vec<usize> {
    let stride = |context: &usize| {
        let at = narrow.iter().position(|c| c == context)?;
        Some(entries(narrow.iter().take(at), contexts))
    };
    let mut map = vec![0];
    for context in wide {
        let step = stride(context).unwrap_or(0);
        map = (0..size(contexts, *context)).flat_map(|v| map.iter().map(move |i| i + v * step)).collect();
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(share: f64) -> Table {
        Table::constant(share)
    }

    /// P(two or more | one or more) by going through all worlds.
    fn counted(shares: &Shares, scale: Calibration) -> f64 {
        let worlds: usize = shares.contexts.iter().map(Vec::len).product();
        let (mut some, mut more) = (0.0, 0.0);
        for world in 0..worlds {
            let mut left = world;
            let digits: Vec<usize> = shares
                .contexts
                .iter()
                .map(|rates| {
                    let digit = left % rates.len();
                    left /= rates.len();
                    digit
                })
                .collect();
            let rate: f64 = digits.iter().zip(&shares.contexts).map(|(&d, rates)| rates[d]).product();
            let prior = |table: &Table| {
                let (mut at, mut stride) = (0, 1);
                for &context in &table.scope {
                    at += digits[context] * stride;
                    stride *= shares.contexts[context].len();
                }
                scale.lambda * table.values[at]
            };
            let priors = || shares.causes.iter().map(prior).chain([scale.unlisted]);
            let none: f64 = priors().map(|p| 1.0 - p).product();
            let single: f64 = priors().map(|p| p / (1.0 - p)).sum::<f64>() * none;
            some += rate * (1.0 - none);
            more += rate * (1.0 - none - single);
        }
        more / some
    }

    #[test]
    fn the_scale_does_what_it_says() {
        let shares = Shares {
            contexts: vec![vec![0.6, 0.4]],
            causes: vec![Table { scope: vec![0], values: vec![0.05, 0.0] }, one(0.01), one(0.002)],
            unlisted: 0.1,
            several: 0.08,
        };
        let scale = calibrate(&shares).unwrap();
        assert!((counted(&shares, scale) - 0.08).abs() < 1e-12);
        assert!((scale.unlisted / scale.lambda - 0.042 / 9.0).abs() < 1e-15);
    }

    #[test]
    fn the_largest_prior_is_at_most_one_half() {
        let shares = Shares { contexts: vec![], causes: vec![one(0.2)], unlisted: 0.0, several: 0.5 };
        assert_eq!(calibrate(&shares), Ok(Calibration { lambda: 2.5, unlisted: 0.0 }));
    }

    #[test]
    fn without_a_share_there_is_no_scale() {
        let shares = Shares { contexts: vec![], causes: vec![one(0.0)], unlisted: 0.1, several: 0.1 };
        assert_eq!(calibrate(&shares), Err(CalibrationError::NoShare));
        assert_eq!(calibrate(&Shares { unlisted: 1.0, ..shares }), Err(CalibrationError::Unlisted));
    }

    #[test]
    fn six_hundred_causes_over_thirty_contexts_are_no_trouble() {
        let contexts = vec![vec![0.5, 0.3, 0.2]; 30];
        let cause = |i: usize| Table { scope: vec![i % 30, (i + 1) % 30], values: vec![0.01; 9] };
        let causes = (0..600).map(cause).collect();
        let shares = Shares { contexts, causes, unlisted: 0.1, several: 0.08 };
        assert!(calibrate(&shares).is_ok());
    }

    #[test]
    fn contexts_tied_all_to_all_are_refused() {
        let pairs = (0..30).flat_map(|a| (0..a).map(move |b| vec![a, b]));
        let causes = pairs.map(|scope| Table { scope, values: vec![0.1; 4] }).collect();
        let shares = Shares { contexts: vec![vec![0.5, 0.5]; 30], causes, unlisted: 0.1, several: 0.08 };
        assert_eq!(calibrate(&shares), Err(CalibrationError::TooWide));
    }

    fn any_shares() -> impl Strategy<Value = Shares> {
        let context = prop::collection::vec(0.01..1.0, 2..4).prop_map(|rates: Vec<f64>| {
            let sum: f64 = rates.iter().sum();
            rates.iter().map(|r| r / sum).collect::<Vec<f64>>()
        });
        let contexts = prop::collection::vec(context, 0..5);
        contexts.prop_flat_map(|contexts| {
            let sizes: Vec<usize> = contexts.iter().map(Vec::len).collect();
            let cause =
                prop::sample::subsequence((0..sizes.len()).collect::<Vec<_>>(), 0..=sizes.len().min(2))
                    .prop_shuffle()
                    .prop_flat_map(move |scope| {
                        let entries = scope.iter().map(|&c| sizes[c]).product::<usize>();
                        let share = prop_oneof![Just(0.0), 1e-4..0.3];
                        prop::collection::vec(share, entries)
                            .prop_map(move |values| Table { scope: scope.clone(), values })
                    });
            (Just(contexts), prop::collection::vec(cause, 1..6), 0.0..0.5, 0.01..0.4).prop_map(
                |(contexts, causes, unlisted, several)| Shares { contexts, causes, unlisted, several },
            )
        })
    }

    proptest! {
        #[test]
        fn eliminating_is_the_same_as_going_through_all_worlds(shares in any_shares()) {
            if let Ok(scale) = calibrate(&shares) {
                let largest = shares.causes.iter().flat_map(|t| &t.values).fold(0.0, |a: f64, &b| a.max(b * scale.lambda));
                let several = counted(&shares, scale);
                prop_assert!((several - shares.several).abs() < 1e-9
                    || (several < shares.several && (largest.max(scale.unlisted) - 0.5).abs() < 1e-12), "{several}");
            }
        }
    }
}
