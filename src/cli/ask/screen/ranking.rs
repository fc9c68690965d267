//! What is likely, with how sure that is and how it moved.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::{FAINT, Look, View};
use crate::cli::ask::say;
use crate::cli::ask::wrap::{hanging, wrapped};
use crate::pack::CauseId;
use crate::render::wrap::bar;
use crate::report::thresholds::{MOVED, WORTH_A_ROW_LIVE};
use crate::report::verdict;
use crate::report::words::{UNLISTED, chance as written, percent};
use crate::ticket::diagnosis::{Diagnosis, Probability};

/// The width of a full bar.
const BAR: usize = 8;
/// Where a title has so much room, it stands beside its bar, else beneath.
const ROOM: usize = 24;

/// Something in the race; none is what the pack does not know.
type Entry = (Option<CauseId>, Probability);

/// The ranking, as much of it as there is room for; what is left is counted.
pub(super) fn lines(view: &View, look: Look, area: Rect) -> Vec<Line<'static>> {
    let now = view.interview.now();
    let pack = &view.interview.graph().pack;
    let width = usize::from(area.width);
    let diagnosis = &now.ticket.diagnosis();
    let said = wrapped(&verdict(view.interview.graph(), diagnosis), width);
    let style = if diagnosis.impossible.is_some() { look.bad() } else { look.good() };
    let mut lines: Vec<Line> = said.into_iter().map(|line| Line::styled(line, style)).collect();
    if diagnosis.impossible.is_some() {
        return lines;
    }
    let doubt = say::doubt(pack, diagnosis).map(|text| wrapped(&text, width)).unwrap_or_default();
    lines.extend(doubt.into_iter().map(|line| Line::styled(line, look.bad())));
    lines.push(Line::default());
    let before = view.interview.before().map(|before| before.ticket.diagnosis());
    let all = entries(diagnosis);
    let mut left = all.len();
    for entry in &all {
        let row = row(entry, before, view, look, width);
        let foot = usize::from(left > 1);
        if lines.len() + row.len() + foot > usize::from(area.height) {
            break;
        }
        lines.extend(row);
        left -= 1;
    }
    if left > 0 {
        let most = all.get(all.len() - left).map_or(0.0, |(_, p)| p.high);
        let text = format!("{left} more, at {} or less", percent(most));
        lines.extend(wrapped(&text, width).into_iter().map(|line| Line::styled(line, FAINT)));
    }
    lines
}

/// Returns all that is worth a row, the likeliest first.
fn entries(diagnosis: &Diagnosis) -> Vec<Entry> {
    let mut all: Vec<Entry> = diagnosis.causes.iter().map(|r| (Some(r.cause), r.probability)).collect();
    let unlisted = diagnosis.unlisted;
    let at = all.iter().position(|(_, p)| p.high < unlisted.high).unwrap_or(all.len());
    all.insert(at, (None, unlisted));
    all.retain(|(_, p)| p.high >= WORTH_A_ROW_LIVE);
    all
}

fn row(
    (cause, p): &Entry,
    before: Option<&Diagnosis>,
    view: &View,
    look: Look,
    width: usize,
) -> Vec<Line<'static>> {
    let title = cause.map_or(UNLISTED, |id| say::cause(&view.interview.graph().pack, id));
    let chance = format!("{:>6} ", written(*p));
    let bar = format!("{:<BAR$}", bar(*p, BAR));
    let mark = format!(" {} ", moved(*cause, *p, before));
    let head = chance.width() + BAR + mark.width();
    let line = |text: String| {
        Line::from(vec![
            Span::raw(chance.clone()),
            Span::styled(bar.clone(), look.good()),
            Span::raw(mark.clone()),
            Span::raw(text),
        ])
    };
    if width >= head + ROOM {
        let mut texts = hanging(&" ".repeat(head), title, width).into_iter();
        let first = texts.next().map(|text| text.trim_start().to_owned()).unwrap_or_default();
        return std::iter::once(line(first)).chain(texts.map(Line::raw)).collect();
    }
    let title = hanging("  ", title, width).into_iter().map(Line::raw);
    std::iter::once(line(String::new())).chain(title).collect()
}

/// Returns whether something is likelier or less likely than before the last answer.
fn moved(cause: Option<CauseId>, p: Probability, before: Option<&Diagnosis>) -> char {
    let Some(before) = before.filter(|before| before.impossible.is_none()) else { return ' ' };
    let was = match cause {
        None => Some(before.unlisted),
        Some(id) => before.causes.iter().find(|r| r.cause == id).map(|r| r.probability),
    };
    let change = was.map_or(0.0, |was| p.low + p.high - was.low - was.high) / 2.0;
    match change {
        c if c > MOVED => '▲',
        c if c < -MOVED => '▼',
        _ => ' ',
    }
}
