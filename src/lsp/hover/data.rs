//! Facts, symptoms, their values, and the rules that hear them.

use super::{headline, listed, see, written};
use crate::lsp::view::View;
use crate::pack::references::Owner;
use crate::pack::{Evidence, Fact, FactId, Line, Pack, RateLine, Reading, Rule, Shape, Symptom};
use crate::render::markdown::escaped;
use crate::syntax::ast::Frequency;
use crate::value::{Type, write_duration, write_word};

/// So many lines of a rule are shown.
const LINES: usize = 12;

/// Describes a fact, computed fact or symptom.
pub(super) fn data(view: &View<'_>, name: &str) -> Vec<String> {
    let pack = &view.analysis.pack;
    let mut out = match (pack.facts.iter().find(|f| f.name.value == name), symptom_called(pack, name)) {
        (Some(found), _) => fact(view, found),
        (None, Some(found)) => symptom(view, found),
        (None, None) => return vec![format!("`{name}` is not declared in this pack")],
    };
    let observes = |rule: &&Rule| match &rule.evidence {
        Evidence::Fact(id, _) => pack.facts[*id].name.value == name,
        Evidence::Symptom(id) => pack.symptoms[*id].name.value == name,
        Evidence::Condition(_) => false,
    };
    out.extend(pack.rules.iter().filter(observes).map(|rule| observed(pack, rule)));
    out
}

fn symptom_called<'p>(pack: &'p Pack, name: &str) -> Option<&'p Symptom> {
    pack.symptoms.iter().find(|symptom| symptom.name.value == name)
}

fn fact(view: &View<'_>, fact: &Fact) -> Vec<String> {
    let pack = &view.analysis.pack;
    let what = if fact.definition.is_some() { "computed fact" } else { "fact" };
    let mut out = vec![format!("**{what}** `{}`: {}", fact.name.value, fact.ty.name())];
    out.extend(fact.ask.as_ref().map(|question| format!("“{}”", escaped(question))));
    let visit = fact.visit.map(|id| &pack.visits[id]);
    let takes = |nanos: Option<i128>| {
        nanos.map_or(String::new(), |nanos| format!(", takes {}", write_duration(nanos)))
    };
    out.extend(match (visit, fact.takes) {
        (Some(visit), _) => Some(format!("Answered by “{}”{}", escaped(&visit.title), takes(visit.takes))),
        (None, Some(nanos)) => Some(format!("Asking takes {}", write_duration(nanos))),
        (None, None) => None,
    });
    let by = fact.by.as_ref().or(visit.and_then(|visit| visit.by.as_ref()));
    out.extend(by.map(|who| format!("Answered by `{}`", escaped(who))));
    out.extend(fact.rates.as_ref().and_then(|line| rates(pack, line, &values(&fact.ty))));
    out.extend(read_by(pack, &fact.name.value));
    out.extend(see(&fact.see));
    out
}

/// Names the symptoms and computed facts that read a fact.
fn read_by(pack: &Pack, name: &str) -> Option<String> {
    let id = FactId(pack.facts.iter().position(|fact| fact.name.value == name)?);
    let conditions = |symptom: &Symptom| {
        symptom.reading.branches.iter().filter_map(|(_, c)| c.as_ref()).any(|c| c.reads().facts.contains(&id))
    };
    let symptoms =
        pack.symptoms.iter().filter(|symptom| conditions(symptom)).map(|symptom| &symptom.name.value);
    let computes = |fact: &&Fact| fact.definition.as_ref().is_some_and(|d| d.reads().facts.contains(&id));
    let facts = pack.facts.iter().filter(computes).map(|fact| &fact.name.value);
    let readers: Vec<String> = symptoms.chain(facts).map(|reader| format!("`{reader}`")).collect();
    (!readers.is_empty()).then(|| format!("Read by {}", shortened(&readers)))
}

/// Returns the values of a type in the order in which rates count them.
fn values(ty: &Type) -> Vec<String> {
    match ty {
        Type::YesNo => vec!["no".to_owned(), "yes".to_owned()],
        Type::OneOf(values) | Type::SomeOf(values) => values.clone(),
        _ => Vec::new(),
    }
}

/// Says how often a fact is so, ticket or not.
fn rates(pack: &Pack, line: &RateLine, names: &[String]) -> Option<String> {
    let named = |(at, rate): (&usize, &f64)| Some(format!("{} {}", chance(pack, *rate), names.get(*at)?));
    let all: Vec<String> = line.rates.iter().filter_map(named).collect();
    (!all.is_empty()).then(|| format!("How often, whether or not something is wrong: {}", all.join(", ")))
}

/// Writes a number with its word, where the scale has one: `often (60 %)`.
fn chance(pack: &Pack, number: f64) -> String {
    let word =
        Frequency::ALL.iter().find(|word| (pack.manifest.scale.frequency(**word) - number).abs() < 1e-9);
    write_word(word.map(|word| word.word()), number)
}

fn symptom(view: &View<'_>, symptom: &Symptom) -> Vec<String> {
    let what = match symptom.reading.shape {
        Shape::YesNo => "symptom",
        Shape::Levels => "symptom in levels",
        Shape::Kinds => "symptom in kinds",
    };
    let mut out = vec![headline(what, &symptom.name.value, symptom.title.as_deref())];
    out.extend(cases(view, &symptom.reading));
    let names: Vec<String> = symptom.reading.levels.iter().map(|level| level.name.clone()).collect();
    out.extend(symptom.rates.as_ref().and_then(|line| rates(&view.analysis.pack, line, &names)));
    out.extend(see(&symptom.see));
    out
}

/// Lists each level with its condition, in the order in which they are tried.
fn cases(view: &View<'_>, reading: &Reading) -> Option<String> {
    let condition =
        |at: usize| reading.branches.iter().find(|(level, _)| *level == at).map(|(_, condition)| condition);
    let when = |at: usize| match condition(at)? {
        Some(condition) => Some(format!("when `{}`", written(view, condition.span))),
        None => Some("otherwise".to_owned()),
    };
    if reading.shape == Shape::YesNo {
        return when(1);
    }
    listed(reading.branches.iter().filter_map(|(at, _)| {
        let level = reading.levels.get(*at)?;
        let title = level.title.as_ref().map_or(String::new(), |title| format!(" “{}”", escaped(title)));
        Some(format!("`{}`{title} {}", level.name, when(*at)?))
    }))
}

/// Says how often what a rule observes is seen, with which causes and anyway.
fn observed(pack: &Pack, rule: &Rule) -> String {
    let Some(reading) = pack.reading(&rule.evidence) else { return String::new() };
    let mut with: Vec<(String, Vec<String>)> = Vec::new();
    for (id, line) in &rule.with {
        let cause = pack.causes[*id].name.value.as_str();
        let (chances, cause) = (chances(line, reading), format!("`{cause}`"));
        match with.iter_mut().find(|(known, _)| *known == chances) {
            Some((_, causes)) => causes.push(cause),
            None => with.push((chances, vec![cause])),
        }
    }
    let more = with.len().saturating_sub(LINES);
    let anyway = chances(&rule.anyway, reading);
    let mut lines: Vec<String> =
        (!anyway.is_empty()).then(|| format!("{anyway} anyway")).into_iter().collect();
    let line = |(chances, causes): &(String, Vec<String>)| format!("{chances} with {}", shortened(causes));
    lines.extend(with.iter().take(LINES).map(line));
    lines.extend((more > 0).then(|| format!("and {more} more lines")));
    if lines.is_empty() {
        return "No rule says yet how often it is seen".to_owned();
    }
    let guard = if rule.given.is_some() { " where its `given` holds" } else { "" };
    format!("Seen{guard}:\n\n{}", listed(lines).unwrap_or_default())
}

/// Lists names, of many only the first.
fn shortened(names: &[String]) -> String {
    let more = names.len().saturating_sub(LINES);
    let first = names.iter().take(LINES).cloned().collect::<Vec<_>>().join(", ");
    if more == 0 { first } else { format!("{first} and {more} more") }
}

/// Writes chances of levels: `often (60 %) stuck, sometimes (30 %) scan_like`.
fn chances(line: &Line, reading: &Reading) -> String {
    let one = |(at, frequently): (&usize, &crate::pack::Frequently)| {
        let chance = write_word(frequently.word.map(Frequency::word), frequently.chance);
        match (reading.shape, reading.levels.get(*at)) {
            (Shape::YesNo, _) | (_, None) => chance,
            (_, Some(level)) => format!("{chance} `{}`", level.name),
        }
    };
    line.chances.iter().rev().map(one).collect::<Vec<_>>().join(", ")
}

/// Describes a rule with a name of its own.
pub(super) fn rule(view: &View<'_>, name: &str) -> Vec<String> {
    let pack = &view.analysis.pack;
    let Some(rule) = pack.rules.iter().find(|rule| rule.name.value == name) else {
        return vec![headline("rule", name, None)];
    };
    let mut out = vec![headline("rule", name, rule.title.as_deref())];
    out.extend(rule.given.as_ref().map(|given| format!("Speaks only where `{}`", written(view, given.span))));
    if let Evidence::Condition(reading) = &rule.evidence {
        out.extend(cases(view, reading).map(|when| format!("Observes {when}")));
    }
    out.push(observed(pack, rule));
    out.extend(see(&rule.see));
    out
}

/// Describes a value of a fact, or a level or kind of a symptom.
pub(super) fn value(view: &View<'_>, owner: &Owner, value: &str) -> Vec<String> {
    let name = match owner {
        Owner::Data(name) => name.clone(),
        Owner::Column(table, column) => format!("{column}` of `{table}"),
        Owner::Nobody => return vec![format!("`{value}`")],
    };
    let Some(symptom) = symptom_called(&view.analysis.pack, &name) else {
        return vec![format!("`{value}`: a value of `{name}`")];
    };
    let reading = &symptom.reading;
    let Some(at) = reading.levels.iter().position(|level| level.name == value) else {
        return vec![format!("`{name}` has no `{value}`")];
    };
    let what = if reading.shape == Shape::Kinds { "kind" } else { "level" };
    let title = reading.levels.get(at).and_then(|level| level.title.as_deref());
    let mut out = vec![format!("{} of `{name}`", headline(what, value, title))];
    out.extend(match reading.branches.iter().find(|(level, _)| *level == at) {
        Some((_, Some(condition))) => Some(format!("when `{}`", written(view, condition.span))),
        Some((_, None)) => Some("when none of the others is true".to_owned()),
        None => None,
    });
    out
}
