//! The sections of a page, in the order in which they are read.

use maud::{Markup, PreEscaped, html};

use crate::markup;
use crate::render::wrap::fixed;
use crate::report::thresholds::MOST_VISITS;
use crate::report::words::{CHECK_AGAIN, IMPOSSIBLE, NO_QUESTION, OVERLAP, RATIO, chance, count, sentence};
use crate::report::{
    Action, Ask, Factor, Recorded, Report, Row, RuleGroup, Titled, WhatToDo, Why, counted, more_asks,
};
use crate::ticket::diagnosis::Probability;

/// Returns a text without the signs that do harm, in which numbers keep their units.
fn clean(text: &str) -> String {
    fixed(&markup::clean(text), false)
}

/// Writes what is supposed, before anything that follows from it.
pub(super) fn supposed(report: &Report) -> Markup {
    let Some((set, changes)) = &report.supposed else { return html! {} };
    html! {
        section class="supposed" {
            p { strong { "What if " code { (clean(set)) } } ": what stands below is as if it were so." }
            table {
                thead { tr { th scope="col" { "Cause" } th scope="col" { "Now → then" } } }
                tbody {
                    @for change in changes {
                        tr {
                            th scope="row" { (clean(&change.title)) }
                            td { (chance(change.was)) " → " strong { (chance(change.is)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Writes the likeliest cause and how sure it is; before it, what stands in the way of believing it.
pub(super) fn answer(report: &Report) -> Markup {
    if let Some(contradiction) = &report.impossible {
        return impossible(contradiction);
    }
    html! {
        section class="answer" {
            @for notice in &report.notices {
                div class="warning" role="note" { p { (clean(notice)) } }
            }
            @if let Some([how, check]) = &report.doubt {
                div class="warning" role="note" {
                    p { strong { (clean(how)) } }
                    p { (clean(check)) }
                }
            }
            @for (at, verdict) in report.verdicts.iter().enumerate() {
                @let what = clean(&sentence(&verdict.what));
                @if at == 0 {
                    p class="sure" { (verdict.sure) }
                    h1 { (what) }
                    @if let Some(p) = verdict.chance { p class="percent" { strong { (chance(p)) } (bar(p)) } }
                } @else {
                    p class="aswell" { (verdict.sure) ": " strong { (what) } " (" (verdict.chance.map_or_else(String::new, chance)) ")" }
                }
            }
            @if report.verdicts.is_empty() { h1 { "No cause is known" } }
            @if let Some(inexact) = &report.inexact { p class="faint" { (clean(inexact)) } }
        }
    }
}

fn impossible(contradiction: &[String]) -> Markup {
    html! {
        section class="answer" {
            h1 { (IMPOSSIBLE) }
            div class="warning" role="note" {
                ul { @for text in contradiction { li { (clean(text)) } } }
                p { (CHECK_AGAIN) }
            }
        }
    }
}

/// Writes the causes in their order.
pub(super) fn ranking(report: &Report) -> Markup {
    let ranking = &report.ranking;
    if ranking.rows.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { "Causes" }
            ol class="ranking" { @for row in &ranking.rows { (row_of(row)) } }
            @if let Some(rest) = &ranking.rest { p class="faint" { (clean(rest)) } }
            @if ranking.overlaps { p class="faint" { (clean(OVERLAP)) } }
            @if let Some(out) = &ranking.ruled_out { p class="faint" { (clean(out)) } }
            @if !report.together.is_empty() {
                h3 { "Together, and nothing else of this pack" }
                ol class="ranking" { @for row in &report.together { (row_of(row)) } }
            }
        }
    }
}

fn row_of(row: &Row) -> Markup {
    html! {
        li class=[row.is_strong.then_some("strong")] {
            span class="chance" { (chance(row.chance)) }
            (bar(row.chance))
            span class="what" {
                (clean(&row.title))
                @if let Some(name) = &row.name { " " code { (clean(name)) } }
            }
        }
    }
}

/// Draws a bar up to the lower end, lighter from there to the upper one; its percentage always stands beside it.
fn bar(p: Probability) -> Markup {
    let width = |p: f64| format!("width:{:.1}%", p * 100.0);
    html! {
        span class="bar" aria-hidden="true" {
            @if !p.exact { span class="open" style=(width(p.high)) {} }
            span class="full" style=(width(p.low)) {}
        }
    }
}

/// Writes why the likeliest causes are as likely as they are; where none of the pack's is, what was observed.
pub(super) fn whys(report: &Report) -> Markup {
    html! {
        @if !report.observed.is_empty() {
            section {
                h2 { "What was observed" }
                ul { @for observed in &report.observed { li { (clean(&observed.in_short())) } } }
            }
        }
        @if !report.whys.is_empty() {
            section {
                h2 { "Why" }
                p class="faint" { (RATIO) "." }
                @for why in &report.whys { (why_of(why)) }
            }
        }
    }
}

fn why_of(why: &Why) -> Markup {
    html! {
        article {
            h3 { (clean(&why.title)) @if why.title != why.name { " " code { (clean(&why.name)) } } }
            ol class="factors" {
                li class="end" { span class="factor" { (why.prior) } div { "Prior" } }
                @for factor in &why.factors { (factor_of(factor)) }
                li class="end" { span class="factor" { (why.posterior) } div { "With the evidence" } }
            }
            (see(&why.see))
        }
    }
}

fn factor_of(factor: &Factor) -> Markup {
    let said = clean(&sentence(&factor.observed.said));
    html! {
        li class=(if factor.speaks_for { "for" } else { "against" }) {
            span class="factor" { (factor.times) }
            div {
                @if factor.is_own() { p { strong { (said) } } } @else { p { (said) } }
                @if let Some(place) = &factor.observed.place { p class="witness" { span class="place" { (clean(place)) } } }
                @for witness in &factor.observed.witnesses {
                    p class="witness" { (clean(&witness.said)) " " span class="place" { (clean(&witness.place)) } }
                }
                @if let Some([line, place]) = &factor.line {
                    p class="faint" { (clean(line)) " " span class="place" { (clean(place)) } }
                }
            }
        }
    }
}

/// Writes what to do, to tick off.
pub(super) fn actions(report: &Report) -> Markup {
    let plan = &report.what_to_do;
    if plan.is_nothing() || report.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 { "What to do" }
            @if let Some(text) = &plan.instead { p class="beside" { (tick(text)) } }
            @for action in &plan.actions { (action_of(action)) }
            @if !plan.then.is_empty() {
                p class="beside" { (WhatToDo::behind(plan.actions.len())) ":" }
                ul class="steps" { @for fix in &plan.then { li { (tick(&Titled::with_chance(fix))) } } }
            }
            @for text in &plan.warnings { p class="risk" { strong { "Warning: " } (clean(text)) } }
            @for text in &plan.left_alone { p class="beside" { (clean(text)) } }
            @if let Some(text) = &plan.escalate { p class="beside" { (clean(text)) } }
            @if let Some(text) = &plan.expected { p class="faint" { (clean(text)) } }
        }
    }
}

fn action_of(action: &Action) -> Markup {
    html! {
        article class="action" {
            h3 { (tick(&action.titled.title))}
            @if let Some(cause) = &action.against { p { "If it is: " (clean(cause)) } }
            p class="faint" { (clean(&action.about.join(" · "))) }
            @if !action.steps.is_empty() {
                ol class="steps" { @for step in &action.steps { li { (tick(step)) } } }
            }
            @for text in &action.verify { p { strong { "Verify: " } (clean(text)) } }
            @for text in &action.notes { p { strong { "Note: " } (clean(text)) } }
            @for text in &action.risks { p class="risk" { strong { "Risk: " } (clean(text)) } }
            @for text in &action.warnings { p class="risk" { strong { "Warning: " } (clean(text)) } }
            (see(&action.see))
        }
    }
}

/// Writes a box to tick beside a text; the text belongs to it.
fn tick(text: &str) -> Markup {
    html! { label class="tick" { input type="checkbox"; span { (clean(text)) } } }
}

/// Writes what would settle it.
pub(super) fn asks(report: &Report, all: bool) -> Markup {
    if report.impossible.is_some() {
        return html! {};
    }
    let most = if all { report.asks.len() } else { MOST_VISITS };
    html! {
        section {
            h2 { "What to ask next" }
            @if report.asks.is_empty() { p { (NO_QUESTION) "." } }
            @else { ul class="asks" { @for ask in report.asks.iter().take(most) { (ask_of(ask)) } } }
            @if let Some(more) = more_asks(report.asks.len().saturating_sub(most)) { p class="faint" { (more) "." } }
            @if let Some(text) = &report.assumed { p class="faint" { (clean(text)) } }
        }
    }
}

fn ask_of(ask: &Ask) -> Markup {
    let questions = html! {
        @for question in &ask.questions {
            li { (clean(&question.text)) @if let Some(fact) = &question.fact { " " code { (clean(fact)) } } }
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

/// Writes the part of the graph that is active; wider than a phone, it scrolls by itself.
pub(super) fn picture(picture: &PreEscaped<String>) -> Markup {
    html! {
        section class="picture-of" {
            h2 { "Active evidence" }
            figure {
                div class="scroll" tabindex="0" role="group" aria-label="Picture of the active evidence; it scrolls sideways" { (picture) }
                figcaption class="faint" { "From left to right: the facts that were recorded, the symptoms that follow from them, and the likeliest causes, with the strongest evidence for and against them. The text above says the same." }
            }
        }
    }
}

/// Writes what was recorded.
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
                p { strong { "Tried, still broken: " } (clean(&report.tried.join("; "))) }
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
            td dir="auto" class="value" { (markup::clean(&fact.value)) }
            td class="place" { (clean(&fact.place)) }
        }
    }
}

/// Accounts for every rule.
pub(super) fn rules(report: &Report) -> Markup {
    html! {
        section {
            h2 { "Rules" }
            details {
                summary { (counted(&report.rules)) }
                @for group in &report.rules { (group_of(group)) }
            }
        }
    }
}

fn group_of(group: &RuleGroup) -> Markup {
    html! {
        h3 { (count(group.rules.len(), "rule", "rules")) " " (group.what) }
        ul class="rules" {
            @for rule in &group.rules {
                li {
                    code { (clean(&rule.name)) }
                    @if !rule.said.is_empty() { " " (clean(&rule.said)) }
                    " " span class="place" { (clean(&rule.place)) }
                }
            }
        }
    }
}

fn see(places: &[String]) -> Markup {
    html! { @if !places.is_empty() { p class="faint" { "See: " (clean(&places.join("; "))) } } }
}
