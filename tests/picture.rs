//! The picture of an answer in `README.md`: drawn from what the program writes to a terminal, and never older than it.
//!
//! `PICTURE=write cargo test --locked picture` draws it anew.

use ruleout::ticket::Ticket;
use std::path::Path;

use anstyle::{Color, RgbColor};
use anstyle_svg::{Palette, Term, VGA};
use ruleout::markup::for_terminal;
use ruleout::render::text;
use ruleout::report::Answer;

use crate::support::pack::Pack;

const FACTS: &str = "rules/mailflow/cases/directory_sync_gap.yaml";
const PICTURE: &str = "rules/mailflow/answer.svg";

/// Faint text stays readable.
const DIM: &str = ".dimmed { opacity: 0.4; }";
const READABLE: &str = ".dimmed { opacity: 0.7; }";

/// Light on dark, so that it reads on a page of either kind; each pair of colours at a contrast of 7 to 1 or more.
fn terminal() -> Term {
    let colour = |r, g, b| RgbColor(r, g, b);
    let mut colours = VGA.0;
    colours[5] = colour(0xf0, 0x8f, 0xe4);
    colours[6] = colour(0x5f, 0xd7, 0xe8);
    Term::new()
        .palette(Palette(colours))
        .fg_color(Color::Rgb(colour(0xe6, 0xe6, 0xe6)))
        .bg_color(Color::Rgb(colour(0x1b, 0x1d, 0x23)))
        .min_width_px(690)
}

/// The command as it is typed, and what a terminal shows then.
fn session() -> String {
    let mut pack = Pack::mailflow();
    let facts = pack.open(Path::new(FACTS));
    let Pack { graph, sources } = pack;
    let ticket = Ticket::new(graph, facts, sources);
    let answer = for_terminal(&text::text(&Answer { hints: true, ..Answer::new(&ticket) }, 80));
    format!("\u{1b}[2m$\u{1b}[0m ruleout diagnose {FACTS}\n\n{answer}")
}

#[test]
fn the_picture_shows_the_answer_of_today() {
    let drawn = terminal().render_svg(session().trim_end()).replace(DIM, READABLE);
    assert!(drawn.contains(READABLE), "faint text is drawn in another way");
    if std::env::var_os("PICTURE").is_some_and(|wish| wish == "write") {
        std::fs::write(PICTURE, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(PICTURE).unwrap_or_default();
    assert!(
        kept == drawn,
        "{PICTURE} is not what the program writes: `PICTURE=write cargo test --locked picture`"
    );
}

#[test]
fn the_picture_stands_in_the_readme() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    assert!(readme.contains(&format!("]({PICTURE})")), "README.md does not show {PICTURE}");
    assert!(readme.contains(&format!("diagnose {FACTS}")), "README.md does not say what {PICTURE} shows");
}
