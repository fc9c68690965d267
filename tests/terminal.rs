//! `ruleout ask` on terminals: what signals, closed windows, sizes and keys do to it.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, waitid};

use crate::support::folder::Folder;
use crate::support::terminal::{Run, Terminal};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ruleout");
/// What the printer's first question is, and how the screen begins.
const QUESTION: &str = "What comes out";
const HEAD: &str = "ruleout ask · printer";
const ASK: [&str; 3] = ["ask", "--pack", "printer"];
const KEPT: &str = "state/ruleout/ask/printer.yaml";

fn run<'a>(folder: &'a Folder, arguments: &'a [&'a str]) -> Run<'a> {
    Run { folder: folder.root(), program: PROGRAM, arguments, term: "xterm-256color", size: (100, 30) }
}

/// The interview on the whole screen, at its first question.
fn ask(folder: &Folder) -> Terminal {
    let mut terminal = Terminal::new(&run(folder, &ASK));
    terminal.shows(HEAD);
    terminal.shows(QUESTION);
    terminal
}

/// The same with one answer, which is kept.
fn answered(folder: &Folder) -> Terminal {
    let mut terminal = ask(folder);
    terminal.send("1");
    terminal.shows("1 recorded");
    terminal
}

fn kept(folder: &Folder) -> String {
    folder.read(KEPT)
}

/// Answers the first question, closes the terminal, and finds the program ended and the answer kept.
fn a_closed_terminal_ends(arguments: &[&str], answer: &str, recorded: &str) {
    let folder = Folder::with_pack("printer");
    for start in [Terminal::new, Terminal::without_session] {
        let mut terminal = start(&run(&folder, arguments));
        terminal.shows(QUESTION);
        terminal.send(answer);
        terminal.shows(recorded);
        let before = processor(terminal.pid());
        let mut child = terminal.close();
        assert_eq!(ended(&mut child, before), Some(129));
        assert!(kept(&folder).contains("\nprint.result: nothing\n"), "{}", kept(&folder));
        folder.remove(KEPT);
    }
}

#[test]
fn a_closed_terminal_ends_it_at_once_and_keeps_what_was_answered() {
    a_closed_terminal_ends(&ASK, "1", "1 recorded");
}

#[test]
fn a_closed_terminal_ends_the_interview_by_lines_too() {
    a_closed_terminal_ends(&["ask", "--line", "--pack", "printer"], "1\n", " · 1 recorded");
}

/// Waits for the end of a program; it must not take the processor any more.
fn ended(child: &mut Child, before: Duration) -> Option<i32> {
    let begin = Instant::now();
    let id = WaitId::Pid(Pid::from_child(child));
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    while waitid(id.clone(), options).unwrap().is_none() {
        assert!(begin.elapsed() < Duration::from_mins(1), "goes on without a terminal");
        std::thread::yield_now();
    }
    let took = processor(Pid::from_child(child)).saturating_sub(before);
    assert!(took < Duration::from_millis(300), "{took:?}");
    child.wait().unwrap().code()
}

/// Returns how long a process has used a processor, in hundredths of a second; nothing where the system has no such file.
fn processor(pid: Pid) -> Duration {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())) else {
        return Duration::ZERO;
    };
    let behind_the_name = stat.rsplit_once(')').unwrap().1;
    let ticks = behind_the_name.split_whitespace().skip(11).take(2).map(|n| n.parse::<u64>().unwrap());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}

#[test]
fn every_signal_that_ends_it_gives_the_terminal_back_and_keeps_the_answers() {
    for (signal, code) in [(Signal::INT, 130), (Signal::HUP, 129), (Signal::TERM, 143)] {
        let folder = Folder::with_pack("printer");
        let mut terminal = answered(&folder);
        assert!(terminal.is_whole_screen());
        terminal.signal(signal);
        assert_eq!(terminal.ends(), Some(code));
        assert!(!terminal.is_whole_screen());
        let said = terminal.text().replace('\n', "");
        assert!(said.contains("What you answered is kept in"), "{}", terminal.text());
        assert!(kept(&folder).contains("\nprint.result: nothing\n"));

        let mut lines = Terminal::new(&run(&folder, &["ask", "--line", "--pack", "printer"]));
        lines.shows("An interview broke off. 1 answer");
        lines.send("n\n");
        lines.shows(QUESTION);
        lines.send("2\n");
        lines.shows(" · 1 recorded");
        lines.signal(signal);
        assert_eq!(lines.ends(), Some(code));
        assert!(folder.read("state/ruleout/ask/printer.2.yaml").contains("print.result: "));
        assert!(kept(&folder).contains("\nprint.result: nothing\n"));
    }
}

#[test]
fn a_signal_is_noticed_behind_the_beginning_of_a_character_or_a_paste() {
    for begun in [&b"\xff"[..], b"\xff\xfe", b"\xc3", b"\xe6\xbc", b"\x1b[", b"\x1b[200~abc"] {
        let folder = Folder::with_pack("printer");
        let mut terminal = answered(&folder);
        terminal.send(begun);
        terminal.signal(Signal::TERM);
        assert_eq!(terminal.ends(), Some(143), "{begun:?}");
        assert!(!terminal.is_whole_screen());
    }
}

#[test]
fn what_broke_off_is_offered_and_gone_on_from() {
    let folder = Folder::with_pack("printer");
    let mut terminal = answered(&folder);
    terminal.signal(Signal::TERM);
    terminal.ends();
    let mode = |name: &str| folder.path(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!([mode(KEPT), mode("state/ruleout/ask")], [0o600, 0o700]);

    let mut terminal = Terminal::new(&run(&folder, &ASK));
    terminal.shows("An interview broke off. 1 answer");
    // Nobody else is offered what somebody goes on from.
    terminal.send("\n");
    terminal.shows("1 recorded");
    let mut other = ask(&folder);
    other.send("2");
    other.shows("1 recorded");
    assert!(folder.path("state/ruleout/ask/printer.2.yaml").exists());
    other.send("\x03y");
    assert_eq!(other.ends(), Some(0));
    assert!(!folder.path("state/ruleout/ask/printer.2.yaml").exists());

    // What was not saved is still not saved.
    terminal.send(b"\x03");
    terminal.shows("What is recorded is not saved");
    terminal.send("s");
    terminal.shows("Save as");
    terminal.send("\r");
    assert_eq!(terminal.ends(), Some(0));
    assert!(folder.read("ticket.yaml").contains("print.result: nothing"));
    assert!(!folder.path(KEPT).exists());
    ask(&folder);
}

#[test]
fn what_broke_off_can_be_left_or_deleted() {
    let folder = Folder::with_pack("printer");
    folder.write(KEPT, "print.result: nothing\n");
    let mut terminal = Terminal::new(&run(&folder, &ASK));
    terminal.shows("An interview broke off");
    terminal.send("what\n");
    terminal.until("asked again", |terminal| terminal.text().matches("Go on from there?").count() == 2);
    terminal.send("n\n");
    terminal.shows("0 recorded");
    terminal.send("q");
    assert_eq!(terminal.ends(), Some(0));
    assert_eq!(kept(&folder), "print.result: nothing\n");
    let mut terminal = Terminal::new(&run(&folder, &ASK));
    terminal.shows("Go on from there?");
    terminal.send("d\n");
    terminal.shows("0 recorded");
    assert!(!folder.path(KEPT).exists());
}

#[test]
fn what_broke_off_is_offered_to_nobody_whom_it_does_not_fit() {
    let folder = Folder::with_pack("printer");
    folder.write("one.yaml", "paper.damp: no\n");
    folder.write("other.yaml", "paper.damp: no\n");
    // Of another fact file,
    let mut terminal = Terminal::new(&run(&folder, &["ask", "--pack", "printer", "one.yaml"]));
    terminal.shows("1 recorded");
    terminal.send("1");
    terminal.shows("2 recorded");
    terminal.signal(Signal::TERM);
    terminal.ends();
    let mut terminal = Terminal::new(&run(&folder, &["ask", "--pack", "printer", "other.yaml"]));
    terminal.shows("1 recorded");
    let mut terminal = Terminal::new(&run(&folder, &["ask", "--pack", "printer", "one.yaml"]));
    terminal.shows("2 answers to");
    terminal.send("y\n");
    terminal.shows("2 recorded");
    drop(terminal);
    // and of a pack that has changed so much that it does not read.
    folder.write(KEPT, "print.result: melts\n");
    let mut terminal = Terminal::new(&run(&folder, &ASK));
    terminal.shows("0 recorded");
    terminal.send("1");
    terminal.shows("1 recorded");
    terminal.send("\x03y");
    terminal.ends();
    assert!(String::from_utf8_lossy(&terminal.written).contains("does not fit this pack"));
    assert_eq!(kept(&folder), "print.result: melts\n");
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_fg_draws_it_again() {
    let folder = Folder::with_pack("printer");
    let shell = Run { program: "sh", ..run(&folder, &["-i"]) };
    let mut terminal = Terminal::new(&shell);
    terminal.shows("$ ");
    // A shell that waits for the program is stopped with it.
    for line in
        [format!("{PROGRAM} ask --pack printer\n"), format!("sh -c '{PROGRAM} ask --pack printer; true'\n")]
    {
        terminal.send(line);
        terminal.until(HEAD, |terminal| terminal.is_whole_screen() && terminal.text().contains(QUESTION));
        terminal.send("1");
        terminal.shows("1 recorded");
        terminal.send(b"\x1a");
        terminal.until("the shell", |terminal| {
            !terminal.is_whole_screen() && terminal.text().contains("Stopped")
        });
        terminal.send("stty -a | grep -o '[-]*icanon'; echo sh$((40 + 2))\n");
        terminal.shows("sh42");
        // The prompt may come before it or behind it.
        let text = terminal.text();
        assert!(text.contains(" icanon") || text.contains("\nicanon"), "{text}");
        // In the background it draws nothing, and stops again.
        terminal.send("bg; echo bg$((40 + 2))\n");
        terminal.shows("bg42");
        assert!(!terminal.is_whole_screen(), "{}", terminal.text());
        terminal.resize(70, 20);
        terminal.send("fg\n");
        terminal.until("drawn again", |terminal| {
            terminal.is_whole_screen() && terminal.text().contains("1 recorded")
        });
        terminal.until("the new width", |terminal| {
            terminal.text().lines().all(|line| line.chars().count() <= 70)
        });
        terminal.send(b"\x04");
        terminal
            .until("the next question", |terminal| !terminal.text().contains("What does the display say"));
        terminal.send("\x03y");
        terminal.until("the end", |terminal| !terminal.is_whole_screen());
        terminal.send("clear; echo over$((40 + 2))\n");
        terminal.shows("over42");
        terminal.resize(100, 30);
    }
}

#[test]
fn it_stops_and_goes_on_when_it_is_told_so() {
    let folder = Folder::with_pack("printer");
    let mut terminal = answered(&folder);
    terminal.signal(Signal::TSTP);
    terminal.is_stopped();
    terminal.until("given back", |terminal| !terminal.is_whole_screen());
    terminal.resize(60, 20);
    terminal.signal(Signal::CONT);
    terminal.until("drawn again", |terminal| {
        terminal.is_whole_screen() && terminal.text().contains("1 recorded")
    });
    // One that cannot be refused leaves the screen as it is; it is drawn again all the same.
    terminal.signal(Signal::STOP);
    terminal.is_stopped();
    let so_far = terminal.written.len();
    terminal.signal(Signal::CONT);
    terminal.until("drawn anew", |terminal| {
        String::from_utf8_lossy(&terminal.written[so_far..]).contains("recorded")
    });
    // Where no shell could let it go on, Ctrl-Z does nothing.
    terminal.send(b"\x1a\x04");
    terminal.until("the next question", |terminal| {
        terminal.is_whole_screen() && terminal.text().contains("recorded")
    });
    terminal.send("\x03y");
    assert_eq!(terminal.ends(), Some(0));
}

#[test]
fn a_terminal_that_moves_no_cursor_is_asked_by_lines() {
    let folder = Folder::with_pack("printer");
    for (term, size) in [("dumb", (80, 24)), ("", (80, 24)), ("xterm", (0, 0))] {
        let mut terminal = Terminal::new(&Run { term, size, ..run(&folder, &ASK) });
        terminal.until("> ", |terminal| terminal.written.ends_with(b"> "));
        terminal.send("1\n");
        terminal.until("the next", |terminal| {
            String::from_utf8_lossy(&terminal.written).contains("· 1 recorded")
        });
        terminal.send("quit\nquit\n");
        assert_eq!(terminal.ends(), Some(0));
        let written = String::from_utf8_lossy(&terminal.written);
        assert!(
            !written.contains("\u{1b}[?") && (term == "xterm" || !written.contains('\u{1b}')),
            "{written}"
        );
    }
}

#[test]
fn the_end_of_input_on_a_terminal_keeps_what_was_answered() {
    let folder = Folder::with_pack("printer");
    let mut terminal = Terminal::new(&run(&folder, &["ask", "--line", "--pack", "printer"]));
    terminal.shows("> ");
    terminal.send("1\n");
    terminal.shows(" · 1 recorded");
    terminal.send(b"\x04");
    assert_eq!(terminal.ends(), Some(0));
    assert!(terminal.text().replace('\n', "").contains("is kept in"), "{}", terminal.text());
    assert!(kept(&folder).contains("print.result: nothing"));
}

#[test]
fn an_interview_whose_answers_nobody_reads_ends() {
    let folder = Folder::with_pack("printer");
    let line = format!("{PROGRAM} ask --pack printer | true");
    let mut terminal = Terminal::new(&Run { program: "sh", ..run(&folder, &["-c", &line]) });
    terminal.send("1\n");
    assert_eq!(terminal.ends(), Some(0));
    assert!(!terminal.text().contains("panicked"), "{}", terminal.text());
}

#[test]
fn any_size_is_drawn() {
    let folder = Folder::with_pack("printer");
    let mut terminal = answered(&folder);
    for (columns, lines) in [(1, 1), (10, 3), (3, 40), (200, 1), (2, 2), (1, 30), (500, 100)] {
        terminal.resize(columns, lines);
        terminal.send("ws\x1b?");
        let so_far = terminal.written.len();
        terminal.send("q");
        terminal.until("drawn", |terminal| terminal.written.len() > so_far);
    }
    terminal.resize(80, 24);
    terminal.send("\x1b");
    terminal.shows("1 recorded");
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.ends(), Some(143));
}

#[test]
fn quitting_leaves_the_answer_in_the_scrollback() {
    let folder = Folder::with_pack("printer");
    let mut terminal = answered(&folder);
    terminal.send("\x03y");
    assert_eq!(terminal.ends(), Some(0));
    assert!(!terminal.is_whole_screen());
    assert!(terminal.text().contains("Not clear yet. Likeliest so far"), "{}", terminal.text());
    assert!(terminal.text().contains("print.result: nothing"), "{}", terminal.text());
}

#[test]
fn a_short_time_is_shown_and_recorded_in_full() {
    let folder = Folder::new();
    folder.write(
        "pack/pack.ron",
        "(name: \"clock\", version: \"1\", language: 1, cases: (unlisted: \"10 %\", several_at_once: \"8 %\"))",
    );
    folder.write(
        "pack/clock.ruleout",
        "fact changed_at: time { ask \"When was it changed?\" takes 1 min }
fact started_at: time { ask \"When did it start?\" takes 1 min }
symptom soon \"It began within an hour of the change\" when started_at - changed_at <= 1 h
rule soon { usually with change  rarely anyway }
cause change \"The change broke it\" { common fix revert }
fix revert \"Take the change back\" { by us takes 10 min works always step \"Take it back.\" verify \"It runs\" }
",
    );
    let mut terminal = Terminal::new(&run(&folder, &["ask", "--pack", "pack"]));
    terminal.shows("go on asking");
    terminal.send("g");
    terminal.shows("When was it changed?");
    terminal.send("yesterday 14:00");
    terminal.shows("14:00:00 +09:00");
    terminal.send("\r");
    terminal.shows("1 recorded");
    terminal.signal(Signal::TERM);
    terminal.ends();
    let kept = folder.read("state/ruleout/ask/clock.yaml");
    let recorded = kept.lines().find(|line| line.starts_with("changed_at: ")).unwrap();
    assert!(recorded.contains("14:00:00 +09:00"), "{recorded}");

    // By the clocks of the file.
    folder.write("ticket.yaml", "time_zone: America/New_York\n");
    let mut lines = Terminal::new(&run(&folder, &["ask", "--line", "--pack", "pack", "ticket.yaml"]));
    lines.shows("> ");
    lines.send("more\nyesterday 14:00\n");
    lines.until("-04:00 or -05:00", |terminal| {
        terminal.text().lines().any(|line| line.contains("> = ") && line.contains(" 14:00:00 -0"))
    });
}

#[test]
fn answers_fit_a_narrow_terminal() {
    let folder = Folder::with_pack("printer");
    let url = format!("https://example.org/{}", "deep/".repeat(30));
    folder.write("wide.yaml", format!("print.result: stops_midway\ndisplay.text: \"{url} 用紙を入れてください。用紙を入れてください。用紙を入れてください。 jam\"\n"));
    let commands: [&[&str]; 6] = [
        &["diagnose", "--pack", "printer", "wide.yaml"],
        &["diagnose", "--all", "--pack", "printer", "wide.yaml"],
        &["diagnose", "--why", "--pack", "printer", "wide.yaml"],
        &["why-not", "drum_worn", "--pack", "printer", "wide.yaml"],
        &["usages", "display.text", "printer"],
        &["facts", "printer"],
    ];
    for arguments in commands {
        let mut terminal = Terminal::new(&Run { size: (40, 24), ..run(&folder, arguments) });
        terminal.ends();
        let written = anstream::adapter::strip_bytes(&terminal.written).into_vec();
        let written = String::from_utf8(written).unwrap();
        let too_long: Vec<&str> =
            written.lines().filter(|line| unicode_width::UnicodeWidthStr::width(*line) > 40).collect();
        assert!(written.lines().count() > 3 && too_long.is_empty(), "{arguments:?}\n{}", too_long.join("\n"));
    }
}

#[test]
fn a_folder_that_is_not_there_is_not_made() {
    let folder = Folder::with_pack("printer");
    let mut terminal = answered(&folder);
    terminal.send(b"\x13");
    terminal.shows("Save as");
    terminal.send("\x15nowhere/ticket.yaml\r");
    terminal.shows("there is no folder nowhere");
    terminal.send("\x15ticket.yaml\r");
    terminal.shows("saved in ticket.yaml");
    terminal.send(b"\x03");
    assert_eq!(terminal.ends(), Some(0));
    assert!(!folder.path("nowhere").exists() && folder.path("ticket.yaml").exists());
}
