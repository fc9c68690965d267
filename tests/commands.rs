//! `ruleout new`, `test`, `review`, `check --fix`, `watch` and `impact`, run as a person runs them.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder that is gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ruleout-{test}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    fn change(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.file(path)).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(self.file(path), text.replacen(from, to, 1)).unwrap();
    }

    /// Of the cases of a new pack, only the first stays.
    fn keep_one_case(&self) {
        for file in [
            "cases/no_power.yaml",
            "cases/limescale.yaml",
            "snapshots/no_power.snap",
            "snapshots/limescale.snap",
        ] {
            fs::remove_file(self.file(&format!("coffee/{file}"))).unwrap();
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs `ruleout`; its exit code and all that it writes.
fn ruleout(folder: &Path, arguments: &[&str], input: &str) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ruleout"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let written = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(written).unwrap())
}

#[test]
fn a_new_pack_checks_diagnoses_and_passes_its_cases() {
    let folder = Folder::new("new");
    let run = |arguments: &[&str]| ruleout(&folder.0, arguments, "");
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
    let folder = Folder::new("review");
    let run = |arguments: &[&str], input: &str| ruleout(&folder.0, arguments, input);
    run(&["new", "coffee"], "");
    folder.keep_one_case();
    let rules = "coffee/coffee.ruleout";
    // A line that moves is no change.
    folder.change(rules, "// A pack", "// One line more.\n// A pack");
    assert_eq!(run(&["test", "coffee"], "").0, 0);
    folder.change(rules, "rarely        anyway", "often         anyway");
    let (code, said) = run(&["test", "coffee"], "");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("FAIL one")
            && said.contains("rules that moved\n    tank_low: yes; × 12 tank_empty → yes; × 1.6 tank_empty"),
        "{said}"
    );
    assert!(folder.file("coffee/snapshots/one.snap.new").is_file());
    let (code, said) = run(&["review", "coffee"], "?\ns\n");
    assert!(
        code == 1 && said.contains("one (1 of 1)") && said.lines().all(|l| l.chars().count() <= 80),
        "{said}"
    );
    assert_eq!(run(&["review", "coffee"], "r\n").0, 0);
    assert!(!folder.file("coffee/snapshots/one.snap.new").is_file());
    run(&["test", "coffee"], "");
    assert_eq!(run(&["review", "coffee"], "a\n").0, 0);
    assert_eq!(run(&["test", "coffee"], ""), (0, "1 passed, 0 failed\n".to_owned()));
    // Back again: `--accept` does both at once.
    folder.change(rules, "often         anyway", "rarely        anyway");
    assert_eq!(run(&["test", "coffee", "--accept"], "").0, 0);
    assert_eq!(run(&["test", "coffee", "--verbose"], "").1, "ok   one\n1 passed, 0 failed\n");
}

#[test]
fn what_is_missed_unknown_or_left_over_fails() {
    let folder = Folder::new("fails");
    let run = |arguments: &[&str]| ruleout(&folder.0, arguments, "");
    run(&["new", "coffee"]);
    folder.keep_one_case();
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
    fs::write(folder.file("coffee/snapshots/gone.snap"), "---\nsource: x\n---\nold\n").unwrap();
    fs::write(folder.file("coffee/cases/two.txt"), "seen: yes\n").unwrap();
    fs::write(folder.file("coffee/cases/one.eml"), "Subject: beside its case\n").unwrap();
    let (code, said) = run(&["test", "coffee", "--format", "json"]);
    assert!(code == 1 && said.contains("\"passed\": 1,\n  \"failed\": 2,"), "{said}");
    assert!(
        said.contains("the snapshot `gone.snap` belongs to no case") && said.contains("`two.txt` is no case")
    );
    fs::remove_file(folder.file("coffee/cases/two.txt")).unwrap();
    assert_eq!(run(&["test", "coffee", "--accept"]).0, 0);
    assert!(!folder.file("coffee/snapshots/gone.snap").exists());
    fs::write(folder.file("coffee/cases/one.json"), "{}").unwrap();
    let (code, said) = run(&["test", "coffee"]);
    assert!(code == 1 && said.contains("two cases are called `one`"), "{said}");
    let (code, said) = run(&["test", "coffee", "--filter", "nothing_like_it"]);
    assert!(code == 2 && said.contains("not called like"), "{said}");
}

#[test]
fn problems_are_mended_as_far_as_it_is_allowed() {
    let folder = Folder::new("mend");
    let run = |arguments: &[&str]| ruleout(&folder.0, arguments, "");
    run(&["new", "coffee"]);
    let rules = "coffee/coffee.ruleout";
    let whole = fs::read_to_string(folder.file(rules)).unwrap();
    folder.change(rules, "rarely        anyway", "rarly         anyway");
    let broken = fs::read_to_string(folder.file(rules)).unwrap();
    let (code, said) = run(&["check", "coffee"]);
    assert!(code == 1 && said.contains("1 can be mended by `--fix`"), "{said}");
    let (code, said) = run(&["check", "coffee", "--diff"]);
    assert!(code == 1 && said.contains("-  rarly         anyway\n+  rarely         anyway"), "{said}");
    assert_eq!(fs::read_to_string(folder.file(rules)).unwrap(), broken);
    let (code, said) = run(&["check", "coffee", "--fix"]);
    assert!(code == 0 && said.contains("1 mended"), "{said}");
    assert_eq!(
        fs::read_to_string(folder.file(rules)).unwrap().replace("rarely         ", "rarely        "),
        whole
    );
    // A name is a guess.
    let cause = whole.split("cause ").nth(1).unwrap().split(' ').next().unwrap();
    folder.change(rules, &format!("with {cause}"), &format!("with {cause}x"));
    let (code, said) = run(&["check", "coffee", "--fix"]);
    assert!(code == 1 && said.contains("0 mended"), "{said}");
    assert_eq!(run(&["check", "coffee", "--exit-zero"]).0, 0);
    let (code, said) = run(&["check", "coffee", "--fix", "--unsafe"]);
    assert!(code == 0 && said.contains("1 mended"), "{said}");
    assert_eq!(run(&["check", "coffee", "--unsafe"]).0, 2);
    assert_eq!(run(&["check", "--fix"]).0, 2);
}

#[test]
fn problems_are_written_in_several_forms_at_once() {
    let folder = Folder::new("forms");
    let run = |arguments: &[&str]| ruleout(&folder.0, arguments, "");
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
    let sarif: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.file("out.sarif")).unwrap()).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    let rule = result["ruleIndex"].as_u64().unwrap();
    assert_eq!(
        sarif["runs"][0]["tool"]["driver"]["rules"][usize::try_from(rule).unwrap()]["id"],
        result["ruleId"]
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "coffee/coffee.ruleout");
    let json: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.file("out.json")).unwrap()).unwrap();
    assert_eq!(place["region"]["startLine"], json["problems"][0]["line"]);
    assert_eq!(place["region"]["endColumn"], json["problems"][0]["end_column"]);
    let xml = fs::read_to_string(folder.file("out.xml")).unwrap();
    let xml = roxmltree::Document::parse(&xml).unwrap();
    let failures = xml.descendants().filter(|node| node.has_tag_name("failure")).count();
    assert_eq!(xml.root_element().attribute("failures"), Some(failures.to_string().as_str()));
    assert!(failures > 0);
    assert_eq!(run(&["check", "coffee", "--format", "sarif="]).0, 2);
}

#[test]
fn what_hangs_on_a_name_is_shown() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (code, said) = ruleout(here, &["usages", "paper.path_clear", "--pack", "rules/printer"], "");
    assert_eq!(code, 2, "{said}");
    let (code, said) = ruleout(here, &["usages", "jobs_wait", "--pack", "rules/printer"], "");
    assert_eq!(code, 0);
    insta::assert_snapshot!("usages", said);
    let (_, json) =
        ruleout(here, &["usages", "jobs_wait", "--pack", "rules/printer", "--format", "json"], "");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let kinds: Vec<&str> =
        json["things"].as_array().unwrap().iter().map(|t| t["kind"].as_str().unwrap()).collect();
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
    let folder = Folder::new("watch");
    ruleout(&folder.0, &["new", "coffee"], "");
    let watch = Command::new(env!("CARGO_BIN_EXE_ruleout"))
        .args(["watch", "coffee"])
        .current_dir(&folder.0)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut watch = Ends(watch);
    let mut lines = BufReader::new(watch.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next().unwrap(), "coffee: no problems · 3 cases as expected");
    folder.change("coffee/coffee.ruleout", "rarely        anyway", "often         anyway");
    let said = lines.next().unwrap();
    assert!(
        said.starts_with("coffee.ruleout: ") && said.contains(" moved: ") && said.contains(" → "),
        "{said}"
    );
    folder.change("coffee/coffee.ruleout", "often         anyway", "oftn          anyway");
    let said = lines.next().unwrap();
    assert!(
        said.contains("1 error · coffee/coffee.ruleout:") && said.contains("`oftn` is not a word here"),
        "{said}"
    );
}
