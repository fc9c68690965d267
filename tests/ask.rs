//! `ruleout ask`: the one message, the interview by lines, and played from a file.

use crate::support::folder::Folder;
use crate::support::program::{self, Ran};
use crate::support::snapshot::snapshot;

/// Runs `ruleout ask` in the folder of the project; its exit code and what it writes on both ways.
fn ask(arguments: &[&str], input: &str) -> (i32, String, String) {
    let root = env!("CARGO_MANIFEST_DIR").as_ref();
    let Ran { code, out, err } = program::ruleout_in(root, &[&["ask"], arguments].concat(), input);
    (code, out, err)
}

const PRINTER: [&str; 2] = ["--pack", "rules/printer"];

#[test]
fn the_one_message() {
    let (code, mailflow, _) = ask(&["--message"], "");
    let (_, late, _) =
        ask(&["--message", "-", "--facts-format", "yaml"], "problem.kind: [delayed]\nimpact.users: all\n");
    let (_, printer, _) = ask(&["--message", PRINTER[0], PRINTER[1]], "");
    assert_eq!(code, 0);
    snapshot("ask_message", &[mailflow.as_str(), &late, &printer].join("\n----\n\n"));
    assert!(mailflow.lines().all(|line| line.chars().count() <= 72), "{mailflow}");
    let (code, said, _) = ask(&["--message", "rules/mailflow/cases/directory_sync_gap.yaml"], "");
    assert!(code == 0 && said.starts_with("No remaining question is worth asking"), "{said}");
    let (code, said, told) = ask(&["--message", "rules/mailflow/cases/contradictory_delay.yaml"], "");
    assert!(code == 1 && said.is_empty() && told.contains("cannot all be true"), "{told}");
}

#[test]
fn the_message_as_json() {
    let (_, said, _) = ask(&["--message", "--format", "json", PRINTER[0], PRINTER[1]], "");
    let read: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(read["visits"][0]["questions"][0]["fact"], "print.result");
    assert_eq!(read["visits"][0]["questions"][1]["number"], 2);
    assert!(read["text"].as_str().unwrap().contains("  2. What does the display say?"));
}

#[test]
fn a_file_plays_the_person() {
    let folder = Folder::new();
    let known = folder.write("known.yaml", "print.result: stops_midway\npaper.damp: no\nqueue.jobs: 7\n");
    let arguments = ["--answers", known.to_str().unwrap(), PRINTER[0], PRINTER[1]];
    let (code, printer, _) = ask(&arguments, "");
    let (_, mailflow, _) = ask(&["--answers", "rules/mailflow/cases/directory_sync_gap.yaml"], "");
    assert_eq!(code, 0);
    snapshot("ask_answers", &[printer.as_str(), &mailflow].join("\n----\n\n"));
    assert_eq!(ask(&arguments, "").1, printer);
    let (_, said, _) = ask(&[&arguments[..], &["--format", "json"]].concat(), "");
    let read: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(read["turns"][0]["name"], "print.result");
    assert_eq!(read["turns"][1]["answer"], serde_json::Value::Null);
    assert_eq!(read["answer"]["schema_version"], 1);
    let first = &read["answer"]["causes"][0];
    let last = read["turns"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["first"]["name"], &last["first"]["low"]), (&first["name"], &first["low"]));
    assert_eq!(last["minutes"], read["minutes"]);
}

#[test]
fn what_was_tried_in_vain_is_played_too() {
    let folder = Folder::new();
    let played = |name: &str, known: &str| {
        let known = folder.write(name, known);
        ask(&["--answers", known.to_str().unwrap(), PRINTER[0], PRINTER[1]], "")
    };
    let known = "print.result: stops_midway\ndisplay.text: paper jam\ntried: { clear_jam: still_broken }\n";
    let (code, said, _) = played("tried.yaml", known);
    assert!(code == 0 && said.contains("[clear_jam]\n     still_broken"), "{said}");
    let (code, said, told) = played("wrong.yaml", "print.result: nothin\n");
    assert!(code == 1 && said.is_empty() && told.contains("did you mean `nothing`?"), "{told}");
    let (code, _, told) = ask(&["--answers", "nowhere.yaml"], "");
    assert!(code == 2 && told.contains("cannot read nowhere.yaml"), "{told}");
}

#[test]
fn line_by_line_with_every_word() {
    let folder = Folder::new();
    let saved = folder.write("saved.yaml", "");
    let name = saved.to_str().unwrap();
    let input = format!(
        "?\n1\nnothing like it\nskip\nback\n= it says jam\nundo\nwhy\nplan\nsave {name}\nsave! {name}\nn/a\nquit\nquit\nunread\n"
    );
    let (code, said, _) = ask(&PRINTER, &input);
    assert_eq!(code, 0, "{said}");
    for expected in [
        "save FILE   save what is recorded",
        "→ Not clear yet",
        "Why: ",
        "What to do",
        "is there already",
        "saved in",
        "`quit` again leaves it",
        "Likeliest so far",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    assert!(!said.contains('\u{1b}'));
    assert!(folder.read("saved.yaml").starts_with("print.result: nothing\n"));
    let (code, said, _) = ask(&["--pack", "rules/printer", name], "");
    assert!(code == 0 && said.contains("Ask first"), "{said}");
}

#[test]
fn hostile_lines_are_answered() {
    let long = "x".repeat(200_000);
    let input = format!(
        "99\n{long}\n{{ not: \n[[[[\n漢字\u{200b}\u{301}\n=\nback\nundo\nsave /\nsave t.json\nsave\n\n"
    );
    let (code, said, _) = ask(&PRINTER, &input);
    assert!(
        code == 0 && said.contains("is not one of them") && said.contains("this is the first question"),
        "{code}"
    );
    assert!(said.contains("end the name in `.yaml`") && said.contains("is a folder"), "{said}");
    let (code, said, _) = ask(&["rules/mailflow/cases/contradictory_delay.yaml"], "3\n20 s\n");
    assert!(code == 0 && said.contains("3  answer delivery.delay again"), "{said}");
    let (code, ..) = ask(&["rules/mailflow/cases/contradictory_delay.yaml"], "");
    assert_eq!(code, 1);
}

#[test]
fn a_folder_that_is_not_there_is_not_made() {
    let folder = Folder::new();
    let nowhere = folder.path("nowhere");
    let place = nowhere.to_str().unwrap();
    let (_, said, _) = ask(&PRINTER, &format!("1\nsave {place}/t.yaml\nquit\nquit\n"));
    assert!(said.contains(&format!("there is no folder {place}")), "{said}");
    let sarif = format!("sarif={place}/p.sarif");
    for arguments in [&["new", "tea", "--in", place][..], &["check", "rules/printer", "--format", &sarif]] {
        let Ran { code, err, .. } = program::ruleout(arguments);
        assert!(code == 2 && err.contains(&format!("there is no folder {place}")), "{err}");
    }
    assert!(!nowhere.exists());
}

#[test]
fn the_interview_by_lines_survives_letters_in_another_encoding() {
    let folder = Folder::new();
    let input = folder.write("latin", b"1\n\xe4\xff\nquit\nquit\n");
    let mut command = program::command(std::path::Path::new("."), &["ask", "--pack", "rules/printer"]);
    let ran = command.stdin(std::fs::File::open(input).unwrap()).output().unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.status.code() == Some(0) && said.contains("`quit` again leaves it"), "{said}");
}

#[test]
fn what_does_not_go_together_is_told() {
    let (code, _, told) = ask(&["--format", "json"], "");
    assert!(code == 2 && told.contains("`--message` or `--answers FILE`"), "{told}");
    let (code, _, told) = ask(&["-", "--facts-format", "yaml"], "");
    assert!(code == 2 && told.contains("give the facts as a file"), "{told}");
    assert_eq!(ask(&["--message", "--line"], "").0, 2);
}
