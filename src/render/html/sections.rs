//! The sections of a page, in the order in which they are read.

use maud::{Markup, PreEscaped, html};

use crate::markup::clean;
use crate::render::headline::IMPOSSIBLE;
use crate::render::report::{Action, Ask, Factor, Recorded, Report, Row, RuleGroup, Why};
use crate::render::words::chance;
use crate::ticket::diagnosis::Probability;

/// What is supposed, before anything that follows from it.
pub(super) fn supposed(report: &Report) -> Markup {
    let Some(supposed) = &report.supposed else { return html! {} };
    html! {
        section class="supposed" {
            p { strong { "What if " code { (clean(&supposed.set)) } } ": what stands below is as if it were so." }
            table {
                thead { tr { th scope="col" { "Cause" } th scope="col" { "Now → then" } } }
                tbody {
                    @for (was, is, title) in &supposed.changes {
                        tr { th scope="row" { (clean(title)) } td { (chance(*was)) " → " strong { (chance(*is)) } } }
                    }
                }
            }
        }
    }
}

/// The likeliest cause and how sure it is; before it, what stands in the way of believing it.
pub(super) fn answer(report: &Report) -> Markup {
    if let Some(contradiction) = &report.impossible {
        return impossible(contradiction);
    }
    html! {
        section class="answer" {
            @if let Some([how, check]) = &report.surprise {
                div class="warning" role="note" {
                    p { strong { (clean(how)) } }
                    p { (clean(check)) }
                }
            }
            @for (at, headline) in report.headlines.iter().enumerate() {
                @let what = capital(&headline.what);
                @if at == 0 {
                    p class="sure" { (headline.sure) }
                    h1 { (clean(&what)) }
                    @if let Some(p) = headline.chance { p class="percent" { strong { (chance(p)) } (bar(p)) } }
                } @else {
                    p class="aswell" { (headline.sure) ": " strong { (clean(&what)) } " (" (headline.chance.map_or_else(String::new, chance)) ")" }
                }
            }
            @if report.headlines.is_empty() { h1 { "No cause is known" } }
            @if let Some(inexact) = &report.inexact { p class="faint" { (clean(inexact)) } }
        }
    }
}

fn impossible(contradiction: &[String]) -> Markup {
    html! {
        section class="answer" {
            h1 { (IMPOSSIBLE) }
            div class="warning" role="note" {
                p { "These cannot be so together:" }
                ul { @for text in contradiction { li { (clean(text)) } } }
                p { "One of them must be wrong, or the pack is: check them again." }
            }
        }
    }
}

/// The causes in their order.
pub(super) fn ranking(report: &Report) -> Markup {
    if report.ranking.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { "Causes" }
            ol class="ranking" { @for row in &report.ranking { (row_of(row)) } }
            @for rest in &report.rest { p class="faint" { (clean(rest)) } }
            @if !report.together.is_empty() {
                h3 { "Together, and nothing else of this pack" }
                ol class="ranking" { @for row in &report.together { (row_of(row)) } }
            }
        }
    }
}

fn row_of(row: &Row) -> Markup {
    html! {
        li class=[row.strong.then_some("strong")] {
            span class="chance" { (chance(row.chance)) }
            (bar(row.chance))
            span class="what" {
                (clean(&row.title))
                @if let Some(name) = &row.name { " " code { (clean(name)) } }
            }
        }
    }
}

/// A bar up to the lower end, lighter from there to the upper one; its percentage always stands beside it.
fn bar(p: Probability) -> Markup {
    let width = |p: f64| format!("width:{:.1}%", p * 100.0);
    html! {
        span class="bar" aria-hidden="true" {
            @if !p.exact { span class="open" style=(width(p.high)) {} }
            span class="full" style=(width(p.low)) {}
        }
    }
}

/// Why the likeliest causes are as likely as they are.
pub(super) fn whys(report: &Report) -> Markup {
    if report.whys.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { "Why" }
            p class="faint" { "× 5 is: seen 5 times as often with the cause as without it; × 0.2: a fifth as often. The odds before, times each factor, are the odds after." }
            @for why in &report.whys { (why_of(why)) }
        }
    }
}

fn why_of(why: &Why) -> Markup {
    let [odds_before, before] = &why.before;
    let [odds_after, after] = &why.after;
    html! {
        article {
            h3 { (clean(&why.title)) @if why.title != why.name { " " code { (clean(&why.name)) } } }
            p class="odds" { (odds_before) " " span aria-label="becomes" { "→" } " " strong { (odds_after) } }
            ol class="factors" {
                li class="end" { span class="factor" { (before) } div { "before any symptom" } }
                @for factor in &why.factors { (factor_of(factor)) }
                li class="end" { span class="factor" { (after) } div { "after all of this" } }
            }
            (see(&why.see))
        }
    }
}

fn factor_of(factor: &Factor) -> Markup {
    html! {
        li class=(if factor.speaks_for { "for" } else { "against" }) {
            span class="factor" { (factor.times) }
            div {
                @if factor.beside { p { (clean(&factor.said)) } } @else { p { strong { (clean(&factor.said)) } } }
                @for witness in &factor.witnesses { p class="witness" { (clean(witness)) } }
                @if let Some([line, place]) = &factor.line {
                    p class="faint" { (clean(line)) " " span class="place" { (clean(place)) } }
                }
            }
        }
    }
}

/// What to do, to tick off.
pub(super) fn actions(report: &Report) -> Markup {
    let plan = &report.what_to_do;
    if plan.is_nothing() {
        return html! {};
    }
    html! {
        section {
            h2 { "What to do" }
            @if let Some(text) = plan.nothing_yet { p { (text) } }
            @if let Some(first) = &plan.first { p class="beside" { (tick(first)) } }
            @for action in &plan.actions { (action_of(action)) }
            @if !plan.then.is_empty() {
                p class="beside" { (plan.when()) }
                ul class="steps" { @for text in &plan.then { li { (tick(text)) } } }
            }
            @for text in &plan.unwaited { p class="risk" { strong { "Mind: " } (clean(text)) } }
            @for text in &plan.last { p class="beside" { (clean(text)) } }
        }
    }
}

fn action_of(action: &Action) -> Markup {
    html! {
        article class="action" {
            h3 { (tick(&action.title))}
            @if let Some(cause) = &action.against { p { "If it is: " (clean(cause)) } }
            p class="faint" { (clean(&action.about.join(" · "))) }
            @if !action.steps.is_empty() {
                ol class="steps" { @for step in &action.steps { li { (tick(step)) } } }
            }
            @for text in &action.verify { p { strong { "It worked when: " } (clean(text)) } }
            @for text in &action.does_not { p { strong { "It does not: " } (clean(text)) } }
            @for text in &action.risks { p class="risk" { strong { "Risk: " } (clean(text)) } }
            (see(&action.see))
        }
    }
}

/// A box to tick beside a text; the text belongs to it.
fn tick(text: &str) -> Markup {
    html! { label class="tick" { input type="checkbox"; span { (clean(text)) } } }
}

/// What would settle it.
pub(super) fn asks(report: &Report) -> Markup {
    if report.impossible.is_some() {
        return html! {};
    }
    html! {
        section {
            h2 { "What to ask next" }
            @if report.asks.is_empty() { p { "No question that is left would pay for itself." } }
            @else { ul class="asks" { @for ask in &report.asks { (ask_of(ask)) } } }
            @if report.more_asks > 0 { p class="faint" { (report.more_asks) " more would pay for themselves." } }
            @if !report.assumed.is_empty() {
                p class="faint" { "Nobody said, so taken as it usually is: " (clean(&report.assumed.join("; "))) }
            }
        }
    }
}

fn ask_of(ask: &Ask) -> Markup {
    let questions = html! {
        @for (question, name) in &ask.questions {
            li { (clean(question)) @if question != name { " " code { (clean(name)) } } }
        }
    };
    html! {
        li {
            span class="takes" { (ask.takes) }
            div {
                @if let Some(visit) = &ask.visit { p { strong { (clean(visit)) } } }
                ul class=(if ask.visit.is_some() { "questions" } else { "alone" }) { (questions) }
                p class="faint" { (ask.saves) }
            }
        }
    }
}

/// The part of the graph that spoke; wider than a phone, it scrolls by itself.
pub(super) fn picture(picture: &PreEscaped<String>) -> Markup {
    html! {
        section class="picture-of" {
            h2 { "What spoke" }
            figure {
                div class="scroll" tabindex="0" role="group" aria-label="Picture of what spoke; it scrolls sideways" { (picture) }
                figcaption class="faint" { "From left to right: the facts that were recorded, the symptoms that follow from them, and the likeliest causes, with the strongest of what speaks for and against them. The same stands in words above." }
            }
        }
    }
}

/// What was recorded.
pub(super) fn facts(report: &Report) -> Markup {
    html! {
        section {
            h2 { "What is known" }
            @if report.facts.is_empty() { p { "No fact was recorded." } }
            @else {
                table {
                    thead { tr { th scope="col" { "Fact" } th scope="col" { "Value" } th scope="col" { "Where it stands" } } }
                    tbody { @for fact in &report.facts { (fact_of(fact)) } }
                }
            }
            @if !report.tried.is_empty() {
                p { strong { "Tried, and it is still broken: " } (clean(&report.tried.join("; "))) }
            }
        }
    }
}

fn fact_of(fact: &Recorded) -> Markup {
    html! {
        tr {
            th scope="row" {
                @if let Some(question) = &fact.question { (clean(question)) " " }
                code { (clean(&fact.name)) }
            }
            td dir="auto" class="value" { (clean(&fact.value)) }
            td class="place" { (clean(&fact.place)) }
        }
    }
}

/// Every rule accounted for.
pub(super) fn rules(report: &Report) -> Markup {
    let count: usize = report.rules.iter().map(|group| group.rules.len()).sum();
    let parts = report.rules.iter().map(|group| format!("{} {}", group.rules.len(), group.what));
    let parts: Vec<String> = parts.collect();
    html! {
        section {
            h2 { "Rules" }
            details {
                summary { (count) " rules: " (parts.join(", ")) }
                @for group in &report.rules { (group_of(group)) }
            }
        }
    }
}

fn group_of(group: &RuleGroup) -> Markup {
    html! {
        h3 { (group.rules.len()) " " (group.what) }
        ul class="rules" {
            @for [name, said, place] in &group.rules {
                li {
                    code { (clean(name)) }
                    @if !said.is_empty() { " " (clean(said)) }
                    " " span class="place" { (clean(place)) }
                }
            }
        }
    }
}

fn see(places: &[String]) -> Markup {
    html! { @if !places.is_empty() { p class="faint" { "See: " (clean(&places.join("; "))) } } }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
