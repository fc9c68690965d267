//! Broken fact files: `tests/suite/broken-facts`, read by the small good pack, which answers what is left of them.

use std::sync::{Arc, LazyLock};

use libtest_mimic::{Failed, Trial};
use ruleout::document::tree::Format;
use ruleout::graph::InferenceGraph;
use ruleout::pipeline;
use ruleout::source::{Source, Sources};

use crate::file::{compare, each};
use crate::support::data::DataFile;
use crate::support::pack::{BASE, compile, diagnose};

static GRAPH: LazyLock<Arc<InferenceGraph>> =
    LazyLock::new(|| compile(&[("base.ruleout", BASE)]).clean().graph);

pub(crate) fn tests() -> Vec<Trial> {
    each("broken-facts", test)
}

fn test(file: &DataFile) -> Result<(), Failed> {
    let mut sources = Sources::default();
    let (name, text) = file.texts().remove(0);
    let id = sources.add(Source::new(name, text));
    let (facts, problems) = pipeline::read_facts(&GRAPH, &sources, id, Format::of_path(name).unwrap());
    diagnose(&GRAPH, &facts);
    compare(file, &problems, &sources)
}
