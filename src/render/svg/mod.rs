//! The graph of a pack as a picture, with what matched in a ticket.
//!
//! In: a compiled pack, perhaps a part of it, perhaps a ticket with its answer. Out: SVG as text, without scripts or
//! fonts of its own, that follows the light or dark of whoever looks at it. The scene says what is there, the layout where it
//! stands (Sugiyama, Tagawa and Toda 1981), `measure` how wide its texts are at most, `draw` writes it. The same input gives the
//! same bytes.

mod draw;
mod heights;
mod layout;
mod legend;
mod measure;
mod order;
mod scene;

use crate::graph::{Around, InferenceGraph};
use crate::ticket::Ticket;
use scene::{Extent, Line, Scene, scene};

/// How a picture looks, for pages in which one stands; a picture by itself has it inside.
pub const STYLE: &str = include_str!("style.css");

/// More boxes than this are no picture any more.
const MOST_BOXES: usize = 1_200;
/// Lines that come to more pieces than this, from one column to the next, are none either.
const MOST_PIECES: usize = 20_000;

/// What would have to be drawn, and is too much for one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge {
    /// Facts, symptoms, rules, causes and fixes.
    pub boxes: usize,
    /// What they have to do with each other.
    pub lines: usize,
    /// Over so many columns.
    pub columns: usize,
}

/// Draws a pack or a part of it, and what of it has something to do with a ticket.
///
/// # Errors
/// Where it is too large for one picture.
pub fn svg(
    graph: &InferenceGraph,
    part: Option<&Around>,
    ticket: Option<&Ticket>,
) -> Result<String, TooLarge> {
    let extent = part.map_or(Extent::All, Extent::Around);
    if ticket.is_some() {
        // What is too large is reported before anything is diagnosed.
        fitting(scene(graph, extent, None))?;
    }
    let scene = fitting(scene(graph, extent, ticket))?;
    Ok(draw::by_itself(&scene, &draw::heading(graph, part, ticket)))
}

/// Draws what matched in a ticket for or against its likeliest causes, to stand in a page that has the [`STYLE`]; nothing
/// where nothing did, or too much.
pub fn matched(graph: &InferenceGraph, ticket: &Ticket) -> Option<String> {
    let scene = fitting(scene(graph, Extent::Matched, Some(ticket))).ok()?;
    (!scene.lines.is_empty()).then(|| draw::in_a_page(&scene))
}

fn fitting(scene: Scene) -> Result<Scene, TooLarge> {
    let columns = scene.boxes.iter().map(|item| item.column + 1).max().unwrap_or(0);
    let size = TooLarge { boxes: scene.boxes.len(), lines: scene.lines.len(), columns };
    let column = |at: usize| scene.boxes.get(at).map_or(0, |item| item.column);
    let pieces = |line: &Line| column(line.to).saturating_sub(column(line.from)).max(1);
    let pieces: usize = scene.lines.iter().map(pieces).sum();
    if size.boxes > MOST_BOXES || pieces > MOST_PIECES { Err(size) } else { Ok(scene) }
}

#[cfg(test)]
mod tests {
    use super::draw::Drawing;
    use super::layout::{Rect, Way};
    use std::sync::Arc;

    use super::scene::{Extent, Kind, Scene, Side, Tie, scene};
    use crate::document::tree::Format;
    use crate::graph::InferenceGraph;
    use crate::source::{Source, Sources};
    use crate::ticket::Ticket;
    use crate::{loader, pipeline};

    const TICKET: &str = include_str!("../../../rules/mailflow/cases/directory_sync_gap.yaml");

    fn mailflow() -> (Arc<InferenceGraph>, Sources) {
        let mut sources = Sources::default();
        let (texts, _) = loader::pack(None, 1 << 20, &mut sources).unwrap();
        (pipeline::compile(&sources, &texts).0.unwrap(), sources)
    }

    /// Everything, everything with a ticket, and what matched in it, of the largest pack that is here.
    fn scenes() -> [Scene; 3] {
        scenes_of(TICKET)
    }

    fn scenes_of(ticket: &str) -> [Scene; 3] {
        let (graph, mut sources) = mailflow();
        let id = sources.add(Source::new("ticket.yaml", ticket));
        let (facts, problems) = pipeline::read_facts(&graph, &sources, id, Format::Yaml);
        assert!(!problems.has_errors(), "{problems:#?}");
        let ticket = Ticket::new(Arc::clone(&graph), facts, sources);
        let ticket = Some(&ticket);
        [
            scene(&graph, Extent::All, None),
            scene(&graph, Extent::All, ticket),
            scene(&graph, Extent::Matched, ticket),
        ]
    }

    fn overlap(a: &Rect, b: &Rect) -> bool {
        a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
    }

    #[test]
    fn no_box_lies_upon_another_and_none_is_outside() {
        for scene in scenes() {
            let drawing = Drawing::new(&scene, super::draw::BY_ITSELF);
            let boxes = &drawing.layout.boxes;
            assert!(boxes.len() > 10);
            for (at, rect) in boxes.iter().enumerate() {
                assert!(rect.y >= 0.0 && rect.y + rect.height <= drawing.layout.height + 1e-6, "{rect:?}");
                for (other, beside) in boxes.iter().enumerate().skip(at + 1) {
                    assert!(!overlap(rect, beside), "{:?} and {:?}", scene.boxes[at], scene.boxes[other]);
                }
            }
        }
    }

    #[test]
    fn letters_stay_in_their_boxes() {
        for scene in scenes() {
            for widths in [super::draw::BY_ITSELF, super::draw::IN_A_PAGE] {
                Drawing::new(&scene, widths).assert_letters_fit();
            }
        }
    }

    #[test]
    fn no_line_runs_through_a_box() {
        for scene in scenes() {
            let drawing = Drawing::new(&scene, super::draw::BY_ITSELF);
            for way in &drawing.layout.ways {
                let Way::Through(points) = way else { continue };
                // Between its ends, a line is level from the left to the right side of each column.
                for level in points[1..points.len() - 1].chunks(2) {
                    let (left, right, y) = (level[0].0, level[1].0, level[0].1);
                    let through = |rect: &&Rect| {
                        rect.x < right && left < rect.x + rect.width && rect.y < y && y < rect.y + rect.height
                    };
                    assert_eq!(drawing.layout.boxes.iter().find(through), None, "{points:?}");
                }
            }
        }
    }

    #[test]
    fn no_column_is_nearly_empty_and_each_has_a_heading_of_its_own() {
        let [scene, ..] = scenes();
        let drawing = Drawing::new(&scene, super::draw::BY_ITSELF);
        let headings = ["Facts", "Direct checks, and what follows", "Symptoms", "Causes", "Fixes"];
        assert_eq!(drawing.headings(), headings.map(Some));
        for column in 0..headings.len() {
            assert!(scene.boxes.iter().filter(|item| item.column == column).count() > 10, "{column}");
        }
    }

    #[test]
    fn what_speaks_only_against_an_unlikely_cause_has_its_line() {
        let [_, scene, _] = scenes_of(&format!("{TICKET}sender.ip_listed: no\n"));
        let named = |name: &str| scene.boxes.iter().position(|item| item.name.as_deref() == Some(name));
        let of = named("sender.ip_listed").unwrap();
        let lines: Vec<_> = scene.lines.iter().filter(|line| line.lit && line.from == of).collect();
        let [line] = lines[..] else { panic!("{lines:?}") };
        assert_eq!((Some(line.to), line.speaks), (named("sender_ip_blocked"), Some(Side::Against)));
        assert!(!scene.boxes[line.to].lit);
    }

    #[test]
    fn everything_of_the_pack_is_there_and_lines_run_to_the_right() {
        let (graph, _) = mailflow();
        let scene = scene(&graph, Extent::All, None);
        let named =
            |name: &str| scene.boxes.iter().any(|i| i.title == name || i.name.as_deref() == Some(name));
        let causes = graph.pack.causes.iter().map(|cause| &cause.name.value);
        let symptoms = graph.pack.symptoms.iter().map(|symptom| &symptom.name.value);
        let facts = graph.pack.facts.iter().map(|fact| &fact.name.value);
        let fixes = graph.pack.fixes.iter().map(|fix| &fix.name.value);
        for name in causes.chain(symptoms).chain(facts).chain(fixes) {
            assert!(named(name), "{name}");
        }
        for line in scene.lines.iter().filter(|line| !matches!(line.tie, Tie::LeadsTo | Tie::Guards)) {
            let (from, to) = (&scene.boxes[line.from], &scene.boxes[line.to]);
            // What follows from facts may be read by what stands above or below it.
            let beside = line.tie == Tie::Reads && from.column == to.column && from.kind != Kind::Fact;
            assert!(from.column < to.column || beside, "{line:?}");
        }
    }
}
