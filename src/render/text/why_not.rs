//! Why a cause is not the first, and what would make it so.

use super::{BESIDE, Page};
use crate::explain::why_not::{Against, Way, WhyNot};
use crate::pack::{CauseId, FactId};
use crate::partition::Region;
use crate::render::style::{BAD, GOOD, PLAIN, STRONG};
use crate::report::Scope;
use crate::report::thresholds::HARDLY_AGAINST;
use crate::report::words::{SHARED, UNLISTED, briefly, factor, percent, times};
use crate::ticket::Ticket;

/// Writes why a cause is not the first, in lines of a width.
pub fn why_not(ticket: &Ticket, why_not: &WhyNot, width: usize) -> String {
    let mut page = Page::new(width);
    page.why_not(&Scope::new(ticket), why_not);
    page.out
}

impl Page {
    fn why_not(&mut self, scope: &Scope, why_not: &WhyNot) {
        let who = |cause: CauseId| match (scope.title(cause), scope.cause_name(cause)) {
            (title, name) if title == name => name.to_owned(),
            (title, name) => format!("{title} ({name})"),
        };
        let own = who(why_not.cause);
        let first = why_not.first.map_or_else(|| UNLISTED.to_owned(), who);
        let chance = percent(why_not.probability);
        if why_not.first == Some(why_not.cause) {
            return self.styled(GOOD, "", "", &format!("It is the likeliest: {own}, at {chance}"));
        }
        self.styled(GOOD, "", "", &format!("Why not: {own}, at {chance}"));
        self.paragraph("", "", &format!("Likeliest: {first}, at {}", percent(why_not.first_probability)));
        self.heading("Evidence against it", "");
        self.balance(scope, why_not);
        self.heading("What would make it the likeliest", "");
        self.ways(scope, why_not);
    }

    /// Writes what leads from the odds before the evidence to those with it, line by line.
    fn balance(&mut self, scope: &Scope, why_not: &WhyNot) {
        let text = format!("before the evidence, the likeliest is {}", as_likely(why_not.before));
        self.paragraph("  ", "  ", &text);
        let text = "(× 5 means: five times as common with the likeliest as with this cause)";
        self.faint("  ", "  ", text);
        let hardly = |a: &&Against| a.factor.is_some_and(|f| f < HARDLY_AGAINST && f * HARDLY_AGAINST > 1.0);
        let (weak, strong): (Vec<&Against>, Vec<&Against>) = why_not.against.iter().partition(hardly);
        for against in strong {
            self.against(scope, against, why_not);
        }
        let rest: f64 = weak.iter().filter_map(|a| a.factor).product();
        if factor(rest) != factor(1.0) {
            self.beside((PLAIN, &format!("  {:>9}  ", factor(rest))), PLAIN, "weaker evidence together");
        }
        if let Some(shared) = why_not.shared.filter(|shared| factor(*shared) != factor(1.0)) {
            self.beside((PLAIN, &format!("  {:>9}  ", factor(shared))), PLAIN, SHARED);
        }
        self.paragraph(
            "  ",
            "  ",
            &format!("with the evidence, the likeliest is {}", as_likely(why_not.after)),
        );
    }

    fn against(&mut self, scope: &Scope, against: &Against, why_not: &WhyNot) {
        let mut accounts = scope.ticket.diagnosis().rules.iter();
        let Some(account) = accounts.find(|account| account.rule == against.rule) else { return };
        let shown = against.factor.map_or_else(|| "excludes".to_owned(), factor);
        let style = if against.factor.is_none_or(|f| f >= 1.0) { BAD } else { GOOD };
        let indent = " ".repeat(BESIDE);
        let observed = scope.observed(account);
        self.beside((style, &format!("  {shown:>9}  ")), STRONG, &observed.with_place());
        for witness in &observed.witnesses {
            self.paragraph(&indent, &format!("{indent}  "), &witness.with_place());
        }
        let own = scope.how_often(account, Some(why_not.cause));
        let first = scope.how_often(account, why_not.first);
        let place = against
            .line
            .map_or_else(String::new, |line| format!("  [{}]", scope.place_of_rule(against.rule, line)));
        let text = format!("{own} with this cause, {first} with the likeliest{place}");
        self.faint(&indent, &format!("{indent}  "), &text);
    }

    fn ways(&mut self, scope: &Scope, why_not: &WhyNot) {
        for way in &why_not.ways {
            let head = format!("  {:>6}  ", briefly(way.minutes));
            let text = format!("{} would make it {}", changes(scope, way), percent(way.probability));
            self.paragraph(&head, &" ".repeat(head.chars().count()), &text);
        }
        let text = match (why_not.ways.is_empty(), why_not.tried_together) {
            (false, 1) => return,
            (false, 2) => "No change of a single fact does.",
            (false, _) => "No change of a single fact does, nor of two of those that bring it nearest.",
            (true, _) => {
                "No change of a single fact does, nor of two or three of those that bring it nearest."
            }
        };
        self.faint("  ", "  ", text);
    }
}

fn changes(scope: &Scope, way: &Way) -> String {
    let change = |(fact, region): &(FactId, Option<Region>)| {
        let now = match (scope.value(*fact), scope.facts().recorded.get(fact)) {
            (Some(value), Some(recorded)) => format!("it is {value}, {}", scope.place(recorded.span)),
            _ => "not recorded".to_owned(),
        };
        let name = scope.fact_name(*fact);
        match region {
            Some(region) => format!("{name}: {} ({now})", region.label),
            None => format!("{name} not recorded ({now})"),
        }
    };
    way.changes.iter().map(change).collect::<Vec<_>>().join(", and ")
}

/// Says how likely the likeliest is beside this cause: `12 times as likely as this`.
fn as_likely(odds: f64) -> String {
    match odds {
        o if !o.is_finite() => "all there is: this cause is excluded".to_owned(),
        o if (0.95..1.05).contains(&o) => "as likely as this".to_owned(),
        o if o > 1.0 => format!("{} times as likely as this", times(o)),
        o => format!("{} as likely as this", percent(o)),
    }
}
