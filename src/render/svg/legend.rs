//! What the colours and lines of a picture mean; only of what is in it.

use maud::{Markup, html};

use super::draw::{corner, kind_class, moved};
use super::measure::{Face, Style, width};
use super::scene::{Kind, Scene, Side, Tie};

/// A row.
const ROW: f64 = 24.0;
const FACE: Face = Face { size: 12.0, style: Style::Plain };

/// What the colours mean, in rows.
pub(super) struct Legend {
    pub(super) drawn: Markup,
    pub(super) height: f64,
}

/// A sample of what something looks like.
enum Sample {
    Box(Kind),
    Line(&'static str),
}

/// Says what the colours mean, in rows that are not wider than `room`.
pub(super) fn legend(scene: &Scene, room: f64) -> Legend {
    let has = |kind| scene.boxes.iter().any(|item| item.kind == kind);
    let ties = |tie| scene.lines.iter().any(|line| line.tie == tie && (!scene.ticket || line.lit));
    let sides = |side| scene.lines.iter().any(|line| line.lit && line.speaks == Some(side));
    let kinds = [
        (Kind::Fact, "a fact that is recorded"),
        (Kind::Computed, "a computed fact"),
        (Kind::Symptom, "a symptom"),
        (Kind::Rule, "a rule with a condition of its own"),
        (Kind::Cause, "a cause"),
        (Kind::Fix, "a fix"),
    ];
    let lines = [
        (
            !scene.ticket && ties(Tie::Speaks),
            "speaks",
            "the thicker, the more often it is seen with the cause",
        ),
        (ties(Tie::Context), "context", "how common a cause is depends on it"),
        (ties(Tie::Guards), "guards", "a rule speaks only where it is so"),
        (ties(Tie::RulesOut) && !scene.ticket, "rulesout", "can only rule out"),
        (ties(Tie::LeadsTo), "leads", "leads to"),
        (sides(Side::For), "speaks lit for", "speaks for it"),
        (sides(Side::Against), "speaks lit against", "speaks against it"),
    ];
    let kinds =
        kinds.into_iter().filter(|(kind, _)| has(*kind)).map(|(kind, text)| (Sample::Box(kind), text));
    let lines =
        lines.into_iter().filter(|(there, ..)| *there).map(|(_, class, text)| (Sample::Line(class), text));
    let (mut x, mut row) = (0.0, 0.0);
    let mut placed: Vec<(f64, f64, Sample, &str)> = Vec::new();
    for (sample, text) in kinds.chain(lines) {
        let wide = 34.0 + width(text, FACE) + 18.0;
        if x > 0.0 && x + wide > room {
            (x, row) = (0.0, row + 1.0);
        }
        placed.push((x, row * ROW, sample, text));
        x += wide;
    }
    let drawn = html! {
        @for (x, y, sample, text) in &placed {
            g transform=(moved(*x, *y)) {
                @match sample {
                    Sample::Box(kind) => {
                        g class=(kind_class(*kind)) { rect class="box" width="26" height="14" rx=(corner(*kind)) {} }
                    }
                    Sample::Line(class) => { g class=(format!("tie {class}")) { path d="M0 7H26" {} } }
                }
                text class="legend" x="34" y="11.5" { (text) }
            }
        }
    };
    Legend { drawn, height: if placed.is_empty() { 0.0 } else { (row + 1.0) * ROW } }
}
