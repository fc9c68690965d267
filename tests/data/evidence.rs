//! What a pack reads from artefacts: `tests/suite/evidence`. A file holds texts behind lines such as `=== pack.ruleout`, `=== some.log`,
//! `=== by_hand.yaml`, and at the end, behind `=== expect`, the tickets as `ruleout collect` writes them.

use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use ruleout::collect;
use ruleout::document::tree::Format;
use ruleout::evidence::{self, Input, Options};
use ruleout::facts::recorded::Facts;
use ruleout::graph::InferenceGraph;
use ruleout::pack::PackTexts;
use ruleout::pipeline;
use ruleout::render::evidence::fact_file;
use ruleout::source::{Source, Sources};

use crate::support::data::files;

/// A pack needs a cause; what it is does not matter here.
const REST: &str = "cause something \"Something\" { common fix it } fix it { step \"Do it.\" }\n";

pub(crate) fn tests() -> Vec<Trial> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/evidence");
    let of_file = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        Trial::test(format!("evidence::{name}"), move || run(&std::fs::read_to_string(&path).unwrap()))
    };
    files(&folder, "txt").into_iter().map(of_file).collect()
}

fn run(text: &str) -> Result<(), Failed> {
    let blocks: Vec<(&str, &str)> =
        text.split("=== ").skip(1).map(|block| block.split_once('\n').expect("a name and a text")).collect();
    let (last, expected) = *blocks.last().expect("what is expected");
    assert_eq!(last, "expect");
    let mut sources = Sources::default();
    let graph = compile(&blocks, &mut sources)?;
    let mut by_hand = Facts::default();
    let mut inputs = Vec::new();
    for (name, text) in &blocks[..blocks.len() - 1] {
        if *name == "by_hand.yaml" {
            let id = sources.add(Source::new(*name, *text));
            let (facts, problems) = pipeline::read_facts(&graph, &sources, id, Format::Yaml);
            assert!(problems.is_empty(), "{problems:#?}");
            by_hand = facts;
        } else if !name.ends_with(".ruleout") {
            inputs.push(Input::of_bytes(*name, text.as_bytes()));
        }
    }
    let options = Options {
        zone: collect::site(&graph.pack, &by_hand),
        declared: collect::declared(&graph.pack, &by_hand),
        ..Options::default()
    };
    let records = evidence::read(inputs, &options, &mut |_| ());
    let tickets = collect::collect(&graph.pack, &records, &by_hand, &mut sources);
    let found: Vec<String> = tickets.iter().map(|ticket| fact_file(&graph.pack, ticket, &sources)).collect();
    let found = found.join("---\n");
    if found.trim() == expected.trim() {
        return Ok(());
    }
    Err(format!("expected\n{}\nfound\n{}", expected.trim(), found.trim()).into())
}

fn compile(blocks: &[(&str, &str)], sources: &mut Sources) -> Result<Arc<InferenceGraph>, Failed> {
    let manifest = "(name: \"small\", language: 1, cases: (unlisted: \"10 %\", several_at_once: \"8 %\"))";
    let manifest = sources.add(Source::new("pack.ron", manifest));
    let rules = blocks.iter().filter(|(name, _)| name.ends_with(".ruleout"));
    let mut ids: Vec<_> = rules.map(|(name, text)| sources.add(Source::new(*name, *text))).collect();
    ids.push(sources.add(Source::new("rest.ruleout", REST)));
    let (graph, problems) = pipeline::compile(sources, &PackTexts::new(sources, manifest, ids));
    graph.ok_or_else(|| format!("{problems:#?}").into())
}
