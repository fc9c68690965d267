//! A repository with two packs, as the workflow of a stranger runs it: from above and from inside a pack, with another system's line
//! ends, where nothing can be written, with cases that fail, are new, have drifted, or are known to be wrong.

use std::fs;
use std::process::Stdio;

use serde_json::Value;

use crate::support::folder::Folder;
use crate::support::pack::MANIFEST;
use crate::support::program::{Ran, command, ruleout_in};

const ONE: &str = "packs/coffee/cases/one.yaml";
const RULES: &str = "packs/coffee/coffee.ruleout";
/// A case that is answered as it expects; nobody has accepted its answer.
const FRESH: &str =
    "expect: { first: tank_empty, because: the tank is empty }\ncoffee.comes: none\ntank.level: 0 %\n";

/// A repository with two packs, and a file beside them.
fn repository() -> Folder {
    let folder = Folder::new();
    folder.write("packs/README.md", "# Our packs\n");
    for name in ["coffee", "tea"] {
        assert_eq!(ruleout_in(&folder.path("packs"), &["new", name], "").code, 0);
    }
    folder
}

/// Runs the program in a folder of the repository.
fn run(folder: &Folder, at: &str, arguments: &[&str]) -> Ran {
    ruleout_in(&folder.path(at), arguments, "")
}

/// The same where CI says that it is one.
fn run_in_ci(folder: &Folder, at: &str, arguments: &[&str]) -> Ran {
    let mut command = command(&folder.path(at), arguments);
    let output = command.env("CI", "true").stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

fn snapshots(folder: &Folder, pack: &str) -> Vec<String> {
    let entries = fs::read_dir(folder.path(&format!("packs/{pack}/snapshots"))).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn several_packs_have_one_summary() {
    let folder = repository();
    let all = ["packs/README.md", "packs/coffee", "packs/tea"];
    let checked = run(&folder, ".", &[&["check"], &all[..]].concat());
    assert_eq!(checked.code, 0, "{}", checked.err);
    assert_eq!(checked.out.lines().count(), 2, "{}", checked.out);
    assert_eq!(checked.err, "note: packs/README.md is no pack, and left out\n");
    let tested = run(&folder, ".", &[&["test"], &all[..]].concat());
    let expected = "coffee: 3 passed, 0 failed\ntea: 3 passed, 0 failed\n2 packs: 6 passed, 0 failed\n";
    assert_eq!((tested.code, tested.out.as_str()), (0, expected));
    // One that is broken does not hide the other, and neither does one that is not there.
    folder.change("packs/tea/tea.ruleout", "rarely        anyway", "rarly         anyway");
    let checked = run(&folder, ".", &["check", "packs/coffee", "packs/tea"]);
    assert!(checked.code == 1 && checked.out.contains("coffee 0.1.0: ") && checked.out.contains("1 error"));
    let tested = run(&folder, ".", &["test", "packs/coffee", "packs/tea"]);
    assert!(tested.code == 1 && tested.out.ends_with("2 packs: 3 passed, 1 failed\n"), "{}", tested.out);
    assert!(tested.err.contains("`rarly` is not a word of the language"), "{}", tested.err);
    for (what, told) in [("check", "coffee 0.1.0: "), ("test", "3 passed, 0 failed")] {
        let ran = run(&folder, ".", &[what, "packs/gone", "packs/coffee"]);
        assert!(ran.code == 2 && ran.err.contains("cannot read packs/gone"), "{}", ran.err);
        assert!(ran.out.starts_with(told), "{}", ran.out);
    }
}

#[test]
fn the_pack_of_the_current_folder_is_the_one_that_is_meant() {
    let folder = repository();
    let inside = "packs/coffee";
    let facts: &[&[&str]] = &[
        &["check"],
        &["test"],
        &["facts"],
        &["schema"],
        &["usages", "tank_empty"],
        &["graph"],
        &["diagnose", "cases/one.yaml"],
        &["why-not", "no_power", "cases/one.yaml"],
        &["graph", "cases/one.yaml", "--format", "svg"],
        &["ask", "--message", "cases/one.yaml"],
        &["review"],
    ];
    for arguments in facts {
        let ran = run(&folder, inside, arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.out, ran.err);
        assert!(!ran.out.contains("mailflow"), "{arguments:?}: {}", ran.out);
        // The same from above, in both ways of naming the pack.
        let above: Vec<String> =
            arguments.iter().map(|a| a.replace("cases/", "packs/coffee/cases/")).collect();
        let mut above: Vec<&str> = above.iter().map(String::as_str).collect();
        above.push("packs/coffee");
        let named = run(&folder, ".", &above);
        above.pop();
        above.extend(["--pack", "packs/coffee"]);
        let by_option = run(&folder, ".", &above);
        assert_eq!((named.code, &named.out), (0, &by_option.out), "{above:?}: {}", named.err);
    }
    // What is broken there is seen.
    folder.change(RULES, "rarely        anyway", "rarly         anyway");
    let checked = run(&folder, inside, &["check", "--format", "github"]);
    assert!(
        checked.code == 1 && checked.out.starts_with("::error file=coffee.ruleout,line="),
        "{}",
        checked.out
    );
    assert_eq!(run(&folder, inside, &["test"]).code, 1);
    assert_eq!(run(&folder, inside, &["check", "--fix"]).code, 0);
    // The one inside the program is there where none is, and by its name.
    for (at, arguments) in [(inside, &["check", "mailflow"][..]), (".", &["check"][..])] {
        let ran = run(&folder, at, arguments);
        assert!(ran.code == 0 && ran.out.contains("mailflow 1."), "{}", ran.out);
    }
    let ran = run(&folder, ".", &["diagnose", "packs/coffee/cases/one.yaml"]);
    assert!(ran.code == 1 && ran.err.contains("the pack mailflow (built in) has no fact"), "{}", ran.err);
    assert!(ran.err.contains("`--pack packs/coffee` asks that one"), "{}", ran.err);
}

#[test]
fn line_ends_of_another_system_are_no_difference() {
    let folder = repository();
    let files = [RULES, "packs/coffee/pack.ron", ONE, "packs/coffee/snapshots/one.snap"];
    for file in files {
        let text = folder.read(file).replace('\n', "\r\n");
        // Some editors begin UTF-8 with a mark.
        let mark = if file == RULES { "\u{feff}" } else { "" };
        folder.write(file, format!("{mark}{text}"));
    }
    let before = folder.read(RULES);
    for arguments in [&["check"][..], &["test"], &["fmt", "--check"], &["fmt", "--diff"], &["fmt"]] {
        let ran = run(&folder, "packs/coffee", arguments);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}: {}", ran.out);
    }
    assert_eq!(folder.read(RULES), before);
    // What is put in order keeps them.
    folder.change(RULES, "rarely        anyway", "rarely anyway");
    let shown = run(&folder, "packs/coffee", &["fmt", "--diff"]);
    assert!(
        shown.code == 1 && shown.out.lines().filter(|line| line.starts_with('-')).count() == 2,
        "{}",
        shown.out
    );
    assert_eq!(run(&folder, "packs/coffee", &["fmt"]).code, 0);
    assert_eq!(folder.read(RULES), before);
    // Lines that end in several ways become alike only where something else changes too, and that is said.
    folder.change(RULES, "\r\n", "\n");
    assert_eq!(run(&folder, "packs/coffee", &["fmt", "--check"]).code, 0);
    folder.change(RULES, "rarely        anyway", "rarely anyway");
    let shown = run(&folder, "packs/coffee", &["fmt", "--diff"]);
    assert!(shown.err.contains("do not all end alike; all will end in CRLF"), "{}", shown.err);
}

#[test]
fn a_new_case_passes_and_is_told() {
    let folder = repository();
    folder.write("packs/coffee/cases/fresh.yaml", FRESH);
    let ran = run_in_ci(&folder, ".", &["test", "packs/coffee"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.starts_with("new   fresh: as expected"), "{}", ran.out);
    assert!(ran.out.ends_with("4 passed (1 new), 0 failed\n"), "{}", ran.out);
    assert_eq!(snapshots(&folder, "coffee"), ["limescale.snap", "no_power.snap", "one.snap"]);
    assert_eq!(run_in_ci(&folder, ".", &["test", "packs/coffee", "--deny", "new"]).code, 1);
    // At a desk, its answer is left to be looked at.
    assert_eq!(run(&folder, ".", &["test", "packs/coffee"]).code, 0);
    assert_eq!(snapshots(&folder, "coffee")[0], "fresh.snap.new");
    let ran = run(&folder, ".", &["test", "packs/coffee", "--accept"]);
    assert!(ran.code == 0 && ran.out.starts_with("accepted  fresh: its first answer\n"), "{}", ran.out);
    assert_eq!(snapshots(&folder, "coffee")[0], "fresh.snap");
    assert_eq!(run_in_ci(&folder, ".", &["test", "packs/coffee", "--deny", "new,drift,warnings"]).code, 0);
}

#[test]
fn an_outcome_is_told_where_nothing_can_be_written() {
    let folder = repository();
    folder.write("packs/coffee/cases/fresh.yaml", FRESH);
    folder.change(ONE, "first: tank_empty", "first: no_power");
    // Whoever runs this may write everywhere, but not a file where a folder is.
    fs::create_dir(folder.path("packs/coffee/snapshots/fresh.snap.new")).unwrap();
    fs::create_dir(folder.path("packs/coffee/snapshots/fresh.snap")).unwrap();
    let ran = run(&folder, ".", &["test", "packs/coffee"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("FAIL one") && ran.out.contains("new   fresh"), "{}", ran.out);
    assert!(ran.err.starts_with("note: the new answers could not be kept for review: "), "{}", ran.err);
    // An answer that is to be accepted and cannot be is a failure.
    folder.change(ONE, "first: no_power", "first: tank_empty");
    let ran = run(&folder, ".", &["test", "packs/coffee", "--accept"]);
    assert!(ran.code == 2 && ran.err.contains("cannot write"), "{}", ran.err);
    assert!(ran.out.contains("4 passed (1 new), 0 failed"), "{}", ran.out);
}

#[test]
fn drift_is_told_apart_and_another_order_never_passes() {
    let folder = repository();
    let snapshot = "packs/coffee/snapshots/one.snap";
    let accepted = folder.read(snapshot);
    let first = accepted.lines().find(|line| line.contains('█')).unwrap();
    // As if another chance had been accepted.
    folder.change(snapshot, first, &first.replacen("99 %", "96 %", 1));
    let ran = run_in_ci(&folder, ".", &["test", "packs/coffee"]);
    assert!(
        ran.code == 0 && ran.out.contains("drift one: 1 chance moved, by 3.0 points at most"),
        "{}",
        ran.out
    );
    for (arguments, code) in
        [(["--tolerance", "3"], 0), (["--tolerance", "2.9 %"], 1), (["--deny", "drift"], 1)]
    {
        let ran = run_in_ci(&folder, ".", &[&["test", "packs/coffee"], &arguments[..]].concat());
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.out);
    }
    assert_eq!(run_in_ci(&folder, ".", &["test", "packs/coffee", "--tolerance", "much"]).code, 2);
    // Two causes have changed places, though by less than a point.
    let mut lines: Vec<&str> = accepted.lines().collect();
    let at = lines.iter().position(|line| *line == first).unwrap();
    lines.swap(at + 1, at + 2);
    folder.write(snapshot, lines.join("\n"));
    let ran = run_in_ci(&folder, ".", &["test", "packs/coffee", "--tolerance", "100"]);
    assert!(ran.code == 1 && ran.out.contains("which is never tolerated"), "{}", ran.out);
}

#[test]
fn what_is_known_to_be_wrong_is_told_until_it_is_right() {
    let folder = repository();
    folder.change(ONE, "first: tank_empty", "first: no_power\n  todo: nothing tells the two apart");
    let ran = run_in_ci(&folder, ".", &["test", "packs/coffee"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(
        ran.out.starts_with("todo  one: nothing tells the two apart\n  expected  first: no_power"),
        "{}",
        ran.out
    );
    assert!(ran.out.ends_with("2 passed, 1 to do, 0 failed\n"), "{}", ran.out);
    folder.change(ONE, "first: no_power", "first: tank_empty");
    let ran = run_in_ci(&folder, ".", &["test", "packs/coffee"]);
    assert!(ran.code == 1 && ran.out.contains("take out `todo`"), "{}", ran.out);
    folder.change(ONE, "todo: nothing tells the two apart", "todo: []");
    let ran = run_in_ci(&folder, ".", &["test", "packs/coffee"]);
    assert!(ran.code == 1 && ran.out.contains("`todo` is a text"), "{}", ran.out);
}

#[test]
fn outcomes_are_written_for_build_servers() {
    let folder = repository();
    folder.change(ONE, "first: tank_empty", "first: no_power");
    folder.write("packs/tea/cases/fresh <&>.yaml", FRESH);
    folder.change(
        "packs/tea/cases/one.yaml",
        "first: tank_empty",
        "todo: \"<later> & \\\"then\\\"\"\n  first: no_power",
    );
    let forms = [
        "--format",
        "github",
        "--format",
        "junit=out/cases.xml",
        "--format=sarif=out/cases.sarif",
        "--format=json=out/cases.json",
    ];
    let run = || run_in_ci(&folder, ".", &[&["test", "packs/coffee", "packs/tea"], &forms[..]].concat());
    // A folder that is not there may be mistyped.
    let ran = run();
    assert!(ran.code == 2 && ran.err.contains("there is no folder out"), "{}", ran.err);
    fs::create_dir(folder.path("out")).unwrap();
    let ran = run();
    assert_eq!(ran.code, 1);
    let lines: Vec<&str> = ran.out.lines().collect();
    let error = format!(
        "::error file={ONE},line=3,endLine=3,col=10,endColumn=18,title=case::one: expected first: no_power, got 1. tank_empty"
    );
    assert!(lines.len() == 3 && lines[0].starts_with(&error), "{}", ran.out);
    assert!(lines[1..].iter().all(|line| line.starts_with("::notice file=packs/tea/cases/")), "{}", ran.out);

    let xml = folder.read("out/cases.xml");
    let document = roxmltree::Document::parse(&xml).unwrap();
    let all = document.root_element();
    assert_eq!((all.attribute("tests"), all.attribute("failures")), (Some("7"), Some("1")));
    let suites: Vec<_> = all.children().filter(roxmltree::Node::is_element).collect();
    let names: Vec<_> = suites.iter().map(|suite| suite.attribute("name").unwrap()).collect();
    assert_eq!(names, ["coffee", "tea"]);
    for suite in suites {
        let count = |tag: &str| suite.descendants().filter(|node| node.has_tag_name(tag)).count().to_string();
        for (attribute, tag) in [("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")] {
            assert_eq!(suite.attribute(attribute), Some(count(tag).as_str()), "{attribute}");
        }
    }
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    assert!(failure.text().unwrap().starts_with(&format!("{ONE}:3:10: one: expected first: no_power")));
    let skipped = document.descendants().find(|node| node.has_tag_name("skipped")).unwrap();
    assert_eq!(skipped.attribute("message"), Some("<later> & \"then\""));

    let sarif: Value = serde_json::from_str(&folder.read("out/cases.sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let levels: Vec<_> = results.iter().map(|result| result["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["error", "note", "note"]);
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(
        (place["artifactLocation"]["uri"].as_str(), place["region"]["startLine"].as_u64()),
        (Some(ONE), Some(3))
    );

    let json: Value = serde_json::from_str(&folder.read("out/cases.json")).unwrap();
    let counts = ["passed", "new", "drifted", "todo", "failed"].map(|of| json[of].as_u64().unwrap());
    assert_eq!(counts, [5, 1, 0, 1, 1]);
    assert_eq!(json["packs"].as_array().unwrap().len(), 2);
}

#[test]
fn warnings_fail_where_they_are_denied() {
    let folder = repository();
    let rules = folder.read(RULES);
    folder.write(RULES, format!("{rules}\nfact nobody.reads: yes/no {{ ask \"Is it so?\" }}\nrule tank_low given coffee.comes is none {{ 0 % with no_power  rarely anyway }}\n"));
    folder.write(
        RULES,
        rules.replace("usually", "100 %").replace("rarely        anyway", "0 %           anyway"),
    );
    let checked = run(&folder, "packs/coffee", &["check"]);
    assert!(checked.code == 0 && checked.out.contains("warning"), "{}", checked.out);
    for what in ["check", "test"] {
        let arguments = [what, "packs/coffee", "packs/tea", "--deny", "warnings"];
        let ran = run_in_ci(&folder, ".", &arguments);
        assert_eq!(ran.code, 1, "{what}: {}{}", ran.out, ran.err);
        assert_eq!(run_in_ci(&folder, ".", &[what, "packs/tea", "--deny", "warnings"]).code, 0);
    }
    assert_eq!(run(&folder, ".", &["check", "packs/tea", "--deny", "warnings", "--exit-zero"]).code, 2);
}

#[test]
fn a_program_is_told_what_is_wrong_where_it_waits_for_json() {
    let folder = repository();
    folder.write("bad.yaml", "coffee.come: none\n");
    let told = |ran: Ran| -> Value {
        assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
        serde_json::from_str(&ran.out).unwrap()
    };
    for arguments in [
        &["diagnose", "bad.yaml"][..],
        &["why-not", "no_power", "bad.yaml"],
        &["graph", "bad.yaml"],
        &["ask", "--message", "bad.yaml"],
        &["ask", "--answers", "bad.yaml"],
        &["diagnose", ONE, "--set", "tank.level=full"],
    ] {
        let json = told(run(&folder, ".", &[arguments, &["packs/coffee", "--format", "json"]].concat()));
        assert_eq!(json["problems"][0]["severity"], "error", "{arguments:?}");
    }
    folder.change(RULES, "rarely        anyway", "rarly         anyway");
    for arguments in [&["diagnose", ONE][..], &["facts"], &["usages", "tank_empty"], &["test"], &["check"]] {
        let json = told(run(&folder, ".", &[arguments, &["packs/coffee", "--format", "json"]].concat()));
        assert_eq!(json["problems"][0]["code"], "syntax", "{arguments:?}");
    }
}

#[test]
fn fact_files_are_read_as_one() {
    let folder = repository();
    folder.write("seen.yaml", "coffee.comes: none\ndisplay.text: Please wait\n");
    folder.write("measured.json", "{\"tank.level\": \"0 %\", \"coffee.comes\": \"none\"}");
    let diagnose = |files: &[&str]| {
        run(&folder, ".", &[&["diagnose", "--pack", "packs/coffee", "--format", "json"], files].concat())
    };
    let together = diagnose(&["seen.yaml", "measured.json"]);
    assert_eq!(together.code, 0, "{}", together.out);
    let causes = |ran: &Ran| serde_json::from_str::<Value>(&ran.out).unwrap()["causes"].clone();
    assert_eq!(causes(&together)[0]["name"], causes(&diagnose(&[ONE]))[0]["name"]);
    let arguments =
        ["diagnose", "packs/coffee", "seen.yaml", "-", "--facts-format", "json", "--format", "json"];
    let piped = ruleout_in(folder.root(), &arguments, &folder.read("measured.json"));
    assert_eq!(causes(&piped), causes(&together), "{}", piped.err);
    // What they record otherwise is an error that names both places.
    folder.write("other.toml", "\"tank.level\" = \"50 %\"\n");
    let ran = run(&folder, ".", &["diagnose", "packs/coffee", "seen.yaml", "measured.json", "other.toml"]);
    assert!(ran.code == 1 && ran.err.contains("two files record `tank.level`, and not alike"), "{}", ran.err);
    assert!(ran.err.contains("other.toml:1:") && ran.err.contains("measured.json:1:"), "{}", ran.err);
    // A stream in which nothing is: the answer is that of any ticket, and that is said.
    let ran = ruleout_in(folder.root(), &["diagnose", "packs/coffee", "-", "--facts-format", "json"], "");
    assert!(ran.code == 0 && ran.err.starts_with("note: no facts are recorded"), "{}{}", ran.out, ran.err);
}

#[test]
fn names_that_nobody_declared_are_asked_for() {
    let folder = repository();
    let said = |arguments: &[&str]| {
        let ran = run(&folder, "packs/coffee", arguments);
        (ran.code, ran.out + &ran.err)
    };
    let (code, text) = said(&["why-not", "tank", "cases/one.yaml"]);
    assert!(
        code == 2
            && text.contains("the pack coffee has no cause `tank`")
            && text.contains("did you mean `tank_empty`?"),
        "{text}"
    );
    let (code, text) = said(&["why-not", "unlisted", "cases/one.yaml"]);
    assert!(code == 2 && text.contains("no cause of a pack but what is left"), "{text}");
    let (code, text) = said(&["usages", "nothing_like_it"]);
    assert!(code == 2 && text.contains("nothing in the pack coffee is called"), "{text}");
    folder.change(ONE, "first: tank_empty", "first: tank");
    let (code, text) = said(&["test"]);
    assert!(code == 1 && text.contains("did you mean `tank_empty`?"), "{text}");
    folder.change(ONE, "first: tank", "first: something_else");
    let (code, text) = said(&["test"]);
    assert!(code == 1 && text.contains("does not list is `unlisted`"), "{text}");
    // The plan of a case offers the fix.
    let (code, text) = said(&["usages", "fill_tank"]);
    assert!(code == 0 && text.contains("offered"), "{text}");
}

/// A pack with a warning (a fact that nothing reads), hints (a fix without `verify`), and no error.
const WARNED: &str = "fact loose: yes/no { ask \"Is the cable loose?\" }\n\
    cause cable \"The cable is loose\" { rare  told by loose  fix plug }\n\
    fix plug \"Plug it in\" { step \"Plug it in.\" }\n\
    fact unread: yes/no { ask \"Does anybody read this?\" }\n";

#[test]
fn what_fails_in_junit_is_what_fails_the_run() {
    let folder = Folder::new();
    folder.write("pack.ron", MANIFEST);
    folder.write("cable.ruleout", WARNED);
    let runs: [(&[&str], &[&str]); 3] =
        [(&[], &[]), (&["--deny", "warnings"], &["warning"]), (&["--deny", "hints"], &["warning", "hint"])];
    for (deny, fails) in runs {
        let arguments = [&["check", "--format", "junit"], deny].concat();
        let ran = ruleout_in(folder.root(), &arguments, "");
        assert_eq!(ran.code, i32::from(!fails.is_empty()), "{}", ran.err);
        for severity in ["warning", "hint"] {
            let failure = ran.out.contains(&format!("<failure type=\"{severity}\""));
            let printed = ran.out.contains(&format!(": {severity} "));
            assert_eq!(
                (failure, printed),
                (fails.contains(&severity), !fails.contains(&severity)),
                "{}",
                ran.out
            );
        }
    }
}

#[test]
fn one_form_goes_to_standard_output() {
    let folder = repository();
    for command in ["check", "test"] {
        let two = run(&folder, "packs", &[command, "tea", "--format", "json", "--format", "junit"]);
        assert_eq!((two.code, two.out.as_str()), (2, ""));
        assert!(two.err.contains("only one `--format`"), "{}", two.err);
        let one = run(&folder, "packs", &[command, "tea", "--format", "json", "--format", "junit=tea.xml"]);
        assert_eq!(one.code, 0, "{}", one.err);
    }
}

#[test]
fn each_cause_stands_somewhere_with_its_direct_check_alone() {
    let folder = Folder::new();
    folder.write("pack.ron", MANIFEST);
    let strong = "fact off: yes/no { ask \"Is it off?\" }\n\
        cause switched_off \"It is switched off\" { very common  told by off  fix plug }\n";
    folder.write("cable.ruleout", format!("{WARNED}{strong}"));
    let text = ruleout_in(folder.root(), &["check", "--direct-checks"], "").out;
    let (_, stand) = text.split_once("each cause stands at:\n").unwrap();
    let causes: Vec<&str> = stand.lines().filter_map(|line| line.split_whitespace().nth(2)).collect();
    assert_eq!(causes, ["cable", "switched_off"], "the weakest first: {text}");
    assert!(!ruleout_in(folder.root(), &["check"], "").out.contains("stands at:"));
    let json = ruleout_in(folder.root(), &["check", "--format", "json"], "").out;
    let json: Value = serde_json::from_str(&json).unwrap();
    let checks = json["direct_checks"].as_array().unwrap();
    let at = |cause: &str| checks.iter().find(|check| check["cause"] == cause).unwrap();
    assert_eq!((checks.len(), at("cable")["line"].as_u64()), (2, Some(2)));
    // The same facts, as a ticket, come to the same.
    for (cause, fact) in [("cable", "loose: yes"), ("switched_off", "off: yes")] {
        let arguments = ["diagnose", "-", "--facts-format", "yaml", "--format", "json"];
        let answer = ruleout_in(folder.root(), &arguments, fact).out;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let causes = answer["causes"].as_array().unwrap();
        let chance = &causes.iter().find(|one| one["name"] == cause).unwrap()["probability"];
        let (alone, chance) = (at(cause)["probability"].as_f64().unwrap(), chance.as_f64().unwrap());
        assert!((alone - chance).abs() < 1e-9, "{cause}: {alone}, {chance}");
    }
}

#[test]
fn what_is_read_by_guessing_is_not_called_fixable() {
    let folder = Folder::new();
    folder.write("pack.ron", MANIFEST);
    folder.write("cable.ruleout", "cause cable \"The cable is loose\" { raer  fix plug }\n");
    assert!(ruleout_in(folder.root(), &["check"], "").out.contains("fixable"));
    folder.write("cable.ruleout", b"// \xe9\ncause cable \"The cable is loose\" { raer  fix plug }\n");
    let text = ruleout_in(folder.root(), &["check"], "").out;
    assert!(text.contains("Latin-1") && !text.contains("fixable"), "{text}");
}
