//! A text over the whole screen: why, the plan, what is recorded, the keys.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{FAINT, Look, SELECTED, STRONG};
use crate::cli::ask::wrap::hanging;
use crate::markup::STYLE;

/// Draws a text from so many lines down; that is set right where it is beyond the end.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    look: Look,
    (title, text, down): (&str, &str, &mut u16),
) {
    let lines = lines(text, look, usize::from(area.width));
    let room = area.height.saturating_sub(2);
    let last = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_sub(room);
    *down = (*down).min(last);
    let [head, middle, foot] = [
        Rect { height: area.height.min(1), ..area },
        Rect { y: area.y + area.height.min(1), height: room, ..area },
        Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area },
    ];
    frame.render_widget(Paragraph::new(Line::styled(format!(" {title} "), SELECTED)), head);
    frame.render_widget(Paragraph::new(lines).scroll((*down, 0)), middle);
    let keys = if last == 0 {
        "any key closes".to_owned()
    } else {
        let at = if *down >= last { "end".to_owned() } else { format!("{} lines more", last - *down) };
        format!("↑ ↓ scroll ({at}) · any other key closes")
    };
    frame.render_widget(Paragraph::new(Line::styled(keys, FAINT)), foot);
}

/// A text with ANSI styles as lines; what is wider than the screen is wrapped, and keeps its indentation.
fn lines(text: &str, look: Look, width: usize) -> Vec<Line<'static>> {
    let mut style = Style::new();
    let mut lines = Vec::new();
    for line in text.lines() {
        let spans = spans(line, look, &mut style);
        let plain: String = spans.iter().map(|span| span.content.as_ref()).collect();
        let line = Line::from(spans);
        if line.width() <= width {
            lines.push(line);
            continue;
        }
        let style = line.spans.last().map_or(Style::new(), |span| span.style);
        let (head, rest) = plain.split_at(column(&plain, width));
        let texts = hanging(head, rest, width);
        lines.extend(texts.into_iter().map(|text| Line::styled(text, style)));
    }
    lines
}

/// Returns where the text of a line begins: behind its indentation, or behind the last wide gap in its first third, as in a table.
fn column(line: &str, width: usize) -> usize {
    let indent = line.len() - line.trim_start().len();
    let gaps = line.match_indices("  ").map(|(at, _)| at + line.get(at..).map_or(0, leading_blanks));
    gaps.filter(|at| *at < line.len() && *at <= (width / 3).max(indent)).max().unwrap_or(indent)
}

fn leading_blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

fn spans(line: &str, look: Look, style: &mut Style) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    let begin = format!("{STYLE}[");
    let mut parts = line.split(begin.as_str());
    spans.extend(parts.next().map(|text| Span::styled(text.to_owned(), *style)));
    for part in parts {
        let (codes, text) = part.split_once('m').unwrap_or(("", part));
        codes.split(';').for_each(|code| *style = styled(*style, code, look));
        spans.push(Span::styled(text.to_owned(), *style));
    }
    spans.retain(|span| !span.content.is_empty());
    spans
}

/// The styles that an answer uses.
fn styled(style: Style, code: &str, look: Look) -> Style {
    match code {
        "1" => style.patch(STRONG),
        "2" => style.patch(FAINT),
        "36" => style.patch(look.good()),
        "35" => style.patch(look.bad()),
        _ => Style::new(),
    }
}
