//! The screen: what is likely on the left, what is asked on the right, what the keys do at the foot.
//!
//! Nothing is cut: titles and questions are wrapped, and where a terminal is low, what explains gives way before what is
//! asked, and the choices scroll. Colour stands beside words and signs, never for them.

mod ask;
mod page;
mod ranking;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph};
use unicode_width::UnicodeWidthStr as _;

use super::view::{Note, Over, Row, View};
use super::wrap::wrapped;
use crate::interview::Form;

const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);
const FAINT: Style = Style::new().add_modifier(Modifier::DIM);
const SELECTED: Style = Style::new().add_modifier(Modifier::REVERSED);

/// What a terminal may show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    colours: bool,
}

impl Look {
    /// As `NO_COLOR` says.
    pub(super) fn of_terminal() -> Self {
        Self { colours: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) }
    }

    fn good(self) -> Style {
        self.coloured(Color::Cyan)
    }

    fn bad(self) -> Style {
        self.coloured(Color::Magenta)
    }

    fn coloured(self, colour: Color) -> Style {
        if self.colours { STRONG.fg(colour) } else { STRONG }
    }
}

/// Draws everything.
pub(super) fn draw(frame: &mut Frame<'_>, view: &mut View, look: Look) {
    let area = frame.area();
    if let Over::Page { title, text, down } = &mut view.over {
        return page::draw(frame, area, look, (*title, text.as_str(), down));
    }
    let foot = foot(view, look, area.width);
    let height = u16::try_from(foot.len()).unwrap_or(1);
    let [head, middle, foot_area] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(1), Constraint::Length(height)]).areas(area);
    frame.render_widget(Paragraph::new(heading(view, area.width)), head);
    let left = (area.width * 2 / 5).clamp(22, 50);
    let [ranking, asked] = Layout::horizontal([Constraint::Length(left), Constraint::Min(1)]).areas(middle);
    let joined = symbols::border::Set { top_right: "┬", ..symbols::border::PLAIN };
    let block = Block::new().borders(Borders::RIGHT | Borders::TOP).border_set(joined);
    let inner = inside(ranking, block.inner(ranking));
    frame.render_widget(block, ranking);
    frame.render_widget(Paragraph::new(ranking::lines(view, look, inner)), inner);
    let block = Block::new().borders(Borders::TOP);
    let inner = inside(asked, block.inner(asked));
    frame.render_widget(block, asked);
    ask::draw(frame, view, look, inner);
    frame.render_widget(Paragraph::new(foot), foot_area);
    prompt_cursor(frame, view, foot_area);
}

/// Leaves a column free on the left.
fn inside(_: Rect, inner: Rect) -> Rect {
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

/// Writes the name of the pack and the progress; only the progress where both are too wide.
fn heading(view: &View, width: u16) -> Line<'static> {
    let progress = view.progress();
    let pack = format!(" ruleout ask · {}", view.interview.graph().pack.manifest.name);
    let room = usize::from(width).checked_sub(pack.width() + progress.width() + 2);
    match room {
        Some(room) => {
            Line::from(vec![Span::styled(pack, STRONG), Span::raw(" ".repeat(room + 1)), Span::raw(progress)])
        }
        None => Line::from(Span::raw(format!(" {progress}"))),
    }
}

/// Writes what was done or is wrong, and what the keys do; where a file is to be named or the program left, the question for that.
fn foot(view: &View, look: Look, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width).saturating_sub(2);
    let styled = |text: &str, style: Style| -> Vec<Line<'static>> {
        wrapped(text, width).into_iter().map(|line| Line::styled(format!(" {line}"), style)).collect()
    };
    let mut lines = match &view.note {
        Note::Nothing => Vec::new(),
        Note::Done(text) => styled(text, look.good()),
        Note::Wrong(refusal) if refusal.help.is_empty() => styled(&refusal.message, look.bad()),
        Note::Wrong(refusal) => styled(&format!("{}: {}", refusal.message, refusal.help), look.bad()),
    };
    match &view.over {
        Over::Save { replace: Some(path), .. } => lines.extend(styled(
            &format!(
                "{} is there already. Replace it? Comments in it are not kept. y yes · any other key no",
                path.display()
            ),
            look.bad(),
        )),
        Over::Save { input, .. } => {
            lines.extend(styled("Save as (Enter saves, Esc does not):", STRONG));
            lines.push(Line::raw(format!(" {}", input.window(width).0)));
        }
        Over::Read { input } => {
            lines.extend(styled("Read facts from the file (Enter reads it, Esc does not):", STRONG));
            lines.push(Line::raw(format!(" {}", input.window(width).0)));
        }
        Over::Quit => lines.extend(styled(
            "What is recorded is not saved. s save and quit · y quit without saving · any other key stays",
            look.bad(),
        )),
        Over::Nothing | Over::Page { .. } => {
            // A key and what it does stay on one line.
            let keys = keys(view).replace(' ', "\u{a0}").replace("\u{a0}·\u{a0}", "\u{a0}· ");
            lines.extend(styled(&keys, FAINT));
        }
    }
    lines
}

fn keys(view: &View) -> &'static str {
    if matches!(view.form(), Some(Form::Some(_))) {
        return "Space or number ticks · Enter takes what is ticked · d don't know · x not available · b back · w why · p plan · s save · ? help";
    }
    match (view.fact(), view.typing()) {
        (Some(_), true) => {
            "Enter takes it · ↓ choose · ^D don't know · ^X not available · ^B back · ^W why · ^P plan · ^S save · Esc commands · F1 help"
        }
        (Some(_), false) => {
            "↑↓ Enter choose · d don't know · x not available · b back · u undo · w why · p plan · s save · ? help · q quit"
        }
        (None, _) => {
            "↑↓ Enter choose · b back · u undo · w why · p plan · a what is recorded · s save · ? help · q quit"
        }
    }
}

/// The cursor of the line in which a file is named.
fn prompt_cursor(frame: &mut Frame<'_>, view: &View, area: Rect) {
    let (Over::Save { input, replace: None, .. } | Over::Read { input }) = &view.over else { return };
    let column = input.window(usize::from(area.width).saturating_sub(2)).1;
    let x = area.x + 1 + u16::try_from(column).unwrap_or(0);
    frame.set_cursor_position((x, area.bottom().saturating_sub(1)));
}

#[cfg(test)]
mod tests;
