//! What is asked, and what can be chosen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr as _;

use super::{FAINT, Look, Row, SELECTED, STRONG, View};
use crate::cli::ask::wrap::{hanging, wrapped};
use crate::cli::ask::{keys, say};
use crate::interview::{Asked, Choice, Form, Question};
use crate::pack::{Fix, FixId};
use crate::report::words::{ACT_NOW, IMPOSSIBLE, NO_QUESTION, about, sentence};
use crate::report::{Titled, computed_otherwise, cost_of_fix, what_to_do};

/// A part of the text, which gives way or stays where room is scarce.
struct Part {
    lines: Vec<Line<'static>>,
    /// What is highest gives way first; 0 stays.
    gives_way: u8,
}

/// What does not give way but may end early, and then says so.
const SHRINKS: u8 = 1;

/// Wraps a text in one style.
fn part(text: &str, style: Style, gives_way: u8, width: usize) -> Part {
    let lines = wrapped(text, width).into_iter().map(|line| Line::styled(line, style)).collect();
    Part { lines, gives_way }
}

fn gap() -> Part {
    Part { lines: vec![Line::default()], gives_way: 9 }
}

/// Draws the question and its choices.
pub(super) fn draw(frame: &mut Frame<'_>, view: &View, look: Look, area: Rect) {
    let width = usize::from(area.width);
    let (mut rows, selected, cursor) = rows(view, look, width);
    let height = usize::from(area.height);
    let text = fitted(text(view, look, width), height.saturating_sub(rows.len().min(height / 2 + 1)));
    let room = height.saturating_sub(text.len());
    let above = scrolled(&mut rows, selected, room);
    let top = text.len();
    let lines: Vec<Line> = text.into_iter().chain(rows).collect();
    frame.render_widget(Paragraph::new(lines), area);
    if let Some((line, column)) = cursor {
        let y = top + line.saturating_sub(above);
        let place = |at: usize, limit: u16| u16::try_from(at).unwrap_or(limit).min(limit.saturating_sub(1));
        frame.set_cursor_position((area.x + place(column, area.width), area.y + place(y, area.height)));
    }
}

/// Takes parts away until the others fit; what then is still too long ends in a sign.
fn fitted(mut parts: Vec<Part>, room: usize) -> Vec<Line<'static>> {
    let long = |parts: &[Part]| parts.iter().map(|part| part.lines.len()).sum::<usize>() > room;
    while long(&parts) {
        let weakest = parts.iter().map(|part| part.gives_way).max().unwrap_or(0);
        let at = parts.iter().rposition(|part| part.gives_way == weakest && weakest > SHRINKS);
        let Some(at) = at else { break };
        parts.remove(at);
    }
    let over = parts.iter().map(|part| part.lines.len()).sum::<usize>().saturating_sub(room);
    if let Some(part) = parts.iter_mut().find(|part| part.gives_way == SHRINKS && over > 0) {
        part.lines.truncate(part.lines.len().saturating_sub(over + 1));
        part.lines.push(Line::raw("… (p shows all of it)"));
    }
    let mut lines: Vec<Line> = parts.into_iter().flat_map(|part| part.lines).collect();
    if lines.len() > room {
        lines.truncate(room.saturating_sub(1));
        lines.push(Line::raw("…"));
    }
    lines
}

/// Keeps the part of the rows in which the selected one is; how many lines are gone above.
fn scrolled(rows: &mut Vec<Line<'static>>, selected: (usize, usize), room: usize) -> usize {
    if rows.len() <= room {
        return 0;
    }
    if room < 3 {
        *rows = rows.split_off(selected.0.min(rows.len()));
        return selected.0;
    }
    let above =
        if selected.1 + 1 < room { 0 } else { (selected.1 + 2).saturating_sub(room).min(rows.len() - room) };
    let below = rows.len() - above - room;
    *rows = rows.split_off(above);
    rows.truncate(room);
    let more = |n: usize, sign: char| Line::styled(format!("{sign} {} more", n + 1), FAINT);
    if let Some(first) = rows.first_mut().filter(|_| above > 0) {
        *first = more(above, '↑');
    }
    if let Some(last) = rows.last_mut().filter(|_| below > 0) {
        *last = more(below, '↓');
    }
    above
}

fn text(view: &View, look: Look, width: usize) -> Vec<Part> {
    let plain = |text: &str, gives_way| part(text, Style::new(), gives_way, width);
    let faint = |text: &str, gives_way| part(text, FAINT, gives_way, width);
    let strong = |text: &str| part(text, STRONG, 0, width);
    match &view.interview.now().asked {
        Asked::Question(question) => question_text(view, look, question, width),
        Asked::Fix(fix, price) => {
            let mut parts = vec![faint(&format!("{ACT_NOW}. Do this:"), 4), gap()];
            parts.extend(fix_text(view, *fix, width));
            parts.push(faint(&format!("Expected time to resolution: {}.", about(price.resolved_in)), 3));
            parts.push(gap());
            parts
        }
        Asked::Stop => {
            let mut parts = vec![strong(&format!("{NO_QUESTION}.")), gap()];
            parts.extend(plan_text(view, width));
            parts.push(gap());
            parts
        }
        Asked::Impossible => {
            let mut parts = vec![part(IMPOSSIBLE, look.bad(), 0, width), gap()];
            parts.extend(computed_otherwise(&view.interview.now().ticket).iter().map(|text| plain(text, 0)));
            parts.extend([faint("w shows by which rules. Which one is to be answered again?", 2), gap()]);
            parts
        }
        Asked::Solved(fix) => {
            let title = say::fix(&view.interview.graph().pack, *fix);
            vec![part(&format!("Resolved: {title}"), look.good(), 0, width), gap()]
        }
    }
}

fn question_text(view: &View, look: Look, question: &Question, width: usize) -> Vec<Part> {
    let pack = &view.interview.graph().pack;
    let fact = &pack.facts[question.fact];
    let faint = |text: &str, gives_way| part(text, FAINT, gives_way, width);
    let mut parts = Vec::new();
    if let Some(visit) = question.visit.map(|id| &pack.visits[id]) {
        let more = match question.more {
            0 => String::new(),
            1 => ", and 1 question more".to_owned(),
            n => format!(", and {n} questions more"),
        };
        parts.push(part(&format!("{}{more}", visit.title), look.good(), 2, width));
        parts.push(gap());
    }
    parts.push(part(say::question(fact), STRONG, 0, width));
    parts.push(gap());
    parts.push(faint(&sentence(&say::price(question)), 3));
    parts.extend(say::tells(&view.interview, question.fact).map(|text| faint(&text, 4)));
    if let Some(value) = view.interview.now().ticket.facts().recorded.get(&question.fact) {
        parts.push(part(&format!("So far: {}", value.written), Style::new(), 2, width));
    }
    parts.push(gap());
    parts
}

fn fix_text(view: &View, id: FixId, width: usize) -> Vec<Part> {
    let fix = &view.interview.graph().pack.fixes[id];
    let mut parts = vec![part(say::fix_title(fix), STRONG, 0, width)];
    parts.push(part(&of_fix(fix), FAINT, 2, width));
    parts.push(numbered(fix.steps.iter().map(String::as_str), width));
    parts.push(gap());
    parts
}

/// Steps, as many as there is room for.
fn numbered<'t>(steps: impl Iterator<Item = &'t str>, width: usize) -> Part {
    let step = |(at, step): (usize, &str)| hanging(&format!("{}. ", at + 1), step, width);
    Part { lines: steps.enumerate().flat_map(step).map(Line::raw).collect(), gives_way: SHRINKS }
}

/// Says whose a fix is and what it costs.
fn of_fix(fix: &Fix) -> String {
    let risk = fix.risks.first().map(|risk| format!("risk: {risk}"));
    cost_of_fix(fix).into_iter().chain(risk).collect::<Vec<_>>().join(" · ")
}

/// Writes the plan in short.
fn plan_text(view: &View, width: usize) -> Vec<Part> {
    let plan = what_to_do(&view.interview.now().ticket);
    let plain = |text: &String| part(text, Style::new(), 0, width);
    let titles: Vec<String> = plan.in_order().map(Titled::with_chance).collect();
    let mut parts: Vec<Part> = plan.instead.iter().map(plain).collect();
    parts.push(numbered(titles.iter().map(String::as_str), width));
    parts.extend(plan.escalate.iter().map(plain));
    parts
}

/// The rows as lines; the first and last line of the selected one; where the cursor stands.
type Rows = (Vec<Line<'static>>, (usize, usize), Option<(usize, usize)>);

fn rows(view: &View, look: Look, width: usize) -> Rows {
    let (mut lines, mut selected, mut cursor) = (Vec::new(), (0, 0), None);
    for (at, row) in view.rows().into_iter().enumerate() {
        let start = lines.len();
        if row == Row::Type {
            let (drawn, column) = typed(view, look, width);
            cursor = (at == view.at).then_some((start, column));
            lines.extend(drawn);
        } else {
            lines.extend(chosen(view, at, row, width));
        }
        if at == view.at {
            selected = (start, lines.len().saturating_sub(1));
        }
    }
    (lines, selected, cursor)
}

fn chosen(view: &View, at: usize, row: Row, width: usize) -> Vec<Line<'static>> {
    let is_selected = at == view.at;
    let mark = if is_selected { "›" } else { " " };
    let head = format!("{mark} {}  ", key(view, at, row));
    let style = match (is_selected, row) {
        (true, _) => SELECTED,
        (false, Row::DontKnow | Row::NotAvailable) => FAINT,
        _ => Style::new(),
    };
    hanging(&head, &label(view, row), width).into_iter().map(|line| Line::styled(line, style)).collect()
}

/// Returns the key that chooses a row.
fn key(view: &View, at: usize, row: Row) -> String {
    let typed = matches!(view.form(), Some(Form::Typed(_)));
    match row {
        Row::DontKnow => if typed { "^D" } else { "d" }.to_owned(),
        Row::NotAvailable => if typed { "^X" } else { "x" }.to_owned(),
        // A digit is typed there.
        Row::Choice(_) if typed => " ".to_owned(),
        _ => keys::key_of(at).to_string(),
    }
}

fn label(view: &View, row: Row) -> String {
    match row {
        Row::Choice(at) => {
            let name = |choices: &[Choice]| choices.get(at).map_or_else(String::new, |c| c.label.clone());
            match view.form() {
                Some(Form::One(choices) | Form::Typed(choices)) => name(choices),
                Some(Form::Some(choices)) => {
                    let tick = if view.ticked.contains(&at) { "[x]" } else { "[ ]" };
                    format!("{tick} {}", name(choices))
                }
                None => String::new(),
            }
        }
        Row::NoneOfThem => "none of them".to_owned(),
        Row::Type => String::new(),
        Row::DontKnow => "don't know".to_owned(),
        Row::NotAvailable => "not available: nobody can find out".to_owned(),
        Row::StillBroken => "tried, still broken".to_owned(),
        Row::Solved => "solved".to_owned(),
        Row::GoOn => "go on asking".to_owned(),
        Row::Revise(fact) => {
            let value = view.interview.now().ticket.facts().recorded.get(&fact);
            let name = say::fact(&view.interview.graph().pack, fact);
            format!("{name}: {}", value.map_or("", |value| value.written.as_str()))
        }
        Row::Undo => "undo what was done last".to_owned(),
        Row::Plan => "the whole plan".to_owned(),
        Row::Save => "save as a fact file".to_owned(),
        Row::Quit => "quit".to_owned(),
    }
}

/// Returns the line in which an answer is typed, with what is wrong with it, or how it is taken; and the column of the cursor.
fn typed(view: &View, look: Look, width: usize) -> (Vec<Line<'static>>, usize) {
    let (text, column) = view.input.window(width.saturating_sub(2));
    let style = if view.typing() { STRONG } else { Style::new() };
    let blank = "_".repeat(width.saturating_sub(2 + text.width()));
    let mut lines = vec![Line::from(vec![
        Span::styled("> ", STRONG),
        Span::styled(text, style),
        Span::styled(blank, FAINT),
    ])];
    let below = |text: &str, style: Style| -> Vec<Line<'static>> {
        hanging("  ", text, width).into_iter().map(|line| Line::styled(line, style)).collect()
    };
    match view.checked() {
        None => {
            let expected = view.fact().map_or_else(String::new, |(_, fact)| say::expected(fact));
            lines.extend(below(&sentence(&expected), FAINT));
        }
        Some(Ok(taken)) => lines.extend(below(&format!("= {taken}"), look.good())),
        Some(Err(refusal)) => {
            lines.extend(below(&refusal.message, look.bad()));
            lines.extend(below(&refusal.help, Style::new()));
        }
    }
    (lines, column + 2)
}
