//! The screens in three sizes, and what is never cut.

use std::path::{Path, PathBuf};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Look, Note, View, draw};
use crate::cli::ask::{keys, say};
use crate::document::tree::Format;
use crate::infer::exact::Budget;
use crate::interview::{Interview, Record};
use crate::loader;
use crate::pipeline;
use crate::source::Sources;

const SIZES: [(u16, u16); 3] = [(60, 20), (80, 24), (120, 40)];

/// The mail flow pack, and an interview that goes on from a case of it.
fn with_view(case: Option<&str>, test: impl FnOnce(&mut View)) {
    within(Budget::default(), case, test);
}

fn within(budget: Budget, case: Option<&str>, test: impl FnOnce(&mut View)) {
    let mut sources = Sources::default();
    let (texts, _) = loader::pack(None, 1 << 20, &mut sources).unwrap();
    let graph = pipeline::compile(&sources, &texts).0.unwrap();
    let mut record = Record::default();
    let name = case.map_or("answers.yaml".to_owned(), |case| format!("rules/mailflow/cases/{case}.yaml"));
    if case.is_some() {
        let mut all = sources.clone();
        let (id, _) = loader::file(Path::new(&name), 1 << 20, &mut all).unwrap();
        let (facts, problems) = pipeline::read_facts(&graph, &all, id, Format::Yaml);
        assert!(problems.is_empty(), "{problems:#?}");
        record = Record::of_file(&all, id, Format::Yaml, &facts);
    }
    let interview = Interview::new(graph, sources, name, record, budget);
    test(&mut View::new(interview, Some(PathBuf::from("ticket.yaml"))));
}

fn press(view: &mut View, text: &str) {
    for c in text.chars() {
        let code = match c {
            '\n' => KeyCode::Enter,
            '↓' => KeyCode::Down,
            '⎋' => KeyCode::Esc,
            c => KeyCode::Char(c),
        };
        keys::press(view, KeyEvent::new(code, KeyModifiers::NONE));
    }
}

fn drawn(view: &mut View, (width, height): (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(frame, view, Look { colours: true })).unwrap();
    terminal.backend().to_string()
}

/// Compares the screen in all sizes with what was accepted.
fn seen(name: &str, view: &mut View) {
    let screens: Vec<String> = SIZES.iter().map(|size| drawn(view, *size)).collect();
    insta::with_settings!({ snapshot_path => "../../../../tests/snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(format!("ask_{name}"), screens.join("\n"));
    });
}

#[test]
fn the_first_question() {
    with_view(None, |view| seen("first_question", view));
}

#[test]
fn a_wrong_unit_is_told_while_it_is_typed() {
    with_view(Some("before_or_after"), |view| {
        while !view.typing() {
            press(view, "d");
        }
        press(view, "5 MB");
        seen("wrong_unit", view);
        assert!(matches!(view.checked(), Some(Err(_))));
        press(view, "\n");
        assert!(matches!(view.note, Note::Wrong(_)));
    });
}

#[test]
fn what_to_do_when_asking_stops() {
    with_view(Some("directory_sync_gap"), |view| seen("fix", view));
}

#[test]
fn what_contradicts_what() {
    with_view(Some("contradictory_delay"), |view| seen("contradiction", view));
}

#[test]
fn evidence_that_fits_badly_is_doubted() {
    with_view(Some("refused_as_marked_but_not_on_the_list"), |view| {
        assert!(drawn(view, (120, 40)).contains("These facts rarely occur together: check"));
    });
    with_view(None, |view| assert!(!drawn(view, (120, 40)).contains("fit together")));
}

#[test]
fn ranges_over_the_budget() {
    within(Budget { cost: 10.0, ..Budget::default() }, Some("before_or_after"), |view| {
        assert!(view.interview.now().ticket.diagnosis().over_budget.is_some());
        seen("over_budget", view);
    });
}

#[test]
fn a_page_and_the_questions_at_the_foot() {
    with_view(None, |view| {
        press(view, "?");
        seen("keys", view);
        press(view, "⎋1\n");
        press(view, "q");
        assert!(view.unsaved() && !view.over_and_out);
        seen("quit", view);
        press(view, "s");
        seen("save", view);
        press(view, "⎋");
        press(view, "qy");
        assert!(view.over_and_out);
    });
}

#[test]
fn nothing_is_cut() {
    for case in [None, Some("before_or_after"), Some("directory_sync_gap"), Some("contradictory_delay")] {
        with_view(case, |view| {
            for _ in 0..12 {
                for (width, height) in [(60, 20), (66, 21), (80, 24), (100, 30), (120, 40)] {
                    let screen = drawn(view, (width, height));
                    let shown = |word: &str| screen.contains(word);
                    let question = view.fact().map(|(_, fact)| say::question(fact)).unwrap_or_default();
                    let missing = question.split(' ').find(|word| !shown(word));
                    assert_eq!(missing, None, "{width}x{height}\n{screen}");
                }
                press(view, if view.typing() { "⎋\n" } else { "d" });
            }
        });
    }
}

#[test]
fn every_choice_can_be_reached_on_a_low_terminal() {
    with_view(None, |view| {
        for at in 0..view.rows().len() {
            view.select(at);
            let screen = drawn(view, (60, 12));
            assert!(screen.contains('›'), "{at}\n{screen}");
        }
        for size in [(1, 1), (10, 3), (22, 5), (200, 2)] {
            drawn(view, size);
            press(view, "?");
            drawn(view, size);
            press(view, "⎋");
        }
    });
}
