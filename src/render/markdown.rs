//! The answer as Markdown, short, to paste into a ticket (GitHub, GitLab, Jira).
//!
//! Texts of packs are escaped, so that none of their signs is taken for markup. What users recorded stands as code, in which
//! nothing is: no link, no picture, no mention of anybody.

use std::fmt::Write as _;

use crate::markup::clean;
use crate::render::headline::IMPOSSIBLE;
use crate::render::report::{Action, Answer, Ask, Factor, Report, Why, report};
use crate::render::words::chance;

/// Writes the answer; below everything, what is to be said beside it.
pub fn markdown(answer: Answer, beside: Option<&str>) -> String {
    let report = report(answer);
    let mut page = Page { out: String::new() };
    page.supposed(&report);
    page.answer(&report);
    page.ranking(&report);
    if report.ask_first {
        page.asks(&report);
        page.actions(&report);
    } else {
        page.actions(&report);
        page.asks(&report);
    }
    report.whys.iter().for_each(|why| page.why(why));
    page.facts(&report);
    page.rules(&report);
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

    /// What follows is a paragraph or a list of its own.
    fn heading(&mut self, level: usize, text: &str) {
        self.paragraph(&format!("{} {text}\n", "#".repeat(level)));
    }

    fn supposed(&mut self, report: &Report) {
        let Some(supposed) = &report.supposed else { return };
        self.line(&format!("What if {}: what stands below is as if it were so.\n", code(&supposed.set)));
        self.line("| now | then | cause |\n|---:|---:|:---|");
        for (was, is, title) in &supposed.changes {
            self.line(&format!("| {} | {} | {} |", chance(*was), chance(*is), escaped(title)));
        }
        self.out.push('\n');
    }

    fn answer(&mut self, report: &Report) {
        if let Some(contradiction) = &report.impossible {
            self.heading(2, IMPOSSIBLE);
            contradiction.iter().for_each(|text| self.line(&format!("- {}", code(text))));
            self.paragraph("One of them must be wrong, or the pack is: check them again.");
            return;
        }
        for (at, headline) in report.headlines.iter().enumerate() {
            let text = escaped(&headline.to_string());
            if at == 0 { self.heading(2, &text) } else { self.line(&format!("**{text}**\n")) }
        }
        if let Some([how, check]) = &report.surprise {
            self.line(&format!("> **{}**", escaped(how)));
            self.line(">");
            self.line(&format!("> {}\n", escaped(check)));
        }
        if let Some(text) = &report.inexact {
            self.line(&format!("{}\n", escaped(text)));
        }
    }

    fn ranking(&mut self, report: &Report) {
        if report.ranking.is_empty() {
            return;
        }
        self.line("| chance | cause |\n|---:|:---|");
        for row in &report.ranking {
            let name = row.name.as_ref().map_or_else(String::new, |name| format!(" {}", code(name)));
            let title = escaped(&row.title);
            let title = if row.strong { format!("**{title}**") } else { title };
            self.line(&format!("| {} | {title}{name} |", chance(row.chance).replace(' ', "\u{a0}")));
        }
        for rest in &report.rest {
            self.paragraph(&escaped(rest));
        }
        if !report.together.is_empty() {
            self.heading(3, "Together, and nothing else of this pack");
            for row in &report.together {
                self.line(&format!("- {}: {}", chance(row.chance), escaped(&row.title)));
            }
        }
    }

    fn actions(&mut self, report: &Report) {
        let plan = &report.what_to_do;
        if plan.is_nothing() {
            return;
        }
        self.heading(3, "What to do");
        if let Some(text) = plan.nothing_yet {
            self.line(&format!("{text}\n"));
        }
        if let Some(text) = &plan.first {
            self.line(&format!("- [ ] **{}**", escaped(text)));
        }
        plan.actions.iter().for_each(|action| self.action(action));
        if !plan.then.is_empty() {
            // A paragraph of its own begins another list.
            let before = if plan.first.is_none() && plan.actions.is_empty() { "" } else { "\n" };
            self.line(&format!("{before}{}\n", plan.when()));
        }
        for text in &plan.then {
            self.line(&format!("- [ ] {}", escaped(text)));
        }
        for text in plan.unwaited.iter().chain(&plan.last) {
            self.paragraph(&escaped(text));
        }
    }

    fn action(&mut self, action: &Action) {
        let about = escaped(&action.about.join(" · "));
        self.line(&format!("- [ ] **{}** · {about}", escaped(&action.title)));
        if let Some(cause) = &action.against {
            self.line(&format!("  - If it is: {}", escaped(cause)));
        }
        for step in &action.steps {
            self.line(&format!("  - [ ] {}", escaped(step)));
        }
        let more = [
            ("It worked when", &action.verify),
            ("It does not", &action.does_not),
            ("Risk", &action.risks),
            ("See", &action.see),
        ];
        for (what, texts) in more {
            for text in texts {
                self.line(&format!("  - {what}: {}", escaped(text)));
            }
        }
    }

    fn asks(&mut self, report: &Report) {
        if report.asks.is_empty() {
            return;
        }
        self.heading(3, "What to ask next");
        report.asks.iter().for_each(|ask| self.ask(ask));
        if report.more_asks > 0 {
            self.paragraph(&format!("{} more would pay for themselves.", report.more_asks));
        }
        if !report.assumed.is_empty() {
            let text = format!("Nobody said, so taken as it usually is: {}", report.assumed.join("; "));
            self.paragraph(&escaped(&text));
        }
    }

    fn ask(&mut self, ask: &Ask) {
        let takes = format!(" ({}, {})", ask.takes, ask.saves);
        let question = |(question, name): &(String, String)| {
            if question == name { code(name) } else { format!("{} {}", escaped(question), code(name)) }
        };
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

    fn why(&mut self, why: &Why) {
        let ([odds_before, before], [odds_after, after]) = (&why.before, &why.after);
        self.heading(3, &format!("Why: {}", escaped(&why.title)));
        self.line(&format!("{odds_before} ({before}) → **{odds_after} ({after})**"));
        self.out.push('\n');
        why.factors.iter().for_each(|factor| self.factor(factor));
    }

    fn factor(&mut self, factor: &Factor) {
        self.line(&format!("- **{}** {}", escaped(&factor.times), escaped(&factor.said)));
        for witness in &factor.witnesses {
            self.line(&format!("  - {}", code(witness)));
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
            let text = format!("Tried, and it is still broken: {}", report.tried.join("; "));
            self.paragraph(&escaped(&text));
        }
    }

    fn rules(&mut self, report: &Report) {
        let parts = report.rules.iter().map(|group| format!("{} {}", group.rules.len(), group.what));
        let count: usize = report.rules.iter().map(|group| group.rules.len()).sum();
        let parts: Vec<String> = parts.collect();
        self.paragraph(&format!("{count} rules of {}: {}", escaped(&report.pack), parts.join(", ")));
    }
}

/// A text in one line in which no sign is markup.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    let folded = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
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
    let folded = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
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
