//! The answer as text for a terminal, in the order in which somebody woken up by it needs it: the likeliest cause and how sure it is;
//! the evidence that decides, in the reader's own values; what to do first and whose it is; what to ask next. Where a question is
//! worth more than acting at once, it comes before what to do. The rest is for whoever asks for it.
//!
//! Colour stands beside words, never for them. The text carries its styles, which whoever prints it takes out where nobody would see
//! them, or has none.

mod full;
#[cfg(feature = "cli")]
mod ranking;
mod short;
mod why_not;

#[cfg(feature = "cli")]
pub use ranking::{Ranked, ranking};
pub use why_not::why_not;

use textwrap::core::display_width;

use super::style::{BAD, FAINT, GOOD, PLAIN, STRONG, Style};
use super::wrap::{PAGE, bar, lines};
use crate::report::words::{CHECK_AGAIN, IMPOSSIBLE, OVERLAP, UNLISTED, chance};
use crate::report::{Answer, Change, Detail, Ranking, Report, Row};
use crate::ticket::Ticket;

/// The width of a full bar.
const BAR: usize = 10;
/// As wide as an exact probability is.
const CHANCE: usize = 7;
/// The column where the text beside a factor begins.
const BESIDE: usize = 13;

/// Writes the answer in lines of a width.
pub fn text(answer: &Answer, width: usize) -> String {
    written(answer, Page::new(width))
}

/// Writes the same without styles, for what is kept.
pub fn plain(answer: &Answer, width: usize) -> String {
    written(answer, Page { is_plain: true, ..Page::new(width) })
}

fn written(answer: &Answer, mut page: Page) -> String {
    let report = Report::new(answer);
    page.supposed(&report);
    if let Some(contradiction) = &report.impossible {
        page.impossible(contradiction);
    } else {
        page.answer(&report, answer.detail);
    }
    match answer.detail {
        Detail::Short | Detail::Why => {}
        Detail::All => page.rules_in_short(&report),
        Detail::Kept => page.rules_one_by_one(&report),
    }
    if answer.rules {
        page.rules(&report);
    }
    if report.sets_asked {
        page.sets(&report);
    }
    if answer.hints && report.impossible.is_none() {
        page.hints(answer);
    }
    page.out
}

/// Writes why the likeliest cause is as likely as it is; where facts contradict each other, what does.
pub fn why(ticket: &Ticket) -> String {
    let (report, mut page) = (Report::new(&Answer::new(ticket)), Page::new(PAGE));
    match (&report.impossible, report.whys.first()) {
        (Some(contradiction), _) => page.impossible(contradiction),
        (None, Some(first)) => page.why(first, true),
        _ => page.paragraph("", "", "There are only ranges, and no reasons, without an exact answer."),
    }
    page.out.trim_start_matches('\n').to_owned()
}

/// Says in a line what is likeliest: `91 % The recipient is marked invalid`.
pub fn likeliest(ticket: &Ticket) -> String {
    let diagnosis = ticket.diagnosis();
    if diagnosis.impossible.is_some() {
        return IMPOSSIBLE.to_owned();
    }
    let pack = &ticket.graph().pack;
    let first = diagnosis.causes.first().filter(|first| first.probability.low >= diagnosis.unlisted.low);
    match first {
        Some(first) => format!("{} {}", chance(first.probability), pack.causes[first.cause].in_words()),
        None => format!("{} {UNLISTED}", chance(diagnosis.unlisted)),
    }
}

/// Writes what to do.
pub fn plan(ticket: &Ticket) -> String {
    let (report, mut page) = (Report::new(&Answer::new(ticket)), Page::new(PAGE));
    page.what_to_do(&report);
    if page.out.is_empty() {
        page.line("Nothing is known that could be done.");
    }
    page.out.trim_start_matches('\n').to_owned()
}

/// Lines of a width.
struct Page {
    width: usize,
    /// Whether it has no styles.
    is_plain: bool,
    out: String,
}

impl Page {
    fn new(width: usize) -> Self {
        Self { width, is_plain: false, out: String::new() }
    }

    /// Returns a text in a style.
    fn in_style(&self, style: Style, text: &str) -> String {
        if self.is_plain || style == PLAIN { text.to_owned() } else { format!("{style}{text}{style:#}") }
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn blank(&mut self) {
        self.out.push('\n');
    }

    /// Writes a heading, with something said beside it.
    fn heading(&mut self, text: &str, beside: &str) {
        self.blank();
        let fits = display_width(text) + display_width(beside) + 2 <= self.width;
        if beside.is_empty() || !fits {
            self.styled(STRONG, "", "  ", text);
            if !beside.is_empty() {
                self.styled(FAINT, "  ", "  ", beside);
            }
        } else {
            let line = format!("{}  {}", self.in_style(STRONG, text), self.in_style(FAINT, beside));
            self.line(&line);
        }
    }

    /// Writes a paragraph, its first line behind `first` and the others behind `rest`.
    fn paragraph(&mut self, first: &str, rest: &str, text: &str) {
        self.styled(PLAIN, first, rest, text);
    }

    fn faint(&mut self, first: &str, rest: &str, text: &str) {
        self.styled(FAINT, first, rest, text);
    }

    fn styled(&mut self, style: Style, first: &str, rest: &str, text: &str) {
        for line in lines(self.width, first, rest, text) {
            let bare = line.trim_start_matches(' ');
            let indent = " ".repeat(line.len() - bare.len());
            let line = format!("{indent}{}", self.in_style(style, bare));
            self.line(&line);
        }
    }

    /// Writes a paragraph beside a head of another style.
    fn beside(&mut self, (head_style, head): (Style, &str), style: Style, text: &str) {
        let indent = " ".repeat(display_width(head));
        for (at, line) in lines(self.width, &indent, &indent, text).iter().enumerate() {
            let text = self.in_style(style, line.strip_prefix(indent.as_str()).unwrap_or(line));
            let head = if at == 0 { self.in_style(head_style, head) } else { indent.clone() };
            self.line(&format!("{head}{text}"));
        }
    }

    /// Writes where more stands.
    fn see(&mut self, indent: &str, places: &[String]) {
        if !places.is_empty() {
            self.faint(&format!("{indent}see: "), &format!("{indent}     "), &places.join("; "));
        }
    }

    /// Writes the ranking before and after something is supposed.
    fn supposed(&mut self, report: &Report) {
        const WIDE: usize = 8;
        let Some((set, changes)) = &report.supposed else { return };
        self.styled(GOOD, "", "  ", &format!("What if {set}"));
        self.blank();
        let head = self.in_style(FAINT, &format!("{:>WIDE$}  {:>WIDE$}", "now", "then"));
        self.line(&head);
        for change in changes {
            let head =
                format!("{:>WIDE$}  {:>WIDE$} {} ", chance(change.was), chance(change.is), arrow(change));
            self.beside((STRONG, &head), PLAIN, &change.title);
        }
        self.blank();
    }

    fn impossible(&mut self, contradiction: &[String]) {
        self.styled(BAD, "", "", IMPOSSIBLE);
        self.blank();
        contradiction.iter().for_each(|text| self.paragraph("  ", "    ", text));
        self.paragraph("  ", "  ", CHECK_AGAIN);
    }

    fn answer(&mut self, report: &Report, detail: Detail) {
        self.notices(report);
        self.doubt(report);
        report.verdicts.iter().for_each(|verdict| self.styled(GOOD, "", "", &verdict.to_string()));
        if let Some(text) = &report.inexact {
            self.paragraph("", "", text);
        }
        self.blank();
        self.ranking(&report.ranking, detail);
        match detail {
            Detail::Short => self.short(report),
            Detail::Why => {
                self.whys(report);
                self.do_and_ask(report);
            }
            Detail::All | Detail::Kept => self.full(report, detail),
        }
    }

    fn notices(&mut self, report: &Report) {
        for notice in &report.notices {
            self.paragraph("Note: ", "  ", notice);
        }
        if !report.notices.is_empty() {
            self.blank();
        }
    }

    fn doubt(&mut self, report: &Report) {
        let Some([how, check]) = &report.doubt else { return };
        self.styled(BAD, "", "", how);
        self.paragraph("  ", "  ", check);
        self.blank();
    }

    fn ranking(&mut self, ranking: &Ranking, detail: Detail) {
        self.rows(&ranking.rows);
        let indent = " ".repeat(CHANCE + 2);
        if let Some(rest) = &ranking.rest {
            self.faint(&indent, &indent, rest);
        }
        if ranking.overlaps {
            self.faint(&indent, &indent, OVERLAP);
        }
        if let Some(out) = ranking.ruled_out.as_ref().filter(|_| matches!(detail, Detail::All | Detail::Kept))
        {
            self.faint("    0 %  ", &indent, out);
        }
    }

    fn rows(&mut self, rows: &[Row]) {
        let wide = rows.iter().map(|row| chance(row.chance).chars().count()).max().unwrap_or(0).max(CHANCE);
        for row in rows {
            let shown = format!("{:>wide$}  ", chance(row.chance));
            let bar = format!("{:<BAR$}  ", bar(row.chance, BAR));
            let style = if row.is_strong { STRONG } else { PLAIN };
            let indent = " ".repeat(wide + BAR + 4);
            for (at, line) in lines(self.width, &indent, &indent, &row.title).iter().enumerate() {
                let title = self.in_style(style, line.trim_start());
                let head =
                    if at == 0 { format!("{shown}{}", self.in_style(GOOD, &bar)) } else { indent.clone() };
                self.line(&format!("{head}{title}"));
            }
        }
    }

    /// Says what the flags bring.
    fn hints(&mut self, answer: &Answer) {
        let hints = [
            (answer.detail == Detail::Short, "--why: the evidence in full"),
            (answer.detail != Detail::All, "--all: everything"),
            (!answer.rules, "--rules: what each rule did"),
        ];
        let hints: Vec<&str> =
            hints.into_iter().filter(|(is_off, _)| *is_off).map(|(_, hint)| hint).collect();
        if !hints.is_empty() {
            self.blank();
            self.faint("", "", &hints.join(" · "));
        }
    }
}

/// Returns how something moved.
fn arrow(change: &Change) -> char {
    use crate::report::thresholds::MOVED;
    match (change.is.low - change.was.low, change.was.exact && change.is.exact) {
        (d, true) if d > MOVED => '▲',
        (d, true) if d < -MOVED => '▼',
        _ => ' ',
    }
}
