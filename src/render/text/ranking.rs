//! The likeliest cause in words, and the causes in their order.

use std::collections::BTreeSet;

use anstyle::Style;

use super::style::{BAR, GOOD, STRONG, bar, styled};
use super::{LEADING, Page, lines};
use crate::infer::sets::Sets;
use crate::pack::CauseId;
use crate::render::headline::{headlines, inexact};
use crate::render::words::{UNLISTED, chance, percent};
use crate::ticket::diagnosis::{Diagnosis, Leader, Probability, Ranked};

/// A set of causes is named that is as likely as this.
const WORTH_NAMING: f64 = 0.05;
/// As wide as an exact probability is.
const WIDE: usize = 7;

impl Page<'_> {
    pub(super) fn ranking(&mut self, diagnosis: &Diagnosis, top: usize) {
        self.first_lines(diagnosis);
        self.blank();
        let shown: BTreeSet<CauseId> = diagnosis.causes.iter().take(top).map(|ranked| ranked.cause).collect();
        let row = |(what, probability): (Leader, Probability)| match what {
            Leader::Cause(cause) => shown.contains(&cause).then(|| (probability, self.title(cause))),
            Leader::Unlisted => Some((probability, UNLISTED)),
        };
        let rows: Vec<(Probability, &str)> = diagnosis.ranking().filter_map(row).collect();
        let wide = rows.iter().map(|(p, _)| chance(*p).chars().count()).max().unwrap_or(0).max(WIDE);
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
                [] => "a cause that this pack does not list".to_owned(),
                [alone] => format!("{alone}, alone"),
                several => several.join(", and "),
            };
            format!("{what} {}", percent(set.probability))
        });
        let text = format!("Together: {}", named.collect::<Vec<_>>().join("; "));
        self.faint_paragraph("         ", "         ", &text);
    }

    fn first_lines(&mut self, diagnosis: &Diagnosis) {
        for said in headlines(self.graph, diagnosis) {
            self.styled_paragraph(GOOD, "", "", &said.to_string());
        }
        if let Some(text) = inexact(diagnosis) {
            self.paragraph("", "", &text);
        }
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
        let shown = chance(probability);
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

/// A bar up to the lower end, and shaded from there to the upper one.
fn ranged(p: Probability) -> String {
    let (sure, possible) = (bar(p.low), bar(p.high));
    let open = possible.chars().count().saturating_sub(sure.chars().count());
    if p.exact { possible } else { sure + &"░".repeat(open) }
}
