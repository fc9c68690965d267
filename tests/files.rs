//! What stands in folders besides the files of a pack, and how files are written: nothing hangs, nothing is lost, nothing that looks
//! like a part of the pack is passed over in silence.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use crate::support::folder::Folder;
use crate::support::pack::manifest;
use crate::support::program::{Ran, command, ruleout_in};

/// Rules with something that `--fix` puts right, and that `fmt` writes otherwise.
const MISSPELT: &str =
    "fact  jam: yes/no\nrule jam { usualy with paper  rarely anyway }\ncause paper \"Damp paper\" { rare }\n";

fn pack(rules: impl AsRef<[u8]>) -> Folder {
    let folder = Folder::new();
    folder.write("p/pack.ron", manifest("p"));
    folder.write("p/r.ruleout", rules);
    folder
}

fn run(folder: &Folder, arguments: &[&str]) -> Ran {
    ruleout_in(folder.root(), arguments, "")
}

/// Returns the names of what stands in a folder.
fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Every command that reads a pack, on the pack `p`.
const READERS: &[&[&str]] = &[
    &["check", "p"],
    &["diagnose", "--pack", "p", "facts.yaml"],
    &["test", "p"],
    &["facts", "--pack", "p"],
    &["graph", "--pack", "p"],
    &["fmt", "--check", "p"],
];

#[test]
fn what_is_no_file_ends_every_command_at_once() {
    let folder = pack(MISSPELT.replace("usualy", "usually"));
    folder.write("facts.yaml", "jam: yes\n");
    let at = folder.path("p/z.ruleout");
    let makes: [(&str, &dyn Fn()); 4] = [
        ("a pipe", &|| pipe(&at)),
        ("a socket", &|| drop(UnixListener::bind(&at).unwrap())),
        ("a device", &|| symlink("/dev/zero", &at).unwrap()),
        ("No such file", &|| symlink("nowhere", &at).unwrap()),
    ];
    for (what, make) in makes {
        make();
        for reader in READERS {
            let (code, said) = run(&folder, reader).said();
            assert!(code == 2 && said.contains("p/z.ruleout") && said.contains(what), "{reader:?} {said}");
        }
        fs::remove_file(&at).unwrap();
    }
    for at in ["p/cases/k.yaml", "p/snapshots/k.snap"] {
        fs::create_dir_all(folder.path(at).parent().unwrap()).unwrap();
        pipe(&folder.path(at));
        let (code, said) = run(&folder, &["test", "p"]).said();
        assert!(code == 2 && said.contains("it is a pipe, and no file"), "{said}");
        folder.remove(at);
    }
    folder.remove("p/pack.ron");
    pipe(&folder.path("p/pack.ron"));
    let (code, said) = run(&folder, &["check", "p"]).said();
    assert!(code == 2 && said.contains("p/pack.ron: it is a pipe, and no file"), "{said}");
}

#[test]
fn a_pipe_that_is_named_is_read() {
    let folder = pack(MISSPELT.replace("usualy", "usually"));
    let at = folder.path("facts.yaml");
    pipe(&at);
    let writer = std::thread::spawn(move || fs::write(at, "jam: yes\n").unwrap());
    let (code, said) = run(&folder, &["diagnose", "--pack", "p", "facts.yaml"]).said();
    writer.join().unwrap();
    assert!(code == 0 && said.contains("Damp paper"), "{said}");
    let ran = ruleout_in(
        folder.root(),
        &[
            "diagnose",
            "--pack",
            "p",
            "/dev/stdin",
            "--facts-format",
            "yaml",
            "--max-bytes",
            "18446744073709551615",
        ],
        "jam: yes\n",
    );
    assert_eq!(ran.said(), (code, said.replace("facts.yaml", "/dev/stdin")));
}

#[test]
fn what_editors_and_systems_leave_is_passed_over_quietly() {
    let folder = pack(MISSPELT.replace("usualy", "usually"));
    folder.write("facts.yaml", "jam: yes\n");
    run(&folder, &["fmt", "p"]);
    let before: Vec<_> = READERS.iter().map(|reader| run(&folder, reader).said()).collect();
    symlink("user@host.1:1", folder.path("p/.#r.ruleout")).unwrap();
    for name in [
        "._r.ruleout",
        ".backup.ruleout",
        "r.ruleout~",
        "#r.ruleout#",
        ".r.ruleout.swp",
        ".DS_Store",
        "~$r.ruleout",
    ] {
        folder.write(&format!("p/{name}"), b"\0\x05\x16\x07 no rules");
    }
    fs::create_dir(folder.path("p/.old.ruleout")).unwrap();
    assert_eq!(READERS.iter().map(|reader| run(&folder, reader).said()).collect::<Vec<_>>(), before);
    for name in [".DS_Store", "._k.yaml", "k.yaml~", "#k.yaml#", ".#k.yaml", "Thumbs.db"] {
        folder.write(&format!("p/cases/{name}"), "no case");
    }
    assert_eq!(READERS.iter().map(|reader| run(&folder, reader).said()).collect::<Vec<_>>(), before);
}

#[test]
fn what_looks_like_a_part_of_the_pack_and_is_not_read_is_said() {
    let folder = pack(MISSPELT.replace("usualy", "usually"));
    let others = [
        "sub/more.ruleout",
        "a/b/c/deep.ruleout",
        "B.RULEOUT",
        "C.Ruleout",
        "cases/sub/k.yaml",
        "cases/a/b/k.json",
        "snapshots/x/k.snap",
        "old.ruleout/x",
    ];
    for other in others {
        folder.write(&format!("p/{other}"), "fact  broken");
    }
    folder.write("p/cases/one.yaml", "expect: { first: paper, because: it is jammed }\njam: yes\n");
    folder.write("p/inner/pack.ron", manifest("inner"));
    folder.write("p/inner/own.ruleout", "fact  own: yes/no\n");
    folder.write("p/cases/sub/mail.eml", "what a case was made of\n");
    run(&folder, &["test", "p", "--accept"]);
    for reader in [["check", "p"], ["test", "p"]] {
        let (code, said) = run(&folder, &reader).said();
        assert_eq!(code, 0, "{said}");
        assert_eq!(said.matches("this is not read").count(), others.len(), "{said}");
        for other in others {
            let name = other.strip_suffix("/x").unwrap_or(other);
            assert!(said.contains(&format!("p/{name}:1:1")), "{other} {said}");
        }
    }
    let (_, said) = run(&folder, &["fmt", "p"]).said();
    assert!(
        said.contains("p/r.ruleout written anew") && said.contains("p/inner/own.ruleout written anew"),
        "{said}"
    );
    assert_eq!(folder.read("p/sub/more.ruleout"), "fact  broken");
    assert!(said.contains("p/sub/more.ruleout:1:1"), "{said}");
    // Who names it means it.
    folder.write("p/sub/more.ruleout", "fact   more: yes/no\n");
    assert_eq!(run(&folder, &["fmt", "p/sub"]).said(), (0, "p/sub/more.ruleout written anew\n".to_owned()));
}

#[test]
fn a_text_in_another_encoding_is_left_as_it_is() {
    let russian = "\u{421}\u{44b}\u{440}\u{430}\u{44f}";
    let cp1251: Vec<u8> = russian.chars().map(|c| u8::try_from(u32::from(c) - 0x350).unwrap()).collect();
    let utf16 = |order: fn(u16) -> [u8; 2]| MISSPELT.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let with = |bytes: &[u8]| [b"// ", bytes, b"\n", MISSPELT.as_bytes()].concat();
    let texts = [
        with(&cp1251),
        with(b"\x93quoted\x94 \x80"),
        with(b"na\xefve"),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        [b"\xff\xfe".to_vec(), utf16(u16::to_le_bytes)].concat(),
        with(b"\xff\xfe"),
        with(b"\xed\xa0\x80"),
    ];
    for text in texts {
        let folder = pack(&text);
        folder.write("p/other.ruleout", "cause other \"Other\" { rare }\nrule jam2 { usualy with other }\n");
        for arguments in [
            &["check", "p", "--fix"][..],
            &["check", "p", "--fix", "--unsafe"],
            &["fmt", "p"],
            &["fmt", "p/r.ruleout"],
        ] {
            let (code, said) = run(&folder, arguments).said();
            assert!(code == 1 && said.contains("UTF-8"), "{arguments:?} {said}");
            assert_eq!(fs::read(folder.path("p/r.ruleout")).unwrap(), text, "{arguments:?}");
        }
        // What else is wrong is fixed all the same.
        assert!(folder.read("p/other.ruleout").contains("usually"));
    }
}

#[test]
fn line_ends_and_marks_stay() {
    for (from, to) in [("\n", "\n"), ("\n", "\r\n"), ("\n", "\r")] {
        for mark in ["", "\u{feff}"] {
            let written = |text: &str| mark.to_owned() + &text.replace(from, to);
            let folder = pack(written(MISSPELT));
            assert_eq!(run(&folder, &["check", "p", "--fix"]).code, 0);
            let fixed = MISSPELT.replace("usualy", "usually");
            assert_eq!(folder.read("p/r.ruleout"), written(&fixed));
            assert_eq!(run(&folder, &["fmt", "p"]).said(), (0, "p/r.ruleout written anew\n".to_owned()));
            let text = folder.read("p/r.ruleout");
            assert_eq!(
                text.matches(to).count(),
                text.lines().count().max(text.matches('\r').count()),
                "{text:?}"
            );
            assert_eq!(text.starts_with('\u{feff}'), !mark.is_empty());
            assert_eq!(run(&folder, &["fmt", "--check", "p"]).said(), (0, String::new()), "{text:?}");
        }
    }
}

#[test]
fn fixing_stays_in_the_folder() {
    for arguments in [
        ["check", ".", "--fix"],
        ["check", "../mine", "--fix"],
        ["check", "./", "--fix"],
        ["check", "sub/..", "--fix"],
    ] {
        let folder = Folder::new();
        folder
            .write("mine/pack.ron", manifest("mine").replace("language: 1", "language: 1, uses: [\"base\"]"));
        folder.write("base/pack.ron", manifest("base"));
        folder.write("base/r.ruleout", MISSPELT);
        folder.write("mine/own.ruleout", "cause roller \"A worn roller\" { rare  shows jam usualy }\n");
        folder.write("home/bashrc", "# a comment\nfact  x: yes/no\n");
        fs::create_dir(folder.path("mine/sub")).unwrap();
        folder.write("mine/sub/inside", "cause tray \"The tray\" { rare  shows jam usualy }\n");
        symlink("../home/bashrc", folder.path("mine/out.ruleout")).unwrap();
        symlink("sub/inside", folder.path("mine/in.ruleout")).unwrap();
        let ran = ruleout_in(&folder.path("mine"), &arguments, "");
        assert!(
            ran.err.contains("out.ruleout is left as it is: it is a link that leads out of the pack"),
            "{}",
            ran.err
        );
        assert_eq!(folder.read("base/r.ruleout"), MISSPELT);
        assert_eq!(folder.read("home/bashrc"), "# a comment\nfact  x: yes/no\n");
        assert!(folder.read("mine/own.ruleout").contains("usually"));
        assert!(folder.read("mine/sub/inside").contains("usually"));
        assert!(folder.path("mine/in.ruleout").is_symlink() && folder.path("mine/out.ruleout").is_symlink());
        folder.write("home/bashrc", "fact  x: yes/no\n");
        let (_, said) = ruleout_in(&folder.path("mine"), &["fmt"], "").said();
        assert!(said.contains("it is a link that leads out of ."), "{said}");
        assert_eq!(folder.read("home/bashrc"), "fact  x: yes/no\n");
        // Who names the link means what it leads to.
        assert_eq!(ruleout_in(&folder.path("mine"), &["fmt", "out.ruleout"], "").code, 0);
        assert_eq!(folder.read("home/bashrc"), "fact x: yes/no\n");
        assert!(folder.path("mine/out.ruleout").is_symlink());
    }
}

#[test]
fn nothing_beside_a_file_is_touched() {
    let folder = Folder::new();
    for name in ["x.ruleout.new", "x.ruleout.tmp", "x.ruleout~", ".x.ruleout.tmp", ".ruleout.tmp"] {
        folder.write(name, "mine");
    }
    folder.write("victim", "victim");
    symlink("victim", folder.path(".ruleout-linked.tmp")).unwrap();
    symlink("victim", folder.path(".ruleout-abcdef.tmp")).unwrap();
    pipe(&folder.path(".ruleout-abcdeg.tmp"));
    let before = names(folder.root());
    folder.write("x.ruleout", "fact   a:   yes/no\n");
    assert_eq!(run(&folder, &["fmt", "x.ruleout"]).code, 0);
    assert_eq!(folder.read("x.ruleout"), "fact a: yes/no\n");
    folder.remove("x.ruleout");
    assert_eq!(names(folder.root()), before);
    assert_eq!(folder.read("victim"), "victim");
}

#[test]
fn what_a_killed_program_left_goes_away() {
    let folder = Folder::new();
    folder.write(".ruleout-aB3dE6.tmp", "half");
    folder.write(".ruleout-folder.tmp/pack.ron", "half");
    let held = fs::File::create(folder.path(".ruleout-locked.tmp")).unwrap();
    held.lock().unwrap();
    folder.write("x.ruleout", "fact   a:   yes/no\n");
    run(&folder, &["fmt", "x.ruleout"]);
    assert_eq!(names(folder.root()), [".ruleout-locked.tmp", "x.ruleout"]);
}

#[test]
fn mode_owner_and_names_stay_or_the_file_is_refused() {
    let folder = Folder::new();
    let at = folder.path("x.ruleout");
    for mode in [0o640, 0o600, 0o755, 0o664] {
        folder.write("x.ruleout", "fact   a:   yes/no\n");
        fs::set_permissions(&at, Permissions::from_mode(mode)).unwrap();
        assert_eq!(run(&folder, &["fmt", "x.ruleout"]).code, 0);
        let new = fs::metadata(&at).unwrap();
        assert_eq!((new.mode() & 0o7777, folder.read("x.ruleout").as_str()), (mode, "fact a: yes/no\n"));
        fs::set_permissions(&at, Permissions::from_mode(0o644)).unwrap();
    }
    folder.write("x.ruleout", "fact   a:   yes/no\n");
    fs::set_permissions(&at, Permissions::from_mode(0o444)).unwrap();
    let (code, said) = run(&folder, &["fmt", "x.ruleout"]).said();
    assert!(code == 2 && said.contains("it is read-only"), "{said}");
    fs::set_permissions(&at, Permissions::from_mode(0o644)).unwrap();
    fs::hard_link(&at, folder.path("other")).unwrap();
    let (code, said) = run(&folder, &["fmt", "x.ruleout"]).said();
    assert!(code == 2 && said.contains("several names"), "{said}");
    assert_eq!(folder.read("other"), "fact   a:   yes/no\n");
    folder.remove("other");
    // Only the superuser gives files away.
    if std::os::unix::fs::chown(&at, Some(12345), Some(54321)).is_ok() {
        assert_eq!(run(&folder, &["fmt", "x.ruleout"]).code, 0);
        let new = fs::metadata(&at).unwrap();
        assert_eq!((new.uid(), new.gid()), (12345, 54321));
    }
    pipe(&folder.path("pipe.ruleout"));
    assert_eq!(run(&folder, &["fmt", "."]).code, 2);
    assert_eq!(names(folder.root()), ["pipe.ruleout", "x.ruleout"]);
}

#[test]
fn outputs_go_to_files_links_and_devices() {
    let folder = pack(MISSPELT);
    symlink("there.json", folder.path("link")).unwrap();
    folder.write("there.json", "old");
    fs::create_dir_all(folder.path("deep/er")).unwrap();
    let ran = run(
        &folder,
        &[
            "check",
            "p",
            "--format",
            "json=link",
            "--format",
            "json=/dev/stdout",
            "--format",
            "json=deep/er/new.json",
        ],
    );
    assert!(folder.path("link").is_symlink());
    let written = folder.read("there.json");
    assert_eq!((ran.out.contains(&written), &folder.read("deep/er/new.json")), (true, &written));
    let (code, said) = run(&folder, &["check", "p", "--format", "json=p"]).said();
    assert!(code == 2 && said.contains("cannot write p"), "{said}");
    let (code, said) = run(&folder, &["check", "p", "--format", "json=/dev/full"]).said();
    assert!(code == 2 && said.contains("cannot write /dev/full"), "{said}");
}

#[test]
fn accepting_deletes_snapshots_and_nothing_else() {
    let folder = Folder::with_pack("printer");
    for name in ["notes.txt", "kept.snap.orig", "README"] {
        folder.write(&format!("printer/snapshots/{name}"), "keep");
    }
    folder.write("printer/snapshots/gone.snap", "---\nsource: x\n---\nold\n");
    let (code, said) = run(&folder, &["test", "printer", "--accept"]).said();
    assert!(code == 0 && said.contains("deleted  snapshots/gone.snap"), "{said}");
    assert!(said.contains("`notes.txt` is no snapshot"), "{said}");
    for name in ["notes.txt", "kept.snap.orig", "README"] {
        assert_eq!(folder.read(&format!("printer/snapshots/{name}")), "keep");
    }
    assert!(!folder.path("printer/snapshots/gone.snap").exists());
}

#[test]
fn snapshots_behind_a_link_are_refused() {
    let folder = Folder::with_pack("printer");
    fs::rename(folder.path("printer/snapshots"), folder.path("elsewhere")).unwrap();
    symlink("../elsewhere", folder.path("printer/snapshots")).unwrap();
    let one = names(&folder.path("elsewhere")).remove(0);
    folder.write(&format!("elsewhere/{one}"), "---\n---\nanother answer\n");
    folder.write("elsewhere/gone.snap", "not of this pack");
    let before = names(&folder.path("elsewhere"));
    let (code, said) = run(&folder, &["test", "printer", "--accept"]).said();
    assert!(code == 2 && said.contains("a link leads out of the folder"), "{said}");
    assert_eq!(names(&folder.path("elsewhere")), before);
    // One file that is a link.
    fs::remove_file(folder.path("printer/snapshots")).unwrap();
    fs::create_dir(folder.path("printer/snapshots")).unwrap();
    symlink(format!("../../elsewhere/{one}"), folder.path(&format!("printer/snapshots/{one}"))).unwrap();
    assert_eq!(run(&folder, &["test", "printer", "--accept"]).code, 2);
    assert_eq!(folder.read(&format!("elsewhere/{one}")), "---\n---\nanother answer\n");
}

/// Runs the program where no file may be longer than so many blocks of 512 or 1,024 bytes.
fn within_blocks(folder: &Folder, blocks: u32, arguments: &str) -> (i32, String) {
    let program = env!("CARGO_BIN_EXE_ruleout");
    let shell = format!("ulimit -f {blocks}; exec {program} {arguments}");
    let ran = Command::new("sh").args(["-c", &shell]).current_dir(folder.root()).output().unwrap();
    (ran.status.code().unwrap_or(-1), String::from_utf8_lossy(&ran.stderr).into_owned())
}

#[test]
fn what_cannot_be_written_whole_leaves_the_old_and_nothing_beside_it() {
    let folder = Folder::with_pack("printer");
    let of = |name: &str| format!("printer/snapshots/{name}");
    let one = names(&folder.path("printer/snapshots")).remove(0);
    folder.write(&of(&one), "---\n---\nanother answer\n");
    let before = names(&folder.path("printer/snapshots"));
    let (code, said) = within_blocks(&folder, 1, "test printer --accept");
    assert!(code == 2 && said.contains("cannot write printer/snapshots/"), "{code} {said}");
    assert_eq!(folder.read(&of(&one)), "---\n---\nanother answer\n");
    assert_eq!(names(&folder.path("printer/snapshots")), before);
    let long = format!("fact   a:   yes/no\n{}", "// a comment that makes the file long\n".repeat(100));
    folder.write("x.ruleout", &long);
    assert_eq!(within_blocks(&folder, 1, "fmt x.ruleout").0, 2);
    assert_eq!(folder.read("x.ruleout"), long);
    assert_eq!(within_blocks(&folder, 0, "new coffee").0, 2);
    assert_eq!(within_blocks(&folder, 0, "new coffee --in a/b").0, 2);
    assert_eq!(names(folder.root()), ["printer", "x.ruleout"]);
    assert_eq!(run(&folder, &["new", "coffee"]).code, 0);
    let mode = fs::metadata(folder.path("printer")).unwrap().mode();
    assert_eq!(fs::metadata(folder.path("coffee")).unwrap().mode(), mode);
}

#[test]
fn names_that_are_no_text_are_read_and_written() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = pack("");
    let name = std::ffi::OsStr::from_bytes(b"p/\xff.ruleout");
    fs::write(folder.root().join(name), MISSPELT).unwrap();
    assert_eq!(run(&folder, &["check", "p", "--fix"]).code, 0);
    assert!(fs::read_to_string(folder.root().join(name)).unwrap().contains("usually"));
    let ran = command(folder.root(), &["fmt"]).arg(name).output().unwrap();
    assert!(ran.status.success());
}

/// What a text may hold that acts on a terminal, or hides there.
const HARMFUL: &str = "\u{1b}[31mR\u{1b}]0;x\u{7}\u{8}\u{9b}2J\u{7f}\u{202e}\u{2066}\u{200b}\u{feff}\u{ad}\u{e0041}\u{fdd0}[31mR";

/// Writes JSON as a program does that keeps to plain letters.
fn json(value: &serde_json::Value) -> String {
    let unit = |unit: u16| match u8::try_from(unit).ok().filter(|byte| (b' '..0x7f).contains(byte)) {
        Some(byte) => char::from(byte).to_string(),
        None => format!("\\u{unit:04x}"),
    };
    value.to_string().encode_utf16().map(unit).collect::<Vec<_>>().concat()
}

/// A pack with that in every text, facts with it, and a case.
fn harmful() -> Folder {
    let text = |what: &str| format!("\"{what} {HARMFUL}\"");
    let rules = [
        format!("// a comment {HARMFUL}\n"),
        format!("fact jam: yes/no {{ ask {} }}\nfact said: text {{ ask {} }}\n", text("Jam?"), text("What?")),
        format!("symptom says {} when said contains \"error\"\n", text("It says")),
        "rule jam { usually with paper  rarely anyway }\nrule says { usually with paper  rarely anyway }\n"
            .to_owned(),
        format!(
            "cause paper {} {{ rare  fix dry }}\ncause other {} {{ common }}\n",
            text("Damp"),
            text("Other")
        ),
        format!("fix dry {} {{ by user  takes 5 min  step {} }}\n", text("Dry"), text("step")),
    ];
    let folder = pack(rules.concat());
    let facts = serde_json::json!({ "jam": true, "said": format!("error {HARMFUL}") });
    folder.write("facts.json", json(&facts));
    folder.write(
        "unknown.json",
        json(&serde_json::json!({ format!("k{HARMFUL}"): 1, "said": { "a": HARMFUL } })),
    );
    let case = serde_json::json!({ "jam": true, "expect": { "first": "other", "because": HARMFUL } });
    folder.write("p/cases/one.json", json(&case));
    folder
}

#[test]
fn no_text_acts_on_a_terminal() {
    let folder = harmful();
    let (argument, option) = (format!("x{HARMFUL}"), format!("--x{HARMFUL}"));
    let (argument, option) = (argument.as_str(), option.as_str());
    let commands: &[&[&str]] = &[
        &["check", "p"],
        &["check", "p", "--format", "github"],
        &["check", "p", "--format", "json"],
        &["check", "p", "--format", "sarif"],
        &["check", argument],
        &["check", option],
        &["diagnose", "--pack", "p", "facts.json", "--all", "--rules"],
        &["diagnose", "--pack", "p", "facts.json", "--why"],
        &["diagnose", "--pack", "p", "facts.json", "--format", "json"],
        &["diagnose", "--pack", "p", "facts.json", "--format", argument],
        &["diagnose", "--pack", "p", "unknown.json"],
        &["why-not", "other", "--pack", "p", "facts.json"],
        &["why-not", argument, "--pack", "p", "facts.json"],
        &["facts", "--pack", "p", "--details"],
        &["facts", "--pack", "p", "--template"],
        &["graph", "--pack", "p"],
        &["usages", "jam", "--pack", "p"],
        &["usages", argument, "--pack", "p"],
        &["test", "p"],
        &["test", "p", "--format", "json"],
        &["review", "p"],
        &["fmt", "--diff", "p"],
        &["fmt", argument],
        &["explain", argument],
        &["new", argument],
        &["ask", "--pack", "p", "--line", "facts.json"],
        &["ask", "--pack", "p", "--message"],
        &["ask", "--pack", "p", "--answers", "facts.json"],
        &[argument],
    ];
    let our_own = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    let acts = |c: char| {
        c.is_control() && c != '\n'
            || matches!(
                c,
                '\u{200b}' | '\u{feff}' | '\u{ad}' | '\u{202e}' | '\u{2066}' | '\u{e0041}' | '\u{fdd0}'
            )
    };
    let mut shown = 0;
    for arguments in commands {
        for colour in ["0", "1"] {
            let mut ran = command(folder.root(), arguments);
            ran.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
            if colour == "1" {
                ran.env("CLICOLOR_FORCE", "1");
            }
            let ran = ran.output().unwrap();
            let text = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
            assert!(!text.contains("\u{1b}[31mR"), "{arguments:?} {text:?}");
            let text = our_own.replace_all(&text, if colour == "1" { "" } else { "\u{1b}" });
            let found = text.char_indices().find(|(_, c)| acts(*c));
            assert_eq!(found, None, "{arguments:?} {text:?}");
            shown += text.matches('␛').count();
        }
    }
    assert!(shown > 100, "{shown}");
}

#[test]
fn what_is_for_programs_is_written_byte_by_byte() {
    let folder = harmful();
    let text = folder.read("p/r.ruleout");
    folder.write("x.ruleout", &text);
    let by_pipe = ruleout_in(folder.root(), &["fmt", "-"], &text);
    assert_eq!(run(&folder, &["fmt", "x.ruleout"]).code, 0);
    assert_eq!((by_pipe.code, by_pipe.out), (0, folder.read("x.ruleout")));
    let ran = run(&folder, &["diagnose", "--pack", "p", "facts.json", "--format", "json"]);
    let json = ran.out;
    assert!(
        json.contains(
            r"\u001b[31mR\u001b]0;x\u0007\b\u009b2J\u007f\u202e\u2066\u200b\ufeff\u00ad\udb40\udc41"
        ),
        "{json} {}",
        ran.err
    );
}

#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let folder = pack(MISSPELT.replace("usualy", "usually"));
    folder.write("facts.yaml", "jam: yes\n");
    let commands: &[&[&str]] = &[
        &["diagnose", "--pack", "p", "facts.yaml"],
        &["diagnose", "--pack", "p", "facts.yaml", "--format", "json"],
        &["diagnose", "--pack", "p", "facts.yaml", "--format", "html"],
        &["check", "p"],
        &["check", "p", "--format", "json"],
        &["check", "p", "--exit-zero"],
        &["why-not", "paper", "--pack", "p", "facts.yaml"],
        &["facts", "--pack", "p"],
        &["facts", "--template"],
        &["graph", "--pack", "p"],
        &["graph", "--format", "svg"],
        &["schema"],
        &["usages", "jam", "--pack", "p"],
        &["explain"],
        &["explain", "no-fix"],
        &["fmt", "--check", "p"],
        &["review", "p"],
        &["watch", "p"],
        &["ask", "--pack", "p", "--line"],
        &["man"],
        &["completions", "bash"],
        &["--help"],
        &["--version"],
        &["check", "--help"],
    ];
    for arguments in commands {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ran = command(folder.root(), arguments)
            .stdin(std::process::Stdio::null())
            .stdout(full)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(
            ran.status.code() == Some(2) && said.contains("cannot write to standard output"),
            "{arguments:?} {said}"
        );
        // Nobody reads any more: that is no failure.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran = command(folder.root(), arguments)
            .stdin(std::process::Stdio::null())
            .stdout(writer)
            .output()
            .unwrap();
        assert!(
            ran.status.code().is_some_and(|code| code < 2)
                && !String::from_utf8_lossy(&ran.stderr).contains("cannot write"),
            "{arguments:?}"
        );
    }
}
