//! The answer before and after some facts are set, side by side.

use super::style::{FAINT, GOOD, STRONG, styled};
use super::{Page, lines};
use crate::render::words::{UNLISTED, chance};
use crate::ticket::Ticket;
use crate::ticket::diagnosis::{Diagnosis, Leader, Probability};

/// What changes by less than this, and is less likely than this before and after, has no row.
const WORTH_A_ROW: f64 = 0.01;
/// As wide as a probability.
const WIDE: usize = 8;

/// Writes the ranking before and after. `set` says what was set, as it was said.
pub fn what_if(ticket: &Ticket, set: &[String], before: &Diagnosis) -> String {
    let (after, mut page) = (ticket.diagnosis(), Page::new(ticket));
    page.styled_paragraph(GOOD, "", "  ", &format!("What if {}", set.join(", ")));
    page.blank();
    page.line(&styled(FAINT, &format!("{:>WIDE$}  {:>WIDE$}", "now", "then")));
    for (was, is, title) in changes(&page, before, after) {
        page.change(was, is, title);
    }
    page.blank();
    page.out
}

/// Each cause that is worth a row, before and after, and what the pack does not know among them.
pub(crate) fn changes<'a>(
    page: &Page<'a>,
    before: &Diagnosis,
    after: &Diagnosis,
) -> Vec<(Probability, Probability, &'a str)> {
    let was = |cause| before.causes.iter().find(|r| r.cause == cause).map(|r| r.probability);
    let row = |(what, is): (Leader, Probability)| match what {
        Leader::Unlisted => Some((before.unlisted, is, UNLISTED)),
        Leader::Cause(cause) => {
            let was = was(cause)?;
            (was.high >= WORTH_A_ROW || is.high >= WORTH_A_ROW).then(|| (was, is, page.title(cause)))
        }
    };
    after.ranking().filter_map(row).collect()
}

impl Page<'_> {
    fn change(&mut self, was: Probability, is: Probability, title: &str) {
        let sign = match (is.low - was.low, was.exact && is.exact) {
            (d, true) if d > 0.005 => "▲",
            (d, true) if d < -0.005 => "▼",
            _ => " ",
        };
        let head = format!("{:>WIDE$}  {:>WIDE$} {sign}", chance(was), chance(is));
        let indent = " ".repeat(head.chars().count() + 1);
        for (at, line) in lines(&indent, &indent, title).iter().enumerate() {
            let text = line.trim_start();
            self.line(&if at == 0 { format!("{} {text}", styled(STRONG, &head)) } else { line.clone() });
        }
    }
}
