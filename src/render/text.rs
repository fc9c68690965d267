//! The answer as text for a terminal of 80 columns: the likeliest cause first, then why, what to do, what is not known.
//!
//! Colour stands beside words, never for them. The text carries its styles as ANSI codes; whoever prints it takes them out
//! where nobody would see them.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::words::{factor, odds, percent, times};
use crate::advise::conflict::BADLY;
use crate::advise::explain::{Why, Witness, write_known};
use crate::diagnosis::{Diagnosis, Impossible, Probability, Ranked, RuleAccount};
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::graph::numbers::levels_given;
use crate::infer::evaluate::Heard;
use crate::logic::Levels;
use crate::pack::expr::{Condition, ConditionKind};
use crate::pack::scale::{write_chance, write_word};
use crate::pack::unit::write_duration;
use crate::pack::{Cause, CauseId, Evidence, Fact, FactId, Fix, Line, Rule, RuleId, Verification};
use crate::source::{Sources, Span};
use crate::syntax::ast::Frequency;

/// The width of the page.
const WIDTH: usize = 80;
/// The width of a full bar.
const BAR: usize = 10;
/// A cause is explained and its fixes are shown where it is at least this likely.
const LEADING: f64 = 0.10;
/// And at most this many are.
const MOST_LEADING: usize = 3;
/// The longest list of facts in one line.
const MOST_NAMED: usize = 3;
/// So many questions are shown.
const MOST_ASKED: usize = 5;

const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Cyan.on_default().bold();
const BAD: Style = AnsiColor::Yellow.on_default().bold();

/// What of the answer is shown.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many causes the ranking names.
    pub top: usize,
    /// How places are named.
    pub places: Places,
}

/// How the places of rules and facts are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Places {
    /// File, line and column, for whoever wants to go there.
    Lines,
    /// By what does not change when lines move: the file and the name of a rule; and every rule has a line of its own. For
    /// answers that are kept and compared.
    Names,
}

/// Writes the answer.
pub fn text(
    graph: &InferenceGraph,
    facts: &Facts,
    diagnosis: &Diagnosis,
    sources: &Sources,
    options: Options,
) -> String {
    let mut page = Page { graph, facts, sources, places: options.places, out: String::new() };
    if let Some(impossible) = &diagnosis.impossible {
        page.impossible(impossible);
    } else {
        page.surprise(diagnosis);
        page.ranking(diagnosis, options.top);
        let leading: Vec<&Ranked> = leading(diagnosis);
        for ranked in &leading {
            page.why(ranked, diagnosis);
        }
        page.what_to_do(&leading);
    }
    page.not_known(diagnosis);
    match options.places {
        Places::Lines => page.rules(diagnosis),
        Places::Names => page.rules_one_by_one(diagnosis),
    }
    page.out
}

fn leading(diagnosis: &Diagnosis) -> Vec<&Ranked> {
    let likely = |r: &&Ranked| r.probability.exact && r.probability.low >= LEADING;
    diagnosis.causes.iter().filter(likely).take(MOST_LEADING).collect()
}

struct Page<'a> {
    graph: &'a InferenceGraph,
    facts: &'a Facts,
    sources: &'a Sources,
    places: Places,
    out: String,
}

impl<'a> Page<'a> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn blank(&mut self) {
        self.out.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.line(&styled(STRONG, text));
    }

    /// A paragraph, each line of it indented.
    fn paragraph(&mut self, first: &str, rest: &str, text: &str) {
        let options = wrapping(first, rest);
        for line in textwrap::wrap(text, options) {
            self.line(&line);
        }
    }

    fn faint_paragraph(&mut self, first: &str, rest: &str, text: &str) {
        let options = wrapping(first, rest);
        for line in textwrap::wrap(text, options) {
            self.line(&styled(FAINT, &line));
        }
    }

    fn cause(&self, id: CauseId) -> Option<&'a Cause> {
        self.graph.pack.causes.get(id.0)
    }

    fn fact(&self, id: FactId) -> Option<&'a Fact> {
        self.graph.pack.facts.get(id.0)
    }

    fn rule(&self, id: RuleId) -> Option<&'a Rule> {
        self.graph.pack.rules.get(id.0)
    }

    fn fact_name(&self, id: FactId) -> &'a str {
        self.fact(id).map_or("", |f| f.name.value.as_str())
    }

    /// Where a fact is recorded.
    fn place(&self, span: Span) -> String {
        match self.places {
            Places::Lines => self.sources.place(span).to_string(),
            Places::Names => "recorded".to_owned(),
        }
    }

    /// Where a part of a rule stands.
    fn place_of_rule(&self, id: RuleId, span: Span) -> String {
        match self.places {
            Places::Lines => self.sources.place(span).to_string(),
            Places::Names => {
                let path = self.sources.place(span).file;
                let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
                let rule = self.rule(id).map_or("", |rule| rule.name.value.as_str());
                format!("{file}: {rule}")
            }
        }
    }

    /// A cause in plain words.
    fn title(&self, id: CauseId) -> &'a str {
        self.cause(id).map_or("", |c| c.title.as_deref().unwrap_or(c.name.value.as_str()))
    }

    // ------------------------------------------------------------ evidence that fits together badly

    fn surprise(&mut self, diagnosis: &Diagnosis) {
        let Some(conflict) = diagnosis.conflict.as_ref().filter(|c| c.value >= BADLY) else { return };
        let times = times(libm::exp(conflict.value));
        let text = format!(
            "These facts fit together badly: together they are seen {times} times less often than by chance."
        );
        for line in textwrap::wrap(&text, wrapping("", "")) {
            self.line(&styled(BAD, &line));
        }
        let doubted = conflict.mended_by.and_then(|(id, _)| Some((id, self.facts.recorded.get(&id)?)));
        let text = match doubted {
            Some((id, recorded)) => format!(
                "Check this one first, without it the others fit: {} = {}  [{}]",
                self.fact_name(id),
                shortened(&recorded.written, 60),
                self.place(recorded.span)
            ),
            None => "No single fact is to blame: perhaps several causes at once, or two tickets in one."
                .to_owned(),
        };
        self.paragraph("  ", "  ", &text);
        self.blank();
    }

    // ------------------------------------------------------------ the ranking

    fn ranking(&mut self, diagnosis: &Diagnosis, top: usize) {
        self.first_line(diagnosis);
        self.blank();
        let mut rows: Vec<(Probability, String, String)> = Vec::new();
        for ranked in diagnosis.causes.iter().take(top) {
            let name = self.cause(ranked.cause).map_or("", |c| c.name.value.as_str());
            rows.push((ranked.probability, name.to_owned(), self.title(ranked.cause).to_owned()));
        }
        let unknown = (diagnosis.not_in_pack, String::new(), "Something this pack does not know".to_owned());
        let at = rows.iter().position(|(p, ..)| p.high < unknown.0.high).unwrap_or(rows.len());
        rows.insert(at, unknown);
        for (probability, name, title) in rows {
            self.row(probability, &name, &title);
        }
        let rest: Vec<&Ranked> = diagnosis.causes.iter().skip(top).collect();
        if let Some(most) = rest.first() {
            let text = format!(
                "{} more, each at {} or less; --top N shows more",
                rest.len(),
                percent(most.probability.high)
            );
            self.faint_paragraph("         ", "         ", &text);
        }
    }

    fn first_line(&mut self, diagnosis: &Diagnosis) {
        if let Some(needed) = diagnosis.over_budget {
            let needed = if needed.is_finite() {
                format!(" (it would take {needed:.1e} steps)")
            } else {
                String::new()
            };
            let text = format!(
                "This ticket is more than can be computed exactly{needed}. Every cause lies between 0 % and 100 %."
            );
            return self.paragraph("", "", &text);
        }
        let Some(first) = diagnosis.causes.first() else { return };
        let (p, unknown) = (first.probability.low, diagnosis.not_in_pack.low);
        let text = if unknown > p {
            format!("Most likely something this pack does not know ({})", percent(unknown))
        } else {
            let certainty = match p {
                p if p >= 0.95 => "Almost certainly",
                p if p >= 0.70 => "Most likely",
                p if p >= 0.40 => "Perhaps",
                _ => "Not clear yet; first in line",
            };
            format!("{certainty}: {} ({})", self.title(first.cause), percent(p))
        };
        for line in textwrap::wrap(&text, WIDTH) {
            self.line(&styled(GOOD, &line));
        }
    }

    fn row(&mut self, probability: Probability, name: &str, title: &str) {
        let shown = if probability.exact {
            percent(probability.low)
        } else {
            format!("{}..{}", percent(probability.low), percent(probability.high))
        };
        let bar = styled(GOOD, &format!("{:<BAR$}", bar(probability.high)));
        let style = if probability.low >= LEADING { STRONG } else { Style::new() };
        let room = WIDTH.saturating_sub(shown.chars().count().max(7) + BAR + 4);
        let title = shortened(title, room);
        let beside = room.saturating_sub(title.chars().count() + 2);
        let mut out = format!("{shown:>7}  {bar}  {}", styled(style, &title));
        if !name.is_empty() && name.chars().count() <= beside && name != title {
            let _ = write!(out, "  {}", styled(FAINT, name));
        }
        self.line(&out);
    }

    // ------------------------------------------------------------ why

    fn why(&mut self, ranked: &Ranked, diagnosis: &Diagnosis) {
        let Some(why) = &ranked.why else { return };
        self.blank();
        let name = self.cause(ranked.cause).map_or("", |c| c.name.value.as_str());
        let title = self.title(ranked.cause);
        self.heading(&if title == name { format!("Why {name}") } else { format!("Why {name}: {title}") });
        self.line(&format!(
            "  before any symptom: {} ({})",
            odds(why.before),
            percent(why.before / (1.0 + why.before))
        ));
        for reason in &why.reasons {
            let Some(account) = diagnosis.rules.iter().find(|a| a.rule == reason.rule) else { continue };
            let shown = reason.factor.map_or_else(|| "only this".to_owned(), factor);
            self.reason(&shown, reason.factor, account, reason.line, ranked.cause);
        }
        self.shared(why);
        self.line(&format!("  after: {} ({})", odds(why.after), percent(ranked.probability.low)));
        let see = self.cause(ranked.cause).map_or(&[][..], |c| &c.see);
        self.see("  ", see);
    }

    /// Where more stands.
    fn see(&mut self, indent: &str, texts: &[String]) {
        if !texts.is_empty() {
            self.faint_paragraph(&format!("{indent}see: "), &format!("{indent}     "), &texts.join("; "));
        }
    }

    fn shared(&mut self, why: &Why) {
        if let Some(shared) = why.shared.filter(|s| !(0.995..1.005).contains(s)) {
            self.line(&format!("  {:>9}  {}", factor(shared), "shared with other causes"));
        }
    }

    fn reason(&mut self, shown: &str, value: Option<f64>, account: &RuleAccount, line: Span, cause: CauseId) {
        let style = if value.is_none_or(|f| f >= 1.0) { GOOD } else { BAD };
        let indent = " ".repeat(13);
        let first = format!("  {shown:>9}  ");
        for (at, text) in textwrap::wrap(&self.said(account), wrapping(&first, &indent)).iter().enumerate() {
            let (head, rest) = text.split_at_checked(first.len()).unwrap_or(("", text));
            let head = if at == 0 { styled(style, head) } else { head.to_owned() };
            self.line(&format!("{head}{}", styled(STRONG, rest)));
        }
        if value.is_none() {
            self.paragraph(&indent, &indent, "nothing else explains this");
        }
        for witness in &account.witnesses {
            let text = self.witness(witness);
            self.paragraph(&indent, &format!("{indent}  "), &text);
        }
        let text =
            format!("{}  [{}]", self.line_in_words(account, cause), self.place_of_rule(account.rule, line));
        self.faint_paragraph(&indent, &format!("{indent}  "), &text);
        let rule = self.rule(account.rule);
        let symptom = rule.and_then(|r| match &r.evidence {
            Evidence::Symptom(id) => self.graph.pack.symptoms.get(id.0),
            _ => None,
        });
        let see: Vec<String> =
            symptom.iter().flat_map(|s| &s.see).chain(rule.iter().flat_map(|r| &r.see)).cloned().collect();
        self.see(&indent, &see);
    }

    /// What a rule heard, in plain words.
    fn said(&self, account: &RuleAccount) -> String {
        let Some(rule) = self.rule(account.rule) else { return String::new() };
        let Heard::Speaks { levels, sure, .. } = &account.heard else { return rule.name.value.clone() };
        let Some(reading) = self.graph.pack.reading(&rule.evidence) else { return rule.name.value.clone() };
        let names = level_names(levels, reading);
        let said = match &rule.evidence {
            Evidence::Symptom(id) => match self.graph.pack.symptoms.get(id.0) {
                Some(symptom) => {
                    format!("{}: {names}", symptom.title.as_ref().unwrap_or(&symptom.name.value))
                }
                None => names,
            },
            Evidence::Fact(id, _) => format!("{}: {names}", self.fact_name(*id)),
            Evidence::Condition(reading) => {
                let condition = reading.cases.first().and_then(|(_, c)| c.as_ref());
                condition.map_or(names, |c| self.statement(c, levels.contains(&1)))
            }
        };
        let unsure = sure.map_or_else(String::new, |r| format!(" (reported, {} sure)", write_chance(r)));
        format!("{said}{unsure}")
    }

    /// A condition as it turned out, without double negation.
    fn statement(&self, condition: &Condition, holds: bool) -> String {
        if let ConditionKind::Not(inner) = &condition.kind {
            return self.statement(inner, !holds);
        }
        let text = one_line(self.sources.text(condition.span));
        let simple =
            matches!(condition.kind, ConditionKind::Yes(_) | ConditionKind::Level(..)) && !text.contains(' ');
        match (holds, simple) {
            (true, _) => text,
            (false, true) => format!("not {text}"),
            (false, false) => format!("not ({text})"),
        }
    }

    fn witness(&self, witness: &Witness) -> String {
        let bounds = if witness.bounds.is_empty() {
            String::new()
        } else {
            format!(" ({})", witness.bounds.join(" and "))
        };
        let place = witness.place.map_or_else(|| "computed".to_owned(), |span| self.place(span));
        format!("{} = {}{bounds}  [{place}]", self.fact_name(witness.fact), shortened(&witness.value, 60))
    }

    /// How often what was seen is seen with a cause alone and anyway: the line's word, or the number that follows from it.
    fn line_in_words(&self, account: &RuleAccount, cause: CauseId) -> String {
        let (Some(rule), Some(steps)) = (self.rule(account.rule), self.graph.steps.get(account.rule.0))
        else {
            return String::new();
        };
        let Heard::Speaks { levels, weights, .. } = &account.heard else { return String::new() };
        let said = |line: Option<&Line>, present: &dyn Fn(usize) -> bool| -> String {
            let only = (levels.len() == 1).then(|| levels.first()).flatten();
            if let Some(f) = only.and_then(|level| line?.chances.get(level)) {
                return write_word(f.word.map(Frequency::word), f.chance);
            }
            let chances = levels_given(steps, weights.len(), present, false);
            write_chance(levels.iter().filter_map(|l| chances.get(*l)).sum())
        };
        let excluded =
            rule.rules_out.get(&cause).is_some_and(|(out, _)| levels.iter().all(|l| out.contains(l)));
        let with = if excluded { "never".to_owned() } else { said(rule.with.get(&cause), &|c| c == cause.0) };
        let title = rule.title.as_ref().map_or_else(String::new, |title| format!("{title}: "));
        format!("{title}{with} with it, {} anyway", said(Some(&rule.anyway), &|_| false))
    }

    // ------------------------------------------------------------ what to do

    fn what_to_do(&mut self, leading: &[&Ranked]) {
        let mut shown: Vec<usize> = Vec::new();
        for ranked in leading {
            let Some(cause) = self.cause(ranked.cause) else { continue };
            for fix in &cause.fixes {
                if shown.contains(&fix.0) {
                    continue;
                }
                if shown.is_empty() {
                    self.blank();
                    self.heading("What to do");
                }
                shown.push(fix.0);
                if let Some(declared) = self.graph.pack.fixes.get(fix.0) {
                    self.fix(declared, cause, self.facts.tried.contains_key(fix));
                }
            }
        }
        let escalate = &self.graph.pack.manifest.escalate;
        if let Some(escalate) = escalate.as_ref().filter(|_| !shown.is_empty()) {
            let text = format!("If nothing helps: {} ({})", escalate.to, write_duration(escalate.takes.0));
            self.paragraph("  ", "    ", &text);
        }
    }

    fn fix(&mut self, fix: &Fix, cause: &Cause, tried: bool) {
        let title = fix.title.as_deref().unwrap_or(fix.name.value.as_str());
        let tried = if tried { " (tried already)" } else { "" };
        self.paragraph("  ", "    ", &format!("{title}{tried}, against {}", cause.name.value));
        let mut about = Vec::new();
        about.extend(fix.by.as_ref().map(|who| format!("by {who}")));
        about.extend(
            fix.takes.filter(|nanos| *nanos > 0).map(|nanos| format!("takes {}", write_duration(nanos))),
        );
        about.extend(
            fix.waits.filter(|nanos| *nanos > 0).map(|nanos| format!("then wait {}", write_duration(nanos))),
        );
        let word = fix.works.word.map(Frequency::word);
        about.push(format!("works {}", write_word(word, fix.works.chance)));
        if fix.needs_approval {
            about.push("needs approval".into());
        }
        self.faint_paragraph("    ", "    ", &about.join(" · "));
        for (at, step) in fix.steps.iter().enumerate() {
            self.paragraph(&format!("    {}. ", at + 1), "       ", step);
        }
        for verification in &fix.verify {
            let text = match verification {
                Verification::Condition(_, text) | Verification::Text(text) => text,
            };
            self.paragraph("    verify: ", "            ", text);
        }
        for text in &fix.does_not {
            self.paragraph("    does not: ", "              ", text);
        }
        for text in &fix.risks {
            self.paragraph("    risk: ", "          ", text);
        }
        self.see("    ", &fix.see);
    }

    // ------------------------------------------------------------ impossible evidence

    fn impossible(&mut self, impossible: &Impossible) {
        self.line(&styled(BAD, "These facts cannot all be true"));
        self.blank();
        for contradiction in &impossible.computed {
            let Some(fact) = self.fact(contradiction.fact) else { continue };
            let recorded = self.facts.recorded.get(&contradiction.fact).map_or("", |r| r.written.as_str());
            let computed = write_known(&contradiction.computed, &fact.ty);
            let text = format!("{} is recorded as {recorded}, but computes to {computed}", fact.name.value);
            self.paragraph("  ", "    ", &text);
        }
        for rule in &impossible.rules {
            let Some(declared) = self.rule(*rule) else { continue };
            let place = self.place_of_rule(*rule, declared.name.span);
            self.paragraph("  ", "    ", &format!("the rule {} ({place})", declared.name.value));
        }
        for id in &impossible.facts {
            let Some(recorded) = self.facts.recorded.get(id) else { continue };
            let text = format!(
                "{} = {}  [{}]",
                self.fact_name(*id),
                shortened(&recorded.written, 60),
                self.place(recorded.span)
            );
            self.paragraph("  ", "    ", &text);
        }
        self.paragraph("  ", "  ", "One of them must be wrong, or the pack is: check them again.");
    }

    // ------------------------------------------------------------ what is not known

    fn not_known(&mut self, diagnosis: &Diagnosis) {
        let mut wanted: Vec<(FactId, Vec<&str>)> = Vec::new();
        for account in &diagnosis.rules {
            let (Heard::Unknown(facts) | Heard::GuardUnknown(facts)) = &account.heard else { continue };
            let name = self.rule(account.rule).map_or("", |r| r.name.value.as_str());
            for fact in facts {
                match wanted.iter_mut().find(|(id, _)| id == fact) {
                    Some((_, rules)) => rules.push(name),
                    None => wanted.push((*fact, vec![name])),
                }
            }
        }
        let askable = |id: FactId| self.facts.recorded.get(&id).is_none_or(|r| r.available);
        wanted.retain(|(id, _)| askable(*id));
        wanted.sort_by_key(|(id, rules)| {
            (!self.fact(*id).is_some_and(|f| f.ask_first), std::cmp::Reverse(rules.len()), *id)
        });
        let circumstances = self.circumstances(diagnosis);
        if wanted.is_empty() && circumstances.is_empty() {
            return;
        }
        self.blank();
        self.heading("Not known yet");
        let mut shown: Vec<FactId> = Vec::new();
        for (id, _) in &wanted {
            if shown.len() >= MOST_ASKED {
                break;
            }
            let visit = self.fact(*id).and_then(|f| f.visit);
            if !shown.iter().any(|other| visit.is_some() && self.fact(*other).and_then(|f| f.visit) == visit)
            {
                shown.push(*id);
                let together: Vec<FactId> = wanted
                    .iter()
                    .map(|(id, _)| *id)
                    .filter(|other| {
                        *other == *id || (visit.is_some() && self.fact(*other).and_then(|f| f.visit) == visit)
                    })
                    .collect();
                self.question(*id, &together);
            }
        }
        let left = wanted.len() - shown.len().min(wanted.len());
        if left > 0 {
            let text = format!("The rules below say what else is wanted ({left} more facts).");
            self.faint_paragraph("  ", "  ", &text);
        }
        if !circumstances.is_empty() {
            let text = format!("Not recorded, so weighed by how common it is: {}", circumstances.join("; "));
            self.faint_paragraph("  ", "    ", &text);
        }
    }

    /// A question, or, where one visit answers several, where to look and for what.
    fn question(&mut self, id: FactId, together: &[FactId]) {
        let Some(fact) = self.fact(id) else { return };
        let visit = fact.visit.and_then(|v| self.graph.pack.visits.get(v.0));
        let takes = visit.and_then(|v| v.takes).or(fact.takes);
        let takes = takes.map_or_else(String::new, |t| format!(" ({})", write_duration(t)));
        let text = match visit {
            Some(visit) => {
                let names: Vec<&str> = together.iter().map(|f| self.fact_name(*f)).collect();
                format!("{}{takes}: {}", visit.title, names.join(", "))
            }
            None => match &fact.ask {
                Some(question) => format!("{}{takes}: {question}", fact.name.value),
                None => format!("{}{takes}", fact.name.value),
            },
        };
        self.paragraph("  ", "    ", &text);
        self.see("    ", visit.map_or(&fact.see, |v| if v.see.is_empty() { &fact.see } else { &v.see }));
    }

    /// Circumstances that nobody recorded: what they count as.
    fn circumstances(&self, diagnosis: &Diagnosis) -> Vec<String> {
        let counted = diagnosis.circumstances.iter().filter_map(|account| {
            let context = self.graph.contexts.get(account.context)?;
            let values: Vec<String> = context
                .labels
                .iter()
                .zip(&account.values)
                .filter(|(_, p)| **p > 0.0)
                .map(|(l, p)| format!("{l} {}", percent(*p)))
                .collect();
            if values.is_empty() {
                return None;
            }
            let rated =
                if context.rated { "" } else { " (no rate in the pack, so equally likely beforehand)" };
            Some(format!("{} ({}){rated}", context.name, values.join(", ")))
        });
        counted.collect()
    }

    // ------------------------------------------------------------ every rule accounted for

    fn rules(&mut self, diagnosis: &Diagnosis) {
        let named = |page: &Self, wanted: &dyn Fn(&Heard) -> bool| -> Vec<&'a str> {
            diagnosis
                .rules
                .iter()
                .filter(|a| wanted(&a.heard))
                .filter_map(|a| page.rule(a.rule))
                .map(|r| r.name.value.as_str())
                .collect()
        };
        let spoke = named(self, &|h| matches!(h, Heard::Speaks { .. }));
        let silent = named(self, &|h| matches!(h, Heard::Silent));
        let nothing = named(self, &|h| matches!(h, Heard::Nothing));
        let unknown: Vec<&RuleAccount> = diagnosis
            .rules
            .iter()
            .filter(|a| matches!(a.heard, Heard::Unknown(_) | Heard::GuardUnknown(_)))
            .collect();
        self.blank();
        self.heading("Rules");
        for (what, names) in
            [("spoke", spoke), ("silent, their `given` is not so", silent), ("nothing to hear", nothing)]
        {
            if !names.is_empty() {
                self.faint_paragraph("  ", "    ", &format!("{} {what}: {}", names.len(), names.join(", ")));
            }
        }
        if !unknown.is_empty() {
            let listed: Vec<String> = unknown.iter().map(|a| self.wanting(a)).collect();
            self.faint_paragraph("  ", "    ", &format!("{} unknown: {}", unknown.len(), listed.join("; ")));
        }
    }

    /// One line a rule: what it heard, and its factors for the causes that are explained.
    fn rules_one_by_one(&mut self, diagnosis: &Diagnosis) {
        self.blank();
        self.heading("Rules");
        for account in &diagnosis.rules {
            let Some(rule) = self.rule(account.rule) else { continue };
            let status = match &account.heard {
                Heard::Speaks { levels, sure, .. } => {
                    let reading = self.graph.pack.reading(&rule.evidence);
                    let names = reading.map_or_else(String::new, |r| level_names(levels, r));
                    sure.map_or(names.clone(), |r| format!("{names}, {} sure", write_chance(r)))
                }
                Heard::Silent => "silent".to_owned(),
                Heard::Nothing => "nothing to hear".to_owned(),
                Heard::Unknown(_) | Heard::GuardUnknown(_) => "unknown".to_owned(),
            };
            let factors = leading(diagnosis).into_iter().filter_map(|ranked| {
                let reasons = &ranked.why.as_ref()?.reasons;
                let reason = reasons.iter().find(|reason| reason.rule == account.rule)?;
                let shown = reason.factor.map_or_else(|| "only this".to_owned(), factor);
                Some(format!("; {shown} {}", self.cause(ranked.cause)?.name.value))
            });
            let line = format!("  {}: {status}{}", rule.name.value, factors.collect::<String>());
            self.line(&styled(FAINT, &line));
        }
    }

    /// `hold_time for want of log.received_at`
    fn wanting(&self, account: &RuleAccount) -> String {
        let name = self.rule(account.rule).map_or("", |r| r.name.value.as_str());
        let (Heard::Unknown(facts) | Heard::GuardUnknown(facts)) = &account.heard else {
            return name.to_owned();
        };
        let names: Vec<&str> = facts.iter().take(MOST_NAMED).map(|f| self.fact_name(*f)).collect();
        let more = if facts.len() > MOST_NAMED { " and others" } else { "" };
        if names.is_empty() {
            name.to_owned()
        } else {
            format!("{name} for want of {}{more}", names.join(", "))
        }
    }
}

/// The levels that a rule heard: `yes`, `scan_like`, `slow or stuck`.
fn level_names(levels: &Levels, reading: &crate::pack::Reading) -> String {
    let names: Vec<&str> = levels
        .iter()
        .filter_map(|l| reading.levels.get(*l))
        .map(|l| l.title.as_deref().unwrap_or(l.name.as_str()))
        .collect();
    names.join(" or ")
}

fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Words are kept whole, so that places and names can be copied.
fn wrapping<'a>(first: &'a str, rest: &'a str) -> textwrap::Options<'a> {
    textwrap::Options::new(WIDTH)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false)
}

/// A bar in eighths of a column.
fn bar(p: f64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "between 0 and 160"
    )]
    let eighths = (p.clamp(0.0, 1.0) * (BAR * 8) as f64).round() as usize;
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS.get(eighths % 8).unwrap_or(&""))
}

/// A text cut to a width, with an ellipsis.
fn shortened(text: &str, width: usize) -> String {
    let text = one_line(text);
    if text.chars().count() <= width {
        return text;
    }
    let cut: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// A text with its white space folded.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
