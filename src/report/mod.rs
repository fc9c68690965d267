//! The answer to a ticket in words and numbers, before it has a form: what text, Markdown, pages, pictures and the interview say.
//!
//! In: a ticket, and how much of its answer is wanted. Out: a [`Report`] in the order in which it is read: what stands in the way of
//! believing it, the verdict, the ranking, why, what to do, what to ask, the evidence, an account of every rule. It is plain data:
//! no colour, no markup, nothing escaped, nothing wrapped; that is for whoever knows the form. Each sentence stands here once
//! ([`words`]), and each threshold of what is shown ([`thresholds`]).

mod account;
mod action;
mod doubt;
mod evidence;
pub mod notice;
mod questions;
mod ranking;
mod scope;
mod supposed;
pub mod thresholds;
mod values;
mod verdict;
pub mod words;

pub use account::{Recorded, RuleGroup, counted};
pub use action::{Action, Titled, WhatToDo, cost_of_fix};
pub use doubt::{computed_otherwise, doubt_in_short};
pub(crate) use evidence::level_names;
pub use evidence::{Factor, Observed, Why};
pub use questions::{Ask, Question, more_asks, saves};
pub use ranking::{Ranking, Row, Rows, rows, size};
pub use scope::Places;
pub(crate) use scope::Scope;
pub use supposed::{Change, Supposed};
pub use values::value;
pub use verdict::{Verdict, verdict};

use crate::infer::sets::Sets;
use crate::model::evaluate::RuleState;
use crate::plan::next::What;
use crate::ticket::Ticket;
use crate::ticket::diagnosis::{Diagnosis, Ranked};
use thresholds::{BESIDE_FIRST, DECISIVE, LEADING, MOST_LEADING, SHORT_ROWS};
use words::IMPOSSIBLE;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// What somebody acts on who was woken up by it.
    #[default]
    Short,
    /// The same, with the evidence in full.
    Why,
    /// Everything.
    All,
    /// All that a change of the pack may move, and nothing that moves with its lines: for answers that are kept and compared.
    Kept,
}

/// What is wanted of the answer to a ticket.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The ticket.
    pub ticket: &'a Ticket,
    /// How much is said.
    pub detail: Detail,
    /// How many causes the ranking names; none for as many as are worth it.
    pub top: Option<usize>,
    /// Whether every rule is named.
    pub rules: bool,
    /// Whether it is said which flags bring more.
    pub hints: bool,
    /// The likeliest sets of causes, where they were asked for.
    pub sets: Option<&'a Sets>,
    /// What is supposed, and the answer before that.
    pub supposed: Option<&'a Supposed>,
}

impl<'a> Answer<'a> {
    /// Wants the short answer.
    pub fn new(ticket: &'a Ticket) -> Self {
        Self {
            ticket,
            detail: Detail::Short,
            top: None,
            rules: false,
            hints: false,
            sets: None,
            supposed: None,
        }
    }

    /// Wants so much of it.
    #[must_use]
    pub fn in_detail(self, detail: Detail) -> Self {
        Self { detail, ..self }
    }

    fn rows(&self) -> Rows {
        match (self.top, self.detail) {
            (Some(top), _) => Rows::Causes(top),
            (None, Detail::Short | Detail::Why) => Rows::First(SHORT_ROWS),
            (None, Detail::All) => Rows::Causes(self.ticket.diagnosis().causes.len()),
            (None, Detail::Kept) => Rows::Causes(rows(self.ticket.diagnosis())),
        }
    }
}

/// The answer in words and numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The fact file, where something is recorded.
    pub file: Option<String>,
    /// The name of the pack with its version, and what it is in plain words.
    pub pack: [String; 2],
    /// What is supposed, and what that changes, where something is.
    pub supposed: Option<(String, Vec<Change>)>,
    /// What cannot all be true, where the evidence is impossible.
    pub impossible: Option<Vec<String>>,
    /// What the answer does not pass over: an empty ticket, times that could not be compared.
    pub notices: Vec<String>,
    /// Where the facts rarely occur together: how rarely, and what to check.
    pub doubt: Option<[String; 2]>,
    /// The likeliest cause, and what is there as well.
    pub verdicts: Vec<Verdict>,
    /// Why the chances are ranges, where they are.
    pub inexact: Option<String>,
    /// The causes in their order.
    pub ranking: Ranking,
    /// Which causes are there together, and no others.
    pub together: Vec<Row>,
    /// Whether these are sets that were asked for.
    pub sets_asked: bool,
    /// Whether the budget sufficed for all of them.
    pub is_complete: bool,
    /// Why the likeliest causes are as likely as they are.
    pub whys: Vec<Why>,
    /// What was observed, where no cause of the pack is likeliest.
    pub observed: Vec<Observed>,
    /// Words from elsewhere that were recorded and stand in none of that.
    pub quotation: Option<String>,
    /// What to do.
    pub what_to_do: WhatToDo,
    /// What is worth asking, the best first.
    pub asks: Vec<Ask>,
    /// Whether asking is worth more than acting at once.
    pub asks_first: bool,
    /// What nobody recorded and counts as it usually is.
    pub assumed: Option<String>,
    /// What was recorded.
    pub facts: Vec<Recorded>,
    /// What was tried, and left it broken.
    pub tried: Vec<String>,
    /// Every rule, by what became of it.
    pub rules: Vec<RuleGroup>,
    /// A line for each rule, in the order of the pack.
    pub rule_lines: Vec<String>,
}

impl Report {
    /// Puts a report together.
    pub fn new(answer: &Answer) -> Self {
        let places = if answer.detail == Detail::Kept { Places::Names } else { Places::Lines };
        let scope = Scope { places, ..Scope::new(answer.ticket) };
        let diagnosis = answer.ticket.diagnosis();
        let leading = leading(diagnosis);
        let whys: Vec<Why> = leading.iter().filter_map(|ranked| evidence::why(&scope, ranked)).collect();
        let observed = observed(&scope);
        let shown = whys.first().into_iter().flat_map(Why::decisive).map(|factor| &factor.observed);
        let shown: Vec<_> =
            shown.chain(&observed).flat_map(|observed| observed.facts.iter().copied()).collect();
        Self {
            file: scope.file(),
            pack: name(&scope),
            supposed: answer.supposed.map(|s| (s.set.join(", "), supposed::changes(&scope, &s.before))),
            impossible: diagnosis.impossible.as_ref().map(|of| doubt::contradiction(&scope, of)),
            notices: notice::noticed(answer.ticket).into_iter().map(|noticed| noticed.text).collect(),
            doubt: doubt::doubt(&scope),
            verdicts: verdicts(&scope),
            inexact: verdict::inexact(diagnosis),
            ranking: ranking::ranking(&scope, answer.rows()),
            together: ranking::together(&scope, answer.sets),
            sets_asked: answer.sets.is_some(),
            is_complete: answer.sets.is_none_or(|sets| sets.complete),
            quotation: account::quotation(&scope, &shown),
            whys,
            observed,
            what_to_do: action::what_to_do(&scope),
            asks: questions::asks(&scope),
            asks_first: asking(diagnosis),
            assumed: questions::assumed(&scope, &leading),
            facts: account::facts(&scope),
            tried: account::tried(&scope),
            rules: account::rules(&scope),
            rule_lines: account::rule_lines(&scope, &leading),
        }
    }

    /// Returns the answer in one line, whatever it is.
    pub fn in_one_line(&self) -> String {
        let said = self.verdicts.iter().map(Verdict::to_string).collect::<Vec<_>>().join(". ");
        if self.impossible.is_some() { IMPOSSIBLE.to_owned() } else { said }
    }

    /// Returns whose answer it is: the fact file and the pack.
    pub fn about(&self) -> [Option<&str>; 3] {
        let [name, title] = &self.pack;
        [self.file.as_deref(), Some(name), Some(title.as_str()).filter(|title| !title.is_empty())]
    }

    /// Returns whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.tried.is_empty()
    }
}

fn name(scope: &Scope) -> [String; 2] {
    let manifest = &scope.pack().manifest;
    [format!("{} {}", manifest.name, manifest.version).trim_end().to_owned(), manifest.title.clone()]
}

fn verdicts(scope: &Scope) -> Vec<Verdict> {
    let mut verdicts = verdict::verdicts(scope.graph(), scope.ticket.diagnosis());
    let facts = scope.facts();
    if facts.recorded.is_empty() && facts.tried.is_empty() && verdicts.len() == 1 {
        verdicts.iter_mut().for_each(|verdict| verdict.sure = "Nothing is recorded yet. Most common");
    }
    verdicts
}

/// Returns what was observed, where no cause of the pack is likeliest: what has facts behind it, the most telling first.
fn observed(scope: &Scope) -> Vec<Observed> {
    let diagnosis = scope.ticket.diagnosis();
    if diagnosis.impossible.is_some() || !diagnosis.is_unlisted() {
        return Vec::new();
    }
    let matched = diagnosis.rules.iter().filter(|account| matches!(account.state, RuleState::Matched { .. }));
    let mut observed: Vec<Observed> = matched.map(|account| scope.observed(account)).collect();
    observed.sort_by_key(|observed| !observed.witnesses.iter().any(|witness| witness.is_telling));
    observed.truncate(DECISIVE);
    observed
}

/// Says what to do in a ticket.
pub fn what_to_do(ticket: &Ticket) -> WhatToDo {
    action::what_to_do(&Scope::new(ticket))
}

/// Returns the causes that are explained and acted upon: so likely for certain.
pub(crate) fn leading(diagnosis: &Diagnosis) -> Vec<&Ranked> {
    if diagnosis.impossible.is_some() {
        return Vec::new();
    }
    let first = diagnosis.causes.first().map_or(0.0, |ranked| ranked.probability.low);
    let bound = LEADING.max(first * BESIDE_FIRST);
    let likely = |r: &&Ranked| r.probability.low >= bound;
    diagnosis.causes.iter().filter(likely).take(MOST_LEADING).collect()
}

/// Returns whether a question is worth more than acting at once.
fn asking(diagnosis: &Diagnosis) -> bool {
    let first = diagnosis.advice.as_ref().and_then(|advice| advice.next.first());
    first.is_some_and(|next| matches!(next.step, What::Question(_) | What::Visit(..)))
}
