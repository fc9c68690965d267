//! For people: what failed with what was expected and what came, what is only told, and a line that counts.

use std::fmt::Write as _;

use super::{ACCEPT, Count, DONE, NEW, Report, Run, TAKE_OUT};
use crate::cases::{Kept, Outcome, Verdict, compare};
use crate::render::problems::{self, Look};
use crate::render::style::{FAILED, FAINT, PASSED, TOLD};
use crate::render::wrap::hanging;
use crate::report::words;

/// So many lines of a difference are shown; `ruleout review` shows all.
const MOST_LINES: usize = 40;

/// Writes every failure and whatever else is to be told, then a line that counts; with `names`, those that passed too; in lines of a
/// width.
pub fn text(report: &Report<'_>, names: bool, look: Look, width: usize) -> String {
    let mut page = Page { report, names, look, width, out: String::new() };
    for run in report.runs {
        page.run(run);
    }
    if report.runs.len() > 1 {
        let packs = words::count(report.runs.len(), "pack", "packs");
        page.counted(&format!("{packs}: "), report.count());
    }
    page.out
}

struct Page<'a> {
    report: &'a Report<'a>,
    names: bool,
    look: Look,
    width: usize,
    out: String,
}

impl Page<'_> {
    fn run(&mut self, run: &Run) {
        for outcome in &run.outcomes {
            self.outcome(outcome);
        }
        self.out.push_str(&problems::text(&run.strays, self.report.sources, self.look));
        for deleted in &run.deleted {
            self.paragraph("deleted  ", deleted);
        }
        let name = if self.report.runs.len() > 1 { format!("{}: ", run.name) } else { String::new() };
        self.counted(&name, self.report.count_of(run));
    }

    /// `3 passed (1 new, 1 drifted), 1 to do, 0 failed`
    fn counted(&mut self, before: &str, count: Count) {
        let Count { passed, new, drifted, todo, failed } = count;
        let of_these: Vec<String> = [(new, "new"), (drifted, "drifted")]
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{n} {what}"))
            .collect();
        let of_these =
            if of_these.is_empty() { String::new() } else { format!(" ({})", of_these.join(", ")) };
        let todo = if todo > 0 { format!(", {todo} to do") } else { String::new() };
        let style = if failed == 0 { PASSED } else { FAILED };
        let line = format!("{before}{style}{passed} passed{of_these}{todo}, {failed} failed{style:#}\n");
        self.out.push_str(&line);
    }

    fn outcome(&mut self, outcome: &Outcome) {
        let name = &outcome.name;
        match self.report.verdict(outcome) {
            Verdict::Failed => self.failure(outcome),
            Verdict::Todo => {
                let todo = outcome.todo.as_ref().map_or("", |todo| todo.value.as_str());
                self.told("todo ", &format!("{name}: {todo}"));
                self.missed(outcome);
            }
            Verdict::New => self.told("new  ", &format!("{name}: {NEW}")),
            Verdict::Drifted => {
                let drift = outcome.drift().map_or_else(String::new, |drift| drift.to_string());
                self.told("drift", &format!("{name}: {drift}"));
            }
            Verdict::Same if self.names && outcome.accepted.is_none() => {
                // Writing to a string does not fail.
                let _ = writeln!(self.out, "{PASSED}ok{PASSED:#}   {name}");
            }
            Verdict::Same => {}
        }
        if self.report.verdict(outcome) != Verdict::Failed {
            self.out.push_str(&problems::text(&outcome.problems, self.report.sources, self.look));
        }
        if let Some(accepted) = &outcome.accepted {
            self.paragraph("accepted  ", &format!("{name}: {accepted}"));
        }
    }

    fn told(&mut self, what: &str, text: &str) {
        let lines = hanging(self.width, "      ", text);
        for (at, line) in lines.iter().enumerate() {
            let line = line.trim_start();
            let _ = match at {
                0 => writeln!(self.out, "{TOLD}{what}{TOLD:#} {line}"),
                _ => writeln!(self.out, "      {line}"),
            };
        }
    }

    fn missed(&mut self, outcome: &Outcome) {
        for missed in &outcome.missed {
            let place = self.report.sources.place(missed.span);
            self.paragraph("  expected  ", &format!("{}  [{place}]", missed.expected));
            self.paragraph("  got       ", &missed.got);
        }
    }

    fn failure(&mut self, outcome: &Outcome) {
        let _ = writeln!(self.out, "{FAILED}FAIL{FAILED:#} {}", outcome.name);
        if !outcome.because.is_empty() {
            self.paragraph("  because   ", &outcome.because);
        }
        self.missed(outcome);
        if let Some(todo) = outcome.todo.as_ref().filter(|_| outcome.is_done()) {
            let place = self.report.sources.place(todo.span);
            self.paragraph("  todo      ", &format!("{DONE}  [{place}]"));
            self.paragraph("            ", TAKE_OUT);
        }
        self.out.push_str(&problems::text(&outcome.problems, self.report.sources, self.look));
        match &outcome.kept {
            Kept::Same => {}
            Kept::New => self.paragraph("  answer    ", &format!("not accepted yet: {ACCEPT}")),
            Kept::Changed(old) => self.changed(outcome, old),
        }
        self.out.push('\n');
    }

    fn changed(&mut self, outcome: &Outcome, old: &str) {
        let new = outcome.answer.as_deref().unwrap_or_default();
        if let Some(drift) = outcome.drift() {
            let tolerance = self.report.strictness.tolerance;
            let too_far = if drift.is_within(tolerance) {
                String::new()
            } else if drift.same_order {
                format!(" (tolerated are {tolerance} points)")
            } else {
                " (which is never tolerated)".to_owned()
            };
            self.paragraph("  drift     ", &format!("{drift}{too_far}"));
        }
        let moved = compare::moved(old, new);
        if !moved.is_empty() {
            self.out.push_str("  rules that moved\n");
        }
        for rule in moved {
            let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "not there".to_owned());
            self.paragraph("    ", &format!("{}: {} → {}", rule.rule, said(&rule.old), said(&rule.new)));
        }
        self.out.push_str("  the answer changed (- accepted, + now)\n");
        let lines = compare::lines(old, new);
        for line in lines.lines().take(MOST_LINES) {
            let style = match line.chars().next() {
                Some('-') => FAILED,
                Some('+') => PASSED,
                _ => FAINT,
            };
            let _ = writeln!(self.out, "    {style}{line}{style:#}");
        }
        let left = lines.lines().count().saturating_sub(MOST_LINES);
        if left > 0 {
            let _ = writeln!(self.out, "    … {left} more lines; `ruleout review` shows all");
        }
    }

    fn paragraph(&mut self, first: &str, text: &str) {
        for line in hanging(self.width, first, text) {
            self.out.push_str(&line);
            self.out.push('\n');
        }
    }
}
