//! Packs as large as QMR-DT (Shwe et al. 1991: 570 diseases, 4,075 findings, 45,470 links between them), as text.
//!
//! The text comes of a fixed seed, so that what is measured on one machine is measured on another. Nothing here takes the
//! time: `cargo test --release size -- --ignored` writes the packs of full size, and whoever wants to know runs
//! `ruleout check` over the folders that it names.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::support::pack::{compile, manifest};

/// How large a pack is.
#[derive(Clone, Copy)]
struct Size {
    causes: usize,
    rules: usize,
    /// Lines `with` of all rules together.
    links: usize,
}

const SMALL: Size = Size { causes: 57, rules: 400, links: 4_000 };
const QMR: Size = Size { causes: 570, rules: 4_000, links: 40_000 };
const LARGE: Size = Size { causes: 1_000, rules: 10_000, links: 100_000 };

/// The generator `SplitMix64` (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let high = (mixed ^ (mixed >> 31)) >> 32;
        usize::try_from((high * n as u64) >> 32).unwrap()
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// One finding in so many is a time in levels; the others are yes or no.
const LEVELS: usize = 10;

/// How many findings one visit answers.
const VISIT: usize = 8;

const OFTEN: [&str; 5] = ["almost always", "usually", "often", "sometimes", "17 of 20"];
const COMMON: [&str; 5] = ["very common", "common", "uncommon", "rare", "very rare"];

/// The files of a pack: what may be found, the rules, the causes with their fixes.
fn pack(size: Size) -> [(&'static str, String); 3] {
    let mut random = Random(570);
    [
        ("findings.ruleout", findings(size)),
        ("rules.ruleout", rules(size, &mut random)),
        ("causes.ruleout", causes(size, &mut random)),
    ]
}

fn in_levels(finding: usize) -> bool {
    finding % LEVELS == LEVELS - 1
}

fn findings(size: Size) -> String {
    let mut out = String::from("fact place.age: one of child, adult, old { often adult, sometimes old }\n");
    for visit in 0..size.rules.div_ceil(VISIT) {
        writeln!(out, "facts from \"Examination {visit}\" takes 5 min {{").unwrap();
        for finding in (visit * VISIT..size.rules).take(VISIT) {
            let ty = if in_levels(finding) { "duration" } else { "yes/no" };
            writeln!(out, "  seen.finding_{finding}: {ty} ask \"What about finding {finding}?\"").unwrap();
        }
        writeln!(out, "}}").unwrap();
    }
    for finding in (0..size.rules).filter(|finding| in_levels(*finding)) {
        write!(
            out,
            "symptom time_{finding} \"How long finding {finding} lasts\" in levels {{\n  \
             short  when seen.finding_{finding} <= 1 h   // no more than an hour\n  \
             long   when seen.finding_{finding} <= 2 days\n  \
             steady otherwise\n}}\n"
        )
        .unwrap();
    }
    out
}

/// Each rule has as many lines as falls to it, about some causes beside each other in the order of their numbers.
fn rules(size: Size, random: &mut Random) -> String {
    let mut out = String::new();
    for finding in 0..size.rules {
        let links = size.links * (finding + 1) / size.rules - size.links * finding / size.rules;
        let (name, level) = if in_levels(finding) { ("time_", "long ") } else { ("seen.finding_", "") };
        writeln!(out, "rule {name}{finding} \"Finding {finding}\" {{\n  rarely {level}anyway").unwrap();
        let (start, step) = (random.below(size.causes), 1 + random.below(size.causes / links.max(1)));
        for link in 0..links {
            let often = random.pick(&OFTEN);
            let cause = (start + link * step) % size.causes;
            writeln!(out, "  {often} {level}with cause_{cause}").unwrap();
        }
        writeln!(out, "}}").unwrap();
    }
    out
}

fn causes(size: Size, random: &mut Random) -> String {
    let mut out = String::new();
    for cause in 0..size.causes {
        let (common, group) = (random.pick(&COMMON), cause / 10);
        write!(
            out,
            "cause cause_{cause} \"Cause number {cause}\" {{\n  {common} when place.age is old\n  \
             rare otherwise\n  part of group_{group}\n  fix fix_{cause}\n}}\n\
             fix fix_{cause} \"Suggestion cause {cause}\" {{\n  by nobody  takes 10 min  works usually\n  \
             step \"Do what cause {cause} needs.\"\n}}\n"
        )
        .unwrap();
    }
    out
}

/// What a ticket says: two findings of one cause are seen, and some others are not.
const TICKET: &str = "seen: { finding_0: yes, finding_1: yes, finding_2: no, finding_3: no, finding_9: 3 h }\nplace.age: adult\n";

#[test]
fn a_large_pack_checks_clean_and_answers() {
    let mut large = compile(&pack(SMALL)).clean();
    let rules = &large.graph.pack.rules;
    assert_eq!((large.graph.pack.causes.len(), rules.len()), (SMALL.causes, SMALL.rules));
    assert_eq!(rules.iter().map(|rule| rule.with.len()).sum::<usize>(), SMALL.links);
    let (_, answer) = large.diagnose(TICKET);
    assert!(answer.causes.iter().all(|cause| cause.probability.exact));
    let some: f64 = answer.causes.iter().map(|cause| cause.probability.low).sum();
    assert!(some + answer.unlisted.low >= 1.0 - 1e-9, "{some}");
}

#[test]
#[ignore = "writes tens of megabytes, for whoever measures"]
fn packs_of_full_size_are_written() {
    for (name, size) in [("qmr", QMR), ("large", LARGE)] {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("pack.ron"), manifest("size")).unwrap();
        fs::write(folder.join("ticket.yaml"), TICKET).unwrap();
        for (file, written) in pack(size) {
            fs::write(folder.join(file), written).unwrap();
        }
    }
}
