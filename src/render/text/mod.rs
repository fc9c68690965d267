//! The answer as text for a terminal of 80 columns, in the order in which somebody reads it who was woken up by it: the
//! likeliest cause and how sure that is; why, in the reader's own values; what to do and whose it is; what to ask next.
//! Where a question pays more than acting at once, it comes before what to do.
//!
//! Colour stands beside words, never for them. The text carries its styles as ANSI codes; whoever prints it takes them out
//! where nobody would see them.

mod next;
mod ranking;
mod rules;
mod style;
mod surprise;
mod what_if;
mod what_to_do;
mod why;
mod why_not;

pub use what_if::what_if;
pub use why_not::why_not;

use anstyle::Style;

use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::infer::sets::Sets;
use crate::pack::{Cause, CauseId, Fact, FactId, Rule, RuleId};
use crate::plan::next::What;
use crate::source::{Sources, Span};
use crate::ticket::Ticket;
use crate::ticket::diagnosis::{Diagnosis, Ranked};
pub(super) use next::MOST_LOOKS;
use style::{FAINT, STRONG, styled, unbroken, wrapping};
pub(super) use what_if::changes;
pub use what_to_do::with_chance;
pub(super) use what_to_do::{MOST_WRITTEN, NOTHING_YET, WORTH_WRITING, about_step, expected, fix_title};
pub(super) use why::{by_strength, level_names};

/// A cause is explained where it is at least this likely,
const LEADING: f64 = 0.10;
/// and at least this part as likely as the first;
const BESIDE_FIRST: f64 = 0.4;
/// and at most this many are.
const MOST_LEADING: usize = 3;
/// What is less likely than this is worth no row, where nobody asked for it,
const WORTH_A_ROW: f64 = 0.01;
/// but so many rows there are,
const FEWEST_ROWS: usize = 3;
/// and not more than so many.
const MOST_ROWS: usize = 8;

/// The longest place of a fact that is shown with its path,
const LONGEST_PATH: usize = 28;
/// and with the name of its file.
const LONGEST_NAME: usize = 48;

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
pub fn text(ticket: &Ticket, options: Options) -> String {
    let diagnosis = ticket.diagnosis();
    let mut page = Page { places: options.places, ..Page::new(ticket) };
    if let Some(impossible) = &diagnosis.impossible {
        page.impossible(impossible);
    } else {
        page.surprise(diagnosis);
        page.ranking(diagnosis, options.top);
        page.together(diagnosis);
        let leading: Vec<&Ranked> = leading(diagnosis);
        for (at, ranked) in leading.iter().enumerate() {
            page.why(ranked, diagnosis, at == 0);
        }
        let unlisted = diagnosis.is_unlisted();
        if asking(diagnosis) {
            page.next(diagnosis, &leading);
            page.what_to_do(diagnosis, unlisted);
        } else {
            page.what_to_do(diagnosis, unlisted);
            page.next(diagnosis, &leading);
        }
    }
    match options.places {
        Places::Lines => page.rules_in_short(diagnosis),
        Places::Names => page.rules_one_by_one(diagnosis),
    }
    page.out
}

/// Writes what every rule had to say, or why it said nothing.
pub fn rules(ticket: &Ticket) -> String {
    let mut page = Page::new(ticket);
    page.rules_in_full(ticket.diagnosis());
    page.out
}

/// Writes why the likeliest cause is as likely as it is; where facts contradict each other, what does.
pub fn why(ticket: &Ticket) -> String {
    let (diagnosis, mut page) = (ticket.diagnosis(), Page::new(ticket));
    match (&diagnosis.impossible, diagnosis.causes.first()) {
        (Some(impossible), _) => page.impossible(impossible),
        (None, Some(first)) if first.why.is_some() => page.why(first, diagnosis, true),
        _ => page.paragraph("", "", "Over the budget there are ranges only, and no reasons."),
    }
    page.out.trim_start_matches('\n').to_owned()
}

/// Writes what to do.
pub fn plan(ticket: &Ticket) -> String {
    let (diagnosis, mut page) = (ticket.diagnosis(), Page::new(ticket));
    page.what_to_do(diagnosis, diagnosis.is_unlisted());
    if page.out.is_empty() {
        page.line("Nothing is known that could be done.");
    }
    page.out.trim_start_matches('\n').to_owned()
}

/// Writes the likeliest sets of causes.
pub fn sets(ticket: &Ticket, sets: &Sets) -> String {
    let mut page = Page::new(ticket);
    page.sets(sets);
    page.out
}

/// How many causes are worth a row where nobody says how many.
pub fn rows(diagnosis: &Diagnosis) -> usize {
    let worth = |ranked: &&Ranked| ranked.probability.high >= WORTH_A_ROW;
    diagnosis.causes.iter().filter(worth).count().clamp(FEWEST_ROWS, MOST_ROWS)
}

/// The causes that are explained and acted upon: so likely for certain.
pub(super) fn leading(diagnosis: &Diagnosis) -> Vec<&Ranked> {
    let first = diagnosis.causes.first().map_or(0.0, |ranked| ranked.probability.low);
    let bound = LEADING.max(first * BESIDE_FIRST);
    let likely = |r: &&Ranked| r.probability.low >= bound;
    diagnosis.causes.iter().filter(likely).take(MOST_LEADING).collect()
}

/// Whether a question pays more than acting at once.
pub(super) fn asking(diagnosis: &Diagnosis) -> bool {
    let first = diagnosis.advice.as_ref().and_then(|advice| advice.next.first());
    first.is_some_and(|next| matches!(next.step, What::Question(_) | What::Visit(..)))
}

/// What is being said, and of what.
pub(super) struct Page<'a> {
    pub(super) graph: &'a InferenceGraph,
    pub(super) facts: &'a Facts,
    sources: &'a Sources,
    places: Places,
    out: String,
}

impl<'a> Page<'a> {
    /// With lines as places.
    pub(super) fn new(ticket: &'a Ticket) -> Self {
        let (graph, facts, sources) = (ticket.graph(), ticket.facts(), ticket.sources());
        Page { graph, facts, sources, places: Places::Lines, out: String::new() }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn blank(&mut self) {
        self.out.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.styled_paragraph(STRONG, "", "  ", text);
    }

    /// A paragraph, each line of it indented.
    fn paragraph(&mut self, first: &str, rest: &str, text: &str) {
        for line in lines(first, rest, text) {
            self.line(&line);
        }
    }

    fn faint_paragraph(&mut self, first: &str, rest: &str, text: &str) {
        self.styled_paragraph(FAINT, first, rest, text);
    }

    fn styled_paragraph(&mut self, style: Style, first: &str, rest: &str, text: &str) {
        for line in lines(first, rest, text) {
            let bare = line.trim_start_matches(' ');
            let indent = " ".repeat(line.len() - bare.len());
            self.line(&format!("{indent}{}", styled(style, bare)));
        }
    }

    /// Where more stands, each place once.
    fn see(&mut self, indent: &str, texts: &[String]) {
        let mut places: Vec<&str> = Vec::new();
        for place in texts.iter().flat_map(|text| text.split(';')).map(str::trim) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        if !places.is_empty() {
            self.faint_paragraph(&format!("{indent}see: "), &format!("{indent}     "), &places.join("; "));
        }
    }

    pub(super) fn cause(&self, id: CauseId) -> Option<&'a Cause> {
        self.graph.pack.causes.nth(id.0)
    }

    pub(super) fn fact(&self, id: FactId) -> Option<&'a Fact> {
        self.graph.pack.facts.nth(id.0)
    }

    pub(super) fn rule(&self, id: RuleId) -> Option<&'a Rule> {
        self.graph.pack.rules.nth(id.0)
    }

    pub(super) fn fact_name(&self, id: FactId) -> &'a str {
        self.fact(id).map_or("", |f| f.name.value.as_str())
    }

    pub(super) fn rule_name(&self, id: RuleId) -> &'a str {
        self.rule(id).map_or("", |rule| rule.name.value.as_str())
    }

    pub(super) fn cause_name(&self, id: CauseId) -> &'a str {
        self.cause(id).map_or("", |cause| cause.name.value.as_str())
    }

    /// A cause in plain words.
    pub(super) fn title(&self, id: CauseId) -> &'a str {
        self.cause(id).map_or("", |c| c.title.as_deref().unwrap_or(c.name.value.as_str()))
    }

    /// Where a fact is recorded; of a long path the name of the file, which the reader has just given, or the line only.
    pub(super) fn place(&self, span: Span) -> String {
        match self.places {
            Places::Lines => {
                let place = self.sources.place(span);
                let (whole, line) =
                    (place.to_string(), format!("line {}:{}", place.position.line, place.position.column));
                let name = whole.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
                let fits = |text: &String, most: usize| text.chars().count() <= most;
                let shown = [(whole, LONGEST_PATH), (name, LONGEST_NAME)];
                shown.into_iter().find(|(text, most)| fits(text, *most)).map_or(line, |(text, _)| text)
            }
            Places::Names => "recorded".to_owned(),
        }
    }

    /// Where a part of a rule stands.
    pub(super) fn place_of_rule(&self, id: RuleId, span: Span) -> String {
        match self.places {
            Places::Lines => self.sources.place(span).to_string(),
            Places::Names => {
                let path = self.sources.place(span).file;
                let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
                format!("{file}: {}", self.rule_name(id))
            }
        }
    }
}

/// A paragraph as lines; a number keeps its percent sign.
fn lines(first: &str, rest: &str, text: &str) -> Vec<String> {
    let text = unbroken(text);
    let wrapped = textwrap::wrap(&text, wrapping(first, rest));
    wrapped.iter().map(|line| line.replace('\u{a0}', " ")).collect()
}
