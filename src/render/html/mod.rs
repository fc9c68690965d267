//! The answer as one page that needs nothing else: no script, no font, no picture from elsewhere.
//!
//! It is read in light and dark, on a phone and on paper. What was recorded and what a pack says is escaped by type: only
//! what this module writes itself is markup. A page says in its head that nothing may be loaded or run.

mod sections;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::markup::clean;
use crate::render::svg;
use crate::report::{Answer, Detail, Report, rows};

const STYLE: &str = include_str!("style.css");
/// Nothing is loaded and nothing runs, even if a text of a user should ever come out as more than a text.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// Writes the page; below everything, what is to be said beside the answer.
pub fn html(answer: Answer, beside: Option<&str>) -> String {
    let ticket = answer.ticket;
    // A page has room: it is short at its beginning, and whole.
    let top = answer.top.or_else(|| (answer.detail != Detail::All).then(|| rows(ticket.diagnosis())));
    let report = Report::new(&Answer { top, ..answer });
    let picture = svg::matched(ticket.graph(), ticket).filter(|_| report.impossible.is_none());
    let style = picture.as_ref().map_or_else(|| STYLE.to_owned(), |_| [STYLE, svg::STYLE].concat());
    let about = report.about().into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let all_asks = answer.detail == Detail::All;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (clean(&report.in_one_line())) " – " (clean(&about)) }
                style { (PreEscaped(style)) }
            }
            body {
                header { p { (clean(&about)) } }
                (body(&report, all_asks, picture.map(PreEscaped)))
                footer {
                    p { "Written by Ruleout." }
                    @if let Some(beside) = beside { p { (clean(beside)) } }
                }
            }
        }
    };
    page.into_string() + "\n"
}

fn body(report: &Report, all_asks: bool, picture: Option<PreEscaped<String>>) -> Markup {
    html! {
        main {
            (sections::supposed(report))
            (sections::answer(report))
            (sections::ranking(report))
            @if report.asks_first {
                (sections::asks(report, all_asks))
                (sections::actions(report))
            } @else {
                (sections::actions(report))
                (sections::asks(report, all_asks))
            }
            (sections::whys(report))
            @if let Some(picture) = picture { (sections::picture(&picture)) }
            (sections::facts(report))
            (sections::rules(report))
        }
    }
}
