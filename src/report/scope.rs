//! What a report is about, and how its parts are called.

use super::thresholds::{LONGEST_NAME, LONGEST_PATH};
use crate::facts::recorded::Facts;
use crate::graph::InferenceGraph;
use crate::pack::{CauseId, FactId, Pack, RuleId};
use crate::source::{Sources, Span};
use crate::ticket::Ticket;

/// How the places of rules and facts are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Places {
    /// File, line and column, for whoever wants to go there.
    Lines,
    /// By what does not change when lines move: the file and the name of a rule. For answers that are kept and compared.
    Names,
}

/// A ticket, and how its places are named.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) ticket: &'a Ticket,
    pub(crate) places: Places,
}

impl<'a> Scope<'a> {
    /// Begins with lines as places.
    pub(crate) fn new(ticket: &'a Ticket) -> Self {
        Self { ticket, places: Places::Lines }
    }

    pub(crate) fn graph(&self) -> &'a InferenceGraph {
        self.ticket.graph()
    }

    pub(crate) fn pack(&self) -> &'a Pack {
        &self.ticket.graph().pack
    }

    pub(crate) fn facts(&self) -> &'a Facts {
        self.ticket.facts()
    }

    pub(crate) fn sources(&self) -> &'a Sources {
        self.ticket.sources()
    }

    pub(crate) fn fact_name(&self, id: FactId) -> &'a str {
        &self.pack().facts[id].name.value
    }

    pub(crate) fn rule_name(&self, id: RuleId) -> &'a str {
        &self.pack().rules[id].name.value
    }

    pub(crate) fn cause_name(&self, id: CauseId) -> &'a str {
        &self.pack().causes[id].name.value
    }

    /// Returns a cause in plain words.
    pub(crate) fn title(&self, id: CauseId) -> &'a str {
        self.pack().causes[id].in_words()
    }

    /// Returns where a fact is recorded; of a long path the name of the file, which the reader has just given, or the line only.
    pub(crate) fn place(&self, span: Span) -> String {
        match self.places {
            Places::Lines => {
                let place = self.sources().place(span);
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

    /// Returns where a part of a rule stands.
    pub(crate) fn place_of_rule(&self, id: RuleId, span: Span) -> String {
        match self.places {
            Places::Lines => self.sources().place(span).to_string(),
            Places::Names => {
                let path = self.sources().place(span).file;
                let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
                format!("{file}: {}", self.rule_name(id))
            }
        }
    }

    /// Returns the name of the file in which most is recorded; none where nothing is.
    pub(crate) fn file(&self) -> Option<String> {
        let spans = self.facts().recorded.values().map(|recorded| recorded.span);
        let spans = spans.chain(self.facts().tried.values().copied());
        let mut counted: Vec<(&str, usize)> = Vec::new();
        for name in
            spans.filter_map(|span| self.sources().get(span.source)).map(|source| source.name.as_str())
        {
            match counted.iter_mut().find(|(known, _)| *known == name) {
                Some((_, times)) => *times += 1,
                None => counted.push((name, 1)),
            }
        }
        let most = counted.into_iter().reduce(|best, other| if other.1 > best.1 { other } else { best });
        most.map(|(name, _)| name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned())
    }
}
