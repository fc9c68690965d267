//! Packs and tickets of which everything is written that can be.

use std::path::Path;
use std::sync::Arc;

use ruleout::cases::{self, CaseTexts};
use ruleout::document::tree::Format;
use ruleout::facts::recorded::Facts;
use ruleout::graph::InferenceGraph;
use ruleout::infer::exact::{Budget, prepare};
use ruleout::loader;
use ruleout::pack::CauseId;
use ruleout::pipeline;
use ruleout::render::json::Extras;
use ruleout::render::stats::Taken;
use ruleout::render::{json, message};
use ruleout::report::Supposed;
use ruleout::source::{Source, SourceId, Sources};
use ruleout::ticket::Ticket;

use crate::support::pack::{self, BYTES};

/// A pack, and its cases as texts.
pub(super) struct Pack {
    pub(super) name: &'static str,
    pub(super) graph: Arc<InferenceGraph>,
    pub(super) sources: Sources,
    pub(super) cases: CaseTexts,
}

impl Pack {
    pub(super) fn of_folder(name: &'static str) -> Self {
        let pack::Pack { graph, mut sources } = pack::Pack::of_rules(name);
        let cases = loader::cases(Some(&Path::new("rules").join(name)), BYTES, &mut sources).unwrap().0;
        Self { name, graph, sources, cases }
    }

    /// A pack in which little is said.
    pub(super) fn small() -> Self {
        Self::of_text("10 %", SMALL)
    }

    pub(super) fn of_text(unlisted: &str, rules: &str) -> Self {
        let manifest = manifest(unlisted);
        let texts = [("pack.ron", manifest.as_str()), ("small.ruleout", rules)];
        let pack::Pack { graph, sources } = pack::compile(&texts).sound();
        Self { name: "small", graph, sources, cases: CaseTexts::default() }
    }

    /// A ticket as a person writes it.
    pub(super) fn ticket(&self, text: &str) -> Named {
        let mut sources = self.sources.clone();
        let id = sources.add(Source::new("ticket.yaml", text));
        self.read(text, sources, id, Format::Yaml)
    }

    fn read(&self, name: &str, sources: Sources, id: SourceId, format: Format) -> Named {
        let (facts, problems) = pipeline::read_facts(&self.graph, &sources, id, format);
        assert!(!problems.has_errors(), "{problems:#?}");
        Named {
            name: format!("{} {name}", self.name),
            ticket: Ticket::new(Arc::clone(&self.graph), facts, sources),
        }
    }

    pub(super) fn tickets(&self) -> Vec<Named> {
        let (cases, _) = cases::discover(&self.sources, &self.cases);
        cases
            .iter()
            .map(|case| self.read(&case.name, self.sources.clone(), case.source, case.format))
            .collect()
    }
}

pub(super) struct Named {
    pub(super) name: String,
    pub(super) ticket: Ticket,
}

impl Named {
    fn within(&self, budget: f64) -> Ticket {
        let (facts, sources) = (self.ticket.facts().clone(), self.ticket.sources().clone());
        Ticket::within(Arc::clone(self.ticket.graph()), facts, sources, within(budget))
    }

    pub(super) fn diagnose(&self, budget: f64, extras: &Extras) -> String {
        json::json(&self.within(budget), extras)
    }

    /// With all that may be asked for besides.
    pub(super) fn diagnose_at_length(&self, budget: f64) -> String {
        let ticket = self.within(budget);
        let prepared = prepare(ticket.assessment().network()).unwrap();
        let exact = within(budget).holds(&prepared.stats());
        let before = ticket.with(Facts::default(), Sources::default()).diagnosis().clone();
        let extras = Extras {
            taken: Some(Taken { stats: Some(prepared.stats()), exact, seconds: 0.1 }),
            sets: ticket.sets(5),
            before: Some(Supposed { set: vec!["a=yes".to_owned()], before }),
        };
        self.diagnose(budget, &extras)
    }

    pub(super) fn why_not(&self, cause: usize) -> Option<String> {
        let why_not = self.ticket.why_not(CauseId(cause))?;
        Some(json::why_not(&self.ticket, &why_not))
    }

    pub(super) fn message(&self, to: Option<&str>) -> String {
        let chosen = self.ticket.at_once(to);
        message::json(&self.ticket.graph().pack, &chosen.unwrap_or_default(), to)
    }
}

pub(super) fn within(cost: f64) -> Budget {
    Budget { cost, ..Budget::default() }
}

pub(super) fn manifest(unlisted: &str) -> String {
    pack::manifest("small").replace("10 %", unlisted)
}

/// Names without titles, fixes of which little is said, and evidence that leaves no other way.
const SMALL: &str = "
fact a: yes/no
fact b: yes/no { ask \"B?\" }
fact old: yes/no
fact only_x: yes/no { ask \"Is it X?\"  takes 1 min }
fact kind: one of p, q, r
symptom s when a
rule s { usually with x  rarely anyway }
rule b { usually with y  rarely anyway  rules out z }
rule only_x { usually with x  0 % anyway }
rule kind { rarely q anyway  usually q with y }
cause x { common  fix fix_x  leads to z often }
cause y { common  fix fix_y }
cause z { common  fix fix_y }
cause worn { common when old  impossible otherwise }
fix fix_x { step \"X.\" }
fix fix_y { step \"Y.\"  takes 5 min  waits 10 min }
";

/// One cause, which its fix always removes.
pub(super) const CURED: &str = "
fact a: yes/no
rule a { usually with x  rarely anyway }
cause x { common  fix cure }
fix cure { works 100 %  step \"Replace it.\" }
";

/// One cause, and nothing else that could be.
pub(super) const CERTAIN: &str = "
fact a: yes/no
fact b: yes/no
rule a { usually with x  rarely anyway }
rule b { usually anyway  rules out x }
cause x { common }
";
