//! The picture as text: boxes with their letters, lines, a heading, what the colours mean.

use maud::{Markup, PreEscaped, html};

use super::STYLE;
use super::layout::{Layout, Rect, Way, Widths, layout};
use super::legend::legend;
use super::measure::{Face, Style, lines, width};
use super::scene::{Item, Kind, Line, Scene, Side, Tie};
use crate::graph::{Around, InferenceGraph};
use crate::markup::clean;
use crate::report::words::{UNLISTED, chance};
use crate::report::{size, verdict};
use crate::ticket::Ticket;
use crate::ticket::diagnosis::Probability;

/// Around everything.
const MARGIN: f64 = 28.0;
/// Between the side of a box and its letters.
const INSET: f64 = 10.0;
/// Above and below the letters of a box.
const PADDING: f64 = 8.0;
/// Between the headings of the columns and the boxes.
const UNDER_HEADINGS: f64 = 14.0;
/// From a line of letters up to its base, in parts of its height.
const BASE: f64 = 0.8;
/// How much of a row a percentage takes.
const PERCENT: f64 = 96.0;

pub(super) const BY_ITSELF: Widths = Widths { column: 250.0, least: 48.0, hundred: 190.0, most: 240.0 };
pub(super) const IN_A_PAGE: Widths = Widths { column: 206.0, least: 48.0, hundred: 190.0, most: 80.0 };

/// A line of letters in a box.
struct Letters {
    text: String,
    class: &'static str,
    /// From the top of the box to its base.
    base: f64,
}

/// A box with its letters.
struct Lettered {
    letters: Vec<Letters>,
    /// Where the bar of a cause is, from the top of the box.
    bar: Option<f64>,
    height: f64,
}

/// What stands above a picture.
pub(super) struct Heading {
    title: String,
    text: String,
}

/// A kind of letters: its class, its face, how high a line of it is, how many lines at most.
struct Kindred(&'static str, Face, f64, usize);

const TITLE: Kindred = Kindred("title", Face { size: 12.5, style: Style::Plain }, 16.0, 4);
const STRONG: Kindred = Kindred("title strong", Face { size: 12.5, style: Style::Bold }, 16.0, 4);
const NAME: Kindred = Kindred("name", Face { size: 10.0, style: Style::Mono }, 14.0, 1);
const NOTE: Kindred = Kindred("note", Face { size: 12.0, style: Style::Bold }, 16.0, 2);
const HEADING: Face = Face { size: 24.0, style: Style::Bold };
const UNDER: Face = Face { size: 14.0, style: Style::Plain };

/// What stands above the picture of a pack, a part of it, a ticket.
pub(super) fn heading(graph: &InferenceGraph, part: Option<&Around>, ticket: Option<&Ticket>) -> Heading {
    let pack = &graph.pack;
    let manifest = &pack.manifest;
    let title = if manifest.title.is_empty() { &manifest.name } else { &manifest.title };
    let around = part.and_then(|part| part.of.first());
    let title = match around {
        Some(node) => format!("{title}: around {}", node.name(pack)),
        None => title.clone(),
    };
    let part = around.map(|_| "What leads there, and what it leads to".to_owned());
    let text = match ticket {
        None if part.is_some() => part.unwrap_or_default(),
        Some(ticket) => verdict(graph, ticket.diagnosis()) + &unlisted(ticket),
        None => size(pack).join(" · "),
    };
    Heading { title, text }
}

/// What no box stands for.
fn unlisted(ticket: &Ticket) -> String {
    if ticket.diagnosis().impossible.is_some() {
        return String::new();
    }
    format!(" · {UNLISTED}: {}", chance(ticket.diagnosis().unlisted))
}

/// The picture as a file.
pub(super) fn by_itself(scene: &Scene, heading: &Heading) -> String {
    let drawn = Drawing::new(scene, BY_ITSELF);
    let wide = drawn.width().max(560.0);
    let room = wide - 2.0 * MARGIN;
    let titles = lines(&heading.title, HEADING, room, 2);
    let texts = lines(&heading.text, UNDER, room, 4);
    let mut y = MARGIN;
    let mut above: Vec<(f64, &'static str, String)> = Vec::new();
    for (text, class, high) in titles
        .into_iter()
        .map(|text| (text, "heading", 30.0))
        .chain(texts.into_iter().map(|text| (text, "under", 20.0)))
    {
        above.push((y + high * BASE, class, text));
        y += high;
    }
    let head = y + 26.0;
    let legend = legend(scene, room);
    let legend_at = head + drawn.layout.height + 40.0;
    let high = legend_at + legend.height + MARGIN / 2.0;
    let (wide, high) = (number(wide), number(high));
    let label = format!("{}. {}", heading.title, heading.text);
    let picture = html! {
        svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" aria-label=(clean(&label))
            width=(wide) height=(high) viewBox=(format!("0 0 {wide} {high}")) {
            style { (PreEscaped(STYLE)) }
            rect class="ground" width=(wide) height=(high) {}
            @for (y, class, text) in &above {
                text class=(class) x=(number(MARGIN)) y=(number(*y)) { (clean(text)) }
            }
            g transform=(moved(MARGIN, head)) { (drawn.body()) }
            g transform=(moved(MARGIN, legend_at)) { (legend.drawn) }
        }
    };
    picture.into_string() + "\n"
}

/// The picture to stand in a page.
pub(super) fn in_a_page(scene: &Scene) -> String {
    let drawn = Drawing::new(scene, IN_A_PAGE);
    let head = 26.0;
    let (wide, high) = (drawn.width() - 2.0 * MARGIN + 4.0, drawn.layout.height + head + 4.0);
    let legend = legend(scene, wide);
    let (legend_at, high) = (high + 16.0, high + 16.0 + legend.height);
    let (wide, high) = (number(wide), number(high));
    html! {
        svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img"
            style=(format!("min-width:min({wide}px,46rem)")) aria-label="The facts that were recorded, the symptoms that follow from them, and the causes for or against which they speak, from left to right"
            width=(wide) height=(high) viewBox=(format!("0 0 {wide} {high}")) {
            g transform=(moved(2.0, head)) { (drawn.body()) }
            g transform=(moved(2.0, legend_at)) { (legend.drawn) }
        }
    }
    .into_string()
}

/// A scene with its letters and places.
pub(super) struct Drawing<'s> {
    scene: &'s Scene,
    lettered: Vec<Lettered>,
    pub(super) layout: Layout,
    widths: Widths,
}

impl<'s> Drawing<'s> {
    pub(super) fn new(scene: &'s Scene, widths: Widths) -> Self {
        let lettered: Vec<Lettered> =
            scene.boxes.iter().map(|item| lettered(item, widths.column - 2.0 * INSET)).collect();
        let heights: Vec<f64> = lettered.iter().map(|lettered| lettered.height).collect();
        let mut layout = layout(scene, &heights, widths);
        for rect in &mut layout.boxes {
            rect.y += UNDER_HEADINGS;
        }
        for way in &mut layout.ways {
            match way {
                Way::Through(points) => points.iter_mut().for_each(|point| point.1 += UNDER_HEADINGS),
                Way::Bow(from, to, _) => {
                    from.1 += UNDER_HEADINGS;
                    to.1 += UNDER_HEADINGS;
                }
            }
        }
        layout.height += UNDER_HEADINGS;
        Self { scene, lettered, layout, widths }
    }

    #[cfg(test)]
    pub(super) fn assert_letters_fit(&self) {
        for (lettered, rect) in self.lettered.iter().zip(&self.layout.boxes) {
            for line in &lettered.letters {
                let Kindred(_, face, high, _) =
                    [TITLE, STRONG, NAME, NOTE].into_iter().find(|k| k.0 == line.class).unwrap();
                let fits = width(&line.text, face) <= rect.width - 2.0 * INSET + 1e-6;
                assert!(fits && line.base > high / 2.0 && line.base < rect.height, "{}", line.text);
            }
        }
    }

    fn width(&self) -> f64 {
        let last = self.layout.columns.last().copied().unwrap_or_default();
        last + self.widths.column + 2.0 * MARGIN + self.bowed()
    }

    /// How far lines bow out beyond the last column.
    fn bowed(&self) -> f64 {
        let last = self.layout.columns.last().copied().unwrap_or_default() + self.widths.column;
        let out = self.layout.ways.iter().map(|way| match way {
            Way::Bow(from, _, out) if from.0 >= last => *out,
            _ => 0.0,
        });
        out.fold(0.0, f64::max)
    }

    fn body(&self) -> Markup {
        let lines = || self.scene.lines.iter().zip(&self.layout.ways);
        html! {
            @for (left, heading) in self.layout.columns.iter().zip(self.headings()) {
                @if let Some(heading) = heading { text class="column" x=(number(*left)) y="0" { (heading) } }
            }
            @for (line, way) in lines().filter(|(line, _)| !line.lit) { (drawn_line(line, way, self.scene.ticket)) }
            @for (line, way) in lines().filter(|(line, _)| line.lit) { (drawn_line(line, way, self.scene.ticket)) }
            @for ((item, lettered), rect) in self.scene.boxes.iter().zip(&self.lettered).zip(&self.layout.boxes) {
                (drawn_box(item, lettered, *rect, self.scene.ticket))
            }
        }
    }

    /// The heading of each column; none where it would be that of the column before.
    pub(super) fn headings(&self) -> Vec<Option<&'static str>> {
        let mut last = "";
        let columns = (0..self.layout.columns.len()).map(|column| self.column(column));
        columns.map(|heading| (std::mem::replace(&mut last, heading) != heading).then_some(heading)).collect()
    }

    /// What stands in a column.
    fn column(&self, column: usize) -> &'static str {
        let of = |column: usize| self.scene.boxes.iter().filter(move |item| item.column == column);
        let any = |column: usize, kind| of(column).any(|item| item.kind == kind);
        if any(column, Kind::Cause) {
            "Causes"
        } else if any(column, Kind::Fix) {
            "Fixes"
        } else if of(column).all(|item| item.kind == Kind::Fact) {
            "Facts"
        } else if any(column + 1, Kind::Cause) || column + 1 == self.layout.columns.len() {
            "Symptoms"
        } else if any(column + 2, Kind::Cause) && any(column, Kind::Fact) {
            "Direct checks, and what follows"
        } else {
            "What follows from them"
        }
    }
}

/// Puts the letters of a box in lines.
fn lettered(item: &Item, room: f64) -> Lettered {
    let mut letters = Vec::new();
    let mut y = PADDING;
    let mut put = |text: &str, Kindred(class, face, high, most): Kindred| {
        for text in lines(text, face, room, most) {
            letters.push(Letters { text, class, base: y + high * BASE });
            y += high;
        }
    };
    put(&item.title, if item.kind == Kind::Cause { STRONG } else { TITLE });
    if let Some(name) = &item.name {
        put(name, NAME);
    }
    if let Some(note) = &item.note {
        put(note, NOTE);
    }
    let bar = item.chance.map(|_| y + 4.0);
    if bar.is_some() {
        y += 18.0;
    }
    Lettered { letters, bar, height: y + PADDING }
}

fn drawn_box(item: &Item, lettered: &Lettered, rect: Rect, ticket: bool) -> Markup {
    let class = class(
        kind_class(item.kind),
        &[("lit", item.lit), ("faint", ticket && !item.lit), ("middle", item.middle)],
    );
    let Rect { x, y, width, height } = rect;
    html! {
        g class=(class) transform=(moved(x, y)) {
            title { (clean(&item.about)) }
            rect class="box" width=(number(width)) height=(number(height)) rx=(corner(item.kind)) {}
            @for line in &lettered.letters {
                text class=(line.class) x=(number(INSET)) y=(number(line.base)) { (clean(&line.text)) }
            }
            @if let (Some(p), Some(at)) = (item.chance, lettered.bar) { (bar(p, at, width - 2.0 * INSET)) }
        }
    }
}

/// A bar up to the lower end, lighter from there to the upper one, and the percentage beside it.
fn bar(p: Probability, at: f64, room: f64) -> Markup {
    let text = chance(p);
    let face = Face { size: 12.0, style: Style::Bold };
    let full = room - width(&text, face).max(if p.exact { 54.0 } else { PERCENT });
    html! {
        rect class="track" x=(number(INSET)) y=(number(at + 2.0)) width=(number(full)) height="8" rx="2" {}
        @if !p.exact {
            rect class="open" x=(number(INSET)) y=(number(at + 2.0)) width=(number(full * p.high)) height="8" rx="2" {}
        }
        rect class="bar" x=(number(INSET)) y=(number(at + 2.0)) width=(number(full * p.low)) height="8" rx="2" {}
        text class="percent" x=(number(INSET + room)) y=(number(at + 10.0)) text-anchor="end" { (text) }
    }
}

fn drawn_line(line: &Line, way: &Way, ticket: bool) -> Markup {
    let speaks = |side| line.lit && line.speaks == Some(side);
    let states = [
        ("lit", line.lit),
        ("faint", ticket && !line.lit),
        ("for", speaks(Side::For)),
        ("against", speaks(Side::Against)),
    ];
    let class = class(tie_class(line.tie), &states);
    html! {
        g class=(class) {
            title { (clean(&line.about)) }
            path d=(path(way)) style=[thickness(line)] {}
            @if let Some(head) = arrow(line.tie, way) { path class="head" d=(head) {} }
        }
    }
}

/// The more often something is seen with a cause, the thicker their line.
fn thickness(line: &Line) -> Option<String> {
    let plain = line.tie == Tie::Speaks && !line.lit;
    plain.then(|| format!("stroke-width:{}", number(0.5 + 1.7 * line.weight)))
}

/// A way as SVG says it: level at every point, curved between the columns.
fn path(way: &Way) -> String {
    match way {
        Way::Bow(from, to, out) => {
            let beside = |(x, y): (f64, f64)| (x + out * 1.3, y);
            format!("M{}{}", point(*from), curve(beside(*from), beside(*to), *to))
        }
        Way::Through(points) => {
            let first = points.iter().take(1).map(|start| format!("M{}", point(*start)));
            let pairs = points.iter().zip(points.iter().skip(1)).enumerate();
            let pieces = pairs.map(|(at, (from, to))| {
                let half = f64::midpoint(from.0, to.0);
                // Every second piece crosses a column, straight.
                if at % 2 == 1 {
                    format!("H{}", number(to.0))
                } else {
                    curve((half, from.1), (half, to.1), *to)
                }
            });
            first.chain(pieces).collect()
        }
    }
}

fn curve(a: (f64, f64), b: (f64, f64), to: (f64, f64)) -> String {
    format!("C{} {} {}", point(a), point(b), point(to))
}

fn point((x, y): (f64, f64)) -> String {
    format!("{} {}", number(x), number(y))
}

/// The head of an arrow, where the direction does not go without saying.
fn arrow(tie: Tie, way: &Way) -> Option<String> {
    let (to, sign) = match (tie, way) {
        (Tie::LeadsTo | Tie::Guards | Tie::Reads, Way::Bow(_, to, out)) => (*to, out.signum()),
        (Tie::Guards, Way::Through(points)) => (*points.last()?, -1.0),
        _ => return None,
    };
    let (x, y) = (number(to.0), number(to.1));
    let back = number(to.0 + 7.0 * sign);
    Some(format!("M{x} {y}L{back} {}V{}Z", number(to.1 - 3.5), number(to.1 + 3.5)))
}

pub(super) fn kind_class(kind: Kind) -> &'static str {
    match kind {
        Kind::Fact => "node fact",
        Kind::Computed => "node computed",
        Kind::Symptom => "node symptom",
        Kind::Rule => "node rule",
        Kind::Cause => "node cause",
        Kind::Fix => "node fix",
    }
}

pub(super) fn corner(kind: Kind) -> &'static str {
    match kind {
        Kind::Fact | Kind::Computed => "7",
        Kind::Symptom | Kind::Rule => "4",
        Kind::Cause | Kind::Fix => "2",
    }
}

fn tie_class(tie: Tie) -> &'static str {
    match tie {
        Tie::Reads => "tie reads",
        Tie::Guards => "tie guards",
        Tie::Speaks => "tie speaks",
        Tie::RulesOut => "tie rulesout",
        Tie::Context => "tie context",
        Tie::LeadsTo => "tie leads",
        Tie::Removes => "tie removes",
    }
}

fn class(first: &str, states: &[(&str, bool)]) -> String {
    let on = states.iter().filter(|(_, on)| *on).map(|(name, _)| *name);
    std::iter::once(first).chain(on).collect::<Vec<_>>().join(" ")
}

pub(super) fn moved(x: f64, y: f64) -> String {
    format!("translate({} {})", number(x), number(y))
}

/// A number with at most one digit behind the point.
fn number(number: f64) -> String {
    let text = format!("{number:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}
