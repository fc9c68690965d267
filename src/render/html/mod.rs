//! The answer as one page that needs nothing else: no script, no font, no picture from elsewhere.
//!
//! It is read in light and dark, on a phone and on paper. What was recorded and what a pack says is escaped by type: only
//! what this module writes itself is markup. A page says in its head that nothing may be loaded or run.

mod sections;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::markup::clean;
use crate::render::report::{Answer, Report, report};
use crate::render::svg;

const STYLE: &str = include_str!("style.css");
/// Nothing is loaded and nothing runs, even if a text of a user should ever come out as more than a text.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// Writes the page; below everything, what is to be said beside the answer.
pub fn html(answer: Answer, beside: Option<&str>) -> String {
    let report = report(answer);
    let ticket = answer.ticket;
    let picture = svg::spoke(ticket.graph(), ticket).filter(|_| report.impossible.is_none());
    let style = picture.as_ref().map_or_else(|| STYLE.to_owned(), |_| [STYLE, svg::STYLE].concat());
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (clean(&report.in_one_line())) " – " (clean(&report.pack)) }
                style { (PreEscaped(style)) }
            }
            body {
                (body(&report, picture.map(PreEscaped)))
                footer {
                    p { "By Ruleout, with the pack " (clean(&report.pack)) "." }
                    @if let Some(beside) = beside { p { (clean(beside)) } }
                }
            }
        }
    };
    page.into_string() + "\n"
}

fn body(report: &Report, picture: Option<PreEscaped<String>>) -> Markup {
    html! {
        header { p { (clean(&report.pack)) } }
        main {
            (sections::supposed(report))
            (sections::answer(report))
            (sections::ranking(report))
            @if report.ask_first {
                (sections::asks(report))
                (sections::actions(report))
            } @else {
                (sections::actions(report))
                (sections::asks(report))
            }
            (sections::whys(report))
            @if let Some(picture) = picture { (sections::picture(&picture)) }
            (sections::facts(report))
            (sections::rules(report))
        }
    }
}
