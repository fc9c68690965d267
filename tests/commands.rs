//! `ruleout new`, `test`, `review`, `check --fix`, `watch` and `impact`, run as a person runs them.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::support::folder::Folder;
use crate::support::program::{self, command, ruleout_in};
use crate::support::snapshot::snapshot;

/// Runs the program in a folder: its exit code, and all that it writes.
fn ruleout(folder: &Folder, arguments: &[&str], input: &str) -> (i32, String) {
    ruleout_in(folder.root(), arguments, input).said()
}

/// Of the cases of a new pack, only the first stays.
fn keep_one_case(folder: &Folder) {
    for file in
        ["cases/no_power.yaml", "cases/limescale.yaml", "snapshots/no_power.snap", "snapshots/limescale.snap"]
    {
        folder.remove(&format!("coffee/{file}"));
    }
}

#[test]
fn a_new_pack_checks_diagnoses_and_passes_its_cases() {
    let folder = Folder::new();
    let run = |arguments: &[&str]| ruleout(&folder, arguments, "");
    let (code, said) = run(&["new", "coffee"]);
    assert_eq!(code, 0, "{said}");
    let next: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("  ruleout ")).collect();
    assert_eq!(next.len(), 3, "{said}");
    for command in next {
        let (code, said) = run(&command.split(' ').collect::<Vec<_>>());
        assert_eq!(code, 0, "{command}\n{said}");
        assert!(!said.contains("warning") && !said.contains("hint"), "{command}\n{said}");
    }
    assert_eq!(run(&["test", "coffee"]), (0, "3 passed, 0 failed\n".to_owned()));
    let (code, said) = run(&["new", "coffee"]);
    assert!(code == 2 && said.contains("is there already"), "{said}");
    let (code, said) = run(&["new", "my pack"]);
    assert!(code == 2 && said.contains("cannot be the name of a pack"), "{said}");
}

#[test]
fn what_changes_is_shown_kept_for_review_and_accepted() {
    let folder = Folder::new();
    let run = |arguments: &[&str], input: &str| ruleout(&folder, arguments, input);
    run(&["new", "coffee"], "");
    keep_one_case(&folder);
    let rules = "coffee/coffee.ruleout";
    // A line that moves is no change.
    folder.change(rules, "// A pack", "// One line more.\n// A pack");
    assert_eq!(run(&["test", "coffee"], "").0, 0);
    folder.change(rules, "rarely        anyway", "often         anyway");
    let (code, said) = run(&["test", "coffee"], "");
    let told = "drift one: 4 chances moved, by 5.0 points at most: The water tank is empty, 99 %";
    assert!(
        code == 0 && said.starts_with(told) && said.ends_with("1 passed (1 drifted), 0 failed\n"),
        "{said}"
    );
    let (code, said) = run(&["test", "coffee", "--tolerance", "4.9"], "");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("FAIL one")
            && said.contains("rules that moved\n    tank_low: yes; × 12 tank_empty → yes; × 1.6 tank_empty"),
        "{said}"
    );
    assert!(folder.path("coffee/snapshots/one.snap.new").is_file());
    let (code, said) = run(&["review", "coffee"], "?\ns\n");
    assert!(
        code == 1 && said.contains("one (1 of 1)") && said.lines().all(|l| l.chars().count() <= 80),
        "{said}"
    );
    assert_eq!(run(&["review", "coffee"], "r\n").0, 0);
    assert!(!folder.path("coffee/snapshots/one.snap.new").is_file());
    assert_eq!(run(&["test", "coffee", "--deny", "drift"], "").0, 1);
    assert_eq!(run(&["review", "coffee"], "a\n").0, 0);
    assert_eq!(run(&["test", "coffee"], ""), (0, "1 passed, 0 failed\n".to_owned()));
    // Back again: `--accept` does both at once.
    folder.change(rules, "often         anyway", "rarely        anyway");
    let (code, said) = run(&["test", "coffee", "--accept"], "");
    assert!(code == 0 && said.starts_with("accepted  one: 4 chances moved, by 5.0 points"), "{said}");
    assert_eq!(run(&["test", "coffee", "--verbose"], "").1, "ok   one\n1 passed, 0 failed\n");
}

#[test]
fn what_is_missed_unknown_or_left_over_fails() {
    let folder = Folder::new();
    let run = |arguments: &[&str]| ruleout(&folder, arguments, "");
    run(&["new", "coffee"]);
    keep_one_case(&folder);
    let case = "coffee/cases/one.yaml";
    folder.change(case, "first: tank_empty", "first: no_power");
    let (code, said) = run(&["test", "coffee"]);
    assert_eq!(code, 1);
    assert!(said.contains("expected  first: no_power  [coffee/cases/one.yaml:3:10]"), "{said}");
    assert!(
        said.contains("got       1. tank_empty 99 %") && said.contains("because   nothing comes out"),
        "{said}"
    );
    folder.change(case, "first: no_power", "first: tank_emty");
    let (code, said) = run(&["test", "coffee"]);
    assert!(code == 1 && said.contains("did you mean `tank_empty`?"), "{said}");
    folder.change(case, "first: tank_emty", "first: tank_empty");
    folder.write("coffee/snapshots/gone.snap", "---\nsource: x\n---\nold\n");
    folder.write("coffee/cases/two.txt", "seen: yes\n");
    folder.write("coffee/cases/one.eml", "Subject: beside its case\n");
    let (code, said) = run(&["test", "coffee", "--format", "json"]);
    assert!(code == 1 && said.contains("\"passed\": 1,") && said.contains("\"failed\": 2,"), "{said}");
    assert!(
        said.contains("the snapshot `gone.snap` belongs to no case") && said.contains("`two.txt` is no case")
    );
    folder.remove("coffee/cases/two.txt");
    folder.write("coffee/snapshots/notes.txt", "mine\n");
    let (code, said) = run(&["test", "coffee", "--accept"]);
    assert!(
        code == 0
            && said.contains("deleted  snapshots/gone.snap")
            && said.contains("`notes.txt` is no snapshot"),
        "{said}"
    );
    folder.remove("coffee/snapshots/notes.txt");
    assert!(!folder.path("coffee/snapshots/gone.snap").exists());
    folder.write("coffee/cases/one.json", "{}");
    let (code, said) = run(&["test", "coffee"]);
    assert!(code == 1 && said.contains("two cases are called `one`"), "{said}");
    let (code, said) = run(&["test", "coffee", "--filter", "nothing_like_it"]);
    assert!(code == 2 && said.contains("no case has `nothing_like_it` in its name"), "{said}");
}

#[test]
fn problems_are_fixed_as_far_as_it_is_allowed() {
    let folder = Folder::new();
    let run = |arguments: &[&str]| ruleout(&folder, arguments, "");
    run(&["new", "coffee"]);
    let rules = "coffee/coffee.ruleout";
    let whole = folder.read(rules);
    folder.change(rules, "rarely        anyway", "rarly         anyway");
    let broken = folder.read(rules);
    let (code, said) = run(&["check", "coffee"]);
    assert!(code == 1 && said.contains("1 fixable with `--fix`"), "{said}");
    let (code, said) = run(&["check", "coffee", "--diff"]);
    assert!(code == 1 && said.contains("-  rarly         anyway\n+  rarely         anyway"), "{said}");
    assert_eq!(folder.read(rules), broken);
    let (code, said) = run(&["check", "coffee", "--fix"]);
    assert!(code == 0 && said.contains("1 fixed"), "{said}");
    assert_eq!(folder.read(rules).replace("rarely         ", "rarely        "), whole);
    // A name is a guess.
    let cause = whole.split("cause ").nth(1).unwrap().split(' ').next().unwrap();
    folder.change(rules, &format!("with {cause}"), &format!("with {cause}x"));
    let (code, said) = run(&["check", "coffee", "--fix"]);
    assert!(code == 1 && said.contains("0 fixed"), "{said}");
    assert_eq!(run(&["check", "coffee", "--exit-zero"]).0, 0);
    let (code, said) = run(&["check", "coffee", "--fix", "--unsafe"]);
    assert!(code == 0 && said.contains("1 fixed"), "{said}");
    assert_eq!(run(&["check", "coffee", "--unsafe"]).0, 2);
    assert_eq!(run(&["check", "--fix"]).0, 2);
}

#[test]
fn problems_are_written_in_several_forms_at_once() {
    let folder = Folder::new();
    let run = |arguments: &[&str]| ruleout(&folder, arguments, "");
    run(&["new", "coffee"]);
    folder.change("coffee/coffee.ruleout", "rarely        anyway", "rarly  < & \" anyway");
    let forms = [
        "--format",
        "github",
        "--format",
        "sarif=out.sarif",
        "--format",
        "junit=out.xml",
        "--format=json=out.json",
    ];
    let (code, said) = run(&[&["check", "coffee"], &forms[..]].concat());
    assert!(code == 1 && said.starts_with("::error file=coffee/coffee.ruleout,line="), "{said}");
    let sarif: serde_json::Value = serde_json::from_str(&folder.read("out.sarif")).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    let rule = result["ruleIndex"].as_u64().unwrap();
    assert_eq!(
        sarif["runs"][0]["tool"]["driver"]["rules"][usize::try_from(rule).unwrap()]["id"],
        result["ruleId"]
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "coffee/coffee.ruleout");
    let json: serde_json::Value = serde_json::from_str(&folder.read("out.json")).unwrap();
    assert_eq!(place["region"]["startLine"], json["problems"][0]["line"]);
    assert_eq!(place["region"]["endColumn"], json["problems"][0]["end_column"]);
    let xml = folder.read("out.xml");
    let xml = roxmltree::Document::parse(&xml).unwrap();
    let failures = xml.descendants().filter(|node| node.has_tag_name("failure")).count();
    assert_eq!(xml.root_element().attribute("failures"), Some(failures.to_string().as_str()));
    assert!(failures > 0);
    assert_eq!(run(&["check", "coffee", "--format", "sarif="]).0, 2);
}

#[test]
fn what_hangs_on_a_name_is_shown() {
    let usages = |arguments: &[&str]| {
        program::ruleout(&[&["usages", "--pack", "rules/printer"], arguments].concat()).said()
    };
    let (code, said) = usages(&["paper.path_clear"]);
    assert_eq!(code, 2, "{said}");
    let (code, said) = usages(&["jobs_wait"]);
    assert_eq!(code, 0);
    snapshot("commands_usages", &said);
    let (_, json) = usages(&["jobs_wait", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let kinds: Vec<&str> =
        json["usages"].as_array().unwrap().iter().map(|t| t["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["symptom", "rule"]);
}

/// A program that would go on, and ends with the test.
struct Ends(std::process::Child);

impl Drop for Ends {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn what_a_change_moves_is_said_in_a_line() {
    let folder = Folder::new();
    ruleout(&folder, &["new", "coffee"], "");
    let watch = command(folder.root(), &["watch", "coffee"]).stdout(Stdio::piped()).spawn();
    let mut watch = Ends(watch.unwrap());
    let mut lines = BufReader::new(watch.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let first = lines.next().unwrap();
    let (time, said) = first.split_once("  ").unwrap();
    assert!(time.len() == 8 && time.bytes().all(|b| b.is_ascii_digit() || b == b':'), "{first}");
    assert_eq!(said, "coffee: 3 cases as expected · no problems");
    folder.change("coffee/coffee.ruleout", "rarely        anyway", "often         anyway");
    let said = lines.next().unwrap();
    assert!(
        said[10..].starts_with("coffee.ruleout: ") && said.contains(" moved: ") && said.contains(" → "),
        "{said}"
    );
    folder.change("coffee/coffee.ruleout", "often         anyway", "oftn          anyway");
    let said = lines.next().unwrap();
    assert!(
        said.contains("1 error · coffee/coffee.ruleout:")
            && said.contains("`oftn` is not a word of the language"),
        "{said}"
    );
}
