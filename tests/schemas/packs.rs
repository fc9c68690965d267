//! Packs and tickets of which everything is written that can be.

use std::path::Path;

use ruleout::cases;
use ruleout::engine;
use ruleout::facts::Facts;
use ruleout::facts::tree::Format;
use ruleout::graph::InferenceGraph;
use ruleout::infer::exact::{Budget, prepare};
use ruleout::load::{self, CaseTexts};
use ruleout::pack::CauseId;
use ruleout::render::json::{Extras, WhatIf};
use ruleout::render::stats::Taken;
use ruleout::render::{json, message};
use ruleout::source::{Source, SourceId, Sources};

use crate::support::pack::{self, BYTES};

/// A pack, and its cases as texts.
pub(super) struct Pack {
    pub(super) name: &'static str,
    pub(super) graph: InferenceGraph,
    pub(super) sources: Sources,
    pub(super) cases: CaseTexts,
}

impl Pack {
    pub(super) fn of_folder(name: &'static str) -> Self {
        let pack::Pack { graph, mut sources } = pack::Pack::of_rules(name);
        let cases = load::cases(Some(&Path::new("rules").join(name)), BYTES, &mut sources).unwrap().0;
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
    pub(super) fn ticket(&self, text: &str) -> Ticket<'_> {
        let mut sources = self.sources.clone();
        let id = sources.add(Source::new("ticket.yaml", text));
        self.read(text, sources, id, Format::Yaml)
    }

    fn read(&self, name: &str, sources: Sources, id: SourceId, format: Format) -> Ticket<'_> {
        let (facts, problems) = engine::read_facts(&self.graph, &sources, id, format);
        assert!(!problems.has_errors(), "{problems:#?}");
        Ticket { name: format!("{} {name}", self.name), graph: &self.graph, sources, facts }
    }

    pub(super) fn tickets(&self) -> Vec<Ticket<'_>> {
        let (cases, _) = cases::discover(&self.sources, &self.cases);
        cases
            .iter()
            .map(|case| self.read(&case.name, self.sources.clone(), case.source, case.format))
            .collect()
    }
}

pub(super) struct Ticket<'a> {
    pub(super) name: String,
    graph: &'a InferenceGraph,
    sources: Sources,
    pub(super) facts: Facts,
}

impl Ticket<'_> {
    pub(super) fn diagnose(&self, budget: f64, extras: &Extras) -> String {
        let diagnosis = engine::diagnose_within(self.graph, &self.facts, &within(budget));
        json::json(self.graph, &self.facts, &diagnosis, &self.sources, extras)
    }

    /// With all that may be asked for besides.
    pub(super) fn diagnose_at_length(&self, budget: f64) -> String {
        let network = engine::network(self.graph, &self.facts);
        let prepared = prepare(&network).unwrap();
        let exact = within(budget).holds(&prepared.stats());
        let before = engine::diagnose_within(self.graph, &Facts::default(), &within(budget));
        let extras = Extras {
            taken: Some(Taken { stats: Some(prepared.stats()), exact, seconds: 0.1 }),
            sets: engine::sets(self.graph, &self.facts, 5, &within(budget)),
            before: Some(WhatIf { set: vec!["a=yes".to_owned()], before }),
        };
        self.diagnose(budget, &extras)
    }

    pub(super) fn why_not(&self, cause: usize) -> Option<String> {
        let why_not = engine::why_not(self.graph, &self.facts, CauseId(cause), &Budget::default())?;
        Some(json::why_not(self.graph, &self.facts, &why_not, &self.sources))
    }

    pub(super) fn message(&self) -> String {
        let chosen = engine::at_once(self.graph, &self.facts, &Budget::default());
        message::json(&self.graph.pack, &chosen.unwrap_or_default())
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
cause x { common  fix mend_x  leads to z often }
cause y { common  fix mend_y }
cause z { common  fix mend_y }
cause worn { common when old  impossible otherwise }
fix mend_x { step \"X.\" }
fix mend_y { step \"Y.\"  takes 5 min  waits 10 min }
";

/// One cause, and nothing else that could be.
pub(super) const CERTAIN: &str = "
fact a: yes/no
fact b: yes/no
rule a { usually with x  rarely anyway }
rule b { usually anyway  rules out x }
cause x { common }
";
