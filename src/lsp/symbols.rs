//! The declarations of a file, and of all packs, as an outline.

use gen_lsp_types::{BaseSymbolInformation, DocumentSymbol, Location, SymbolInformation, SymbolKind};

use super::view::View;
use crate::source::Span;
use crate::syntax::ast::{self, DeclarationKind, RecordsPart, SymptomBody};

/// A declaration as it stands in an outline.
struct Outlined<'a> {
    name: &'a str,
    detail: String,
    kind: SymbolKind,
    /// Where its name stands.
    at: Span,
    inside: Vec<Outlined<'a>>,
}

/// Lists the declarations of a file.
pub(super) fn outline(view: &View<'_>) -> Vec<DocumentSymbol> {
    let declarations = view.tree().map_or(&[][..], |tree| tree.file.declarations.as_slice());
    let symbol =
        |declaration: &ast::Declaration| symbol(view, &outlined(&declaration.kind), declaration.span);
    declarations.iter().map(symbol).collect()
}

#[expect(deprecated, reason = "the protocol's old field has to be named")]
fn symbol(view: &View<'_>, outlined: &Outlined<'_>, whole: Span) -> DocumentSymbol {
    let children: Vec<_> = outlined.inside.iter().map(|inner| symbol(view, inner, inner.at)).collect();
    DocumentSymbol {
        // Without a name an outline is refused as a whole.
        name: if outlined.name.is_empty() { "…".to_owned() } else { outlined.name.to_owned() },
        detail: (!outlined.detail.is_empty()).then(|| outlined.detail.clone()),
        kind: outlined.kind,
        tags: None,
        deprecated: None,
        range: view.range(whole.to(outlined.at)),
        selection_range: view.range(outlined.at),
        children: (!children.is_empty()).then_some(children),
    }
}

fn outlined(kind: &DeclarationKind) -> Outlined<'_> {
    match kind {
        DeclarationKind::Visit(visit) => Outlined {
            name: &visit.title.value,
            detail: "facts from".to_owned(),
            kind: SymbolKind::Namespace,
            at: visit.title.span,
            inside: visit.facts.iter().map(|(fact, _)| of_fact(fact)).collect(),
        },
        DeclarationKind::Fact(fact) => of_fact(fact),
        DeclarationKind::Derive(derive) => named(&derive.name, None, "derive", SymbolKind::Variable),
        DeclarationKind::Symptom(symptom) => {
            let levels = match &symptom.body {
                SymptomBody::YesNo(_) => &[][..],
                SymptomBody::Levels(levels) | SymptomBody::Kinds(levels) => levels.as_slice(),
            };
            let level = |level: &'_ ast::Level| level.title.clone();
            let inside = levels
                .iter()
                .map(|l| named(&l.name, level(l).as_ref(), "", SymbolKind::EnumMember))
                .collect();
            let symptom = named(&symptom.name, symptom.title.as_ref(), "symptom", SymbolKind::Event);
            Outlined { inside, ..symptom }
        }
        DeclarationKind::Rule(rule) => named(&rule.name, rule.title.as_ref(), "rule", SymbolKind::Operator),
        DeclarationKind::Cause(cause) => named(&cause.name, cause.title.as_ref(), "cause", SymbolKind::Class),
        DeclarationKind::Fix(fix) => named(&fix.name, fix.title.as_ref(), "fix", SymbolKind::Method),
        DeclarationKind::Records(records) => {
            let columns = records.parts.iter().filter_map(|part| match &part.value {
                RecordsPart::Column(column) => Some(named(&column.name, None, "", SymbolKind::Property)),
                _ => None,
            });
            let inside = columns.collect();
            Outlined { inside, ..named(&records.name, None, "records", SymbolKind::Struct) }
        }
        DeclarationKind::TicketKeys(keys) => {
            let by: Vec<&str> = keys.keys.iter().map(|key| key.value.as_str()).collect();
            Outlined {
                name: "tickets",
                detail: format!("by {}", by.join(", ")),
                kind: SymbolKind::Key,
                at: keys.span,
                inside: Vec::new(),
            }
        }
    }
}

fn of_fact(fact: &ast::Fact) -> Outlined<'_> {
    named(&fact.name, None, "fact", SymbolKind::Field)
}

fn named<'a>(name: &'a ast::Name, title: Option<&ast::Text>, what: &str, kind: SymbolKind) -> Outlined<'a> {
    let title = title.map_or("", |title| title.value.as_str());
    let detail = if title.is_empty() || what.is_empty() {
        format!("{what}{title}")
    } else {
        format!("{what} · {title}")
    };
    Outlined { name: &name.value, detail, kind, at: name.span, inside: Vec::new() }
}

/// The most that are listed of all packs.
const MOST: usize = 500;

/// Adds the declarations of a pack whose names or titles have some letters in their order.
#[expect(deprecated, reason = "the protocol's old field has to be named")]
pub(super) fn found(view: &View<'_>, query: &str, symbols: &mut Vec<SymbolInformation>) {
    for (_, tree) in &view.analysis.texts.files {
        for declaration in &tree.file.declarations {
            let outer = outlined(&declaration.kind);
            let visit = matches!(declaration.kind, DeclarationKind::Visit(_));
            let all = if visit { outer.inside } else { vec![outer] };
            for one in all.iter().filter(|one| matches(query, one.name) || matches(query, &one.detail)) {
                let Some(location) = view.location(one.at).filter(|_| symbols.len() < MOST) else { continue };
                if !symbols.iter().any(|known| same(known, one.name, &location)) {
                    symbols.push(SymbolInformation {
                        base_symbol_information: BaseSymbolInformation {
                            name: one.name.to_owned(),
                            kind: one.kind,
                            tags: None,
                            container_name: (!one.detail.is_empty()).then(|| one.detail.clone()),
                        },
                        deprecated: None,
                        location,
                    });
                }
            }
        }
    }
}

fn same(known: &SymbolInformation, name: &str, location: &Location) -> bool {
    known.base_symbol_information.name == name && known.location == *location
}

/// Returns whether the letters of a query stand in a text in their order, as editors look for them.
fn matches(query: &str, text: &str) -> bool {
    let mut letters = text.chars().flat_map(char::to_lowercase);
    query.chars().flat_map(char::to_lowercase).all(|wanted| letters.any(|letter| letter == wanted))
}
