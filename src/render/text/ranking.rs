//! The likeliest cause in words, and the causes in their order.

use anstyle::Style;

use super::style::{BAR, GOOD, STRONG, bar, styled};
use super::{LEADING, Page, UNLISTED, lines};
use crate::diagnosis::{Diagnosis, Probability, Ranked};
use crate::infer::sets::Sets;
use crate::pack::CauseId;
use crate::render::words::percent;

/// From here on a further cause is taken to be there as well.
const AS_WELL: f64 = 0.5;
/// A set of causes is named that is as likely as this.
const WORTH_NAMING: f64 = 0.05;
/// As wide as an exact probability is.
const WIDE: usize = 7;
/// Ends that are nearer than this are one number to whoever reads them.
const NEAR: f64 = 5e-4;

impl<'a> Page<'a> {
    pub(super) fn ranking(&mut self, diagnosis: &Diagnosis, top: usize) {
        self.first_lines(diagnosis);
        self.blank();
        let shown = diagnosis.causes.iter().take(top);
        let mut rows: Vec<(Probability, &str)> =
            shown.map(|ranked| (ranked.probability, self.title(ranked.cause))).collect();
        let unlisted = diagnosis.not_in_pack;
        let at = rows.iter().position(|(p, _)| p.high < unlisted.high).unwrap_or(rows.len());
        rows.insert(at, (unlisted, UNLISTED));
        let wide = rows.iter().map(|(p, _)| written(*p).chars().count()).max().unwrap_or(0).max(WIDE);
        for (probability, title) in rows {
            self.row(probability, title, wide);
        }
        let out = |ranked: &&Ranked| ranked.probability.exact && ranked.probability.high <= 0.0;
        let rest: Vec<&Ranked> = diagnosis.causes.iter().skip(top).filter(|r| !out(r)).collect();
        if let Some(most) = rest.first() {
            let most = percent(most.probability.high);
            let text = match rest.len() {
                1 => format!("1 more, at {most}; --top N shows more"),
                n => format!("{n} more, each at {most} or less; --top N shows more"),
            };
            self.faint_paragraph("         ", "         ", &text);
        }
        let out: Vec<&str> =
            diagnosis.causes.iter().skip(top).filter(out).map(|r| self.title(r.cause)).collect();
        if !out.is_empty() {
            self.faint_paragraph("    0 %  ", "         ", &format!("Ruled out: {}", out.join("; ")));
        }
    }

    /// The likeliest sets of causes, where several together are worth naming.
    pub(super) fn together(&mut self, diagnosis: &Diagnosis) {
        let sets = diagnosis.advice.as_ref().map_or(&[][..], |advice| &advice.sets);
        let worth = || sets.iter().filter(|set| set.probability >= WORTH_NAMING);
        if worth().all(|set| set.causes.len() < 2) {
            return;
        }
        let named = worth().map(|set| {
            let titles: Vec<&str> = set.causes.iter().map(|at| self.title(CauseId(*at))).collect();
            let what = match titles.as_slice() {
                [] => "something this pack does not know".to_owned(),
                [alone] => format!("{alone}, alone"),
                several => several.join(", and "),
            };
            format!("{what} {}", percent(set.probability))
        });
        let text = format!("Together: {}", named.collect::<Vec<_>>().join("; "));
        self.faint_paragraph("         ", "         ", &text);
    }

    fn first_lines(&mut self, diagnosis: &Diagnosis) {
        if let Some(needed) = diagnosis.over_budget {
            return self.first_range(diagnosis, needed);
        }
        let Some(first) = diagnosis.causes.first() else { return };
        let (listed, unlisted) = (first.probability.low, diagnosis.not_in_pack.low);
        let (p, what) = if unlisted > listed {
            (unlisted, "something this pack does not know")
        } else {
            (listed, self.title(first.cause))
        };
        let sure = match p {
            p if p >= 0.95 => "Almost certainly",
            p if p >= 0.70 => "Most likely",
            p if p >= 0.50 => "Probably",
            _ => "Not clear yet. Likeliest so far",
        };
        self.styled_paragraph(GOOD, "", "", &format!("{sure}: {what} ({})", percent(p)));
        for (p, title) in self.as_well(diagnosis, unlisted > listed) {
            self.styled_paragraph(GOOD, "", "", &format!("And as well: {title} ({})", percent(p)));
        }
    }

    /// Where the answer is not exact: what is likeliest as far as that is certain, and what an exact one would take.
    fn first_range(&mut self, diagnosis: &Diagnosis, needed: f64) {
        if let Some(first) = diagnosis.causes.first() {
            let surely = first.certain && first.probability.low >= diagnosis.not_in_pack.high;
            let what =
                if surely { "Certainly the likeliest" } else { "Likeliest so far, though not for certain" };
            let text = if first.probability.low <= 0.0 && first.probability.high >= 1.0 {
                "Nothing can be said yet: no cause can be told from another".to_owned()
            } else {
                format!("{what}: {} ({})", self.title(first.cause), range(first.probability))
            };
            self.styled_paragraph(GOOD, "", "", &text);
        }
        let most = if needed.is_finite() {
            format!("An exact answer would take {needed:.1e} steps, more than `--budget` allows.")
        } else {
            "One finding has more possible levels than can be counted exactly.".to_owned()
        };
        let order = diagnosis.causes.iter().take_while(|ranked| ranked.certain).count();
        let order = match order {
            0 => String::new(),
            1 => " The first is certain.".to_owned(),
            n if n == diagnosis.causes.len() => " The order is certain.".to_owned(),
            n => format!(" The order of the first {n} is certain."),
        };
        let text = format!("{most} Each range holds the true chance for certain.{order}");
        self.paragraph("", "", &text);
    }

    /// The causes behind the first that are probably there too.
    fn as_well(&self, diagnosis: &Diagnosis, unlisted_first: bool) -> Vec<(f64, &'a str)> {
        let behind = diagnosis.causes.iter().skip(usize::from(!unlisted_first));
        behind
            .map(|ranked| (ranked.probability.low, ranked.cause))
            .filter(|(p, _)| *p >= AS_WELL)
            .map(|(p, cause)| (p, self.title(cause)))
            .collect()
    }

    /// Which causes are there together, and no others.
    pub(super) fn sets(&mut self, sets: &Sets) {
        self.blank();
        self.heading("Together, and nothing else of this pack");
        for set in &sets.sets {
            let titles: Vec<&str> = set.causes.iter().map(|at| self.title(CauseId(*at))).collect();
            let text = match titles.as_slice() {
                [] => UNLISTED.to_owned(),
                [alone] => format!("{alone}, alone"),
                several => several.join("; and "),
            };
            self.row(Probability::exactly(set.probability), &text, WIDE);
        }
        if !sets.complete {
            self.faint_paragraph("  ", "  ", "No set stands out enough to go on within the budget.");
        }
    }

    fn row(&mut self, probability: Probability, title: &str, wide: usize) {
        let shown = written(probability);
        let bar = styled(GOOD, &format!("{:<BAR$}", ranged(probability)));
        let style = if probability.low >= LEADING { STRONG } else { Style::new() };
        let indent = " ".repeat(wide + BAR + 4);
        for (at, line) in lines(&indent, &indent, title).iter().enumerate() {
            let text = styled(style, line.trim_start());
            let head = if at == 0 { format!("{shown:>wide$}  {bar}  ") } else { indent.clone() };
            self.line(&format!("{head}{text}"));
        }
    }
}

/// A probability, or the range that holds it.
pub(super) fn written(p: Probability) -> String {
    if p.exact { percent(p.low) } else { range(p) }
}

/// `61 to 72 %`; where both ends are written alike, once.
fn range(p: Probability) -> String {
    let (low, high) = (percent(p.low), percent(p.high));
    let near = p.high - p.low < NEAR;
    if near || low == high { low } else { format!("{} to {high}", low.trim_end_matches(" %")) }
}

/// A bar up to the lower end, and shaded from there to the upper one.
fn ranged(p: Probability) -> String {
    let (sure, possible) = (bar(p.low), bar(p.high));
    let open = possible.chars().count().saturating_sub(sure.chars().count());
    if p.exact { possible } else { sure + &"░".repeat(open) }
}
