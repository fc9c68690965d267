//! The packs of a page, and what they say of its facts.

use crate::support::pack::diagnose;
use std::path::Path;
use std::sync::Arc;

use ruleout::cases::{self, expect};
use ruleout::document::tree::{self, Format, Limits};
use ruleout::graph::InferenceGraph;
use ruleout::loader;
use ruleout::pipeline;
use ruleout::problem::Problems;
use ruleout::source::Sources;
use ruleout::ticket::diagnosis::Diagnosis;

use crate::support::folder::Folder;
use crate::support::pack::{BYTES, Compiled, Texts};
use crate::support::page::Block;

/// A pack of a page.
pub(crate) struct PagePack {
    pub(crate) graph: Option<Arc<InferenceGraph>>,
    pub(crate) problems: Problems,
    /// With those that only `check` finds.
    pub(crate) checked: Problems,
    sources: Sources,
}

impl PagePack {
    /// Compiles a manifest and rules, saved as a block says, with cases beside them. A pack without a cause gets one.
    pub(crate) fn of(manifest: &str, rules: &str, saved_as: &Block, cases: &[&str]) -> Self {
        let has_cause = rules.lines().any(|line| line.starts_with("cause "));
        let any = "cause anything \"Anything\" { rare }\n";
        let folder = Folder::new();
        folder.write("pack.ron", manifest);
        if let Some(other) = saved_as.saved_in() {
            // What is saved elsewhere may not be read.
            folder.write("page.ruleout", any);
            folder.write(other, saved_as.saved(rules));
        } else {
            let any = if has_cause { "" } else { any };
            folder.write("page.ruleout", saved_as.saved(&format!("{rules}{any}")));
        }
        for (at, case) in cases.iter().enumerate() {
            folder.write(&format!("cases/{at}.yaml"), case);
        }
        Self::read(Some(folder.root()), saved_as.most_bytes().unwrap_or(BYTES))
    }

    /// Reads a folder; without one, the mail flow pack inside the program.
    pub(crate) fn read(folder: Option<&Path>, bytes: u64) -> Self {
        let mut texts = Texts::read(folder, bytes);
        if texts.problems.has_errors() {
            let Texts { sources, problems, .. } = texts;
            return Self { graph: None, checked: problems.clone(), problems, sources };
        }
        let mut beside = Sources::default();
        let (found, _) = loader::cases(folder, bytes, &mut beside).unwrap();
        let (cases, _) = cases::discover(&beside, &found);
        let covered = |graph: &InferenceGraph| cases::covered(graph, &beside, &cases);
        let mut checked =
            pipeline::check(&texts.sources, &texts.pack, (!cases.is_empty()).then_some(&covered)).1;
        for passed in folder.map(loader::passed_over).unwrap_or_default() {
            checked.push(passed.problem(&mut texts.sources));
        }
        let Compiled { graph, problems, sources } = texts.compile();
        Self { graph, problems, checked, sources }
    }

    /// Reads a block as facts; what is wrong with them, and what the pack says of them.
    pub(crate) fn ask(&self, block: &Block) -> (Problems, Option<Diagnosis>) {
        let format = block.mark[0].parse::<Format>().unwrap();
        let folder = Folder::new();
        let path = folder.write(&format!("facts.{}", format.name()), block.saved(&block.text));
        let mut sources = self.sources.clone();
        let (id, problems) = loader::file(&path, block.most_bytes().unwrap_or(BYTES), &mut sources).unwrap();
        let graph = self.graph.as_ref().expect("facts stand behind a pack that compiles");
        if problems.has_errors() {
            return (problems, None);
        }
        let (facts, mut problems) = pipeline::read_facts(graph, &sources, id, format);
        // Only a case has to expect something.
        if block.mark.iter().any(|word| word == "case") || block.text.contains("expect:") {
            let (node, _) = tree::read(id, &block.text, format, &Limits::default());
            problems.extend(expect::read(&graph.pack, &sources, id, &node.unwrap()).1);
        }
        let diagnosis = (!problems.has_errors()).then(|| diagnose(graph, &facts));
        (problems, diagnosis)
    }

    /// Checks that the pack says what a block says that it does, in lines of `97 %  cause`.
    pub(crate) fn says(&self, diagnosis: &Diagnosis, text: &str, place: &str) {
        let causes = &self.graph.as_ref().unwrap().pack.causes;
        for line in text.lines() {
            let (percent, name) = line.split_once('%').unwrap();
            let (percent, name) = (percent.trim(), name.split_whitespace().next().unwrap());
            let ranked = || diagnosis.causes.iter().find(|ranked| causes[ranked.cause].name.value == name);
            let probability = if line.contains("this pack does not list") {
                diagnosis.unlisted.low
            } else {
                ranked().unwrap_or_else(|| panic!("{place}: {name}")).probability.low
            };
            let digits = percent.split_once('.').map_or(0, |(_, digits)| digits.len());
            assert_eq!(format!("{:.digits$}", probability * 100.0), percent, "{place}: {name}");
        }
    }
}
