//! The answer as Markdown, short, to paste into a ticket (GitHub, GitLab, Jira); in full where that is asked for.
//!
//! Texts of packs are escaped, so that none of their signs is taken for markup. What users recorded stands as code, in which
//! nothing is: no link, no picture, no mention of anybody.

use std::fmt::Write as _;

use crate::markup::clean;
use crate::report::thresholds::{MOST_VISITS, SHORT_STEPS};
use crate::report::words::{CHECK_AGAIN, IMPOSSIBLE, NO_QUESTION, OVERLAP, RATIO, chance, count, one_line};
use crate::report::{
    Action, Answer, Ask, Detail, Factor, Observed, Question, Report, Titled, WhatToDo, Why, counted,
    more_asks, rows,
};

/// Writes the answer; below everything, what is to be said beside it.
pub fn markdown(answer: Answer, beside: Option<&str>) -> String {
    let whole = answer.detail == Detail::All;
    let top = answer.top.or_else(|| whole.then(|| rows(answer.ticket.diagnosis())));
    let report = Report::new(&Answer { top, ..answer });
    let mut page = Page { out: String::new() };
    page.supposed(&report);
    page.answer(&report);
    page.ranking(&report, whole);
    if answer.detail == Detail::Short {
        page.evidence(&report);
    } else {
        report.whys.iter().for_each(|why| page.why(why));
    }
    let short = |page: &mut Page| {
        if report.asks_first || report.is_empty() {
            page.first_question(&report, "Ask first");
            page.first_action(&report, "Then do");
        } else {
            page.first_action(&report, "Do first");
            page.first_question(&report, "Ask next");
        }
    };
    if whole {
        page.whole(&report);
    } else if report.impossible.is_none() {
        short(&mut page);
    }
    if answer.rules && !whole {
        page.rules(&report);
    }
    if let Some(text) = beside {
        page.paragraph(&escaped(text));
    }
    page.out
}

/// Lines of Markdown.
struct Page {
    out: String,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn paragraph(&mut self, text: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.line(text);
    }

    /// Writes a heading; what follows is a paragraph or a list of its own.
    fn heading(&mut self, level: usize, text: &str) {
        self.paragraph(&format!("{} {text}\n", "#".repeat(level)));
    }

    fn supposed(&mut self, report: &Report) {
        let Some((set, changes)) = &report.supposed else { return };
        self.line(&format!("What if {}: what stands below is as if it were so.\n", code(set)));
        self.line("| now | then | cause |\n|---:|---:|:---|");
        for change in changes {
            self.line(&format!(
                "| {} | {} | {} |",
                cell(change.was),
                cell(change.is),
                escaped(&change.title)
            ));
        }
    }

    /// Writes the verdict and whose it is; before it, what stands in the way of believing it.
    fn answer(&mut self, report: &Report) {
        if report.impossible.is_some() {
            self.heading(2, IMPOSSIBLE);
        }
        for (at, verdict) in report.verdicts.iter().enumerate() {
            let text = escaped(&verdict.to_string());
            if at == 0 { self.heading(2, &text) } else { self.line(&format!("**{text}**  ")) }
        }
        let [file, pack, title] = report.about();
        let title = title.map(escaped).map_or_else(String::new, |title| format!(" ({title})"));
        let file = file.map_or_else(String::new, |file| format!("Ticket {}, ", code(file)));
        self.line(&format!("{file}pack {}{title}", escaped(pack.unwrap_or_default())));
        if let Some(contradiction) = &report.impossible {
            self.out.push('\n');
            contradiction.iter().for_each(|text| self.line(&format!("- {}", code(text))));
            self.paragraph(CHECK_AGAIN);
        }
        for notice in &report.notices {
            self.paragraph(&format!("> **Note:** {}", escaped(notice)));
        }
        if let Some([how, check]) = &report.doubt {
            self.paragraph(&format!("> **{}** {}", escaped(how), escaped(check)));
        }
        if let Some(text) = &report.inexact {
            self.paragraph(&escaped(text));
        }
    }

    fn ranking(&mut self, report: &Report, whole: bool) {
        let ranking = &report.ranking;
        if ranking.rows.is_empty() {
            return;
        }
        self.out.push('\n');
        if whole {
            self.line("| chance | cause |\n|---:|:---|");
        }
        for row in &ranking.rows {
            let name = row.name.as_ref().map_or_else(String::new, |name| format!(" {}", code(name)));
            let title = escaped(&row.title);
            let title = if row.is_strong { format!("**{title}**") } else { title };
            let chance = cell(row.chance);
            self.line(&if whole {
                format!("| {chance} | {title}{name} |")
            } else {
                format!("- {chance} {title}{name}")
            });
        }
        if ranking.overlaps {
            self.line(&if whole { format!("\n{OVERLAP}") } else { format!("- {OVERLAP}") });
        }
        let below = ranking.rest.iter().chain(&ranking.ruled_out).filter(|_| whole);
        below.for_each(|text| self.paragraph(&escaped(text)));
        if !report.together.is_empty() && (whole || report.sets_asked) {
            self.heading(3, "Together, and nothing else of this pack");
            for row in &report.together {
                self.line(&format!("- {}: {}", chance(row.chance), escaped(&row.title)));
            }
        }
    }

    /// Writes the evidence that decides.
    fn evidence(&mut self, report: &Report) {
        let factors = report.whys.first().filter(|_| report.observed.is_empty()).map(Why::decisive);
        if report.impossible.is_some()
            || (report.observed.is_empty() && factors.as_ref().is_none_or(Vec::is_empty))
        {
            return;
        }
        self.paragraph(&match factors {
            Some(_) => format!("**Evidence** ({RATIO})"),
            None => "**What was observed**".to_owned(),
        });
        for factor in factors.into_iter().flatten() {
            self.line(&format!("- **{}** {}", escaped(&factor.times), observed(&factor.observed)));
        }
        report.observed.iter().for_each(|one| self.line(&format!("- {}", observed(one))));
        if let Some(quotation) = &report.quotation {
            self.line(&format!("- Also recorded: {}", code(quotation)));
        }
    }

    fn first_action(&mut self, report: &Report, heading: &str) {
        let plan = &report.what_to_do;
        if plan.is_nothing() || report.is_empty() || (report.asks_first && plan.is_vague()) {
            return;
        }
        self.paragraph(&format!("**{heading}**"));
        if let Some(text) = &plan.instead {
            self.line(&format!("- [ ] **{}**", escaped(text)));
        }
        let written = plan.actions.get(plan.decisive()).filter(|_| plan.instead.is_none());
        if let Some(action) = written {
            for before in plan.actions.iter().take(plan.decisive()) {
                self.line(&format!("- [ ] Start with: {}", escaped(&before.in_short())));
            }
            self.action(action, false);
        }
        let done = written.map_or(0, |_| plan.decisive() + 1);
        let rest = || plan.in_order().skip(done);
        let titles: Vec<String> = rest().take(SHORT_STEPS).map(|fix| escaped(&fix.with_chance())).collect();
        if !titles.is_empty() {
            self.line(&format!("- {}: {}", WhatToDo::behind(done), titles.join("; ")));
        }
        for text in plan.left_alone.iter().chain(&plan.escalate) {
            self.line(&format!("- {}", escaped(text)));
        }
    }

    fn first_question(&mut self, report: &Report, heading: &str) {
        match report.asks.first() {
            None => self.paragraph(&format!("{NO_QUESTION}.")),
            Some(ask) => {
                self.paragraph(&format!("**{heading}**"));
                self.ask_in_short(ask);
            }
        }
    }

    /// Writes the rest of everything.
    fn whole(&mut self, report: &Report) {
        if report.asks_first {
            self.asks(report);
            self.actions(report);
        } else {
            self.actions(report);
            self.asks(report);
        }
        self.facts(report);
        self.rules(report);
    }

    fn actions(&mut self, report: &Report) {
        let plan = &report.what_to_do;
        if plan.is_nothing() || report.is_empty() {
            return;
        }
        self.heading(3, "What to do");
        if let Some(text) = &plan.instead {
            self.line(&format!("- [ ] **{}**", escaped(text)));
        }
        plan.actions.iter().for_each(|action| self.action(action, true));
        if !plan.then.is_empty() {
            // A paragraph of its own begins another list.
            let before = if plan.instead.is_none() && plan.actions.is_empty() { "" } else { "\n" };
            self.line(&format!("{before}{}:\n", WhatToDo::behind(plan.actions.len())));
        }
        plan.then.iter().for_each(|fix| self.line(&format!("- [ ] {}", escaped(&Titled::with_chance(fix)))));
        let warnings = plan.warnings.iter().map(|text| format!("Warning: {}", escaped(text)));
        let last =
            plan.left_alone.iter().chain(&plan.escalate).chain(&plan.expected).map(|text| escaped(text));
        warnings.chain(last).for_each(|text| self.paragraph(&text));
    }

    fn action(&mut self, action: &Action, whole: bool) {
        let about = escaped(&action.about.join(" · "));
        self.line(&format!("- [ ] **{}** · {about}", escaped(&action.titled.title)));
        if let Some(cause) = action.against.as_ref().filter(|_| whole) {
            self.line(&format!("  - If it is: {}", escaped(cause)));
        }
        for step in &action.steps {
            self.line(&format!("  - [ ] {}", escaped(step)));
        }
        let mut more =
            vec![("Verify", &action.verify), ("Risk", &action.risks), ("Warning", &action.warnings)];
        if whole {
            more.extend([("Note", &action.notes), ("See", &action.see)]);
        }
        for (what, texts) in more {
            texts.iter().for_each(|text| self.line(&format!("  - {what}: {}", escaped(text))));
        }
    }

    fn asks(&mut self, report: &Report) {
        if report.asks.is_empty() {
            return;
        }
        self.heading(3, "What to ask next");
        report.asks.iter().take(MOST_VISITS).for_each(|ask| self.ask(ask));
        if let Some(more) = more_asks(report.asks.len().saturating_sub(MOST_VISITS)) {
            self.paragraph(&format!("{more}."));
        }
        if let Some(text) = &report.assumed {
            self.paragraph(&escaped(text));
        }
    }

    /// Writes where to look and what to find out.
    fn ask(&mut self, ask: &Ask) {
        let takes = format!(" ({}, {})", ask.takes, ask.saves);
        match (&ask.visit, ask.questions.as_slice()) {
            (Some(visit), questions) => {
                self.line(&format!("- [ ] **{}**{takes}", escaped(visit)));
                questions.iter().for_each(|asked| self.line(&format!("  - {}", question(asked))));
            }
            (None, questions) => {
                questions.iter().for_each(|asked| self.line(&format!("- [ ] {}{takes}", question(asked))));
            }
        }
    }

    /// Writes the same in a line, with the first question.
    fn ask_in_short(&mut self, ask: &Ask) {
        let visit = ask.visit.as_ref().map_or_else(String::new, |visit| format!("**{}**: ", escaped(visit)));
        let first = ask.questions.first().map(question).unwrap_or_default();
        let more = match ask.questions.len().saturating_sub(1) {
            0 => String::new(),
            n => format!("; {} there", count(n, "more question", "more questions")),
        };
        self.line(&format!("- [ ] {visit}{first}{more} ({}, {})", ask.takes, ask.saves));
    }

    fn why(&mut self, why: &Why) {
        self.heading(3, &format!("Why: {}", escaped(&why.title)));
        self.line(&format!("Prior {}, with the evidence **{}** ({RATIO})\n", why.prior, why.posterior));
        why.factors.iter().for_each(|factor| self.factor(factor));
    }

    fn factor(&mut self, factor: &Factor) {
        self.line(&format!("- **{}** {}", escaped(&factor.times), escaped(&factor.observed.said)));
        for witness in &factor.observed.witnesses {
            self.line(&format!("  - {}", code(&witness.with_place())));
        }
        if let Some([line, _]) = &factor.line {
            self.line(&format!("  - {}", escaped(line)));
        }
    }

    fn facts(&mut self, report: &Report) {
        self.heading(3, "What is known");
        if report.facts.is_empty() {
            self.line("No fact was recorded.");
        }
        for fact in &report.facts {
            self.line(&format!("- {} = {}", code(&fact.name), code(&fact.value)));
        }
        if !report.tried.is_empty() {
            let text = format!("Tried, still broken: {}", report.tried.join("; "));
            self.paragraph(&escaped(&text));
        }
    }

    fn rules(&mut self, report: &Report) {
        self.paragraph(&counted(&report.rules));
    }
}

fn question(question: &Question) -> String {
    match &question.fact {
        Some(fact) => format!("{} {}", escaped(&question.text), code(fact)),
        None => code(&question.text),
    }
}

/// Writes what was observed, what users recorded as code.
fn observed(observed: &Observed) -> String {
    let facts = observed.decisive().map(|witness| code(&witness.said));
    std::iter::once(escaped(&observed.said)).chain(facts).collect::<Vec<_>>().join(" · ")
}

/// Writes a chance that a table does not break.
fn cell(p: crate::ticket::diagnosis::Probability) -> String {
    chance(p).replace(' ', "\u{a0}")
}

/// A text in one line in which no sign is markup.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    let folded = one_line(&clean(text));
    let numbered = folded.trim_start_matches(|c: char| c.is_ascii_digit());
    let marked = (numbered.len() < folded.len()).then_some(folded.len() - numbered.len());
    let mut before = ' ';
    for (at, c) in folded.char_indices() {
        let inside = before.is_alphanumeric()
            && folded.get(at + 1..).and_then(|rest| rest.chars().next()).is_some_and(char::is_alphanumeric);
        before = c;
        match c {
            // Between letters, it is none.
            '_' if inside => out.push(c),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => {
                let _ = write!(out, "\\{c}");
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '#' | '-' | '+' | '=' if at == 0 => {
                let _ = write!(out, "\\{c}");
            }
            '.' | ')' if Some(at) == marked => {
                let _ = write!(out, "\\{c}");
            }
            _ => out.push(c),
        }
    }
    out
}

/// A text as code, in which nothing has a meaning: its fence is longer than any in it.
fn code(text: &str) -> String {
    let folded = one_line(&clean(text));
    if folded.is_empty() {
        return String::new();
    }
    let longest = folded.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if folded.starts_with('`') || folded.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{folded}{space}{fence}")
}

#[cfg(test)]
mod tests {
    use super::{code, escaped};

    #[test]
    fn no_sign_of_a_text_is_markup() {
        assert_eq!(
            escaped("x_y a *b* _c_ `d` [e](f) <g> & |h|"),
            r"x_y a \*b\* \_c\_ \`d\` \[e\](f) &lt;g&gt; &amp; \|h\|"
        );
        assert_eq!(escaped("1. one\n# two"), "1\\. one # two");
        assert_eq!(escaped("- no list"), "\\- no list");
        assert_eq!(escaped("5.1.1 is a code"), "5\\.1.1 is a code");
    }

    #[test]
    fn code_ends_where_it_should() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a `` b"), "```a `` b```");
        assert_eq!(code("`a`"), "`` `a` ``");
    }
}
