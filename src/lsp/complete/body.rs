//! What may stand in each declaration, by the words before.

use super::context::{Context, nth_last};
use super::snippets::{CAUSE, DECLARATIONS, FACT, FIX, RULE, SYMPTOM};
use super::{Owner, Wanted};
use super::{condition, evidence};
use crate::lsp::view::View;
use crate::syntax::ast::Frequency;

/// Returns what may stand at a place.
pub(super) fn wanted(view: &View<'_>, context: &Context<'_>) -> Vec<Wanted> {
    match (context.keyword, context.depth) {
        ("", _) => vec![Wanted::Snippets(DECLARATIONS)],
        _ if context.before(0) == "allow" => vec![Wanted::Codes],
        ("tickets", _) => evidence::tickets(view, context),
        (_, 0) => head(view, context),
        ("facts", 1) => visit(view, context),
        ("facts" | "fact" | "derive", _) => fact(view, context, Owner::Data(context.name.to_owned())),
        ("symptom", _) => symptom(view, context),
        ("rule", _) => rule(view, context),
        ("cause", _) => cause(view, context),
        ("fix", _) => fix(view, context),
        ("records", _) => evidence::records(context),
        _ => Vec::new(),
    }
}

fn head(view: &View<'_>, context: &Context<'_>) -> Vec<Wanted> {
    let after = |word: &str| after(&context.part, word);
    match (context.keyword, context.part.len()) {
        ("facts", 1) => vec![Wanted::Words(&["from"])],
        ("rule", 1) => vec![Wanted::NotObserved],
        ("cause", 1) => vec![Wanted::Undeclared { fixes: false }],
        ("fix", 1) => vec![Wanted::Undeclared { fixes: true }],
        ("facts", _) => visit_parts(context),
        ("records", _) => evidence::records_head(view, context),
        ("fact" | "derive", _) if context.before(0) == ":" => vec![Wanted::Types],
        ("derive", _) => after("=").map_or_else(Vec::new, |words| condition::wanted(view, words)),
        ("fact", at) if at > 3 => fact(view, context, Owner::Data(context.name.to_owned())),
        ("symptom", _) if after("when").is_some() => {
            after("when").map_or_else(Vec::new, |words| condition::wanted(view, words))
        }
        ("symptom", at) if at > 1 => match context.before(0) {
            "in" => vec![Wanted::Words(&["levels", "kinds"])],
            _ => vec![Wanted::Words(&["when", "in levels", "in kinds"])],
        },
        _ => Vec::new(),
    }
}

/// Returns the words behind the last occurrence of a word.
pub(super) fn after<'c, 't>(words: &'c [&'t str], word: &str) -> Option<&'c [&'t str]> {
    let at = words.iter().rposition(|other| *other == word)?;
    words.get(at + 1..)
}

/// Returns what may stand in a line of a visit: a fact, or what the visit costs.
fn visit(view: &View<'_>, context: &Context<'_>) -> Vec<Wanted> {
    let name = context.part.first().copied().unwrap_or("");
    match context.before(0) {
        "" => vec![Wanted::Words(&["by", "takes", "see"])],
        ":" => vec![Wanted::Types],
        _ if view.analysis.names().data.contains_key(name) => {
            fact(view, context, Owner::Data(name.to_owned()))
        }
        _ => visit_parts(context),
    }
}

fn visit_parts(context: &Context<'_>) -> Vec<Wanted> {
    match (context.before(1), context.before(0)) {
        ("takes", _) => vec![Wanted::TimeUnits],
        (_, "by") => vec![Wanted::People],
        _ => vec![Wanted::Words(&["by", "takes", "see"])],
    }
}

/// Returns what may stand in the parts of a fact.
fn fact(view: &View<'_>, context: &Context<'_>, owner: Owner) -> Vec<Wanted> {
    let read = after(&context.part, "read").and_then(|words| evidence::read(view, words, owner.clone()));
    if let Some(wanted) = read {
        return wanted;
    }
    match (context.before(1), context.before(0)) {
        ("takes", _) => vec![Wanted::TimeUnits],
        (_, "by") => vec![Wanted::People],
        (_, "takes" | "see" | "of") => Vec::new(),
        (_, "almost") => vec![Wanted::Words(&["always", "never"])],
        (_, "ask") => vec![Wanted::Words(&["first"])],
        _ if ends_chance(context) => vec![Wanted::Values(owner)],
        (_, ",") => vec![Wanted::Frequencies],
        _ => vec![Wanted::Snippets(FACT), Wanted::Frequencies],
    }
}

/// Returns whether a chance stands before the place: `usually`, `80 %`, `17 of 20`, `1 in 200`.
fn ends_chance(context: &Context<'_>) -> bool {
    let word = context.before(0);
    let counted = matches!(context.before(1), "of" | "in") && is_number(word);
    counted || word == "%" || Frequency::ALL.iter().any(|known| known.word() == word)
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

fn symptom(view: &View<'_>, context: &Context<'_>) -> Vec<Wanted> {
    if let Some(words) = after(&context.part, "when") {
        return condition::wanted(view, words);
    }
    let in_parts = context.head.ends_with(&["levels"]) || context.head.ends_with(&["kinds"]);
    match context.before(0) {
        "almost" => vec![Wanted::Words(&["always", "never"])],
        _ if ends_chance(context) => vec![Wanted::Values(Owner::Data(context.name.to_owned()))],
        "" if in_parts => vec![Wanted::Words(&["see"]), Wanted::Frequencies],
        "" => vec![Wanted::Snippets(SYMPTOM), Wanted::Frequencies],
        _ if in_parts => vec![Wanted::Words(&["when", "otherwise"])],
        _ => Vec::new(),
    }
}

fn rule(view: &View<'_>, context: &Context<'_>) -> Vec<Wanted> {
    let observed = Owner::Data(observed(view, context.name));
    let position = |word: &str| context.part.iter().rposition(|other| *other == word);
    let last = ["with", "out", "given", "when"].into_iter().filter_map(position).max();
    let rest = last.and_then(|at| context.part.get(at + 1..)).unwrap_or_default();
    match last.and_then(|at| context.part.get(at)).copied() {
        // `starts with "x"` is no line of causes.
        Some("given" | "when") => condition::wanted(view, rest),
        Some("with") if position("given").or(position("when")).is_some() => Vec::new(),
        Some(_) if matches!(nth_last(rest, 0), "" | ",") => vec![Wanted::Causes],
        Some(_) => vec![Wanted::Snippets(RULE), Wanted::Frequencies],
        None => entries(context, observed, &["with", "anyway", "rules out"]),
    }
}

/// Returns what a rule observes: what its `when` names, or the symptom of its own name.
fn observed(view: &View<'_>, rule: &str) -> String {
    let own = view.analysis.pack.references.rules.get(rule).cloned().flatten();
    own.unwrap_or_else(|| rule.to_owned())
}

/// Returns what may stand in chances of levels; `then` may follow them.
fn entries(context: &Context<'_>, observed: Owner, then: &'static [&'static str]) -> Vec<Wanted> {
    match context.before(0) {
        "" => vec![Wanted::Snippets(RULE), Wanted::Frequencies, Wanted::Levels(observed)],
        "," | ":" => vec![Wanted::Frequencies],
        "almost" => vec![Wanted::Words(&["always", "never"])],
        "rules" => vec![Wanted::Words(&["out"])],
        _ if ends_chance(context) => vec![Wanted::Levels(observed), Wanted::Words(then)],
        word if is_number(word) => vec![Wanted::Words(&["%", "of", "in"])],
        _ => vec![Wanted::Words(then)],
    }
}

fn cause(view: &View<'_>, context: &Context<'_>) -> Vec<Wanted> {
    let part = context.part.as_slice();
    let rest = |word: &str| after(part, word).unwrap_or_default();
    let more = |words: &[&str]| matches!(nth_last(words, 0), "" | ",");
    match part.first().copied().unwrap_or("") {
        "" => vec![Wanted::Commonness, Wanted::Snippets(CAUSE)],
        "very" if part.len() == 1 => vec![Wanted::Words(&["common", "rare"])],
        "part" if part.len() == 1 => vec![Wanted::Words(&["of"])],
        "told" if part.len() == 1 => vec![Wanted::Words(&["by"])],
        "leads" if part.len() == 1 => vec![Wanted::Words(&["to"])],
        "part" if more(rest("of")) => vec![Wanted::Groups],
        "told" => condition::wanted(view, rest("by")),
        "leads" if more(rest("to")) => vec![Wanted::Causes],
        "leads" => vec![Wanted::Frequencies],
        "fix" if more(rest("fix")) => vec![Wanted::Fixes],
        "shows" => shows(view, context),
        _ if after(part, "when").is_some() => condition::wanted(view, rest("when")),
        "fix" | "part" | "see" => Vec::new(),
        _ => vec![Wanted::Words(&["when", "otherwise"])],
    }
}

fn shows(view: &View<'_>, context: &Context<'_>) -> Vec<Wanted> {
    let target = context.part.get(1).copied().unwrap_or("");
    match context.part.len() {
        1 => vec![Wanted::Rules],
        2 => vec![Wanted::Frequencies],
        _ => entries(context, Owner::Data(observed(view, target)), &[]),
    }
}

fn fix(view: &View<'_>, context: &Context<'_>) -> Vec<Wanted> {
    if let Some(words) =
        after(&context.part, "verify").filter(|words| !words.first().is_some_and(|w| w.starts_with('"')))
    {
        return condition::wanted(view, words);
    }
    match (context.before(1), context.before(0)) {
        ("takes" | "waits", _) => vec![Wanted::TimeUnits],
        (_, "by") => vec![Wanted::People],
        (_, "works") => vec![Wanted::Frequencies],
        (_, "almost") => vec![Wanted::Words(&["always", "never"])],
        (_, "needs") => vec![Wanted::Words(&["approval"])],
        (_, "does") => vec![Wanted::Words(&["not"])],
        (_, "takes" | "waits" | "step" | "risk" | "see" | "not") => Vec::new(),
        _ => vec![Wanted::Snippets(FIX)],
    }
}
