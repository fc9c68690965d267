//! Why a cause is not the first, and what would make it so.

use super::style::{BAD, GOOD, STRONG, styled};
use super::{Page, lines};
use crate::explain::why_not::{Against, Way, WhyNot};
use crate::pack::{CauseId, FactId};
use crate::partition::Region;
use crate::render::words::{UNLISTED, about, factor, percent, times};
use crate::ticket::Ticket;
use crate::ticket::diagnosis::Diagnosis;

/// A factor that is nearer to 1 than this is not worth a line.
const HARDLY: f64 = 1.2;

/// Writes why a cause is not the first.
pub fn why_not(ticket: &Ticket, why_not: &WhyNot) -> String {
    let mut page = Page::new(ticket);
    page.why_not(why_not, ticket.diagnosis());
    page.out
}

impl Page<'_> {
    fn why_not(&mut self, why_not: &WhyNot, diagnosis: &Diagnosis) {
        let who = |page: &Self, cause: CauseId| match (page.title(cause), page.cause_name(cause)) {
            (title, name) if title == name => name.to_owned(),
            (title, name) => format!("{title} ({name})"),
        };
        let own = who(self, why_not.cause);
        let first = why_not.first.map_or_else(|| UNLISTED.to_owned(), |first| who(self, first));
        if why_not.first == Some(why_not.cause) {
            let text = format!("It is the first: {own}, at {}", percent(why_not.probability));
            return self.styled_paragraph(GOOD, "", "", &text);
        }
        self.styled_paragraph(GOOD, "", "", &format!("Why not: {own}, at {}", percent(why_not.probability)));
        self.paragraph("", "", &format!("First is: {first}, at {}", percent(why_not.first_probability)));
        self.blank();
        self.heading("What keeps it down");
        self.balance(why_not, diagnosis);
        self.blank();
        self.heading("What would make it the first");
        self.ways(why_not);
    }

    /// From the odds before to the odds after, line by line.
    fn balance(&mut self, why_not: &WhyNot, diagnosis: &Diagnosis) {
        let text = format!("before any symptom the first is {}", as_likely(why_not.before));
        self.paragraph("  ", "  ", &text);
        let text = "(× 5 is: seen 5 times as often with the first alone as with this cause alone; × 0.2: a fifth as often)";
        self.faint_paragraph("  ", "  ", text);
        let hardly = |a: &&Against| a.factor.is_some_and(|f| f < HARDLY && f * HARDLY > 1.0);
        let (weak, strong): (Vec<&Against>, Vec<&Against>) = why_not.against.iter().partition(hardly);
        for against in strong {
            self.against(against, why_not, diagnosis);
        }
        let rest: f64 = weak.iter().filter_map(|a| a.factor).product();
        if factor(rest) != factor(1.0) {
            self.line(&format!("  {:>9}  weaker signs together", factor(rest)));
        }
        if let Some(shared) = why_not.shared.filter(|shared| factor(*shared) != factor(1.0)) {
            self.line(&format!("  {:>9}  what other causes explain as well", factor(shared)));
        }
        self.paragraph("  ", "  ", &format!("after all of this the first is {}", as_likely(why_not.after)));
    }

    fn against(&mut self, against: &Against, why_not: &WhyNot, diagnosis: &Diagnosis) {
        let Some(account) = diagnosis.rules.iter().find(|account| account.rule == against.rule) else {
            return;
        };
        let shown = against.factor.map_or_else(|| "excludes".to_owned(), factor);
        let style = if against.factor.is_none_or(|f| f >= 1.0) { BAD } else { GOOD };
        let indent = " ".repeat(13);
        let (said, witnesses) = self.said_with_place(account);
        for (at, line) in lines(&indent, &format!("{indent}  "), &said).iter().enumerate() {
            let head = if at == 0 { styled(style, &format!("  {shown:>9}  ")) } else { indent.clone() };
            let text = line.strip_prefix(indent.as_str()).unwrap_or(line);
            self.line(&format!("{head}{}", styled(STRONG, text)));
        }
        for witness in witnesses {
            let text = self.witness(witness);
            self.paragraph(&indent, &format!("{indent}  "), &text);
        }
        let own = self.how_often(account, Some(why_not.cause));
        let first = self.how_often(account, why_not.first);
        let place = against
            .line
            .map_or_else(String::new, |line| format!("  [{}]", self.place_of_rule(against.rule, line)));
        self.faint_paragraph(
            &indent,
            &format!("{indent}  "),
            &format!("{own} with it, {first} with the first{place}"),
        );
    }

    fn ways(&mut self, why_not: &WhyNot) {
        for way in &why_not.ways {
            let head = format!("  {:>6}  ", about(way.minutes));
            let text = format!("{} makes it {}", self.changes(way), percent(way.probability));
            self.paragraph(&head, &" ".repeat(head.chars().count()), &text);
        }
        let text = match (why_not.ways.is_empty(), why_not.tried_together) {
            (false, 1) => return,
            (false, 2) => "No change of one fact alone does.",
            (false, _) => "No change of one fact alone does, and of two none of those that bring it nearest.",
            (true, _) => {
                "No change of one fact does, and none of two or three of those that bring it nearest."
            }
        };
        self.faint_paragraph("  ", "  ", text);
    }

    fn changes(&self, way: &Way) -> String {
        let change = |(fact, cell): &(FactId, Region)| {
            let now = self.facts.recorded.get(fact).map_or_else(
                || "nobody looked".to_owned(),
                |recorded| format!("it is {}, {}", recorded.written, self.place(recorded.span)),
            );
            format!("{}: {} ({now})", self.fact_name(*fact), cell.label)
        };
        way.changes.iter().map(change).collect::<Vec<_>>().join(", and ")
    }
}

/// `12 times as likely`, `a third as likely`.
fn as_likely(odds: f64) -> String {
    match odds {
        o if !o.is_finite() => "all there is: this cause is excluded".to_owned(),
        o if (0.95..1.05).contains(&o) => "as likely as this".to_owned(),
        o if o > 1.0 => format!("{} times as likely as this", times(o)),
        o => format!("{} as likely as this", percent(o)),
    }
}
