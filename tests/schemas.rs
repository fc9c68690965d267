//! What is written as JSON, held against the schemas that `ruleout schema --of NAME` writes.
//!
//! Each schema describes what is there, and no more: whatever an output has is described, whatever a schema describes is in some
//! output, with every type and word that it allows; and no output with another type, or with a member less, fits.

mod packs;
mod schema;

use std::collections::BTreeSet;
use std::path::Path;

use ruleout::cases::report::{self, Report, Run, Strictness};
use ruleout::cases::{self, Kept};
use ruleout::infer::exact::Budget;
use ruleout::lint::direct_checks;
use ruleout::problem::{Code, Problem, Problems, Severity};
use ruleout::render::facts;
use ruleout::render::json::Extras;
use ruleout::render::problems;
use ruleout::render::stats::Taken;
use ruleout::source::{Source, Sources, Span};
use ruleout::usages::{self, usages as usages_of};
use ruleout::{export, pipeline};

use crate::support::data::DataFile;
use crate::support::folder::Folder;
use crate::support::pack::{BYTES, Compiled, Texts};
use crate::support::program;
use packs::{CERTAIN, CURED, Pack, manifest};
use schema::Schema;

/// What the program writes in the folder of the project.
fn ruleout(arguments: &[&str]) -> String {
    program::ruleout(arguments).said().1
}

/// A problem of which nothing is said but what it is.
fn bare(severity: Severity) -> Problem {
    Problem { severity, ..Problem::error(Code::Case, Span::default(), "wrong") }
}

#[test]
fn every_output_has_a_schema() {
    let said = ruleout(&["schema", "--of", "nothing"]);
    let names = said.split_once("[possible values: ").unwrap().1.split_once(']').unwrap().0;
    let outputs = [
        "diagnose",
        "evidence",
        "records",
        "why-not",
        "check",
        "test",
        "ask-answers",
        "ask-message",
        "facts",
        "graph",
        "usages",
    ];
    assert_eq!(names.split(", ").collect::<Vec<_>>(), [&["facts-file"], &outputs[..]].concat());
    let said = ruleout(&["schema", "--of", "check", "--pack", "rules/printer"]);
    assert!(said.contains("leave out the pack"), "{said}");
}

#[test]
fn answers() {
    let mut schema = Schema::of("diagnose");
    let all = Budget::default().cost;
    for pack in [Pack::of_folder("mailflow"), Pack::of_folder("printer"), Pack::small()] {
        // Unoptimised, a ticket of the large pack takes a tenth of a second.
        for ticket in pack.tickets().iter().step_by(if pack.name == "mailflow" { 8 } else { 1 }) {
            schema.take(&ticket.name, &ticket.diagnose(all, &Extras::default()));
        }
        let ticket = pack.ticket("{}");
        schema.take("nothing known", &ticket.diagnose_at_length(all));
        schema.take("over budget", &ticket.diagnose_at_length(1.0));
    }
    let (small, certain) = (Pack::small(), Pack::of_text("0 %", CERTAIN));
    let cured = Pack::of_text("0 %", CURED);
    for (pack, text) in [
        (&small, "a: yes\nb: no"),
        (&small, "{ a: yes, b: yes, only_x: yes }"),
        (&small, "a: { is: yes, sure: usually }\nb: not available"),
        (&small, "kind: none"),
        (&certain, "a: yes"),
        (&certain, "{ a: yes, b: yes }"),
        (&cured, "tried: { cure: still_broken }"),
        (&small, "a: yes\ntried: { fix_x: still_broken }"),
    ] {
        let ticket = pack.ticket(text);
        schema.take(text, &ticket.diagnose(all, &Extras::default()));
    }
    let printer = Pack::of_folder("printer").ticket("queue.paused: yes\nqueue.jobs: 5");
    schema.take("over budget", &printer.diagnose_at_length(1.0));
    let uncounted =
        Extras { taken: Some(Taken { stats: None, exact: false, seconds: 0.1 }), ..Extras::default() };
    schema.take("uncounted", &small.ticket("a: yes").diagnose(all, &uncounted));
    schema.hold();
}

#[test]
fn reasons_against_a_cause() {
    let mut schema = Schema::of("why-not");
    for pack in [Pack::of_folder("printer"), Pack::small()] {
        for (at, ticket) in pack.tickets().iter().enumerate().step_by(3) {
            let written = ticket.why_not(at % pack.graph.pack.causes.len());
            written.into_iter().for_each(|text| schema.take(&ticket.name, &text));
        }
    }
    let small = Pack::small();
    for ticket in ["{}", "b: yes", "only_x: yes", "{ a: no, b: no, kind: p, only_x: no, old: no }", "old: no"]
    {
        let ticket = small.ticket(ticket);
        (0..4).for_each(|cause| schema.take(&ticket.name, &ticket.why_not(cause).unwrap()));
    }
    schema.hold();
}

#[test]
fn problems_of_packs() {
    let mut schema = Schema::of("check");
    for name in ["mailflow", "printer"] {
        let Texts { sources, pack, .. } = Texts::read(Some(&Path::new("rules").join(name)), BYTES);
        let (graph, problems) = pipeline::check(&sources, &pack, None);
        let checks = direct_checks(&graph.unwrap());
        let checks: Vec<_> =
            checks.iter().map(|check| ("a_cause".to_owned(), check.alone(), check.span)).collect();
        schema.take(name, &problems::json(&problems, &checks, &sources));
    }
    let mut problems = Problems::new();
    problems.push(bare(Severity::Hint));
    schema.take("a bare one", &problems::json(&problems, &[], &Sources::default()));
    for file in DataFile::all("broken-packs") {
        let Compiled { problems, sources, .. } = Texts::beside_base(&file.texts()).compile();
        schema.take(file.name(), &problems::json(&problems, &[], &sources));
    }
    schema.hold();
}

#[test]
fn outcomes_of_cases() {
    let mut schema = Schema::of("test");
    for mut pack in [Pack::of_folder("printer"), failing()] {
        let (cases, strays) = cases::discover(&pack.sources, &pack.cases);
        let mut outcomes = cases::run_all(&pack.graph, &pack.sources, &cases, 2, &|_| {});
        if pack.name == "small" {
            [Severity::Warning, Severity::Hint].into_iter().for_each(|s| outcomes[0].problems.push(bare(s)));
            outcomes[0].accepted = Some("its first answer".to_owned());
            // As if another chance had been accepted, near or far.
            for (case, (from, to)) in [("drifted", ("9", "8")), ("far", (" %  ", "1 %  "))] {
                let outcome = outcomes.iter_mut().find(|outcome| outcome.name == case).unwrap();
                let other = outcome.answer.as_ref().unwrap().replacen(from, to, 1);
                outcome.kept = Kept::Changed(other);
            }
        }
        let mut problems = Problems::new();
        problems.push(bare(Severity::Warning));
        let (name, version) = ("a pack".to_owned(), "1.0.0".to_owned());
        let deleted = vec!["snapshots/gone.snap".to_owned()];
        let runs = [Run { name, version, outcomes, strays, problems, deleted }];
        let strictness = Strictness { tolerance: 5.0, ..Strictness::default() };
        schema.take(pack.name, &report::json(&Report { runs: &runs, sources: &pack.sources, strictness }));
        pack.sources = Sources::default();
    }
    schema.hold();
}

/// The small pack, with cases that fail in every way.
fn failing() -> Pack {
    let mut pack = Pack::small();
    let mut add = |name: &str, text: &str| pack.sources.add(Source::new(name, text));
    let expect = "expect: { first: x, because: it is so }";
    pack.cases.cases = vec![
        add("cases/other_first.yaml", &format!("{expect}\nb: yes\ntried: {{ fix_x: still_broken }}\n")),
        add("cases/changed.yaml", &format!("{expect}\na: yes\n")),
        add("cases/new.yaml", &format!("{expect}\nb: yes\n")),
        add("cases/fresh.yaml", &format!("{expect}\na: yes\n")),
        add("cases/drifted.yaml", &format!("{expect}\na: yes\n")),
        add("cases/far.yaml", &format!("{expect}\na: yes\n")),
        add("cases/todo.yaml", "expect: { first: y, todo: not yet, because: it is so }\na: yes\n"),
        add("cases/none.yaml", &format!("{expect}\nb: perhaps\nc: 1\n")),
        add("cases/what.ever", ""),
    ];
    let snapshot = "---\nsource: cases/changed.yaml\n---\nNo answer\n\nRules\n  b: yes\n  gone: yes\n";
    pack.cases.snapshots = vec![add("snapshots/changed.snap", snapshot), add("snapshots/other.snap", "")];
    pack
}

#[test]
fn interviews_from_a_file() {
    let mut schema = Schema::of("ask-answers");
    let folder = Folder::new();
    folder.write("pack.ron", manifest("10 %"));
    folder.write("certain.ruleout", CERTAIN);
    let known = folder.write("known.yaml", "a: yes\n");
    let tried = folder.write(
        "tried.yaml",
        "print.result: stops_midway\ndisplay.text: paper jam\ntried: { clear_jam: still_broken }\n",
    );
    let [folder, tried, known] = [folder.root(), &tried, &known].map(|path| path.to_str().unwrap());
    let contradictory = "rules/mailflow/cases/contradictory_delay.yaml";
    for arguments in [
        &["--pack", "rules/printer", "--answers", tried][..],
        &["--pack", "rules/printer", "--answers", "rules/printer/cases/unlisted.yaml"],
        &["--pack", folder, "--answers", known],
        &[contradictory, "--answers", contradictory],
    ] {
        let text = ruleout(&[&["ask", "--format", "json"], arguments].concat());
        schema.take(&arguments.join(" "), &text);
    }
    // The answer is that of `diagnose`, where all of it is seen.
    let answer = Schema::of("diagnose");
    for key in ["type", "properties", "required", "description"] {
        assert_eq!(schema.root["$defs"]["answer"][key], answer.root[key]);
    }
    // The probability of the first is null only where a turn contradicts what was known.
    schema.hold_but(&["/properties/answer", "/$defs/first/properties/probability"]);
}

#[test]
fn messages() {
    let mut schema = Schema::of("ask-message");
    for pack in [Pack::of_folder("mailflow"), Pack::of_folder("printer"), Pack::small()] {
        // Choosing questions for a ticket of the large pack takes a while.
        let mut tickets = if pack.name == "mailflow" { Vec::new() } else { pack.tickets() };
        tickets.push(pack.ticket("{}"));
        for ticket in tickets.iter().rev().step_by(3) {
            schema.take(&ticket.name, &ticket.message(None));
            schema.take(&ticket.name, &ticket.message(Some("us")));
        }
    }
    schema.hold();
}

#[test]
fn lists_of_facts() {
    let mut schema = Schema::of("facts");
    for pack in [
        Pack::of_folder("mailflow"),
        Pack::of_folder("printer"),
        Pack::of_folder("mailflow-spf"),
        Pack::small(),
    ] {
        schema.take(pack.name, &facts::json(&pack.graph));
    }
    schema.hold();
}

#[test]
fn networks() {
    let mut schema = Schema::of("graph");
    for pack in [Pack::of_folder("mailflow"), Pack::of_folder("printer"), Pack::small()] {
        schema.take(pack.name, &export::json(&export::labelled(&pack.graph, None).unwrap()));
        for ticket in pack.tickets() {
            let labelled = export::labelled(&pack.graph, Some(ticket.ticket.assessment()));
            labelled.iter().for_each(|labelled| schema.take(&ticket.name, &export::json(labelled)));
        }
    }
    schema.hold();
}

#[test]
fn what_hangs_on_a_name() {
    let mut schema = Schema::of("usages");
    for pack in [Pack::of_folder("mailflow"), Pack::of_folder("printer"), failing()] {
        let (cases, _) = cases::discover(&pack.sources, &pack.cases);
        let names: BTreeSet<&str> = pack.graph.order.iter().map(|node| node.name(&pack.graph.pack)).collect();
        for (at, name) in names.into_iter().enumerate() {
            // All cases are answered anew for each name.
            let all = pack.name == "small" || pack.name == "printer" && at % 16 == 0;
            let some = if all { &cases[..] } else { &[] };
            let impacts = usages_of(&pack.graph, &pack.sources, some, name);
            schema.take(name, &usages::report::json(&pack.graph, &pack.sources, name, &impacts));
        }
    }
    schema.hold();
}
