//! Something that no evidence can overcome, without a reason: `0 %`, `100 %`, `rules out`, and a cause that is `impossible`; and, as
//! a hint, a pack in which the cause is never one that it does not list.
//!
//! What is so by definition may be hard, and then somebody can give the reason. A reason is a comment on the line, or above it
//! and the hard lines directly before it; a `see` of the declaration; the title of a rule. A share that is `impossible` under a
//! condition, or otherwise, has its reason in the condition. Words that a pack makes hard by a scale of its own are not reported.

use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use super::declared::Declarations;
use crate::pack::Rule;
use crate::problem::{Code, Problem, Problems, Suggestion};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{
    self, CausePart, Chance, DeclarationKind, Entry, FactPart, FixPart, Frequency, RulePart, Share, ShareWhen,
};

pub(super) fn lint(subject: &Subject<'_>, problems: &mut Problems) {
    let pack = subject.pack();
    let names = pack.rules.iter().map(|r| &r.name).chain(pack.causes.iter().map(|c| &c.name));
    let names = names.chain(pack.facts.iter().map(|f| &f.name)).chain(pack.symptoms.iter().map(|s| &s.name));
    let names = names.chain(pack.fixes.iter().map(|f| &f.name));
    let own = names.map(|name| name.span).filter(|span| subject.is_own(*span)).map(|span| span.source);
    let mut declarations = Declarations::of(subject.sources);
    let rules = pack.rules.iter().map(|rule| (rule.name.value.as_str(), rule)).collect();
    for source in own.collect::<BTreeSet<_>>() {
        for declaration in declarations.in_file(source) {
            Check { subject, rules: &rules, problems }.declaration(&declaration.kind);
        }
    }
    unlisted(subject, problems);
}

/// Hints at a pack that lists all causes there are.
fn unlisted(subject: &Subject<'_>, problems: &mut Problems) {
    let manifest = &subject.pack().manifest;
    let Some(place) = manifest.unlisted_place.filter(|place| subject.is_own(*place)) else { return };
    if manifest.priors.unlisted > 0.0 || has_comment(subject, place) {
        return;
    }
    let message = "the cause is never one that this pack does not list, without a reason";
    let help = "no evidence can then say that the pack does not know the cause: write a comment with the reason, or `\"1 %\"` if that can be";
    let suggestion = Suggestion::uncertain("write `\"1 %\"`", place, "\"1 %\"");
    problems.push(Problem::hint(Code::HardZero, place, message).help(help).suggest(suggestion));
}

struct Check<'a, 's> {
    subject: &'a Subject<'s>,
    rules: &'a BTreeMap<&'a str, &'a Rule>,
    problems: &'a mut Problems,
}

impl Check<'_, '_> {
    fn declaration(&mut self, kind: &DeclarationKind) {
        match kind {
            DeclarationKind::Visit(visit) if visit.see.is_empty() => {
                visit.facts.iter().for_each(|(fact, _)| self.fact(fact));
            }
            DeclarationKind::Fact(fact) => self.fact(fact),
            DeclarationKind::Symptom(symptom) if symptom.see.is_empty() => {
                self.rates(&symptom.name, &symptom.rates);
            }
            DeclarationKind::Rule(rule) => self.rule(rule),
            DeclarationKind::Cause(cause) => self.cause(cause),
            DeclarationKind::Fix(fix) if !fix.parts.iter().any(|p| matches!(p.value, FixPart::See(_))) => {
                self.fix(fix);
            }
            _ => {}
        }
    }

    fn fact(&mut self, fact: &ast::Fact) {
        if fact.parts.iter().any(|part| matches!(part, FactPart::See(_))) {
            return;
        }
        for part in &fact.parts {
            if let FactPart::Rates(rates) = part {
                self.rates(&fact.name, std::slice::from_ref(rates));
            }
        }
    }

    fn rates(&mut self, name: &ast::Name, lines: &[ast::Rates]) {
        for line in lines {
            for (chance, value) in &line.rates {
                let what = |sure: Sure| format!("`{}` is {} `{}`", name.value, sure.word(), value.value);
                self.chance(chance, line.span, &what, line.rates.len() == 1);
            }
        }
    }

    fn rule(&mut self, rule: &ast::Rule) {
        if rule.title.is_some() || rule.parts.iter().any(|part| matches!(part.value, RulePart::See(_))) {
            return;
        }
        let compiled = self.rules.get(rule.name.value.as_str()).copied();
        for part in &rule.parts {
            match &part.value {
                RulePart::Line { entries, with } => {
                    let of = with.as_ref().map_or_else(
                        || "without these causes".to_owned(),
                        |causes| format!("with {}", listed(causes)),
                    );
                    self.line(&rule.name, entries, part.span, &of, compiled);
                }
                RulePart::RulesOut { levels, causes } => {
                    self.rules_out(&rule.name, levels, causes, part.span, compiled);
                }
                _ => {}
            }
        }
    }

    fn cause(&mut self, cause: &ast::Cause) {
        if cause.parts.iter().any(|part| matches!(part.value, CausePart::See(_))) {
            return;
        }
        let of = format!("with `{}`", cause.name.value);
        for part in &cause.parts {
            match &part.value {
                CausePart::Shows { target, entries } => {
                    let rule = self.rules.get(target.value.as_str()).copied();
                    self.line(target, entries, part.span, &of, rule);
                }
                CausePart::LeadsTo { causes, chance } => {
                    let of = &cause.name.value;
                    let what = |sure: Sure| format!("`{of}` {} leads to {}", sure.word(), listed(causes));
                    self.chance(chance, part.span, &what, true);
                }
                CausePart::Share { share, when: ShareWhen::Always } if share.value == Share::Impossible => {
                    let message = format!("`{}` is impossible, without a reason", cause.name.value);
                    let suggestion = Suggestion::uncertain("write `very rare`", share.span, "very rare");
                    self.hard(part.span, message, "very rare", Some(suggestion));
                }
                _ => {}
            }
        }
    }

    fn fix(&mut self, fix: &ast::Fix) {
        for part in &fix.parts {
            if let FixPart::Works(chance) = &part.value {
                let what = |sure: Sure| format!("`{}` {} works", fix.name.value, sure.word());
                self.chance(chance, part.span, &what, true);
            }
        }
    }

    /// Checks a line of a rule, wherever it is written.
    fn line(&mut self, name: &ast::Name, entries: &[Entry], span: Span, of: &str, rule: Option<&Rule>) {
        let pack = self.subject.pack();
        let levels = rule.and_then(|rule| pack.reading(&rule.evidence)).map(|reading| reading.levels.len());
        for (at, entry) in entries.iter().enumerate() {
            let Some(word) = instead(&entry.chance.value) else { continue };
            let others = entries.iter().enumerate().filter(|(other, _)| *other != at);
            let others: f64 =
                others.filter_map(|(_, e)| pack.manifest.scale.chance(&e.chance.value).ok()).sum();
            // The levels that the line does not name keep at least `never` each.
            let kept = f64::from(u32::try_from(levels.unwrap_or(2)).unwrap_or(u32::MAX))
                * pack.manifest.scale.frequency(Frequency::Never);
            let fits = others + pack.manifest.scale.frequency(word) + kept <= 1.0 || entries.len() == 1;
            let names_all = levels.is_some_and(|levels| entries.len() >= levels);
            let what = |sure: Sure| match &entry.level {
                Some(level) => format!("`{}` is {} `{}` {of}", name.value, sure.word(), level.value),
                None => format!("`{}` is {} seen {of}", name.value, sure.word()),
            };
            self.chance(&entry.chance, span, &what, fits && !names_all);
        }
    }

    /// Checks a chance; `fits` says whether the soft word may replace it.
    fn chance(&mut self, chance: &Spanned<Chance>, line: Span, what: &dyn Fn(Sure) -> String, fits: bool) {
        let Some(word) = instead(&chance.value) else { return };
        let sure = if word == Frequency::Never { Sure::Never } else { Sure::Always };
        let suggestion = Suggestion::uncertain(format!("write `{}`", word.word()), chance.span, word.word());
        let message = format!("{}, without a reason", what(sure));
        self.hard(line, message, word.word(), fits.then_some(suggestion));
    }

    fn rules_out(
        &mut self,
        name: &ast::Name,
        levels: &[ast::Name],
        causes: &[ast::Name],
        span: Span,
        rule: Option<&Rule>,
    ) {
        let what = if levels.is_empty() { format!("`{}`", name.value) } else { listed(levels) };
        let verb = if levels.len() > 1 { "rule out" } else { "rules out" };
        let message = format!("{what} {verb} {}, without a reason", listed(causes));
        let suggestion = rule.and_then(|rule| self.never(levels, causes, rule));
        let suggestion = suggestion.map(|line| Suggestion::uncertain(format!("write `{line}`"), span, line));
        self.hard(span, message, "never … with", suggestion);
    }

    /// Returns the soft line for one that rules out, if these causes have no line in the rule yet.
    fn never(&self, levels: &[ast::Name], causes: &[ast::Name], rule: &Rule) -> Option<String> {
        let pack = self.subject.pack();
        let normal = &pack.reading(&rule.evidence)?.levels.first()?.name;
        let lines = rule.with.keys().map(|cause| &pack.causes[*cause]);
        let mut named = lines.flat_map(|cause| cause.groups.iter().chain([&cause.name.value]));
        let free = !named.any(|name| causes.iter().any(|cause| cause.value == *name));
        let active = levels.iter().all(|level| level.value != *normal);
        let levels: Vec<_> = levels.iter().map(|level| format!("never {}", level.value)).collect();
        let never = if levels.is_empty() { "never".to_owned() } else { levels.join(", ") };
        let causes: Vec<_> = causes.iter().map(|cause| cause.value.as_str()).collect();
        (free && active).then(|| format!("{never} with {}", causes.join(", ")))
    }

    fn hard(&mut self, line: Span, message: String, word: &str, suggestion: Option<Suggestion>) {
        if has_comment(self.subject, line) {
            return;
        }
        let help = format!(
            "no evidence can overcome this: write a comment with the reason, or `{word}` if it is not so by definition"
        );
        self.problems
            .push(Problem::warning(Code::HardZero, line, message).help(help).maybe_suggest(suggestion));
    }
}

/// In which direction something is hard.
#[derive(Clone, Copy)]
enum Sure {
    Never,
    Always,
}

impl Sure {
    fn word(self) -> &'static str {
        match self {
            Sure::Never => "never",
            Sure::Always => "always",
        }
    }
}

/// Returns the soft word nearest to a hard number.
fn instead(chance: &Chance) -> Option<Frequency> {
    match chance {
        Chance::Number(number) if *number <= 0.0 => Some(Frequency::Never),
        Chance::Number(number) if *number >= 1.0 => Some(Frequency::Always),
        _ => None,
    }
}

fn listed(names: &[ast::Name]) -> String {
    names.iter().map(|name| format!("`{}`", name.value)).collect::<Vec<_>>().join(", ")
}

/// Returns whether a comment stands on the lines of a place, or above them and the hard lines directly before them.
fn has_comment(subject: &Subject<'_>, place: Span) -> bool {
    let whole = subject.sources.text(subject.sources.whole(place.source));
    let Span { start, end, .. } = subject.sources.lines(place);
    let mut before = whole.get(..start).unwrap_or("").lines().rev();
    let above = before.find(|line| !is_hard(line) || line.trim_start().starts_with("//"));
    whole.get(start..end).is_some_and(|lines| lines.lines().any(comments))
        || above.is_some_and(|line| line.trim_start().starts_with("//"))
}

fn is_hard(line: &str) -> bool {
    let number = |figure: &str| {
        let digit = |c: char| c.is_ascii_digit() || c == '.';
        line.match_indices(figure)
            .any(|(at, _)| !line.get(..at).is_some_and(|before| before.ends_with(digit)))
    };
    line.contains("rules out") || line.contains("impossible") || number("0 %") || number("100 %")
}

/// Returns whether a line has a comment, and not only two slashes in a text.
fn comments(line: &str) -> bool {
    let outside = line.split('"').step_by(2);
    outside.into_iter().any(|text| text.contains("//"))
}
